use serde::{Deserialize, Serialize};

use crate::types::{EtherType, Mac};

/// What the kernel keeps beside a packet, to be set (`skbedit`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Skbedit {
    /// The transmit queue, or the first of several (`TCA_SKBEDIT_QUEUE_MAPPING`).
    pub queue: Option<u16>,
    /// The last of several queues, chosen by the packet's hash (`TCA_SKBEDIT_QUEUE_MAPPING_MAX`).
    pub queue_max: Option<u16>,
    /// True if the hash chooses the queue (`SKBEDIT_F_TXQ_SKBHASH`).
    pub by_hash: bool,
    /// The mark (`TCA_SKBEDIT_MARK`).
    pub mark: Option<u32>,
    /// The bits of the mark that are set, if not all are (`TCA_SKBEDIT_MASK`).
    pub mark_mask: Option<u32>,
    /// The priority, as a class `major:minor` (`TCA_SKBEDIT_PRIORITY`).
    pub priority: Option<u32>,
    /// The packet type, `PACKET_HOST` 0 to `PACKET_OTHERHOST` 3 (`TCA_SKBEDIT_PTYPE`).
    pub ptype: Option<u16>,
    /// True if the priority is taken from the IP header (`SKBEDIT_F_INHERITDSFIELD`).
    pub inherit_dsfield: bool,
}

/// The Ethernet header, to be changed (`skbmod`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Skbmod {
    /// The destination address (`TCA_SKBMOD_DMAC`).
    pub dst_mac: Option<Mac>,
    /// The source address (`TCA_SKBMOD_SMAC`).
    pub src_mac: Option<Mac>,
    /// The protocol (`TCA_SKBMOD_ETYPE`).
    pub eth_type: Option<EtherType>,
    /// True if the addresses change places (`SKBMOD_F_SWAPMAC`).
    pub swap_mac: bool,
    /// True if congestion is marked in the IP header (`SKBMOD_F_ECN`).
    pub ecn: bool,
}

impl Skbmod {
    /// Of several changes the kernel makes one (`tcf_skbmod_init`).
    pub(super) fn make_canonical(&mut self) {
        if self.ecn {
            *self = Self { ecn: true, ..Self::default() };
        } else if self.swap_mac {
            *self = Self { swap_mac: true, ..Self::default() };
        }
    }
}
