use serde::Serialize;
use smartnic_core::types::DevlinkHandle;

use super::functions::to_switch;
use super::journal::{self, Body, Entry, Record, Stage};
use super::plan::{plan, take_back};
use super::restore::restore;
use super::run::{Options, Runner, is_gone};
use super::{DeviceState, Goal, Step};
use crate::flow::Interrupted;
use crate::turn::HostTurn;
use crate::{Error, ErrorKind, Host, Result};

/// A change of a device that did not come to its end.
#[derive(Debug, Clone, Serialize)]
pub struct Halted {
    /// Who began it, and when.
    #[serde(flatten)]
    pub change: Interrupted,
    /// The device.
    pub device: DevlinkHandle,
    /// What was wanted.
    pub goal: Goal,
    /// The steps that were planned.
    pub steps: Vec<Step>,
    /// The number of the step that was begun last, from 0; it may be done or not.
    pub at: usize,
    /// Whether the steps were taken, or taken back.
    pub stage: Stage,
    /// In what the device differs from what it was before.
    pub differences: Vec<String>,
    /// True if the machine was started anew since: there is nothing to finish and nothing to take back.
    pub restarted: bool,
}

/// What was done about a change that did not come to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Recovered {
    /// It was brought to its end.
    Finished,
    /// The device is exactly as before.
    TakenBack,
    /// The device went away, and everything with it.
    DeviceGone,
    /// The machine was started anew since, which undid it.
    Restarted,
}

/// A change of a device that did not come to its end, if there is one. Changes nothing.
///
/// # Errors
/// `Parse` if the journal is damaged; those of reading the device.
pub fn interrupted(host: &Host) -> Result<Option<Halted>> {
    let guard = host.backend().guard()?;
    if journal::read(guard)?.is_none() {
        return Ok(None);
    }
    let turn = match HostTurn::take_at_once(host) {
        Ok(turn) => turn,
        // It is going on.
        Err(error) if error.kind() == ErrorKind::Locked => return Ok(None),
        Err(error) => return Err(error),
    };
    let Some(Entry { body, restarted }) = journal::read(turn.guard())? else { return Ok(None) };
    let differences = match body.before.again(host) {
        Ok(now) => body.before.differences(&now),
        Err(error) if error.kind() == ErrorKind::NotFound => vec!["the device is gone".to_owned()],
        Err(error) => return Err(error),
    };
    let Body { change, device, goal, steps, at, stage, .. } = body;
    Ok(Some(Halted { change, device, goal, steps, at, stage, differences, restarted }))
}

/// Brings a change to its end that did not come to it; `None` if there is none. If that fails, it is taken back.
///
/// # Errors
/// Those of a step, once the device is as before; `RollbackFailed` if it is not, and the journal stays.
pub fn finish(host: &Host, options: &Options, progress: &mut dyn FnMut(&Step)) -> Result<Option<Recovered>> {
    let turn = HostTurn::take(host)?;
    let Some(Entry { body, restarted }) = journal::read(turn.guard())? else { return Ok(None) };
    let mut record = Record::again(body, turn.guard());
    if restarted {
        return record.end().map(|()| Some(Recovered::Restarted));
    }
    record.keep_stage(Stage::Doing)?;
    let before = record.before.clone();
    let mut runner = Runner::new(host, &before, options.timeout);
    if makes_vfs(&record.steps) {
        runner.forget_drivers();
    }
    let done = rest(host, &record).and_then(|steps| {
        steps.iter().try_for_each(|step| {
            progress(step);
            runner.step(step)
        })
    });
    match done {
        Ok(()) => record.end().map(|()| Some(Recovered::Finished)),
        Err(error) => Err(take_back(host, &mut record, options, error)),
    }
}

/// True if VFs are made: those from before are gone then.
fn makes_vfs(steps: &[Step]) -> bool {
    steps.iter().any(|step| matches!(step, Step::Eswitch(smartnic_core::adapter::Step::NumVfs(1..))))
}

/// What is left to do: the way from where the device is, and of the steps that were planned those that do no harm if
/// they were done already.
fn rest(host: &Host, record: &Record<'_>) -> Result<Vec<Step>> {
    use smartnic_core::adapter::Step as Order;
    let Goal::Functions { .. } = &record.goal else {
        return Ok(match &record.goal {
            goal if goal.is_sf() => {
                let now = DeviceState::read(host, &record.device)?;
                super::sf::to_sf(&now, goal, super::sf::makes_rdma(host, &now))?.steps
            }
            goal => plan(host, &record.device, goal.clone())?.steps,
        });
    };
    let now = DeviceState::read(host, &record.device)?;
    let mut steps = to_switch(host, &now, &record.goal)?.steps;
    let made = makes_vfs(&record.steps);
    let again = |step: &&Step| {
        let Step::Eswitch(order) = step else { return false };
        matches!(order, Order::WaitVfs(_) | Order::BindVfs | Order::WaitRepresentors(_) | Order::TcOffload)
    };
    let mut tail: Vec<Step> = record.steps.iter().filter(again).cloned().collect();
    let binds = tail.contains(&Step::Eswitch(Order::BindVfs));
    // VFs that were made get their driver; one may have been left without between unbinding and binding.
    if made && !binds && now.device.bus == "pci" {
        tail.push(Step::Eswitch(Order::BindVfs));
    }
    steps.extend(tail);
    Ok(steps)
}

/// Takes a change back that did not come to its end; `None` if there is none.
///
/// # Errors
/// `RollbackFailed` with what is left if the device cannot be brought back; the journal then stays.
pub fn undo(host: &Host, options: &Options) -> Result<Option<Recovered>> {
    let turn = HostTurn::take(host)?;
    let Some(Entry { body, restarted }) = journal::read(turn.guard())? else { return Ok(None) };
    let mut record = Record::again(body, turn.guard());
    if restarted {
        return record.end().map(|()| Some(Recovered::Restarted));
    }
    record.keep_stage(Stage::Undoing)?;
    match restore(host, &record.before, options.timeout) {
        Ok(()) => record.end().map(|()| Some(Recovered::TakenBack)),
        Err(error) if is_gone(host, &record.device, &error) => {
            record.end().map(|()| Some(Recovered::DeviceGone))
        }
        Err(error) => Err(Error::new(ErrorKind::RollbackFailed, "take back an interrupted change")
            .on(&record.device)
            .reason(error.why())
            .hint("once the obstacle is gone: snicctl recover --undo")
            .source(error)),
    }
}

/// Forgets a change that did not come to its end; false if there is none.
///
/// # Errors
/// `Locked` if another process changes the host; those of removing the journal.
pub fn discard(host: &Host) -> Result<bool> {
    let turn = HostTurn::take(host)?;
    let is_there = !matches!(journal::read(turn.guard()), Ok(None));
    if is_there && let Some(guard) = turn.guard() {
        guard.drop_journal()?;
    }
    Ok(is_there)
}
