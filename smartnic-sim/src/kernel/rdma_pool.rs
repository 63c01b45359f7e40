//! Pools of memory regions as nldev tells and changes them (`nldev_frmr_pools_get_dumpit`, `nldev_frmr_pools_set_doit`).

use smartnic_core::rdma::PoolKey;
use smartnic_netlink::codec::Encoder;
use smartnic_netlink::uapi::netlink::NLA_F_NESTED;
use smartnic_netlink::uapi::rdma_netlink::*;

use super::rdma::handle;
use super::table::Table;
use crate::errno::Errno;
use crate::model::{Machine, RdmaDevice, RdmaPool};

pub(super) fn write(e: &mut Encoder<'_>, device: &RdmaDevice, some: &[RdmaPool]) {
    handle(e, device);
    // The kernel marks these two nests not.
    e.nest(RDMA_NLDEV_ATTR_FRMR_POOLS, |e| {
        for pool in some {
            e.nest(RDMA_NLDEV_ATTR_FRMR_POOL_ENTRY, |e| write_pool(e, pool));
        }
    });
}

fn write_pool(e: &mut Encoder<'_>, pool: &RdmaPool) {
    let key = &pool.key;
    e.nest(RDMA_NLDEV_ATTR_FRMR_POOL_KEY | NLA_F_NESTED, |e| {
        e.u8(RDMA_NLDEV_ATTR_FRMR_POOL_KEY_ATS, key.ats.into());
        e.u32(RDMA_NLDEV_ATTR_FRMR_POOL_KEY_ACCESS_FLAGS, key.access);
        e.u64(RDMA_NLDEV_ATTR_FRMR_POOL_KEY_VENDOR_KEY, key.vendor_key);
        e.u64(RDMA_NLDEV_ATTR_FRMR_POOL_KEY_NUM_DMA_BLOCKS, key.dma_blocks);
    });
    e.u32(RDMA_NLDEV_ATTR_FRMR_POOL_QUEUE_HANDLES, pool.queued);
    // Nobody uses one.
    e.u64(RDMA_NLDEV_ATTR_FRMR_POOL_MAX_IN_USE, 0);
    e.u64(RDMA_NLDEV_ATTR_FRMR_POOL_IN_USE, 0);
    e.u32(RDMA_NLDEV_ATTR_FRMR_POOL_PINNED_HANDLES, pool.pinned);
}

pub(super) fn set(machine: &mut Machine, index: u32, table: &Table<'_>) -> Result<(), Errno> {
    if let Some(seconds) = table.u32(RDMA_NLDEV_ATTR_FRMR_POOLS_AGING_PERIOD) {
        return machine.set_pool_aging(index, seconds);
    }
    let Some(count) = table.u32(RDMA_NLDEV_ATTR_FRMR_POOL_PINNED_HANDLES) else { return Ok(()) };
    let nest = table.get(RDMA_NLDEV_ATTR_FRMR_POOL_KEY).ok_or(Errno::EINVAL)?;
    let mut key = PoolKey::default();
    for attr in nest.nested().filter_map(Result::ok) {
        let wrong = |_| Errno::EINVAL;
        match attr.kind() {
            RDMA_NLDEV_ATTR_FRMR_POOL_KEY_ATS => key.ats = attr.u8().map_err(wrong)? != 0,
            RDMA_NLDEV_ATTR_FRMR_POOL_KEY_ACCESS_FLAGS => key.access = attr.u32().map_err(wrong)?,
            RDMA_NLDEV_ATTR_FRMR_POOL_KEY_VENDOR_KEY => key.vendor_key = attr.u64().map_err(wrong)?,
            RDMA_NLDEV_ATTR_FRMR_POOL_KEY_NUM_DMA_BLOCKS => key.dma_blocks = attr.u64().map_err(wrong)?,
            RDMA_NLDEV_ATTR_FRMR_POOL_KEY_KERNEL_VENDOR_KEY => return Err(Errno::EINVAL),
            _ => {}
        }
    }
    machine.pin_pool(index, key, count)
}
