//! Intel I350, two ports; no devlink.

use smartnic_core::types::PciAddress;

use super::Profile;
use crate::driver::IGB;

pub(super) const PROFILE: Profile = Profile {
    name: "i350",
    product: "Intel I350, 2 ports",
    driver: &IGB,
    pci_id: (0x8086, 0x1521),
    vf_device_id: 0x1520,
    address: PciAddress { domain: 0, bus: 3, device: 0, function: 0 },
    pfs: 2,
    ports: 1,
    total_vfs: 7,
    first_vf_offset: 128,
    oui: [0xa0, 0x36, 0x9f],
    lanes: None,
    splittable: false,
    versions: &[],
    params: &[],
    capacity: 16,
    host_vfs: None,
};
