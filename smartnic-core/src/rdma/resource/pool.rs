//! Pools of memory regions that are registered fast, and what drivers dump of resources in formats of their own.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::Place;
use crate::{Error, Result};

/// What the regions of a pool have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct PoolKey {
    /// What the driver tells them apart by (`RDMA_NLDEV_ATTR_FRMR_POOL_KEY_VENDOR_KEY`).
    pub vendor_key: u64,
    /// How many blocks of memory each has.
    pub dma_blocks: u64,
    /// What may be done to their memory (`enum ib_access_flags`).
    pub access: u32,
    /// Whether their addresses are translated by the device (PCI ATS).
    pub ats: bool,
}

impl fmt::Display for PoolKey {
    /// As rdma has it: four numbers in base sixteen.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { vendor_key, dma_blocks, access, ats } = self;
        write!(f, "{vendor_key:x}:{dma_blocks:x}:{access:x}:{}", u8::from(*ats))
    }
}

impl FromStr for PoolKey {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let wrong = |why: &str| Error::parse("read the key of a pool", why).on(text);
        let number = |text: &str| u64::from_str_radix(text.trim_start_matches("0x"), 16).ok();
        let numbers: Option<Vec<u64>> = text.split(':').map(number).collect();
        let numbers = numbers.ok_or_else(|| wrong("its fields are numbers in base sixteen"))?;
        let [vendor_key, dma_blocks, access, ats] = numbers[..] else {
            return Err(wrong("expected 4 fields, such as 0:800:0:0"));
        };
        match (u32::try_from(access), ats) {
            (Ok(access), 0 | 1) => Ok(Self { vendor_key, dma_blocks, access, ats: ats == 1 }),
            _ => Err(wrong("the third field has 32 bits, and the fourth is 0 or 1")),
        }
    }
}

/// A pool of memory regions that a device keeps, so that registering takes no time (`RDMA_NLDEV_CMD_FRMR_POOLS_GET`, kernel
/// 7.1 and later).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MrPool {
    /// Where it is.
    pub place: Place,
    /// What its regions have in common.
    pub key: PoolKey,
    /// What the kernel itself tells its own pools apart by; none of those for programs.
    pub kernel_key: Option<u64>,
    /// Regions that wait to be used.
    pub queued: u32,
    /// Regions in use.
    pub in_use: u64,
    /// The most that ever were.
    pub most_in_use: u64,
    /// Regions that are kept however long they wait.
    pub pinned: u32,
}

/// A change of the pools of a device (`RDMA_NLDEV_CMD_FRMR_POOLS_SET`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MrPoolChange {
    /// After how many seconds regions that nobody uses are given back; at least 1.
    Aging(u32),
    /// How many regions of a pool are kept; the pool is made if there is none.
    Pinned(PoolKey, u32),
}

/// What a driver dumps of a resource, in its own format (`RDMA_NLDEV_ATTR_RES_RAW`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RawResource {
    /// Where it is.
    pub place: Place,
    /// The bytes.
    pub data: Vec<u8>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_as_they_are_written() {
        let key = PoolKey { vendor_key: 0x8000_0000_0000_0000, dma_blocks: 0x800, access: 15, ats: true };
        assert_eq!(key.to_string(), "8000000000000000:800:f:1");
        assert_eq!(key.to_string().parse::<PoolKey>().unwrap(), key);
        for wrong in ["", "1:2:3", "1:2:3:4", "0:0:100000000:0", "0:x:0:0", "0:0:0:0:0", ":::"] {
            assert!(wrong.parse::<PoolKey>().is_err(), "{wrong}");
        }
    }
}
