use serde::{Deserialize, Serialize};
use smartnic_core::adapter::{EswitchTarget, Step as Order};
use smartnic_core::device::{EswitchMode, PortFunctionChange, VfChange};
use smartnic_core::types::{DevlinkHandle, VfId};

use super::journal::{Record, Stage};
use super::restore::restore;
use super::run::{Options, Runner, is_gone};
use super::{DeviceState, SfId, Step, shell};
use crate::roce::{self, Profile, RoceState, RoceStep, Target};
use crate::turn::HostTurn;
use crate::{Error, ErrorKind, Host, Result, eswitch};

/// What a device is to be like; what is `None` stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Goal {
    /// The eswitch mode and the VFs.
    Functions {
        /// The eswitch mode.
        mode: Option<EswitchMode>,
        /// The number of VFs.
        vfs: Option<u32>,
        /// Whether new VFs are bound to their driver.
        autoprobe: Option<bool>,
    },
    /// What is laid down for one VF.
    Vf {
        /// The VF.
        vf: VfId,
        /// The changes, in this order.
        changes: Vec<VfChange>,
    },
    /// The drivers of VFs.
    Drivers {
        /// The VFs.
        vfs: Vec<VfId>,
        /// What is to take them.
        driver: DriverGoal,
    },
    /// A sub-function is made.
    SfCreate {
        /// Which one.
        sf: SfId,
        /// Its settings; its state is not looked at.
        function: PortFunctionChange,
        /// Whether it is to be used.
        active: bool,
    },
    /// A sub-function is changed.
    SfChange {
        /// Which one.
        sf: SfId,
        /// The settings, and the state behind them.
        function: PortFunctionChange,
    },
    /// A sub-function is removed.
    SfDelete {
        /// Which one.
        sf: SfId,
    },
    /// RoCE on a link is as in a profile.
    Roce {
        /// The link.
        link: String,
        /// The profile.
        profile: Box<Profile>,
    },
}

impl Goal {
    /// True if it is about a sub-function.
    #[must_use]
    pub fn is_sf(&self) -> bool {
        matches!(self, Self::SfCreate { .. } | Self::SfChange { .. } | Self::SfDelete { .. })
    }
}

/// What is to take a function.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DriverGoal {
    /// No driver.
    None,
    /// The driver that claims it, without an override.
    Own,
    /// This driver, and after that no other.
    Named(String),
}

impl Goal {
    /// An eswitch mode and a number of VFs.
    #[must_use]
    pub fn eswitch(target: &EswitchTarget) -> Self {
        Self::Functions { mode: Some(target.mode), vfs: target.num_vfs, autoprobe: None }
    }

    /// The same with everything said that is to stay: on the way it may be another for a while.
    pub(super) fn in_full(&self, before: &DeviceState) -> Self {
        match self {
            Self::Functions { mode, vfs, autoprobe } => Self::Functions {
                mode: mode.or(before.eswitch.and_then(|eswitch| eswitch.mode)),
                vfs: vfs.or(before.sriov.as_ref().map(|sriov| sriov.num)),
                autoprobe: *autoprobe,
            },
            other => other.clone(),
        }
    }

    /// Mode and VFs as they were.
    pub(super) fn as_it_was(state: &DeviceState) -> Self {
        Self::Functions {
            mode: state.eswitch.and_then(|eswitch| eswitch.mode),
            vfs: state.sriov.as_ref().map(|sriov| sriov.num),
            autoprobe: None,
        }
    }
}

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

/// The way to a RoCE profile; what was reached is read back at its end.
fn to_roce(host: &Host, before: &DeviceState, profile: &Profile) -> Way {
    let Some(now) = &before.roce else { return Way::default() };
    let facts = host.adapter(&now.driver, &now.device.bus).facts().roce;
    let Target { state, notes, obstacles } = roce::target(now, profile, facts);
    let mut steps = roce::steps(now, &state, facts);
    if !steps.is_empty() {
        let change = roce::Change::Verify(Box::new(roce::Wanted::of(&state)));
        steps.push(RoceStep { link: now.link.clone(), change });
    }
    let checks = match steps.is_empty() {
        true => Vec::new(),
        false => {
            let check = |(what, problem): (&str, _)| Check { what: what.to_owned(), problem };
            obstacles.into_iter().map(check).collect()
        }
    };
    let steps = steps.into_iter().map(|step| Step::Roce(Box::new(step))).collect();
    Way { checks, notes, steps }
}

