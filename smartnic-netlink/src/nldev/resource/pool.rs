//! Pools of memory regions, and what drivers dump in formats of their own.

use smartnic_core::rdma::{MrPool, Place, PoolKey, RawResource, ResourceKind};

use super::{Site, table_of};
use crate::codec::{Attrs, Encoder, Message, WireError};
use crate::nldev::attrs;
use crate::uapi::netlink::NLA_F_NESTED;
use crate::uapi::rdma_netlink::*;

pub(in crate::nldev) fn encode_key(e: &mut Encoder<'_>, key: &PoolKey) {
    e.nest(RDMA_NLDEV_ATTR_FRMR_POOL_KEY | NLA_F_NESTED, |e| {
        e.u8(RDMA_NLDEV_ATTR_FRMR_POOL_KEY_ATS, key.ats.into());
        e.u32(RDMA_NLDEV_ATTR_FRMR_POOL_KEY_ACCESS_FLAGS, key.access);
        e.u64(RDMA_NLDEV_ATTR_FRMR_POOL_KEY_VENDOR_KEY, key.vendor_key);
        e.u64(RDMA_NLDEV_ATTR_FRMR_POOL_KEY_NUM_DMA_BLOCKS, key.dma_blocks);
    });
}

/// Reads the pools that a message tells of.
///
/// # Errors
/// A [`WireError`] if the message is malformed or names no device.
pub fn decode_pools(message: &Message<'_>) -> Result<Vec<MrPool>, WireError> {
    let site = Site::read(attrs(message))?;
    let Some(table) = attrs(message).find(RDMA_NLDEV_ATTR_FRMR_POOLS)? else { return Ok(Vec::new()) };
    table.nested().map(|entry| pool(place(&site, None), entry?.nested())).collect()
}

fn pool(place: Place, attrs: Attrs<'_>) -> Result<MrPool, WireError> {
    let key = PoolKey::default();
    let mut pool = MrPool { place, key, kernel_key: None, queued: 0, in_use: 0, most_in_use: 0, pinned: 0 };
    for attr in attrs {
        let attr = attr?;
        match attr.kind() {
            RDMA_NLDEV_ATTR_FRMR_POOL_KEY => {
                for attr in attr.nested() {
                    let attr = attr?;
                    match attr.kind() {
                        RDMA_NLDEV_ATTR_FRMR_POOL_KEY_ATS => pool.key.ats = attr.u8()? != 0,
                        RDMA_NLDEV_ATTR_FRMR_POOL_KEY_ACCESS_FLAGS => pool.key.access = attr.u32()?,
                        RDMA_NLDEV_ATTR_FRMR_POOL_KEY_VENDOR_KEY => pool.key.vendor_key = attr.u64()?,
                        RDMA_NLDEV_ATTR_FRMR_POOL_KEY_NUM_DMA_BLOCKS => pool.key.dma_blocks = attr.u64()?,
                        RDMA_NLDEV_ATTR_FRMR_POOL_KEY_KERNEL_VENDOR_KEY => {
                            pool.kernel_key = Some(attr.u64()?);
                        }
                        _ => {}
                    }
                }
            }
            RDMA_NLDEV_ATTR_FRMR_POOL_QUEUE_HANDLES => pool.queued = attr.u32()?,
            RDMA_NLDEV_ATTR_FRMR_POOL_IN_USE => pool.in_use = attr.u64()?,
            RDMA_NLDEV_ATTR_FRMR_POOL_MAX_IN_USE => pool.most_in_use = attr.u64()?,
            RDMA_NLDEV_ATTR_FRMR_POOL_PINNED_HANDLES => pool.pinned = attr.u32()?,
            _ => {}
        }
    }
    Ok(pool)
}

