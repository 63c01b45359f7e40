//! The devlink family: instances, ports, eswitch, information, parameters.

mod device;
mod eswitch;
mod info;
mod param;
mod port;

use smartnic_netlink::codec::{Attrs, Encoder, Flags, GenlHeader};
use smartnic_netlink::uapi::devlink::*;

use super::answer::{Answer, ExtAck};
use super::control::DEVLINK_ID;
use super::table::{Policy, Request, Shape, Strictness, Table};
use crate::errno::Errno;
use crate::model::{Instance, Machine};

pub(super) use device::write as write_device;
pub(super) use param::write as write_param;
pub(super) use port::write as write_port;

/// The attributes of every request; each command adds its own.
const HANDLE: [Policy; 3] = [
    (DEVLINK_ATTR_BUS_NAME, Shape::NulText, None),
    (DEVLINK_ATTR_DEV_NAME, Shape::NulText, None),
    (DEVLINK_ATTR_INDEX, Shape::Uint, None),
];

pub(super) fn serve(
    machine: &mut Machine,
    request: &Request<'_>,
    answer: &mut Answer,
    ext: &mut ExtAck,
) -> Result<(), Errno> {
    let (header, attrs) = GenlHeader::split(request.payload).map_err(|_| Errno::EINVAL)?;
    let dumps = request.header.flags.contains(Flags::DUMP);
    let command = header.command;
    let sets = matches!(command, DEVLINK_CMD_ESWITCH_GET | DEVLINK_CMD_ESWITCH_SET | DEVLINK_CMD_PARAM_SET);
    if sets && dumps {
        return Err(Errno::EOPNOTSUPP);
    }
    if sets && !request.admin {
        return Err(Errno::EPERM);
    }
    let own: &[Policy] = match command {
        DEVLINK_CMD_GET | DEVLINK_CMD_INFO_GET | DEVLINK_CMD_ESWITCH_GET => &[],
        DEVLINK_CMD_PORT_GET => &[(DEVLINK_ATTR_PORT_INDEX, Shape::U32, None)],
        DEVLINK_CMD_ESWITCH_SET => &eswitch::POLICY,
        DEVLINK_CMD_PARAM_GET | DEVLINK_CMD_PARAM_SET => &param::POLICY,
        _ => return Err(Errno::EOPNOTSUPP),
    };
    let policy = [&HANDLE[..], own].concat();
    // Only these dumps can be limited to one instance, and they are read strictly.
    let filters = matches!(command, DEVLINK_CMD_PORT_GET | DEVLINK_CMD_PARAM_GET);
    let strictness = match dumps && filters {
        true => Strictness::Strict(DEVLINK_ATTR_INDEX),
        false => Strictness::Liberal,
    };
    let table = Table::read(request, Attrs::new(attrs), &policy, strictness, ext)?;
    if dumps {
        return dump(machine, command, filters.then_some(&table), answer);
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
        _ => param::set(machine, instance, &table, ext),
    }
}

fn dump(
    machine: &Machine,
    command: u8,
    filter: Option<&Table<'_>>,
    answer: &mut Answer,
) -> Result<(), Errno> {
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
        return machine.instances().get(index as usize).copied().ok_or(Errno::ENODEV);
    }
    match named {
        (Some(bus), Some(device)) => machine.instance(bus, device).ok_or(Errno::ENODEV),
        _ => Err(Errno::EINVAL),
    }
}

/// Starts a message about an instance.
pub(super) fn start(e: &mut Encoder<'_>, machine: &Machine, device: &str, command: u8) {
    e.fixed(&GenlHeader { command, version: DEVLINK_GENL_VERSION, reserved: 0 });
    e.text(DEVLINK_ATTR_BUS_NAME, "pci");
    e.text(DEVLINK_ATTR_DEV_NAME, device);
    // An instance that went has no place in the list any more.
    if let Some(index) = machine.instance_index(device) {
        e.u32(DEVLINK_ATTR_INDEX, index);
    }
}

fn name(machine: &Machine, instance: Instance) -> String {
    machine.address_of(instance).map(|address| address.to_string()).unwrap_or_default()
}
