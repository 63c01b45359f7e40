use serde::{Deserialize, Serialize};

use crate::types::{DevlinkHandle, VfId};

/// The SR-IOV state of a physical function (`sriov_*` and `virtfn*` under its device in sysfs).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sriov {
    /// How many VFs the function can have (`sriov_totalvfs`); `None` where the bus has no such file (netdevsim).
    pub total: Option<u32>,
    /// How many it has now (`sriov_numvfs`).
    pub num: u32,
    /// Whether new VFs are bound to a driver by themselves (`sriov_drivers_autoprobe`); `None` where the bus has no such file.
    pub autoprobe: Option<bool>,
    /// The VFs that have a device of their own; a bus without such devices (netdevsim) has none here.
    pub functions: Vec<VirtualFunction>,
}

/// A VF's own device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VirtualFunction {
    /// Its number on its PF.
    pub vf: VfId,
    /// Its device (`virtfnN`), such as `pci/0000:03:00.2`.
    pub device: DevlinkHandle,
    /// The driver bound to it, if any.
    pub driver: Option<String>,
    /// The only driver that may take it, if one was named (`driver_override`).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub driver_override: Option<String>,
}
