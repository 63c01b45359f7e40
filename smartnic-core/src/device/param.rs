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

kernel_enum! {
    /// The type of a parameter's value (`enum devlink_var_attr_type`).
    ParamType: u8 {
        /// An 8-bit number.
        U8 = 1, "u8";
        /// A 16-bit number.
        U16 = 2, "u16";
        /// A 32-bit number.
        U32 = 3, "u32";
        /// A 64-bit number.
        U64 = 4, "u64";
        /// Text.
        Text = 5, "string";
        /// Yes or no.
        Flag = 6, "flag";
        /// Bytes.
        Binary = 11, "binary";
        /// Numbers.
        U64Array = 129, "u64-array";
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
    /// Numbers (`DEVLINK_VAR_ATTR_TYPE_U64_ARRAY`).
    Numbers(Vec<u64>),
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
            Self::Numbers(values) => {
                let words: Vec<_> = values.iter().map(u64::to_string).collect();
                f.write_str(&words.join(","))
            }
            Self::Unknown { kind, bytes } => write!(f, "type {kind}: {bytes:02x?}"),
        }
    }
}

impl ParamValue {
    /// The type that it has on the wire.
    #[must_use]
    pub fn kind(&self) -> ParamType {
        match self {
            Self::Bool(_) => ParamType::Flag,
            Self::U8(_) => ParamType::U8,
            Self::U16(_) => ParamType::U16,
            Self::U32(_) => ParamType::U32,
            Self::U64(_) => ParamType::U64,
            Self::Text(_) => ParamType::Text,
            Self::Numbers(_) => ParamType::U64Array,
            Self::Unknown { kind, .. } => ParamType::from_number(*kind),
        }
    }

    /// Reads a value of a type as people write it; nothing if it is none, or if the type has no written form.
    #[must_use]
    pub fn read(kind: ParamType, text: &str) -> Option<Self> {
        Some(match kind {
            ParamType::Flag => Self::Bool(match text {
                "true" | "1" | "enable" | "on" => true,
                "false" | "0" | "disable" | "off" => false,
                _ => return None,
            }),
            ParamType::U8 => Self::U8(text.parse().ok()?),
            ParamType::U16 => Self::U16(text.parse().ok()?),
            ParamType::U32 => Self::U32(text.parse().ok()?),
            ParamType::U64 => Self::U64(text.parse().ok()?),
            ParamType::Text => Self::Text(text.to_owned()),
            ParamType::U64Array => {
                Self::Numbers(text.split(',').map(|word| word.trim().parse().ok()).collect::<Option<_>>()?)
            }
            ParamType::Binary | ParamType::Unknown(_) => return None,
        })
    }
}

/// What a parameter has in one mode.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParamSetting {
    /// When the value takes effect.
    pub mode: ParamMode,
    /// The value.
    pub value: ParamValue,
    /// The value that it has by default, if the driver tells (kernel 7.0 and later).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub default: Option<ParamValue>,
}

/// A devlink parameter and its values (`DEVLINK_CMD_PARAM_GET`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Param {
    /// The name, such as `flow_steering_mode`.
    pub name: String,
    /// True if many drivers share its meaning, false if it is the driver's own.
    pub generic: bool,
    /// The type of its values (`DEVLINK_ATTR_PARAM_TYPE`).
    pub kind: ParamType,
    /// A value for each mode the parameter has.
    pub values: Vec<ParamSetting>,
}

impl Param {
    /// What it has in one mode.
    #[must_use]
    pub fn setting(&self, mode: ParamMode) -> Option<&ParamSetting> {
        self.values.iter().find(|setting| setting.mode == mode)
    }
}
