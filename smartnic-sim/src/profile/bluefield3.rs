//! NVIDIA BlueField-3, two ports, in NIC mode: the host's physical functions own the eswitch, as on a ConnectX-7.
//!
//! In DPU mode the card's own processor owns it and the host sees no representors: [`super::bluefield3_dpu`].

use smartnic_core::device::ParamMode::{DriverInit, Permanent, Runtime};
use smartnic_core::device::VersionKind::{Fixed, Running, Stored};
use smartnic_core::types::PciAddress;

use super::{ParamSpec, Profile, Start};
use crate::driver::MLX5;

pub(super) const PROFILE: Profile = Profile {
    name: "bluefield3",
    product: "NVIDIA BlueField-3 (NIC mode), 2 ports",
    driver: &MLX5,
    pci_id: (0x15b3, 0xa2dc),
    vf_device_id: 0x101e,
    address: PciAddress { domain: 0, bus: 3, device: 0, function: 0 },
    pfs: 2,
    ports: 1,
    total_vfs: 16,
    first_vf_offset: 2,
    oui: [0x94, 0x6d, 0xae],
    lanes: None,
    splittable: false,
    versions: &[
        (Fixed, "fw.psid", "MT_0000000884"),
        (Running, "fw.version", "32.43.1014"),
        (Running, "fw", "32.43.1014"),
        (Stored, "fw.version", "32.43.1014"),
        (Stored, "fw", "32.43.1014"),
    ],
    params: PARAMS,
    capacity: 65_536,
    host_vfs: None,
};

/// What both modes have.
pub(super) const PARAMS: &[ParamSpec] = &[
    ParamSpec { name: "enable_roce", generic: true, mode: DriverInit, start: Start::Bool(true) },
    ParamSpec { name: "fdb_large_groups", generic: false, mode: DriverInit, start: Start::U32(15) },
    ParamSpec { name: "io_eq_size", generic: true, mode: DriverInit, start: Start::U32(1024) },
    ParamSpec { name: "event_eq_size", generic: true, mode: DriverInit, start: Start::U32(4096) },
    ParamSpec { name: "enable_eth", generic: true, mode: DriverInit, start: Start::Bool(true) },
    ParamSpec { name: "enable_rdma", generic: true, mode: DriverInit, start: Start::Bool(true) },
    ParamSpec { name: "enable_vnet", generic: true, mode: DriverInit, start: Start::Bool(true) },
    ParamSpec { name: "max_macs", generic: true, mode: DriverInit, start: Start::U32(128) },
    ParamSpec { name: "pcie_cong_inbound_low", generic: false, mode: DriverInit, start: Start::U16(7500) },
    ParamSpec { name: "pcie_cong_inbound_high", generic: false, mode: DriverInit, start: Start::U16(9000) },
    ParamSpec { name: "flow_steering_mode", generic: false, mode: Runtime, start: Start::Text("hmfs") },
    ParamSpec { name: "esw_port_metadata", generic: false, mode: Runtime, start: Start::Bool(true) },
    ParamSpec { name: "esw_multiport", generic: false, mode: Runtime, start: Start::Bool(false) },
    ParamSpec { name: "enable_remote_dev_reset", generic: true, mode: Runtime, start: Start::Bool(true) },
    ParamSpec { name: "enable_sriov", generic: true, mode: Permanent, start: Start::Bool(true) },
    ParamSpec { name: "total_vfs", generic: true, mode: Permanent, start: Start::U32(16) },
    ParamSpec { name: "cqe_compress_type", generic: false, mode: Permanent, start: Start::Text("balanced") },
];
