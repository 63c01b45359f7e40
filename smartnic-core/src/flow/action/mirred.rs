use serde::{Deserialize, Serialize};

use crate::flow::Netdev;

/// Where a redirected or mirrored packet goes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct MirredTarget {
    /// The link.
    pub dev: Netdev,
    /// True to let it in as if the link had received it; false to send it out.
    pub ingress: bool,
}

/// Sends packets, or copies of them, to every link of a shared block (`TCA_MIRRED_BLOCKID`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct MirredBlock {
    /// The block, 1..=4294967295.
    pub block: u32,
    /// True if the packet itself goes there; false for copies.
    pub redirect: bool,
    /// True to let them in as if the links had received them; false to send them out.
    pub ingress: bool,
}
