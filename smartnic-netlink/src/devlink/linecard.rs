//! Line cards (`DEVLINK_CMD_LINECARD_GET`, `_SET`).

use smartnic_core::device::{LineCard, LineCardState};
use smartnic_core::types::DevlinkHandle;

use super::{HandleParts, attrs, dev, put_handle, request};
use crate::codec::{Flags, Message, WireError};
use crate::uapi::devlink::*;

/// Asks for one line card (`DEVLINK_CMD_LINECARD_GET`).
#[derive(Clone, Copy, Debug)]
pub struct Get<'a> {
    /// The family's message type.
    pub family: u16,
    /// The device.
    pub device: &'a DevlinkHandle,
    /// The slot's number.
    pub index: u32,
}

request!(Get<'a>, DEVLINK_CMD_LINECARD_GET, Flags::empty(), |this, encoder| {
    put_handle(encoder, this.device);
    encoder.u32(DEVLINK_ATTR_LINECARD_INDEX, this.index);
});

/// Asks for the line cards of one instance, or of all.
#[derive(Clone, Copy, Debug)]
pub struct Dump<'a> {
    /// The family's message type.
    pub family: u16,
    /// The instance. Kernels before 6.4 ignore it and answer for all devices.
    pub device: Option<&'a DevlinkHandle>,
}

request!(Dump<'a>, DEVLINK_CMD_LINECARD_GET, Flags::DUMP, |this, encoder| {
    if let Some(device) = this.device {
        put_handle(encoder, device);
    }
});

/// Sets the type of a line card (`DEVLINK_CMD_LINECARD_SET`).
#[derive(Clone, Copy, Debug)]
pub struct Set<'a> {
    /// The family's message type.
    pub family: u16,
    /// The device.
    pub device: &'a DevlinkHandle,
    /// The slot's number.
    pub index: u32,
    /// The type; empty to take it away.
    pub kind: &'a str,
}

request!(Set<'a>, DEVLINK_CMD_LINECARD_SET, Flags::empty(), |this, encoder| {
    put_handle(encoder, this.device);
    encoder.u32(DEVLINK_ATTR_LINECARD_INDEX, this.index);
    encoder.text(DEVLINK_ATTR_LINECARD_TYPE, this.kind);
});

/// Reads one line card (`DEVLINK_CMD_LINECARD_NEW`, and `_DEL` where it is told of).
///
/// # Errors
/// A [`WireError`] if the message is malformed or names no line card.
pub fn decode(message: &Message<'_>) -> Result<LineCard, WireError> {
    let mut handle = HandleParts::default();
    let (mut index, mut state, mut kind, mut supported) = (None, None, None, Vec::new());
    let (mut nested, mut unknown) = (None, Vec::new());
    for attr in attrs(message)? {
        let attr = attr?;
        if handle.take(&attr)? {
            continue;
        }
        match attr.kind() {
            DEVLINK_ATTR_LINECARD_INDEX => index = Some(attr.u32()?),
            DEVLINK_ATTR_LINECARD_STATE => state = Some(LineCardState::from_number(attr.u8()?)),
            DEVLINK_ATTR_LINECARD_TYPE => kind = Some(attr.text_lossy().into_owned()),
            DEVLINK_ATTR_LINECARD_SUPPORTED_TYPES => {
                for attr in attr.nested() {
                    let attr = attr?;
                    if attr.kind() == DEVLINK_ATTR_LINECARD_TYPE {
                        supported.push(attr.text_lossy().into_owned());
                    }
                }
            }
            DEVLINK_ATTR_NESTED_DEVLINK => nested = Some(dev::nested(attr.nested())?),
            kind if kind > DEVLINK_ATTR_MAX => unknown.push(attr.to_unknown()),
            _ => {}
        }
    }
    let index = index.ok_or(WireError::Missing { attr: "DEVLINK_ATTR_LINECARD_INDEX" })?;
    let state = state.ok_or(WireError::Missing { attr: "DEVLINK_ATTR_LINECARD_STATE" })?;
    Ok(LineCard { device: handle.finish()?, index, state, kind, supported, nested, unknown })
}
