//! Upkeep by ethtool: tests, blinking, resets, registers, the EEPROM, tunables, queues, dumps. Both faces stand on this.

use smartnic_core::ethtool::{Coalesce, DriverDump, DumpState, Record, Registers, Value};
use smartnic_core::types::IfIndex;
use smartnic_netlink::ethtool::coalesce;
use smartnic_netlink::uapi::ethtool::*;

use crate::driver::{DumpRule, DumpTold, EepromRule, Test, UpkeepRules, upkeep_rules};
use crate::errno::Errno;
use crate::model::{Kept, Machine, Role};
use crate::random::Random;

/// What the driver of a link has; only uplinks have any.
pub(crate) fn rules(machine: &Machine, link: IfIndex) -> Option<UpkeepRules> {
    let netdev = machine.netdev(link).ok()?;
    let uplink = matches!(netdev.role, Role::Uplink { .. }) && netdev.queues.is_some();
    upkeep_rules(machine.profile.driver.facts().name).filter(|_| uplink)
}

/// The same, of a link that must be there and have some.
fn having(machine: &Machine, link: IfIndex) -> Result<UpkeepRules, Errno> {
    machine.netdev(link)?;
    rules(machine, link).ok_or(Errno::EOPNOTSUPP)
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

/// `ethtool_self_test`: whether each test finds something wrong.
pub(crate) fn test(machine: &Machine, link: IfIndex, offline: bool) -> Result<Vec<bool>, Errno> {
    let rules = having(machine, link)?;
    if rules.tests.is_empty() {
        return Err(Errno::EOPNOTSUPP);
    }
    let netdev = machine.netdev(link)?;
    let has_vfs = netdev.role.pf().and_then(|pf| machine.pfs.get(pf)).is_some_and(|pf| !pf.vfs.is_empty());
    // Where VFs are in the way, nothing is tried, and all of it fails.
    let hindered = offline && has_vfs && rules.tests.iter().any(|(_, test)| *test == Test::Offline);
    let found = rules.tests.iter().map(|(_, test)| hindered || *test == Test::Link && !netdev.up);
    Ok(found.collect())
}

/// `ethtool_phys_id`. Time does not pass meanwhile.
pub(crate) fn identify(machine: &Machine, link: IfIndex) -> Result<(), Errno> {
    if having(machine, link)?.blinks { Ok(()) } else { Err(Errno::EOPNOTSUPP) }
}

/// `ethtool_reset`: the parts that were not reset.
pub(crate) fn reset(machine: &Machine, link: IfIndex, parts: u32) -> Result<u32, Errno> {
    let rule = having(machine, link)?.reset.ok_or(Errno::EOPNOTSUPP)?;
    rule(parts)
}

/// `ethtool_get_regs`, at most so many bytes.
pub(crate) fn registers(machine: &Machine, link: IfIndex, most: u32) -> Result<Registers, Errno> {
    let (version, len) = having(machine, link)?.registers.ok_or(Errno::EOPNOTSUPP)?;
    Ok(Registers { version, bytes: content(machine, link, REGISTERS, len.min(most)) })
}

fn eeprom_rule(machine: &Machine, link: IfIndex) -> Result<EepromRule, Errno> {
    having(machine, link)?.eeprom.ok_or(Errno::EOPNOTSUPP)
}

/// The end of a stretch of an EEPROM, if it lies in it.
fn end_of(rule: &EepromRule, offset: u32, len: u32) -> Result<u32, Errno> {
    offset.checked_add(len).filter(|end| *end > offset && *end <= rule.len).ok_or(Errno::EINVAL)
}

/// `ethtool_get_eeprom`: the driver's number for the device, and bytes.
pub(crate) fn eeprom(machine: &Machine, link: IfIndex, at: u32, len: u32) -> Result<(u32, Vec<u8>), Errno> {
    let rule = eeprom_rule(machine, link)?;
    let end = end_of(&rule, at, len)?;
    let mut all = content(machine, link, EEPROM, rule.len);
    for (at, byte) in &kept(machine, link)?.eeprom {
        if let Some(place) = all.get_mut(*at as usize) {
            *place = *byte;
        }
    }
    let bytes = all.get(at as usize..end as usize).ok_or(Errno::EINVAL)?;
    Ok((magic(machine), bytes.to_vec()))
}

fn magic(machine: &Machine) -> u32 {
    let (vendor, device) = machine.profile.pci_id;
    u32::from(vendor) | u32::from(device) << 16
}

/// What of an EEPROM is to be written (`struct ethtool_eeprom`).
pub(crate) struct Written {
    pub(crate) magic: u32,
    pub(crate) offset: u32,
    pub(crate) len: u32,
}

/// `ethtool_set_eeprom`; the bytes are looked at only if the rest fits.
pub(crate) fn write_eeprom<'a>(
    machine: &mut Machine,
    link: IfIndex,
    written: &Written,
    bytes: impl FnOnce() -> Result<&'a [u8], Errno>,
) -> Result<(), Errno> {
    let rule = eeprom_rule(machine, link)?;
    let end = end_of(&rule, written.offset, written.len)?;
    let other = rule.other.ok_or(Errno::EOPNOTSUPP)?;
    if written.magic != magic(machine) {
        return Err(other);
    }
    let places = (written.offset..end).zip(bytes()?.iter().copied());
    kept_mut(machine, link)?.eeprom.extend(places);
    Ok(())
}

