use smartnic_core::rdma::{PhysState, Port, PortCaps, PortState};

use super::{NO_DEVICE, NO_NAME, NO_PORT, attrs};
use crate::codec::{Message, WireError};
use crate::uapi::rdma_netlink::*;

/// Reads a port (`RDMA_NLDEV_CMD_PORT_GET`).
///
/// # Errors
/// A [`WireError`] if the message is malformed or names no port.
pub fn decode(message: &Message<'_>) -> Result<Port, WireError> {
    let (mut index, mut name, mut number) = (None, None, None);
    let mut port = Port {
        device_index: 0,
        device: String::new(),
        number: 0,
        caps: None,
        subnet_prefix: None,
        lid: None,
        sm_lid: None,
        lmc: None,
        state: None,
        phys_state: None,
        netdev: None,
        netdev_index: None,
        unknown: Vec::new(),
    };
    for attr in attrs(message) {
        let attr = attr?;
        match attr.kind() {
            RDMA_NLDEV_ATTR_DEV_INDEX => index = Some(attr.u32()?),
            RDMA_NLDEV_ATTR_DEV_NAME => name = Some(attr.text_lossy().into_owned()),
            RDMA_NLDEV_ATTR_PORT_INDEX => number = Some(attr.u32()?),
            RDMA_NLDEV_ATTR_CAP_FLAGS => port.caps = Some(PortCaps(attr.u64()?)),
            RDMA_NLDEV_ATTR_SUBNET_PREFIX => port.subnet_prefix = Some(attr.u64()?),
            RDMA_NLDEV_ATTR_LID => port.lid = Some(attr.u32()?),
            RDMA_NLDEV_ATTR_SM_LID => port.sm_lid = Some(attr.u32()?),
            RDMA_NLDEV_ATTR_LMC => port.lmc = Some(attr.u8()?),
            RDMA_NLDEV_ATTR_PORT_STATE => port.state = Some(PortState::from_number(attr.u8()?.into())),
            RDMA_NLDEV_ATTR_PORT_PHYS_STATE => {
                port.phys_state = Some(PhysState::from_number(attr.u8()?.into()));
            }
            RDMA_NLDEV_ATTR_NDEV_INDEX => port.netdev_index = Some(attr.u32()?),
            RDMA_NLDEV_ATTR_NDEV_NAME => port.netdev = Some(attr.text_lossy().into_owned()),
            kind if kind >= RDMA_NLDEV_ATTR_MAX => port.unknown.push(attr.to_unknown()),
            _ => {}
        }
    }
    port.device_index = index.ok_or(NO_DEVICE)?;
    port.device = name.ok_or(NO_NAME)?;
    port.number = number.ok_or(NO_PORT)?;
    Ok(port)
}
