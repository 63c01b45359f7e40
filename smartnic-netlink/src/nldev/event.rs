use smartnic_core::rdma::{Event, EventKind};

use super::{attrs, command};
use crate::codec::{Message, WireError};
use crate::uapi::rdma_netlink::*;

/// Reads word of a change (`RDMA_NLDEV_CMD_MONITOR`); messages about anything else are left out.
///
/// # Errors
/// A [`WireError`] if the message is malformed or does not say what happened.
pub fn decode(message: &Message<'_>) -> Result<Option<Event>, WireError> {
    if command(message.header.kind) != Some(RDMA_NLDEV_CMD_MONITOR) {
        return Ok(None);
    }
    let mut kind = None;
    let (mut device_index, mut device, mut port) = (None, None, None);
    let (mut netdev_index, mut netdev) = (None, None);
    for attr in attrs(message) {
        let attr = attr?;
        match attr.kind() {
            RDMA_NLDEV_ATTR_EVENT_TYPE => kind = Some(EventKind::from_number(attr.u8()?.into())),
            RDMA_NLDEV_ATTR_DEV_INDEX => device_index = Some(attr.u32()?),
            RDMA_NLDEV_ATTR_DEV_NAME => device = Some(attr.text_lossy().into_owned()),
            RDMA_NLDEV_ATTR_PORT_INDEX => port = Some(attr.u32()?),
            RDMA_NLDEV_ATTR_NDEV_INDEX => netdev_index = Some(attr.u32()?),
            RDMA_NLDEV_ATTR_NDEV_NAME => netdev = Some(attr.text_lossy().into_owned()),
            _ => {}
        }
    }
    let kind = kind.ok_or(WireError::Missing { attr: "RDMA_NLDEV_ATTR_EVENT_TYPE" })?;
    Ok(Some(Event { kind, device_index, device, port, netdev_index, netdev }))
}
