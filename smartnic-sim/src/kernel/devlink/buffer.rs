//! Shared buffers (`net/devlink/sb.c`).

use smartnic_core::device::{
    BufferPool, Occupancy, PoolKind, PortPool, PortTc, SharedBuffer, TcBinding, ThresholdKind,
};
use smartnic_core::types::PortIndex;
use smartnic_netlink::codec::Encoder;
use smartnic_netlink::uapi::devlink::*;

use super::object::{Ask, Command};
use crate::errno::Errno;
use crate::kernel::answer::Answer;
use crate::kernel::control::DEVLINK_ID;
use crate::kernel::table::{Policy, Shape, Table};
use crate::model::{Instance, Machine};

const PORT: Policy = (DEVLINK_ATTR_PORT_INDEX, Shape::U32, None);
const BUFFER: Policy = (DEVLINK_ATTR_SB_INDEX, Shape::U32, None);
const POOL: Policy = (DEVLINK_ATTR_SB_POOL_INDEX, Shape::U16, None);
const KIND: Policy = (DEVLINK_ATTR_SB_POOL_TYPE, Shape::U8, Some(DEVLINK_SB_POOL_TYPE_EGRESS as u64));
const SIZE: Policy = (DEVLINK_ATTR_SB_POOL_SIZE, Shape::U32, None);
const THRESHOLDS: Policy =
    (DEVLINK_ATTR_SB_POOL_THRESHOLD_TYPE, Shape::U8, Some(DEVLINK_SB_THRESHOLD_TYPE_DYNAMIC as u64));
const THRESHOLD: Policy = (DEVLINK_ATTR_SB_THRESHOLD, Shape::U32, None);
const TC: Policy = (DEVLINK_ATTR_SB_TC_INDEX, Shape::U16, None);

