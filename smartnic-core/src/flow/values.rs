use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::types::{MaskValue, Masked, serde_as_text};
use crate::{Error, Result};

/// An IP protocol number (`IPPROTO_*`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct IpProto(
    /// The number.
    pub u8,
);

impl IpProto {
    /// ICMP for IPv4.
    pub const ICMP: Self = Self(1);
    /// TCP.
    pub const TCP: Self = Self(6);
    /// UDP.
    pub const UDP: Self = Self(17);
    /// IPsec's encapsulating security payload.
    pub const ESP: Self = Self(50);
    /// IPsec's authentication header.
    pub const AH: Self = Self(51);
    /// ICMP for IPv6.
    pub const ICMPV6: Self = Self(58);
    /// L2TP.
    pub const L2TP: Self = Self(115);
    /// SCTP.
    pub const SCTP: Self = Self(132);

    const NAMES: [(&str, Self); 8] = [
        ("tcp", Self::TCP),
        ("udp", Self::UDP),
        ("sctp", Self::SCTP),
        ("icmp", Self::ICMP),
        ("icmpv6", Self::ICMPV6),
        ("l2tp", Self::L2TP),
        ("esp", Self::ESP),
        ("ah", Self::AH),
    ];

    /// The name that `tc` has for it, if it has one.
    #[must_use]
    pub fn name(self) -> Option<&'static str> {
        Self::NAMES.iter().find(|(_, number)| *number == self).map(|(name, _)| *name)
    }

    /// True for the protocols whose ports flower can match.
    #[must_use]
    pub fn has_ports(self) -> bool {
        matches!(self, Self::TCP | Self::UDP | Self::SCTP)
    }
}

impl fmt::Display for IpProto {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "0x{:02x}", self.0),
        }
    }
}

impl FromStr for IpProto {
    type Err = Error;

    /// Reads a name or a hexadecimal number, with or without `0x`, as `tc` does.
    fn from_str(text: &str) -> Result<Self> {
        if let Some((_, number)) = Self::NAMES.iter().find(|(name, _)| *name == text) {
            return Ok(*number);
        }
        let digits = text.strip_prefix("0x").unwrap_or(text);
        let number = Some(digits).filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
        number.and_then(|digits| u8::from_str_radix(digits, 16).ok()).map(Self).ok_or_else(|| {
            Error::parse(
                "read an IP protocol",
                "expected tcp, udp, sctp, icmp, icmpv6, l2tp, esp, ah or a hexadecimal number",
            )
            .on(text)
        })
    }
}

serde_as_text!(IpProto);

/// TCP flags: 12 bits, of which FIN is 0x001, SYN 0x002, RST 0x004, PSH 0x008, ACK 0x010, URG 0x020.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TcpFlags(
    /// The bits, 0..=0xfff.
    pub u16,
);

impl MaskValue for TcpFlags {
    const ONES: Self = Self(0xfff);
    fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
    fn prefix(self) -> Option<u8> {
        (self.0 << 4).prefix().filter(|_| self.0 <= 0xfff)
    }
    fn from_prefix(length: u8) -> Option<Self> {
        (length <= 12).then(|| u16::from_prefix(length)).flatten().map(|bits| Self(bits >> 4))
    }
    fn print(value: Self, mask: Self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match mask == Self::ONES {
            true => write!(f, "{:#x}", value.0),
            false => write!(f, "{:#x}/{:#x}", value.0, mask.0),
        }
    }
    fn read(text: &str, mask: bool) -> Result<Self> {
        let bits = u16::read(text, mask).ok().filter(|bits| *bits <= 0xfff);
        bits.map(Self).ok_or_else(|| {
            Error::parse("read TCP flags", "expected at most 12 bits such as 0x02/0x12").on(text)
        })
    }
}

serde_as_text!(Masked<TcpFlags>);

/// An IPv4 or IPv6 address under a mask.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum IpMatch {
    /// IPv4.
    V4(Masked<Ipv4Addr>),
    /// IPv6.
    V6(Masked<Ipv6Addr>),
}

impl IpMatch {
    /// True if the address agrees in every bit that counts.
    #[must_use]
    pub fn matches(&self, address: IpAddr) -> bool {
        match (self, address) {
            (Self::V4(wanted), IpAddr::V4(address)) => wanted.matches(address),
            (Self::V6(wanted), IpAddr::V6(address)) => wanted.matches(address),
            _ => false,
        }
    }
}

