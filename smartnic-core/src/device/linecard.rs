use serde::{Deserialize, Serialize};

use super::{NestedDevlink, kernel_enum};
use crate::types::{DevlinkHandle, UnknownAttr};

kernel_enum! {
    /// How far a line card is (`enum devlink_linecard_state`).
    LineCardState: u8 {
        /// No type is set.
        Unprovisioned = 1, "unprovisioned";
        /// The type is being taken away.
        Unprovisioning = 2, "unprovisioning";
        /// A type is being set.
        Provisioning = 3, "provisioning";
        /// The type could not be set.
        ProvisioningFailed = 4, "provisioning_failed";
        /// The type is set; the card need not be in its slot.
        Provisioned = 5, "provisioned";
        /// The card is there and works.
        Active = 6, "active";
    }
}

/// A slot of a modular switch and the card in it (`DEVLINK_CMD_LINECARD_GET`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineCard {
    /// The device.
    pub device: DevlinkHandle,
    /// The slot's number on it (`DEVLINK_ATTR_LINECARD_INDEX`).
    pub index: u32,
    /// How far it is.
    pub state: LineCardState,
    /// The type that is set (`DEVLINK_ATTR_LINECARD_TYPE`).
    pub kind: Option<String>,
    /// The types that can be set (`DEVLINK_ATTR_LINECARD_SUPPORTED_TYPES`).
    pub supported: Vec<String>,
    /// The card's own devlink instance (`DEVLINK_ATTR_NESTED_DEVLINK`).
    pub nested: Option<NestedDevlink>,
    /// Attributes that this version of the SDK has no name for, as they came.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub unknown: Vec<UnknownAttr>,
}
