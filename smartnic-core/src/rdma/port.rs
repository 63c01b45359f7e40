use serde::Serialize;

use super::{PortCaps, codes};
use crate::types::UnknownAttr;

codes! {
    /// The logical state of a port (`enum ib_port_state`).
    PortState {
        /// No change.
        Nop = 0, "NOP";
        /// Down.
        Down = 1, "DOWN";
        /// The link is up and waits for a subnet manager.
        Init = 2, "INIT";
        /// Ready, but not for data yet.
        Armed = 3, "ARMED";
        /// Data flows.
        Active = 4, "ACTIVE";
        /// Data flows, and the link is being recovered.
        ActiveDefer = 5, "ACTIVE_DEFER";
    }
}

codes! {
    /// The physical state of a port (`enum ib_port_phys_state`).
    PhysState {
        /// No change.
        Nop = 0, "NOP";
        /// Asleep.
        Sleep = 1, "SLEEP";
        /// Looking for a peer.
        Polling = 2, "POLLING";
        /// Turned off.
        Disabled = 3, "DISABLED";
        /// Agreeing with the peer.
        Training = 4, "ARMED";
        /// Up.
        LinkUp = 5, "LINK_UP";
        /// Recovering from errors.
        LinkErrorRecovery = 6, "LINK_ERROR_RECOVER";
        /// Under test.
        PhyTest = 7, "PHY_TEST";
        /// Taken offline (Omni-Path).
        OpaOffline = 9, "OPA_OFFLINE";
        /// Under test (Omni-Path).
        OpaTest = 11, "OPA_TEST";
    }
}

/// A port (`RDMA_NLDEV_CMD_PORT_GET`); `rdma` calls it a link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Port {
    /// The number of its device.
    pub device_index: u32,
    /// The name of its device.
    pub device: String,
    /// Its number, from 1.
    pub number: u32,
    /// What it can do.
    pub caps: Option<PortCaps>,
    /// The prefix of its subnet (InfiniBand).
    pub subnet_prefix: Option<u64>,
    /// Its local identifier (InfiniBand).
    pub lid: Option<u32>,
    /// The local identifier of its subnet manager (InfiniBand).
    pub sm_lid: Option<u32>,
    /// How many low bits of the local identifier are paths (InfiniBand).
    pub lmc: Option<u8>,
    /// Its logical state.
    pub state: Option<PortState>,
    /// Its physical state.
    pub phys_state: Option<PhysState>,
    /// The network link under it.
    pub netdev: Option<String>,
    /// The number of that link.
    pub netdev_index: Option<u32>,
    /// Attributes that this version of the SDK has no name for, as they came.
    pub unknown: Vec<UnknownAttr>,
}
