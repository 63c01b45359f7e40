//! Bridges and bonds of a document: over which links packets are forwarded.

mod carry_out;
mod orders;
mod read;

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use smartnic_core::bridge::{BondMode, BridgeVlan, PortFlag};
use smartnic_core::types::{DevlinkHandle, EtherType};

pub use carry_out::LinkTask;
pub(super) use carry_out::{Before, bring};
pub(super) use orders::{orders, refusals};
pub(super) use read::{Extent, Found};

/// A link: by the device that it stands on and the name of its port there, or by its own name if it stands on none.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LinkDoc {
    /// Its name, for links without a device; names of others may change from boot to boot.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// The device that it stands on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device: Option<DevlinkHandle>,
    /// The name of its port there, such as `p0` or `pf0vf1`, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port: Option<String>,
}

/// A bond.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BondDoc {
    /// Its name.
    pub bond: String,
    /// Whether it is up.
    #[serde(default = "yes", skip_serializing_if = "Clone::clone")]
    pub up: bool,
    /// How it spreads packets.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub mode: Option<BondMode>,
    /// How often links are checked, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub miimon: Option<u32>,
    /// By what its hash goes, by the kernel's number.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub hash_policy: Option<u8>,
    /// Its ports. Others are taken out if that is asked for.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub ports: Vec<LinkDoc>,
}

/// A bridge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BridgeDoc {
    /// Its name.
    pub bridge: String,
    /// Whether it is up.
    #[serde(default = "yes", skip_serializing_if = "Clone::clone")]
    pub up: bool,
    /// Whether VLANs are told apart.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub vlan_filtering: Option<bool>,
    /// The tag of its VLANs.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub vlan_protocol: Option<EtherType>,
    /// The VLAN that new ports have for untagged packets, 0 for none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub default_pvid: Option<u16>,
    /// How long learned addresses stay, in hundredths of a second.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ageing_time: Option<u32>,
    /// Whether it watches who joins groups.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub mcast_snooping: Option<bool>,
    /// Whether it runs a spanning tree, which is compared and never set.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub stp: Option<u32>,
    /// The VLANs of the bridge itself, altogether.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub vlans: Option<Vec<VlanDoc>>,
    /// Its ports. Others are taken out if that is asked for.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub ports: Vec<BridgePortDoc>,
}

/// A port of a bridge.
// It names its link by fields of its own: serde cannot refuse unknown fields of a structure that has another one's.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct BridgePortDoc {
    /// As [`LinkDoc::link`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// As [`LinkDoc::device`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device: Option<DevlinkHandle>,
    /// As [`LinkDoc::port`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port: Option<String>,
    /// The VLANs that it lets through, altogether.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vlans: Option<Vec<VlanDoc>>,
    /// Its switches, by the names of `bridge link`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub switches: BTreeMap<PortFlag, bool>,
}

/// A VLAN, or several that follow each other, in the words of `bridge vlan`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VlanDoc {
    /// Its number, or that of the first.
    pub vlan: u16,
    /// That of the last, if there are several.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub vlan_end: Option<u16>,
    /// Whether untagged packets are put into it.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub pvid: bool,
    /// Whether its packets go out untagged.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub untagged: bool,
}

/// What a document says of them.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Wanted<'a> {
    pub(super) bridges: Option<&'a [BridgeDoc]>,
    pub(super) bonds: Option<&'a [BondDoc]>,
}

impl Wanted<'_> {
    /// Whether a document says nothing of them.
    pub(super) fn is_empty(&self) -> bool {
        self.bridges.is_none() && self.bonds.is_none()
    }
}

fn yes() -> bool {
    true
}

impl fmt::Display for LinkDoc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.link, &self.device, &self.port) {
            (Some(link), ..) => f.write_str(link),
            (None, Some(device), Some(port)) => write!(f, "{device} {port}"),
            (None, Some(device), None) => write!(f, "the link of {device}"),
            (None, None, _) => f.write_str("nothing"),
        }
    }
}

impl BridgePortDoc {
    /// Which link it is.
    #[must_use]
    pub fn link(&self) -> LinkDoc {
        LinkDoc { link: self.link.clone(), device: self.device.clone(), port: self.port.clone() }
    }
}

impl From<&BridgeVlan> for VlanDoc {
    fn from(vlans: &BridgeVlan) -> Self {
        let vlan_end = Some(vlans.last).filter(|last| *last != vlans.first);
        Self { vlan: vlans.first, vlan_end, pvid: vlans.pvid, untagged: vlans.untagged }
    }
}

impl From<&VlanDoc> for BridgeVlan {
    fn from(doc: &VlanDoc) -> Self {
        let last = doc.vlan_end.unwrap_or(doc.vlan);
        Self { first: doc.vlan, last, pvid: doc.pvid, untagged: doc.untagged }
    }
}
