//! What must be known to take a change back, and to tell our part of the rules from what others did meanwhile.

use std::collections::{HashMap, HashSet};
use std::hash::{Hash, Hasher};

use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};
use smartnic_core::backend::Hook;
use smartnic_core::flow::{Attach, FlowEntry, Rule, RuleId};
use smartnic_core::types::{EtherType, IfIndex};

use super::snapshot::Snapshot;

/// What was changed or may have been, and how it was before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Undo {
    /// The places that were worked on.
    pub(super) places: Vec<Attach>,
    /// The links that may have got a hook.
    pub(super) links: Vec<IfIndex>,
    /// The hooks of all links before.
    pub(super) hooks: Vec<Hook>,
    /// Where rules may have been added.
    pub(super) rows: HashSet<Row>,
    /// What stood there before.
    pub(super) before: Vec<Run>,
    /// What the added rules match; none if any rule that is new in a row is ours. A rule that the kernel holds in
    /// another form is ours all the same, so this is looked at only where others had time to add rules of their own.
    pub(super) added: Option<HashSet<u64>>,
    /// The rules that were to be replaced or removed.
    pub(super) rules: Vec<Was>,
}

/// A rule as it was before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Was {
    pub(super) rule: Rule,
    /// Whether it was in hardware.
    pub(super) in_hw: bool,
}

/// What rules have in common that the kernel keeps under one priority. Priority 0 lets the kernel choose.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct Row {
    attach: Attach,
    chain: u32,
    protocol: EtherType,
    prio: u16,
}

impl Row {
    fn of(rule: &Rule) -> Self {
        let Rule { attach, chain, protocol, prio, .. } = rule;
        Self { attach: attach.clone(), chain: *chain, protocol: *protocol, prio: *prio }
    }
}

/// Rules of one row whose handles follow one another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Run {
    row: Row,
    first: u32,
    last: u32,
}

impl Undo {
    /// The undoing of a change that adds, replaces and removes rules, from what is there before it.
    ///
    /// `links` get hooks that are asked for, `added` are the rules that are to be added, `ids` those that are to be
    /// replaced or removed.
    pub(super) fn new<'a>(
        places: &[Attach],
        links: Vec<IfIndex>,
        added: impl IntoIterator<Item = &'a Rule>,
        ids: &FxHashSet<&RuleId>,
        before: &Snapshot,
    ) -> Self {
        let mut undo = Self {
            places: places.to_vec(),
            links,
            hooks: before.hooks.clone(),
            rows: HashSet::new(),
            before: Vec::new(),
            added: None,
            rules: Vec::with_capacity(ids.len()),
        };
        for rule in added {
            let row = Row::of(rule);
            // Rules of one row most often come together.
            if !undo.rows.contains(&row) {
                undo.links.extend(row.attach.dev().and_then(|dev| dev.index().ok()));
                undo.rows.insert(row);
            }
        }
        for entry in &before.entries {
            undo.note(entry, ids);
        }
        undo
    }

    /// Notes a rule that is there before the change.
    fn note(&mut self, entry: &FlowEntry, ids: &FxHashSet<&RuleId>) {
        let id = entry.id();
        if ids.contains(&id) {
            self.rules.push(Was { rule: entry.rule.clone(), in_hw: entry.in_hw == Some(true) });
        }
        let row = Row::of(&entry.rule);
        let next = |run: &&mut Run| run.row == row && run.last.checked_add(1) == Some(id.handle);
        if let Some(run) = self.before.last_mut().filter(next) {
            run.last = id.handle;
        } else if self.is_in_rows(&row) {
            self.before.push(Run { row, first: id.handle, last: id.handle });
        }
    }

    /// True if nothing is to be changed.
    pub(super) fn is_empty(&self) -> bool {
        self.links.is_empty() && self.rows.is_empty() && self.rules.is_empty()
    }

    fn is_in_rows(&self, row: &Row) -> bool {
        self.rows.contains(row) || self.rows.contains(&Row { prio: 0, ..row.clone() })
    }

    /// What tells which of the rules that are there now were added by the change.
    pub(super) fn additions(&self) -> Additions<'_> {
        let mut before: HashMap<&Row, Vec<(u32, u32)>> = HashMap::new();
        for run in &self.before {
            before.entry(&run.row).or_default().push((run.first, run.last));
        }
        before.values_mut().for_each(|runs| runs.sort_unstable());
        Additions { undo: self, before }
    }
}

/// What tells which rules were added.
pub(super) struct Additions<'a> {
    undo: &'a Undo,
    /// The first and last handles of the runs of each row, in order.
    before: HashMap<&'a Row, Vec<(u32, u32)>>,
}

impl Additions<'_> {
    /// True if a rule that is there was added by the change.
    pub(super) fn contains(&self, rule: &Rule) -> bool {
        let row = Row::of(rule);
        let handle = rule.handle.unwrap_or(0);
        let stood = |runs: &Vec<(u32, u32)>| {
            let after = runs.partition_point(|(first, _)| *first <= handle);
            after > 0 && handle <= runs[after - 1].1
        };
        self.undo.is_in_rows(&row)
            && !self.before.get(&row).is_some_and(stood)
            && self.undo.added.as_ref().is_none_or(|added| added.contains(&fingerprint(rule)))
    }
}

/// What a rule matches, and where, as a number. It is the same for every process of one build of this program.
pub(super) fn fingerprint(rule: &Rule) -> u64 {
    let Rule { attach, chain, protocol, classifier, key, .. } = rule.clone().canonical();
    let mut hasher = Lasting(0xcbf2_9ce4_8422_2325);
    (attach, chain, protocol, classifier, key).hash(&mut hasher);
    hasher.finish()
}

/// A hash that is the same in every process, unlike the standard library's: bytes as in FNV-1a, numbers whole. Most of
/// what is hashed is which of many keys are there, and byte by byte that took as long as to read the rule.
struct Lasting(u64);

impl Lasting {
    /// The multiplication moves bits only upwards, so that the upper half must be brought down for the next.
    fn mix(&mut self, word: u64) {
        let mixed = (self.0 ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = mixed ^ (mixed >> 32);
    }
}

impl Hasher for Lasting {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    fn write_u8(&mut self, number: u8) {
        self.mix(number.into());
    }

    fn write_u16(&mut self, number: u16) {
        self.mix(number.into());
    }

    fn write_u32(&mut self, number: u32) {
        self.mix(number.into());
    }

    fn write_u64(&mut self, number: u64) {
        self.mix(number);
    }

    fn write_usize(&mut self, number: usize) {
        self.mix(number as u64);
    }

    fn write_isize(&mut self, number: isize) {
        self.mix(number as u64);
    }
}
