//! Broadcom BCM57608 ("Thor 2"), one port.

use smartnic_core::device::ParamMode::{Permanent, Runtime};
use smartnic_core::device::VersionKind::{Fixed, Running, Stored};
use smartnic_core::types::PciAddress;

use super::{ParamSpec, Profile, Start};
use crate::driver::BNXT;

pub(super) const PROFILE: Profile = Profile {
    name: "thor2",
    product: "Broadcom BCM57608 (Thor 2), 1 port",
    driver: &BNXT,
    pci_id: (0x14e4, 0x1760),
    vf_device_id: 0x1819,
    address: PciAddress { domain: 0, bus: 3, device: 0, function: 0 },
    pfs: 1,
    ports: 1,
    total_vfs: 64,
    first_vf_offset: 16,
    oui: [0x5c, 0x6f, 0x69],
    lanes: None,
    splittable: false,
    versions: &[
        (Fixed, "board.id", "BCM957608-P1400GDF00"),
        (Fixed, "asic.id", "1760"),
        (Fixed, "asic.rev", "A0"),
        (Running, "fw.psid", "0.0.0"),
        (Running, "fw", "231.0.153.0"),
        (Stored, "fw.psid", "0.0.0"),
        (Running, "fw.mgmt", "231.0.154.0"),
        (Running, "fw.mgmt.api", "1.10.3"),
        (Running, "fw.ncsi", "231.0.153.0"),
        (Running, "fw.roce", "231.0.153.0"),
        (Stored, "fw", "231.0.153.0"),
        (Stored, "fw.mgmt", "231.0.154.0"),
        (Stored, "fw.ncsi", "231.0.153.0"),
        (Stored, "fw.roce", "231.0.153.0"),
    ],
    params: &[
        ParamSpec { name: "enable_sriov", generic: true, mode: Permanent, start: Start::Bool(true) },
        ParamSpec { name: "ignore_ari", generic: true, mode: Permanent, start: Start::Bool(false) },
        ParamSpec { name: "msix_vec_per_pf_max", generic: true, mode: Permanent, start: Start::U32(74) },
        ParamSpec { name: "msix_vec_per_pf_min", generic: true, mode: Permanent, start: Start::U32(1) },
        ParamSpec { name: "enable_roce", generic: true, mode: Permanent, start: Start::Bool(true) },
        ParamSpec { name: "gre_ver_check", generic: false, mode: Permanent, start: Start::Bool(false) },
        ParamSpec { name: "enable_remote_dev_reset", generic: true, mode: Runtime, start: Start::Bool(true) },
    ],
    capacity: 16_384,
    host_vfs: None,
};
