use std::fmt;

use serde::{Deserialize, Serialize};

use super::kernel_enum;

kernel_enum! {
    /// When a parameter's value takes effect (`enum devlink_param_cmode`).
    ParamMode: u8 {
        /// At once.
        Runtime = 0, "runtime";
        /// After a devlink reload.
        DriverInit = 1, "driverinit";
        /// After a hard reset of the device; the value is kept in its memory.
        Permanent = 2, "permanent";
    }
}

/// The value of a devlink parameter (`DEVLINK_ATTR_PARAM_VALUE_DATA`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ParamValue {
    /// A yes or no (`DEVLINK_VAR_ATTR_TYPE_FLAG`).
    Bool(bool),
    /// An 8-bit number.
    U8(u8),
    /// A 16-bit number.
    U16(u16),
    /// A 32-bit number.
    U32(u32),
    /// A 64-bit number.
    U64(u64),
    /// Text.
    Text(String),
    /// A type that this version of the SDK does not know, with its bytes.
    Unknown {
        /// The kernel's number of the type (`enum devlink_var_attr_type`).
        kind: u8,
        /// The bytes of the value.
        bytes: Vec<u8>,
    },
}

impl fmt::Display for ParamValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(value) => value.fmt(f),
            Self::U8(value) => value.fmt(f),
            Self::U16(value) => value.fmt(f),
            Self::U32(value) => value.fmt(f),
            Self::U64(value) => value.fmt(f),
            Self::Text(value) => value.fmt(f),
            Self::Unknown { kind, bytes } => write!(f, "type {kind}: {bytes:02x?}"),
        }
    }
}

/// A devlink parameter and its values (`DEVLINK_CMD_PARAM_GET`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Param {
    /// The name, such as `flow_steering_mode`.
    pub name: String,
    /// True if many drivers share its meaning, false if it is the driver's own.
    pub generic: bool,
    /// A value for each mode the parameter has.
    pub values: Vec<(ParamMode, ParamValue)>,
}
