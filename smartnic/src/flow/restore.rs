//! Brings places back to what a snapshot holds.

use std::collections::HashMap;

use smartnic_core::backend::{FlowOp, Hook, Outcome};
use smartnic_core::flow::{Attach, Rule, RuleId};

use super::snapshot::{Snapshot, is_passing};
use crate::{Error, ErrorKind, Host, Result};

/// How often restoring is started over when the kernel was disturbed or busy.
const ROUNDS: usize = 8;

/// Brings these places back to what `before` holds, and checks that they are.
///
/// Rules get back their handle and priority; the counters of rules that were removed or replaced start over.
pub(crate) fn restore(host: &Host, places: &[Attach], before: &Snapshot) -> Result<()> {
    let mut last = None;
    for _ in 0..ROUNDS {
        match round(host, places, before) {
            Ok(true) => return Ok(()),
            Ok(false) => {}
            Err(error) if is_passing(&error) => last = Some(error),
            Err(error) => return Err(error),
        }
    }
    Err(last.unwrap_or_else(|| {
        Error::new(ErrorKind::Mismatch, "restore flow rules")
            .reason("the rules read back are not those from before")
    }))
}

/// One try; true if nothing was left to do.
fn round(host: &Host, places: &[Attach], before: &Snapshot) -> Result<bool> {
    let now = Snapshot::read(host, places)?;
    let added: Vec<&Hook> = now
        .hooks
        .iter()
        .filter(|hook| !before.hooks.contains(hook))
        .filter(|hook| ours(hook, places))
        .collect();
    let is: HashMap<RuleId, Rule> = now.state().into_iter().collect();
    let was: HashMap<RuleId, Rule> = before.state().into_iter().collect();
    let extra: Vec<RuleId> = is.keys().filter(|id| !was.contains_key(id)).cloned().collect();
    let mut ops: Vec<FlowOp<'_>> = extra.iter().map(FlowOp::Delete).collect();
    for entry in &before.entries {
        match is.get(&entry.id()) {
            None => ops.push(FlowOp::Add(&entry.rule)),
            Some(rule) if *rule != entry.rule => ops.push(FlowOp::Replace(&entry.rule)),
            Some(_) => {}
        }
    }
    if ops.is_empty() && added.is_empty() {
        return Ok(true);
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
    Ok(false)
}

/// True if the hook stands where we work: others may come and go meanwhile, and are not ours to remove.
fn ours(hook: &Hook, places: &[Attach]) -> bool {
    places.iter().filter_map(Attach::dev).any(|dev| dev.index().is_ok_and(|index| index == hook.link))
}
