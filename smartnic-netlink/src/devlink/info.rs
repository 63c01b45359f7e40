//! Who a device is: driver, serial numbers, versions (`DEVLINK_CMD_INFO_GET`).

use smartnic_core::device::{DeviceInfo, Version, VersionKind};
use smartnic_core::types::DevlinkHandle;

use super::{HandleParts, attrs, put_handle, request};
use crate::codec::{Attrs, Flags, Message, WireError};
use crate::uapi::devlink::*;

/// Asks about one device (`DEVLINK_CMD_INFO_GET`).
#[derive(Clone, Copy, Debug)]
pub struct Get<'a> {
    /// The family's message type.
    pub family: u16,
    /// The device.
    pub device: &'a DevlinkHandle,
}

request!(Get<'a>, DEVLINK_CMD_INFO_GET, Flags::empty(), |this, encoder| {
    put_handle(encoder, this.device);
});

/// Asks about all devices.
#[derive(Clone, Copy, Debug)]
pub struct Dump {
    /// The family's message type.
    pub family: u16,
}

request!(Dump, DEVLINK_CMD_INFO_GET, Flags::DUMP, |_this, _encoder| {});

/// Reads what is said of one device, and which it is (`DEVLINK_CMD_INFO_GET`).
///
/// # Errors
/// A [`WireError`] if the message is malformed or names no device.
pub fn decode(message: &Message<'_>) -> Result<(DevlinkHandle, DeviceInfo), WireError> {
    let mut handle = HandleParts::default();
    let mut info = DeviceInfo::default();
    for attr in attrs(message)? {
        let attr = attr?;
        if handle.take(&attr)? {
            continue;
        }
        match attr.kind() {
            DEVLINK_ATTR_INFO_DRIVER_NAME => info.driver = attr.text_lossy().into_owned(),
            DEVLINK_ATTR_INFO_SERIAL_NUMBER => info.serial = Some(attr.text_lossy().into_owned()),
            DEVLINK_ATTR_INFO_BOARD_SERIAL_NUMBER => {
                info.board_serial = Some(attr.text_lossy().into_owned());
            }
            kind @ (DEVLINK_ATTR_INFO_VERSION_FIXED
            | DEVLINK_ATTR_INFO_VERSION_RUNNING
            | DEVLINK_ATTR_INFO_VERSION_STORED) => {
                info.versions.push(decode_version(VersionKind::from_number(kind), attr.nested())?);
            }
            kind if kind > DEVLINK_ATTR_MAX => info.unknown.push(attr.to_unknown()),
            _ => {}
        }
    }
    Ok((handle.finish()?, info))
}

fn decode_version(kind: VersionKind, attrs: Attrs<'_>) -> Result<Version, WireError> {
    let mut version = Version { kind, name: String::new(), value: String::new() };
    for attr in attrs {
        let attr = attr?;
        match attr.kind() {
            DEVLINK_ATTR_INFO_VERSION_NAME => version.name = attr.text_lossy().into_owned(),
            DEVLINK_ATTR_INFO_VERSION_VALUE => version.value = attr.text_lossy().into_owned(),
            _ => {}
        }
    }
    Ok(version)
}
