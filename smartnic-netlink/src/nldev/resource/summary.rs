use smartnic_core::rdma::{Summary, SummaryEntry};

use super::Site;
use crate::codec::{Message, WireError};
use crate::nldev::attrs;
use crate::uapi::rdma_netlink::*;

/// Reads how much of everything a device has (`RDMA_NLDEV_CMD_RES_GET`).
///
/// # Errors
/// A [`WireError`] if the message is malformed or names no device.
pub fn decode_summary(message: &Message<'_>) -> Result<Summary, WireError> {
    let Site { device_index, device, .. } = Site::read(attrs(message))?;
    let mut entries = Vec::new();
    if let Some(nest) = attrs(message).find(RDMA_NLDEV_ATTR_RES_SUMMARY)? {
        for entry in nest.nested() {
            let (mut name, mut current, mut max) = (None, 0, None);
            for attr in entry?.nested() {
                let attr = attr?;
                match attr.kind() {
                    RDMA_NLDEV_ATTR_RES_SUMMARY_ENTRY_NAME => name = Some(attr.text_lossy().into_owned()),
                    RDMA_NLDEV_ATTR_RES_SUMMARY_ENTRY_CURR => current = attr.u64()?,
                    RDMA_NLDEV_ATTR_RES_SUMMARY_ENTRY_MAX => max = Some(attr.u64()?),
                    _ => {}
                }
            }
            entries.extend(name.map(|name| SummaryEntry { name, current, max }));
        }
    }
    Ok(Summary { device_index, device, entries })
}
