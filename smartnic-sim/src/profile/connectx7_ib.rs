//! NVIDIA ConnectX-7, one port that carries InfiniBand.

use smartnic_core::device::ParamMode::DriverInit;
use smartnic_core::types::PciAddress;

use super::{ParamSpec, Profile, Start};
use crate::driver::MLX5_IB;

pub(super) const PROFILE: Profile = Profile {
    name: "connectx7-ib",
    product: "NVIDIA ConnectX-7, 1 port: InfiniBand",
    driver: &MLX5_IB,
    pci_id: (0x15b3, 0x1021),
    vf_device_id: 0x101e,
    address: PciAddress { domain: 0, bus: 3, device: 0, function: 0 },
    pfs: 1,
    ports: 1,
    total_vfs: 8,
    first_vf_offset: 1,
    oui: [0x94, 0x6d, 0xae],
    lanes: None,
    splittable: false,
    versions: &[],
    params: &[
        ParamSpec { name: "enable_rdma", generic: true, mode: DriverInit, start: Start::Bool(true) },
        ParamSpec { name: "io_eq_size", generic: true, mode: DriverInit, start: Start::U32(1024) },
    ],
    capacity: 0,
    host_vfs: None,
};
