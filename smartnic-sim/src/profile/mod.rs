//! The products that can be simulated, one per file.
//!
//! A profile is data: what the card is and how much it holds. How its kernel driver behaves is in
//! [`crate::driver`]. A new product is one file here and one line in [`ALL`].

mod agilio;
mod bluefield3;
mod bluefield3_dpu;
mod cn10k;
mod cn10k_rep;
mod connectx3;
mod connectx7_ib;
mod e810;
mod fastlinq;
mod i350;
mod kunpeng;
mod spectrum;
mod t6;
mod thor2;
mod u25n;
mod x710;

use serde::{Deserialize, Deserializer, Serializer};
use smartnic_core::device::{ParamMode, VersionKind};
use smartnic_core::types::PciAddress;
use smartnic_core::{Error, Result};

use crate::driver::Driver;

/// Every product, in the order of names.
const ALL: &[&Profile] = &[
    &agilio::PROFILE,
    &bluefield3::PROFILE,
    &bluefield3_dpu::PROFILE,
    &cn10k::PROFILE,
    &cn10k_rep::PROFILE,
    &connectx3::PROFILE,
    &connectx7_ib::PROFILE,
    &e810::PROFILE,
    &fastlinq::PROFILE,
    &i350::PROFILE,
    &kunpeng::PROFILE,
    &spectrum::PROFILE,
    &t6::PROFILE,
    &thor2::PROFILE,
    &u25n::PROFILE,
    &x710::PROFILE,
];

/// A product.
#[derive(Debug)]
pub(crate) struct Profile {
    /// The name in `sim:NAME`.
    pub(crate) name: &'static str,
    /// The product, for people.
    pub(crate) product: &'static str,
    /// Its kernel driver.
    pub(crate) driver: &'static dyn Driver,
    /// PCI vendor and device id of a physical function.
    pub(crate) pci_id: (u16, u16),
    /// PCI device id of a virtual function.
    pub(crate) vf_device_id: u16,
    /// The PCI address of the first physical function.
    pub(crate) address: PciAddress,
    /// How many physical functions the card has.
    pub(crate) pfs: u8,
    /// How many ports each of them has.
    pub(crate) ports: u8,
    /// How many VFs each physical function can have.
    pub(crate) total_vfs: u16,
    /// From the first physical function to its first VF, in functions.
    pub(crate) first_vf_offset: u16,
    /// The first three bytes of the MAC addresses.
    pub(crate) oui: [u8; 3],
    /// Lanes of a port; none if the driver does not tell.
    pub(crate) lanes: Option<u32>,
    /// Whether the first port can be split.
    pub(crate) splittable: bool,
    /// What `devlink dev info` lists, in the driver's order.
    pub(crate) versions: &'static [(VersionKind, &'static str, &'static str)],
    /// devlink parameters, in the driver's order.
    pub(crate) params: &'static [ParamSpec],
    /// How many flow rules the eswitch of one physical function holds. The number is ours: real cards differ by
    /// firmware, configuration and the rules themselves.
    pub(crate) capacity: u32,
    /// Of functions that serve others than their own, as a card's own processor in DPU mode does: how many VFs each
    /// physical function has that they serve.
    pub(crate) host_vfs: Option<u16>,
}

/// A devlink parameter of a product.
#[derive(Debug)]
pub(crate) struct ParamSpec {
    pub(crate) name: &'static str,
    /// Whether many drivers share its meaning.
    pub(crate) generic: bool,
    pub(crate) mode: ParamMode,
    /// The value it starts with, which is of the parameter's type.
    pub(crate) start: Start,
}

/// The first value of a parameter.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Start {
    Bool(bool),
    U8(u8),
    U16(u16),
    U32(u32),
    Text(&'static str),
}

/// The names and products of the simulated NICs, by which [`crate::SimHost::open`] knows them.
pub fn profiles() -> impl Iterator<Item = (&'static str, &'static str)> {
    ALL.iter().map(|profile| (profile.name, profile.product))
}

/// The profile of this name.
pub(crate) fn find(name: &str) -> Result<&'static Profile> {
    ALL.iter().find(|profile| profile.name == name).copied().ok_or_else(|| {
        let names: Vec<&str> = ALL.iter().map(|profile| profile.name).collect();
        Error::invalid(
            "open a simulated host",
            format!("there is no such profile; the profiles are: {}", names.join(", ")),
        )
        .on(name)
    })
}

impl PartialEq for Profile {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

/// A profile in a state file is its name.
pub(crate) mod by_name {
    use super::*;

    pub(crate) fn serialize<S: Serializer>(
        profile: &&'static Profile,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(profile.name)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<&'static Profile, D::Error> {
        let name = String::deserialize(deserializer)?;
        find(&name).map_err(serde::de::Error::custom)
    }
}
