//! Marvell OCTEON 10 (CN10K): a physical function with a link, with 2048 entries of the match table given to it.

use smartnic_core::device::ParamMode::Runtime;
use smartnic_core::types::PciAddress;

use super::{ParamSpec, Profile, Start};
use crate::driver::OCTEONTX2;

pub(super) const PROFILE: Profile = Profile {
    name: "cn10k",
    product: "Marvell OCTEON 10 (CN10K), an RVU PF with 1 port",
    driver: &OCTEONTX2,
    pci_id: (0x177d, 0xa063),
    vf_device_id: 0xa064,
    address: PciAddress { domain: 0, bus: 3, device: 0, function: 0 },
    pfs: 1,
    ports: 1,
    total_vfs: 8,
    first_vf_offset: 1,
    oui: [0x00, 0x0f, 0xb7],
    lanes: None,
    splittable: false,
    versions: &[],
    params: &[
        ParamSpec { name: "mcam_count", generic: false, mode: Runtime, start: Start::U16(2048) },
        ParamSpec { name: "unicast_filter_count", generic: false, mode: Runtime, start: Start::U8(8) },
    ],
    capacity: 2_048,
    host_vfs: None,
};
