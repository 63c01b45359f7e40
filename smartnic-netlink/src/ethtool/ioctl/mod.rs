//! Orders of ethtool that have no form in netlink (`SIOCETHTOOL`): blocks of bytes that the kernel reads and answers in.
//!
//! Each order is a function that makes the block and one that reads what came back. Numbers have the machine's byte order.

pub mod driver;
pub mod ntuple;
pub mod strings;
pub mod upkeep;

use crate::codec::WireError;

/// A block for an order, all zero behind the order's number.
fn block(order: u32, len: usize) -> Vec<u8> {
    let mut block = vec![0; len.max(4)];
    put_u32(&mut block, 0, order);
    block
}

/// Writes a number into a block that has room for it.
fn put_u32(block: &mut [u8], at: usize, value: u32) {
    if let Some(place) = block.get_mut(at..at + 4) {
        place.copy_from_slice(&value.to_ne_bytes());
    }
}

fn bytes<'a>(block: &'a [u8], what: &'static str, at: usize, len: usize) -> Result<&'a [u8], WireError> {
    let need = at.saturating_add(len);
    block.get(at..need).ok_or(WireError::Truncated { what, need, have: block.len() })
}

fn u32_at(block: &[u8], what: &'static str, at: usize) -> Result<u32, WireError> {
    let bytes = bytes(block, what, at, 4)?;
    Ok(bytes.first_chunk().copied().map_or(0, u32::from_ne_bytes))
}

fn u64_at(block: &[u8], what: &'static str, at: usize) -> Result<u64, WireError> {
    let bytes = bytes(block, what, at, 8)?;
    Ok(bytes.first_chunk().copied().map_or(0, u64::from_ne_bytes))
}

/// Text that ends at a NUL or with its field.
fn text_at(block: &[u8], what: &'static str, at: usize, len: usize) -> Result<String, WireError> {
    let field = bytes(block, what, at, len)?;
    let end = field.iter().position(|byte| *byte == 0).unwrap_or(field.len());
    Ok(String::from_utf8_lossy(&field[..end]).into_owned())
}
