//! Handles for many rules that are to be added and have none: those that the kernel would give them one by one.
//!
//! Rules whose handle is given can go in several at a time (`FlowOffload::submit`), and come out the same.

use std::collections::HashMap;

use smartnic_core::flow::{Attach, Classifier, FlowEntry, Rule};
use smartnic_core::types::EtherType;

/// From so many rules on it is worth while.
const MANY: usize = 1024;

/// Where handles must differ.
type Row<'a> = (&'a Attach, u32, u16, EtherType);

fn row(rule: &Rule) -> Row<'_> {
    (&rule.attach, rule.chain, rule.prio, rule.protocol)
}

/// True if the kernel chooses the handle, and nothing else, for this rule.
fn is_open(rule: &Rule) -> bool {
    rule.handle.is_none() && rule.prio != 0 && rule.classifier == Classifier::Flower
}

/// Handles for the rules at these places of `rules` that have none, if there are many; `there` and the others of `rules`
/// hold theirs. The lowest that are free come first, as from the kernel.
pub(super) fn choose(
    rules: &[Rule],
    added: impl Iterator<Item = usize>,
    there: &[FlowEntry],
) -> Vec<(usize, u32)> {
    let open: Vec<usize> = added.filter(|at| is_open(&rules[*at])).collect();
    if open.len() < MANY {
        return Vec::new();
    }
    let mut rows: HashMap<Row<'_>, Free> =
        open.iter().map(|at| (row(&rules[*at]), Free::default())).collect();
    for rule in there.iter().map(|entry| &entry.rule).chain(rules) {
        if let (Some(handle), Some(free)) = (rule.handle, rows.get_mut(&row(rule))) {
            free.held.push(handle);
        }
    }
    rows.values_mut().for_each(|free| free.held.sort_unstable_by(|one, other| other.cmp(one)));
    let handle = |at: usize| Some((at, rows.get_mut(&row(&rules[at]))?.take()?));
    open.into_iter().filter_map(handle).collect()
}

/// The free handles of a row.
#[derive(Default)]
struct Free {
    /// Those that are held and were not passed yet, the lowest last.
    held: Vec<u32>,
    last: u32,
}

impl Free {
    fn take(&mut self) -> Option<u32> {
        self.last = self.last.checked_add(1)?;
        while let Some(held) = self.held.pop_if(|held| *held <= self.last) {
            if held == self.last {
                self.last = self.last.checked_add(1)?;
            }
        }
        Some(self.last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use smartnic_core::flow::{Action, FlowStats};
    use smartnic_core::types::IfIndex;

    fn rule(prio: u16, handle: Option<u32>) -> Rule {
        Rule { handle, ..Rule::new(Attach::ingress(IfIndex(3))).prio(prio).action(Action::drop()) }
    }

    fn entry(rule: Rule) -> FlowEntry {
        FlowEntry { rule, in_hw: None, in_hw_count: 0, stats: FlowStats::default(), actions: Vec::new() }
    }

    #[test]
    fn the_lowest_free_handles_of_each_row_are_chosen_in_order() {
        let open = |prio| (0..1000).map(move |_| rule(prio, None));
        let rules: Vec<Rule> = open(1).chain(open(2)).chain([rule(2, Some(3)), rule(0, None)]).collect();
        let there = [rule(1, Some(1)), rule(1, Some(2)), rule(1, Some(4)), rule(9, Some(1))].map(entry);
        let chosen = choose(&rules, 0..rules.len(), &there);
        let first = [3].into_iter().chain(5..).take(1000);
        let second = [1, 2].into_iter().chain(4..).take(1000);
        assert_eq!(chosen, (0..).zip(first.chain(second)).collect::<Vec<_>>());
    }

    #[test]
    fn few_rules_are_left_to_the_kernel() {
        let rules: Vec<Rule> = (0..1000).map(|_| rule(1, None)).collect();
        assert_eq!(choose(&rules, 0..1000, &[]), []);
    }
}
