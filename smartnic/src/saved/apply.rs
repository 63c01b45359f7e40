use smartnic_core::types::DevlinkHandle;

use super::document::{DeviceDoc, Document};
use super::export::export_one;
use super::plan::{Allow, Options, Refusal, plan_one, refusal};
use super::{DevicePlan, plan};
use crate::{Error, ErrorKind, Host, Result};

/// What was done.
#[derive(Debug, Clone, PartialEq)]
pub struct Applied {
    /// What was done to each device of the document; nothing to those that were as wanted.
    pub devices: Vec<DevicePlan>,
}

/// Brings devices to what a document says, and reads back whether they are; a second time changes nothing.
///
/// `progress` hears of each step, with its device.
///
/// # Errors
/// `InvalidInput` with all that must be refused, before anything is changed. The failure of a step, once all devices
/// are as they were; `Mismatch` if all steps succeeded and the devices are still not as wanted, likewise;
/// `RollbackFailed` if they cannot be brought back.
pub fn apply(
    host: &Host,
    document: &Document,
    options: &Options,
    progress: &mut dyn FnMut(&DevlinkHandle, &str),
) -> Result<Applied> {
    let plans = plan(host, document, options)?;
    let refused: Vec<&Refusal> = plans.iter().flat_map(|plan| &plan.refused).collect();
    if !refused.is_empty() {
        return Err(refusal(&refused));
    }
    let before: Vec<DeviceDoc> = plans
        .iter()
        .filter(|plan| !plan.tasks.is_empty())
        .map(|plan| export_one(host, &plan.device))
        .collect::<Result<_>>()?;
    let done = carry_out(host, document, &plans, options, progress);
    match done {
        Ok(()) => Ok(Applied { devices: plans }),
        Err(error) => Err(take_back(host, &before, options, error)),
    }
}

fn carry_out(
    host: &Host,
    document: &Document,
    plans: &[DevicePlan],
    options: &Options,
    progress: &mut dyn FnMut(&DevlinkHandle, &str),
) -> Result<()> {
    for (plan, wanted) in plans.iter().zip(&document.devices) {
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
    Ok(())
}

/// Brings devices to what they were, from wherever they are.
fn take_back(host: &Host, before: &[DeviceDoc], options: &Options, error: Error) -> Error {
    let allow = Allow { reload: true, permanent: true };
    let exact = Options { allow, prune: true, ..*options };
    let back = before.iter().rev().try_for_each(|was| -> Result<()> {
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
    match back {
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
