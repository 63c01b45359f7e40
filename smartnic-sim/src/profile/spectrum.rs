//! NVIDIA Spectrum, a switch, as far as devlink tells of it: shared buffers, pipeline, memory, line cards.
//!
//! No one product is like this: line cards are those of an SN4800 (Spectrum-3), while the memory is divided as on the
//! first Spectrum. One port only has a link, where such switches have dozens, and provisioned line cards bring none.

use smartnic_core::device::VersionKind::{Fixed, Running};
use smartnic_core::types::PciAddress;

use super::Profile;
use crate::driver::MLXSW;

pub(super) const PROFILE: Profile = Profile {
    name: "spectrum",
    product: "NVIDIA Spectrum, a switch with line cards",
    driver: &MLXSW,
    pci_id: (0x15b3, 0xcf70),
    vf_device_id: 0,
    address: PciAddress { domain: 0, bus: 3, device: 0, function: 0 },
    pfs: 1,
    ports: 1,
    total_vfs: 0,
    first_vf_offset: 0,
    oui: [0x94, 0x6d, 0xae],
    lanes: None,
    splittable: false,
    versions: &[
        (Fixed, "hw.revision", "A0"),
        (Fixed, "fw.psid", "MT_0000000637"),
        (Running, "fw.version", "30.2014.4600"),
        (Running, "fw", "30.2014.4600"),
    ],
    params: &[],
    capacity: 0,
    host_vfs: None,
};
