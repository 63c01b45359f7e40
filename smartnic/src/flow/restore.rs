//! Brings places back to what a snapshot holds.

use std::collections::HashMap;

use smartnic_core::backend::{FlowOp, Hook, Outcome};
use smartnic_core::flow::{Action, ActionKind, Attach, Rule, RuleId};
use smartnic_core::types::IfIndex;

use super::snapshot::{Snapshot, hook_at, is_passing, patiently};
use crate::{Error, ErrorKind, Host, Result};

/// How often restoring is started over when something failed.
const ROUNDS: usize = 8;

/// How restoring ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Restored {
    /// The places hold what they held before.
    All,
    /// So do those that are left; links went away, and their rules with them.
    WhatIsLeft,
}

/// Brings these places back to what `before` holds, and checks that they are; hooks that were added on `links` go.
///
/// Rules get back their handle and priority; the counters of rules that were removed or replaced start over.
pub(crate) fn restore(
    host: &Host,
    places: &[Attach],
    links: &[IfIndex],
    before: &Snapshot,
) -> Result<Restored> {
    let mut last = None;
    for _ in 0..ROUNDS {
        match round(host, places, links, before) {
            Ok(Some(restored)) => return Ok(restored),
            Ok(None) => {}
            // Whatever failed, the round did what it could, and nothing is lost by looking once more.
            Err(error) => last = Some(error),
        }
    }
    Err(last.unwrap_or_else(|| {
        Error::new(ErrorKind::Mismatch, "restore flow rules")
            .reason("the rules read back are not those from before")
    }))
}

/// One try; how it ended if nothing was left to do.
fn round(host: &Host, places: &[Attach], links: &[IfIndex], before: &Snapshot) -> Result<Option<Restored>> {
    let now = Snapshot::read(host, places)?;
    // Hooks elsewhere may come and go meanwhile, and are not ours to remove.
    let is_new = |hook: &&Hook| links.contains(&hook.link) && !before.hooks.contains(hook);
    let added: Vec<&Hook> = now.hooks.iter().filter(is_new).collect();
    let is: HashMap<RuleId, Rule> = now.state().into_iter().collect();
    let was: HashMap<RuleId, Rule> = before.state().into_iter().collect();
    let extra: Vec<RuleId> = is.keys().filter(|id| !was.contains_key(id)).cloned().collect();
    let mut ops: Vec<FlowOp<'_>> = extra.iter().map(FlowOp::Delete).collect();
    let mut restored = Restored::All;
    let gone = gone(host, before, &now)?;
    for entry in &before.entries {
        match is.get(&entry.id()) {
            None if gone.contains(&&entry.rule.attach) => restored = Restored::WhatIsLeft,
            None => ops.push(FlowOp::Add(&entry.rule)),
            Some(rule) if !does_the_same(rule, &entry.rule) => ops.push(FlowOp::Replace(&entry.rule)),
            Some(_) => {}
        }
    }
    if ops.is_empty() && added.is_empty() {
        return Ok(Some(restored));
    }
    for outcome in host.flow().submit(&ops, false)? {
        if let Outcome::Failed(error) = outcome
            && !is_passing(&error)
            && error.kind() != ErrorKind::NotFound
        {
            return Err(error);
        }
    }
    for hook in added {
        host.flow().remove_hook(hook)?;
    }
    Ok(None)
}

/// True if the rules are equal, as far as can be seen: among the attributes of an action that is not known are its
/// times, which pass by themselves.
fn does_the_same(one: &Rule, other: &Rule) -> bool {
    let is_unknown = |action: &Action| matches!(action.kind, ActionKind::Unknown { .. });
    if !one.actions.iter().any(is_unknown) {
        return one == other;
    }
    let without_options = |rule: &Rule| {
        let mut rule = rule.clone();
        for action in &mut rule.actions {
            if let ActionKind::Unknown { options, .. } = &mut action.kind {
                options.clear();
            }
        }
        rule
    };
    without_options(one) == without_options(other)
}

/// The places that are not there any more because their links went away.
fn gone<'a>(host: &Host, before: &'a Snapshot, now: &Snapshot) -> Result<Vec<&'a Attach>> {
    let mut places: Vec<&Attach> = before.entries.iter().map(|entry| &entry.rule.attach).collect();
    places.dedup();
    places.retain(|place| hook_at(&now.hooks, place).is_none());
    if places.is_empty() {
        return Ok(places);
    }
    let links = patiently(|| host.switchdev().links())?;
    let is_there = |index: IfIndex| links.iter().any(|link| link.ifindex == index);
    places.retain(|place| hook_at(&before.hooks, place).is_none_or(|hook| !is_there(hook.link)));
    Ok(places)
}

#[cfg(test)]
mod tests {
    use super::*;
    use smartnic_core::types::UnknownAttr;

    #[test]
    fn the_times_of_an_unknown_action_make_no_difference_but_its_kind_does() {
        let rule = |kind: &str, time: u8| {
            let options = vec![UnknownAttr { kind: 1, bytes: vec![time] }];
            let action = Action::new(ActionKind::Unknown { kind: kind.to_owned(), options });
            Rule::new(Attach::ingress("eth0")).action(action)
        };
        assert!(does_the_same(&rule("pedit", 1), &rule("pedit", 2)));
        assert!(!does_the_same(&rule("pedit", 1), &rule("csum", 1)));
        assert!(!does_the_same(&rule("pedit", 1).action(Action::drop()), &rule("pedit", 1)));
        assert!(!does_the_same(&rule("pedit", 1).prio(2), &rule("pedit", 1)));
    }
}
