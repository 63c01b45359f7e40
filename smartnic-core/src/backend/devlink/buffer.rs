use crate::device::{BufferPool, PortPool, PortTc, SharedBuffer, TcBinding, ThresholdKind};
use crate::types::{DevlinkHandle, PortHandle};
use crate::{Error, Result};

/// Shared buffers of switches: their pools, and how much of them ports and traffic classes may use.
///
/// # Errors
/// Those of [`super::Devlink`]. Of buffers and pools that are not there, drivers say `InvalidInput` or `NotFound`.
pub trait DevlinkBuffers: Send + Sync {
    /// The buffers of one instance, or of all (`DEVLINK_CMD_SB_GET`).
    fn buffers(&self, device: Option<&DevlinkHandle>) -> Result<Vec<SharedBuffer>> {
        Err(unsupported("list shared buffers", device))
    }

    /// The pools of one instance, or of all (`DEVLINK_CMD_SB_POOL_GET`).
    fn buffer_pools(&self, device: Option<&DevlinkHandle>) -> Result<Vec<BufferPool>> {
        Err(unsupported("list buffer pools", device))
    }

    /// Changes a pool's size and the meaning of thresholds within it (`DEVLINK_CMD_SB_POOL_SET`).
    fn set_buffer_pool(
        &self,
        device: &DevlinkHandle,
        buffer: u32,
        pool: u16,
        size: u32,
        thresholds: ThresholdKind,
    ) -> Result<()> {
        let _ = (buffer, pool, size, thresholds);
        Err(Error::unsupported("change a buffer pool").on(device))
    }

    /// How much of each pool ports may use, on one instance or on all (`DEVLINK_CMD_SB_PORT_POOL_GET`).
    fn port_pools(&self, device: Option<&DevlinkHandle>) -> Result<Vec<PortPool>> {
        Err(unsupported("list the pools of ports", device))
    }

    /// Changes how much of a pool a port may use (`DEVLINK_CMD_SB_PORT_POOL_SET`).
    fn set_port_pool(&self, port: &PortHandle, buffer: u32, pool: u16, threshold: u32) -> Result<()> {
        let _ = (buffer, pool, threshold);
        Err(Error::unsupported("change a port's share of a pool").on(port))
    }

    /// Which pools traffic classes use, on one instance or on all (`DEVLINK_CMD_SB_TC_POOL_BIND_GET`).
    fn tc_bindings(&self, device: Option<&DevlinkHandle>) -> Result<Vec<TcBinding>> {
        Err(unsupported("list the pools of traffic classes", device))
    }

    /// Lets a traffic class use a pool (`DEVLINK_CMD_SB_TC_POOL_BIND_SET`).
    fn bind_tc(&self, tc: &PortTc, pool: u16, threshold: u32) -> Result<()> {
        let _ = (pool, threshold);
        Err(Error::unsupported("bind a traffic class to a pool").on(&tc.port))
    }

    /// Lets the device note how full a buffer is; what was noted comes with the pools of ports and of traffic classes
    /// (`DEVLINK_CMD_SB_OCC_SNAPSHOT`).
    fn snapshot_occupancy(&self, device: &DevlinkHandle, buffer: u32) -> Result<()> {
        let _ = buffer;
        Err(Error::unsupported("take a snapshot of a buffer").on(device))
    }

    /// Lets the marks of the highest occupancy begin anew (`DEVLINK_CMD_SB_OCC_MAX_CLEAR`).
    fn clear_max_occupancy(&self, device: &DevlinkHandle, buffer: u32) -> Result<()> {
        let _ = buffer;
        Err(Error::unsupported("clear the marks of a buffer").on(device))
    }
}

fn unsupported(op: &'static str, device: Option<&DevlinkHandle>) -> Error {
    let error = Error::unsupported(op);
    match device {
        Some(device) => error.on(device),
        None => error,
    }
}
