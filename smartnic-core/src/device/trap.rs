use serde::{Deserialize, Serialize};

use super::kernel_enum;
use crate::types::{DevlinkHandle, UnknownAttr};

kernel_enum! {
    /// Why a device gives a packet to the processor (`enum devlink_trap_type`).
    TrapType: u8 {
        /// The device would have dropped it.
        Drop = 0, "drop";
        /// The device could not forward it as it should.
        Exception = 1, "exception";
        /// The processor needs it, such as a routing protocol.
        Control = 2, "control";
    }
}

kernel_enum! {
    /// What a device does with a packet that a trap takes (`enum devlink_trap_action`).
    TrapAction: u8 {
        /// Drops it; the processor never sees it.
        Drop = 0, "drop";
        /// Gives it to the processor and nobody else.
        Trap = 1, "trap";
        /// Forwards it, and gives a copy to the processor.
        Mirror = 2, "mirror";
    }
}

kernel_enum! {
    /// What a trap tells of a packet (`DEVLINK_ATTR_TRAP_METADATA_TYPE_*`).
    TrapMetadata: u16 {
        /// The port it came in through.
        InputPort = 0, "input_port";
        /// The cookie of the flow rule that dropped it.
        FlowActionCookie = 1, "flow_action_cookie";
    }
}

/// What was counted (`DEVLINK_ATTR_STATS`); what a driver does not count is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TrapStats {
    /// Bytes that reached the processor (`DEVLINK_ATTR_STATS_RX_BYTES`).
    pub bytes: Option<u64>,
    /// Packets that reached the processor (`DEVLINK_ATTR_STATS_RX_PACKETS`).
    pub packets: Option<u64>,
    /// Packets that the device dropped before (`DEVLINK_ATTR_STATS_RX_DROPPED`).
    pub dropped: Option<u64>,
}

/// A packet trap (`DEVLINK_CMD_TRAP_GET`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trap {
    /// The device it belongs to.
    pub device: DevlinkHandle,
    /// The name (`DEVLINK_ATTR_TRAP_NAME`), such as `ingress_vlan_filter`.
    pub name: String,
    /// Why packets are trapped.
    #[serde(rename = "type")]
    pub kind: TrapType,
    /// True if many drivers share its meaning.
    pub generic: bool,
    /// What is done with the packets.
    pub action: TrapAction,
    /// The group it belongs to.
    pub group: String,
    /// What it tells of packets.
    pub metadata: Vec<TrapMetadata>,
    /// What was counted.
    pub stats: TrapStats,
    /// Attributes that this version of the SDK has no name for, as they came.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub unknown: Vec<UnknownAttr>,
}

/// A group of traps, which share a policer (`DEVLINK_CMD_TRAP_GROUP_GET`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrapGroup {
    /// The device it belongs to.
    pub device: DevlinkHandle,
    /// The name (`DEVLINK_ATTR_TRAP_GROUP_NAME`), such as `l2_drops`.
    pub name: String,
    /// True if many drivers share its meaning.
    pub generic: bool,
    /// The policer that limits its packets.
    pub policer: Option<u32>,
    /// What was counted.
    pub stats: TrapStats,
    /// Attributes that this version of the SDK has no name for, as they came.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub unknown: Vec<UnknownAttr>,
}

/// A limit on packets that reach the processor (`DEVLINK_CMD_TRAP_POLICER_GET`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrapPolicer {
    /// The device it belongs to.
    pub device: DevlinkHandle,
    /// Its number (`DEVLINK_ATTR_TRAP_POLICER_ID`).
    pub id: u32,
    /// Packets in a second.
    pub rate: u64,
    /// Packets at once.
    pub burst: u64,
    /// What was counted; only some drivers do.
    pub stats: Option<TrapStats>,
    /// Attributes that this version of the SDK has no name for, as they came.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub unknown: Vec<UnknownAttr>,
}

/// What to change of a group (`DEVLINK_CMD_TRAP_GROUP_SET`); what is none stays as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TrapGroupChange {
    /// The action of all traps in it that drop.
    pub action: Option<TrapAction>,
    /// The policer to use; 0 stands for no policer.
    pub policer: Option<u32>,
}

/// What to change of a policer (`DEVLINK_CMD_TRAP_POLICER_SET`); what is none stays as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TrapPolicerChange {
    /// Packets in a second.
    pub rate: Option<u64>,
    /// Packets at once.
    pub burst: Option<u64>,
}
