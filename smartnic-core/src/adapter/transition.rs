use std::fmt;

use serde::{Deserialize, Serialize};

use crate::device::EswitchMode;

/// What matters of a device before its eswitch mode changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EswitchState {
    /// The mode now.
    pub mode: EswitchMode,
    /// The number of VFs now.
    pub num_vfs: u32,
    /// How many VFs the device can have, if it tells.
    pub total_vfs: Option<u32>,
    /// True if VFs have devices of their own that drivers bind to.
    pub vf_devices: bool,
    /// How many of these are bound to a driver.
    pub bound_vfs: u32,
    /// Whether the PF's link is up, if it has a link.
    pub pf_up: Option<bool>,
    /// Whether `hw-tc-offload` is on at the uplink, if known.
    pub tc_offload: Option<bool>,
}

/// What is wanted of a device's eswitch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EswitchTarget {
    /// The mode.
    pub mode: EswitchMode,
    /// The number of VFs; `None` keeps what is there.
    pub num_vfs: Option<u32>,
}

/// One step of a change, in the vendor's order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Sets the PF's link up.
    PfUp,
    /// Writes `sriov_numvfs`.
    NumVfs(u32),
    /// Waits until so many VF devices are there.
    WaitVfs(u32),
    /// Takes every VF away from its driver.
    UnbindVfs,
    /// Gives every VF back to the driver it had, or to the one that claims it.
    BindVfs,
    /// Sets the eswitch mode.
    Mode(EswitchMode),
    /// Waits until so many VF representors have netdevs.
    WaitRepresentors(u32),
    /// Turns `hw-tc-offload` on at the uplink and the representors, where it is off.
    TcOffload,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PfUp => f.write_str("set the PF's link up"),
            Self::NumVfs(num) => write!(f, "set sriov_numvfs to {num}"),
            Self::WaitVfs(num) => write!(f, "wait for {num} VF devices"),
            Self::UnbindVfs => f.write_str("unbind the VFs from their driver"),
            Self::BindVfs => f.write_str("bind the VFs to their driver"),
            Self::Mode(mode) => write!(f, "set the eswitch mode to {mode}"),
            Self::WaitRepresentors(num) => write!(f, "wait for {num} VF representors"),
            Self::TcOffload => f.write_str("turn hw-tc-offload on where it is off"),
        }
    }
}
