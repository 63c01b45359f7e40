//! What devlink tells its listeners, and which of it a socket wants to hear.

use smartnic_core::device::DevlinkNotice;
use smartnic_core::types::{DevlinkHandle, PortIndex};

use super::{command, dev, flash, health, linecard, param, port, put_handle, rate, region, request, trap};
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
        DEVLINK_CMD_HEALTH_REPORTER_RECOVER => DevlinkNotice::Health(health::decode(message)?),
        DEVLINK_CMD_REGION_NEW => DevlinkNotice::Region(region::decode(message)?),
        DEVLINK_CMD_REGION_DEL => DevlinkNotice::RegionGone(region::decode(message)?),
        DEVLINK_CMD_TRAP_NEW => DevlinkNotice::Trap(trap::decode(message)?),
        DEVLINK_CMD_TRAP_DEL => DevlinkNotice::TrapGone(trap::decode(message)?),
        DEVLINK_CMD_TRAP_GROUP_NEW => DevlinkNotice::TrapGroup(trap::decode_group(message)?),
        DEVLINK_CMD_TRAP_GROUP_DEL => DevlinkNotice::TrapGroupGone(trap::decode_group(message)?),
        DEVLINK_CMD_TRAP_POLICER_NEW => DevlinkNotice::TrapPolicer(trap::decode_policer(message)?),
        DEVLINK_CMD_TRAP_POLICER_DEL => DevlinkNotice::TrapPolicerGone(trap::decode_policer(message)?),
        DEVLINK_CMD_RATE_NEW => DevlinkNotice::Rate(rate::decode(message)?),
        DEVLINK_CMD_RATE_DEL => DevlinkNotice::RateGone(rate::decode(message)?),
        DEVLINK_CMD_LINECARD_NEW => DevlinkNotice::LineCard(linecard::decode(message)?),
        DEVLINK_CMD_LINECARD_DEL => DevlinkNotice::LineCardGone(linecard::decode(message)?),
        DEVLINK_CMD_FLASH_UPDATE | DEVLINK_CMD_FLASH_UPDATE_STATUS | DEVLINK_CMD_FLASH_UPDATE_END => {
            DevlinkNotice::Flash(flash::decode(message)?)
        }
        command => {
            let (_, attrs) = GenlHeader::split(message.payload)?;
            let attrs = Attrs::new(attrs).map(|attr| attr.map(|attr| attr.to_unknown()));
            DevlinkNotice::Other { command, attrs: attrs.collect::<Result<_, _>>()? }
        }
    })
}
