//! Small values with one spelling each.
//!
//! Every type here prints as the field prints it and reads back what it printed; that text is also its form in
//! JSON and YAML.

mod devlink;
mod ethertype;
mod guid;
mod hw_addr;
mod ids;
mod mac;
mod masked;
mod pci;
mod place;
mod unknown;

pub use devlink::{DevlinkHandle, PortHandle, PortIndex};
pub use ethertype::EtherType;
pub use guid::Guid;
pub use hw_addr::HwAddr;
pub use ids::{IfIndex, SfNumber, SwitchId, VfId};
pub use mac::Mac;
pub use masked::{MaskValue, Masked};
pub use pci::PciAddress;
pub use place::DevlinkPlace;
pub use unknown::UnknownAttr;

/// Gives a type its text (`Display`, `FromStr`) as its form in JSON and YAML.
macro_rules! serde_as_text {
    ($type:ty) => {
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}
pub(crate) use serde_as_text;
