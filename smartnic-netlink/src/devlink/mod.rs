//! devlink: a device as a whole, its ports, its eswitch.
//!
//! devlink is a generic netlink family: its message type differs from boot to boot. [`crate::genl`] tells it under
//! the name [`FAMILY`]; a kernel without devlink answers ENOENT there. Every request here carries it.

pub mod buffer;
pub mod dev;
pub mod eswitch;
pub mod flash;
pub mod fmsg;
pub mod health;
pub mod info;
pub mod linecard;
pub mod notice;
pub mod param;
pub mod pipeline;
pub mod port;
pub mod rate;
pub mod region;
pub mod reload;
pub mod resource;
pub mod selftest;
pub mod trap;

use smartnic_core::types::{DevlinkHandle, DevlinkPlace, PortHandle, PortIndex};

use crate::codec::{Attr, AttrSet, Attrs, Encoder, GenlHeader, Inner, Message, Names, WireError};
use crate::uapi::devlink::*;
use crate::uapi::genetlink::SIZEOF_GENLMSGHDR;

/// The family's name (`DEVLINK_GENL_NAME`).
pub const FAMILY: &str = DEVLINK_GENL_NAME;
/// The multicast group that tells of changes (`DEVLINK_GENL_MCGRP_CONFIG_NAME`).
pub const GROUP: &str = DEVLINK_GENL_MCGRP_CONFIG_NAME;

static FUNCTION: AttrSet = AttrSet {
    names: DEVLINK_PORT_FUNCTION_ATTR_NAMES,
    nests: &[(DEVLINK_PORT_FN_ATTR_DEVLINK, Inner::Set(&FLAT))],
};
static FLAT: AttrSet = AttrSet::flat(DEVLINK_ATTR_NAMES);
static RATE_TC: AttrSet = AttrSet::flat(DEVLINK_RATE_TC_ATTR_NAMES);
static SELFTESTS: AttrSet = AttrSet::flat(DEVLINK_ATTR_SELFTEST_ID_NAMES);

/// The names of devlink's attributes.
pub static NAMES: Names = Names {
    fixed_len: SIZEOF_GENLMSGHDR,
    set: &AttrSet {
        names: DEVLINK_ATTR_NAMES,
        nests: &[
            (DEVLINK_ATTR_PORT_FUNCTION, Inner::Set(&FUNCTION)),
            (DEVLINK_ATTR_PARAM, Inner::Set(&FLAT)),
            (DEVLINK_ATTR_NESTED_DEVLINK, Inner::Set(&FLAT)),
            (DEVLINK_ATTR_PARENT_DEV, Inner::Set(&FLAT)),
            (DEVLINK_ATTR_RATE_TC_BWS, Inner::Set(&RATE_TC)),
            (DEVLINK_ATTR_SELFTESTS, Inner::Set(&SELFTESTS)),
        ],
    },
};

/// The command number of a devlink message (`DEVLINK_CMD_*`), which says what a notification is about.
///
/// # Errors
/// [`WireError::Truncated`] if the message has no generic netlink header.
pub fn command(message: &Message<'_>) -> Result<u8, WireError> {
    GenlHeader::split(message.payload).map(|(header, _)| header.command)
}

/// Writes the generic netlink header.
fn start(encoder: &mut Encoder<'_>, command: u8) {
    encoder.fixed(&GenlHeader { command, version: DEVLINK_GENL_VERSION, reserved: 0 });
}

/// Writes the two attributes that name a device.
fn put_handle(encoder: &mut Encoder<'_>, device: &DevlinkHandle) {
    encoder.text(DEVLINK_ATTR_BUS_NAME, &device.bus);
    encoder.text(DEVLINK_ATTR_DEV_NAME, &device.device);
}

/// Writes the three attributes that name a port.
fn put_port(encoder: &mut Encoder<'_>, port: &PortHandle) {
    put_handle(encoder, &port.device);
    encoder.u32(DEVLINK_ATTR_PORT_INDEX, port.index.0);
}

/// Writes the attributes that name a device or a port.
fn put_place(encoder: &mut Encoder<'_>, place: &DevlinkPlace) {
    put_handle(encoder, &place.device);
    if let Some(port) = place.port {
        encoder.u32(DEVLINK_ATTR_PORT_INDEX, port.0);
    }
}

fn attrs<'a>(message: &Message<'a>) -> Result<Attrs<'a>, WireError> {
    GenlHeader::split(message.payload).map(|(_, attrs)| Attrs::new(attrs))
}

/// Gathers the two attributes that name a device.
#[derive(Default)]
pub(crate) struct HandleParts<'a> {
    bus: Option<&'a str>,
    device: Option<&'a str>,
}

impl<'a> HandleParts<'a> {
    /// Takes the attribute if it is one of the two.
    pub(crate) fn take(&mut self, attr: &Attr<'a>) -> Result<bool, WireError> {
        match attr.kind() {
            DEVLINK_ATTR_BUS_NAME => self.bus = Some(attr.text()?),
            DEVLINK_ATTR_DEV_NAME => self.device = Some(attr.text()?),
            _ => return Ok(false),
        }
        Ok(true)
    }

    pub(crate) fn finish(self) -> Result<DevlinkHandle, WireError> {
        let bus = self.bus.ok_or(WireError::Missing { attr: "DEVLINK_ATTR_BUS_NAME" })?;
        let device = self.device.ok_or(WireError::Missing { attr: "DEVLINK_ATTR_DEV_NAME" })?;
        Ok(DevlinkHandle::new(bus, device))
    }
}

/// Gathers the attributes that name a device or a port.
#[derive(Default)]
struct PlaceParts<'a> {
    handle: HandleParts<'a>,
    port: Option<PortIndex>,
}

impl<'a> PlaceParts<'a> {
    /// Takes the attribute if it is one of them.
    fn take(&mut self, attr: &Attr<'a>) -> Result<bool, WireError> {
        if attr.kind() == DEVLINK_ATTR_PORT_INDEX {
            self.port = Some(PortIndex(attr.u32()?));
            return Ok(true);
        }
        self.handle.take(attr)
    }

    fn finish(self) -> Result<DevlinkPlace, WireError> {
        Ok(DevlinkPlace { device: self.handle.finish()?, port: self.port })
    }
}

/// Implements [`crate::codec::Request`] for a devlink request; the last part writes the attributes.
macro_rules! request {
    ($name:ident $(<$life:lifetime>)?, $command:ident, $flags:expr, |$this:ident, $encoder:ident| $body:block) => {
        impl $(<$life>)? crate::codec::Request for $name $(<$life>)? {
            fn kind(&self) -> u16 {
                self.family
            }

            fn flags(&self) -> crate::codec::Flags {
                $flags
            }

            fn names(&self) -> &'static crate::codec::Names {
                &super::NAMES
            }

            fn encode(
                &self,
                $encoder: &mut crate::codec::Encoder<'_>,
            ) -> Result<(), crate::codec::WireError> {
                super::start($encoder, $command);
                let $this = self;
                $body
                Ok(())
            }
        }
    };
}
use request;
