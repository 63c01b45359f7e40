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
