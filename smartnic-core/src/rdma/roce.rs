use serde::{Deserialize, Serialize};

use super::GidType;

/// What connections of rdma_cm get on a port, unless a program says otherwise (`default_roce_mode`,
/// `default_roce_tos` under `/sys/kernel/config/rdma_cm`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoceDefaults {
    /// RoCE v1 or v2.
    pub mode: GidType,
    /// The type of service: the DSCP, then two bits of ECN.
    pub tos: u8,
}

/// Which priorities of a link take part in congestion control, as bits, by files that NVIDIA's own driver has and the
/// kernel's has not (`/sys/class/net/LINK/ecn/roce_np/enable`, `roce_rp/enable`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct LinkEcn {
    /// Marked packets are reported to their sender.
    pub notification: u8,
    /// Such reports are obeyed.
    pub reaction: u8,
}
