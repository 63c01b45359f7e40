use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::serde_as_text;
use crate::{Error, Result};

macro_rules! number {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(
            /// The number.
            pub u32,
        );

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl From<u32> for $name {
            fn from(number: u32) -> Self {
                Self(number)
            }
        }
    };
}

number! {
    /// A network interface's number within its network namespace (`ifi_index`); 0 stands for none.
    IfIndex
}
number! {
    /// A virtual function's number on its physical function, counted from 0.
    VfId
}
number! {
    /// A sub-function's number as its user chose it (`DEVLINK_ATTR_PORT_PCI_SF_NUMBER`).
    SfNumber
}

/// The identity of a switch: equal on the uplink and all representors of one eswitch (`IFLA_PHYS_SWITCH_ID`).
///
/// At most 32 bytes (`MAX_PHYS_ITEM_ID_LEN`), printed as lower-case hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SwitchId(Vec<u8>);

impl SwitchId {
    /// A switch identity of these bytes.
    #[must_use]
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self(bytes.into())
    }

    /// The bytes as the kernel gives them.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Display for SwitchId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl FromStr for SwitchId {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let wrong = || Error::parse("read a switch id", "expected pairs of hexadecimal digits").on(text);
        if !text.len().is_multiple_of(2) || !text.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(wrong());
        }
        let pairs = (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16));
        pairs.collect::<Result<Vec<u8>, _>>().map(Self).map_err(|_| wrong())
    }
}

serde_as_text!(SwitchId);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_switch_id_reads_what_it_prints() {
        let id: SwitchId = "00a1ff".parse().unwrap();
        assert_eq!((id.as_bytes(), id.to_string().as_str()), (&[0, 0xa1, 0xff][..], "00a1ff"));
        assert!("0".parse::<SwitchId>().is_err() && "zz".parse::<SwitchId>().is_err());
        assert!("é1".parse::<SwitchId>().is_err());
    }
}
