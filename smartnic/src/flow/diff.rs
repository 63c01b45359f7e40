//! The fewest changes from the rules that are there to those that are wanted; its cost grows linearly with both.

use std::cell::OnceCell;
use std::iter::{repeat, successors};

use rustc_hash::{FxBuildHasher, FxHashMap};
use smartnic_core::flow::{Action, ActionState, FlowEntry, Rule, RuleId};

use super::undo::fingerprint;
use crate::pieces;

/// What to do about one wanted rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Need {
    /// It is there already, as this entry.
    Keep(RuleId),
    /// It takes the place of this entry.
    Replace(RuleId),
    /// It is not there.
    Add,
}

impl Need {
    /// The entry that stands for the rule.
    pub(crate) fn entry(&self) -> Option<&RuleId> {
        match self {
            Self::Keep(id) | Self::Replace(id) => Some(id),
            Self::Add => None,
        }
    }
}

/// Which of the rules that are there stands for each wanted one.
pub(crate) struct Matches {
    /// For each wanted rule, in order: where its entry stands, and whether it does the same.
    pub(crate) found: Vec<Option<(usize, bool)>>,
    /// Which entries some wanted rule claimed.
    claimed: Vec<bool>,
}

/// What to do about each wanted rule, in order, and the entries that no wanted rule claimed.
///
/// Rules are compared by what they do ([`Rule::canonical`]), however they are written.
pub(crate) fn diff(wanted: &[Rule], there: &[FlowEntry]) -> (Vec<Need>, Vec<RuleId>) {
    let Matches { found, claimed } = matches(wanted, there);
    let need = |found: Option<(usize, bool)>| match found {
        Some((at, true)) => Need::Keep(there[at].id()),
        Some((at, false)) => Need::Replace(there[at].id()),
        None => Need::Add,
    };
    let left = there.iter().zip(&claimed).filter(|(_, claimed)| !**claimed).map(|(entry, _)| entry.id());
    (found.into_iter().map(need).collect(), left.collect())
}

/// Finds the entry of each wanted rule: the same filter, or one with its number.
pub(crate) fn matches(wanted: &[Rule], there: &[FlowEntry]) -> Matches {
    let mut matches = Matches { found: vec![None; wanted.len()], claimed: vec![false; there.len()] };
    if there.is_empty() {
        return matches;
    }
    // Many rules in canonical form are much memory; their fingerprints are little, and those that agree are compared.
    let prints = pieces::map(wanted.len() + there.len(), |at| match wanted.get(at) {
        Some(rule) => fingerprint(rule),
        None => fingerprint(&there[at - wanted.len()].rule),
    });
    let (wanted_prints, there_prints) = prints.split_at(wanted.len());
    // The first entry with each fingerprint, and the next one with the same for each entry.
    let mut first: FxHashMap<u64, usize> = FxHashMap::with_capacity_and_hasher(there.len(), FxBuildHasher);
    let mut next = vec![None; there.len()];
    for (at, print) in there_prints.iter().enumerate().rev() {
        next[at] = first.insert(*print, at);
    }
    let by_id: OnceCell<FxHashMap<RuleId, usize>> = OnceCell::new();
    let by_id =
        || by_id.get_or_init(|| there.iter().enumerate().map(|(at, entry)| (entry.id(), at)).collect());
    for ((rule, print), found) in wanted.iter().zip(wanted_prints).zip(&mut matches.found) {
        let claimed = &mut matches.claimed;
        let fits = |at: &usize| {
            let entry = &there[*at].rule;
            !claimed[*at]
                && (rule.prio == 0 || rule.prio == entry.prio)
                && (rule.handle.is_none() || rule.handle == entry.handle)
                && is_same_filter(rule, entry)
        };
        let same_filter = successors(first.get(print).copied(), |at| next[*at]).find(fits);
        let same_id = || rule.id().and_then(|id| by_id().get(&id).copied()).filter(|at| !claimed[*at]);
        if let Some(at) = same_filter.or_else(same_id) {
            claimed[at] = true;
            *found = Some((at, is_as_wanted(rule, &there[at])));
        }
    }
    matches
}

/// Whether two rules are the same filter to the kernel, apart from priority and handle.
fn is_same_filter(one: &Rule, other: &Rule) -> bool {
    let place = |rule: &Rule| (rule.chain, rule.protocol, rule.classifier);
    one.attach == other.attach
        && place(one) == place(other)
        && (one.key == other.key || one.clone().canonical().key == other.clone().canonical().key)
}

/// Whether an entry does what a rule says, however that is written.
pub(crate) fn is_as_wanted(wanted: &Rule, there: &FlowEntry) -> bool {
    let FlowEntry { rule, actions, .. } = there;
    // Most rules are read back as they were written.
    does_the_same(wanted, rule, actions)
        || does_the_same(&wanted.clone().canonical(), &rule.clone().canonical(), actions)
}

