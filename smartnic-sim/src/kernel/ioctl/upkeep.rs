//! Upkeep: tests, blinking, resets, registers, the EEPROM, tunables, queues, dumps.

use smartnic_core::ethtool::{Coalesce, Record, Value};
use smartnic_core::types::IfIndex;
use smartnic_netlink::ethtool::coalesce;
use smartnic_netlink::uapi::ethtool::*;

use super::{get, put, put_u32, u32_at};
use crate::driver::{EepromRule, Test, UpkeepRules, upkeep_rules};
use crate::errno::Errno;
use crate::model::{Kept, Machine, Role};
use crate::random::Random;

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

/// What the driver of a link has; only uplinks have any.
pub(in crate::kernel) fn rules(machine: &Machine, link: IfIndex) -> Option<UpkeepRules> {
    let netdev = machine.netdev(link).ok()?;
    let uplink = matches!(netdev.role, Role::Uplink { .. }) && netdev.queues.is_some();
    upkeep_rules(machine.profile.driver.facts().name).filter(|_| uplink)
}

pub(super) fn serve(machine: &mut Machine, link: IfIndex, order: u32, block: &mut [u8]) -> Result<(), Errno> {
    let rules = rules(machine, link).ok_or(Errno::EOPNOTSUPP)?;
    match order {
        ETHTOOL_TEST => test(machine, link, &rules, block),
        // Time does not pass meanwhile.
        ETHTOOL_PHYS_ID => {
            if rules.blinks {
                Ok(())
            } else {
                Err(Errno::EOPNOTSUPP)
            }
        }
        ETHTOOL_RESET => {
            if !rules.resets.contains(&u32_at(block, 4)?) {
                return Err(Errno::EOPNOTSUPP);
            }
            put_u32(block, 4, 0)
        }
        ETHTOOL_GREGS => {
            let (version, len) = rules.registers.ok_or(Errno::EOPNOTSUPP)?;
            let len = u32_at(block, 8)?.min(len);
            put_u32(block, 4, version)?;
            put_u32(block, 8, len)?;
            put(block, 12, &content(machine, link, REGISTERS, len))
        }
        ETHTOOL_GEEPROM | ETHTOOL_SEEPROM => {
            let eeprom = rules.eeprom.ok_or(Errno::EOPNOTSUPP)?;
            serve_eeprom(machine, link, order, &eeprom, block)
        }
        ETHTOOL_GTUNABLE | ETHTOOL_STUNABLE => tunable(machine, link, order, &rules, block),
        ETHTOOL_PERQUEUE if rules.queues => queues(machine, link, block),
        ETHTOOL_PERQUEUE => Err(Errno::EOPNOTSUPP),
        _ => dump(machine, link, order, &rules, block),
    }
}

/// What each content begins with in the generator of numbers.
const REGISTERS: u64 = 0x7265_6773;
const EEPROM: u64 = 0x6565_7072;
const DUMP: u64 = 0x6475_6d70;

/// Bytes that are the same at each reading; what they stand for is nobody's knowledge.
fn content(machine: &Machine, link: IfIndex, what: u64, len: u32) -> Vec<u8> {
    let mut random = Random::new(machine.seed, what ^ u64::from(link.0));
    (0..len).map(|_| random.next().to_le_bytes()[3]).collect()
}

fn kept(machine: &Machine, link: IfIndex) -> Result<&Kept, Errno> {
    let settings = machine.netdev(link)?.queues.as_ref().and_then(|queues| queues.settings.as_ref());
    settings.map(|settings| &settings.kept).ok_or(Errno::EOPNOTSUPP)
}

fn kept_mut(machine: &mut Machine, link: IfIndex) -> Result<&mut Kept, Errno> {
    let netdev = machine.netdevs.get_mut(&link.0).ok_or(Errno::ENODEV)?;
    let settings = netdev.queues.as_mut().and_then(|queues| queues.settings.as_mut());
    settings.map(|settings| &mut settings.kept).ok_or(Errno::EOPNOTSUPP)
}

