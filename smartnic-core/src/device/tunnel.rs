use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::types::{EtherType, IfIndex};
use crate::{Error, Result};

/// The largest network identifier: 24 bits.
const MAX_ID: u32 = 0x00ff_ffff;

/// What a tunnel puts packets into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TunnelKind {
    /// VXLAN, RFC 7348.
    Vxlan,
    /// Geneve, RFC 8926.
    Geneve,
    /// Ethernet in GRE, RFC 2784 and 2890, over IPv4.
    Gretap,
    /// Packets of one protocol right in UDP, such as MPLS, RFC 7510.
    Bareudp,
}

impl TunnelKind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Vxlan, Self::Geneve, Self::Gretap, Self::Bareudp];

    /// The kind of its links (`IFLA_INFO_KIND`).
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Vxlan => "vxlan",
            Self::Geneve => "geneve",
            Self::Gretap => "gretap",
            Self::Bareudp => "bareudp",
        }
    }

    /// The UDP port that the standard gives it; none if it has nothing to do with UDP.
    #[must_use]
    pub const fn port(self) -> Option<u16> {
        match self {
            Self::Vxlan => Some(4789),
            Self::Geneve => Some(6081),
            Self::Gretap => None,
            // That of MPLS.
            Self::Bareudp => Some(6635),
        }
    }

    /// The largest network identifier: 24 bits, or the 32 of a GRE key.
    const fn max_id(self) -> u32 {
        match self {
            Self::Gretap => u32::MAX,
            _ => MAX_ID,
        }
    }
}

impl fmt::Display for TunnelKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for TunnelKind {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == text).ok_or_else(|| {
            Error::invalid("read a kind of tunnel", "expected vxlan, geneve, gretap or bareudp").on(text)
        })
    }
}

/// What a tunnel device is, or what a new one is to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TunnelSettings {
    /// What it puts packets into.
    pub kind: TunnelKind,
    /// Its network identifier, 24 bits, or of GRE the key of both directions, 32 bits; none if each packet's comes with it, or
    /// if there is no key.
    pub id: Option<u32>,
    /// The UDP port of the other end, and the one it listens at; none of GRE.
    pub port: Option<u16>,
    /// The other end; none if it is found by the packet.
    pub remote: Option<IpAddr>,
    /// This end; none if the route tells. Geneve devices have none here.
    pub local: Option<IpAddr>,
    /// Whether the outer header comes with each packet, as flow rules put it on (`external`); bareudp knows nothing else.
    pub external: bool,
    /// The protocol of what is inside, of bareudp; the others carry Ethernet.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub carries: Option<EtherType>,
}

impl TunnelSettings {
    /// A device whose packets come with their outer headers, at the port of the standard; one of bareudp carries MPLS.
    #[must_use]
    pub const fn external(kind: TunnelKind) -> Self {
        let carries = match kind {
            TunnelKind::Bareudp => Some(EtherType::MPLS),
            _ => None,
        };
        Self { kind, id: None, port: kind.port(), remote: None, local: None, external: true, carries }
    }

    /// Refuses what no kernel takes.
    ///
    /// # Errors
    /// `InvalidInput` that says what does not go together.
    pub fn check(&self) -> Result<()> {
        let op = "make a tunnel device";
        let why = match (self.id, self.external) {
            (Some(id), _) if id > self.kind.max_id() => {
                format!("a network identifier has 24 bits: 0 to {MAX_ID}")
            }
            (Some(_), true) => "with external the identifier comes with each packet: leave the id out".into(),
            (_, false) if self.kind == TunnelKind::Bareudp => {
                "of bareudp outer headers come with each packet: it is always external".into()
            }
            (None, false) if self.kind != TunnelKind::Gretap => {
                "it needs a network identifier, or external".into()
            }
            _ if self.port.is_some() != self.kind.port().is_some() => match self.port {
                Some(_) => "GRE knows no UDP port: leave the port out".into(),
                None => "it needs a UDP port".into(),
            },
            _ if self.port == Some(0) => "0 is no UDP port".into(),
            _ if self.carries.is_some() != (self.kind == TunnelKind::Bareudp) => match self.carries {
                Some(_) => format!("{} carries Ethernet: leave the protocol out", self.kind),
                None => "bareudp needs the protocol that it carries".into(),
            },
            _ if self.external && (self.remote.is_some() || self.local.is_some()) => {
                "with external the addresses come with each packet: leave remote and local out".into()
            }
            _ if self.kind == TunnelKind::Geneve && !self.external && self.remote.is_none() => {
                "a Geneve device needs its other end".into()
            }
            _ if self.kind == TunnelKind::Geneve && self.local.is_some() => {
                "the own end of a Geneve device is not set here".into()
            }
            _ if self.kind == TunnelKind::Gretap
                && [self.remote, self.local].into_iter().flatten().any(|end| !end.is_ipv4()) =>
            {
                "the ends of a gretap device are IPv4".into()
            }
            _ if self.remote.zip(self.local).is_some_and(|(one, other)| one.is_ipv4() != other.is_ipv4()) => {
                "its two ends are of different families".into()
            }
            _ => return Ok(()),
        };
        Err(Error::invalid(op, why))
    }
}

/// A tunnel device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TunnelDevice {
    /// The link.
    pub link: IfIndex,
    /// Its name.
    pub name: String,
    /// True if it is up; the NIC learns the port of one that is.
    pub up: bool,
    /// What it is.
    #[serde(flatten)]
    pub settings: TunnelSettings,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_or_external_and_never_both() {
        let external = TunnelSettings::external(TunnelKind::Vxlan);
        external.check().unwrap();
        assert!(TunnelSettings { id: Some(5), ..external }.check().is_err());
        assert!(TunnelSettings { external: false, ..external }.check().is_err());
        let plain = TunnelSettings { id: Some(5), external: false, ..external };
        plain.check().unwrap();
        assert!(TunnelSettings { id: Some(1 << 24), ..plain }.check().is_err());
        assert!(TunnelSettings { kind: TunnelKind::Geneve, ..plain }.check().is_err());
    }

    #[test]
    fn gre_has_keys_and_no_port_and_bareudp_one_protocol() {
        let gre = TunnelSettings::external(TunnelKind::Gretap);
        gre.check().unwrap();
        TunnelSettings { id: Some(u32::MAX), external: false, ..gre }.check().unwrap();
        TunnelSettings { external: false, ..gre }.check().unwrap();
        assert!(TunnelSettings { port: Some(4789), ..gre }.check().is_err());
        let far = TunnelSettings { remote: "2001:db8::1".parse().ok(), external: false, ..gre };
        assert!(far.check().is_err());
        let udp = TunnelSettings::external(TunnelKind::Bareudp);
        udp.check().unwrap();
        TunnelSettings { carries: Some(EtherType::IPV4), ..udp }.check().unwrap();
        assert!(TunnelSettings { carries: None, ..udp }.check().is_err());
        assert!(TunnelSettings { external: false, ..udp }.check().is_err());
        assert!(TunnelSettings { port: None, ..udp }.check().is_err());
        assert!(TunnelSettings { carries: Some(EtherType::IPV4), ..gre }.check().is_err());
    }
}
