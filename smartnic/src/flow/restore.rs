//! Brings places back to what a snapshot holds.

use std::collections::{HashMap, HashSet};

use smartnic_core::backend::{FlowOp, Hook, Outcome};
use smartnic_core::flow::{Action, ActionKind, Attach, Rule, RuleId};
use smartnic_core::types::{EtherType, IfIndex};

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

/// What was changed, or may have been: rules of others that came or went meanwhile are not ours to take back.
pub(crate) struct Touched<'a> {
    /// The places that were worked on.
    pub(crate) places: &'a [Attach],
    /// The links that may have got a hook.
    pub(crate) links: Vec<IfIndex>,
    /// The rules that were to be there.
    pub(crate) wanted: &'a [Rule],
    /// The rules that were to be replaced or removed.
    pub(crate) ids: HashSet<RuleId>,
}

impl Touched<'_> {
    /// Where rules may have been added. A rule that the kernel holds in another form is ours all the same, so keys are
    /// not looked at.
    fn rows(&self) -> HashSet<(&Attach, u32, EtherType, u16)> {
        self.wanted.iter().map(|rule| (&rule.attach, rule.chain, rule.protocol, rule.prio)).collect()
    }
}

/// Brings what was touched back to what `before` holds, and checks that it is; hooks that were added go.
///
/// Rules get back their handle and priority; the counters of rules that were removed or replaced start over.
pub(crate) fn restore(host: &Host, touched: &Touched<'_>, before: &Snapshot) -> Result<Restored> {
    let mut last = None;
    for _ in 0..ROUNDS {
        match round(host, touched, before) {
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
fn round(host: &Host, touched: &Touched<'_>, before: &Snapshot) -> Result<Option<Restored>> {
    let now = Snapshot::read(host, touched.places)?;
    // Hooks elsewhere may come and go meanwhile, and are not ours to remove.
    let is_new = |hook: &&Hook| touched.links.contains(&hook.link) && !before.hooks.contains(hook);
    let added: Vec<&Hook> = now.hooks.iter().filter(is_new).collect();
    let is: HashMap<RuleId, Rule> = now.state().into_iter().collect();
    let was: HashMap<RuleId, Rule> = before.state().into_iter().collect();
    let rows = touched.rows();
    let is_ours = |id: &RuleId| {
        // Priority 0 let the kernel choose.
        [id.prio, 0].iter().any(|prio| rows.contains(&(&id.attach, id.chain, id.protocol, *prio)))
    };
    let extra: Vec<&RuleId> = is.keys().filter(|id| !was.contains_key(*id) && is_ours(id)).collect();
    let mut ops: Vec<FlowOp<'_>> = extra.into_iter().map(FlowOp::Delete).collect();
    let mut restored = Restored::All;
    let gone = gone(host, before, &now)?;
    for entry in before.entries.iter().filter(|entry| touched.ids.contains(&entry.id())) {
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
    fn what_others_did_meanwhile_is_left() {
        let host = Host::open("sim:bluefield3?face=direct").unwrap();
        let link = host.inventory().unwrap().nics[0].uplink().unwrap().ifindex;
        host.flow().add_hook(&Hook::clsact(link)).unwrap();
        let places = [Attach::ingress(link)];
        let rule = |prio| Rule::new(places[0].clone()).prio(prio).handle(1).action(Action::drop());
        let state = |host: &Host| Snapshot::read(host, &places).unwrap().state();
        let add = |prio| drop(host.flow().add(&rule(prio)).unwrap());
        [1, 2, 3].into_iter().for_each(add);
        let before = Snapshot::read(&host, &places).unwrap();

        // Ours: one removed, one added. Theirs: another removed, another added.
        for prio in [1, 2] {
            host.flow().remove(&rule(prio).id().unwrap()).unwrap();
        }
        [4, 5].into_iter().for_each(add);
        let wanted = [rule(4)];
        let ids = [rule(1).id().unwrap()].into();
        let touched = Touched { places: &places, links: vec![link], wanted: &wanted, ids };
        assert_eq!(restore(&host, &touched, &before).unwrap(), Restored::All);
        let there: Vec<u16> = state(&host).iter().map(|(id, _)| id.prio).collect();
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
