use crate::types::Mac;
use crate::vdpa::{MgmtDevice, NewVdpa, VdpaConfig, VdpaDevice, VdpaStats};
use crate::{Error, Result};

/// vDPA: virtio devices carried by a NIC.
///
/// # Errors
/// Every operation can fail with `Unsupported` (no `vdpa` in this kernel, or not on this device), `NotFound`,
/// `PermissionDenied`, or what the driver says.
pub trait Vdpa: Send + Sync {
    /// The devices that virtio devices can be made on.
    fn management_devices(&self) -> Result<Vec<MgmtDevice>> {
        Err(Error::unsupported("list vDPA management devices"))
    }

    /// The virtio devices.
    fn vdpa_devices(&self) -> Result<Vec<VdpaDevice>> {
        Err(Error::unsupported("list vDPA devices"))
    }

    /// Makes a virtio device.
    fn add_vdpa(&self, device: &NewVdpa) -> Result<()> {
        Err(Error::unsupported("add a vDPA device").on(&device.name))
    }

    /// Removes a virtio device.
    fn remove_vdpa(&self, name: &str) -> Result<()> {
        Err(Error::unsupported("remove a vDPA device").on(name))
    }

    /// Gives a device that no driver uses another address (kernel 6.12 and later).
    fn set_vdpa_mac(&self, name: &str, mac: Mac) -> Result<()> {
        let _ = mac;
        Err(Error::unsupported("set the address of a vDPA device").on(name))
    }

    /// The settings of one device, or of all.
    fn vdpa_configs(&self, name: Option<&str>) -> Result<Vec<VdpaConfig>> {
        let _ = name;
        Err(Error::unsupported("read the settings of vDPA devices"))
    }

    /// What a queue of a device counted.
    fn vdpa_stats(&self, name: &str, queue: u32) -> Result<VdpaStats> {
        let _ = queue;
        Err(Error::unsupported("read the counters of a vDPA device").on(name))
    }
}
