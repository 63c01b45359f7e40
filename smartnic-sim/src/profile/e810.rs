//! Intel E810-C for QSFP, two ports, with the usual DDP package and the firmware's LLDP agent switched off (with the
//! agent on, the driver refuses every flow rule without a word).

use smartnic_core::device::ParamMode::{DriverInit, Permanent, Runtime};
use smartnic_core::device::VersionKind::{Fixed, Running, Stored};
use smartnic_core::types::PciAddress;

use super::{ParamSpec, Profile, Start};
use crate::driver::ICE;

pub(super) const PROFILE: Profile = Profile {
    name: "e810",
    product: "Intel E810-C for QSFP, 2 ports",
    driver: &ICE,
    pci_id: (0x8086, 0x1592),
    vf_device_id: 0x1889,
    address: PciAddress { domain: 0, bus: 3, device: 0, function: 0 },
    pfs: 2,
    ports: 1,
    total_vfs: 128,
    first_vf_offset: 8,
    oui: [0x40, 0xa6, 0xb7],
    lanes: Some(4),
    splittable: true,
    versions: &[
        (Fixed, "board.id", "K91258-000"),
        (Running, "fw.mgmt", "7.5.4"),
        (Running, "fw.mgmt.api", "1.7.11"),
        (Running, "fw.mgmt.build", "0x21aa6d2f"),
        (Running, "fw.undi", "1.3597.0"),
        (Stored, "fw.undi", "1.3597.0"),
        (Running, "fw.psid.api", "4.50"),
        (Stored, "fw.psid.api", "4.50"),
        (Running, "fw.bundle_id", "0x8001d8b8"),
        (Stored, "fw.bundle_id", "0x8001d8b8"),
        (Running, "fw.app.name", "ICE OS Default Package"),
        (Running, "fw.app", "1.3.36.0"),
        (Running, "fw.app.bundle_id", "0xc0000001"),
    ],
    params: &[
        ParamSpec { name: "enable_roce", generic: true, mode: Runtime, start: Start::Bool(true) },
        ParamSpec { name: "enable_iwarp", generic: true, mode: Runtime, start: Start::Bool(false) },
        ParamSpec { name: "enable_rdma", generic: true, mode: DriverInit, start: Start::Bool(true) },
        ParamSpec { name: "msix_vec_per_pf_max", generic: true, mode: DriverInit, start: Start::U32(256) },
        ParamSpec { name: "msix_vec_per_pf_min", generic: true, mode: DriverInit, start: Start::U32(2) },
        ParamSpec { name: "tx_scheduling_layers", generic: false, mode: Permanent, start: Start::U8(9) },
        ParamSpec { name: "local_forwarding", generic: false, mode: Runtime, start: Start::Text("enabled") },
    ],
    capacity: 4_096,
    host_vfs: None,
};
