//! devlink instances (`DEVLINK_CMD_GET`).

use smartnic_core::device::{DevlinkDevice, NestedDevlink, ReloadAction, ReloadCount, ReloadLimit};
use smartnic_core::types::DevlinkHandle;

use super::{HandleParts, attrs, put_handle, request};
use crate::codec::{Attrs, Flags, Message, WireError};
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
    let mut device = DevlinkDevice::new(DevlinkHandle::new("", ""));
    for attr in attrs(message)? {
        let attr = attr?;
        if handle.take(&attr)? {
            continue;
        }
        match attr.kind() {
            DEVLINK_ATTR_INDEX => device.index = Some(attr.uint()?),
            DEVLINK_ATTR_RELOAD_FAILED => device.reload_failed = attr.u8()? != 0,
            DEVLINK_ATTR_DEV_STATS => {
                for set in attr.nested() {
                    let set = set?;
                    match set.kind() {
                        DEVLINK_ATTR_RELOAD_STATS => device.reloads = Some(counts(set.nested())?),
                        DEVLINK_ATTR_REMOTE_RELOAD_STATS => {
                            device.remote_reloads = Some(counts(set.nested())?);
                        }
                        _ => {}
                    }
                }
            }
            DEVLINK_ATTR_NESTED_DEVLINK => device.nested.push(nested(attr.nested())?),
            _ => {}
        }
    }
    device.handle = handle.finish()?;
    Ok(device)
}

/// Reads how often an instance was reloaded (`DEVLINK_ATTR_RELOAD_STATS`).
fn counts(attrs: Attrs<'_>) -> Result<Vec<ReloadCount>, WireError> {
    let mut all = Vec::new();
    for info in attrs {
        let info = info?;
        if info.kind() != DEVLINK_ATTR_RELOAD_ACTION_INFO {
            continue;
        }
        let mut action = None;
        let mut counts = Vec::new();
        for attr in info.nested() {
            let attr = attr?;
            match attr.kind() {
                DEVLINK_ATTR_RELOAD_ACTION => action = Some(ReloadAction::from_number(attr.u8()?)),
                DEVLINK_ATTR_RELOAD_ACTION_STATS => {
                    for entry in attr.nested() {
                        counts.extend(count(entry?.nested())?);
                    }
                }
                _ => {}
            }
        }
        let action = action.ok_or(WireError::Missing { attr: "DEVLINK_ATTR_RELOAD_ACTION" })?;
        all.push(ReloadCount { action, counts });
    }
    Ok(all)
}

fn count(attrs: Attrs<'_>) -> Result<Option<(ReloadLimit, u32)>, WireError> {
    let (mut limit, mut value) = (None, None);
    for attr in attrs {
        let attr = attr?;
        match attr.kind() {
            DEVLINK_ATTR_RELOAD_STATS_LIMIT => limit = Some(ReloadLimit::from_number(attr.u8()?)),
            DEVLINK_ATTR_RELOAD_STATS_VALUE => value = Some(attr.u32()?),
            _ => {}
        }
    }
    Ok(limit.zip(value))
}

/// Reads the handle of an instance that belongs to something.
pub(super) fn nested(attrs: Attrs<'_>) -> Result<NestedDevlink, WireError> {
    let mut handle = HandleParts::default();
    let mut netns = None;
    for attr in attrs {
        let attr = attr?;
        if !handle.take(&attr)? && attr.kind() == DEVLINK_ATTR_NETNS_ID {
            netns = Some(attr.i32()?);
        }
    }
    Ok(NestedDevlink { handle: handle.finish()?, netns })
}