pub(super) const COMMANDS: &[Command] = &[
    Command::read(DEVLINK_CMD_SB_GET, &[BUFFER], |machine, ask, answer, _| {
        let index = buffer(ask.table)?;
        let found = machine.buffers(ask.instance).into_iter().find(|one| one.index == index);
        let found = found.ok_or(Errno::ENODEV)?;
        answer.reply(DEVLINK_ID, |e| write(e, machine, &found));
        Ok(())
    })
    .listing(|machine, instance, answer| {
        for one in machine.buffers(instance) {
            answer.part(DEVLINK_ID, |e| write(e, machine, &one));
        }
    }),
    Command::read(DEVLINK_CMD_SB_POOL_GET, &[BUFFER, POOL], |machine, ask, answer, _| {
        let pool = pool(machine, ask)?;
        let all = machine.buffer_pools(ask.instance);
        let found = all.into_iter().find(|one| one.pool == pool).ok_or(Errno::EINVAL)?;
        answer.reply(DEVLINK_ID, |e| write_pool(e, machine, &found));
        Ok(())
    })
    .listing(|machine, instance, answer| {
        for one in machine.buffer_pools(instance) {
            answer.part(DEVLINK_ID, |e| write_pool(e, machine, &one));
        }
    }),
    Command::read(DEVLINK_CMD_SB_PORT_POOL_GET, &[PORT, BUFFER, POOL], |machine, ask, answer, _| {
        let port = port(machine, ask)?;
        let pool = pool(machine, ask)?;
        let mut all = machine.port_pools(ask.instance).into_iter();
        let found = all.find(|one| (one.port.index, one.pool) == (port, pool)).ok_or(Errno::EINVAL)?;
        answer.reply(DEVLINK_ID, |e| write_port_pool(e, machine, &found));
        Ok(())
    })
    .listing(|machine, instance, answer| {
        for one in machine.port_pools(instance) {
            answer.part(DEVLINK_ID, |e| write_port_pool(e, machine, &one));
        }
    }),
    Command::read(DEVLINK_CMD_SB_TC_POOL_BIND_GET, &[PORT, BUFFER, KIND, TC], |machine, ask, answer, _| {
        let tc = tc(machine, ask)?;
        let found = machine.tc_bindings(ask.instance).into_iter().find(|one| one.tc == tc);
        let found = found.ok_or(Errno::EINVAL)?;
        answer.reply(DEVLINK_ID, |e| write_binding(e, machine, &found));
        Ok(())
    })
    .listing(bindings),
    Command::change(DEVLINK_CMD_SB_POOL_SET, &[BUFFER, POOL, SIZE, THRESHOLDS], |machine, ask, _, ext| {
        let pool = pool(machine, ask)?;
        let kind = ask.table.u8(DEVLINK_ATTR_SB_POOL_THRESHOLD_TYPE).ok_or(Errno::EINVAL)?;
        let size = ask.table.u32(DEVLINK_ATTR_SB_POOL_SIZE).ok_or(Errno::EINVAL)?;
        let place = (buffer(ask.table)?, pool);
        machine.set_buffer_pool(ask.instance, place, size, ThresholdKind::from_number(kind), &mut ext.note)
    }),
    Command::change(
        DEVLINK_CMD_SB_PORT_POOL_SET,
        &[PORT, BUFFER, POOL, THRESHOLD],
        |machine, ask, _, ext| {
            let PortIndex(port) = port(machine, ask)?;
            let place = (buffer(ask.table)?, pool(machine, ask)?);
            let threshold = ask.table.u32(DEVLINK_ATTR_SB_THRESHOLD).ok_or(Errno::EINVAL)?;
            machine.set_port_pool(ask.instance, port, place, threshold, &mut ext.note)
        },
    ),
    Command::change(
        DEVLINK_CMD_SB_TC_POOL_BIND_SET,
        &[PORT, BUFFER, POOL, KIND, TC, THRESHOLD],
        |machine, ask, _, ext| {
            let tc = tc(machine, ask)?;
            let pool = pool(machine, ask)?;
            let threshold = ask.table.u32(DEVLINK_ATTR_SB_THRESHOLD).ok_or(Errno::EINVAL)?;
            machine.bind_tc(ask.instance, &tc, pool, threshold, &mut ext.note)
        },
    ),
    Command::change(DEVLINK_CMD_SB_OCC_SNAPSHOT, &[BUFFER], |machine, ask, _, _| {
        machine.snapshot_occupancy(ask.instance, buffer(ask.table)?)
    }),
    Command::change(DEVLINK_CMD_SB_OCC_MAX_CLEAR, &[BUFFER], |machine, ask, _, _| {
        machine.clear_max_occupancy(ask.instance, buffer(ask.table)?)
    }),
];

fn bindings(machine: &Machine, instance: Instance, answer: &mut Answer) {
    for one in machine.tc_bindings(instance) {
        answer.part(DEVLINK_ID, |e| write_binding(e, machine, &one));
    }
}

fn buffer(table: &Table<'_>) -> Result<u32, Errno> {
    table.u32(DEVLINK_ATTR_SB_INDEX).ok_or(Errno::EINVAL)
}

fn port(machine: &Machine, ask: &Ask<'_>) -> Result<PortIndex, Errno> {
    let port = ask.table.u32(DEVLINK_ATTR_PORT_INDEX).ok_or(Errno::EINVAL)?;
    machine.devlink_port_at(ask.instance, port).map(|port| PortIndex(port.index))
}

/// The pool that is named, of a buffer that is there (`devlink_sb_pool_index_get_from_attrs`).
fn pool(machine: &Machine, ask: &Ask<'_>) -> Result<u16, Errno> {
    there(machine, ask)?;
    let pool = ask.table.u16(DEVLINK_ATTR_SB_POOL_INDEX).ok_or(Errno::EINVAL)?;
    let known = machine.buffer_pools(ask.instance).iter().any(|one| one.pool == pool);
    known.then_some(pool).ok_or(Errno::EINVAL)
}

/// The traffic class that is named (`devlink_sb_tc_index_get_from_attrs`).
fn tc(machine: &Machine, ask: &Ask<'_>) -> Result<PortTc, Errno> {
    let index = port(machine, ask)?;
    there(machine, ask)?;
    let kind = ask.table.u8(DEVLINK_ATTR_SB_POOL_TYPE).ok_or(Errno::EINVAL)?;
    let tc = ask.table.u16(DEVLINK_ATTR_SB_TC_INDEX).ok_or(Errno::EINVAL)?;
    let port = super::handle(machine, ask.instance).port(index);
    Ok(PortTc { port, buffer: buffer(ask.table)?, tc, kind: PoolKind::from_number(kind) })
}

