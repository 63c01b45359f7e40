//! Packet traps, their groups and their policers (`DEVLINK_CMD_TRAP_*`).

use smartnic_core::device::{
    Trap, TrapAction, TrapGroup, TrapGroupChange, TrapMetadata, TrapPolicer, TrapPolicerChange, TrapStats,
    TrapType,
};
use smartnic_core::types::DevlinkHandle;

use super::{HandleParts, attrs, put_handle, request};
use crate::codec::{Attrs, Flags, Message, WireError};
use crate::uapi::devlink::*;

// Numbers of attributes in a set of their own, which the header has as an `enum`.
const PACKETS: u16 = DEVLINK_ATTR_STATS_RX_PACKETS as u16;
const BYTES: u16 = DEVLINK_ATTR_STATS_RX_BYTES as u16;
const DROPPED: u16 = DEVLINK_ATTR_STATS_RX_DROPPED as u16;

macro_rules! reads {
    ($($(#[$doc:meta])* $get:ident, $dump:ident = $command:ident, $attr:ident, $name:ident: $type:ty, $put:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $get<'a> {
            /// The family's message type.
            pub family: u16,
            /// The device.
            pub device: &'a DevlinkHandle,
            /// Which one.
            pub $name: $type,
        }

        request!($get<'a>, $command, Flags::empty(), |this, encoder| {
            put_handle(encoder, this.device);
            encoder.$put($attr, this.$name);
        });

        /// Asks for all of one device, or of all devices.
        #[derive(Clone, Copy, Debug)]
        pub struct $dump<'a> {
            /// The family's message type.
            pub family: u16,
            /// The device. Kernels before 6.4 ignore it and answer for all.
            pub device: Option<&'a DevlinkHandle>,
        }

        request!($dump<'a>, $command, Flags::DUMP, |this, encoder| {
            if let Some(device) = this.device {
                put_handle(encoder, device);
            }
        });
    )*};
}

reads! {
    /// Asks for one trap (`DEVLINK_CMD_TRAP_GET`).
    Get, Dump = DEVLINK_CMD_TRAP_GET, DEVLINK_ATTR_TRAP_NAME, name: &'a str, text;
    /// Asks for one group (`DEVLINK_CMD_TRAP_GROUP_GET`).
    GroupGet, GroupDump = DEVLINK_CMD_TRAP_GROUP_GET, DEVLINK_ATTR_TRAP_GROUP_NAME, name: &'a str, text;
    /// Asks for one policer (`DEVLINK_CMD_TRAP_POLICER_GET`).
    PolicerGet, PolicerDump = DEVLINK_CMD_TRAP_POLICER_GET, DEVLINK_ATTR_TRAP_POLICER_ID, id: u32, u32;
}

/// Sets the action of a trap (`DEVLINK_CMD_TRAP_SET`).
#[derive(Clone, Copy, Debug)]
pub struct Set<'a> {
    /// The family's message type.
    pub family: u16,
    /// The device.
    pub device: &'a DevlinkHandle,
    /// The trap.
    pub name: &'a str,
    /// The action; without one nothing changes.
    pub action: Option<TrapAction>,
}

request!(Set<'a>, DEVLINK_CMD_TRAP_SET, Flags::empty(), |this, encoder| {
    put_handle(encoder, this.device);
    encoder.text(DEVLINK_ATTR_TRAP_NAME, this.name);
    if let Some(action) = this.action {
        encoder.u8(DEVLINK_ATTR_TRAP_ACTION, action.number());
    }
});

/// Changes a group (`DEVLINK_CMD_TRAP_GROUP_SET`).
#[derive(Clone, Copy, Debug)]
pub struct GroupSet<'a> {
    /// The family's message type.
    pub family: u16,
    /// The device.
    pub device: &'a DevlinkHandle,
    /// The group.
    pub name: &'a str,
    /// What to change.
    pub change: &'a TrapGroupChange,
}

request!(GroupSet<'a>, DEVLINK_CMD_TRAP_GROUP_SET, Flags::empty(), |this, encoder| {
    put_handle(encoder, this.device);
    encoder.text(DEVLINK_ATTR_TRAP_GROUP_NAME, this.name);
    if let Some(action) = this.change.action {
        encoder.u8(DEVLINK_ATTR_TRAP_ACTION, action.number());
    }
    if let Some(policer) = this.change.policer {
        encoder.u32(DEVLINK_ATTR_TRAP_POLICER_ID, policer);
    }
});

/// Changes a policer (`DEVLINK_CMD_TRAP_POLICER_SET`).
#[derive(Clone, Copy, Debug)]
pub struct PolicerSet<'a> {
    /// The family's message type.
    pub family: u16,
    /// The device.
    pub device: &'a DevlinkHandle,
    /// The policer.
    pub id: u32,
    /// What to change.
    pub change: &'a TrapPolicerChange,
}

request!(PolicerSet<'a>, DEVLINK_CMD_TRAP_POLICER_SET, Flags::empty(), |this, encoder| {
    put_handle(encoder, this.device);
    encoder.u32(DEVLINK_ATTR_TRAP_POLICER_ID, this.id);
    if let Some(rate) = this.change.rate {
        encoder.u64(DEVLINK_ATTR_TRAP_POLICER_RATE, rate);
    }
    if let Some(burst) = this.change.burst {
        encoder.u64(DEVLINK_ATTR_TRAP_POLICER_BURST, burst);
    }
});

