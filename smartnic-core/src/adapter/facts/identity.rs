use serde::Serialize;

use super::Evidence;
use crate::adapter::DeviceIdentity;

/// PCI device ids of one vendor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct PciIds {
    /// The vendor.
    pub vendor: u16,
    /// First and last device id of each range.
    pub devices: &'static [(u16, u16)],
}

/// The devices that an adapter speaks for: those bound to its drivers, and those without a driver that have its ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct Identity {
    /// The kernel drivers of the physical functions; for RDMA devices, the RDMA drivers.
    pub drivers: &'static [&'static str],
    /// What the drivers' own tables list.
    pub pci: &'static [PciIds],
    /// Where these tables stand; none if there are none.
    pub source: Option<Evidence>,
}

impl Identity {
    /// No device.
    pub const NONE: Self = Self { drivers: &[], pci: &[], source: None };

    /// True if the device is bound to one of the drivers, or is bound to none and has one of the ids.
    #[must_use]
    pub fn matches(&self, device: &DeviceIdentity) -> bool {
        if !device.driver.is_empty() {
            return self.drivers.contains(&device.driver.as_str());
        }
        device.pci_id.is_some_and(|(vendor, id)| {
            let own = self.pci.iter().filter(|ids| ids.vendor == vendor);
            own.flat_map(|ids| ids.devices).any(|(first, last)| (*first..=*last).contains(&id))
        })
    }
}
