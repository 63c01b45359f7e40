use crate::device::{Region, RegionChunk, RegionId, RegionRead};
use crate::types::DevlinkHandle;
use crate::{Error, Result};

/// The regions of a device's memory and their snapshots.
///
/// # Errors
/// As those of [`super::Devlink`]; of a region that is not there, `NotFound`.
pub trait DevlinkRegions: Send + Sync {
    /// The regions of one device and its ports, or of all devices (`DEVLINK_CMD_REGION_GET`, dumped).
    fn regions(&self, device: Option<&DevlinkHandle>) -> Result<Vec<Region>> {
        let error = Error::unsupported("list regions");
        Err(match device {
            Some(device) => error.on(device),
            None => error,
        })
    }

    /// One region (`DEVLINK_CMD_REGION_GET`).
    fn region(&self, region: &RegionId) -> Result<Region> {
        Err(Error::unsupported("read a region").on(region))
    }

    /// Takes a snapshot, under this number or a free one, and returns the number (`DEVLINK_CMD_REGION_NEW`).
    fn take_snapshot(&self, region: &RegionId, number: Option<u32>) -> Result<u32> {
        let _ = number;
        Err(Error::unsupported("take a snapshot of a region").on(region))
    }

    /// Removes a snapshot (`DEVLINK_CMD_REGION_DEL`).
    fn remove_snapshot(&self, region: &RegionId, number: u32) -> Result<()> {
        let _ = number;
        Err(Error::unsupported("remove a snapshot of a region").on(region))
    }

    /// Reads a region piece by piece, in the order of addresses, with no more memory than a few pieces need
    /// (`DEVLINK_CMD_REGION_READ`).
    ///
    /// # Errors
    /// Also the first error that `each` returns.
    fn read_region(
        &self,
        region: &RegionId,
        read: &RegionRead,
        each: &mut dyn FnMut(&RegionChunk) -> Result<()>,
    ) -> Result<()> {
        let _ = (read, each);
        Err(Error::unsupported("read a region").on(region))
    }
}
