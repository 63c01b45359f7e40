//! VFs and the eswitch mode, in the order that the vendor's driver wants, with dry run and undo.

use std::time::{Duration, Instant};

use smartnic_core::adapter::{EswitchState, EswitchTarget, Step};
use smartnic_core::device::{EswitchChange, EswitchMode, VirtualFunction};
use smartnic_core::types::DevlinkHandle;

use crate::inventory::Nic;
use crate::turn::HostTurn;
use crate::{Error, ErrorKind, Host, Result};

/// How long is waited for VFs or representors to appear.
const PATIENCE: Duration = Duration::from_secs(30);

/// A target from words: the mode's name and the number of VFs, `None` to keep those that are there.
///
/// # Errors
/// `Parse` if there is no such mode.
pub fn target(mode: &str, num_vfs: Option<u32>) -> Result<EswitchTarget> {
    Ok(EswitchTarget { mode: mode.parse()?, num_vfs })
}

/// What is to be done to a device, step by step.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The device.
    pub device: DevlinkHandle,
    /// The adapter whose order it is.
    pub adapter: &'static str,
    /// What the device is like before.
    pub before: EswitchState,
    /// What is wanted.
    pub target: EswitchTarget,
    /// The steps; none if all is as wanted.
    pub steps: Vec<Step>,
}

/// Plans the steps from what a device is to what is wanted of it; changes nothing.
///
/// # Errors
/// `NotFound` if there is no such device, `Unsupported` if its driver cannot get there, `InvalidInput` for more VFs
/// than the device has.
pub fn plan(host: &Host, device: &DevlinkHandle, target: &EswitchTarget) -> Result<Plan> {
    let nic = host.nic(device)?;
    let before = state_of(host, &nic)?;
    if let (Some(wanted), Some(total)) = (target.num_vfs, before.total_vfs)
        && wanted > total
    {
        let reason = format!("{wanted} VFs are wanted, the device has at most {total}");
        return Err(Error::invalid("set the number of VFs", reason).on(device));
    }
    let steps = nic.adapter.transition(&before, target).map_err(|error| error.on(device))?;
    Ok(Plan { device: device.clone(), adapter: nic.adapter.name(), before, target: *target, steps })
}

/// What matters of a device before its eswitch mode changes.
///
/// # Errors
/// `Unsupported` if the device has no eswitch, `PermissionDenied` if the caller may not see it.
pub fn state_of(host: &Host, nic: &Nic) -> Result<EswitchState> {
    let mode = match nic.mode() {
        Some(mode) => mode,
        // Asked again to learn whether it has none, or whether the caller may not see it.
        None => host.devlink().eswitch(nic.handle())?.mode.ok_or_else(|| {
            let error = Error::unsupported("read the eswitch mode").on(nic.handle());
            error.reason("this device has no eswitch mode")
        })?,
    };
    let uplink = nic.uplink();
    let functions = nic.sriov.as_ref().map_or(&[][..], |sriov| &sriov.functions);
    Ok(EswitchState {
        mode,
        num_vfs: nic.sriov.as_ref().map_or(0, |sriov| sriov.num),
        total_vfs: nic.sriov.as_ref().and_then(|sriov| sriov.total),
        vf_devices: nic.handle().bus == "pci",
        bound_vfs: functions.iter().filter(|function| function.driver.is_some()).count() as u32,
        pf_up: uplink.map(|link| link.up),
        tc_offload: uplink.and_then(|link| host.switchdev().tc_offload(link.ifindex).ok()),
    })
}

impl Plan {
    /// Carries out the steps; on a failure, takes back what was done.
    ///
    /// `progress` is called before each step.
    ///
    /// # Errors
    /// The failure of a step, once the device is as it was; `RollbackFailed` with both errors if it is not; `Locked`
    /// if another process changes the host for longer than [`Host::lock_wait`].
    pub fn run(&self, host: &Host, progress: &mut dyn FnMut(&Step)) -> Result<()> {
        let _turn = HostTurn::take(host)?;
        let mut run =
            Run { host, device: &self.device, drivers: drivers_of(host, &self.device)?, touched: Vec::new() };
        match self.steps.iter().try_for_each(|step| {
            progress(step);
            run.step(step)
        }) {
            Ok(()) => Ok(()),
            Err(error) => Err(self.undo(host, &mut run, error)),
        }
    }

    fn undo(&self, host: &Host, run: &mut Run<'_>, error: Error) -> Error {
        let mut back = || -> Result<()> {
            let target = EswitchTarget { mode: self.before.mode, num_vfs: Some(self.before.num_vfs) };
            for step in plan(host, &self.device, &target)?.steps {
                run.step(&step)?;
            }
            run.restore_links(self.before.pf_up)?;
            run.restore_drivers(self.before.bound_vfs)
        };
        match back() {
            Ok(()) => error,
            Err(second) if is_gone(host, &self.device, &second) => {
                error.of_kind(ErrorKind::DeviceGone).hint("the device went away while it was changed")
            }
            Err(second) => Error::new(ErrorKind::RollbackFailed, "take back a change of the eswitch")
                .on(&self.device)
                .reason(format!("the change failed, and so did taking it back ({second})"))
                .hint("look at the device with: snicctl eswitch show")
                .source(error),
        }
    }
}

