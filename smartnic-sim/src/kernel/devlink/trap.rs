//! Packet traps, their groups and their policers (`net/devlink/trap.c`).

use smartnic_core::device::{
    Trap, TrapAction, TrapGroup, TrapGroupChange, TrapPolicer, TrapPolicerChange, TrapStats,
};
use smartnic_netlink::codec::Encoder;
use smartnic_netlink::uapi::devlink::*;
use smartnic_netlink::uapi::netlink::NLA_F_NESTED;

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
    let id = table.u32(DEVLINK_ATTR_TRAP_POLICER_ID);
    let note = &mut ext.note;
    match command {
        DEVLINK_CMD_TRAP_GET => {
            let trap = machine.find_trap(instance, table.text(DEVLINK_ATTR_TRAP_NAME), note)?;
            answer.reply(DEVLINK_ID, |e| {
                write(e, machine, &machine.told_trap(instance, trap), DEVLINK_CMD_TRAP_NEW)
            });
            Ok(())
        }
        DEVLINK_CMD_TRAP_SET => {
            let trap = machine.find_trap(instance, table.text(DEVLINK_ATTR_TRAP_NAME), note)?;
            action.map_or(Ok(()), |action| machine.set_trap(instance, trap, action, note))
        }
        DEVLINK_CMD_TRAP_GROUP_GET => {
            let group = machine.find_trap_group(instance, table.text(DEVLINK_ATTR_TRAP_GROUP_NAME), note)?;
            answer.reply(DEVLINK_ID, |e| {
                write_group(
                    e,
                    machine,
                    &machine.told_trap_group(instance, group),
                    DEVLINK_CMD_TRAP_GROUP_NEW,
                );
            });
            Ok(())
        }
        DEVLINK_CMD_TRAP_GROUP_SET => {
            let group = machine.find_trap_group(instance, table.text(DEVLINK_ATTR_TRAP_GROUP_NAME), note)?;
            machine.set_trap_group(instance, group, &TrapGroupChange { action, policer: id }, note)
        }
        DEVLINK_CMD_TRAP_POLICER_GET => {
            let policer = machine.find_trap_policer(instance, id, note)?;
            answer.reply(DEVLINK_ID, |e| {
                write_policer(
                    e,
                    machine,
                    &machine.told_trap_policer(instance, policer),
                    DEVLINK_CMD_TRAP_POLICER_NEW,
                );
            });
            Ok(())
        }
        DEVLINK_CMD_TRAP_POLICER_SET => {
            let policer = machine.find_trap_policer(instance, id, note)?;
            let change = TrapPolicerChange {
                rate: table.u64(DEVLINK_ATTR_TRAP_POLICER_RATE),
                burst: table.u64(DEVLINK_ATTR_TRAP_POLICER_BURST),
            };
            machine.set_trap_policer(instance, policer, &change, note)
        }
        _ => Err(Errno::EOPNOTSUPP),
    }
}

/// Answers with the traps, groups or policers of an instance.
pub(super) fn dump(machine: &Machine, instance: Instance, command: u8, answer: &mut Answer) {
    match command {
        DEVLINK_CMD_TRAP_GET => {
            for trap in machine.traps(instance) {
                answer.part(DEVLINK_ID, |e| {
                    write(e, machine, &machine.told_trap(instance, trap), DEVLINK_CMD_TRAP_NEW)
                });
            }
        }
        DEVLINK_CMD_TRAP_GROUP_GET => {
            for group in machine.trap_groups(instance) {
                answer.part(DEVLINK_ID, |e| {
                    write_group(
                        e,
                        machine,
                        &machine.told_trap_group(instance, group),
                        DEVLINK_CMD_TRAP_GROUP_NEW,
                    );
                });
            }
        }
        _ => {
            for policer in machine.trap_policers(instance) {
                answer.part(DEVLINK_ID, |e| {
                    write_policer(
                        e,
                        machine,
                        &machine.told_trap_policer(instance, policer),
                        DEVLINK_CMD_TRAP_POLICER_NEW,
                    );
                });
            }
        }
    }
}

/// Writes a trap (`devlink_nl_trap_fill`).
pub(in crate::kernel) fn write(e: &mut Encoder<'_>, machine: &Machine, trap: &Trap, command: u8) {
    super::start(e, machine, &trap.device, command);
    e.text(DEVLINK_ATTR_TRAP_GROUP_NAME, &trap.group);
    e.text(DEVLINK_ATTR_TRAP_NAME, &trap.name);
    e.u8(DEVLINK_ATTR_TRAP_TYPE, trap.kind.number());
    if trap.generic {
        e.flag(DEVLINK_ATTR_TRAP_GENERIC);
    }
    e.u8(DEVLINK_ATTR_TRAP_ACTION, trap.action.number());
    e.nest(DEVLINK_ATTR_TRAP_METADATA | NLA_F_NESTED, |e| {
        trap.metadata.iter().for_each(|kind| e.flag(kind.number()));
    });
    write_stats(e, trap.stats);
}

/// Writes a group (`devlink_nl_trap_group_fill`).
pub(in crate::kernel) fn write_group(e: &mut Encoder<'_>, machine: &Machine, group: &TrapGroup, command: u8) {
    super::start(e, machine, &group.device, command);
    e.text(DEVLINK_ATTR_TRAP_GROUP_NAME, &group.name);
    if group.generic {
        e.flag(DEVLINK_ATTR_TRAP_GENERIC);
    }
    if let Some(policer) = group.policer {
        e.u32(DEVLINK_ATTR_TRAP_POLICER_ID, policer);
    }
    write_stats(e, group.stats);
}

/// Writes a policer (`devlink_nl_trap_policer_fill`).
pub(in crate::kernel) fn write_policer(
    e: &mut Encoder<'_>,
    machine: &Machine,
    policer: &TrapPolicer,
    command: u8,
) {
    super::start(e, machine, &policer.device, command);
    e.u32(DEVLINK_ATTR_TRAP_POLICER_ID, policer.id);
    e.u64(DEVLINK_ATTR_TRAP_POLICER_RATE, policer.rate);
    e.u64(DEVLINK_ATTR_TRAP_POLICER_BURST, policer.burst);
    if let Some(stats) = policer.stats {
        write_stats(e, stats);
    }
}

fn write_stats(e: &mut Encoder<'_>, stats: TrapStats) {
    let TrapStats { bytes, packets, dropped } = stats;
    let counts = [
        (DEVLINK_ATTR_STATS_RX_DROPPED, dropped),
        (DEVLINK_ATTR_STATS_RX_PACKETS, packets),
        (DEVLINK_ATTR_STATS_RX_BYTES, bytes),
    ];
    e.nest(DEVLINK_ATTR_STATS | NLA_F_NESTED, |e| {
        for (kind, count) in counts {
            if let Some(count) = count {
                e.u64(kind as u16, count);
            }
        }
    });
}
