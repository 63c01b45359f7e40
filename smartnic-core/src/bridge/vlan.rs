use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{Error, Result};

/// The highest VLAN that a bridge takes.
const LAST: u16 = 4094;

/// VLANs that a port or bridge lets through (`IFLA_BRIDGE_VLAN_INFO`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct BridgeVlan {
    /// The first.
    pub first: u16,
    /// The last; the same if it is one.
    pub last: u16,
    /// What comes in untagged is put into it (`BRIDGE_VLAN_INFO_PVID`).
    pub pvid: bool,
    /// What goes out of it is untagged (`BRIDGE_VLAN_INFO_UNTAGGED`).
    pub untagged: bool,
}

impl BridgeVlan {
    /// Checks that the numbers are those of VLANs, and that only one is where untagged packets go.
    ///
    /// # Errors
    /// `InvalidInput` with what is wrong.
    pub fn check(&self) -> Result<()> {
        let wrong = |why: &str| Err(Error::invalid("check VLANs", why).on(self));
        match self {
            Self { first: 0, .. } => wrong("VLANs begin at 1"),
            Self { last, .. } if *last > LAST => wrong("VLANs end at 4094"),
            Self { first, last, .. } if first > last => wrong("the last comes before the first"),
            Self { first, last, pvid: true, .. } if first != last => {
                wrong("only one VLAN can be that of untagged packets")
            }
            _ => Ok(()),
        }
    }
}

impl fmt::Display for BridgeVlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.first == self.last {
            true => write!(f, "{}", self.first),
            false => write!(f, "{}-{}", self.first, self.last),
        }
    }
}

impl FromStr for BridgeVlan {
    type Err = Error;

    /// Reads `10` or `10-20`.
    fn from_str(text: &str) -> Result<Self> {
        let (first, last) = text.split_once('-').unwrap_or((text, text));
        let read = |text: &str| text.parse::<u16>().ok();
        let wrong = || Error::parse("read VLANs", "expected a number or a range such as 10-20").on(text);
        let (first, last) = read(first).zip(read(last)).ok_or_else(wrong)?;
        let vlan = Self { first, last, pvid: false, untagged: false };
        vlan.check().map(|()| vlan)
    }
}

/// Whose VLANs are meant (`IFLA_BRIDGE_FLAGS`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum VlanSide {
    /// The port's in the bridge; on a bridge, see [`VlanSide::Own`].
    #[default]
    Master,
    /// The device's own: those of the bridge itself, or of a NIC that filters (`BRIDGE_FLAGS_SELF`).
    Own,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_read_what_they_print() {
        for text in ["1", "10-20", "4094"] {
            assert_eq!(text.parse::<BridgeVlan>().unwrap().to_string(), text);
        }
        for wrong in ["", "0", "4095", "20-10", "1-", "a", "1-2-3"] {
            assert!(wrong.parse::<BridgeVlan>().is_err(), "{wrong}");
        }
        assert!(BridgeVlan { first: 1, last: 2, pvid: true, untagged: false }.check().is_err());
    }
}
