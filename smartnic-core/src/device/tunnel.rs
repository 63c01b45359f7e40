use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::types::IfIndex;
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
}

impl TunnelKind {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Vxlan, Self::Geneve];

    /// The kind of its links (`IFLA_INFO_KIND`).
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Vxlan => "vxlan",
            Self::Geneve => "geneve",
        }
    }

    /// The UDP port that the standard gives it.
    #[must_use]
    pub const fn port(self) -> u16 {
        match self {
            Self::Vxlan => 4789,
            Self::Geneve => 6081,
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
        Self::ALL
            .into_iter()
            .find(|kind| kind.name() == text)
            .ok_or_else(|| Error::invalid("read a kind of tunnel", "expected vxlan or geneve").on(text))
    }
}

/// What a tunnel device is, or what a new one is to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TunnelSettings {
    /// What it puts packets into.
    pub kind: TunnelKind,
    /// Its network identifier, 24 bits; none if each packet's comes with it.
    pub id: Option<u32>,
    /// The UDP port of the other end, and the one it listens at.
    pub port: u16,
    /// The other end; none if it is found by the packet.
    pub remote: Option<IpAddr>,
    /// This end; none if the route tells. Geneve devices have none here.
    pub local: Option<IpAddr>,
    /// Whether the outer header comes with each packet, as flow rules put it on (`external`).
    pub external: bool,
}

impl TunnelSettings {
    /// A device whose packets come with their outer headers, at the port of the standard.
    #[must_use]
    pub const fn external(kind: TunnelKind) -> Self {
        Self { kind, id: None, port: kind.port(), remote: None, local: None, external: true }
    }

    /// Refuses what no kernel takes.
    ///
    /// # Errors
    /// `InvalidInput` that says what does not go together.
    pub fn check(&self) -> Result<()> {
        let op = "make a tunnel device";
        let why = match (self.id, self.external) {
            (Some(id), _) if id > MAX_ID => format!("a network identifier has 24 bits: 0 to {MAX_ID}"),
            (Some(_), true) => "with external the identifier comes with each packet: leave the id out".into(),
            (None, false) => "it needs a network identifier, or external".into(),
            _ if self.port == 0 => "0 is no UDP port".into(),
            _ if self.external && (self.remote.is_some() || self.local.is_some()) => {
                "with external the addresses come with each packet: leave remote and local out".into()
            }
            _ if self.kind == TunnelKind::Geneve && !self.external && self.remote.is_none() => {
                "a Geneve device needs its other end".into()
            }
            _ if self.kind == TunnelKind::Geneve && self.local.is_some() => {
                "the own end of a Geneve device is not set here".into()
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
}
