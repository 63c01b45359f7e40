//! What resources of every kind tell: where they are, whose they are, what the driver says.

use serde::{Deserialize, Serialize};

/// Whose a resource is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Owner {
    /// The process, for what user space made.
    pub pid: Option<u32>,
    /// The kernel's module, for what the kernel made.
    pub kernel: Option<String>,
}

/// Where a resource is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Place {
    /// The number of the device.
    pub device_index: u32,
    /// The device.
    pub device: String,
    /// The port, for what has one.
    pub port: Option<u32>,
}

/// What a driver tells of a resource (`RDMA_NLDEV_ATTR_DRIVER_*`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DriverEntry {
    /// The driver's name for it.
    pub name: String,
    /// The value.
    pub value: DriverValue,
    /// Whether it is meant to be printed in base sixteen.
    pub hex: bool,
}

/// A value that a driver tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum DriverValue {
    /// Text.
    Text(String),
    /// A number that can be negative.
    Signed(i64),
    /// A number.
    Unsigned(u64),
}

/// Numbers of queue pairs, as ranges of which both ends belong to them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(transparent)]
pub struct QpNumbers(
    /// The ranges.
    pub Vec<(u32, u32)>,
);

impl QpNumbers {
    /// Whether a number is among them.
    #[must_use]
    pub fn contains(&self, number: u32) -> bool {
        self.0.iter().any(|(first, last)| (*first..=*last).contains(&number))
    }
}
