//! Bringing a device back to a state that it was in, from wherever it is.

use std::time::Duration;

use smartnic_core::adapter::{EswitchState, EswitchTarget, Step as Order};
use smartnic_core::device::{EswitchChange, EswitchMode};

use super::functions::to_switch;
use super::run::Runner;
use super::state::Links;
use super::{DeviceState, Goal, Step};
use crate::roce::{self, RoceState};
use crate::{Error, ErrorKind, Host, Result, eswitch};

/// Brings the device back, and compares. What cannot be brought back is named.
pub(super) fn restore(host: &Host, before: &DeviceState, limit: Duration) -> Result<()> {
    let mut runner = Runner::new(host, before, limit);
    let now = DeviceState::read(host, &before.device)?;
    if let (Some(was), Some(is)) = (&before.sriov, &now.sriov)
        && let (Some(was), true) = (was.autoprobe, was.autoprobe != is.autoprobe)
    {
        runner.step(&Step::Autoprobe(was))?;
    }
    detour(host, before, &now, &mut runner)?;
    let now = DeviceState::read(host, &before.device)?;
    // Representors of the present mode are not waited for: at the end all links are.
    for step in to_switch(host, &now, &Goal::as_it_was(before))?.steps {
        if !matches!(step, Step::Eswitch(Order::WaitRepresentors(_) | Order::TcOffload)) {
            runner.step(&step)?;
        }
    }
    restore_modes(host, before)?;
    restore_drivers(&mut runner, before)?;
    super::sf::restore(&mut runner, before)?;
    let first = restore_settings(&runner, before);
    restore_links(&mut runner, before)?;
    if let Some(was) = &before.roce {
        // Drivers change some settings along with others: what they did by that is looked at again.
        for _ in 0..3 {
            let facts = host.adapter(&was.driver, &was.device.bus).facts().roce;
            for step in roce::steps(&RoceState::read(host, &was.link)?, was, facts) {
                step.run(host)?;
            }
        }
    }
    let now = before.again(host)?;
    let differences = before.differences(&now);
    if differences.is_empty() {
        return Ok(());
    }
    let reason = format!("what is left: {}", differences.join("; "));
    let error = Error::new(ErrorKind::Mismatch, "bring the device back").on(&before.device).reason(reason);
    Err(match first {
        Err(first) => error.source(first),
        Ok(()) => error,
    })
}

/// Some drivers take settings of VFs in legacy mode only, and keep them from there. If VFs were in another mode and
/// have to be made or set anew, that is done in legacy mode.
fn detour(host: &Host, before: &DeviceState, now: &DeviceState, runner: &mut Runner<'_>) -> Result<()> {
    let mode = before.eswitch.and_then(|eswitch| eswitch.mode);
    let differs = now.num_vfs() != before.num_vfs()
        || before.vfs.iter().any(|was| {
            let is = now.vfs.iter().find(|is| is.vf == was.vf);
            is.is_none_or(|is| !was.changes_from(is).is_empty())
        });
    let Some(mode) = mode.filter(|mode| *mode != EswitchMode::Legacy && differs && !before.vfs.is_empty())
    else {
        return Ok(());
    };
    let nic = host.nic(&before.device)?;
    let num_vfs = before.num_vfs();
    let legacy = EswitchState {
        mode: EswitchMode::Legacy,
        num_vfs,
        bound_vfs: num_vfs,
        ..eswitch::state_of(host, &nic)?
    };
    let onward = nic.adapter.transition(&legacy, &EswitchTarget { mode, num_vfs: None })?;
    // A driver that wants VFs gone for the change of the mode keeps nothing.
    if onward.iter().any(|order| matches!(order, Order::NumVfs(_))) {
        return Ok(());
    }
    let goal = Goal::Functions { mode: Some(EswitchMode::Legacy), vfs: Some(num_vfs), autoprobe: None };
    for step in to_switch(host, now, &goal)?.steps {
        runner.step(&step)?;
    }
    // What fails here is seen by the comparison at the end.
    let _ = restore_settings(runner, before);
    Ok(())
}

fn restore_modes(host: &Host, before: &DeviceState) -> Result<()> {
    let Some(was) = before.eswitch else { return Ok(()) };
    let now = host.devlink().eswitch(&before.device)?;
    let change = EswitchChange {
        mode: None,
        inline_mode: was.inline_mode.filter(|mode| now.inline_mode != Some(*mode)),
        encap_mode: was.encap_mode.filter(|mode| now.encap_mode != Some(*mode)),
    };
    match change == EswitchChange::default() {
        true => Ok(()),
        false => host.devlink().set_eswitch(&before.device, &change).map(drop),
    }
}

fn restore_drivers(runner: &mut Runner<'_>, before: &DeviceState) -> Result<()> {
    if before.functions().is_empty() {
        return Ok(());
    }
    let host = runner.host;
    for is in host.switchdev().sriov(&before.device)?.functions {
        let Some(was) = before.function(is.vf) else { continue };
        let switchdev = host.switchdev();
        let set_override = |driver: &Option<String>| {
            let now = switchdev.sriov(&before.device)?;
            let now = now.functions.into_iter().find(|now| now.vf == was.vf);
            match now.is_some_and(|now| now.driver_override != *driver) {
                true => switchdev.set_driver_override(&is.device, driver.as_deref()),
                false => Ok(()),
            }
        };
        if is.driver != was.driver {
            if is.driver.is_some() {
                switchdev.unbind(&is.device)?;
            }
            set_override(&was.driver_override)?;
            if let Some(driver) = &was.driver {
                switchdev.bind(&is.device, driver)?;
            }
        }
        // To bind a driver that does not claim the function, the override had to name it.
        set_override(&was.driver_override)?;
    }
    Ok(())
}

/// Sets what is laid down for VFs as it was; the first failure is told, and does not keep from the rest.
fn restore_settings(runner: &Runner<'_>, before: &DeviceState) -> Result<()> {
    if before.vfs.is_empty() {
        return Ok(());
    }
    let links = Links::read(runner.host, &before.device, None)?;
    let Some(physical) = links.physical() else { return Ok(()) };
    let mut first = Ok(());
    for was in &before.vfs {
        let Some(is) = physical.vfs.iter().find(|is| is.vf == was.vf) else { continue };
        for change in was.changes_from(is) {
            let set = runner.host.switchdev().set_vf(physical.ifindex, was.vf, &change);
            first = first.and(set);
        }
    }
    first
}

fn restore_links(runner: &mut Runner<'_>, before: &DeviceState) -> Result<()> {
    let host = runner.host;
    let read = || {
        let sriov = super::state::absent(host.switchdev().sriov(&before.device))?;
        Links::read(host, &before.device, sriov.as_ref())
    };
    runner.waiter.until(&before.device, || {
        let found = read()?;
        let missing = before.links.iter().find(|was| found.all(&before.device).all(|(id, _)| id != was.id));
        Ok(missing.map(|was| format!("the link {} is not there", was.id)))
    })?;
    let found = read()?;
    for was in &before.links {
        let Some((_, link)) = found.all(&before.device).find(|(id, _)| *id == was.id) else { continue };
        if link.up != was.up {
            host.switchdev().set_link_up(link.ifindex, was.up)?;
        }
        if let (Some(wanted), Ok(now)) = (was.tc_offload, host.switchdev().tc_offload(link.ifindex))
            && wanted != now
        {
            host.switchdev().set_tc_offload(link.ifindex, wanted)?;
        }
    }
    Ok(())
}
