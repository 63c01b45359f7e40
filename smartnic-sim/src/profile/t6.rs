//! Chelsio T62100, two ports; no devlink.

use smartnic_core::types::PciAddress;

use super::Profile;
use crate::driver::CXGB4;

pub(super) const PROFILE: Profile = Profile {
    name: "t6",
    product: "Chelsio T62100-CR (T6), 2 ports",
    driver: &CXGB4,
    pci_id: (0x1425, 0x640d),
    vf_device_id: 0x680d,
    address: PciAddress { domain: 0, bus: 3, device: 0, function: 0 },
    pfs: 2,
    ports: 1,
    total_vfs: 16,
    first_vf_offset: 8,
    oui: [0x00, 0x07, 0x43],
    lanes: None,
    splittable: false,
    versions: &[],
    params: &[],
    capacity: 496,
    host_vfs: None,
};
