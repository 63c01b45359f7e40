//! Upkeep: tests, blinking, resets, registers, the EEPROM, tunables, queues, dumps. What comes of an order is decided in
//! [`crate::kernel::upkeep`]; here are the blocks.

use smartnic_core::ethtool::{Coalesce, DriverDump, DumpState, Record, Value};
use smartnic_core::types::IfIndex;
use smartnic_netlink::uapi::ethtool::*;

use super::{get, put, put_u32, u32_at};
use crate::errno::Errno;
use crate::kernel::upkeep::{self, NUMBERS, Written};
use crate::model::Machine;

/// The orders that are served here.
pub(super) const ORDERS: &[u32] = &[
    ETHTOOL_TEST,
    ETHTOOL_PHYS_ID,
    ETHTOOL_RESET,
    ETHTOOL_GREGS,
    ETHTOOL_GEEPROM,
    ETHTOOL_SEEPROM,
    ETHTOOL_GTUNABLE,
    ETHTOOL_STUNABLE,
    ETHTOOL_PERQUEUE,
    ETHTOOL_GET_DUMP_FLAG,
    ETHTOOL_GET_DUMP_DATA,
    ETHTOOL_SET_DUMP,
];

/// Whether an order changes something.
pub(super) fn changes(block: &[u8], order: u32) -> bool {
    match order {
        ETHTOOL_RESET | ETHTOOL_SEEPROM | ETHTOOL_STUNABLE | ETHTOOL_SET_DUMP => true,
        ETHTOOL_PERQUEUE => u32_at(block, 4) == Ok(ETHTOOL_SCOALESCE),
        _ => false,
    }
}

pub(super) fn serve(machine: &mut Machine, link: IfIndex, order: u32, block: &mut [u8]) -> Result<(), Errno> {
    match order {
        ETHTOOL_TEST => {
            let flags = u32_at(block, 4)?;
            let found = upkeep::test(machine, link, flags & ETH_TEST_FL_OFFLINE != 0)?;
            let failed = if found.contains(&true) { ETH_TEST_FL_FAILED } else { 0 };
            put_u32(block, 4, flags | failed)?;
            put_u32(block, 12, found.len() as u32)?;
            let numbers: Vec<u8> = found.iter().flat_map(|found| u64::from(*found).to_ne_bytes()).collect();
            put(block, SIZEOF_ETHTOOL_TEST, &numbers)
        }
        ETHTOOL_PHYS_ID => upkeep::identify(machine, link),
        ETHTOOL_RESET => {
            let left = upkeep::reset(machine, link, u32_at(block, 4)?)?;
            put_u32(block, 4, left)
        }
        ETHTOOL_GREGS => {
            let registers = upkeep::registers(machine, link, u32_at(block, 8)?)?;
            put_u32(block, 4, registers.version)?;
            put_u32(block, 8, registers.bytes.len() as u32)?;
            put(block, 12, &registers.bytes)
        }
        ETHTOOL_GEEPROM => {
            let (magic, bytes) = upkeep::eeprom(machine, link, u32_at(block, 8)?, u32_at(block, 12)?)?;
            put_u32(block, 4, magic)?;
            put(block, SIZEOF_ETHTOOL_EEPROM, &bytes)
        }
        ETHTOOL_SEEPROM => {
            let (magic, offset, len) = (u32_at(block, 4)?, u32_at(block, 8)?, u32_at(block, 12)?);
            let bytes = || {
                let end = SIZEOF_ETHTOOL_EEPROM + len as usize;
                block.get(SIZEOF_ETHTOOL_EEPROM..end).ok_or(Errno::EFAULT)
            };
            upkeep::write_eeprom(machine, link, &Written { magic, offset, len }, bytes)
        }
        ETHTOOL_GTUNABLE | ETHTOOL_STUNABLE => tunable(machine, link, order, block),
        ETHTOOL_PERQUEUE => queues(machine, link, block),
        ETHTOOL_SET_DUMP => upkeep::set_dump(machine, link, u32_at(block, 8)?),
        ETHTOOL_GET_DUMP_FLAG => {
            let state = upkeep::dump_state(machine, link)?;
            put_dump(block, state)
        }
        _ => {
            let dump = upkeep::dump(machine, link, u32_at(block, 12)?)?;
            let DriverDump { version, flag, bytes } = dump;
            put_dump(block, DumpState { version, flag, length: bytes.len() as u32 })?;
            put(block, SIZEOF_ETHTOOL_DUMP, &bytes)
        }
    }
}

/// The numbers of `struct ethtool_dump`.
fn put_dump(block: &mut [u8], state: DumpState) -> Result<(), Errno> {
    put_u32(block, 4, state.version)?;
    put_u32(block, 8, state.flag)?;
    put_u32(block, 12, state.length)
}

/// `ethtool_get_tunable`, `ethtool_set_tunable`.
fn tunable(machine: &mut Machine, link: IfIndex, order: u32, block: &mut [u8]) -> Result<(), Errno> {
    let (id, kind, len) = (u32_at(block, 4)?, u32_at(block, 8)?, u32_at(block, 12)?);
    let now = upkeep::tunable(machine, link, id)?;
    // `ethtool_tunable_valid`
    let wanted =
        if id == ETHTOOL_PFC_PREVENTION_TOUT { (ETHTOOL_TUNABLE_U16, 2) } else { (ETHTOOL_TUNABLE_U32, 4) };
    if (kind, len) != wanted {
        return Err(Errno::EINVAL);
    }
    if order == ETHTOOL_STUNABLE {
        let number = match len {
            2 => u32::from(u16::from_ne_bytes(get(block, SIZEOF_ETHTOOL_TUNABLE)?)),
            _ => u32_at(block, SIZEOF_ETHTOOL_TUNABLE)?,
        };
        return upkeep::set_tunable(machine, link, id, number);
    }
    match len {
        2 => put(block, SIZEOF_ETHTOOL_TUNABLE, &(now as u16).to_ne_bytes()),
        _ => put_u32(block, SIZEOF_ETHTOOL_TUNABLE, now),
    }
}

/// `ethtool_set_per_queue`
fn queues(machine: &mut Machine, link: IfIndex, block: &mut [u8]) -> Result<(), Errno> {
    upkeep::has_queues(machine, link)?;
    let order = u32_at(block, 4)?;
    let mut place = SIZEOF_ETHTOOL_PER_QUEUE_OP;
    for queue in 0..MAX_NUM_QUEUE {
        if u32_at(block, 8 + 4 * (queue as usize / 32))? >> (queue % 32) & 1 == 0 {
            continue;
        }
        match order {
            ETHTOOL_GCOALESCE => {
                let now = upkeep::queue(machine, link, queue)?;
                put_u32(block, place, ETHTOOL_GCOALESCE)?;
                for (at, field) in upkeep::numbers().enumerate() {
                    put_u32(block, place + 4 + 4 * at, number(&now, field))?;
                }
            }
            ETHTOOL_SCOALESCE => {
                upkeep::set_queue(machine, link, queue, |at| u32_at(block, place + 4 + 4 * at))?;
            }
            _ => return Err(Errno::EOPNOTSUPP),
        }
        place += 4 * (NUMBERS + 1);
    }
    Ok(())
}

fn number(now: &Coalesce, field: &str) -> u32 {
    match now.get(field) {
        Some(Value::Number(number)) => u32::try_from(number).unwrap_or(u32::MAX),
        Some(Value::Switch(on)) => u32::from(on),
        _ => 0,
    }
}
