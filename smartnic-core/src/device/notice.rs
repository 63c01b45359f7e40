use serde::{Deserialize, Serialize};

use super::{
    DevlinkDevice, FlashNotice, LineCard, Param, Port, Rate, Region, Reporter, Trap, TrapGroup, TrapPolicer,
};
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
    /// A health reporter has an error, or recovered from one (`DEVLINK_CMD_HEALTH_REPORTER_RECOVER`).
    Health(Reporter),
    /// A region is new, or a snapshot of it (`DEVLINK_CMD_REGION_NEW`).
    Region(Region),
    /// A region is gone, or a snapshot of it (`DEVLINK_CMD_REGION_DEL`).
    RegionGone(Region),
    /// A packet trap is new (`DEVLINK_CMD_TRAP_NEW`).
    Trap(Trap),
    /// A packet trap is gone (`DEVLINK_CMD_TRAP_DEL`).
    TrapGone(Trap),
    /// A group of packet traps is new (`DEVLINK_CMD_TRAP_GROUP_NEW`).
    TrapGroup(TrapGroup),
    /// A group of packet traps is gone (`DEVLINK_CMD_TRAP_GROUP_DEL`).
    TrapGroupGone(TrapGroup),
    /// A policer of packet traps is new (`DEVLINK_CMD_TRAP_POLICER_NEW`).
    TrapPolicer(TrapPolicer),
    /// A policer of packet traps is gone (`DEVLINK_CMD_TRAP_POLICER_DEL`).
    TrapPolicerGone(TrapPolicer),
    /// A rate object is new or another than before (`DEVLINK_CMD_RATE_NEW`).
    Rate(Rate),
    /// A rate object is gone (`DEVLINK_CMD_RATE_DEL`).
    RateGone(Rate),
    /// A line card is new or another than before (`DEVLINK_CMD_LINECARD_NEW`).
    LineCard(LineCard),
    /// A line card is gone (`DEVLINK_CMD_LINECARD_DEL`).
    LineCardGone(LineCard),
    /// A flash update began, went on or ended (`DEVLINK_CMD_FLASH_UPDATE`, `_STATUS`, `_END`).
    Flash(FlashNotice),
    /// Something that this version of the SDK has no reader for, as it came.
    Other {
        /// What the message is about (`DEVLINK_CMD_*`).
        command: u8,
        /// Its attributes.
        attrs: Vec<UnknownAttr>,
    },
}
