use serde::{Deserialize, Serialize};

/// One feature of a link: what was asked for, what came of it, and whether it can change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feature {
    /// Its name, as the kernel has it.
    pub name: String,
    /// It is on.
    pub active: bool,
    /// It cannot be changed by anybody (`ETHTOOL_A_FEATURES_NOCHANGE`), or not on this link.
    pub fixed: bool,
    /// It was asked for. Where that differs from `active`, the driver or another feature stands against it.
    pub requested: bool,
}
