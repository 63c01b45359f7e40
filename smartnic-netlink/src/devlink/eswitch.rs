//! The embedded switch (`DEVLINK_CMD_ESWITCH_GET`, `_SET`).

use smartnic_core::device::{EncapMode, Eswitch, EswitchChange, EswitchMode, InlineMode};
use smartnic_core::types::DevlinkHandle;

use super::{attrs, put_handle, request};
use crate::codec::{Flags, Message, WireError};
use crate::uapi::devlink::*;

/// Asks for the settings (`DEVLINK_CMD_ESWITCH_GET`).
#[derive(Clone, Copy, Debug)]
pub struct Get<'a> {
    /// The family's message type.
    pub family: u16,
    /// The device.
    pub device: &'a DevlinkHandle,
}

request!(Get<'a>, DEVLINK_CMD_ESWITCH_GET, Flags::empty(), |this, encoder| {
    put_handle(encoder, this.device);
});

/// Changes settings (`DEVLINK_CMD_ESWITCH_SET`). Some drivers send a text along with a success.
#[derive(Clone, Copy, Debug)]
pub struct Set<'a> {
    /// The family's message type.
    pub family: u16,
    /// The device.
    pub device: &'a DevlinkHandle,
    /// What to change.
    pub change: &'a EswitchChange,
}

request!(Set<'a>, DEVLINK_CMD_ESWITCH_SET, Flags::empty(), |this, encoder| {
    put_handle(encoder, this.device);
    let EswitchChange { mode, inline_mode, encap_mode } = this.change;
    if let Some(mode) = mode {
        encoder.u16(DEVLINK_ATTR_ESWITCH_MODE, mode.number());
    }
    if let Some(mode) = inline_mode {
        encoder.u8(DEVLINK_ATTR_ESWITCH_INLINE_MODE, mode.number());
    }
    if let Some(mode) = encap_mode {
        encoder.u8(DEVLINK_ATTR_ESWITCH_ENCAP_MODE, mode.number());
    }
});

/// Reads the settings (`DEVLINK_CMD_ESWITCH_GET`).
///
/// # Errors
/// A [`WireError`] if the message is malformed.
pub fn decode(message: &Message<'_>) -> Result<Eswitch, WireError> {
    let mut eswitch = Eswitch { mode: None, inline_mode: None, encap_mode: None };
    for attr in attrs(message)? {
        let attr = attr?;
        match attr.kind() {
            DEVLINK_ATTR_ESWITCH_MODE => eswitch.mode = Some(EswitchMode::from_number(attr.u16()?)),
            DEVLINK_ATTR_ESWITCH_INLINE_MODE => {
                eswitch.inline_mode = Some(InlineMode::from_number(attr.u8()?));
            }
            DEVLINK_ATTR_ESWITCH_ENCAP_MODE => {
                eswitch.encap_mode = Some(EncapMode::from_number(attr.u8()?));
            }
            _ => {}
        }
    }
    Ok(eswitch)
}
