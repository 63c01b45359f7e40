//! Health reporters (`net/devlink/health.c`).

use smartnic_core::device::{Fmsg, ReporterChange};
use smartnic_netlink::codec::Encoder;
use smartnic_netlink::uapi::devlink::*;

use super::fmsg;
use crate::errno::Errno;
use crate::kernel::answer::{Answer, ExtAck};
use crate::kernel::control::DEVLINK_ID;
use crate::kernel::table::{Policy, Shape, Table};
use crate::model::{Instance, Machine, ReporterName};

const PORT: Policy = (DEVLINK_ATTR_PORT_INDEX, Shape::U32, None);
const NAME: Policy = (DEVLINK_ATTR_HEALTH_REPORTER_NAME, Shape::NulText, None);

/// The attributes of a command; none if it is not one of these.
pub(super) fn policy(command: u8) -> Option<&'static [Policy]> {
    Some(match command {
        DEVLINK_CMD_HEALTH_REPORTER_SET => &[
            PORT,
            NAME,
            (DEVLINK_ATTR_HEALTH_REPORTER_GRACEFUL_PERIOD, Shape::U64, None),
            (DEVLINK_ATTR_HEALTH_REPORTER_AUTO_RECOVER, Shape::U8, None),
            (DEVLINK_ATTR_HEALTH_REPORTER_AUTO_DUMP, Shape::U8, None),
            (DEVLINK_ATTR_HEALTH_REPORTER_BURST_PERIOD, Shape::U64, None),
        ],
        DEVLINK_CMD_HEALTH_REPORTER_GET
        | DEVLINK_CMD_HEALTH_REPORTER_RECOVER
        | DEVLINK_CMD_HEALTH_REPORTER_DIAGNOSE
        | DEVLINK_CMD_HEALTH_REPORTER_DUMP_GET
        | DEVLINK_CMD_HEALTH_REPORTER_DUMP_CLEAR
        | DEVLINK_CMD_HEALTH_REPORTER_TEST => &[PORT, NAME],
        _ => return None,
    })
}

/// Carries out a command on one reporter.
pub(super) fn serve(
    machine: &mut Machine,
    instance: Instance,
    command: u8,
    table: &Table<'_>,
    answer: &mut Answer,
    ext: &mut ExtAck,
) -> Result<(), Errno> {
    let name = find(machine, instance, table)?;
    match command {
        DEVLINK_CMD_HEALTH_REPORTER_GET => {
            answer.reply(DEVLINK_ID, |e| write(e, machine, instance, name, command));
            Ok(())
        }
        DEVLINK_CMD_HEALTH_REPORTER_SET => {
            let yes = |attr| table.u8(attr).map(|value| value != 0);
            let change = ReporterChange {
                grace_period: table.u64(DEVLINK_ATTR_HEALTH_REPORTER_GRACEFUL_PERIOD),
                burst_period: table.u64(DEVLINK_ATTR_HEALTH_REPORTER_BURST_PERIOD),
                auto_recover: yes(DEVLINK_ATTR_HEALTH_REPORTER_AUTO_RECOVER),
                auto_dump: yes(DEVLINK_ATTR_HEALTH_REPORTER_AUTO_DUMP),
            };
            machine.set_reporter(instance, name, &change, &mut ext.note)
        }
        DEVLINK_CMD_HEALTH_REPORTER_RECOVER => machine.recover(instance, name),
        DEVLINK_CMD_HEALTH_REPORTER_DIAGNOSE => {
            let told = machine.diagnose(instance, name)?;
            for content in fmsg::messages(&told, fmsg::REPLY_ROOM) {
                answer.piece(DEVLINK_ID, |e| fmsg::write(e, command, &content));
            }
            answer.pieces_end();
            Ok(())
        }
        DEVLINK_CMD_HEALTH_REPORTER_DUMP_CLEAR => machine.clear_health_dump(instance, name),
        // None of these drivers can let its device have an error.
        _ => Err(Errno::EOPNOTSUPP),
    }
}

/// Answers with the reporters of an instance, or with those of one port (`devlink_nl_health_reporter_get_dump_one`).
pub(super) fn dump(machine: &Machine, instance: Instance, table: &Table<'_>, answer: &mut Answer) {
    let port = table.u32(DEVLINK_ATTR_PORT_INDEX);
    for name in machine.reporters(instance) {
        if port.is_none() || port == name.port {
            answer.part(DEVLINK_ID, |e| {
                write(e, machine, instance, name, DEVLINK_CMD_HEALTH_REPORTER_GET);
            });
        }
    }
}

/// Answers with the dump of an error (`devlink_nl_health_reporter_dump_get_dumpit`).
pub(super) fn dump_get(
    machine: &mut Machine,
    instance: Result<Instance, Errno>,
    table: &Table<'_>,
    answer: &mut Answer,
) -> Result<(), Errno> {
    // Of whatever cannot be found it says the same.
    let instance = instance.map_err(|_| Errno::EINVAL)?;
    let name = find(machine, instance, table)?;
    let told: Fmsg = machine.health_dump(instance, name)?;
    for content in fmsg::messages(&told, fmsg::DUMP_ROOM) {
        answer.part(DEVLINK_ID, |e| fmsg::write(e, DEVLINK_CMD_HEALTH_REPORTER_DUMP_GET, &content));
    }
    Ok(())
}

fn find(machine: &Machine, instance: Instance, table: &Table<'_>) -> Result<ReporterName, Errno> {
    let name = table.text(DEVLINK_ATTR_HEALTH_REPORTER_NAME).ok_or(Errno::EINVAL)?;
    machine.find_reporter(instance, table.u32(DEVLINK_ATTR_PORT_INDEX), name)
}

/// Writes a reporter (`devlink_nl_health_reporter_fill`).
pub(in crate::kernel) fn write(
    e: &mut Encoder<'_>,
    machine: &Machine,
    instance: Instance,
    name: ReporterName,
    command: u8,
) {
    super::start(e, machine, &super::handle(machine, instance), command);
    if let Some(port) = name.port {
        e.u32(DEVLINK_ATTR_PORT_INDEX, port);
    }
    let state = machine.reporter_state(instance, name);
    e.nest(DEVLINK_ATTR_HEALTH_REPORTER, |e| {
        e.text(DEVLINK_ATTR_HEALTH_REPORTER_NAME, name.spec.name);
        e.u8(DEVLINK_ATTR_HEALTH_REPORTER_STATE, u8::from(state.error.is_some()));
        e.u64(DEVLINK_ATTR_HEALTH_REPORTER_ERR_COUNT, state.errors);
        e.u64(DEVLINK_ATTR_HEALTH_REPORTER_RECOVER_COUNT, state.recoveries);
        if name.spec.recovers.is_some() {
            e.u64(DEVLINK_ATTR_HEALTH_REPORTER_GRACEFUL_PERIOD, state.grace_period);
            e.u64(DEVLINK_ATTR_HEALTH_REPORTER_BURST_PERIOD, state.burst_period);
            e.u8(DEVLINK_ATTR_HEALTH_REPORTER_AUTO_RECOVER, u8::from(state.auto_recover));
        }
        if let Some(dump) = &state.dump {
            e.u64(DEVLINK_ATTR_HEALTH_REPORTER_DUMP_TS, dump.at_ms);
            e.u64(DEVLINK_ATTR_HEALTH_REPORTER_DUMP_TS_NS, dump.wall_ns());
        }
        if name.spec.dump.is_some() {
            e.u8(DEVLINK_ATTR_HEALTH_REPORTER_AUTO_DUMP, u8::from(state.auto_dump));
        }
    });
}
