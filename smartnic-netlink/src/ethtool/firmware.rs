//! New firmware of a plugged-in module (`ETHTOOL_MSG_MODULE_FW_FLASH_*`).

use smartnic_core::types::IfIndex;

use super::record::{Place, Wire};
use super::{names, start};
use crate::codec::{Encoder, Flags, Names, Request, WireError};
use crate::uapi::ethtool_netlink::*;

static NAMES: Names = names!(ETHTOOL_A_MODULE_FW_FLASH_NAMES, ETHTOOL_A_MODULE_FW_FLASH_HEADER);

/// Begins to write new firmware. The kernel answers at once, and tells the asking socket how far it is by notifications.
#[derive(Clone, Copy, Debug)]
pub struct Flash<'a> {
    /// The family's message type.
    pub family: u16,
    /// The link.
    pub link: IfIndex,
    /// The file, by its path below /lib/firmware.
    pub file: &'a str,
    /// The module's password.
    pub password: Option<u32>,
}

impl Request for Flash<'_> {
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
        start(e, ETHTOOL_MSG_MODULE_FW_FLASH_ACT, ETHTOOL_A_MODULE_FW_FLASH_HEADER, self.link, 0);
        e.text(ETHTOOL_A_MODULE_FW_FLASH_FILE_NAME, self.file);
        if let Some(password) = self.password {
            e.u32(ETHTOOL_A_MODULE_FW_FLASH_PASSWORD, password);
        }
        Ok(())
    }
}

/// How far it is, as notifications tell it.
pub(super) const PROGRESS: &[Place] = &[
    (ETHTOOL_A_MODULE_FW_FLASH_STATUS, Wire::U32, "status"),
    (ETHTOOL_A_MODULE_FW_FLASH_STATUS_MSG, Wire::Text, "message"),
    (ETHTOOL_A_MODULE_FW_FLASH_DONE, Wire::Uint, "done"),
    (ETHTOOL_A_MODULE_FW_FLASH_TOTAL, Wire::Uint, "total"),
];
