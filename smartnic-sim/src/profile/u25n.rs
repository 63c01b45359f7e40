//! AMD Alveo U25N, one port, on a function that manages the match-action engine.

use smartnic_core::device::VersionKind::{Running, Stored};
use smartnic_core::types::PciAddress;

use super::Profile;
use crate::driver::SFC;

pub(super) const PROFILE: Profile = Profile {
    name: "u25n",
    product: "AMD Alveo U25N, 1 port",
    driver: &SFC,
    pci_id: (0x10ee, 0x0100),
    vf_device_id: 0x1100,
    address: PciAddress { domain: 0, bus: 3, device: 0, function: 0 },
    pfs: 1,
    ports: 1,
    total_vfs: 8,
    first_vf_offset: 8,
    oui: [0x00, 0x0f, 0x53],
    lanes: None,
    splittable: false,
    versions: &[
        (Running, "fw.mgmt.suc", "1.0.0.1000"),
        (Running, "fw.mgmt.cmc", "1.2.0.1000"),
        (Running, "fpga.rev", "0x1"),
        (Running, "fpga.app", "1.4.0.2"),
        (Running, "fw.app", "1.1.0.1100"),
        (Stored, "fw.bundle_id", "0.0.0.0"),
    ],
    params: &[],
    capacity: 8_192,
    host_vfs: None,
};
