//! Pools of memory regions that a driver keeps (`drivers/infiniband/core/frmr_pools.c`), of which mlx5 has some.

use serde::{Deserialize, Serialize};
use smartnic_core::rdma::PoolKey;

use super::Machine;
use crate::errno::Errno;

/// After how many seconds regions are given back, unless it is said.
const AGING: u32 = 60;

/// The pools of a device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RdmaPools {
    /// After how many seconds regions that nobody uses are given back.
    pub(crate) aging: u32,
    pub(crate) all: Vec<RdmaPool>,
}

impl Default for RdmaPools {
    fn default() -> Self {
        Self { aging: AGING, all: Vec::new() }
    }
}

/// A pool. Nobody takes regions out of it here, so that what is there is what was pinned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RdmaPool {
    pub(crate) key: PoolKey,
    pub(crate) queued: u32,
    pub(crate) pinned: u32,
}

impl Machine {
    /// `ib_frmr_pools_set_aging_period`
    pub(crate) fn set_pool_aging(&mut self, index: u32, seconds: u32) -> Result<(), Errno> {
        if !self.has_pools(index)? || seconds == 0 {
            return Err(Errno::EINVAL);
        }
        self.rdma_device_mut(index)?.pools.aging = seconds;
        Ok(())
    }

    /// `ib_frmr_pools_set_pinned`: regions are made that are missing; what is too much is given back in time.
    pub(crate) fn pin_pool(&mut self, index: u32, key: PoolKey, count: u32) -> Result<(), Errno> {
        if !self.has_pools(index)? {
            return Err(Errno::EINVAL);
        }
        let all = &mut self.rdma_device_mut(index)?.pools.all;
        let at = match all.iter().position(|pool| pool.key == key) {
            Some(at) => at,
            None => {
                all.push(RdmaPool { key, queued: 0, pinned: 0 });
                all.len() - 1
            }
        };
        all[at].pinned = count;
        all[at].queued = all[at].queued.max(count);
        Ok(())
    }
}
