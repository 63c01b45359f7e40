//! devlink ports and the functions behind them (`DEVLINK_CMD_PORT_*`).

use smartnic_core::device::{
    FunctionOpstate, FunctionState, NewPort, Port, PortFlavour, PortFunction, PortFunctionChange, PortType,
};
use smartnic_core::types::{DevlinkHandle, HwAddr, IfIndex, PortHandle, SfNumber, VfId};

use super::dev::nested;
use super::{HandleParts, attrs, put_handle, put_port, request};
use crate::codec::{Attrs, Bitfield32, Flags, Message, WireError};
use crate::uapi::devlink::*;
use crate::uapi::netlink::NLA_F_NESTED;

/// Asks for one port (`DEVLINK_CMD_PORT_GET`).
#[derive(Clone, Copy, Debug)]
pub struct Get<'a> {
    /// The family's message type.
    pub family: u16,
    /// The port.
    pub port: &'a PortHandle,
}

request!(Get<'a>, DEVLINK_CMD_PORT_GET, Flags::empty(), |this, encoder| {
    put_port(encoder, this.port);
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

/// Decides what a port carries (`DEVLINK_CMD_PORT_SET`).
#[derive(Clone, Copy, Debug)]
pub struct SetType<'a> {
    /// The family's message type.
    pub family: u16,
    /// The port.
    pub port: &'a PortHandle,
    /// What it is to carry.
    pub kind: PortType,
}

request!(SetType<'a>, DEVLINK_CMD_PORT_SET, Flags::empty(), |this, encoder| {
    put_port(encoder, this.port);
    encoder.u16(DEVLINK_ATTR_PORT_TYPE, this.kind.number());
});

/// Changes the function behind a port (`DEVLINK_CMD_PORT_SET`).
#[derive(Clone, Copy, Debug)]
pub struct SetFunction<'a> {
    /// The family's message type.
    pub family: u16,
    /// The port.
    pub port: &'a PortHandle,
    /// What to change.
    pub change: &'a PortFunctionChange,
}

request!(SetFunction<'a>, DEVLINK_CMD_PORT_SET, Flags::empty(), |this, encoder| {
    put_port(encoder, this.port);
    encoder.nest(DEVLINK_ATTR_PORT_FUNCTION | NLA_F_NESTED, |encoder| {
        let change = this.change;
        if let Some(address) = &change.hw_addr {
            encoder.attr(DEVLINK_PORT_FUNCTION_ATTR_HW_ADDR, address.as_bytes());
        }
        if let Some(state) = change.state {
            encoder.u8(DEVLINK_PORT_FN_ATTR_STATE, state.number());
        }
        let mut caps = Bitfield32::default();
        caps.set(DEVLINK_PORT_FN_CAP_ROCE, change.roce);
        caps.set(DEVLINK_PORT_FN_CAP_MIGRATABLE, change.migratable);
        caps.set(DEVLINK_PORT_FN_CAP_IPSEC_CRYPTO, change.ipsec_crypto);
        caps.set(DEVLINK_PORT_FN_CAP_IPSEC_PACKET, change.ipsec_packet);
        if caps.selector != 0 {
            encoder.attr_fixed(DEVLINK_PORT_FN_ATTR_CAPS, &caps);
        }
        if let Some(queues) = change.max_io_eqs {
            encoder.u32(DEVLINK_PORT_FN_ATTR_MAX_IO_EQS, queues);
        }
    });
});

/// Splits a port (`DEVLINK_CMD_PORT_SPLIT`).
#[derive(Clone, Copy, Debug)]
pub struct Split<'a> {
    /// The family's message type.
    pub family: u16,
    /// The port.
    pub port: &'a PortHandle,
    /// Into how many.
    pub count: u32,
}

request!(Split<'a>, DEVLINK_CMD_PORT_SPLIT, Flags::empty(), |this, encoder| {
    put_port(encoder, this.port);
    encoder.u32(DEVLINK_ATTR_PORT_SPLIT_COUNT, this.count);
});

/// Joins a split port (`DEVLINK_CMD_PORT_UNSPLIT`).
#[derive(Clone, Copy, Debug)]
pub struct Unsplit<'a> {
    /// The family's message type.
    pub family: u16,
    /// One of the parts.
    pub port: &'a PortHandle,
}

request!(Unsplit<'a>, DEVLINK_CMD_PORT_UNSPLIT, Flags::empty(), |this, encoder| {
    put_port(encoder, this.port);
});

