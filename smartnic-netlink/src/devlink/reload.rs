//! Reloading a device (`DEVLINK_CMD_RELOAD`).

use smartnic_core::device::{ReloadAction, ReloadLimit};
use smartnic_core::types::DevlinkHandle;

use super::{attrs, put_handle, request};
use crate::codec::{Bitfield32, Flags, Message, WireError};
use crate::uapi::devlink::*;

/// A network namespace as the kernel takes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Netns {
    /// That of a process (`DEVLINK_ATTR_NETNS_PID`).
    Pid(u32),
    /// One that the asking process has open (`DEVLINK_ATTR_NETNS_FD`).
    Fd(i32),
    /// By its number in the asking socket's namespace (`DEVLINK_ATTR_NETNS_ID`).
    Id(i32),
}

/// Reloads a device (`DEVLINK_CMD_RELOAD`).
#[derive(Clone, Copy, Debug)]
pub struct Reload<'a> {
    /// The family's message type.
    pub family: u16,
    /// The device.
    pub device: &'a DevlinkHandle,
    /// What to do.
    pub action: Option<ReloadAction>,
    /// What must not happen.
    pub limit: Option<ReloadLimit>,
    /// Where the device is to move.
    pub netns: Option<Netns>,
}

request!(Reload<'a>, DEVLINK_CMD_RELOAD, Flags::empty(), |this, encoder| {
    put_handle(encoder, this.device);
    match this.netns {
        Some(Netns::Pid(pid)) => encoder.u32(DEVLINK_ATTR_NETNS_PID, pid),
        Some(Netns::Fd(fd)) => encoder.u32(DEVLINK_ATTR_NETNS_FD, fd as u32),
        Some(Netns::Id(id)) => encoder.u32(DEVLINK_ATTR_NETNS_ID, id as u32),
        None => {}
    }
    if let Some(action) = this.action {
        encoder.u8(DEVLINK_ATTR_RELOAD_ACTION, action.number());
    }
    if let Some(limit) = this.limit {
        let value = 1_u32.checked_shl(u32::from(limit.number())).unwrap_or(0);
        let limits = Bitfield32 { value, selector: DEVLINK_RELOAD_LIMITS_VALID_MASK };
        encoder.attr_fixed(DEVLINK_ATTR_RELOAD_LIMITS, &limits);
    }
});

/// Reads which actions were performed (`DEVLINK_ATTR_RELOAD_ACTIONS_PERFORMED`).
///
/// # Errors
/// A [`WireError`] if the message is malformed.
pub fn decode(message: &Message<'_>) -> Result<Vec<ReloadAction>, WireError> {
    let mut actions = Vec::new();
    for attr in attrs(message)? {
        let attr = attr?;
        if attr.kind() == DEVLINK_ATTR_RELOAD_ACTIONS_PERFORMED {
            let bits = attr.fixed::<Bitfield32>()?;
            let performed = (0..32).filter(|bit| bits.bit(1 << bit) == Some(true));
            actions.extend(performed.map(|bit| ReloadAction::from_number(bit as u8)));
        }
    }
    Ok(actions)
}