/// `ethtool_self_test`
fn test(machine: &Machine, link: IfIndex, rules: &UpkeepRules, block: &mut [u8]) -> Result<(), Errno> {
    if rules.tests.is_empty() {
        return Err(Errno::EOPNOTSUPP);
    }
    let flags = u32_at(block, 4)?;
    let netdev = machine.netdev(link)?;
    let has_vfs = netdev.role.pf().and_then(|pf| machine.pfs.get(pf)).is_some_and(|pf| !pf.vfs.is_empty());
    let offline = flags & ETH_TEST_FL_OFFLINE != 0;
    // Where VFs are in the way, nothing is tried, and all of it fails.
    let hindered = offline && has_vfs && rules.tests.iter().any(|(_, test)| *test == Test::Offline);
    let found = rules.tests.iter().map(|(_, test)| hindered || *test == Test::Link && !netdev.up);
    let found: Vec<bool> = found.collect();
    let failed = if found.contains(&true) { ETH_TEST_FL_FAILED } else { 0 };
    put_u32(block, 4, flags | failed)?;
    put_u32(block, 12, found.len() as u32)?;
    let numbers: Vec<u8> = found.iter().flat_map(|found| u64::from(*found).to_ne_bytes()).collect();
    put(block, SIZEOF_ETHTOOL_TEST, &numbers)
}

/// `ethtool_get_eeprom`, `ethtool_set_eeprom`
fn serve_eeprom(
    machine: &mut Machine,
    link: IfIndex,
    order: u32,
    rule: &EepromRule,
    block: &mut [u8],
) -> Result<(), Errno> {
    let (offset, len) = (u32_at(block, 8)?, u32_at(block, 12)?);
    let end = offset.checked_add(len).filter(|end| *end > offset && *end <= rule.len).ok_or(Errno::EINVAL)?;
    let (vendor, device) = machine.profile.pci_id;
    let magic = u32::from(vendor) | u32::from(device) << 16;
    if order == ETHTOOL_SEEPROM {
        let other = rule.other.ok_or(Errno::EOPNOTSUPP)?;
        if u32_at(block, 4)? != magic {
            return Err(other);
        }
        let bytes = block.get(SIZEOF_ETHTOOL_EEPROM..SIZEOF_ETHTOOL_EEPROM + len as usize);
        let bytes = bytes.ok_or(Errno::EFAULT)?;
        kept_mut(machine, link)?.eeprom.extend((offset..end).zip(bytes.iter().copied()));
        return Ok(());
    }
    let mut all = content(machine, link, EEPROM, rule.len);
    for (at, byte) in &kept(machine, link)?.eeprom {
        if let Some(place) = all.get_mut(*at as usize) {
            *place = *byte;
        }
    }
    put_u32(block, 4, magic)?;
    put(block, SIZEOF_ETHTOOL_EEPROM, all.get(offset as usize..end as usize).ok_or(Errno::EINVAL)?)
}

/// `ethtool_get_tunable`, `ethtool_set_tunable`. Those of PHYs have other orders; no driver here leaves its PHY to the kernel.
fn tunable(
    machine: &mut Machine,
    link: IfIndex,
    order: u32,
    rules: &UpkeepRules,
    block: &mut [u8],
) -> Result<(), Errno> {
    if rules.tunables.is_empty() {
        return Err(Errno::EOPNOTSUPP);
    }
    let (id, kind, len) = (u32_at(block, 4)?, u32_at(block, 8)?, u32_at(block, 12)?);
    // `ethtool_tunable_valid`
    let wanted =
        if id == ETHTOOL_PFC_PREVENTION_TOUT { (ETHTOOL_TUNABLE_U16, 2) } else { (ETHTOOL_TUNABLE_U32, 4) };
    let rule = rules.tunables.iter().find(|rule| rule.id == id && (kind, len) == wanted);
    let rule = rule.ok_or(Errno::EINVAL)?;
    if order == ETHTOOL_STUNABLE {
        let number = match len {
            2 => u32::from(u16::from_ne_bytes(get(block, SIZEOF_ETHTOOL_TUNABLE)?)),
            _ => u32_at(block, SIZEOF_ETHTOOL_TUNABLE)?,
        };
        let number = (rule.take)(number)?;
        kept_mut(machine, link)?.tunables.insert(id, number);
        return Ok(());
    }
    let number = kept(machine, link)?.tunables.get(&id).copied().unwrap_or(rule.first);
    match len {
        2 => put(block, SIZEOF_ETHTOOL_TUNABLE, &(number as u16).to_ne_bytes()),
        _ => put_u32(block, SIZEOF_ETHTOOL_TUNABLE, number),
    }
}