/// Adds a port (`DEVLINK_CMD_PORT_NEW`); it is answered with the port.
#[derive(Clone, Copy, Debug)]
pub struct New<'a> {
    /// The family's message type.
    pub family: u16,
    /// The port.
    pub port: &'a NewPort,
}

request!(New<'a>, DEVLINK_CMD_PORT_NEW, Flags::empty(), |this, encoder| {
    let NewPort { device, index, flavour, pf, sf, controller } = this.port;
    put_handle(encoder, device);
    if let Some(index) = index {
        encoder.u32(DEVLINK_ATTR_PORT_INDEX, index.0);
    }
    encoder.u16(DEVLINK_ATTR_PORT_FLAVOUR, flavour.number());
    encoder.u16(DEVLINK_ATTR_PORT_PCI_PF_NUMBER, *pf);
    if let Some(sf) = sf {
        encoder.u32(DEVLINK_ATTR_PORT_PCI_SF_NUMBER, sf.0);
    }
    if let Some(controller) = controller {
        encoder.u32(DEVLINK_ATTR_PORT_CONTROLLER_NUMBER, *controller);
    }
});

/// Removes a port (`DEVLINK_CMD_PORT_DEL`).
#[derive(Clone, Copy, Debug)]
pub struct Del<'a> {
    /// The family's message type.
    pub family: u16,
    /// The port.
    pub port: &'a PortHandle,
}

request!(Del<'a>, DEVLINK_CMD_PORT_DEL, Flags::empty(), |this, encoder| {
    put_port(encoder, this.port);
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
            DEVLINK_ATTR_PORT_DESIRED_TYPE => port.desired = Some(PortType::from_number(attr.u16()?)),
            DEVLINK_ATTR_PORT_NETDEV_IFINDEX => port.ifindex = Some(IfIndex(attr.u32()?)),
            DEVLINK_ATTR_PORT_NETDEV_NAME => port.netdev = Some(attr.text_lossy().into_owned()),
            DEVLINK_ATTR_PORT_IBDEV_NAME => port.ibdev = Some(attr.text_lossy().into_owned()),
            DEVLINK_ATTR_PORT_FLAVOUR => port.flavour = PortFlavour::from_number(attr.u16()?),
            DEVLINK_ATTR_PORT_NUMBER => port.number = Some(attr.u32()?),
            DEVLINK_ATTR_PORT_CONTROLLER_NUMBER => port.controller = Some(attr.u32()?),
            DEVLINK_ATTR_PORT_PCI_PF_NUMBER => port.pf = Some(attr.u16()?),
            DEVLINK_ATTR_PORT_PCI_VF_NUMBER => port.vf = Some(VfId(attr.u16()?.into())),
            DEVLINK_ATTR_PORT_PCI_SF_NUMBER => port.sf = Some(SfNumber(attr.u32()?)),
            DEVLINK_ATTR_PORT_EXTERNAL => port.external = attr.u8()? != 0,
            DEVLINK_ATTR_PORT_SPLIT_GROUP => port.split_group = Some(attr.u32()?),
            DEVLINK_ATTR_PORT_SPLIT_SUBPORT_NUMBER => port.split_subport = Some(attr.u32()?),
            DEVLINK_ATTR_LINECARD_INDEX => port.line_card = Some(attr.u32()?),
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
            DEVLINK_PORT_FUNCTION_ATTR_HW_ADDR => function.hw_addr = HwAddr::new(attr.payload),
            DEVLINK_PORT_FN_ATTR_STATE => function.state = Some(FunctionState::from_number(attr.u8()?)),
            DEVLINK_PORT_FN_ATTR_OPSTATE => {
                function.opstate = Some(FunctionOpstate::from_number(attr.u8()?));
            }
            DEVLINK_PORT_FN_ATTR_CAPS => {
                let caps = attr.fixed::<Bitfield32>()?;
                function.roce = caps.bit(DEVLINK_PORT_FN_CAP_ROCE);
                function.migratable = caps.bit(DEVLINK_PORT_FN_CAP_MIGRATABLE);
                function.ipsec_crypto = caps.bit(DEVLINK_PORT_FN_CAP_IPSEC_CRYPTO);
                function.ipsec_packet = caps.bit(DEVLINK_PORT_FN_CAP_IPSEC_PACKET);
            }
            DEVLINK_PORT_FN_ATTR_MAX_IO_EQS => function.max_io_eqs = Some(attr.u32()?),
            DEVLINK_PORT_FN_ATTR_DEVLINK => function.nested = Some(nested(attr.nested())?),
            _ => {}
        }
    }
    Ok(function)
}
