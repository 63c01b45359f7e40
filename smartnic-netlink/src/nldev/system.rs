use smartnic_core::rdma::{NetnsMode, System};

use super::attrs;
use crate::codec::{Message, WireError};
use crate::uapi::rdma_netlink::*;

/// Reads the settings of the subsystem (`RDMA_NLDEV_CMD_SYS_GET`).
///
/// # Errors
/// A [`WireError`] if the message is malformed.
pub fn decode(message: &Message<'_>) -> Result<System, WireError> {
    let mut system = System { netns: None, privileged_qkey: None, monitor: None, copy_on_fork: None };
    for attr in attrs(message) {
        let attr = attr?;
        match attr.kind() {
            RDMA_NLDEV_SYS_ATTR_NETNS_MODE => {
                let shared = attr.u8()? != 0;
                system.netns = Some(if shared { NetnsMode::Shared } else { NetnsMode::Exclusive });
            }
            RDMA_NLDEV_SYS_ATTR_PRIVILEGED_QKEY_MODE => system.privileged_qkey = Some(attr.u8()? != 0),
            RDMA_NLDEV_SYS_ATTR_MONITOR_MODE => system.monitor = Some(attr.u8()? != 0),
            RDMA_NLDEV_SYS_ATTR_COPY_ON_FORK => system.copy_on_fork = Some(attr.u8()? != 0),
            _ => {}
        }
    }
    Ok(system)
}
