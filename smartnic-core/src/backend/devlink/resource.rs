use crate::device::{ResourceScope, Resources};
use crate::types::{DevlinkHandle, PortHandle};
use crate::{Error, Result};

/// Resources of a device: tables and other things of which it has only so many.
///
/// # Errors
/// Those of [`super::Devlink`].
pub trait DevlinkResources: Send + Sync {
    /// The resources of an instance itself (`DEVLINK_CMD_RESOURCE_DUMP`).
    fn resources(&self, device: &DevlinkHandle) -> Result<Resources> {
        Err(Error::unsupported("read resources").on(device))
    }

    /// The resources of one port (kernel 7.1 and later).
    fn port_resources(&self, port: &PortHandle) -> Result<Resources> {
        Err(Error::unsupported("read resources").on(port))
    }

    /// The resources of all instances, of their ports, or of both (kernel 7.1 and later).
    fn all_resources(
        &self,
        device: Option<&DevlinkHandle>,
        scope: Option<ResourceScope>,
    ) -> Result<Vec<Resources>> {
        let _ = (device, scope);
        Err(Error::unsupported("read resources"))
    }

    /// Changes a resource's size (`DEVLINK_CMD_RESOURCE_SET`); it takes effect with the next reload.
    fn set_resource(&self, device: &DevlinkHandle, id: u64, size: u64) -> Result<()> {
        let _ = size;
        Err(Error::unsupported("change a resource's size").on(format_args!("{device} resource {id}")))
    }
}