/// True if a step failed because there is nothing left to work on.
fn is_gone(host: &Host, device: &DevlinkHandle, error: &Error) -> bool {
    let absent = |kind| matches!(kind, ErrorKind::NotFound | ErrorKind::DeviceGone);
    absent(error.kind()) && host.nic(device).is_err_and(|error| absent(error.kind()))
}

/// The drivers that VFs are bound to before the change, by the VF's number.
fn drivers_of(host: &Host, device: &DevlinkHandle) -> Result<Vec<VirtualFunction>> {
    match host.switchdev().sriov(device) {
        Ok(sriov) => Ok(sriov.functions),
        Err(error) if matches!(error.kind(), ErrorKind::Unsupported | ErrorKind::NotFound) => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

struct Run<'a> {
    host: &'a Host,
    device: &'a DevlinkHandle,
    /// The VFs as they were, with their drivers; extended by those that appear.
    drivers: Vec<VirtualFunction>,
    /// The links on which `hw-tc-offload` was turned on.
    touched: Vec<smartnic_core::types::IfIndex>,
}

impl Run<'_> {
    fn step(&mut self, step: &Step) -> Result<()> {
        let switchdev = self.host.switchdev();
        match step {
            Step::PfUp => self.pf_link(true),
            Step::NumVfs(num) => switchdev.set_num_vfs(self.device, *num),
            Step::WaitVfs(num) => self.wait("VF devices", *num, |run| {
                let sriov = run.host.switchdev().sriov(run.device)?;
                Ok(sriov.functions.len() as u32)
            }),
            Step::UnbindVfs => self.unbind_vfs(),
            Step::BindVfs => self.bind_vfs(),
            Step::Mode(mode) => self.set_mode(*mode),
            Step::WaitRepresentors(num) => self.wait("VF representors", *num, |run| {
                let nic = run.host.nic(run.device)?;
                Ok(nic.vf_representors() as u32)
            }),
            Step::TcOffload => self.tc_offload(),
        }
    }

    fn set_mode(&self, mode: EswitchMode) -> Result<()> {
        // A text beside a success is information (ice sends one), not an error.
        let done = self.host.devlink().set_eswitch(self.device, &EswitchChange::mode(mode)).map(drop);
        done.map_err(|error| match (error.kind(), error.next_step()) {
            (ErrorKind::Busy, None) => error.hint(
                "flow rules, bridges or Open vSwitch still use the switch: see snicctl flow list, and take the links out of bridges",
            ),
            _ => error,
        })
    }

    fn pf_link(&self, up: bool) -> Result<()> {
        let nic = self.host.nic(self.device)?;
        match nic.uplink() {
            Some(link) if link.up != up => self.host.switchdev().set_link_up(link.ifindex, up),
            _ => Ok(()),
        }
    }

    fn unbind_vfs(&mut self) -> Result<()> {
        for function in self.host.switchdev().sriov(self.device)?.functions {
            if function.driver.is_some() {
                self.host.switchdev().unbind(&function.device)?;
                self.remember(function);
            }
        }
        Ok(())
    }

    fn remember(&mut self, function: VirtualFunction) {
        match self.drivers.iter_mut().find(|known| known.vf == function.vf) {
            Some(known) => *known = function,
            None => self.drivers.push(function),
        }
    }

    fn bind_vfs(&self) -> Result<()> {
        for function in self.host.switchdev().sriov(self.device)?.functions {
            let known = self.drivers.iter().find(|known| known.vf == function.vf);
            let driver = known.and_then(|known| known.driver.as_deref());
            if let (None, Some(driver)) = (&function.driver, driver) {
                self.host.switchdev().bind(&function.device, driver)?;
            }
        }
        Ok(())
    }

    fn tc_offload(&mut self) -> Result<()> {
        let nic = self.host.nic(self.device)?;
        for link in &nic.links {
            // A link whose driver has no such feature is left alone: the rules on it will say so.
            if self.host.switchdev().tc_offload(link.ifindex).is_ok_and(|on| !on) {
                self.host.switchdev().set_tc_offload(link.ifindex, true)?;
                self.touched.push(link.ifindex);
            }
        }
        Ok(())
    }

    fn restore_links(&mut self, pf_up: Option<bool>) -> Result<()> {
        let links = self.host.switchdev().links()?;
        for index in self.touched.drain(..) {
            if links.iter().any(|link| link.ifindex == index) {
                self.host.switchdev().set_tc_offload(index, false)?;
            }
        }
        pf_up.map_or(Ok(()), |up| self.pf_link(up))
    }

    fn restore_drivers(&self, bound: u32) -> Result<()> {
        if bound > 0 { self.bind_vfs() } else { Ok(()) }
    }

    /// Asks again and again, ever more slowly, until so many are there.
    fn wait(&self, what: &'static str, wanted: u32, count: impl Fn(&Self) -> Result<u32>) -> Result<()> {
        let (start, mut pause) = (Instant::now(), Duration::from_millis(2));
        loop {
            let have = count(self)?;
            if have == wanted {
                return Ok(());
            }
            if start.elapsed() > PATIENCE {
                let reason = format!("{have} of {wanted} {what} are there after {} s", PATIENCE.as_secs());
                return Err(Error::new(ErrorKind::Timeout, "wait for the device")
                    .on(self.device)
                    .reason(reason));
            }
            std::thread::sleep(pause);
            pause = (pause * 2).min(Duration::from_millis(250));
        }
    }
}
