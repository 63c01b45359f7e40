use smartnic_core::device::{ReloadAction, ReloadLimit};
use smartnic_netlink::codec::Bitfield32;
use smartnic_netlink::uapi::devlink::*;

use crate::errno::Errno;
use crate::kernel::answer::{Answer, ExtAck};
use crate::kernel::control::DEVLINK_ID;
use crate::kernel::table::{Policy, Shape, Table};
use crate::model::{Instance, Machine};

pub(super) const POLICY: [Policy; 5] = [
    (DEVLINK_ATTR_RELOAD_ACTION, Shape::U8, Some(DEVLINK_RELOAD_ACTION_MAX as u64)),
    (DEVLINK_ATTR_RELOAD_LIMITS, Shape::Bits(DEVLINK_RELOAD_LIMITS_VALID_MASK), None),
    (DEVLINK_ATTR_NETNS_PID, Shape::U32, None),
    (DEVLINK_ATTR_NETNS_FD, Shape::U32, None),
    (DEVLINK_ATTR_NETNS_ID, Shape::U32, None),
];

pub(super) fn run(
    machine: &mut Machine,
    instance: Instance,
    table: &Table<'_>,
    answer: &mut Answer,
    ext: &mut ExtAck,
) -> Result<(), Errno> {
    let action = table.u8(DEVLINK_ATTR_RELOAD_ACTION).map(ReloadAction::from_number);
    let limit = match limits(table) {
        None => ReloadLimit::Unspecified,
        Some(0) => {
            ext.note.say("Invalid limit selected");
            return Err(Errno::EINVAL);
        }
        Some(bits) if !bits.is_power_of_two() => {
            ext.note.say("Multiselection of limit is not supported");
            return Err(Errno::EOPNOTSUPP);
        }
        Some(bits) => ReloadLimit::from_number(bits.trailing_zeros() as u8),
    };
    let to = target(machine, table, ext)?;
    let wanted = action.unwrap_or(ReloadAction::DriverReinit);
    let to = to.as_ref().map(Option::as_deref);
    let performed = machine.reload(instance, (wanted, limit), to, &mut ext.note)?;
    if action.is_none() && !table.has(DEVLINK_ATTR_RELOAD_LIMITS) {
        return Ok(());
    }
    let bits = performed.iter().fold(0, |bits, action| bits | 1 << action.number());
    answer.reply(DEVLINK_ID, |e| {
        super::start(e, machine, &super::handle(machine, instance), DEVLINK_CMD_RELOAD);
        let performed = Bitfield32 { value: bits, selector: bits };
        e.attr_fixed(DEVLINK_ATTR_RELOAD_ACTIONS_PERFORMED, &performed);
    });
    Ok(())
}

/// The namespace to go to, if one is given (`devlink_netns_get`).
fn target(machine: &Machine, table: &Table<'_>, ext: &mut ExtAck) -> Result<Option<Option<String>>, Errno> {
    let spaces = [DEVLINK_ATTR_NETNS_PID, DEVLINK_ATTR_NETNS_FD, DEVLINK_ATTR_NETNS_ID];
    let mut refuse = |text| {
        ext.note.say(text);
        Err(Errno::EINVAL)
    };
    let found = match spaces.iter().filter(|attr| table.has(**attr)).count() {
        0 => return Ok(None),
        1 => match (table.u32(DEVLINK_ATTR_NETNS_PID), table.u32(DEVLINK_ATTR_NETNS_FD)) {
            (Some(pid), _) => machine.netns_of_process(pid),
            (_, Some(descriptor)) => machine.held_netns(descriptor as i32),
            // No number was ever given out.
            _ => None,
        },
        _ => return refuse("multiple netns identifying attributes specified"),
    };
    found.map_or_else(|| refuse("Unknown network namespace"), |found| Ok(Some(found)))
}

/// The limits that are asked for.
fn limits(table: &Table<'_>) -> Option<u32> {
    let bits = table.get(DEVLINK_ATTR_RELOAD_LIMITS)?.fixed::<Bitfield32>().ok()?;
    Some(bits.value & bits.selector)
}
