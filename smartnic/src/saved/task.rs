use std::fmt;

use smartnic_core::device::{
    EswitchChange, ParamMode, ParamValue, Port, PortFlavour, PortFunctionChange, Reload, ReloadAction,
};
use smartnic_core::types::{DevlinkHandle, PortHandle, VfId};

use super::export::or_none;
use super::rates::{self, RateDoc};
use crate::cycle::{self, Goal, Plan, Step};
use crate::{Error, ErrorKind, Host, Result};

/// One thing to do to a device.
#[derive(Debug, Clone, PartialEq)]
pub enum Task {
    /// Sets a devlink parameter.
    Param {
        /// Its name.
        name: String,
        /// In which mode.
        mode: ParamMode,
        /// The value.
        value: ParamValue,
    },
    /// Starts the device anew, so that its parameters count.
    Reload,
    /// A change in several steps, in the order of the vendor's driver.
    Change(Goal),
    /// Sets the inline or encapsulation mode.
    Modes(EswitchChange),
    /// Turns `hw-tc-offload` at the uplink on or off.
    TcOffload(bool),
    /// Changes the function of a VF by its devlink port.
    Function {
        /// The VF.
        vf: VfId,
        /// The change.
        change: PortFunctionChange,
    },
    /// Removes all rate nodes, as no eswitch mode is changed while there are some.
    ClearRates,
    /// Brings rate objects to what is wanted.
    Rates {
        /// The objects.
        wanted: Vec<RateDoc>,
        /// Others are removed, or have nothing laid down.
        prune: bool,
    },
}

impl Task {
    /// Carries it out; `progress` hears of each step.
    pub(super) fn run(
        &self,
        host: &Host,
        device: &DevlinkHandle,
        options: &cycle::Options,
        progress: &mut dyn FnMut(&str),
    ) -> Result<()> {
        if !matches!(self, Self::Change(_)) {
            progress(&self.to_string());
        }
        match self {
            Self::Param { name, mode, value } => host.devlink().set_param(device, name, *mode, value),
            Self::Reload => {
                let reload = Reload { action: Some(ReloadAction::DriverReinit), ..Reload::default() };
                host.devlink().reload(device, &reload).map(drop)
            }
            Self::Change(goal) => {
                let plan = cycle::plan(host, device, goal.clone())?;
                plan.run_with(host, options, &mut |step| progress(&step.to_string()))
            }
            Self::Modes(change) => host.devlink().set_eswitch(device, change).map(drop),
            Self::TcOffload(on) => set_tc_offload(host, device, *on),
            Self::Function { vf, change } => {
                let port = port_of(host, device, *vf)?;
                host.devlink().set_port_function(&port, change).map(drop)
            }
            Self::ClearRates => rates::clear(host, device),
            Self::Rates { wanted, prune } => rates::bring(host, device, wanted, *prune),
        }
    }

    /// The steps that it takes from what the device is like now, with what each stands for; none if that cannot be
    /// told before what comes earlier is done.
    #[must_use]
    pub fn steps(&self, host: &Host, device: &DevlinkHandle) -> Vec<(String, Vec<String>)> {
        let Self::Change(goal) = self else { return Vec::new() };
        let Ok(plan) = cycle::plan(host, device, goal.clone()) else { return Vec::new() };
        let told = |plan: &Plan, step: &Step| (step.to_string(), plan.commands(step));
        plan.steps.iter().map(|step| told(&plan, step)).collect()
    }
}

fn set_tc_offload(host: &Host, device: &DevlinkHandle, on: bool) -> Result<()> {
    let nic = host.nic(device)?;
    let uplink = nic.uplink().ok_or_else(|| {
        Error::new(ErrorKind::NotFound, "set hw-tc-offload")
            .on(device)
            .reason("the device has no uplink here")
    })?;
    host.switchdev().set_tc_offload(uplink.ifindex, on)
}

/// The devlink port that stands for a VF of this host.
fn port_of(host: &Host, device: &DevlinkHandle, vf: VfId) -> Result<PortHandle> {
    let ports = or_none(host.devlink().ports(Some(device)))?.unwrap_or_default();
    let is = |port: &Port| port.flavour == PortFlavour::PciVf && !port.external && port.vf == Some(vf);
    ports.into_iter().find(is).map(|port| port.handle).ok_or_else(|| {
        Error::new(ErrorKind::NotFound, "change the function of a VF")
            .on(format_args!("{device} vf {vf}"))
            .reason("it has no devlink port; they come with switchdev mode")
    })
}

impl fmt::Display for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Param { name, mode, value } => write!(f, "set parameter {name} to {value} ({mode})"),
            Self::Reload => f.write_str("reload the device"),
            Self::Change(goal) => write!(f, "{goal}"),
            Self::Modes(change) => {
                f.write_str("set the eswitch's")?;
                if let Some(mode) = change.inline_mode {
                    write!(f, " inline mode to {mode}")?;
                }
                if let Some(mode) = change.encap_mode {
                    let and = if change.inline_mode.is_some() { ", its" } else { "" };
                    write!(f, "{and} encapsulation mode to {mode}")?;
                }
                Ok(())
            }
            Self::TcOffload(on) => {
                write!(f, "turn hw-tc-offload {} at the uplink", if *on { "on" } else { "off" })
            }
            Self::Function { vf, change } => {
                write!(f, "set the function of VF {vf}: {}", cycle::function_words(change))
            }
            Self::ClearRates => {
                f.write_str("remove the rate nodes, which stand in the way of another eswitch mode")
            }
            Self::Rates { wanted, .. } if wanted.is_empty() => f.write_str("remove all rates"),
            Self::Rates { wanted, prune } => {
                f.write_str("set the rates of ")?;
                for (at, doc) in wanted.iter().enumerate() {
                    write!(f, "{}{doc}", if at == 0 { "" } else { ", " })?;
                }
                f.write_str(if *prune { ", and no others" } else { "" })
            }
        }
    }
}
