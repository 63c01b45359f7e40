//! The devlink family: instances, ports, eswitch, information, parameters.

mod buffer;
mod device;
mod eswitch;
mod filter;
mod flash;
mod fmsg;
mod health;
mod info;
mod linecard;
mod object;
mod param;
mod pipeline;
mod port;
mod rate;
mod region;
mod reload;
mod resource;
mod selftest;
mod trap;
mod upkeep;

use smartnic_core::types::DevlinkHandle;
use smartnic_netlink::codec::{Attrs, Encoder, Flags, GenlHeader};
use smartnic_netlink::uapi::devlink::*;

use super::answer::{Answer, ExtAck};
use super::control::DEVLINK_ID;
use super::table::{Policy, Request, Shape, Strictness, Table};
use crate::errno::Errno;
use crate::model::{Instance, Machine};

pub(super) use device::write as write_device;
pub(super) use filter::{DevlinkFilter, DevlinkSubject};
pub(super) use flash::write as write_flash;
pub(super) use health::write as write_reporter;
pub(super) use linecard::write as write_card;
pub(super) use param::write as write_param;
pub(super) use port::write as write_port;
pub(super) use rate::write as write_rate;
pub(super) use region::{write_new as write_region, write_snapshot};
pub(super) use trap::{
    write as write_trap, write_group as write_trap_group, write_policer as write_trap_policer,
};

/// The attributes of every request; each command adds its own.
const HANDLE: [Policy; 3] = [
    (DEVLINK_ATTR_BUS_NAME, Shape::NulText, None),
    (DEVLINK_ATTR_DEV_NAME, Shape::NulText, None),
    (DEVLINK_ATTR_INDEX, Shape::Uint, None),
];

/// The commands of the objects that have theirs in a table.
pub(super) fn objects() -> impl Iterator<Item = &'static object::Command> {
    let switches = [buffer::COMMANDS, pipeline::COMMANDS, linecard::COMMANDS];
    [rate::COMMANDS, flash::COMMANDS, selftest::COMMANDS].into_iter().chain(switches).flatten()
}