fn does_the_same(wanted: &Rule, there: &Rule, states: &[ActionState]) -> bool {
    let numbers = states.iter().map(|state| Some(state.index)).chain(repeat(None));
    (wanted.classifier, &wanted.key, wanted.skip, wanted.classid)
        == (there.classifier, &there.key, there.skip, there.classid)
        && wanted.actions.len() == there.actions.len()
        && wanted
            .actions
            .iter()
            .zip(&there.actions)
            .zip(numbers)
            .all(|((one, other), number)| same(one, other, number))
}

/// Whether an action is the one that is wanted; `number` is the kernel's for the one that is there.
fn same(wanted: &Action, there: &Action, number: Option<u32>) -> bool {
    let content = || {
        let Action { kind, control, hw_stats, cookie, flags, .. } = wanted;
        (kind, *control, *hw_stats, cookie, *flags)
            == (&there.kind, there.control, there.hw_stats, &there.cookie, there.flags)
    };
    match wanted.index {
        // Whoever shares an action has it as it was made, whatever else is written beside its number.
        Some(index) if number.or(there.index) != Some(index) => false,
        Some(_) if there.index.is_some() => wanted.kind.name() == there.kind.name(),
        // That others share a rule's own action changes nothing about it.
        _ => content(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use smartnic_core::flow::{Attach, FlowStats};
    use smartnic_core::types::{EtherType, IfIndex};

    fn rule(prio: u16, address: &str, action: Action) -> Rule {
        let rule = Rule::new(Attach::ingress(IfIndex(3))).prio(prio).protocol(EtherType::IPV4);
        rule.matching(|key| key.dst_ip = Some(address.parse().unwrap())).action(action)
    }

    #[test]
    fn an_action_with_a_number_is_known_by_it() {
        let numbered = |index| Action { index: Some(index), ..Action::drop() };
        let there = |index, action| FlowEntry {
            actions: vec![ActionState { index, ..ActionState::default() }],
            ..entry(rule(1, "10.0.0.1", action), 1)
        };
        let kept = |wanted: Action, there: FlowEntry| {
            diff(&[rule(1, "10.0.0.1", wanted)], &[there]).0
                == [Need::Keep(entry(rule(1, "10.0.0.1", Action::drop()), 1).id())]
        };
        // Of an action that nobody shares, the rule read back does not say the number; the state does.
        assert!(kept(numbered(7), there(7, Action::drop())));
        assert!(!kept(numbered(7), there(8, Action::drop())));
        assert!(!kept(numbered(7), there(7, Action::pass())));
        // A shared one is as it was made.
        assert!(kept(numbered(7), there(7, Action { index: Some(7), ..Action::pass() })));
        assert!(kept(Action::drop(), there(7, numbered(7))));
    }

    fn entry(rule: Rule, handle: u32) -> FlowEntry {
        FlowEntry {
            rule: rule.handle(handle),
            in_hw: None,
            in_hw_count: 0,
            stats: FlowStats::default(),
            actions: Vec::new(),
        }
    }

    #[test]
    fn every_rule_is_kept_replaced_or_added_and_the_rest_is_left() {
        let there = [
            entry(rule(1, "10.0.0.1", Action::drop()), 1),
            entry(rule(1, "10.0.0.2", Action::drop()), 2),
            entry(rule(2, "10.0.0.3", Action::drop()), 1),
        ];
        let wanted = [
            rule(1, "10.0.0.1", Action::drop()),
            rule(1, "10.0.0.2", Action::pass()),
            rule(9, "10.0.0.3", Action::drop()),
        ];
        let (needs, left) = diff(&wanted, &there);
        assert_eq!(needs, [Need::Keep(there[0].id()), Need::Replace(there[1].id()), Need::Add]);
        assert_eq!(left, [there[2].id()]);
    }

    #[test]
    fn bits_outside_a_mask_make_no_difference() {
        let there = [entry(rule(1, "10.1.2.3/16", Action::drop()), 1)];
        let (needs, left) = diff(&[rule(1, "10.1.0.0/16", Action::drop())], &there);
        assert_eq!((needs, left), (vec![Need::Keep(there[0].id())], vec![]));
    }

    #[test]
    fn a_rule_without_a_priority_is_found_wherever_the_kernel_put_it() {
        let there = [entry(rule(0xc000, "10.0.0.1", Action::drop()), 1)];
        assert_eq!(diff(&[rule(0, "10.0.0.1", Action::drop())], &there).0, [Need::Keep(there[0].id())]);
    }

    #[test]
    fn a_handle_names_the_entry_even_if_the_key_changed() {
        let there = [entry(rule(5, "10.0.0.1", Action::drop()), 7)];
        let wanted = rule(5, "10.0.0.9", Action::drop()).handle(7);
        assert_eq!(diff(&[wanted], &there).0, [Need::Replace(there[0].id())]);
    }
}