/// Reads one trap (`DEVLINK_CMD_TRAP_NEW`, `_DEL`).
///
/// # Errors
/// A [`WireError`] if the message is malformed or names no trap.
pub fn decode(message: &Message<'_>) -> Result<Trap, WireError> {
    let mut handle = HandleParts::default();
    let mut name = None;
    let mut trap = Trap {
        device: DevlinkHandle::new("", ""),
        name: String::new(),
        kind: TrapType::Unknown(u8::MAX),
        generic: false,
        action: TrapAction::Unknown(u8::MAX),
        group: String::new(),
        metadata: Vec::new(),
        stats: TrapStats::default(),
        unknown: Vec::new(),
    };
    for attr in attrs(message)? {
        let attr = attr?;
        if handle.take(&attr)? {
            continue;
        }
        match attr.kind() {
            DEVLINK_ATTR_TRAP_NAME => name = Some(attr.text_lossy().into_owned()),
            DEVLINK_ATTR_TRAP_TYPE => trap.kind = TrapType::from_number(attr.u8()?),
            DEVLINK_ATTR_TRAP_GENERIC => trap.generic = true,
            DEVLINK_ATTR_TRAP_ACTION => trap.action = TrapAction::from_number(attr.u8()?),
            DEVLINK_ATTR_TRAP_GROUP_NAME => trap.group = attr.text_lossy().into_owned(),
            DEVLINK_ATTR_TRAP_METADATA => {
                for kind in attr.nested() {
                    trap.metadata.push(TrapMetadata::from_number(kind?.kind()));
                }
            }
            DEVLINK_ATTR_STATS => trap.stats = decode_stats(attr.nested())?,
            kind if kind > DEVLINK_ATTR_MAX => trap.unknown.push(attr.to_unknown()),
            _ => {}
        }
    }
    trap.name = name.ok_or(WireError::Missing { attr: "DEVLINK_ATTR_TRAP_NAME" })?;
    trap.device = handle.finish()?;
    Ok(trap)
}

/// Reads one group (`DEVLINK_CMD_TRAP_GROUP_NEW`, `_DEL`).
///
/// # Errors
/// A [`WireError`] if the message is malformed or names no group.
pub fn decode_group(message: &Message<'_>) -> Result<TrapGroup, WireError> {
    let mut handle = HandleParts::default();
    let (mut name, mut generic, mut policer) = (None, false, None);
    let mut stats = TrapStats::default();
    let mut unknown = Vec::new();
    for attr in attrs(message)? {
        let attr = attr?;
        if handle.take(&attr)? {
            continue;
        }
        match attr.kind() {
            DEVLINK_ATTR_TRAP_GROUP_NAME => name = Some(attr.text_lossy().into_owned()),
            DEVLINK_ATTR_TRAP_GENERIC => generic = true,
            DEVLINK_ATTR_TRAP_POLICER_ID => policer = Some(attr.u32()?),
            DEVLINK_ATTR_STATS => stats = decode_stats(attr.nested())?,
            kind if kind > DEVLINK_ATTR_MAX => unknown.push(attr.to_unknown()),
            _ => {}
        }
    }
    let name = name.ok_or(WireError::Missing { attr: "DEVLINK_ATTR_TRAP_GROUP_NAME" })?;
    Ok(TrapGroup { device: handle.finish()?, name, generic, policer, stats, unknown })
}

/// Reads one policer (`DEVLINK_CMD_TRAP_POLICER_NEW`, `_DEL`).
///
/// # Errors
/// A [`WireError`] if the message is malformed or names no policer.
pub fn decode_policer(message: &Message<'_>) -> Result<TrapPolicer, WireError> {
    let mut handle = HandleParts::default();
    let (mut id, mut rate, mut burst, mut stats) = (None, 0, 0, None);
    let mut unknown = Vec::new();
    for attr in attrs(message)? {
        let attr = attr?;
        if handle.take(&attr)? {
            continue;
        }
        match attr.kind() {
            DEVLINK_ATTR_TRAP_POLICER_ID => id = Some(attr.u32()?),
            DEVLINK_ATTR_TRAP_POLICER_RATE => rate = attr.u64()?,
            DEVLINK_ATTR_TRAP_POLICER_BURST => burst = attr.u64()?,
            DEVLINK_ATTR_STATS => stats = Some(decode_stats(attr.nested())?),
            kind if kind > DEVLINK_ATTR_MAX => unknown.push(attr.to_unknown()),
            _ => {}
        }
    }
    let id = id.ok_or(WireError::Missing { attr: "DEVLINK_ATTR_TRAP_POLICER_ID" })?;
    Ok(TrapPolicer { device: handle.finish()?, id, rate, burst, stats, unknown })
}

fn decode_stats(attrs: Attrs<'_>) -> Result<TrapStats, WireError> {
    let mut stats = TrapStats::default();
    for attr in attrs {
        let attr = attr?;
        match attr.kind() {
            PACKETS => stats.packets = Some(attr.u64()?),
            BYTES => stats.bytes = Some(attr.u64()?),
            DROPPED => stats.dropped = Some(attr.u64()?),
            _ => {}
        }
    }
    Ok(stats)
}
