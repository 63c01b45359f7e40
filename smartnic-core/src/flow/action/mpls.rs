use serde::{Deserialize, Serialize};

use crate::types::EtherType;

/// Values of an MPLS label stack entry that are set; `None` leaves a value as it is, or to the kernel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct MplsEntry {
    /// The label, 20 bits (`TCA_MPLS_LABEL`).
    pub label: Option<u32>,
    /// The traffic class, 3 bits (`TCA_MPLS_TC`).
    pub tc: Option<u8>,
    /// The time to live, 1..=255 (`TCA_MPLS_TTL`).
    pub ttl: Option<u8>,
    /// 1 for the bottom of the stack (`TCA_MPLS_BOS`).
    pub bos: Option<u8>,
}

/// Changes of a packet's MPLS label stack (`TCA_MPLS_ACT_*`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mpls {
    /// Takes the outer entry off; then the packet is of this protocol.
    Pop {
        /// The protocol behind it (`TCA_MPLS_PROTO`).
        protocol: Option<EtherType>,
    },
    /// Puts an entry before the others.
    Push {
        /// `mpls_uc` or `mpls_mc` (`TCA_MPLS_PROTO`).
        protocol: Option<EtherType>,
        /// The entry.
        entry: MplsEntry,
    },
    /// Changes the outer entry.
    Modify(MplsEntry),
    /// Takes one from the outer entry's time to live.
    DecTtl,
    /// Puts an entry before the MAC header.
    MacPush {
        /// `mpls_uc` or `mpls_mc` (`TCA_MPLS_PROTO`).
        protocol: Option<EtherType>,
        /// The entry.
        entry: MplsEntry,
    },
}
