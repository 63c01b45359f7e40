use serde::{Deserialize, Serialize};
use smartnic_core::device::{EncapMode, EswitchMode, InlineMode};
use smartnic_core::types::{Mac, PciAddress};

use super::ParamState;

/// A physical function.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Pf {
    pub(crate) address: PciAddress,
    pub(crate) mac: Mac,
    /// Whether its driver is bound; without it there is neither link nor devlink instance.
    pub(crate) bound: bool,
    pub(crate) driver_override: Option<String>,
    pub(crate) eswitch: EswitchState,
    /// Whether new VFs are bound to their driver (`sriov_drivers_autoprobe`).
    pub(crate) autoprobe: bool,
    pub(crate) vfs: Vec<Vf>,
    pub(crate) params: Vec<ParamState>,
    /// Flow rules that its hardware holds.
    pub(crate) flows: u32,
}

/// The settings of an eswitch.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct EswitchState {
    pub(crate) mode: EswitchMode,
    pub(crate) inline_mode: Option<InlineMode>,
    pub(crate) encap_mode: Option<EncapMode>,
}

/// A virtual function.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Vf {
    pub(crate) address: PciAddress,
    pub(crate) mac: Mac,
    /// The driver bound to it.
    pub(crate) driver: Option<String>,
    pub(crate) driver_override: Option<String>,
}
