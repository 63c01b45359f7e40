use std::net::Ipv4Addr;

use serde::{Deserialize, Serialize};

/// A translation of IPv4 addresses without connections (`nat`, `struct tc_nat`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Nat {
    /// True to translate the source address (`TCA_NAT_FLAG_EGRESS`); false for the destination.
    pub egress: bool,
    /// The addresses that are translated.
    pub old: Ipv4Addr,
    /// The bits of them that are translated.
    pub mask: Ipv4Addr,
    /// What becomes of these bits.
    pub new: Ipv4Addr,
}
