use smartnic_core::device::Resource;
use smartnic_netlink::codec::Encoder;
use smartnic_netlink::uapi::devlink::*;

use crate::errno::Errno;
use crate::kernel::answer::{Answer, ExtAck};
use crate::kernel::control::DEVLINK_ID;
use crate::kernel::table::{Policy, Shape, Table};
use crate::model::{Instance, Machine};

pub(super) const DUMP_POLICY: [Policy; 1] = [(
    DEVLINK_ATTR_RESOURCE_SCOPE_MASK,
    Shape::U32,
    Some((DEVLINK_RESOURCE_SCOPE_DEV | DEVLINK_RESOURCE_SCOPE_PORT) as u64),
)];
pub(super) const SET_POLICY: [Policy; 2] =
    [(DEVLINK_ATTR_RESOURCE_ID, Shape::Bytes(8), None), (DEVLINK_ATTR_RESOURCE_SIZE, Shape::Bytes(8), None)];

/// The resources of one instance; of a port there are none here (`devlink_nl_resource_dump_doit`).
pub(super) fn get(
    machine: &Machine,
    instance: Instance,
    table: &Table<'_>,
    answer: &mut Answer,
) -> Result<(), Errno> {
    if let Some(index) = table.u32(DEVLINK_ATTR_PORT_INDEX) {
        machine.devlink_port_at(instance, index)?;
        return Err(Errno::EOPNOTSUPP);
    }
    let all = machine.resources(instance);
    if all.is_empty() {
        return Err(Errno::EOPNOTSUPP);
    }
    answer.reply_part(DEVLINK_ID, |e| write(e, machine, instance, &all));
    answer.reply_done();
    Ok(())
}

/// A part of a dump (`devlink_nl_resource_dump_one`).
pub(super) fn part(machine: &Machine, instance: Instance, answer: &mut Answer) {
    let all = machine.resources(instance);
    if !all.is_empty() {
        answer.part(DEVLINK_ID, |e| write(e, machine, instance, &all));
    }
}

/// Whether a dump is to tell of devices.
pub(super) fn of_devices(table: &Table<'_>, ext: &mut ExtAck) -> Result<bool, Errno> {
    match table.u32(DEVLINK_ATTR_RESOURCE_SCOPE_MASK) {
        None => Ok(true),
        Some(0) => {
            ext.note.say("empty resource scope selection");
            Err(Errno::EINVAL)
        }
        Some(mask) => Ok(mask & DEVLINK_RESOURCE_SCOPE_DEV != 0),
    }
}

pub(super) fn set(
    machine: &mut Machine,
    instance: Instance,
    table: &Table<'_>,
    ext: &mut ExtAck,
) -> Result<(), Errno> {
    for attr in [DEVLINK_ATTR_RESOURCE_ID, DEVLINK_ATTR_RESOURCE_SIZE] {
        if !table.has(attr) {
            ext.missing = Some((attr, None));
            return Err(Errno::EINVAL);
        }
    }
    let number = |attr| table.head(attr).map(u64::from_ne_bytes).ok_or(Errno::EINVAL);
    let (id, size) = (number(DEVLINK_ATTR_RESOURCE_ID)?, number(DEVLINK_ATTR_RESOURCE_SIZE)?);
    machine.set_resource(instance, id, size, &mut ext.note)
}

fn write(e: &mut Encoder<'_>, machine: &Machine, instance: Instance, all: &[Resource]) {
    super::start(e, machine, &super::handle(machine, instance), DEVLINK_CMD_RESOURCE_DUMP);
    e.nest(DEVLINK_ATTR_RESOURCE_LIST, |e| all.iter().for_each(|resource| one(e, resource)));
}

fn one(e: &mut Encoder<'_>, resource: &Resource) {
    e.nest(DEVLINK_ATTR_RESOURCE, |e| {
        e.text(DEVLINK_ATTR_RESOURCE_NAME, &resource.name);
        e.u64(DEVLINK_ATTR_RESOURCE_SIZE, resource.size);
        if let Some(new) = resource.size_new {
            e.u64(DEVLINK_ATTR_RESOURCE_SIZE_NEW, new);
        }
        e.u64(DEVLINK_ATTR_RESOURCE_ID, resource.id);
        e.u64(DEVLINK_ATTR_RESOURCE_SIZE_GRAN, resource.granularity);
        e.u64(DEVLINK_ATTR_RESOURCE_SIZE_MAX, resource.size_max);
        e.u64(DEVLINK_ATTR_RESOURCE_SIZE_MIN, resource.size_min);
        e.u8(DEVLINK_ATTR_RESOURCE_UNIT, resource.unit.number());
        if let Some(valid) = resource.size_valid {
            e.u8(DEVLINK_ATTR_RESOURCE_SIZE_VALID, u8::from(valid));
            e.nest(DEVLINK_ATTR_RESOURCE_LIST, |e| resource.parts.iter().for_each(|part| one(e, part)));
        }
    });
}
