//! devlink instances (`DEVLINK_CMD_GET`).

use smartnic_core::device::DevlinkDevice;
use smartnic_core::types::DevlinkHandle;

use super::{HandleParts, attrs, put_handle, request};
use crate::codec::{Flags, Message, WireError};
use crate::uapi::devlink::*;

/// Asks for one instance (`DEVLINK_CMD_GET`).
#[derive(Clone, Copy, Debug)]
pub struct Get<'a> {
    /// The family's message type.
    pub family: u16,
    /// The instance.
    pub device: &'a DevlinkHandle,
}

request!(Get<'a>, DEVLINK_CMD_GET, Flags::empty(), |this, encoder| { put_handle(encoder, this.device) });

/// Asks for all instances.
#[derive(Clone, Copy, Debug)]
pub struct Dump {
    /// The family's message type.
    pub family: u16,
}

request!(Dump, DEVLINK_CMD_GET, Flags::DUMP, |_this, _encoder| {});

/// Reads one instance (`DEVLINK_CMD_NEW`).
///
/// # Errors
/// A [`WireError`] if the message is malformed or names no device.
pub fn decode(message: &Message<'_>) -> Result<DevlinkDevice, WireError> {
    let mut handle = HandleParts::default();
    let mut reload_failed = false;
    for attr in attrs(message)? {
        let attr = attr?;
        if !handle.take(&attr)? && attr.kind() == DEVLINK_ATTR_RELOAD_FAILED {
            reload_failed = attr.u8()? != 0;
        }
    }
    Ok(DevlinkDevice { handle: handle.finish()?, reload_failed })
}
