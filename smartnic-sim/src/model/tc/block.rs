use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};
use smartnic_core::flow::{Classifier, Control, Match, Rule};
use smartnic_core::types::{EtherType, IfIndex};

use super::BlockKey;
use crate::driver::HwForm;

/// A filter block (`struct tcf_block`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Block {
    pub(crate) key: BlockKey,
    /// The links bound to it, in the order they came.
    pub(crate) bound: Vec<Binding>,
    /// Its chains, in the order they came, which is the order of a dump.
    pub(crate) chains: Vec<Chain>,
}

/// A link bound to a block.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Binding {
    pub(crate) link: IfIndex,
    pub(crate) egress: bool,
    /// Whether the link's driver is offered the block's rules.
    pub(crate) offload: bool,
}

/// A chain (`struct tcf_chain`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Chain {
    pub(crate) index: u32,
    /// Whether somebody made it, so that it stays without filters (`explicitly_created`).
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) made: bool,
    /// What its filters may look at (`tmplt_priv`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) template: Option<Match>,
    /// Priorities, the first to be asked first.
    pub(crate) protos: BTreeMap<u16, Proto>,
}

fn is_false(flag: &bool) -> bool {
    !flag
}

/// The filters of one priority (`struct tcf_proto`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Proto {
    pub(crate) protocol: EtherType,
    /// Filters by handle.
    pub(crate) filters: BTreeMap<u32, Filter>,
    /// No handle below this one is free; sought again when a state is loaded.
    #[serde(skip)]
    free_from: u32,
    /// How many filters have a match; built again when a state is loaded.
    #[serde(skip)]
    matches: HashMap<Match, u32>,
}

/// A filter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Filter {
    /// The rule as the kernel holds it: with place, priority and handle, without what the kernel overlooks.
    pub(crate) rule: Rule,
    /// Whether drivers' reasons were asked for (`TCA_CLS_FLAGS_VERBOSE`).
    pub(crate) verbose: bool,
    /// Whether no driver took it when it was made (`TCA_CLS_FLAGS_NOT_IN_HW`).
    pub(crate) not_in_hw: bool,
    /// The links whose drivers took it.
    pub(crate) hw: Vec<HwPlace>,
    pub(crate) stats: FilterStats,
    /// The number of its first action; the others follow.
    pub(crate) first_action: u32,
    /// When it was made, and when a packet first and last met it, by the machine's clock.
    pub(crate) made_ms: u64,
    pub(crate) first_used_ms: Option<u64>,
    pub(crate) used_ms: Option<u64>,
}

/// A rule in the hardware of one link.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct HwPlace {
    pub(crate) link: IfIndex,
    pub(crate) egress: bool,
    /// False if another link of the same switch took its place.
    pub(crate) active: bool,
    /// The physical function whose driver took it, of a rule on a tunnel device.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) via: Option<usize>,
    /// What the hardware does, where that differs from the rule.
    pub(crate) form: Option<HwForm>,
}

/// What a filter counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct FilterStats {
    pub(crate) sw_packets: u64,
    pub(crate) sw_bytes: u64,
    pub(crate) hw_packets: u64,
    pub(crate) hw_bytes: u64,
}

impl Block {
    /// A block that nobody is bound to yet.
    pub(super) fn new(key: BlockKey) -> Self {
        Self { key, bound: Vec::new(), chains: Vec::new() }
    }

    pub(crate) fn chain(&self, index: u32) -> Option<&Chain> {
        self.chains.iter().find(|chain| chain.index == index)
    }

    pub(super) fn chain_mut(&mut self, index: u32) -> Option<&mut Chain> {
        self.chains.iter_mut().find(|chain| chain.index == index)
    }

    /// The chain of this number, made if it is not there.
    pub(super) fn chain_or_new(&mut self, index: u32) -> &mut Chain {
        let at = self.chains.iter().position(|chain| chain.index == index).unwrap_or_else(|| {
            self.chains.push(Chain { index, made: false, template: None, protos: BTreeMap::new() });
            self.chains.len() - 1
        });
        &mut self.chains[at]
    }

    /// Lets chains go that hold no filter and that no rule goes to.
    pub(super) fn drop_empty_chains(&mut self) {
        if self.chains.iter().all(|chain| chain.made || !chain.protos.is_empty()) {
            return;
        }
        let wanted: Vec<u32> = self.filters().flat_map(|filter| goto_chains(&filter.rule)).collect();
        self.chains.retain(|chain| chain.made || !chain.protos.is_empty() || wanted.contains(&chain.index));
    }

