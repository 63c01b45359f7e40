use serde::{Deserialize, Serialize};

use super::kernel_enum;
use crate::types::DevlinkHandle;

kernel_enum! {
    /// A test that a device runs on itself (`enum devlink_attr_selftest_id`).
    Selftest: u16 {
        /// Of its flash memory: something is read and written again.
        Flash = 1, "flash";
    }
}

kernel_enum! {
    /// How a test ended (`enum devlink_selftest_status`).
    SelftestStatus: u8 {
        /// The device does not have it.
        Skipped = 0, "skipped";
        /// Well.
        Passed = 1, "passed";
        /// Not well.
        Failed = 2, "failed";
    }
}

/// The tests that a device has (`DEVLINK_CMD_SELFTESTS_GET`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Selftests {
    /// The device.
    pub device: DevlinkHandle,
    /// Its tests.
    pub tests: Vec<Selftest>,
}

/// How a test ended (`DEVLINK_ATTR_SELFTEST_RESULT`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SelftestResult {
    /// The test.
    pub test: Selftest,
    /// How it ended.
    pub status: SelftestStatus,
}
