//! Marvell FastLinQ QL41262, one port: no eswitch.

use smartnic_core::device::ParamMode::Runtime;
use smartnic_core::device::VersionKind::{Running, Stored};
use smartnic_core::types::PciAddress;

use super::{ParamSpec, Profile, Start};
use crate::driver::QEDE;

pub(super) const PROFILE: Profile = Profile {
    name: "fastlinq",
    product: "Marvell FastLinQ QL41262, 1 port",
    driver: &QEDE,
    pci_id: (0x1077, 0x8070),
    vf_device_id: 0x8090,
    address: PciAddress { domain: 0, bus: 3, device: 0, function: 0 },
    pfs: 1,
    ports: 1,
    total_vfs: 96,
    first_vf_offset: 16,
    oui: [0x00, 0x0e, 0x1e],
    lanes: None,
    splittable: false,
    versions: &[
        (Running, "fw.mgmt", "8.55.12.0"),
        (Running, "fw.app", "8.59.1.0"),
        (Stored, "fw.mgmt", "8.55.12.0"),
    ],
    params: &[ParamSpec { name: "iwarp_cmt", generic: false, mode: Runtime, start: Start::Bool(false) }],
    capacity: 256,
    host_vfs: None,
};
