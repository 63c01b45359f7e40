use std::fmt;
use std::mem::discriminant;

use serde::{Deserialize, Serialize};

use super::kernel_enum;
use crate::types::{EtherType, Guid, Mac, UnknownAttr, VfId};

kernel_enum! {
    /// What a VF sees of the link (`IFLA_VF_LINK_STATE_*`).
    VfLinkState: u32 {
        /// What the uplink's state is.
        Auto = 0, "auto";
        /// Always up: VFs of one PF reach each other without an uplink.
        Enable = 1, "enable";
        /// Always down.
        Disable = 2, "disable";
    }
}

/// The VLAN that a VF's traffic is put into (`IFLA_VF_VLAN`, `IFLA_VF_VLAN_INFO`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct VfVlan {
    /// The VLAN, 0 for none.
    pub id: u16,
    /// The priority in its tag, 0 to 7.
    pub qos: u8,
    /// The protocol of its tag: 802.1Q, or 802.1ad on cards that can.
    pub protocol: EtherType,
}

impl VfVlan {
    /// No VLAN.
    pub const NONE: Self = Self { id: 0, qos: 0, protocol: EtherType::VLAN };
}

/// What the physical function lays down for one of its VFs (`IFLA_VF_INFO`); what the driver does not tell is `None`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VfSettings {
    /// The VF.
    pub vf: VfId,
    /// Its MAC address, all zero if the VF chooses its own (`IFLA_VF_MAC`).
    pub mac: Option<Mac>,
    /// The broadcast address of the PF's link, which is the VF's too (`IFLA_VF_BROADCAST`).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub broadcast: Option<Mac>,
    /// The VLAN that its traffic is put into.
    pub vlan: Option<VfVlan>,
    /// The rate that it is guaranteed, in Mbit/s, 0 for none (`IFLA_VF_RATE`).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub min_tx_rate: Option<u32>,
    /// The rate that it is limited to, in Mbit/s, 0 for no limit (`IFLA_VF_RATE`).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub max_tx_rate: Option<u32>,
    /// Whether its source address is checked (`IFLA_VF_SPOOFCHK`).
    pub spoof_check: Option<bool>,
    /// What it sees of the link (`IFLA_VF_LINK_STATE`).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub link_state: Option<VfLinkState>,
    /// Whether the VF is trusted: to change its address, to be promiscuous (`IFLA_VF_TRUST`).
    pub trust: Option<bool>,
    /// Whether the VF may read how receive queues are chosen (`IFLA_VF_RSS_QUERY_EN`).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub query_rss: Option<bool>,
    /// Its node GUID, on InfiniBand (`IFLA_VF_IB_NODE_GUID`).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub node_guid: Option<Guid>,
    /// Its port GUID, on InfiniBand (`IFLA_VF_IB_PORT_GUID`).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub port_guid: Option<Guid>,
    /// Attributes that this version of the SDK has no name for, as they came.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub unknown: Vec<UnknownAttr>,
}

impl VfSettings {
    /// A VF of which nothing else is known.
    #[must_use]
    pub fn new(vf: VfId) -> Self {
        Self {
            vf,
            mac: None,
            broadcast: None,
            vlan: None,
            min_tx_rate: None,
            max_tx_rate: None,
            spoof_check: None,
            link_state: None,
            trust: None,
            query_rss: None,
            node_guid: None,
            port_guid: None,
            unknown: Vec::new(),
        }
    }

    /// All that is told, as the changes that bring it about.
    #[must_use]
    pub fn changes(&self) -> Vec<VfChange> {
        let rate = || Some(VfChange::Rate { min: self.min_tx_rate?, max: self.max_tx_rate? });
        [
            self.mac.map(VfChange::Mac),
            self.vlan.map(VfChange::Vlan),
            rate(),
            self.spoof_check.map(VfChange::SpoofCheck),
            self.link_state.map(VfChange::LinkState),
            self.query_rss.map(VfChange::QueryRss),
            self.trust.map(VfChange::Trust),
            self.node_guid.map(VfChange::NodeGuid),
            self.port_guid.map(VfChange::PortGuid),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    /// The changes that make `now` like this one; what either does not tell is left alone.
    #[must_use]
    pub fn changes_from(&self, now: &Self) -> Vec<VfChange> {
        let told = now.changes();
        let differs = |change: &VfChange| {
            told.iter().any(|is| discriminant(is) == discriminant(change) && is != change)
        };
        self.changes().into_iter().filter(differs).collect()
    }
}

/// One change of what the physical function lays down for a VF.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VfChange {
    /// The MAC address; all zero lets the VF choose its own.
    Mac(Mac),
    /// The VLAN.
    Vlan(VfVlan),
    /// The rates, in Mbit/s.
    Rate {
        /// What is guaranteed, 0 for nothing.
        min: u32,
        /// The limit, 0 for none.
        max: u32,
    },
    /// Whether the source address is checked.
    SpoofCheck(bool),
    /// What the VF sees of the link.
    LinkState(VfLinkState),
    /// Whether the VF may read how receive queues are chosen.
    QueryRss(bool),
    /// Whether the VF is trusted.
    Trust(bool),
    /// The node GUID, on InfiniBand.
    NodeGuid(Guid),
    /// The port GUID, on InfiniBand.
    PortGuid(Guid),
}

impl fmt::Display for VfChange {
    /// Writes it as `ip link set DEV vf N` takes it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let on = |on: &bool| if *on { "on" } else { "off" };
        match self {
            Self::Mac(mac) => write!(f, "mac {mac}"),
            Self::Vlan(VfVlan { id, qos, protocol }) => {
                write!(f, "vlan {id} qos {qos}")?;
                match *protocol {
                    EtherType::VLAN => Ok(()),
                    other => write!(f, " proto {other}"),
                }
            }
            Self::Rate { min, max } => write!(f, "max_tx_rate {max} min_tx_rate {min}"),
            Self::SpoofCheck(check) => write!(f, "spoofchk {}", on(check)),
            Self::LinkState(state) => write!(f, "state {state}"),
            Self::QueryRss(query) => write!(f, "query_rss {}", on(query)),
            Self::Trust(trust) => write!(f, "trust {}", on(trust)),
            Self::NodeGuid(guid) => write!(f, "node_guid {guid}"),
            Self::PortGuid(guid) => write!(f, "port_guid {guid}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_and_both_tell_is_changed() {
        let now = VfSettings {
            mac: Some(Mac::default()),
            vlan: Some(VfVlan::NONE),
            min_tx_rate: Some(0),
            max_tx_rate: Some(0),
            trust: Some(false),
            ..VfSettings::new(VfId(1))
        };
        let wanted = VfSettings {
            mac: Some(Mac([2, 0, 0, 0, 0, 7])),
            vlan: Some(VfVlan::NONE),
            max_tx_rate: Some(100),
            min_tx_rate: Some(0),
            spoof_check: Some(true),
            trust: Some(false),
            ..VfSettings::new(VfId(1))
        };
        let said: Vec<String> = wanted.changes_from(&now).iter().map(ToString::to_string).collect();
        assert_eq!(said, ["mac 02:00:00:00:00:07", "max_tx_rate 100 min_tx_rate 0"]);
        assert_eq!(wanted.changes_from(&wanted), []);
    }
}
