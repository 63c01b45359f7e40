use crate::device::{Reload, ReloadAction};
use crate::types::DevlinkHandle;
use crate::{Error, Result};

/// Reloading devices.
///
/// # Errors
/// Those of [`super::Devlink`].
pub trait DevlinkReload: Send + Sync {
    /// Starts a device anew (`DEVLINK_CMD_RELOAD`), which applies what waits for it: parameters of mode `driverinit`,
    /// sizes of resources, a flashed firmware, another network namespace.
    ///
    /// Returns the actions that were performed, which can be more than the one asked for; kernels before 5.10 do not
    /// tell.
    fn reload(&self, device: &DevlinkHandle, reload: &Reload) -> Result<Vec<ReloadAction>> {
        let _ = reload;
        Err(Error::unsupported("reload a device").on(device))
    }
}