    /// Its filters in the order of a dump.
    pub(crate) fn filters(&self) -> impl Iterator<Item = &Filter> {
        self.chains.iter().flat_map(|chain| chain.protos.values()).flat_map(|proto| proto.filters.values())
    }

    pub(super) fn filters_mut(&mut self) -> impl Iterator<Item = &mut Filter> {
        filters_mut(&mut self.chains)
    }

    /// Whether any filter is in hardware (`offloadcnt`).
    pub(super) fn in_hw(&self) -> bool {
        self.filters().any(|filter| !filter.hw.is_empty())
    }
}

/// The filters of chains, in the order of a dump.
pub(super) fn filters_mut(chains: &mut [Chain]) -> impl Iterator<Item = &mut Filter> {
    let protos = chains.iter_mut().flat_map(|chain| chain.protos.values_mut());
    protos.flat_map(|proto| proto.filters.values_mut())
}

/// The chains that a rule goes to.
pub(super) fn goto_chains(rule: &Rule) -> impl Iterator<Item = u32> {
    rule.actions.iter().filter_map(|action| match action.control {
        Control::Goto(chain) => Some(chain),
        _ => None,
    })
}

impl Proto {
    /// A priority without filters.
    pub(super) fn new(protocol: EtherType) -> Self {
        Self { protocol, filters: BTreeMap::new(), free_from: 1, matches: HashMap::new() }
    }

    /// The kind of its filters.
    pub(crate) fn classifier(&self) -> Classifier {
        self.filters.values().next().map_or(Classifier::Flower, |filter| filter.rule.classifier)
    }

    /// The lowest free handle.
    pub(super) fn free_handle(&mut self) -> u32 {
        while self.filters.contains_key(&self.free_from) {
            self.free_from += 1;
        }
        self.free_from
    }

    /// Whether a filter has this match.
    pub(crate) fn has_match(&self, key: &Match) -> bool {
        self.matches.contains_key(key)
    }

    /// Puts a filter in its place, and gives back the one that was there.
    pub(super) fn insert(&mut self, handle: u32, filter: Filter) -> Option<Filter> {
        *self.matches.entry(filter.rule.key.clone()).or_insert(0) += 1;
        let old = self.filters.insert(handle, filter);
        if let Some(old) = &old {
            self.forget_match(&old.rule.key);
        }
        old
    }

    /// Takes a filter out.
    pub(super) fn remove(&mut self, handle: u32) -> Option<Filter> {
        let filter = self.filters.remove(&handle)?;
        self.free_from = self.free_from.min(handle.max(1));
        self.forget_match(&filter.rule.key);
        Some(filter)
    }

    fn forget_match(&mut self, key: &Match) {
        if let Some(count) = self.matches.get_mut(key) {
            *count -= 1;
            if *count == 0 {
                self.matches.remove(key);
            }
        }
    }

    /// Counts matches anew, after a state was loaded.
    pub(super) fn count_matches(&mut self) {
        self.free_from = 1;
        self.matches.clear();
        for filter in self.filters.values() {
            *self.matches.entry(filter.rule.key.clone()).or_insert(0) += 1;
        }
    }
}

impl FilterStats {
    /// The packets that met the filter, in hardware and in software.
    pub(crate) fn packets(&self) -> u64 {
        self.sw_packets.saturating_add(self.hw_packets)
    }

    /// The bytes of those packets.
    pub(crate) fn bytes(&self) -> u64 {
        self.sw_bytes.saturating_add(self.hw_bytes)
    }
}

impl Filter {
    /// Takes note that a packet met it.
    pub(crate) fn met(&mut self, now: u64) {
        self.first_used_ms.get_or_insert(now);
        self.used_ms = Some(now);
    }

    /// Whether the hardware carries it out for what comes in on this link.
    pub(crate) fn hw_on(&self, link: IfIndex) -> Option<&HwPlace> {
        self.hw.iter().find(|place| place.link == link && !place.egress && place.active)
    }
}

impl HwPlace {
    /// What the hardware matches on.
    pub(super) fn key<'a>(&'a self, rule: &'a Rule) -> &'a Match {
        self.form.as_ref().map_or(&rule.key, |form| &form.key)
    }
}
