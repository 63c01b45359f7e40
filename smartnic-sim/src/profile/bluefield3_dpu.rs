//! NVIDIA BlueField-3, two ports, in DPU mode, as the card's own processor sees it (an embedded CPU function, `ecpf.c`).
//!
//! This processor owns the eswitch. Functions of the host that the card is in are on another controller: their
//! representors and ports are here, the functions are not. That the processor's own functions can have VFs is as on
//! cards with `MLX5_CAP_GEN_2(ec_vf_vport_base)`.

use smartnic_core::types::PciAddress;

use super::Profile;
use super::bluefield3;

pub(super) const PROFILE: Profile = Profile {
    name: "bluefield3-dpu",
    product: "NVIDIA BlueField-3 (DPU mode, its own processor), 2 ports",
    address: PciAddress { domain: 0, bus: 3, device: 0, function: 0 },
    host_vfs: Some(2),
    ..bluefield3::PROFILE
};
