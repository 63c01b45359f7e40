//! HiSilicon Kunpeng 920, one port of its network engine: no eswitch.

use smartnic_core::device::VersionKind::Running;
use smartnic_core::types::PciAddress;

use super::Profile;
use crate::driver::HNS3;

pub(super) const PROFILE: Profile = Profile {
    name: "kunpeng",
    product: "HiSilicon Kunpeng 920 network engine, 1 port",
    driver: &HNS3,
    pci_id: (0x19e5, 0xa222),
    vf_device_id: 0xa22f,
    address: PciAddress { domain: 0, bus: 3, device: 0, function: 0 },
    pfs: 1,
    ports: 1,
    total_vfs: 60,
    first_vf_offset: 1,
    oui: [0x44, 0xa1, 0x91],
    lanes: None,
    splittable: false,
    versions: &[(Running, "fw", "1.9.40.6")],
    params: &[],
    capacity: 2_048,
    host_vfs: None,
};
