use crate::device::{DeviceInfo, DevlinkDevice, Eswitch, EswitchChange, Param, ParamMode, ParamValue, Port};
use crate::types::{DevlinkHandle, PortHandle};
use crate::{Error, Extack, Result};

/// devlink: the kernel's interface to a device as a whole.
///
/// # Errors
/// Every operation can fail with `Unsupported` ("this kernel has no devlink", or the driver lacks the operation),
/// `NotFound` (no such instance or port), `PermissionDenied`, or what the driver says.
pub trait Devlink: Send + Sync {
    /// All instances (`DEVLINK_CMD_GET`).
    fn devices(&self) -> Result<Vec<DevlinkDevice>> {
        Err(Error::unsupported("list devlink devices"))
    }

    /// Who a device is (`DEVLINK_CMD_INFO_GET`).
    fn info(&self, device: &DevlinkHandle) -> Result<DeviceInfo> {
        Err(Error::unsupported("read device information").on(device))
    }

    /// The ports of one instance, or of all (`DEVLINK_CMD_PORT_GET`).
    fn ports(&self, device: Option<&DevlinkHandle>) -> Result<Vec<Port>> {
        let error = Error::unsupported("list devlink ports");
        Err(device.map_or(Error::unsupported("list devlink ports"), |device| error.on(device)))
    }

    /// One port.
    fn port(&self, port: &PortHandle) -> Result<Port> {
        Err(Error::unsupported("read a devlink port").on(port))
    }

    /// The eswitch settings (`DEVLINK_CMD_ESWITCH_GET`).
    fn eswitch(&self, device: &DevlinkHandle) -> Result<Eswitch> {
        Err(Error::unsupported("read the eswitch mode").on(device))
    }

    /// Changes eswitch settings (`DEVLINK_CMD_ESWITCH_SET`).
    ///
    /// This is the bare request; the vendor's order of steps around it is [`crate::adapter::VendorAdapter::transition`].
    /// Returns the text that some drivers (ice) send along with a success.
    fn set_eswitch(&self, device: &DevlinkHandle, change: &EswitchChange) -> Result<Option<Extack>> {
        let _ = change;
        Err(Error::unsupported("change the eswitch").on(device))
    }

    /// All parameters of an instance (`DEVLINK_CMD_PARAM_GET`, dumped).
    fn params(&self, device: &DevlinkHandle) -> Result<Vec<Param>> {
        Err(Error::unsupported("list devlink parameters").on(device))
    }

    /// One parameter by name.
    fn param(&self, device: &DevlinkHandle, name: &str) -> Result<Param> {
        Err(Error::unsupported("read a devlink parameter").on(format_args!("{device} {name}")))
    }

    /// Sets one parameter for one mode (`DEVLINK_CMD_PARAM_SET`).
    fn set_param(
        &self,
        device: &DevlinkHandle,
        name: &str,
        mode: ParamMode,
        value: &ParamValue,
    ) -> Result<()> {
        let _ = (mode, value);
        Err(Error::unsupported("set a devlink parameter").on(format_args!("{device} {name}")))
    }
}
