use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::kernel_enum;
use crate::types::{DevlinkPlace, UnknownAttr};

kernel_enum! {
    /// How a part of a device is (`DEVLINK_ATTR_HEALTH_REPORTER_STATE`).
    HealthState: u8 {
        /// No error, or all of them recovered.
        Healthy = 0, "healthy";
        /// An error that was not recovered.
        Error = 1, "error";
    }
}

/// The name of a health reporter, and the device or port that it watches.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ReporterId {
    /// What it watches.
    pub place: DevlinkPlace,
    /// The name (`DEVLINK_ATTR_HEALTH_REPORTER_NAME`), such as `fw` or `tx`.
    pub name: String,
}

impl ReporterId {
    /// The reporter of this name.
    pub fn new(place: impl Into<DevlinkPlace>, name: impl Into<String>) -> Self {
        Self { place: place.into(), name: name.into() }
    }
}

impl fmt::Display for ReporterId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} reporter {}", self.place, self.name)
    }
}

/// A health reporter: a part of a device that tells of its errors, and may recover from them
/// (`DEVLINK_CMD_HEALTH_REPORTER_GET`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reporter {
    /// Which it is.
    #[serde(flatten)]
    pub id: ReporterId,
    /// How the part is.
    pub state: HealthState,
    /// How many errors there were (`DEVLINK_ATTR_HEALTH_REPORTER_ERR_COUNT`).
    pub errors: u64,
    /// How many of them were recovered (`DEVLINK_ATTR_HEALTH_REPORTER_RECOVER_COUNT`).
    pub recoveries: u64,
    /// Milliseconds after a recovery in which no other one is tried by itself; none if it cannot recover
    /// (`DEVLINK_ATTR_HEALTH_REPORTER_GRACEFUL_PERIOD`).
    pub grace_period: Option<u64>,
    /// Milliseconds from the first recovery in which others are tried all the same
    /// (`DEVLINK_ATTR_HEALTH_REPORTER_BURST_PERIOD`); kernels before 6.18 have none.
    pub burst_period: Option<u64>,
    /// Whether it recovers by itself; none if it cannot (`DEVLINK_ATTR_HEALTH_REPORTER_AUTO_RECOVER`).
    pub auto_recover: Option<bool>,
    /// Whether it keeps a dump of an error by itself; none if it has no dumps
    /// (`DEVLINK_ATTR_HEALTH_REPORTER_AUTO_DUMP`).
    pub auto_dump: Option<bool>,
    /// When the dump that is kept was made, since the epoch (`DEVLINK_ATTR_HEALTH_REPORTER_DUMP_TS_NS`).
    pub dump_time: Option<Duration>,
    /// The same in time since the kernel's counter of ticks began, which is all that kernels before 5.1 tell
    /// (`DEVLINK_ATTR_HEALTH_REPORTER_DUMP_TS`).
    pub dump_uptime: Option<Duration>,
    /// Attributes that this version of the SDK has no name for, as they came.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub unknown: Vec<UnknownAttr>,
}

impl Reporter {
    /// A healthy reporter of which nothing else is known.
    #[must_use]
    pub fn new(id: ReporterId) -> Self {
        Self {
            id,
            state: HealthState::Healthy,
            errors: 0,
            recoveries: 0,
            grace_period: None,
            burst_period: None,
            auto_recover: None,
            auto_dump: None,
            dump_time: None,
            dump_uptime: None,
            unknown: Vec::new(),
        }
    }

    /// Whether a dump of an error is kept, to be read and cleared.
    #[must_use]
    pub fn has_dump(&self) -> bool {
        self.dump_time.is_some() || self.dump_uptime.is_some()
    }
}

/// What to change of a reporter (`DEVLINK_CMD_HEALTH_REPORTER_SET`); what is none stays as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ReporterChange {
    /// Milliseconds; 0 also takes the burst period away.
    pub grace_period: Option<u64>,
    /// Milliseconds; needs a grace period.
    pub burst_period: Option<u64>,
    /// Whether it recovers by itself.
    pub auto_recover: Option<bool>,
    /// Whether it keeps dumps by itself.
    pub auto_dump: Option<bool>,
}
