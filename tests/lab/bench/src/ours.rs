//! What we do, through the library.

use smartnic::backend::{FlowOffload, FlowOp, FlowScope, Outcome};
use smartnic::flow::{Attach, Rule, RuleId};
use smartnic::types::IfIndex;
use smartnic_linux::LinuxHost;

use crate::measure;
use crate::why::Why;

/// Adds rules.
pub(crate) fn add(host: &LinuxHost, ops: &[FlowOp<'_>]) -> Result<(), Why> {
    let outcomes = host.submit(ops, true)?;
    match outcomes.into_iter().find(|outcome| !matches!(outcome, Outcome::Done(None))) {
        None => Ok(()),
        Some(Outcome::Failed(error)) => Err(error.into()),
        Some(other) => Err(Why::new(format!("a change ended as {other:?}"))),
    }
}

/// The names of rules.
pub(crate) fn names(rules: &[Rule]) -> Vec<RuleId> {
    rules.iter().filter_map(Rule::id).collect()
}

/// How many rules are there, and how many of them in hardware.
pub(crate) fn count(host: &LinuxHost, link: IfIndex) -> Result<(usize, usize), Why> {
    let (mut all, mut in_hardware) = (0, 0);
    host.visit(&FlowScope::at(Attach::ingress(link)), &mut |entry| {
        all += 1;
        in_hardware += usize::from(entry.in_hw == Some(true));
        Ok(())
    })?;
    Ok((all, in_hardware))
}

/// Reads the rules of a link into the model, one after the other, so many times, and tells what this took.
pub(crate) fn read(link: u32, turns: u32) -> Result<(), Why> {
    measure::print_work(turns, || {
        let (all, _) = count(&LinuxHost::open()?, IfIndex(link))?;
        Why::unless(all > 0, || "there is no rule to be read".into())
    })
}
