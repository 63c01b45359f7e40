use std::fmt;
use std::str::FromStr;

use super::serde_as_text;
use crate::{Error, Result};

/// An Ethernet protocol number (`ETH_P_*`), in host byte order.
///
/// The names are those of `tc … protocol NAME`. A number that has no name here prints as `0x88f7`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EtherType(
    /// The number, in host byte order.
    pub u16,
);

/// Names as `tc` takes them; the first name of a number is the one that is printed.
const NAMES: &[(&str, EtherType)] = &[
    ("all", EtherType::ALL),
    ("ip", EtherType::IPV4),
    ("ipv4", EtherType::IPV4),
    ("ipv6", EtherType::IPV6),
    ("arp", EtherType::ARP),
    ("802.1Q", EtherType::VLAN),
    ("802.1q", EtherType::VLAN),
    ("802.1ad", EtherType::QINQ),
    ("802.1AD", EtherType::QINQ),
    ("mpls_uc", EtherType::MPLS),
    ("mpls_mc", EtherType::MPLS_MC),
    ("rarp", EtherType::RARP),
    ("ppp_disc", EtherType(0x8863)),
    ("ppp_ses", EtherType::PPP_SES),
    ("aoe", EtherType(0x88a2)),
    ("tipc", EtherType(0x88ca)),
    ("lldp", EtherType(0x88cc)),
    ("cfm", EtherType::CFM),
    ("loop", EtherType(0x0060)),
    ("pup", EtherType(0x0200)),
    ("pupat", EtherType(0x0201)),
    ("x25", EtherType(0x0805)),
    ("bpq", EtherType(0x08ff)),
    ("ieeepup", EtherType(0x0a00)),
    ("ieeepupat", EtherType(0x0a01)),
    ("dec", EtherType(0x6000)),
    ("dna_dl", EtherType(0x6001)),
    ("dna_rc", EtherType(0x6002)),
    ("dna_rt", EtherType(0x6003)),
    ("lat", EtherType(0x6004)),
    ("diag", EtherType(0x6005)),
    ("cust", EtherType(0x6006)),
    ("sca", EtherType(0x6007)),
    ("atalk", EtherType(0x809b)),
    ("aarp", EtherType(0x80f3)),
    ("ipx", EtherType(0x8137)),
    ("atmmpoa", EtherType(0x884c)),
    ("atmfate", EtherType(0x8884)),
    ("802_3", EtherType(0x0001)),
    ("ax25", EtherType(0x0002)),
    ("802_2", EtherType(0x0004)),
    ("snap", EtherType(0x0005)),
    ("ddcmp", EtherType(0x0006)),
    ("wan_ppp", EtherType(0x0007)),
    ("ppp_mp", EtherType(0x0008)),
    ("localtalk", EtherType(0x0009)),
    ("can", EtherType(0x000c)),
    ("ppptalk", EtherType(0x0010)),
    ("tr_802_2", EtherType(0x0011)),
    ("mobitex", EtherType(0x0015)),
    ("control", EtherType(0x0016)),
    ("irda", EtherType(0x0017)),
    ("econet", EtherType(0x0018)),
    ("profinet", EtherType(0x8892)),
    ("ethercat", EtherType(0x88a4)),
    ("teb", EtherType(0x6558)),
];

impl EtherType {
    /// Every protocol (`ETH_P_ALL`, 0x0003).
    pub const ALL: Self = Self(0x0003);
    /// IPv4 (`ETH_P_IP`).
    pub const IPV4: Self = Self(0x0800);
    /// ARP (`ETH_P_ARP`).
    pub const ARP: Self = Self(0x0806);
    /// A VLAN tag (`ETH_P_8021Q`).
    pub const VLAN: Self = Self(0x8100);
    /// IPv6 (`ETH_P_IPV6`).
    pub const IPV6: Self = Self(0x86dd);
    /// MPLS unicast (`ETH_P_MPLS_UC`).
    pub const MPLS: Self = Self(0x8847);
    /// MPLS multicast (`ETH_P_MPLS_MC`).
    pub const MPLS_MC: Self = Self(0x8848);
    /// Reverse ARP (`ETH_P_RARP`).
    pub const RARP: Self = Self(0x8035);
    /// A PPPoE session (`ETH_P_PPP_SES`).
    pub const PPP_SES: Self = Self(0x8864);
    /// Connectivity fault management (`ETH_P_CFM`).
    pub const CFM: Self = Self(0x8902);
    /// A service VLAN tag (`ETH_P_8021AD`).
    pub const QINQ: Self = Self(0x88a8);

    /// True for the two MPLS protocols.
    #[must_use]
    pub fn is_mpls(self) -> bool {
        self == Self::MPLS || self == Self::MPLS_MC
    }

    /// True for the two VLAN tag protocols.
    #[must_use]
    pub fn is_vlan(self) -> bool {
        self == Self::VLAN || self == Self::QINQ
    }
}

impl fmt::Display for EtherType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match NAMES.iter().find(|(_, number)| number == self) {
            Some((name, _)) => f.write_str(name),
            None => write!(f, "0x{:04x}", self.0),
        }
    }
}

impl FromStr for EtherType {
    type Err = Error;

    /// Reads a name in any case, or a number as tc does: `0x88f7`, octal after a leading 0, else decimal.
    fn from_str(text: &str) -> Result<Self> {
        if let Some((_, number)) = NAMES.iter().find(|(name, _)| name.eq_ignore_ascii_case(text)) {
            return Ok(*number);
        }
        let (digits, radix) = match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
            Some(digits) => (digits, 16),
            None if text.len() > 1 && text.starts_with('0') => (text, 8),
            None => (text, 10),
        };
        let number = Some(digits).filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
        number.and_then(|digits| u16::from_str_radix(digits, radix).ok()).map(Self).ok_or_else(|| {
            Error::parse(
                "read a protocol",
                "expected a name such as ip, ipv6, arp, 802.1Q or a number such as 0x88f7",
            )
            .on(text)
        })
    }
}

serde_as_text!(EtherType);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers_read_back() {
        for (text, number, printed) in [
            ("ipv4", 0x0800, "ip"),
            ("802.1q", 0x8100, "802.1Q"),
            ("0x88f7", 0x88f7, "0x88f7"),
            ("all", 3, "all"),
            ("34525", 0x86dd, "ipv6"),
            ("0100", 0x40, "0x0040"),
            ("1", 1, "802_3"),
        ] {
            let kind: EtherType = text.parse().unwrap();
            assert_eq!((kind.0, kind.to_string().as_str()), (number, printed));
            assert_eq!(kind.to_string().parse::<EtherType>().unwrap(), kind);
        }
        for wrong in ["ipx9", "0x10000", "86dd", "08", "0x", ""] {
            assert!(wrong.parse::<EtherType>().is_err(), "{wrong}");
        }
    }
}
