//! Netronome Agilio CX 2x25GbE as one port, with the flower firmware: always in switchdev mode.

use smartnic_core::device::ParamMode::Permanent;
use smartnic_core::device::VersionKind::{Fixed, Running, Stored};
use smartnic_core::types::PciAddress;

use super::{ParamSpec, Profile, Start};
use crate::driver::NFP;

pub(super) const PROFILE: Profile = Profile {
    name: "agilio",
    product: "Netronome Agilio CX with the flower firmware, 1 port",
    driver: &NFP,
    pci_id: (0x19ee, 0x4000),
    vf_device_id: 0x6003,
    address: PciAddress { domain: 0, bus: 3, device: 0, function: 0 },
    pfs: 1,
    ports: 1,
    total_vfs: 64,
    first_vf_offset: 8,
    oui: [0x00, 0x15, 0x4d],
    lanes: None,
    splittable: false,
    versions: &[
        (Fixed, "board.id", "AMDA0099-0001"),
        (Fixed, "board.rev", "10"),
        (Fixed, "board.manufacture", "SMA"),
        (Fixed, "board.model", "hydrogen"),
        (Running, "fw.bundle_id", "bundle_2022.05"),
        (Running, "fw.mgmt", "010217.010217.010325"),
        (Running, "fw.cpld", "0x3030000"),
        (Running, "fw.app", "AOTC-2.14.A.6"),
        (Stored, "fw.mgmt", "010217.010217.010325"),
        (Stored, "fw.cpld", "0x3030000"),
    ],
    params: &[
        ParamSpec { name: "fw_load_policy", generic: true, mode: Permanent, start: Start::U8(0) },
        ParamSpec { name: "reset_dev_on_drv_probe", generic: true, mode: Permanent, start: Start::U8(3) },
    ],
    capacity: 32_768,
    host_vfs: None,
};
