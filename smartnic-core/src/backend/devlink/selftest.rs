use crate::device::{Selftest, SelftestResult, Selftests};
use crate::types::DevlinkHandle;
use crate::{Error, Result};

/// Tests that devices run on themselves.
///
/// # Errors
/// Those of [`super::Devlink`].
pub trait DevlinkSelftests: Send + Sync {
    /// The tests of one instance, or of all that have any (`DEVLINK_CMD_SELFTESTS_GET`).
    fn selftests(&self, device: Option<&DevlinkHandle>) -> Result<Vec<Selftests>> {
        let error = Error::unsupported("list selftests");
        Err(device.map_or(Error::unsupported("list selftests"), |device| error.on(device)))
    }

    /// Runs tests and tells how they ended (`DEVLINK_CMD_SELFTESTS_RUN`). They disturb the device while they run.
    fn run_selftests(&self, device: &DevlinkHandle, tests: &[Selftest]) -> Result<Vec<SelftestResult>> {
        let _ = tests;
        Err(Error::unsupported("run selftests").on(device))
    }
}
