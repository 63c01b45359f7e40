//! Intel X710 for SFP+, one port: no eswitch.

use smartnic_core::device::ParamMode::Runtime;
use smartnic_core::device::VersionKind::{Fixed, Running};
use smartnic_core::types::PciAddress;

use super::{ParamSpec, Profile, Start};
use crate::driver::I40E;

pub(super) const PROFILE: Profile = Profile {
    name: "x710",
    product: "Intel X710 for SFP+, 1 port",
    driver: &I40E,
    pci_id: (0x8086, 0x1572),
    vf_device_id: 0x154c,
    address: PciAddress { domain: 0, bus: 3, device: 0, function: 0 },
    pfs: 1,
    ports: 1,
    total_vfs: 64,
    first_vf_offset: 16,
    oui: [0x3c, 0xfd, 0xfe],
    lanes: None,
    splittable: false,
    versions: &[
        (Fixed, "board.id", "K15190-000"),
        (Running, "fw.mgmt", "9.130"),
        (Running, "fw.mgmt.api", "1.15"),
        (Running, "fw.mgmt.build", "73618"),
        (Running, "fw.undi", "1.3429.0"),
        (Running, "fw.psid.api", "9.30"),
        (Running, "fw.bundle_id", "0x8000e5f3"),
    ],
    params: &[ParamSpec { name: "max_mac_per_vf", generic: true, mode: Runtime, start: Start::U32(0) }],
    capacity: 512,
    host_vfs: None,
};