/// A tunable of the driver by its number. Those of PHYs have other orders; no driver here leaves its PHY to the kernel.
pub(crate) fn tunable(machine: &Machine, link: IfIndex, id: u32) -> Result<u32, Errno> {
    let rules = having(machine, link)?;
    if rules.tunables.is_empty() {
        return Err(Errno::EOPNOTSUPP);
    }
    let rule = rules.tunables.iter().find(|rule| rule.id == id).ok_or(Errno::EINVAL)?;
    Ok(kept(machine, link)?.tunables.get(&id).copied().unwrap_or(rule.first))
}

/// Tunes it.
pub(crate) fn set_tunable(machine: &mut Machine, link: IfIndex, id: u32, number: u32) -> Result<(), Errno> {
    tunable(machine, link, id)?;
    let rule = having(machine, link)?.tunables.iter().find(|rule| rule.id == id).ok_or(Errno::EINVAL)?;
    let number = (rule.take)(number)?;
    kept_mut(machine, link)?.tunables.insert(id, number);
    Ok(())
}

/// Numbers of `struct ethtool_coalesce` behind its order.
pub(crate) const NUMBERS: usize = SIZEOF_ETHTOOL_COALESCE / 4 - 1;

/// The fields of that struct, in its order.
pub(crate) fn numbers() -> impl Iterator<Item = &'static str> {
    coalesce::LAYOUT.places.iter().take(NUMBERS).map(|(_, _, name)| *name)
}

/// Whether single queues have coalescing of their own.
pub(crate) fn has_queues(machine: &Machine, link: IfIndex) -> Result<(), Errno> {
    if having(machine, link)?.queues { Ok(()) } else { Err(Errno::EOPNOTSUPP) }
}

/// Coalescing of one queue, as far as the driver has it.
pub(crate) fn queue(machine: &Machine, link: IfIndex, queue: u32) -> Result<Coalesce, Errno> {
    has_queues(machine, link)?;
    let queues = machine.netdev(link)?.queues.as_ref().ok_or(Errno::EOPNOTSUPP)?;
    if queue >= queues.channels.combined.unwrap_or(1) {
        return Err(Errno::EINVAL);
    }
    Ok(kept(machine, link)?.queues.get(&queue).unwrap_or(&queues.coalesce).clone())
}

/// Changes it whole (`ethtool_set_coalesce_supported`): what the driver does not have must be zero.
pub(crate) fn set_queue(
    machine: &mut Machine,
    link: IfIndex,
    at: u32,
    number: impl Fn(usize) -> Result<u32, Errno>,
) -> Result<(), Errno> {
    let now = queue(machine, link, at)?;
    let mut new = now.clone();
    for (at, field) in numbers().enumerate() {
        let number = number(at)?;
        let value = match now.get(field) {
            Some(Value::Switch(_)) => Value::Switch(number != 0),
            Some(_) => Value::Number(number.into()),
            None if number == 0 => continue,
            None => return Err(Errno::EOPNOTSUPP),
        };
        new.put(field, value);
    }
    kept_mut(machine, link)?.queues.insert(at, new);
    Ok(())
}

fn dump_rule(machine: &Machine, link: IfIndex) -> Result<DumpRule, Errno> {
    having(machine, link)?.dump.ok_or(Errno::EOPNOTSUPP)
}

/// What the driver would write down (`ethtool_get_dump_flag`).
pub(crate) fn dump_state(machine: &Machine, link: IfIndex) -> Result<DumpState, Errno> {
    let DumpTold { version, flag, len } = dump_rule(machine, link)?.told(&kept(machine, link)?.dump)?;
    Ok(DumpState { version: version.unwrap_or_else(|| firmware(machine)), flag, length: len })
}

/// The version of the firmware in one number; which of its numbers the driver has there is ours.
fn firmware(machine: &Machine) -> u32 {
    let running = machine.profile.versions.iter().find(|(_, name, _)| *name == "fw");
    let numbers = running.map_or("", |(_, _, version)| version).split('.').chain(["0"; 4]).take(4);
    numbers.fold(0, |all, number| all << 8 | number.parse::<u32>().unwrap_or(0) & 0xff)
}

/// Chooses what it writes down (`ethtool_set_dump`).
pub(crate) fn set_dump(machine: &mut Machine, link: IfIndex, flag: u32) -> Result<(), Errno> {
    let rule = dump_rule(machine, link)?;
    rule.take(&mut kept_mut(machine, link)?.dump, flag)
}

/// What it writes down, at most so many bytes (`ethtool_get_dump_data`).
pub(crate) fn dump(machine: &mut Machine, link: IfIndex, most: u32) -> Result<DriverDump, Errno> {
    let DumpState { version, flag, length } = dump_state(machine, link)?;
    let len = length.min(most);
    if len == 0 {
        return Err(Errno::EFAULT);
    }
    let rule = dump_rule(machine, link)?;
    rule.read(&mut kept_mut(machine, link)?.dump)?;
    Ok(DriverDump { version, flag, bytes: content(machine, link, DUMP, len) })
}
