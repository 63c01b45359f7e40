//! Memory of a plugged-in module (`ETHTOOL_MSG_MODULE_EEPROM_GET`).

use smartnic_core::ethtool::module::Part;
use smartnic_core::types::IfIndex;

use super::{names, start};
use crate::codec::{Attrs, Encoder, Flags, GenlHeader, Message, Names, Request, WireError};
use crate::uapi::ethtool_netlink::*;

static NAMES: Names = names!(ETHTOOL_A_MODULE_EEPROM_NAMES, ETHTOOL_A_MODULE_EEPROM_HEADER);

/// Asks for a part of a module's memory.
#[derive(Clone, Copy, Debug)]
pub struct Get {
    /// The family's message type.
    pub family: u16,
    /// The link.
    pub link: IfIndex,
    /// The part.
    pub part: Part,
}

impl Request for Get {
    fn kind(&self) -> u16 {
        self.family
    }

    fn flags(&self) -> Flags {
        Flags::empty()
    }

    fn names(&self) -> &'static Names {
        &NAMES
    }

    fn encode(&self, e: &mut Encoder<'_>) -> Result<(), WireError> {
        start(e, ETHTOOL_MSG_MODULE_EEPROM_GET, ETHTOOL_A_MODULE_EEPROM_HEADER, self.link, 0);
        e.u32(ETHTOOL_A_MODULE_EEPROM_LENGTH, u32::from(self.part.length));
        e.u32(ETHTOOL_A_MODULE_EEPROM_OFFSET, u32::from(self.part.offset));
        e.u8(ETHTOOL_A_MODULE_EEPROM_PAGE, self.part.page);
        e.u8(ETHTOOL_A_MODULE_EEPROM_BANK, self.part.bank);
        e.u8(ETHTOOL_A_MODULE_EEPROM_I2C_ADDRESS, self.part.i2c);
        Ok(())
    }
}

/// Reads the answer to [`Get`].
///
/// # Errors
/// A [`WireError`] if the message is malformed or has no bytes.
pub fn decode(message: &Message<'_>) -> Result<Vec<u8>, WireError> {
    let (_, attrs) = GenlHeader::split(message.payload)?;
    let data = Attrs::new(attrs).find(ETHTOOL_A_MODULE_EEPROM_DATA)?;
    let data = data.ok_or(WireError::Missing { attr: "ETHTOOL_A_MODULE_EEPROM_DATA" })?;
    Ok(data.payload.to_vec())
}
