use serde::{Deserialize, Serialize};

use super::kernel_enum;
use crate::types::{DevlinkHandle, UnknownAttr};

/// A devlink instance (`DEVLINK_CMD_GET`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DevlinkDevice {
    /// Its handle.
    pub handle: DevlinkHandle,
    /// True after a reload failed: the instance answers little until a reload succeeds (`DEVLINK_ATTR_RELOAD_FAILED`).
    pub reload_failed: bool,
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
