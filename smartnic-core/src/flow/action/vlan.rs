use serde::{Deserialize, Serialize};

use crate::types::{EtherType, Mac};

/// A VLAN tag to add, or what to change of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct VlanChange {
    /// The VLAN, 0..=4095 (`TCA_VLAN_PUSH_VLAN_ID`).
    pub id: u16,
    /// The tag's protocol: `802.1Q` or `802.1ad`. `None` leaves it to the kernel: 802.1Q.
    pub protocol: Option<EtherType>,
    /// The priority, 0..=7. `None`: 0 for a new tag, unchanged for an old one.
    pub priority: Option<u8>,
}

/// An Ethernet header to put before a packet (`TCA_VLAN_ACT_PUSH_ETH`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct EthHeader {
    /// The destination address (`TCA_VLAN_PUSH_ETH_DST`).
    pub dst_mac: Mac,
    /// The source address (`TCA_VLAN_PUSH_ETH_SRC`).
    pub src_mac: Mac,
}
