use serde::{Deserialize, Serialize};

use super::{Rule, RuleId};

/// A rule as the kernel holds it: with its handle, counters, and whether the NIC has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlowEntry {
    /// The rule; its handle and priority are set.
    pub rule: Rule,
    /// `Some(true)` for `in_hw`, `Some(false)` for `not_in_hw`, `None` where the kernel says neither.
    pub in_hw: Option<bool>,
    /// In how many devices it is (`TCA_FLOWER_IN_HW_COUNT`).
    pub in_hw_count: u32,
    /// What it counted.
    pub stats: FlowStats,
}

impl FlowEntry {
    /// The rule's identity.
    ///
    /// A kernel always gives a handle and a priority; one that did not is known by handle 0.
    #[must_use]
    pub fn id(&self) -> RuleId {
        let Rule { attach, chain, prio, protocol, handle, .. } = &self.rule;
        RuleId {
            attach: attach.clone(),
            chain: *chain,
            prio: *prio,
            protocol: *protocol,
            handle: handle.unwrap_or(0),
        }
    }
}

/// What a rule counted, summed over software and hardware (`TCA_STATS2` of its first counting action).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct FlowStats {
    /// Packets in all (`TCA_STATS_BASIC`, `TCA_STATS_PKT64`).
    pub packets: u64,
    /// Bytes in all.
    pub bytes: u64,
    /// Packets that the NIC handled (`TCA_STATS_BASIC_HW`).
    pub hw_packets: u64,
    /// Bytes that the NIC handled.
    pub hw_bytes: u64,
    /// Milliseconds since the rule was installed (`struct tcf_t`), if the kernel tells.
    pub age_ms: Option<u64>,
    /// Milliseconds since a packet last met it, if the kernel tells.
    pub idle_ms: Option<u64>,
}
