//! Health reporters, regions and traps: which of their files a request goes to.

use smartnic_netlink::codec::Attrs;
use smartnic_netlink::uapi::devlink::*;

use super::{HANDLE, find, health, region, trap};
use crate::errno::Errno;
use crate::kernel::answer::{Answer, ExtAck};
use crate::kernel::table::{Policy, Request, Strictness, Table};
use crate::model::Machine;

/// Whether a command is about one of these objects and changes something.
pub(super) fn changes(command: u8) -> bool {
    matches!(
        command,
        DEVLINK_CMD_HEALTH_REPORTER_SET
            | DEVLINK_CMD_HEALTH_REPORTER_RECOVER
            | DEVLINK_CMD_HEALTH_REPORTER_DUMP_CLEAR
            | DEVLINK_CMD_HEALTH_REPORTER_TEST
            | DEVLINK_CMD_REGION_NEW
            | DEVLINK_CMD_REGION_DEL
            | DEVLINK_CMD_TRAP_SET
            | DEVLINK_CMD_TRAP_GROUP_SET
            | DEVLINK_CMD_TRAP_POLICER_SET
    )
}

/// The attributes of a command on one of these objects; none if it is about another.
pub(super) fn policy(command: u8, dumps: bool) -> Option<&'static [Policy]> {
    health::policy(command)
        .or_else(|| region::policy(command, dumps))
        .or_else(|| trap::policy(command, dumps))
}

/// Answers a request whose attributes are these.
pub(super) fn serve(
    machine: &mut Machine,
    (command, dumps): (u8, bool),
    (request, attrs, own): (&Request<'_>, &[u8], &[Policy]),
    answer: &mut Answer,
    ext: &mut ExtAck,
) -> Result<(), Errno> {
    let contents = matches!(command, DEVLINK_CMD_HEALTH_REPORTER_DUMP_GET | DEVLINK_CMD_REGION_READ);
    let tables = matches!(
        command,
        DEVLINK_CMD_HEALTH_REPORTER_GET
            | DEVLINK_CMD_REGION_GET
            | DEVLINK_CMD_TRAP_GET
            | DEVLINK_CMD_TRAP_GROUP_GET
            | DEVLINK_CMD_TRAP_POLICER_GET
    );
    if if dumps { !contents && !tables } else { contents } {
        return Err(Errno::EOPNOTSUPP);
    }
    let admin = changes(command) || contents || command == DEVLINK_CMD_HEALTH_REPORTER_DIAGNOSE;
    if admin && !request.admin {
        return Err(Errno::EPERM);
    }
    let policy = [&HANDLE[..], own].concat();
    let strictness = match dumps && tables {
        true => Strictness::Strict(DEVLINK_ATTR_INDEX),
        false => Strictness::Liberal,
    };
    let table = Table::read(request, Attrs::new(attrs), &policy, strictness, ext)?;
    if dumps && contents {
        let instance = find(machine, &table);
        let read = match command {
            DEVLINK_CMD_REGION_READ => region::read(machine, instance, request, &table, answer, ext),
            _ => health::dump_get(machine, instance, &table, answer),
        };
        // From here on the dump has begun: its end tells of a failure.
        match read {
            Ok(()) => answer.done(),
            Err(errno) => answer.fail(errno, ext),
        }
        return Ok(());
    }
    if dumps {
        let names = [DEVLINK_ATTR_BUS_NAME, DEVLINK_ATTR_DEV_NAME, DEVLINK_ATTR_INDEX];
        let instances = match names.iter().any(|name| table.has(*name)) {
            true => vec![find(machine, &table)?],
            false => machine.instances(),
        };
        for instance in instances {
            match command {
                DEVLINK_CMD_HEALTH_REPORTER_GET => health::dump(machine, instance, &table, answer),
                DEVLINK_CMD_REGION_GET => region::dump(machine, instance, answer),
                _ => trap::dump(machine, instance, command, answer),
            }
        }
        answer.done();
        return Ok(());
    }
    let instance = find(machine, &table)?;
    if health::policy(command).is_some() {
        health::serve(machine, instance, command, &table, answer, ext)
    } else if region::policy(command, false).is_some() {
        region::serve(machine, instance, command, &table, answer, ext)
    } else {
        trap::serve(machine, instance, command, &table, answer, ext)
    }
}