pub(super) fn serve(
    machine: &mut Machine,
    request: &Request<'_>,
    answer: &mut Answer,
    ext: &mut ExtAck,
) -> Result<(), Errno> {
    let (header, attrs) = GenlHeader::split(request.payload).map_err(|_| Errno::EINVAL)?;
    let dumps = request.header.flags.contains(Flags::DUMP);
    let command = header.command;
    if let Some(own) = upkeep::policy(command, dumps) {
        return upkeep::serve(machine, (command, dumps), (request, attrs, own), answer, ext);
    }
    if let Some(command) = objects().find(|object| object.number == command) {
        return command.serve(machine, request, attrs, answer, ext);
    }
    let Some(rules) = rules(command) else { return Err(Errno::EOPNOTSUPP) };
    if dumps && !rules.dumps {
        return Err(Errno::EOPNOTSUPP);
    }
    if rules.admin && !request.admin {
        return Err(Errno::EPERM);
    }
    let own = match (dumps, command) {
        (true, DEVLINK_CMD_RESOURCE_DUMP) => &resource::DUMP_POLICY,
        _ => rules.policy,
    };
    let policy = [&HANDLE[..], own].concat();
    // Only these dumps can be limited to one instance, and they are read strictly.
    let filters = matches!(command, DEVLINK_CMD_PORT_GET | DEVLINK_CMD_PARAM_GET | DEVLINK_CMD_RESOURCE_DUMP);
    let strictness = match (dumps && filters, command) {
        (true, DEVLINK_CMD_RESOURCE_DUMP) => Strictness::Strict(DEVLINK_ATTR_RESOURCE_SCOPE_MASK),
        (true, _) => Strictness::Strict(DEVLINK_ATTR_INDEX),
        _ => Strictness::Liberal,
    };
    let table = Table::read(request, Attrs::new(attrs), &policy, strictness, ext)?;
    if dumps {
        return dump(machine, command, filters.then_some(&table), answer, ext);
    }
    // What the socket hears is set where the socket is known.
    if command == DEVLINK_CMD_NOTIFY_FILTER_SET {
        return Ok(());
    }
    let instance = find(machine, &table)?;
    match command {
        DEVLINK_CMD_GET => {
            answer.reply(DEVLINK_ID, |e| device::write(e, machine, instance, DEVLINK_CMD_NEW));
            Ok(())
        }
        DEVLINK_CMD_INFO_GET => {
            answer.reply(DEVLINK_ID, |e| info::write(e, machine, instance));
            Ok(())
        }
        DEVLINK_CMD_PORT_GET => port::get(machine, instance, &table, answer),
        DEVLINK_CMD_ESWITCH_GET => eswitch::get(machine, instance, answer),
        DEVLINK_CMD_ESWITCH_SET => eswitch::set(machine, instance, &table, ext),
        DEVLINK_CMD_PARAM_GET => param::get(machine, instance, &table, answer, ext),
        DEVLINK_CMD_PARAM_SET => param::set(machine, instance, &table, ext),
        DEVLINK_CMD_PORT_SET => port::set(machine, instance, request, &table, ext),
        DEVLINK_CMD_PORT_SPLIT => port::split(machine, instance, &table, false, ext),
        DEVLINK_CMD_PORT_UNSPLIT => port::split(machine, instance, &table, true, ext),
        DEVLINK_CMD_PORT_NEW => port::new(machine, instance, &table, answer, ext),
        DEVLINK_CMD_PORT_DEL => port::del(machine, instance, &table),
        DEVLINK_CMD_RELOAD => reload::run(machine, instance, &table, answer, ext),
        DEVLINK_CMD_RESOURCE_DUMP => resource::get(machine, instance, &table, answer),
        DEVLINK_CMD_RESOURCE_SET => resource::set(machine, instance, &table, ext),
        // The kernel has these commands and no driver with such parameters.
        DEVLINK_CMD_PORT_PARAM_GET | DEVLINK_CMD_PORT_PARAM_SET => {
            ext.note.say("Port params are not supported");
            Err(Errno::EINVAL)
        }
        _ => Err(Errno::EOPNOTSUPP),
    }
}

/// What must be so before a command is looked at (`devlink_nl_ops`).
struct Rules {
    admin: bool,
    dumps: bool,
    policy: &'static [Policy],
}

/// The rules of a command; none if this kernel does not have it.
fn rules(command: u8) -> Option<Rules> {
    let rules = |admin, dumps, policy| Some(Rules { admin, dumps, policy });
    match command {
        DEVLINK_CMD_GET | DEVLINK_CMD_INFO_GET => rules(false, true, &[]),
        DEVLINK_CMD_ESWITCH_GET => rules(true, false, &[]),
        DEVLINK_CMD_ESWITCH_SET => rules(true, false, &eswitch::POLICY),
        DEVLINK_CMD_PORT_GET => rules(false, true, &[port::INDEX]),
        DEVLINK_CMD_PORT_SET => rules(true, false, &port::SET_POLICY),
        DEVLINK_CMD_PORT_SPLIT => rules(true, false, &port::SPLIT_POLICY),
        DEVLINK_CMD_PORT_UNSPLIT | DEVLINK_CMD_PORT_DEL => rules(true, false, &[port::INDEX]),
        DEVLINK_CMD_PORT_NEW => rules(true, false, &port::NEW_POLICY),
        DEVLINK_CMD_PARAM_GET => rules(false, true, &param::POLICY),
        DEVLINK_CMD_PARAM_SET => rules(true, false, &param::POLICY),
        DEVLINK_CMD_PORT_PARAM_GET => rules(false, true, &[port::INDEX]),
        DEVLINK_CMD_PORT_PARAM_SET => rules(true, false, &[port::INDEX]),
        DEVLINK_CMD_RELOAD => rules(true, false, &reload::POLICY),
        DEVLINK_CMD_RESOURCE_DUMP => rules(false, true, &[port::INDEX]),
        DEVLINK_CMD_RESOURCE_SET => rules(true, false, &resource::SET_POLICY),
        DEVLINK_CMD_NOTIFY_FILTER_SET => rules(false, false, &[port::INDEX]),
        _ => None,
    }
}

