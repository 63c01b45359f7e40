use std::fmt::Display;

use super::document::{DeviceDoc, Document};
use super::export::{export_one, with_functions};
use super::forwarding::{Before, bring};
use super::plan::{Allow, Options, Plan, Refusal, doomed, plan_one, refusal};
use super::{DevicePlan, LinkPlan, plan};
use crate::{Error, ErrorKind, Host, Result};

/// What was done.
#[derive(Debug, Clone, PartialEq)]
pub struct Applied {
    /// What was done to each device of the document; nothing to those that were as wanted.
    pub devices: Vec<DevicePlan>,
    /// What was done to bridges and bonds, as far as it was planned.
    pub links: LinkPlan,
}

/// Brings devices to what a document says, and reads back whether they are; a second time changes nothing.
///
/// `progress` hears of each step, with its device, bridge, bond or port.
///
/// # Errors
/// `InvalidInput` with all that must be refused, before anything is changed. The failure of a step, once all devices
/// are as they were; `Mismatch` if all steps succeeded and the devices are still not as wanted, likewise;
/// `RollbackFailed` if they cannot be brought back.
pub fn apply(
    host: &Host,
    document: &Document,
    options: &Options,
    progress: &mut dyn FnMut(&dyn Display, &str),
) -> Result<Applied> {
    let plan = plan(host, document, options)?;
    let refused: Vec<&Refusal> = plan.refused().collect();
    if !refused.is_empty() {
        return Err(refusal(&refused));
    }
    if !plan.is_idle() {
        let before: Vec<DeviceDoc> = plan
            .devices
            .iter()
            .filter(|plan| !plan.tasks.is_empty())
            .map(|plan| export_one(host, &plan.device))
            .collect::<Result<_>>()?;
        let devices = with_functions(host, &document.handles())?;
        let links = Before::read(host, document.forwarding(), &devices)?;
        if let Err(error) = carry_out(host, document, &plan, options, progress) {
            return Err(take_back(host, document, (&before, links.as_ref()), options, error));
        }
    }
    let Plan { devices, links } = plan;
    Ok(Applied { devices, links })
}

fn carry_out(
    host: &Host,
    document: &Document,
    plan: &Plan,
    options: &Options,
    progress: &mut dyn FnMut(&dyn Display, &str),
) -> Result<()> {
    for (plan, wanted) in plan.devices.iter().zip(&document.devices) {
        for task in &plan.tasks {
            task.run(host, &plan.device, &options.cycle, &mut |step| progress(&plan.device, step))?;
        }
        let left = plan_one(host, wanted, options)?;
        if let Some(what) = left.tasks.first() {
            return Err(Error::new(ErrorKind::Mismatch, "apply a document of devices")
                .on(&plan.device)
                .reason(format!("all was done, and still this is not so: {what}")));
        }
        if !left.refused.is_empty() {
            return Err(refusal(&left.refused.iter().collect::<Vec<_>>()).of_kind(ErrorKind::Mismatch));
        }
    }
    let wanted = document.forwarding();
    if wanted.is_empty() {
        return Ok(());
    }
    let prune = doomed(host, document, options)?;
    bring(host, wanted, prune.as_deref(), &mut |object, step| progress(&object, step))
}

/// Brings devices to what they were, from wherever they are: new bridges and bonds go first, as they hold links, and those
/// that were there get their ports back last.
fn take_back(
    host: &Host,
    document: &Document,
    (before, links): (&[DeviceDoc], Option<&Before>),
    options: &Options,
    error: Error,
) -> Error {
    let allow = Allow { reload: true, permanent: true };
    let exact = Options { allow, prune: true, ..*options };
    let cleared = links.map_or(Ok(()), |links| links.clear(host, document.forwarding()));
    let devices = before.iter().rev().try_for_each(|was| -> Result<()> {
        // What a task changes may change what others have to do, such as a reload that ends all VFs.
        for _ in 0..TURNS {
            let plan = plan_one(host, was, &exact)?;
            let Some(_) = plan.tasks.first() else { return Ok(()) };
            plan.tasks.iter().try_for_each(|task| task.run(host, &plan.device, &exact.cycle, &mut |_| {}))?;
        }
        let left = plan_one(host, was, &exact)?;
        match left.tasks.first() {
            None => Ok(()),
            Some(what) => Err(Error::new(ErrorKind::Mismatch, "bring a device back")
                .on(&was.device)
                .reason(format!("this is not so yet: {what}"))),
        }
    });
    let restored = devices.and_then(|()| links.map_or(Ok(()), |links| links.restore(host)));
    match cleared.and(restored) {
        Ok(()) if error.next_step().is_none() => error.hint("the devices are as they were"),
        Ok(()) => error,
        Err(second) => Error::new(ErrorKind::RollbackFailed, "bring devices back to what they were")
            .reason(format!("the change failed, and so did taking it back ({second})"))
            .hint("see what they are like: snicctl device export; half-done steps: snicctl recover")
            .source(error),
    }
}

/// How often what was is compared with what is, until nothing is to be done.
const TURNS: usize = 3;
