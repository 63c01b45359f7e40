//! Packet traps and their groups (`net/devlink/trap.c`). None of these drivers has policers.

use smartnic_core::device::TrapAction;
use smartnic_netlink::codec::Encoder;
use smartnic_netlink::uapi::devlink::*;
use smartnic_netlink::uapi::netlink::NLA_F_NESTED;

use crate::driver::TrapSpec;
use crate::errno::Errno;
use crate::kernel::answer::{Answer, ExtAck};
use crate::kernel::control::DEVLINK_ID;
use crate::kernel::table::{Policy, Shape, Table};
use crate::model::{Instance, Machine};

const NAME: Policy = (DEVLINK_ATTR_TRAP_NAME, Shape::NulText, None);
const GROUP: Policy = (DEVLINK_ATTR_TRAP_GROUP_NAME, Shape::NulText, None);
const POLICER: Policy = (DEVLINK_ATTR_TRAP_POLICER_ID, Shape::U32, None);
const ACTION: Policy = (DEVLINK_ATTR_TRAP_ACTION, Shape::U8, Some(DEVLINK_TRAP_ACTION_MIRROR as u64));

/// The attributes of a command; none if it is not one of these.
pub(super) fn policy(command: u8, dumps: bool) -> Option<&'static [Policy]> {
    Some(match command {
        DEVLINK_CMD_TRAP_GET | DEVLINK_CMD_TRAP_GROUP_GET | DEVLINK_CMD_TRAP_POLICER_GET if dumps => &[],
        DEVLINK_CMD_TRAP_GET => &[NAME],
        DEVLINK_CMD_TRAP_SET => &[NAME, ACTION],
        DEVLINK_CMD_TRAP_GROUP_GET => &[GROUP],
        DEVLINK_CMD_TRAP_GROUP_SET => &[GROUP, ACTION, POLICER],
        DEVLINK_CMD_TRAP_POLICER_GET => &[POLICER],
        DEVLINK_CMD_TRAP_POLICER_SET => &[
            POLICER,
            (DEVLINK_ATTR_TRAP_POLICER_RATE, Shape::U64, None),
            (DEVLINK_ATTR_TRAP_POLICER_BURST, Shape::U64, None),
        ],
        _ => return None,
    })
}

/// Carries out a command on one trap, group or policer.
pub(super) fn serve(
    machine: &mut Machine,
    instance: Instance,
    command: u8,
    table: &Table<'_>,
    answer: &mut Answer,
    ext: &mut ExtAck,
) -> Result<(), Errno> {
    let action = table.u8(DEVLINK_ATTR_TRAP_ACTION).map(TrapAction::from_number);
    match command {
        DEVLINK_CMD_TRAP_GET | DEVLINK_CMD_TRAP_SET => {
            let trap = find(machine, instance, table, ext)?;
            match (command, action) {
                (DEVLINK_CMD_TRAP_GET, _) => {
                    answer.reply(DEVLINK_ID, |e| {
                        write(e, machine, instance, trap, DEVLINK_CMD_TRAP_NEW);
                    });
                    Ok(())
                }
                (_, Some(action)) => machine.set_trap(instance, trap, action, &mut ext.note),
                (_, None) => Ok(()),
            }
        }
        DEVLINK_CMD_TRAP_GROUP_GET | DEVLINK_CMD_TRAP_GROUP_SET => {
            let group = find_group(machine, instance, table, ext)?;
            if command == DEVLINK_CMD_TRAP_GROUP_GET {
                answer.reply(DEVLINK_ID, |e| {
                    write_group(e, machine, instance, group, DEVLINK_CMD_TRAP_GROUP_NEW);
                });
                return Ok(());
            }
            if let Some(action) = action {
                machine.set_trap_group(instance, group, action, &mut ext.note)?;
            }
            if !table.has(DEVLINK_ATTR_TRAP_POLICER_ID) {
                return Ok(());
            }
            if action.is_some() {
                ext.note.say("Trap group set failed, but some changes were committed already");
            }
            Err(Errno::EOPNOTSUPP)
        }
        _ => Err(Errno::EOPNOTSUPP),
    }
}

