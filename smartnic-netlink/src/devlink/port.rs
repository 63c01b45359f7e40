//! devlink ports (`DEVLINK_CMD_PORT_GET`).

use smartnic_core::device::{Port, PortFlavour, PortFunction, PortType};
use smartnic_core::types::{DevlinkHandle, IfIndex, Mac, PortHandle, SfNumber, VfId};

use super::{HandleParts, attrs, put_handle, request};
use crate::codec::{Attrs, Flags, Message, WireError};
use crate::uapi::devlink::*;

/// Asks for one port (`DEVLINK_CMD_PORT_GET`).
#[derive(Clone, Copy, Debug)]
pub struct Get<'a> {
    /// The family's message type.
    pub family: u16,
    /// The port.
    pub port: &'a PortHandle,
}

request!(Get<'a>, DEVLINK_CMD_PORT_GET, Flags::empty(), |this, encoder| {
    put_handle(encoder, &this.port.device);
    encoder.u32(DEVLINK_ATTR_PORT_INDEX, this.port.index.0);
});

/// Asks for the ports of one instance, or of all.
#[derive(Clone, Copy, Debug)]
pub struct Dump<'a> {
    /// The family's message type.
    pub family: u16,
    /// The instance. Kernels before 6.4 ignore it and answer with the ports of all.
    pub device: Option<&'a DevlinkHandle>,
}

request!(Dump<'a>, DEVLINK_CMD_PORT_GET, Flags::DUMP, |this, encoder| {
    if let Some(device) = this.device {
        put_handle(encoder, device);
    }
});

/// Reads one port (`DEVLINK_CMD_PORT_NEW`).
///
/// A driver that says nothing of a port's flavour gives `PortFlavour::Unknown(65535)`.
///
/// # Errors
/// A [`WireError`] if the message is malformed or names no port.
pub fn decode(message: &Message<'_>) -> Result<Port, WireError> {
    let mut handle = HandleParts::default();
    let mut index = None;
    let unnamed = DevlinkHandle::new("", "").port(0);
    let mut port = Port::new(unnamed, PortFlavour::Unknown(u16::MAX));
    for attr in attrs(message)? {
        let attr = attr?;
        if handle.take(&attr)? {
            continue;
        }
        match attr.kind() {
            DEVLINK_ATTR_PORT_INDEX => index = Some(attr.u32()?),
            DEVLINK_ATTR_PORT_TYPE => port.kind = PortType::from_number(attr.u16()?),
            DEVLINK_ATTR_PORT_NETDEV_IFINDEX => port.ifindex = Some(IfIndex(attr.u32()?)),
            DEVLINK_ATTR_PORT_NETDEV_NAME => port.netdev = Some(attr.text_lossy().into_owned()),
            DEVLINK_ATTR_PORT_FLAVOUR => port.flavour = PortFlavour::from_number(attr.u16()?),
            DEVLINK_ATTR_PORT_NUMBER => port.number = Some(attr.u32()?),
            DEVLINK_ATTR_PORT_CONTROLLER_NUMBER => port.controller = Some(attr.u32()?),
            DEVLINK_ATTR_PORT_PCI_PF_NUMBER => port.pf = Some(attr.u16()?),
            DEVLINK_ATTR_PORT_PCI_VF_NUMBER => port.vf = Some(VfId(attr.u16()?.into())),
            DEVLINK_ATTR_PORT_PCI_SF_NUMBER => port.sf = Some(SfNumber(attr.u32()?)),
            DEVLINK_ATTR_PORT_EXTERNAL => port.external = attr.u8()? != 0,
            DEVLINK_ATTR_PORT_SPLITTABLE => port.splittable = attr.u8()? != 0,
            DEVLINK_ATTR_PORT_LANES => port.lanes = Some(attr.u32()?),
            DEVLINK_ATTR_PORT_FUNCTION => port.function = Some(decode_function(attr.nested())?),
            kind if kind > DEVLINK_ATTR_MAX => port.unknown.push(attr.to_unknown()),
            _ => {}
        }
    }
    let index = index.ok_or(WireError::Missing { attr: "DEVLINK_ATTR_PORT_INDEX" })?;
    port.handle = handle.finish()?.port(index);
    Ok(port)
}

fn decode_function(attrs: Attrs<'_>) -> Result<PortFunction, WireError> {
    let mut function = PortFunction::default();
    for attr in attrs {
        let attr = attr?;
        match attr.kind() {
            // InfiniBand functions have longer addresses, which are no MAC.
            DEVLINK_PORT_FUNCTION_ATTR_HW_ADDR => function.hw_addr = attr.array().ok().map(Mac),
            DEVLINK_PORT_FN_ATTR_STATE => {
                function.active = Some(u32::from(attr.u8()?) == DEVLINK_PORT_FN_STATE_ACTIVE);
            }
            DEVLINK_PORT_FN_ATTR_OPSTATE => {
                function.attached = Some(u32::from(attr.u8()?) == DEVLINK_PORT_FN_OPSTATE_ATTACHED);
            }
            _ => {}
        }
    }
    Ok(function)
}
