//! Orders of ethtool by ioctl (`net/ethtool/ioctl.c`): a block in, the answer in the same block.

mod driver;
mod ntuple;
mod strings;
mod upkeep;

use smartnic_core::types::IfIndex;
use smartnic_netlink::uapi::ethtool::*;

use crate::errno::Errno;
use crate::model::Machine;

pub(crate) use driver::info;
pub(crate) use ntuple::{Insert, insert, remove, table};
pub(crate) use strings::{counters, own_names};

/// Orders that anybody may give (`__dev_ethtool`).
const FREE: &[u32] = &[
    ETHTOOL_GDRVINFO,
    ETHTOOL_GSSET_INFO,
    ETHTOOL_GSTRINGS,
    ETHTOOL_GSTATS,
    ETHTOOL_GPHYSTATS,
    ETHTOOL_GTUNABLE,
    ETHTOOL_GRXCLSRLCNT,
    ETHTOOL_GRXCLSRULE,
    ETHTOOL_GRXCLSRLALL,
];

/// `dev_ethtool`.
pub(super) fn serve(
    machine: &mut Machine,
    link: IfIndex,
    block: &mut [u8],
    admin: bool,
) -> Result<(), Errno> {
    let order = u32_at(block, 0)?;
    machine.netdev(link)?;
    if !admin && !FREE.contains(&order) {
        return Err(Errno::EPERM);
    }
    match order {
        ETHTOOL_GDRVINFO => driver::serve(machine, link, block),
        ETHTOOL_GSSET_INFO => strings::counts(machine, link, block),
        ETHTOOL_GSTRINGS => strings::names(machine, link, block),
        ETHTOOL_GSTATS => strings::serve_counters(machine, link, block),
        ETHTOOL_GRXCLSRLCNT | ETHTOOL_GRXCLSRULE | ETHTOOL_GRXCLSRLALL | ETHTOOL_SRXCLSRLDEL
        | ETHTOOL_SRXCLSRLINS => ntuple::serve(machine, link, order, block),
        order if upkeep::ORDERS.contains(&order) => upkeep::serve(machine, link, order, block),
        _ => Err(Errno::EOPNOTSUPP),
    }
}

/// Whether an order changes something, and counts where faults are planned.
pub(super) fn changes(block: &[u8]) -> bool {
    match u32_at(block, 0) {
        Ok(ETHTOOL_SRXCLSRLDEL | ETHTOOL_SRXCLSRLINS) => true,
        Ok(order) => upkeep::changes(block, order),
        Err(_) => false,
    }
}

/// `copy_from_user` and `copy_to_user` stop where the block ends.
fn get<const N: usize>(block: &[u8], at: usize) -> Result<[u8; N], Errno> {
    block.get(at..).and_then(|rest| rest.first_chunk()).copied().ok_or(Errno::EFAULT)
}

fn put(block: &mut [u8], at: usize, bytes: &[u8]) -> Result<(), Errno> {
    block.get_mut(at..at + bytes.len()).ok_or(Errno::EFAULT)?.copy_from_slice(bytes);
    Ok(())
}

fn u32_at(block: &[u8], at: usize) -> Result<u32, Errno> {
    get(block, at).map(u32::from_ne_bytes)
}

fn put_u32(block: &mut [u8], at: usize, value: u32) -> Result<(), Errno> {
    put(block, at, &value.to_ne_bytes())
}

/// A text in a field of fixed length, cut as `strscpy` cuts it.
fn put_text(block: &mut [u8], at: usize, len: usize, text: &str) -> Result<(), Errno> {
    let mut field = vec![0; len];
    let kept = text.len().min(len - 1);
    field[..kept].copy_from_slice(&text.as_bytes()[..kept]);
    put(block, at, &field)
}
