//! What is to be done to a device, step by step, and doing it.

use serde::Serialize;
use smartnic_core::device::EswitchMode;
use smartnic_core::types::DevlinkHandle;

use super::functions::to_switch;
use super::journal::{Record, Stage};
use super::restore::restore;
use super::roce::to_roce;
use super::run::{Options, Runner, is_gone};
use super::vf::{to_drivers, to_vf};
use super::way::Way;
use super::{DeviceState, Goal, Step, shell};
use crate::roce::RoceState;
use crate::turn::HostTurn;
use crate::{Error, ErrorKind, Host, Result};

/// Something that must hold before the first step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// What must hold.
    pub what: String,
    /// Why it does not; none if it does.
    pub problem: Option<String>,
}

/// What is to be done to a device, step by step.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The device.
    pub device: DevlinkHandle,
    /// What is wanted.
    pub goal: Goal,
    /// What the device is like before.
    pub before: DeviceState,
    /// What must hold before the first step.
    pub checks: Vec<Check>,
    /// What else is to be known.
    pub notes: Vec<String>,
    /// The steps; none if all is as wanted.
    pub steps: Vec<Step>,
}

/// Plans the steps from what a device is to what is wanted of it; changes nothing.
///
/// # Errors
/// `NotFound` if there is no such device or VF, `Unsupported` if its driver cannot get there, `InvalidInput` for more
/// VFs than the device has.
pub fn plan(host: &Host, device: &DevlinkHandle, goal: Goal) -> Result<Plan> {
    let mut before = DeviceState::read(host, device)?;
    if let Goal::Roce { link, .. } = &goal {
        before.roce = Some(Box::new(RoceState::read(host, link)?));
    }
    let Way { checks, notes, steps } = match &goal {
        Goal::Functions { .. } => to_switch(host, &before, &goal)?,
        Goal::Vf { vf, changes } => to_vf(&before, *vf, changes)?,
        Goal::Drivers { vfs, driver } => to_drivers(&before, vfs, driver)?,
        Goal::Roce { profile, .. } => to_roce(host, &before, profile),
        sub_function => {
            super::sf::must_be_new(&before, sub_function)?;
            super::sf::to_sf(&before, sub_function, super::sf::makes_rdma(host, &before))?
        }
    };
    Ok(Plan { device: device.clone(), goal, before, checks, notes, steps })
}

impl Plan {
    /// What the steps stand for: what a person would type, a line each, in this order. Lines that begin with `#` are
    /// waits.
    #[must_use]
    pub fn commands(&self, step: &Step) -> Vec<String> {
        shell::commands(&self.before, step)
    }

    /// The mode of the eswitch before, if the device has one.
    #[must_use]
    pub fn mode(&self) -> Option<EswitchMode> {
        self.before.eswitch.and_then(|eswitch| eswitch.mode)
    }

    /// Carries out the steps with the usual time limit; on a failure, takes back what was done.
    ///
    /// `progress` is called before each step.
    ///
    /// # Errors
    /// Those of [`Plan::run_with`].
    pub fn run(&self, host: &Host, progress: &mut dyn FnMut(&Step)) -> Result<()> {
        self.run_with(host, &Options::default(), progress)
    }

    /// Carries out the steps; on a failure, takes back what was done.
    ///
    /// # Errors
    /// `Busy` if a check fails, or an earlier change is still half done; the failure of a step, once the device is as
    /// it was; `RollbackFailed` with both errors if it is not; `Locked` if another process changes the host for longer
    /// than [`Host::lock_wait`].
    pub fn run_with(&self, host: &Host, options: &Options, progress: &mut dyn FnMut(&Step)) -> Result<()> {
        let turn = HostTurn::take(host)?;
        if self.steps.is_empty() {
            return Ok(());
        }
        Record::must_be_free(host, &turn)?;
        // What others changed since the plan was made must not be taken back with it.
        match self.before.again(host)? == self.before {
            true => self.run_in_turn(host, &turn, options, progress),
            false => plan(host, &self.device, self.goal.clone())?.run_in_turn(host, &turn, options, progress),
        }
    }

    fn run_in_turn(
        &self,
        host: &Host,
        turn: &HostTurn<'_>,
        options: &Options,
        progress: &mut dyn FnMut(&Step),
    ) -> Result<()> {
        if let (Some(check), false) =
            (self.checks.iter().find(|check| check.problem.is_some()), options.force)
        {
            return Err(Error::new(ErrorKind::Busy, "change a device")
                .on(&self.device)
                .reason(check.problem.clone().unwrap_or_default())
                .hint("if that is no obstacle: --force"));
        }
        let mut record = Record::of(self, turn.guard());
        let mut runner = Runner::new(host, &self.before, options.timeout);
        let done = self.steps.iter().enumerate().try_for_each(|(at, step)| {
            record.keep(at)?;
            progress(step);
            runner.step(step)
        });
        match done {
            Ok(()) => record.end(),
            Err(error) => Err(take_back(host, &mut record, options, error)),
        }
    }
}

/// Takes a change back that failed; tells what came of it.
pub(super) fn take_back(host: &Host, record: &mut Record<'_>, options: &Options, error: Error) -> Error {
    let device = record.before.device.clone();
    // Without this note the next process would think that the steps were still taken; that is no harm.
    let _ = record.keep_stage(Stage::Undoing);
    let back = restore(host, &record.before, options.timeout);
    match back.and_then(|()| record.end()) {
        Ok(()) => error,
        Err(second) if is_gone(host, &device, &second) => {
            // Nothing is left that could be brought back.
            let _ = record.end();
            error.of_kind(ErrorKind::DeviceGone).hint("the device went away while it was changed")
        }
        Err(second) => Error::new(ErrorKind::RollbackFailed, "take back a change of a device")
            .on(&device)
            .reason(format!("the change failed, and so did taking it back ({second})"))
            .hint("once the obstacle is gone: snicctl recover --undo")
            .source(error),
    }
}
