use std::time::Duration;

use smartnic_core::adapter::Step as Order;
use smartnic_core::device::{EswitchChange, EswitchMode, VirtualFunction};
use smartnic_core::types::{DevlinkHandle, VfId};

use super::state::Links;
use super::wait::Waiter;
use super::{DeviceState, Step};
use crate::{Error, ErrorKind, Host, Result};

/// How a change is carried out.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// How long is waited in all for what the kernel and drivers do in their own time: devices and links that appear.
    pub timeout: Duration,
    /// Goes on although a check fails.
    pub force: bool,
}

impl Default for Options {
    /// 30 seconds, and no step if a check fails.
    fn default() -> Self {
        Self { timeout: Duration::from_secs(30), force: false }
    }
}

/// Carries out steps.
pub(super) struct Runner<'a> {
    pub(super) host: &'a Host,
    pub(super) device: &'a DevlinkHandle,
    /// The VFs with their drivers, as they were before and as they were when they were unbound.
    drivers: Vec<VirtualFunction>,
    pub(super) waiter: Waiter<'a>,
}

impl<'a> Runner<'a> {
    pub(super) fn new(host: &'a Host, before: &'a DeviceState, limit: Duration) -> Self {
        let waiter = Waiter::new(host, limit);
        Self { host, device: &before.device, drivers: before.functions().to_vec(), waiter }
    }

    /// The VFs from before are gone: new ones get the driver that claims them.
    pub(super) fn forget_drivers(&mut self) {
        self.drivers.clear();
    }

    pub(super) fn step(&mut self, step: &Step) -> Result<()> {
        let switchdev = self.host.switchdev();
        match step {
            Step::Autoprobe(on) => switchdev.set_autoprobe(self.device, *on),
            Step::Vf { vf, change } => self.set_vf(*vf, change),
            Step::Unbind { function, .. } => switchdev.unbind(function),
            Step::Bind { function, driver } => switchdev.bind(function, driver),
            Step::Override { function, driver } => switchdev.set_driver_override(function, driver.as_deref()),
            Step::Probe { function } => switchdev.probe(function),
            Step::Eswitch(order) => self.order(order),
            Step::Roce(step) => step.run(self.host),
            step => super::sf::step(self, step),
        }
    }

    fn order(&mut self, order: &Order) -> Result<()> {
        match order {
            Order::PfUp => self.pf_link(true),
            Order::NumVfs(num) => {
                self.forget_drivers();
                self.host.switchdev().set_num_vfs(self.device, *num)
            }
            Order::WaitVfs(num) => self.wait("VF devices", *num, |host, device| {
                Ok(host.switchdev().sriov(device)?.functions.len() as u32)
            }),
            Order::UnbindVfs => self.unbind_vfs(),
            Order::BindVfs => self.bind_vfs(),
            Order::Mode(mode) => self.set_mode(*mode),
            Order::WaitRepresentors(num) => self
                .wait("VF representors", *num, |host, device| Ok(host.nic(device)?.vf_representors() as u32)),
            Order::TcOffload => self.tc_offload(),
        }
    }

    fn set_mode(&self, mode: EswitchMode) -> Result<()> {
        // A text beside a success is information (ice sends one), not an error.
        let done = self.host.devlink().set_eswitch(self.device, &EswitchChange::mode(mode)).map(drop);
        done.map_err(|error| match (error.kind(), error.next_step()) {
            (ErrorKind::Busy, None) if error.why().contains("Rate node") => {
                error.hint("remove the rate nodes first: snicctl rate tree shows them, snicctl rate del removes them")
            }
            (ErrorKind::Busy, None) => error.hint(
                "flow rules, bridges or Open vSwitch still use the switch: see snicctl flow list, and take the links out of bridges",
            ),
            _ => error,
        })
    }

    fn set_vf(&self, vf: VfId, change: &smartnic_core::device::VfChange) -> Result<()> {
        let links = Links::read(self.host, self.device, None)?;
        let link = links.physical_index(self.device)?;
        self.host.switchdev().set_vf(link, vf, change).map_err(|error| match error.kind() {
            ErrorKind::InvalidInput | ErrorKind::Refused if error.next_step().is_none() => error.hint(
                "the VF must be there; VLANs are 0 to 4095, priorities 0 to 7, rates within the link's",
            ),
            _ => error,
        })
    }

    pub(super) fn pf_link(&self, up: bool) -> Result<()> {
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
                match self.drivers.iter_mut().find(|known| known.vf == function.vf) {
                    Some(known) => *known = function,
                    None => self.drivers.push(function),
                }
            }
        }
        Ok(())
    }

    /// Gives each VF back to the driver that it had; to the one that claims it, if it is not known which that was.
    fn bind_vfs(&self) -> Result<()> {
        let sriov = self.host.switchdev().sriov(self.device)?;
        for function in sriov.functions.iter().filter(|function| function.driver.is_none()) {
            match self.drivers.iter().find(|known| known.vf == function.vf) {
                Some(VirtualFunction { driver: Some(driver), .. }) => {
                    self.host.switchdev().bind(&function.device, driver)?;
                }
                Some(_) => {}
                None if sriov.autoprobe == Some(true) => self.host.switchdev().probe(&function.device)?,
                None => {}
            }
        }
        Ok(())
    }

    fn tc_offload(&self) -> Result<()> {
        for link in &self.host.nic(self.device)?.links {
            // A link whose driver has no such feature is left alone: the rules on it will say so.
            if self.host.switchdev().tc_offload(link.ifindex).is_ok_and(|on| !on) {
                self.host.switchdev().set_tc_offload(link.ifindex, true)?;
            }
        }
        Ok(())
    }

    fn wait(
        &mut self,
        what: &'static str,
        wanted: u32,
        count: fn(&Host, &DevlinkHandle) -> Result<u32>,
    ) -> Result<()> {
        let (host, device) = (self.host, self.device);
        self.waiter.until(device, || {
            let have = count(host, device)?;
            Ok((have != wanted).then(|| format!("{have} of {wanted} {what} are there")))
        })
    }
}

/// True if a step failed because there is nothing left to work on.
pub(super) fn is_gone(host: &Host, device: &DevlinkHandle, error: &Error) -> bool {
    let absent = |kind| matches!(kind, ErrorKind::NotFound | ErrorKind::DeviceGone);
    absent(error.kind()) && DeviceState::read(host, device).is_err_and(|error| absent(error.kind()))
}
