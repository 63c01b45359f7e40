//! What devlink tells its listeners, and which of it a socket wants to hear.

use smartnic_core::device::DevlinkNotice;
use smartnic_core::types::{DevlinkHandle, PortIndex};

use super::{command, dev, param, port, put_handle, request};
use crate::codec::{Attrs, Flags, GenlHeader, Message, WireError};
use crate::uapi::devlink::*;

/// Limits what a socket hears (`DEVLINK_CMD_NOTIFY_FILTER_SET`); without a device and a port it hears everything.
#[derive(Clone, Copy, Debug)]
pub struct SetFilter<'a> {
    /// The family's message type.
    pub family: u16,
    /// The device.
    pub device: Option<&'a DevlinkHandle>,
    /// The port's number.
    pub port: Option<PortIndex>,
}

request!(SetFilter<'a>, DEVLINK_CMD_NOTIFY_FILTER_SET, Flags::empty(), |this, encoder| {
    if let Some(device) = this.device {
        put_handle(encoder, device);
    }
    if let Some(port) = this.port {
        encoder.u32(DEVLINK_ATTR_PORT_INDEX, port.0);
    }
});

/// Reads a notification.
///
/// # Errors
/// A [`WireError`] if it is malformed.
pub fn decode(message: &Message<'_>) -> Result<DevlinkNotice, WireError> {
    Ok(match command(message)? {
        DEVLINK_CMD_NEW => DevlinkNotice::Device(dev::decode(message)?),
        DEVLINK_CMD_DEL => DevlinkNotice::DeviceGone(dev::decode(message)?),
        DEVLINK_CMD_PORT_NEW => DevlinkNotice::Port(port::decode(message)?),
        DEVLINK_CMD_PORT_DEL => DevlinkNotice::PortGone(port::decode(message)?),
        kind @ (DEVLINK_CMD_PARAM_NEW | DEVLINK_CMD_PARAM_DEL) => {
            let (device, param) = param::decode(message)?;
            match kind {
                DEVLINK_CMD_PARAM_NEW => DevlinkNotice::Param(device, param),
                _ => DevlinkNotice::ParamGone(device, param),
            }
        }
        kind @ (DEVLINK_CMD_PORT_PARAM_NEW | DEVLINK_CMD_PORT_PARAM_DEL) => {
            let (port, param) = param::decode_port(message)?;
            match kind {
                DEVLINK_CMD_PORT_PARAM_NEW => DevlinkNotice::PortParam(port, param),
                _ => DevlinkNotice::PortParamGone(port, param),
            }
        }
        command => {
            let (_, attrs) = GenlHeader::split(message.payload)?;
            let attrs = Attrs::new(attrs).map(|attr| attr.map(|attr| attr.to_unknown()));
            DevlinkNotice::Other { command, attrs: attrs.collect::<Result<_, _>>()? }
        }
    })
}