fn find(
    machine: &Machine,
    instance: Instance,
    table: &Table<'_>,
    ext: &mut ExtAck,
) -> Result<&'static TrapSpec, Errno> {
    let traps = machine.traps(instance);
    if traps.is_empty() {
        return Err(Errno::EOPNOTSUPP);
    }
    let name = table.text(DEVLINK_ATTR_TRAP_NAME);
    traps.iter().find(|trap| Some(trap.name) == name).ok_or_else(|| {
        ext.note.say("Device did not register this trap");
        Errno::ENOENT
    })
}

fn find_group(
    machine: &Machine,
    instance: Instance,
    table: &Table<'_>,
    ext: &mut ExtAck,
) -> Result<&'static str, Errno> {
    let groups = machine.trap_groups(instance);
    if groups.is_empty() {
        return Err(Errno::EOPNOTSUPP);
    }
    let name = table.text(DEVLINK_ATTR_TRAP_GROUP_NAME);
    groups.iter().find(|group| Some(**group) == name).copied().ok_or_else(|| {
        ext.note.say("Device did not register this trap group");
        Errno::ENOENT
    })
}

/// Answers with the traps or groups of an instance.
pub(super) fn dump(machine: &Machine, instance: Instance, command: u8, answer: &mut Answer) {
    match command {
        DEVLINK_CMD_TRAP_GET => {
            for trap in machine.traps(instance) {
                answer.part(DEVLINK_ID, |e| write(e, machine, instance, trap, DEVLINK_CMD_TRAP_NEW));
            }
        }
        DEVLINK_CMD_TRAP_GROUP_GET => {
            for group in machine.trap_groups(instance) {
                answer.part(DEVLINK_ID, |e| {
                    write_group(e, machine, instance, group, DEVLINK_CMD_TRAP_GROUP_NEW);
                });
            }
        }
        _ => {}
    }
}

/// Writes a trap (`devlink_nl_trap_fill`).
pub(in crate::kernel) fn write(
    e: &mut Encoder<'_>,
    machine: &Machine,
    instance: Instance,
    trap: &TrapSpec,
    command: u8,
) {
    super::start(e, machine, &super::handle(machine, instance), command);
    e.text(DEVLINK_ATTR_TRAP_GROUP_NAME, trap.group);
    e.text(DEVLINK_ATTR_TRAP_NAME, trap.name);
    e.u8(DEVLINK_ATTR_TRAP_TYPE, trap.kind.number());
    e.flag(DEVLINK_ATTR_TRAP_GENERIC);
    e.u8(DEVLINK_ATTR_TRAP_ACTION, machine.trap_action(instance, trap).number());
    e.nest(DEVLINK_ATTR_TRAP_METADATA | NLA_F_NESTED, |e| {
        e.flag(DEVLINK_ATTR_TRAP_METADATA_TYPE_IN_PORT as u16);
    });
    write_stats(e);
}

/// Writes a group (`devlink_nl_trap_group_fill`).
pub(in crate::kernel) fn write_group(
    e: &mut Encoder<'_>,
    machine: &Machine,
    instance: Instance,
    group: &str,
    command: u8,
) {
    super::start(e, machine, &super::handle(machine, instance), command);
    e.text(DEVLINK_ATTR_TRAP_GROUP_NAME, group);
    e.flag(DEVLINK_ATTR_TRAP_GENERIC);
    write_stats(e);
}

/// Nothing that a trap would take ever passes here: the datapath knows rules only.
fn write_stats(e: &mut Encoder<'_>) {
    e.nest(DEVLINK_ATTR_STATS | NLA_F_NESTED, |e| {
        e.u64(DEVLINK_ATTR_STATS_RX_PACKETS as u16, 0);
        e.u64(DEVLINK_ATTR_STATS_RX_BYTES as u16, 0);
    });
}
