use serde::{Deserialize, Serialize};

use super::Control;

/// How chance decides (`PGACT_*`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ChanceKind {
    /// By random numbers (`PGACT_NETRAND`).
    Netrand,
    /// Every n-th packet (`PGACT_DETERM`).
    Determ,
    /// Never; the kernel keeps the rest (`PGACT_NONE`).
    None,
}

/// A second control that one of so many packets meets instead (`TCA_GACT_PROB`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Chance {
    /// How it is decided.
    pub kind: ChanceKind,
    /// What happens to such a packet.
    pub control: Control,
    /// One of so many packets, 1..=10000 (`tc_gact_p.pval`).
    pub one_of: u16,
}
