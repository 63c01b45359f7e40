use crate::device::{Param, ParamMode, ParamValue};
use crate::types::{DevlinkHandle, PortHandle};
use crate::{Error, Result};

/// Parameters of devices and of their ports.
///
/// # Errors
/// Those of [`super::Devlink`].
pub trait DevlinkParams: Send + Sync {
    /// All parameters of an instance (`DEVLINK_CMD_PARAM_GET`, dumped).
    fn params(&self, device: &DevlinkHandle) -> Result<Vec<Param>> {
        Err(Error::unsupported("list devlink parameters").on(device))
    }

    /// The parameters of all instances.
    fn all_params(&self) -> Result<Vec<(DevlinkHandle, Param)>> {
        Err(Error::unsupported("list devlink parameters"))
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

    /// Gives one parameter its default for one mode again (`DEVLINK_ATTR_PARAM_RESET_DEFAULT`, kernel 7.0 and later).
    fn reset_param(&self, device: &DevlinkHandle, name: &str, mode: ParamMode) -> Result<()> {
        let _ = mode;
        Err(Error::unsupported("reset a devlink parameter").on(format_args!("{device} {name}")))
    }

    /// The parameters of all ports (`DEVLINK_CMD_PORT_PARAM_GET`, dumped).
    fn port_params(&self) -> Result<Vec<(PortHandle, Param)>> {
        Err(Error::unsupported("list parameters of ports"))
    }

    /// One parameter of a port by name.
    fn port_param(&self, port: &PortHandle, name: &str) -> Result<Param> {
        Err(Error::unsupported("read a port's parameter").on(format_args!("{port} {name}")))
    }

    /// Sets one parameter of a port for one mode (`DEVLINK_CMD_PORT_PARAM_SET`).
    fn set_port_param(
        &self,
        port: &PortHandle,
        name: &str,
        mode: ParamMode,
        value: &ParamValue,
    ) -> Result<()> {
        let _ = (mode, value);
        Err(Error::unsupported("set a port's parameter").on(format_args!("{port} {name}")))
    }
}
