use serde::{Deserialize, Serialize};

use super::{HwStats, Rule, RuleId};

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
    /// What the kernel says of each action, in the order of [`Rule::actions`]; empty if it says nothing.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub actions: Vec<ActionState>,
}

impl FlowEntry {
    /// The rule's identity.
    ///
    /// A kernel always gives a handle and a priority; one that did not is known by handle 0.
    #[must_use]
    pub fn id(&self) -> RuleId {
        let Rule { attach, chain, prio, protocol, classifier, handle, .. } = &self.rule;
        RuleId {
            attach: attach.clone(),
            chain: *chain,
            prio: *prio,
            protocol: *protocol,
            classifier: *classifier,
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

/// What an action let wait and dropped (`TCA_STATS_QUEUE`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct QueueStats {
    /// Packets that wait (`gnet_stats_queue.qlen`).
    pub qlen: u32,
    /// Bytes that wait.
    pub backlog: u32,
    /// Packets that were dropped.
    pub drops: u32,
    /// Packets that were put back.
    pub requeues: u32,
    /// Packets beyond a limit.
    pub overlimits: u32,
}

/// An action as the kernel holds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ActionState {
    /// Its number among the actions of its kind (`tc_gen.index`).
    pub index: u32,
    /// How often it is held (`tc_gen.refcnt`).
    pub refs: u32,
    /// How many filters use it (`tc_gen.bindcnt`).
    pub binds: u32,
    /// What it counted.
    pub stats: FlowStats,
    /// What it let wait and dropped.
    pub queue: QueueStats,
    /// Milliseconds since a packet first met it (`tcf_t.firstuse`); 0 if none did.
    pub first_used_ms: u64,
    /// Milliseconds until it expires (`tcf_t.expires`); 0 if it does not.
    pub expires_ms: u64,
    /// How the hardware counts it now (`TCA_ACT_USED_HW_STATS`).
    pub used_hw_stats: Option<HwStats>,
    /// In how many devices it is, for shared actions (`TCA_ACT_IN_HW_COUNT`).
    pub in_hw_count: Option<u32>,
    /// What a `ctinfo` action counted: DSCPs that were set, packets that have none, marks that were set
    /// (`TCA_CTINFO_STATS_*`).
    #[serde(skip_serializing_if = "are_zero")]
    pub ctinfo: [u64; 3],
}

fn are_zero(counts: &[u64; 3]) -> bool {
    *counts == [0; 3]
}
