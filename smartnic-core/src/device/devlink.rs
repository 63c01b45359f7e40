use serde::{Deserialize, Serialize};

use super::{ReloadCount, kernel_enum};
use crate::types::{DevlinkHandle, UnknownAttr};

/// A devlink instance (`DEVLINK_CMD_GET`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DevlinkDevice {
    /// Its handle.
    pub handle: DevlinkHandle,
    /// Its number (`DEVLINK_ATTR_INDEX`, kernel 7.1 and later).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub index: Option<u64>,
    /// True after a reload failed: the instance answers little until a reload succeeds (`DEVLINK_ATTR_RELOAD_FAILED`).
    pub reload_failed: bool,
    /// How often it was reloaded; `None` on kernels that do not tell (before 5.10).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reloads: Option<Vec<ReloadCount>>,
    /// How often it was reloaded because of what another host or function did.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub remote_reloads: Option<Vec<ReloadCount>>,
    /// Instances that belong to it (`DEVLINK_ATTR_NESTED_DEVLINK`).
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub nested: Vec<NestedDevlink>,
}

impl DevlinkDevice {
    /// An instance of which nothing else is known.
    #[must_use]
    pub fn new(handle: DevlinkHandle) -> Self {
        let (reloads, remote_reloads) = (None, None);
        Self { handle, index: None, reload_failed: false, reloads, remote_reloads, nested: Vec::new() }
    }
}

/// A devlink instance that belongs to another one, such as that of a sub-function to its port.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NestedDevlink {
    /// Its handle.
    pub handle: DevlinkHandle,
    /// The network namespace that it is in, if that is another one (`DEVLINK_ATTR_NETNS_ID`): its number in this one,
    /// or -1 if it has none here.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub netns: Option<i32>,
}

kernel_enum! {
    /// Which of three sets a version belongs to (`DEVLINK_ATTR_INFO_VERSION_*`).
    VersionKind: u16 {
        /// Does not change with a flash update.
        Fixed = 100, "fixed";
        /// What runs now.
        Running = 101, "running";
        /// What is in flash and runs after the next reset.
        Stored = 102, "stored";
    }
}

/// One named version of a device's component.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    /// The set it belongs to.
    pub kind: VersionKind,
    /// The component, such as `fw.version` or `board.id`.
    pub name: String,
    /// The version as the driver writes it.
    pub value: String,
}

/// Who a device is (`DEVLINK_CMD_INFO_GET`).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct DeviceInfo {
    /// The kernel driver, such as `mlx5_core`.
    pub driver: String,
    /// The serial number, if the driver tells it.
    pub serial: Option<String>,
    /// The board's serial number, if the driver tells it.
    pub board_serial: Option<String>,
    /// The versions in the kernel's order.
    pub versions: Vec<Version>,
    /// Attributes that this version of the SDK has no name for, as they came.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub unknown: Vec<UnknownAttr>,
}