/// Reads what the driver dumps of resources of one kind: of all of them, or of the one that was asked for.
///
/// # Errors
/// A [`WireError`] if the message is malformed or names no device.
pub fn decode_raw(kind: ResourceKind, message: &Message<'_>) -> Result<Vec<RawResource>, WireError> {
    let site = Site::read(attrs(message))?;
    let mut all = Vec::new();
    let raw = |attrs: Attrs<'_>, port: Option<u32>| -> Result<Option<RawResource>, WireError> {
        let (mut data, mut port) = (None, port);
        for attr in attrs {
            let attr = attr?;
            match attr.kind() {
                RDMA_NLDEV_ATTR_PORT_INDEX => port = Some(attr.u32()?),
                RDMA_NLDEV_ATTR_RES_RAW => data = Some(attr.payload.to_vec()),
                _ => {}
            }
        }
        Ok(data.map(|data| RawResource { place: place(&site, port), data }))
    };
    match attrs(message).find(table_of(kind))? {
        Some(table) => {
            for entry in table.nested() {
                all.extend(raw(entry?.nested(), site.port)?);
            }
        }
        None => all.extend(raw(attrs(message), site.port)?),
    }
    Ok(all)
}

fn place(site: &Site, port: Option<u32>) -> Place {
    Place { device_index: site.device_index, device: site.device.clone(), port }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::Flags;

    fn message(command: u16, fill: impl FnOnce(&mut Encoder<'_>)) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut e = Encoder::message(&mut bytes, crate::nldev::kind(command), Flags::empty(), 1, 1);
        e.u32(RDMA_NLDEV_ATTR_DEV_INDEX, 3);
        e.text(RDMA_NLDEV_ATTR_DEV_NAME, "mlx5_0");
        fill(&mut e);
        e.finish().unwrap();
        bytes
    }

    #[test]
    fn pools_are_read_with_their_keys() {
        let key = PoolKey { vendor_key: 1 << 63, dma_blocks: 2048, access: 7, ats: true };
        let bytes = message(RDMA_NLDEV_CMD_FRMR_POOLS_GET, |e| {
            // The kernel marks these two nests not.
            e.nest(RDMA_NLDEV_ATTR_FRMR_POOLS, |e| {
                e.nest(RDMA_NLDEV_ATTR_FRMR_POOL_ENTRY, |e| {
                    encode_key(e, &key);
                    e.u32(RDMA_NLDEV_ATTR_FRMR_POOL_QUEUE_HANDLES, 5);
                    e.u64(RDMA_NLDEV_ATTR_FRMR_POOL_MAX_IN_USE, 9);
                    e.u64(RDMA_NLDEV_ATTR_FRMR_POOL_IN_USE, 2);
                    e.u32(RDMA_NLDEV_ATTR_FRMR_POOL_PINNED_HANDLES, 4);
                });
            });
        });
        let pools = decode_pools(&Message::decode(&bytes).unwrap()).unwrap();
        let place = Place { device_index: 3, device: "mlx5_0".into(), port: None };
        let wanted = MrPool { place, key, kernel_key: None, queued: 5, in_use: 2, most_in_use: 9, pinned: 4 };
        assert_eq!(pools, [wanted]);
        let none = message(RDMA_NLDEV_CMD_FRMR_POOLS_GET, |_| ());
        assert_eq!(decode_pools(&Message::decode(&none).unwrap()).unwrap(), []);
    }

    #[test]
    fn dumps_of_drivers_are_read_of_all_and_of_one() {
        let table = message(RDMA_NLDEV_CMD_RES_QP_GET_RAW, |e| {
            e.nest(RDMA_NLDEV_ATTR_RES_QP | NLA_F_NESTED, |e| {
                for bytes in [&[1, 2, 3][..], &[4]] {
                    e.nest(RDMA_NLDEV_ATTR_RES_QP_ENTRY | NLA_F_NESTED, |e| {
                        e.attr(RDMA_NLDEV_ATTR_RES_RAW, bytes);
                    });
                }
            });
        });
        let read = |bytes: &[u8]| -> Vec<Vec<u8>> {
            let all = decode_raw(ResourceKind::Qp, &Message::decode(bytes).unwrap()).unwrap();
            all.into_iter().map(|raw| raw.data).collect()
        };
        assert_eq!(read(&table), [vec![1, 2, 3], vec![4]]);
        let one = message(RDMA_NLDEV_CMD_RES_QP_GET_RAW, |e| e.attr(RDMA_NLDEV_ATTR_RES_RAW, &[9, 8]));
        assert_eq!(read(&one), [vec![9, 8]]);
        assert_eq!(read(&message(RDMA_NLDEV_CMD_RES_QP_GET_RAW, |_| ())), Vec::<Vec<u8>>::new());
    }
}
