use std::fmt;

use serde::{Deserialize, Serialize};
use smartnic_core::adapter;
use smartnic_core::device::{PortFunctionChange, VfChange};
use smartnic_core::types::{DevlinkHandle, VfId};

use super::SfId;
use crate::roce::RoceStep;

/// One step of a change. [`super::Plan::commands`] tells what it stands for.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Writes `sriov_drivers_autoprobe`.
    Autoprobe(bool),
    /// Changes what is laid down for a VF.
    Vf {
        /// The VF.
        vf: VfId,
        /// What changes.
        change: VfChange,
    },
    /// Takes a function away from its driver.
    Unbind {
        /// The function.
        function: DevlinkHandle,
        /// The driver.
        driver: String,
    },
    /// Gives a function to a driver.
    Bind {
        /// The function.
        function: DevlinkHandle,
        /// The driver.
        driver: String,
    },
    /// Writes `driver_override`.
    Override {
        /// The function.
        function: DevlinkHandle,
        /// The only driver that may take it; none lifts it.
        driver: Option<String>,
    },
    /// Lets the kernel look for a function's driver.
    Probe {
        /// The function.
        function: DevlinkHandle,
    },
    /// Adds the port of a sub-function.
    SfAdd {
        /// Which one.
        sf: SfId,
    },
    /// Changes settings of a sub-function.
    SfSet {
        /// Which one.
        sf: SfId,
        /// The settings.
        function: Box<PortFunctionChange>,
    },
    /// Lets a sub-function be used, or ends that.
    SfState {
        /// Which one.
        sf: SfId,
        /// Whether it is to be used.
        active: bool,
    },
    /// Waits until a driver has taken a sub-function.
    SfWaitAttached {
        /// Which one.
        sf: SfId,
    },
    /// Waits until its device on the auxiliary bus and its link are there.
    SfWaitDevices {
        /// Which one.
        sf: SfId,
    },
    /// Waits until its RDMA device is there.
    SfWaitRdma {
        /// Which one.
        sf: SfId,
    },
    /// Waits until no driver uses a sub-function any more.
    SfWaitDetached {
        /// Which one.
        sf: SfId,
    },
    /// Removes the port of a sub-function, and the function.
    SfRemove {
        /// Which one.
        sf: SfId,
    },
    /// A step of RoCE on a link.
    Roce(Box<RoceStep>),
    /// A step of the vendor's order.
    #[serde(untagged)]
    Eswitch(adapter::Step),
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Autoprobe(true) => f.write_str("let new VFs be bound to their driver"),
            Self::Autoprobe(false) => f.write_str("let new VFs be without a driver"),
            Self::Vf { vf, change } => write!(f, "set VF {vf}: {change}"),
            Self::Unbind { function, driver } => write!(f, "unbind {function} from {driver}"),
            Self::Bind { function, driver } => write!(f, "bind {function} to {driver}"),
            Self::Override { function, driver: Some(driver) } => {
                write!(f, "let {driver} alone take {function}")
            }
            Self::Override { function, driver: None } => write!(f, "let any driver take {function}"),
            Self::Probe { function } => write!(f, "look for the driver of {function}"),
            Self::SfAdd { sf } => write!(f, "add the port of {sf}"),
            Self::SfSet { sf, function } => write!(f, "set {sf}: {}", super::sf::words(function)),
            Self::SfState { sf, active: true } => write!(f, "activate {sf}"),
            Self::SfState { sf, active: false } => write!(f, "deactivate {sf}"),
            Self::SfWaitAttached { sf } => write!(f, "wait until a driver has taken {sf}"),
            Self::SfWaitDevices { sf } => write!(f, "wait for the device and the link of {sf}"),
            Self::SfWaitRdma { sf } => write!(f, "wait for the RDMA device of {sf}"),
            Self::SfWaitDetached { sf } => write!(f, "wait until no driver uses {sf}"),
            Self::SfRemove { sf } => write!(f, "remove the port of {sf}"),
            Self::Roce(step) => step.fmt(f),
            Self::Eswitch(step) => step.fmt(f),
        }
    }
}
