//! Marvell OCTEON 10 (CN10K): the function that makes representors, of one PF of the chip and its VFs.
//!
//! How many VFs a PF has is set by the chip's boot firmware; that there are four is ours. Each representor has 16 entries
//! of the match table (`OTX2_DEFAULT_FLOWCOUNT`).

use smartnic_core::device::ParamMode::Runtime;
use smartnic_core::types::PciAddress;

use super::{ParamSpec, Profile, Start};
use crate::driver::RVU_REP;

pub(super) const PROFILE: Profile = Profile {
    name: "cn10k-rep",
    product: "Marvell OCTEON 10 (CN10K), the function with representors of 1 PF and 4 VFs",
    driver: &RVU_REP,
    pci_id: (0x177d, 0xa0e0),
    vf_device_id: 0,
    address: PciAddress { domain: 2, bus: 0x1c, device: 0, function: 0 },
    pfs: 1,
    ports: 1,
    total_vfs: 0,
    first_vf_offset: 0,
    oui: [0x00, 0x0f, 0xb7],
    lanes: None,
    splittable: false,
    versions: &[],
    params: &[
        ParamSpec { name: "mcam_count", generic: false, mode: Runtime, start: Start::U16(0) },
        ParamSpec { name: "unicast_filter_count", generic: false, mode: Runtime, start: Start::U8(0) },
    ],
    capacity: 16,
    host_vfs: Some(4),
};