/// Whether a command changes something.
pub(super) fn changes(command: u8) -> bool {
    // Reading the eswitch needs the rights of a change and is none.
    let is_changed = |object: &object::Command| object.number == command && object.changes;
    let by_rules = command != DEVLINK_CMD_ESWITCH_GET && rules(command).is_some_and(|rules| rules.admin);
    by_rules || upkeep::changes(command) || objects().any(is_changed)
}

fn dump(
    machine: &Machine,
    command: u8,
    filter: Option<&Table<'_>>,
    answer: &mut Answer,
    ext: &mut ExtAck,
) -> Result<(), Errno> {
    if command == DEVLINK_CMD_PORT_PARAM_GET {
        answer.done();
        return Ok(());
    }
    if let (DEVLINK_CMD_RESOURCE_DUMP, Some(table)) = (command, filter)
        && !resource::of_devices(table, ext)?
    {
        answer.done();
        return Ok(());
    }
    let names = [DEVLINK_ATTR_BUS_NAME, DEVLINK_ATTR_DEV_NAME, DEVLINK_ATTR_INDEX];
    let instances = match filter.filter(|table| names.iter().any(|name| table.has(*name))) {
        Some(table) => vec![find(machine, table)?],
        None => machine.instances(),
    };
    for instance in instances {
        match command {
            DEVLINK_CMD_GET => {
                answer.part(DEVLINK_ID, |e| device::write(e, machine, instance, DEVLINK_CMD_NEW))
            }
            DEVLINK_CMD_INFO_GET => answer.part(DEVLINK_ID, |e| info::write(e, machine, instance)),
            DEVLINK_CMD_PORT_GET => {
                for port in machine.devlink_ports(instance) {
                    answer.part(DEVLINK_ID, |e| port::write(e, machine, &port, DEVLINK_CMD_PORT_NEW));
                }
            }
            DEVLINK_CMD_RESOURCE_DUMP => resource::part(machine, instance, answer),
            _ => {
                for (spec, state) in machine.params(instance) {
                    answer.part(DEVLINK_ID, |e| {
                        param::write(e, machine, instance, spec, state, DEVLINK_CMD_PARAM_GET);
                    });
                }
            }
        }
    }
    answer.done();
    Ok(())
}

/// The instance that a request names (`devlink_get_from_attrs_lock`).
fn find(machine: &Machine, table: &Table<'_>) -> Result<Instance, Errno> {
    let named = (table.text(DEVLINK_ATTR_BUS_NAME), table.text(DEVLINK_ATTR_DEV_NAME));
    if let Some(attr) = table.get(DEVLINK_ATTR_INDEX) {
        if named != (None, None) {
            return Err(Errno::EINVAL);
        }
        let index = attr.uint().map_err(|_| Errno::EINVAL)?;
        return machine.instance_at(index as usize).ok_or(Errno::ENODEV);
    }
    match named {
        (Some(bus), Some(device)) => machine.instance(bus, device).ok_or(Errno::ENODEV),
        _ => Err(Errno::EINVAL),
    }
}

/// Starts a message about an instance.
pub(super) fn start(e: &mut Encoder<'_>, machine: &Machine, device: &DevlinkHandle, command: u8) {
    e.fixed(&GenlHeader { command, version: DEVLINK_GENL_VERSION, reserved: 0 });
    name(e, machine, device);
}

/// Writes the name and the number of an instance (`devlink_nl_put_handle`).
fn name(e: &mut Encoder<'_>, machine: &Machine, device: &DevlinkHandle) {
    e.text(DEVLINK_ATTR_BUS_NAME, &device.bus);
    e.text(DEVLINK_ATTR_DEV_NAME, &device.device);
    // An instance that went has no place in the list any more.
    if let Some(index) = machine.instance_index(device) {
        e.u32(DEVLINK_ATTR_INDEX, index);
    }
}

fn handle(machine: &Machine, instance: Instance) -> DevlinkHandle {
    machine.handle_of(instance).unwrap_or_else(|| DevlinkHandle::new("", ""))
}