/// Numbers of `struct ethtool_coalesce` behind its order.
const NUMBERS: usize = SIZEOF_ETHTOOL_COALESCE / 4 - 1;

/// `ethtool_set_per_queue`
fn queues(machine: &mut Machine, link: IfIndex, block: &mut [u8]) -> Result<(), Errno> {
    let order = u32_at(block, 4)?;
    let settings = machine.netdev(link)?.queues.as_ref().ok_or(Errno::EOPNOTSUPP)?;
    let (own, count) = (settings.coalesce.clone(), settings.channels.combined.unwrap_or(1));
    let mut place = SIZEOF_ETHTOOL_PER_QUEUE_OP;
    for queue in 0..MAX_NUM_QUEUE {
        if u32_at(block, 8 + 4 * (queue as usize / 32))? >> (queue % 32) & 1 == 0 {
            continue;
        }
        if queue >= count {
            return Err(Errno::EINVAL);
        }
        let now = kept(machine, link)?.queues.get(&queue).cloned().unwrap_or_else(|| own.clone());
        match order {
            ETHTOOL_GCOALESCE => {
                put_u32(block, place, ETHTOOL_GCOALESCE)?;
                for at in 0..NUMBERS {
                    put_u32(block, place + 4 + 4 * at, number(&now, at))?;
                }
            }
            ETHTOOL_SCOALESCE => {
                let new = coalesced(&now, block, place)?;
                kept_mut(machine, link)?.queues.insert(queue, new);
            }
            _ => return Err(Errno::EOPNOTSUPP),
        }
        place += SIZEOF_ETHTOOL_COALESCE;
    }
    Ok(())
}

/// The field whose number stands there.
fn field(at: usize) -> &'static str {
    coalesce::LAYOUT.places.get(at).map_or("", |(_, _, name)| name)
}

fn number(now: &Coalesce, at: usize) -> u32 {
    match now.get(field(at)) {
        Some(Value::Number(number)) => u32::try_from(number).unwrap_or(u32::MAX),
        Some(Value::Switch(on)) => u32::from(on),
        _ => 0,
    }
}

/// `ethtool_set_coalesce_supported`: what the driver does not have must be zero.
fn coalesced(now: &Coalesce, block: &[u8], place: usize) -> Result<Coalesce, Errno> {
    let mut new = now.clone();
    for at in 0..NUMBERS {
        let number = u32_at(block, place + 4 + 4 * at)?;
        let value = match now.get(field(at)) {
            Some(Value::Switch(_)) => Value::Switch(number != 0),
            Some(_) => Value::Number(number.into()),
            None if number == 0 => continue,
            None => return Err(Errno::EOPNOTSUPP),
        };
        new.put(field(at), value);
    }
    Ok(new)
}

/// `ethtool_set_dump`, `ethtool_get_dump_flag`, `ethtool_get_dump_data`; of nfp, whose first dump needs no file
/// (`nfp_app_set_dump`).
fn dump(
    machine: &Machine,
    link: IfIndex,
    order: u32,
    rules: &UpkeepRules,
    block: &mut [u8],
) -> Result<(), Errno> {
    let (version, len) = rules.dump.ok_or(Errno::EOPNOTSUPP)?;
    match order {
        ETHTOOL_SET_DUMP => {
            if u32_at(block, 8)? == 0 {
                Ok(())
            } else {
                Err(Errno::EOPNOTSUPP)
            }
        }
        ETHTOOL_GET_DUMP_FLAG => {
            put_u32(block, 4, version)?;
            put_u32(block, 8, 0)?;
            put_u32(block, 12, len)
        }
        _ => {
            let len = u32_at(block, 12)?.min(len);
            if len == 0 {
                return Err(Errno::EFAULT);
            }
            put_u32(block, 4, version)?;
            put_u32(block, 12, len)?;
            put(block, SIZEOF_ETHTOOL_DUMP, &content(machine, link, DUMP, len))
        }
    }
}