/// Steps with what belongs to them.
#[derive(Default)]
pub(super) struct Way {
    pub(super) checks: Vec<Check>,
    pub(super) notes: Vec<String>,
    pub(super) steps: Vec<Step>,
}

/// The way to an eswitch mode and a number of VFs.
pub(super) fn to_switch(host: &Host, now: &DeviceState, goal: &Goal) -> Result<Way> {
    let Goal::Functions { mode, vfs, autoprobe } = goal else { return Ok(Way::default()) };
    let device = &now.device;
    let mut way = Way::default();
    if let Some(on) = *autoprobe {
        match now.sriov.as_ref().map(|sriov| sriov.autoprobe) {
            Some(Some(is)) if is == on => {}
            Some(Some(_)) => way.steps.push(Step::Autoprobe(on)),
            _ => {
                return Err(Error::unsupported("set sriov_drivers_autoprobe")
                    .on(device)
                    .reason("the device has no sriov_drivers_autoprobe"));
            }
        }
    }
    let wanted = vfs.unwrap_or(now.num_vfs());
    if let Some(total) = now.sriov.as_ref().and_then(|sriov| sriov.total)
        && wanted > total
    {
        let reason = format!("{wanted} VFs are wanted, the device has at most {total}");
        return Err(Error::invalid("set the number of VFs", reason).on(device));
    }
    let told = now.eswitch.and_then(|eswitch| eswitch.mode);
    let modes = host.nic(device).ok().map(|nic| nic.adapter.facts().modes);
    // Some drivers are in one mode without telling it.
    let current = told.or(modes.and_then(|modes| modes.fixed));
    let orders = match (current, mode) {
        // A device without a switch gives VFs as one in legacy mode does.
        (None, None | Some(EswitchMode::Legacy)) => plain(now, wanted)?,
        (None, Some(_)) => {
            let error = Error::unsupported("change the eswitch mode").on(device);
            let reason = modes.map_or("", |modes| modes.none);
            return Err(error.reason(match now.driver.as_str() {
                _ if !reason.is_empty() => reason.to_owned(),
                "" => "the device has no eswitch: there are no representors on this driver".to_owned(),
                driver => format!("{driver} has no eswitch mode: there are no representors on this driver"),
            }));
        }
        (Some(is), mode) => {
            let nic = host.nic(device)?;
            let target = EswitchTarget { mode: mode.unwrap_or(is), num_vfs: *vfs };
            let state = eswitch::state_of(host, &nic)?;
            nic.adapter.transition(&state, &target).map_err(|error| error.on(device))?
        }
    };
    let goes = |order: &Order| matches!(order, Order::NumVfs(_) | Order::Mode(_) | Order::UnbindVfs);
    if orders.iter().any(goes) {
        look_around(now, &orders, &mut way);
    }
    way.steps.extend(orders.into_iter().map(Step::Eswitch));
    Ok(way)
}

/// VFs without a switch: by way of none, as the kernel wants it.
fn plain(now: &DeviceState, wanted: u32) -> Result<Vec<Order>> {
    let Some(sriov) = &now.sriov else {
        return match wanted {
            0 => Ok(Vec::new()),
            _ => Err(Error::unsupported("set the number of VFs")
                .on(&now.device)
                .reason("it is no SR-IOV physical function, or no driver is bound to it")),
        };
    };
    let mut orders = Vec::new();
    if wanted != sriov.num {
        orders.extend((sriov.num > 0).then_some(Order::NumVfs(0)));
        orders.extend((wanted > 0).then_some(Order::NumVfs(wanted)));
        orders.extend((wanted > 0 && now.device.bus == "pci").then_some(Order::WaitVfs(wanted)));
    }
    Ok(orders)
}

/// What stands in the way of a change of VFs or mode, and what is lost by it.
fn look_around(now: &DeviceState, orders: &[Order], way: &mut Way) {
    let removes = orders.contains(&Order::NumVfs(0)) && now.num_vfs() > 0;
    if removes {
        way.notes.push(format!(
            "{} removed: addresses, routes and rules on their links and representors go with them",
            if now.num_vfs() == 1 { "1 VF is".to_owned() } else { format!("{} VFs are", now.num_vfs()) }
        ));
    }
    let leaves = orders.contains(&Order::Mode(EswitchMode::Legacy));
    if leaves && !now.sfs.is_empty() {
        let names: Vec<String> = now.sfs.iter().map(|sf| sf.id.to_string()).collect();
        way.checks.push(Check {
            what: "no sub-function goes with switchdev mode".into(),
            problem: Some(format!("{} would be removed", names.join(", "))),
        });
    }
    if leaves && now.externals > 0 {
        way.checks.push(Check {
            what: "the other host keeps its network".into(),
            problem: Some(format!(
                "this is the card's own processor, and {} functions of the host that the card is in depend on the switch",
                now.externals
            )),
        });
    }
    if removes || orders.contains(&Order::UnbindVfs) {
        let foreign: Vec<String> = now
            .functions()
            .iter()
            .filter(|function| function.driver.as_deref() == Some("vfio-pci"))
            .map(|function| function.vf.to_string())
            .collect();
        if !foreign.is_empty() {
            way.checks.push(Check {
                what: "no virtual machine uses a VF".into(),
                problem: Some(format!("VF {} is with vfio-pci", foreign.join(", "))),
            });
        }
    }
}

