//! The fewest changes from the rules that are there to those that are wanted; its cost grows linearly with both.

use std::iter::repeat;

use rustc_hash::{FxBuildHasher, FxHashMap};
use smartnic_core::flow::{Action, ActionState, Attach, Classifier, FlowEntry, Match, Rule, RuleId};
use smartnic_core::types::EtherType;

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

/// What makes two rules the same filter to the kernel, apart from priority and handle.
#[derive(PartialEq, Eq, Hash)]
struct Filter<'a> {
    attach: &'a Attach,
    chain: u32,
    protocol: EtherType,
    classifier: Classifier,
    key: &'a Match,
}

impl<'a> Filter<'a> {
    fn of(rule: &'a Rule) -> Self {
        let Rule { attach, chain, protocol, classifier, key, .. } = rule;
        Self { attach, chain: *chain, protocol: *protocol, classifier: *classifier, key }
    }
}

/// What to do about each wanted rule, in order, and the entries that no wanted rule claimed.
///
/// Rules are compared by what they do ([`Rule::canonical`]), however they are written.
pub(crate) fn diff(wanted: &[Rule], there: &[FlowEntry]) -> (Vec<Need>, Vec<RuleId>) {
    let canonical =
        |entry: &FlowEntry| FlowEntry { rule: entry.rule.clone().canonical(), actions: Vec::new(), ..*entry };
    let wanted: Vec<Rule> = wanted.iter().cloned().map(Rule::canonical).collect();
    let states = there;
    let there: Vec<FlowEntry> = there.iter().map(canonical).collect();
    let (wanted, there) = (&wanted, &there);
    let mut by_filter: FxHashMap<Filter<'_>, Vec<usize>> =
        FxHashMap::with_capacity_and_hasher(there.len(), FxBuildHasher);
    let mut by_id: FxHashMap<RuleId, usize> = FxHashMap::with_capacity_and_hasher(there.len(), FxBuildHasher);
    for (at, entry) in there.iter().enumerate() {
        by_filter.entry(Filter::of(&entry.rule)).or_default().push(at);
        by_id.insert(entry.id(), at);
    }
    let mut claimed = vec![false; there.len()];
    let mut needs = Vec::with_capacity(wanted.len());
    for rule in wanted {
        let fits = |at: &usize| {
            let entry = &there[*at];
            !claimed[*at]
                && (rule.prio == 0 || rule.prio == entry.rule.prio)
                && (rule.handle.is_none() || rule.handle == entry.rule.handle)
        };
        let same_filter =
            by_filter.get(&Filter::of(rule)).and_then(|several| several.iter().find(|at| fits(at)).copied());
        let same_id = || rule.id().and_then(|id| by_id.get(&id).copied()).filter(|at| !claimed[*at]);
        needs.push(match same_filter.or_else(same_id) {
            Some(at) => {
                claimed[at] = true;
                let entry = &there[at];
                match does_the_same(rule, &entry.rule, &states[at].actions) {
                    true => Need::Keep(entry.id()),
                    false => Need::Replace(entry.id()),
                }
            }
            None => Need::Add,
        });
    }
    let left = there.iter().zip(&claimed).filter(|(_, claimed)| !**claimed).map(|(entry, _)| entry.id());
    (needs, left.collect())
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
    use smartnic_core::flow::FlowStats;
    use smartnic_core::types::IfIndex;

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