fn there(machine: &Machine, ask: &Ask<'_>) -> Result<(), Errno> {
    let index = buffer(ask.table)?;
    let known = machine.buffers(ask.instance).iter().any(|one| one.index == index);
    known.then_some(()).ok_or(Errno::ENODEV)
}

/// `devlink_nl_sb_fill`
fn write(e: &mut Encoder<'_>, machine: &Machine, one: &SharedBuffer) {
    super::start(e, machine, &one.device, DEVLINK_CMD_SB_NEW);
    e.u32(DEVLINK_ATTR_SB_INDEX, one.index);
    e.u32(DEVLINK_ATTR_SB_SIZE, one.size);
    e.u16(DEVLINK_ATTR_SB_INGRESS_POOL_COUNT, one.ingress_pools);
    e.u16(DEVLINK_ATTR_SB_EGRESS_POOL_COUNT, one.egress_pools);
    e.u16(DEVLINK_ATTR_SB_INGRESS_TC_COUNT, one.ingress_tcs);
    e.u16(DEVLINK_ATTR_SB_EGRESS_TC_COUNT, one.egress_tcs);
}

/// `devlink_nl_sb_pool_fill`
fn write_pool(e: &mut Encoder<'_>, machine: &Machine, one: &BufferPool) {
    super::start(e, machine, &one.device, DEVLINK_CMD_SB_POOL_NEW);
    e.u32(DEVLINK_ATTR_SB_INDEX, one.buffer);
    e.u16(DEVLINK_ATTR_SB_POOL_INDEX, one.pool);
    e.u8(DEVLINK_ATTR_SB_POOL_TYPE, one.kind.number());
    e.u32(DEVLINK_ATTR_SB_POOL_SIZE, one.size);
    e.u8(DEVLINK_ATTR_SB_POOL_THRESHOLD_TYPE, one.threshold_kind.number());
    if let Some(cell) = one.cell_size {
        e.u32(DEVLINK_ATTR_SB_POOL_CELL_SIZE, cell);
    }
}

/// `devlink_nl_sb_port_pool_fill`
fn write_port_pool(e: &mut Encoder<'_>, machine: &Machine, one: &PortPool) {
    super::start(e, machine, &one.port.device, DEVLINK_CMD_SB_PORT_POOL_NEW);
    e.u32(DEVLINK_ATTR_PORT_INDEX, one.port.index.0);
    e.u32(DEVLINK_ATTR_SB_INDEX, one.buffer);
    e.u16(DEVLINK_ATTR_SB_POOL_INDEX, one.pool);
    e.u32(DEVLINK_ATTR_SB_THRESHOLD, one.threshold);
    write_occupancy(e, one.occupancy);
}

/// `devlink_nl_sb_tc_pool_bind_fill`
fn write_binding(e: &mut Encoder<'_>, machine: &Machine, one: &TcBinding) {
    super::start(e, machine, &one.tc.port.device, DEVLINK_CMD_SB_TC_POOL_BIND_NEW);
    e.u32(DEVLINK_ATTR_PORT_INDEX, one.tc.port.index.0);
    e.u32(DEVLINK_ATTR_SB_INDEX, one.tc.buffer);
    e.u16(DEVLINK_ATTR_SB_TC_INDEX, one.tc.tc);
    e.u8(DEVLINK_ATTR_SB_POOL_TYPE, one.tc.kind.number());
    e.u16(DEVLINK_ATTR_SB_POOL_INDEX, one.pool);
    e.u32(DEVLINK_ATTR_SB_THRESHOLD, one.threshold);
    write_occupancy(e, one.occupancy);
}

fn write_occupancy(e: &mut Encoder<'_>, occupancy: Option<Occupancy>) {
    if let Some(Occupancy { current, max }) = occupancy {
        e.u32(DEVLINK_ATTR_SB_OCC_CUR, current);
        e.u32(DEVLINK_ATTR_SB_OCC_MAX, max);
    }
}
