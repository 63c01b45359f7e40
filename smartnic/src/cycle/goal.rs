//! What a device is to be like.

use serde::{Deserialize, Serialize};
use smartnic_core::adapter::EswitchTarget;
use smartnic_core::device::{EswitchMode, PortFunctionChange, VfChange};
use smartnic_core::types::VfId;

use super::{DeviceState, SfId};
use crate::roce::Profile;

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