impl fmt::Display for IpMatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::V4(address) => address.fmt(f),
            Self::V6(address) => address.fmt(f),
        }
    }
}

impl FromStr for IpMatch {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text.contains(':') {
            true => text.parse().map(Self::V6),
            false => text.parse().map(Self::V4),
        }
    }
}

serde_as_text!(IpMatch);

/// A transport port under a mask, or a range of ports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PortMatch {
    /// One port, or those that agree in the bits of a mask.
    Masked(Masked<u16>),
    /// All ports from `min` to `max`, both included; the kernel wants `min` < `max`.
    Range {
        /// The first port.
        min: u16,
        /// The last port.
        max: u16,
    },
}

impl PortMatch {
    /// True if the port is among those meant.
    #[must_use]
    pub fn matches(&self, port: u16) -> bool {
        match self {
            Self::Masked(wanted) => wanted.matches(port),
            Self::Range { min, max } => (*min..=*max).contains(&port),
        }
    }
}

impl PortMatch {
    /// The fewest masked ports that together are the range from `min` to `max`, both included.
    pub fn split(min: u16, max: u16) -> impl Iterator<Item = Masked<u16>> {
        let mut next = u32::from(min);
        let end = u32::from(max) + 1;
        std::iter::from_fn(move || {
            if next >= end {
                return None;
            }
            // The largest block that begins here and does not go beyond the end.
            let most = if next == 0 { 1 << 16 } else { 1 << next.trailing_zeros() };
            let size =
                std::iter::successors(Some(most), |size| Some(size >> 1)).find(|size| next + size <= end)?;
            let block = Masked::new(next as u16, !((size - 1) as u16));
            next += size;
            Some(block)
        })
    }
}

impl From<u16> for PortMatch {
    fn from(port: u16) -> Self {
        Self::Masked(Masked::exact(port))
    }
}

impl fmt::Display for PortMatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Masked(port) => port.fmt(f),
            Self::Range { min, max } => write!(f, "{min}-{max}"),
        }
    }
}

impl FromStr for PortMatch {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let Some((min, max)) = text.split_once('-') else { return text.parse().map(Self::Masked) };
        let (min, max) = (u16::read(min, false)?, u16::read(max, false)?);
        if min < max {
            Ok(Self::Range { min, max })
        } else {
            Err(Error::parse("read a port range", "the first port must be smaller than the last").on(text))
        }
    }
}

serde_as_text!(PortMatch);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_and_flags_read_what_they_print() {
        for text in ["80", "80-90", "0x50/0xf0"] {
            assert_eq!(text.parse::<PortMatch>().unwrap().to_string(), text);
        }
        assert!("90-80".parse::<PortMatch>().is_err() && "80-80".parse::<PortMatch>().is_err());
        assert!("1-70000".parse::<PortMatch>().is_err());
        for text in ["0x2/0x12", "0x2"] {
            assert_eq!(text.parse::<Masked<TcpFlags>>().unwrap().to_string(), text);
        }
        assert!("0x1000".parse::<Masked<TcpFlags>>().is_err());
        assert_eq!(TcpFlags::from_prefix(12), Some(TcpFlags::ONES));
    }

    #[test]
    fn a_range_is_split_into_the_fewest_masks() {
        let split = |min, max| {
            let parts: Vec<String> =
                PortMatch::split(min, max).map(|port| format!("{}/{:x}", port.value, port.mask)).collect();
            parts.join(" ")
        };
        assert_eq!(split(8000, 8100), "8000/ffc0 8064/ffe0 8096/fffc 8100/ffff");
        assert_eq!(split(0, 65535), "0/0");
        assert_eq!(split(1, 1), "1/ffff");
        assert_eq!(split(65534, 65535), "65534/fffe");
        for (min, max) in [(3, 1000), (0, 1023), (40_000, 65_535)] {
            let parts: Vec<Masked<u16>> = PortMatch::split(min, max).collect();
            let met = (0..=u16::MAX).filter(|port| parts.iter().any(|part| part.matches(*port)));
            assert!(met.eq(min..=max), "{min}-{max}");
        }
    }

    #[test]
    fn protocols_read_what_they_print() {
        for text in ["tcp", "icmpv6", "0x2f"] {
            assert_eq!(text.parse::<IpProto>().unwrap().to_string(), text);
        }
        assert_eq!("2f".parse::<IpProto>().unwrap(), IpProto(0x2f));
        assert!("100".parse::<IpProto>().is_err() && "tpc".parse::<IpProto>().is_err());
    }
}
