//! Flash updates (`DEVLINK_CMD_FLASH_UPDATE`) and what is told of them (`_STATUS`, `_END`).

use smartnic_core::device::{FlashEvent, FlashNotice, FlashStatus, FlashUpdate};
use smartnic_core::types::DevlinkHandle;

use super::{HandleParts, attrs, command, put_handle, request};
use crate::codec::{Flags, Message, WireError};
use crate::uapi::devlink::*;

/// Writes firmware into a device (`DEVLINK_CMD_FLASH_UPDATE`). The kernel answers when it is over.
#[derive(Clone, Copy, Debug)]
pub struct Update<'a> {
    /// The family's message type.
    pub family: u16,
    /// The device.
    pub device: &'a DevlinkHandle,
    /// What to write.
    pub update: &'a FlashUpdate,
}

request!(Update<'a>, DEVLINK_CMD_FLASH_UPDATE, Flags::empty(), |this, encoder| {
    let FlashUpdate { file, component, overwrite } = this.update;
    put_handle(encoder, this.device);
    encoder.text(DEVLINK_ATTR_FLASH_UPDATE_FILE_NAME, file);
    if let Some(component) = component {
        encoder.text(DEVLINK_ATTR_FLASH_UPDATE_COMPONENT, component);
    }
    let bits = [
        (overwrite.settings, DEVLINK_FLASH_OVERWRITE_SETTINGS),
        (overwrite.identifiers, DEVLINK_FLASH_OVERWRITE_IDENTIFIERS),
    ];
    let mask = bits.iter().filter(|(wanted, _)| *wanted).fold(0_u32, |mask, (_, bit)| mask | bit);
    // Drivers without such settings refuse the attribute, whatever is in it.
    if mask != 0 {
        let selector = DEVLINK_SUPPORTED_FLASH_OVERWRITE_SECTIONS;
        encoder.attr_fixed(DEVLINK_ATTR_FLASH_UPDATE_OVERWRITE_MASK, &[mask, selector]);
    }
});

/// Reads what is told of a flash update.
///
/// # Errors
/// A [`WireError`] if the message is malformed or names no device.
pub fn decode(message: &Message<'_>) -> Result<FlashNotice, WireError> {
    let mut handle = HandleParts::default();
    let mut status = FlashStatus::default();
    for attr in attrs(message)? {
        let attr = attr?;
        if handle.take(&attr)? {
            continue;
        }
        match attr.kind() {
            DEVLINK_ATTR_FLASH_UPDATE_STATUS_MSG => status.message = Some(attr.text_lossy().into_owned()),
            DEVLINK_ATTR_FLASH_UPDATE_COMPONENT => status.component = Some(attr.text_lossy().into_owned()),
            DEVLINK_ATTR_FLASH_UPDATE_STATUS_DONE => status.done = attr.uint()?,
            DEVLINK_ATTR_FLASH_UPDATE_STATUS_TOTAL => status.total = attr.uint()?,
            DEVLINK_ATTR_FLASH_UPDATE_STATUS_TIMEOUT => status.timeout = attr.uint()?,
            _ => {}
        }
    }
    let event = match command(message)? {
        DEVLINK_CMD_FLASH_UPDATE => FlashEvent::Begun,
        DEVLINK_CMD_FLASH_UPDATE_END => FlashEvent::Ended,
        _ => FlashEvent::Status(status),
    };
    Ok(FlashNotice { device: handle.finish()?, event })
}
