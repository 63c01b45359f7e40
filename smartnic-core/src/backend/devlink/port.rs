use crate::device::{NewPort, Port, PortFunctionChange, PortType};
use crate::types::{DevlinkHandle, PortHandle};
use crate::{Error, Extack, Result};

/// Ports of devlink instances, and the functions behind them.
///
/// # Errors
/// Those of [`super::Devlink`].
pub trait DevlinkPorts: Send + Sync {
    /// The ports of one instance, or of all (`DEVLINK_CMD_PORT_GET`).
    fn ports(&self, device: Option<&DevlinkHandle>) -> Result<Vec<Port>> {
        let error = Error::unsupported("list devlink ports");
        Err(device.map_or(Error::unsupported("list devlink ports"), |device| error.on(device)))
    }

    /// One port.
    fn port(&self, port: &PortHandle) -> Result<Port> {
        Err(Error::unsupported("read a devlink port").on(port))
    }

    /// Decides what a port carries (`DEVLINK_CMD_PORT_SET` with `DEVLINK_ATTR_PORT_TYPE`).
    fn set_port_type(&self, port: &PortHandle, kind: PortType) -> Result<Option<Extack>> {
        let _ = kind;
        Err(Error::unsupported("set the type of a devlink port").on(port))
    }

    /// Changes the function behind a port (`DEVLINK_CMD_PORT_SET` with `DEVLINK_ATTR_PORT_FUNCTION`).
    fn set_port_function(&self, port: &PortHandle, change: &PortFunctionChange) -> Result<Option<Extack>> {
        let _ = change;
        Err(Error::unsupported("change a port's function").on(port))
    }

    /// Splits a port into so many (`DEVLINK_CMD_PORT_SPLIT`).
    fn split_port(&self, port: &PortHandle, count: u32) -> Result<Option<Extack>> {
        let _ = count;
        Err(Error::unsupported("split a devlink port").on(port))
    }

    /// Joins the parts of a split port again (`DEVLINK_CMD_PORT_UNSPLIT`).
    fn unsplit_port(&self, port: &PortHandle) -> Result<Option<Extack>> {
        Err(Error::unsupported("join a split devlink port").on(port))
    }

    /// Adds a port, which makes the function behind it, such as a sub-function (`DEVLINK_CMD_PORT_NEW`).
    ///
    /// Returns the port, with the number that the driver chose for it.
    fn add_port(&self, port: &NewPort) -> Result<Port> {
        Err(Error::unsupported("add a devlink port").on(port))
    }

    /// Removes a port that was added, and the function behind it (`DEVLINK_CMD_PORT_DEL`).
    fn remove_port(&self, port: &PortHandle) -> Result<Option<Extack>> {
        Err(Error::unsupported("remove a devlink port").on(port))
    }
}
