//! NVIDIA ConnectX-3, one function with two ports, each of which carries Ethernet or InfiniBand (VPI).
//!
//! Its firmware leaves SR-IOV off unless the machine is opened with VFs.

use smartnic_core::device::ParamMode::{DriverInit, Runtime};
use smartnic_core::types::PciAddress;

use super::{ParamSpec, Profile, Start};
use crate::driver::MLX4;

pub(super) const PROFILE: Profile = Profile {
    name: "connectx3",
    product: "NVIDIA ConnectX-3 VPI, 2 ports: Ethernet or InfiniBand",
    driver: &MLX4,
    pci_id: (0x15b3, 0x1003),
    vf_device_id: 0x1004,
    address: PciAddress { domain: 0, bus: 3, device: 0, function: 0 },
    pfs: 1,
    ports: 2,
    total_vfs: 8,
    first_vf_offset: 1,
    oui: [0x00, 0x02, 0xc9],
    lanes: None,
    splittable: false,
    versions: &[],
    params: &[
        ParamSpec { name: "internal_error_reset", generic: true, mode: Runtime, start: Start::Bool(true) },
        ParamSpec { name: "max_macs", generic: true, mode: DriverInit, start: Start::U32(128) },
        ParamSpec { name: "region_snapshot_enable", generic: true, mode: Runtime, start: Start::Bool(false) },
        ParamSpec { name: "enable_64b_cqe_eqe", generic: false, mode: DriverInit, start: Start::Bool(true) },
        ParamSpec { name: "enable_4k_uar", generic: false, mode: DriverInit, start: Start::Bool(false) },
    ],
    capacity: 0,
    host_vfs: None,
};
