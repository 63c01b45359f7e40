//! Brings places back to what they were before a change.

use std::collections::{HashMap, HashSet};

use smartnic_core::backend::{FlowOp, Hook, Outcome};
use smartnic_core::flow::{Action, ActionKind, Attach, Classifier, FlowEntry, Rule, RuleId};
use smartnic_core::types::IfIndex;

use super::snapshot::{Snapshot, hook_at, is_passing, patiently};
use super::undo::{Additions, Undo, Was};
use crate::{Error, ErrorKind, Host, Result};

/// How often restoring is started over when something failed.
const ROUNDS: usize = 8;

/// What restoring did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Restored {
    /// Links went away, and their rules with them; the other places hold what they held before.
    pub(crate) links_gone: bool,
    /// Rules that were added or replaced to get there.
    pub(crate) put_back: usize,
    /// Rules that were removed.
    pub(crate) removed: usize,
    /// Hooks that were removed.
    pub(crate) hooks_removed: usize,
}

/// Brings what was touched back to what it was, and checks that it is; hooks that were added go.
///
/// Rules get back their handle and priority; the counters of rules that were removed or replaced start over.
pub(super) fn restore(host: &Host, undo: &Undo) -> Result<Restored> {
    let additions = undo.additions();
    let (mut restored, mut again) = (Restored::default(), HashSet::new());
    let mut last = None;
    for _ in 0..ROUNDS {
        match round(host, undo, &additions, &mut again, &mut restored) {
            Ok(true) => return Ok(restored),
            Ok(false) => {}
            // Whatever failed, the round did what it could, and nothing is lost by looking once more.
            Err(error) => last = Some(error),
        }
    }
    Err(last.unwrap_or_else(|| {
        Error::new(ErrorKind::Mismatch, "restore flow rules")
            .reason("the rules read back are not those from before")
    }))
}

/// One try; true if nothing was left to do.
///
/// A rule that came back in software only, for lack of room while others were in its place, is inserted once more; each
/// only once, since the room may be taken for good.
fn round(
    host: &Host,
    undo: &Undo,
    additions: &Additions<'_>,
    again: &mut HashSet<RuleId>,
    restored: &mut Restored,
) -> Result<bool> {
    let now = Snapshot::read(host, &undo.places)?;
    // Hooks elsewhere may come and go meanwhile, and are not ours to remove.
    let is_new = |hook: &&Hook| undo.links.contains(&hook.link) && !undo.hooks.contains(hook);
    let added: Vec<&Hook> = now.hooks.iter().filter(is_new).collect();
    let extra = now.entries.iter().filter(|entry| additions.contains(&entry.rule));
    let mut removed: Vec<RuleId> = extra.map(FlowEntry::id).collect();
    let extras = removed.len();
    let is: HashMap<RuleId, &FlowEntry> = now.entries.iter().map(|entry| (entry.id(), entry)).collect();
    let mut ops = Vec::new();
    let gone = gone(host, undo, &now)?;
    for Was { rule, in_hw } in &undo.rules {
        match rule.id().and_then(|id| is.get_key_value(&id)) {
            None if gone.contains(&&rule.attach) => restored.links_gone = true,
            None => ops.push(FlowOp::Add(rule)),
            // Nothing takes the place of a rule that every packet meets (`mall_change`).
            Some((id, there))
                if !does_the_same(&there.rule, rule) && rule.classifier == Classifier::Matchall =>
            {
                removed.push(id.clone());
                ops.push(FlowOp::Add(rule));
            }
            Some((_, there)) if !does_the_same(&there.rule, rule) => ops.push(FlowOp::Replace(rule)),
            Some((id, there)) if *in_hw && there.in_hw != Some(true) && again.insert(id.clone()) => {
                removed.push(id.clone());
                ops.push(FlowOp::Add(rule));
            }
            Some(_) => {}
        }
    }
    ops.splice(0..0, removed.iter().map(FlowOp::Delete));
    if ops.is_empty() && added.is_empty() {
        return Ok(true);
    }
    for ((at, op), outcome) in ops.iter().enumerate().zip(host.flow().submit(&ops, false)?) {
        match (op, outcome) {
            (_, Outcome::Failed(error)) if !is_passing(&error) && error.kind() != ErrorKind::NotFound => {
                return Err(error);
            }
            (FlowOp::Delete(_), Outcome::Done(_)) => restored.removed += usize::from(at < extras),
            (_, Outcome::Done(_)) => restored.put_back += 1,
            _ => {}
        }
    }
    for hook in added {
        host.flow().remove_hook(hook)?;
        restored.hooks_removed += 1;
    }
    Ok(false)
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
fn gone<'a>(host: &Host, undo: &'a Undo, now: &Snapshot) -> Result<Vec<&'a Attach>> {
    let mut places: Vec<&Attach> = undo.rules.iter().map(|was| &was.rule.attach).collect();
    places.dedup();
    places.retain(|place| hook_at(&now.hooks, place).is_none());
    if places.is_empty() {
        return Ok(places);
    }
    let links = patiently(|| host.switchdev().links())?;
    let is_there = |index: IfIndex| links.iter().any(|link| link.ifindex == index);
    places.retain(|place| hook_at(&undo.hooks, place).is_none_or(|hook| !is_there(hook.link)));
    Ok(places)
}

#[cfg(test)]
mod tests {
    use super::*;
    use smartnic_core::types::UnknownAttr;

    #[test]
    fn what_others_did_meanwhile_is_left() {
        let host = Host::open("sim:bluefield3?face=direct").unwrap();
        let link = host.inventory().unwrap().nics[0].uplink().unwrap().ifindex;
        host.flow().add_hook(&Hook::clsact(link)).unwrap();
        let places = [Attach::ingress(link)];
        let rule = |prio| Rule::new(places[0].clone()).prio(prio).handle(1).action(Action::drop());
        let state = |host: &Host| Snapshot::read(host, &places).unwrap().entries;
        let add = |prio| drop(host.flow().add(&rule(prio)).unwrap());
        [1, 2, 3].into_iter().for_each(add);
        let before = Snapshot::read(&host, &places).unwrap();

        // Ours: one removed, one added. Theirs: another removed, another added.
        for prio in [1, 2] {
            host.flow().remove(&rule(prio).id().unwrap()).unwrap();
        }
        [4, 5].into_iter().for_each(add);
        let (removed, added) = (rule(1).id().unwrap(), rule(4));
        let undo = Undo::new(&places, vec![link], [&added], &[&removed].into_iter().collect(), &before);
        let restored = Restored { put_back: 1, removed: 1, ..Restored::default() };
        assert_eq!(restore(&host, &undo).unwrap(), restored);
        let there: Vec<u16> = state(&host).iter().map(|entry| entry.rule.prio).collect();
        assert_eq!(there, [1, 3, 5]);
    }

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
