//! Brings places back to what a snapshot holds.

use std::collections::HashMap;

use smartnic_core::backend::{FlowOp, Hook, Outcome};
use smartnic_core::flow::{Attach, Rule, RuleId};
use smartnic_core::types::IfIndex;

use super::snapshot::{Snapshot, is_passing};
use crate::{Error, ErrorKind, Host, Result};

/// How often restoring is started over when the kernel was disturbed or busy.
const ROUNDS: usize = 8;

/// Brings these places back to what `before` holds, and checks that they are; hooks that were added on `links` go.
///
/// Rules get back their handle and priority; the counters of rules that were removed or replaced start over.
pub(crate) fn restore(host: &Host, places: &[Attach], links: &[IfIndex], before: &Snapshot) -> Result<()> {
    let mut last = None;
    for _ in 0..ROUNDS {
        match round(host, places, links, before) {
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
fn round(host: &Host, places: &[Attach], links: &[IfIndex], before: &Snapshot) -> Result<bool> {
    let now = Snapshot::read(host, places)?;
    // Hooks elsewhere may come and go meanwhile, and are not ours to remove.
    let is_new = |hook: &&Hook| links.contains(&hook.link) && !before.hooks.contains(hook);
    let added: Vec<&Hook> = now.hooks.iter().filter(is_new).collect();
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
