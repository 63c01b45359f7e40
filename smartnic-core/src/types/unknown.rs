use serde::{Deserialize, Serialize};

/// A netlink attribute that is kept as it came because this version of the SDK does not know it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct UnknownAttr {
    /// The attribute's number.
    pub kind: u16,
    /// Its bytes.
    pub bytes: Vec<u8>,
}
