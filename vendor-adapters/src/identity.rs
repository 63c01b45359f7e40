//! How a device is told to be a driver's: by the driver bound to it, or by its PCI id if none is bound.

use std::ops::RangeInclusive;

use smartnic_core::adapter::DeviceIdentity;

/// What a driver claims.
pub(crate) struct Claim {
    /// The driver's name.
    pub(crate) driver: &'static str,
    /// The PCI vendor; `None` if the driver's devices are not on PCI.
    pub(crate) vendor: Option<u16>,
    /// The vendor's PCI device ids that the driver's table lists.
    pub(crate) devices: &'static [RangeInclusive<u16>],
}

impl Claim {
    pub(crate) fn matches(&self, device: &DeviceIdentity) -> bool {
        if !device.driver.is_empty() {
            return device.driver == self.driver;
        }
        device.pci_id.is_some_and(|(vendor, id)| {
            self.vendor == Some(vendor) && self.devices.iter().any(|range| range.contains(&id))
        })
    }
}
