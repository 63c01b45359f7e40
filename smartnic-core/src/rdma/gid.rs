use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use serde::Serialize;

use crate::types::serde_as_text;
use crate::{Error, Result};

/// An address in an RDMA fabric: 16 bytes, of which RoCE uses the forms of IPv6, and for IPv4 the mapped form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Gid(
    /// The bytes, the first as printed.
    pub [u8; 16],
);

impl Gid {
    /// Whether there is nothing in this entry.
    #[must_use]
    pub fn is_zero(self) -> bool {
        self.0 == [0; 16]
    }

    /// The IPv4 address that it stands for (`::ffff:a.b.c.d`).
    #[must_use]
    pub fn ipv4(self) -> Option<Ipv4Addr> {
        self.ipv6().to_ipv4_mapped()
    }

    /// The same bytes as an IPv6 address.
    #[must_use]
    pub fn ipv6(self) -> Ipv6Addr {
        Ipv6Addr::from(self.0)
    }

    /// Whether it is of use on one link only (`fe80::/10`).
    #[must_use]
    pub fn is_link_local(self) -> bool {
        self.ipv6().is_unicast_link_local()
    }
}

impl From<Ipv4Addr> for Gid {
    fn from(address: Ipv4Addr) -> Self {
        Self(address.to_ipv6_mapped().octets())
    }
}

impl From<Ipv6Addr> for Gid {
    fn from(address: Ipv6Addr) -> Self {
        Self(address.octets())
    }
}

impl fmt::Display for Gid {
    /// Eight groups of four digits, as files under `/sys` have it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, [high, low]) in self.0.as_chunks().0.iter().enumerate() {
            write!(f, "{}{high:02x}{low:02x}", if at > 0 { ":" } else { "" })?;
        }
        Ok(())
    }
}

impl FromStr for Gid {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let wrong =
            |_| Error::parse("read a GID", "expected 16 bytes in the form of an IPv6 address").on(text);
        text.parse::<Ipv6Addr>().map(Self::from).map_err(wrong)
    }
}

serde_as_text!(Gid);

/// How packets with a GID travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GidType {
    /// InfiniBand: by its own link layer.
    Infiniband,
    /// RoCE v1: in Ethernet frames, within one broadcast domain.
    RoceV1,
    /// RoCE v2: in UDP, routed as any IP packet.
    RoceV2,
}

impl fmt::Display for GidType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Infiniband => "IB",
            Self::RoceV1 => "RoCE v1",
            Self::RoceV2 => "RoCE v2",
        })
    }
}

impl FromStr for GidType {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text.to_ascii_lowercase().replace([' ', '-', '_'], "").as_str() {
            "ib" | "infiniband" => Ok(Self::Infiniband),
            "rocev1" | "v1" => Ok(Self::RoceV1),
            "rocev2" | "v2" => Ok(Self::RoceV2),
            _ => Err(Error::parse("read a GID type", "expected ib, roce-v1 or roce-v2").on(text)),
        }
    }
}

/// An entry of the GID table of a port.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GidEntry {
    /// The device.
    pub device: String,
    /// The port.
    pub port: u32,
    /// Its place in the table, which changes as addresses come and go.
    pub index: u32,
    /// The address.
    pub gid: Gid,
    /// How packets with it travel; none if the kernel does not say.
    pub kind: Option<GidType>,
    /// The network link that it belongs to (RoCE).
    pub netdev: Option<String>,
}

/// The way to an address (`RTM_GETROUTE`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Route {
    /// The number of the link that it begins with; the loopback's for addresses of this host.
    pub link: u32,
    /// The address that packets are sent from.
    pub source: Option<IpAddr>,
    /// The router, if the destination is not on the link.
    pub gateway: Option<IpAddr>,
    /// Whether the destination is this host.
    pub local: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gids_are_printed_as_the_kernel_does_and_read_in_every_form() {
        let gid: Gid = "fe80::ff:fe00:10".parse().unwrap();
        assert_eq!(gid.to_string(), "fe80:0000:0000:0000:0000:00ff:fe00:0010");
        assert!(gid.is_link_local() && gid.ipv4().is_none());
        let mapped = Gid::from(Ipv4Addr::new(10, 9, 0, 1));
        assert_eq!(mapped.to_string(), "0000:0000:0000:0000:0000:ffff:0a09:0001");
        assert_eq!(mapped.to_string().parse::<Gid>().unwrap().ipv4(), Some(Ipv4Addr::new(10, 9, 0, 1)));
        assert!("10.9.0.1".parse::<Gid>().is_err() && Gid::default().is_zero());
    }

    #[test]
    fn types_are_read_as_people_and_the_kernel_write_them() {
        for (text, kind) in
            [("RoCE v2", GidType::RoceV2), ("roce-v1", GidType::RoceV1), ("ib", GidType::Infiniband)]
        {
            assert_eq!(text.parse::<GidType>().unwrap(), kind);
        }
        assert!("v3".parse::<GidType>().is_err());
    }
}
