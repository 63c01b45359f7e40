//! Names and counters of a driver (`ETHTOOL_GSSET_INFO`, `ETHTOOL_GSTRINGS`, `ETHTOOL_GSTATS`, `ETHTOOL_GPHYSTATS`).

use smartnic_core::ethtool::StringSet;

use super::{block, bytes, put_u32, text_at, u32_at, u64_at};
use crate::codec::WireError;
use crate::uapi::ethtool::{ETH_GSTRING_LEN, ETHTOOL_GSSET_INFO, ETHTOOL_GSTRINGS};

const NAME: usize = ETH_GSTRING_LEN as usize;

/// Asks how many names a set has.
#[must_use]
pub fn count(set: StringSet) -> Vec<u8> {
    let mut block = block(ETHTOOL_GSSET_INFO, 20);
    let mask: u64 = 1_u64.checked_shl(set.number()).unwrap_or(0);
    block[8..16].copy_from_slice(&mask.to_ne_bytes());
    block
}

/// Reads how many: zero if the driver has no such set.
///
/// # Errors
/// A [`WireError`] if the block is too short.
pub fn read_count(block: &[u8]) -> Result<u32, WireError> {
    let what = "ethtool_sset_info";
    match u64_at(block, what, 8)? {
        0 => Ok(0),
        _ => u32_at(block, what, 16),
    }
}

/// Asks for the names of a set that has so many.
#[must_use]
pub fn names(set: StringSet, count: u32) -> Vec<u8> {
    let mut block = block(ETHTOOL_GSTRINGS, 12 + count as usize * NAME);
    put_u32(&mut block, 4, set.number());
    put_u32(&mut block, 8, count);
    block
}

/// Reads the names.
///
/// # Errors
/// A [`WireError`] if there are fewer than the block says.
pub fn read_names(block: &[u8]) -> Result<Vec<String>, WireError> {
    let what = "ethtool_gstrings";
    let count = u32_at(block, what, 8)? as usize;
    bytes(block, what, 12, count.saturating_mul(NAME))?;
    (0..count).map(|at| text_at(block, what, 12 + at * NAME, NAME)).collect()
}

/// Asks for so many counters (`order` is `ETHTOOL_GSTATS` or `ETHTOOL_GPHYSTATS`).
#[must_use]
pub fn counters(order: u32, count: u32) -> Vec<u8> {
    let mut block = block(order, 8 + count as usize * 8);
    put_u32(&mut block, 4, count);
    block
}

/// Reads the counters.
///
/// # Errors
/// A [`WireError`] if there are fewer than the block says.
pub fn read_counters(block: &[u8]) -> Result<Vec<u64>, WireError> {
    let what = "ethtool_stats";
    let count = u32_at(block, what, 4)? as usize;
    bytes(block, what, 8, count.saturating_mul(8))?;
    (0..count).map(|at| u64_at(block, what, 8 + at * 8)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_that_the_block_has_no_room_for_is_an_error() {
        let mut block = names(StringSet::Private, 2);
        block[12..16].copy_from_slice(b"rx_p");
        assert_eq!(read_names(&block).unwrap(), ["rx_p", ""]);
        put_u32(&mut block, 8, 3);
        read_names(&block).unwrap_err();
        put_u32(&mut block, 8, u32::MAX);
        read_names(&block).unwrap_err();
        let mut block = counters(29, 1);
        block[8..].copy_from_slice(&7_u64.to_ne_bytes());
        assert_eq!(read_counters(&block).unwrap(), [7]);
        put_u32(&mut block, 4, 2);
        read_counters(&block).unwrap_err();
    }
}
