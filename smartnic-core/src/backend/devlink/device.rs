use crate::device::{DeviceInfo, DevlinkDevice};
use crate::types::DevlinkHandle;
use crate::{Error, Result};

/// devlink instances, and who their devices are.
///
/// # Errors
/// Those of [`super::Devlink`].
pub trait DevlinkDevices: Send + Sync {
    /// All instances (`DEVLINK_CMD_GET`).
    fn devices(&self) -> Result<Vec<DevlinkDevice>> {
        Err(Error::unsupported("list devlink devices"))
    }

    /// One instance.
    fn device(&self, device: &DevlinkHandle) -> Result<DevlinkDevice> {
        Err(Error::unsupported("read a devlink device").on(device))
    }

    /// Who a device is (`DEVLINK_CMD_INFO_GET`).
    fn info(&self, device: &DevlinkHandle) -> Result<DeviceInfo> {
        Err(Error::unsupported("read device information").on(device))
    }

    /// Who all devices are; those whose drivers do not say are left out.
    fn infos(&self) -> Result<Vec<(DevlinkHandle, DeviceInfo)>> {
        Err(Error::unsupported("read device information"))
    }
}
