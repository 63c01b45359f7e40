use smartnic_core::rdma::{Device, DeviceCaps, NodeType};
use smartnic_core::types::Guid;

use super::{NO_DEVICE, NO_NAME, attrs};
use crate::codec::{Message, WireError};
use crate::uapi::rdma_netlink::*;

/// Reads a device (`RDMA_NLDEV_CMD_GET`).
///
/// # Errors
/// A [`WireError`] if the message is malformed or names no device.
pub fn decode(message: &Message<'_>) -> Result<Device, WireError> {
    let (mut index, mut name) = (None, None);
    let mut device = Device {
        index: 0,
        name: String::new(),
        ports: 0,
        node_type: None,
        protocol: None,
        firmware: None,
        node_guid: None,
        system_guid: None,
        caps: None,
        adaptive_moderation: None,
        kind: None,
        parent: None,
        user_named: None,
        unknown: Vec::new(),
    };
    for attr in attrs(message) {
        let attr = attr?;
        match attr.kind() {
            RDMA_NLDEV_ATTR_DEV_INDEX => index = Some(attr.u32()?),
            RDMA_NLDEV_ATTR_DEV_NAME => name = Some(attr.text_lossy().into_owned()),
            RDMA_NLDEV_ATTR_PORT_INDEX => device.ports = attr.u32()?,
            RDMA_NLDEV_ATTR_CAP_FLAGS => device.caps = Some(DeviceCaps(attr.u64()?)),
            RDMA_NLDEV_ATTR_FW_VERSION => {
                device.firmware = Some(attr.text_lossy().into_owned()).filter(|text| !text.is_empty());
            }
            RDMA_NLDEV_ATTR_NODE_GUID => device.node_guid = Some(Guid(attr.u64()?)),
            RDMA_NLDEV_ATTR_SYS_IMAGE_GUID => device.system_guid = Some(Guid(attr.u64()?)),
            RDMA_NLDEV_ATTR_DEV_NODE_TYPE => {
                device.node_type = Some(NodeType::from_number(attr.u8()?.into()));
            }
            RDMA_NLDEV_ATTR_DEV_PROTOCOL => device.protocol = Some(attr.text_lossy().into_owned()),
            RDMA_NLDEV_ATTR_DEV_DIM => device.adaptive_moderation = Some(attr.u8()? != 0),
            RDMA_NLDEV_ATTR_DEV_TYPE => device.kind = Some(attr.u8()?),
            RDMA_NLDEV_ATTR_PARENT_NAME => device.parent = Some(attr.text_lossy().into_owned()),
            RDMA_NLDEV_ATTR_NAME_ASSIGN_TYPE => {
                device.user_named = Some(u32::from(attr.u8()?) == RDMA_NAME_ASSIGN_TYPE_USER);
            }
            kind if kind >= RDMA_NLDEV_ATTR_MAX => device.unknown.push(attr.to_unknown()),
            _ => {}
        }
    }
    device.index = index.ok_or(NO_DEVICE)?;
    device.name = name.ok_or(NO_NAME)?;
    Ok(device)
}

/// Reads the number of the driver that answers to programs (`RDMA_NLDEV_CMD_GET_CHARDEV`); drivers that programs must not
/// go by have none.
///
/// # Errors
/// A [`WireError`] if the message is malformed.
pub fn decode_driver(message: &Message<'_>) -> Result<Option<u32>, WireError> {
    attrs(message).find(RDMA_NLDEV_ATTR_UVERBS_DRIVER_ID)?.map(|attr| attr.u32()).transpose()
}