/// The way to what is to be laid down for a VF.
fn to_vf(now: &DeviceState, vf: VfId, changes: &[VfChange]) -> Result<Way> {
    if vf.0 >= now.num_vfs() {
        let error = Error::new(ErrorKind::NotFound, "change a VF").on(format_args!("{} vf {vf}", now.device));
        return Err(error
            .reason(format!("there are {} VFs, counted from 0", now.num_vfs()))
            .hint(format!("make some: snicctl vf create {} N", now.device)));
    }
    let is = now.vfs.iter().find(|is| is.vf == vf);
    let is_so = |change: &VfChange| {
        is.is_some_and(|is| match change {
            VfChange::Mac(mac) => is.mac == Some(*mac),
            VfChange::Vlan(vlan) => is.vlan == Some(*vlan),
            VfChange::Rate { min, max } => (is.min_tx_rate, is.max_tx_rate) == (Some(*min), Some(*max)),
            VfChange::SpoofCheck(on) => is.spoof_check == Some(*on),
            VfChange::LinkState(state) => is.link_state == Some(*state),
            VfChange::QueryRss(on) => is.query_rss == Some(*on),
            VfChange::Trust(on) => is.trust == Some(*on),
            VfChange::NodeGuid(guid) => is.node_guid == Some(*guid),
            VfChange::PortGuid(guid) => is.port_guid == Some(*guid),
        })
    };
    let steps = changes.iter().filter(|change| !is_so(change));
    let steps: Vec<Step> = steps.map(|change| Step::Vf { vf, change: change.clone() }).collect();
    let mut way = Way { steps, ..Way::default() };
    let takes_mac = |step: &Step| matches!(step, Step::Vf { change: VfChange::Mac(_), .. });
    if way.steps.iter().any(takes_mac) && now.function(vf).is_some_and(|function| function.driver.is_some()) {
        way.notes.push(
            "a driver that is bound to the VF may see its new address only when it is bound anew".into(),
        );
    }
    Ok(way)
}

/// The way to the drivers of VFs.
fn to_drivers(now: &DeviceState, vfs: &[VfId], goal: &DriverGoal) -> Result<Way> {
    let mut way = Way::default();
    for vf in vfs {
        let Some(function) = now.function(*vf) else {
            let error = Error::new(ErrorKind::NotFound, "find a VF's device").on(&now.device);
            return Err(error.reason(match now.num_vfs() {
                num if vf.0 < num => format!("VF {vf} has no device of its own on this bus"),
                num => format!("there is no VF {vf}; there are {num}, counted from 0"),
            }));
        };
        let (device, bound) = (function.device.clone(), function.driver.as_deref());
        let keeps = match goal {
            DriverGoal::None => bound.is_none(),
            DriverGoal::Own => bound.is_some() && function.driver_override.is_none(),
            DriverGoal::Named(name) => bound == Some(name),
        };
        if keeps {
            continue;
        }
        if let Some(driver) = bound {
            if driver == "vfio-pci" {
                way.checks.push(Check {
                    what: format!("no virtual machine uses VF {vf}"),
                    problem: Some(format!("VF {vf} is with vfio-pci")),
                });
            }
            way.steps.push(Step::Unbind { function: device.clone(), driver: driver.to_owned() });
        }
        let named = match goal {
            DriverGoal::Named(name) => Some(name.clone()),
            DriverGoal::None | DriverGoal::Own => None,
        };
        if *goal != DriverGoal::None && named != function.driver_override {
            way.steps.push(Step::Override { function: device.clone(), driver: named.clone() });
        }
        match (goal, named) {
            (DriverGoal::None, _) => {}
            (_, Some(driver)) => way.steps.push(Step::Bind { function: device, driver }),
            (_, None) => way.steps.push(Step::Probe { function: device }),
        }
    }
    Ok(way)
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
