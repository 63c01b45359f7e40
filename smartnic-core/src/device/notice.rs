use serde::{Deserialize, Serialize};

use super::{DevlinkDevice, Param, Port};
use crate::types::{DevlinkHandle, PortHandle, UnknownAttr};

/// Something that changed, as devlink tells its listeners.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DevlinkNotice {
    /// An instance is new or another than before (`DEVLINK_CMD_NEW`).
    Device(DevlinkDevice),
    /// An instance is gone (`DEVLINK_CMD_DEL`).
    DeviceGone(DevlinkDevice),
    /// A port is new or another than before (`DEVLINK_CMD_PORT_NEW`).
    Port(Port),
    /// A port is gone (`DEVLINK_CMD_PORT_DEL`).
    PortGone(Port),
    /// A parameter is new or has another value (`DEVLINK_CMD_PARAM_NEW`).
    Param(DevlinkHandle, Param),
    /// A parameter is gone (`DEVLINK_CMD_PARAM_DEL`).
    ParamGone(DevlinkHandle, Param),
    /// A port's parameter is new or has another value (`DEVLINK_CMD_PORT_PARAM_NEW`).
    PortParam(PortHandle, Param),
    /// A port's parameter is gone (`DEVLINK_CMD_PORT_PARAM_DEL`).
    PortParamGone(PortHandle, Param),
    /// Something that this version of the SDK has no reader for, as it came.
    Other {
        /// What the message is about (`DEVLINK_CMD_*`).
        command: u8,
        /// Its attributes.
        attrs: Vec<UnknownAttr>,
    },
}
