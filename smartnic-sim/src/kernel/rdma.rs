//! nldev: RDMA devices, ports, resources, counters (`drivers/infiniband/core/nldev.c`).

use smartnic_netlink::codec::{Attrs, Encoder, Flags};
use smartnic_netlink::uapi::netlink::NLA_F_NESTED;
use smartnic_netlink::uapi::rdma_netlink::*;

use super::answer::{Answer, ExtAck};
use super::rdma_pool as pool;
use super::rdma_resource as resource;
use super::table::{Policy, Request, Shape, Strictness, Table};
use crate::errno::Errno;
use crate::model::{Machine, RdmaDevice, RdmaEvent, RdmaKind};

const POLICY: [Policy; 18] = [
    (RDMA_NLDEV_ATTR_DEV_INDEX, Shape::U32, None),
    (RDMA_NLDEV_ATTR_DEV_NAME, Shape::Text(64), None),
    (RDMA_NLDEV_ATTR_PORT_INDEX, Shape::U32, None),
    (RDMA_NLDEV_ATTR_NDEV_NAME, Shape::Text(16), None),
    (RDMA_NLDEV_ATTR_LINK_TYPE, Shape::Text(16), None),
    (RDMA_NLDEV_ATTR_DEV_DIM, Shape::U8, None),
    (RDMA_NLDEV_ATTR_CHARDEV_TYPE, Shape::Text(128), None),
    (RDMA_NLDEV_SYS_ATTR_NETNS_MODE, Shape::U8, None),
    (RDMA_NLDEV_SYS_ATTR_PRIVILEGED_QKEY_MODE, Shape::U8, None),
    (RDMA_NLDEV_ATTR_STAT_RES, Shape::U32, None),
    (RDMA_NLDEV_ATTR_STAT_MODE, Shape::U32, None),
    (RDMA_NLDEV_ATTR_STAT_AUTO_MODE_MASK, Shape::U32, None),
    (RDMA_NLDEV_ATTR_STAT_HWCOUNTERS, Shape::Nested, None),
    (RDMA_NLDEV_ATTR_STAT_OPCOUNTER_ENABLED, Shape::U8, None),
    (RDMA_NLDEV_ATTR_DRIVER_DETAILS, Shape::U8, None),
    (RDMA_NLDEV_ATTR_FRMR_POOL_KEY, Shape::Nested, None),
    (RDMA_NLDEV_ATTR_FRMR_POOLS_AGING_PERIOD, Shape::U32, None),
    (RDMA_NLDEV_ATTR_FRMR_POOL_PINNED_HANDLES, Shape::U32, None),
];

/// Whether an operation changes something, for which CAP_NET_ADMIN is needed (`RDMA_NL_ADMIN_PERM`).
pub(super) fn changes(kind: u16) -> bool {
    matches!(
        kind & 0x3ff,
        RDMA_NLDEV_CMD_SET
            | RDMA_NLDEV_CMD_NEWLINK
            | RDMA_NLDEV_CMD_DELLINK
            | RDMA_NLDEV_CMD_SYS_SET
            | RDMA_NLDEV_CMD_STAT_SET
            | RDMA_NLDEV_CMD_STAT_DEL
            | RDMA_NLDEV_CMD_NEWDEV
            | RDMA_NLDEV_CMD_DELDEV
            | RDMA_NLDEV_CMD_FRMR_POOLS_SET
    ) || is_raw(kind & 0x3ff)
}

/// What a driver dumps in a format of its own is for the privileged, too.
fn is_raw(command: u16) -> bool {
    raw_of(command).is_some()
}

/// The operation that lists the same resources in the kernel's format.
fn raw_of(command: u16) -> Option<u16> {
    Some(match command {
        RDMA_NLDEV_CMD_RES_QP_GET_RAW => RDMA_NLDEV_CMD_RES_QP_GET,
        RDMA_NLDEV_CMD_RES_CQ_GET_RAW => RDMA_NLDEV_CMD_RES_CQ_GET,
        RDMA_NLDEV_CMD_RES_MR_GET_RAW => RDMA_NLDEV_CMD_RES_MR_GET,
        RDMA_NLDEV_CMD_RES_SRQ_GET_RAW => RDMA_NLDEV_CMD_RES_SRQ_GET,
        _ => return None,
    })
}

const fn kind(command: u16) -> u16 {
    RDMA_NL_NLDEV << 10 | command
}

pub(super) fn serve(
    machine: &mut Machine,
    request: &Request<'_>,
    answer: &mut Answer,
    ext: &mut ExtAck,
) -> Result<(), Errno> {
    if request.header.kind >> 10 != RDMA_NL_NLDEV {
        return Err(Errno::EINVAL);
    }
    if changes(request.header.kind) && !request.admin {
        return Err(Errno::EPERM);
    }
    let table = Table::read(request, Attrs::new(request.payload), &POLICY, Strictness::Liberal, ext)?;
    let dumps = request.header.flags.contains(Flags::DUMP);
    let command = request.header.kind & 0x3ff;
    match (command, dumps) {
        (RDMA_NLDEV_CMD_GET, true) => {
            machine.rdma.devices.iter().for_each(|device| {
                answer.part(kind(command), |e| write_device(e, machine, device));
            });
            answer.done();
        }
        (RDMA_NLDEV_CMD_GET, false) => {
            let device = device(machine, &table)?;
            answer.reply(kind(command), |e| write_device(e, machine, device));
        }
        (RDMA_NLDEV_CMD_GET_CHARDEV, false) => {
            let kind_of = table.text(RDMA_NLDEV_ATTR_CHARDEV_TYPE).ok_or(Errno::EINVAL)?;
            let device = device(machine, &table)?;
            // The other clients of the kernel have no part here.
            if kind_of != "uverbs" {
                return Err(Errno::EOPNOTSUPP);
            }
            answer.reply(kind(command), |e| write_verbs(e, machine, device));
        }
        (RDMA_NLDEV_CMD_PORT_GET, true) => {
            let device = device(machine, &table)?;
            answer.part(kind(command), |e| write_port(e, machine, device));
            answer.done();
        }
        (RDMA_NLDEV_CMD_PORT_GET, false) => {
            let device = port(machine, &table)?;
            answer.reply(kind(command), |e| write_port(e, machine, device));
        }
        (RDMA_NLDEV_CMD_SYS_GET, false) => answer.reply(kind(command), |e| {
            e.u8(RDMA_NLDEV_SYS_ATTR_NETNS_MODE, u8::from(!machine.rdma.exclusive));
            e.u8(RDMA_NLDEV_SYS_ATTR_PRIVILEGED_QKEY_MODE, u8::from(machine.rdma.privileged_qkey));
            e.u8(RDMA_NLDEV_SYS_ATTR_MONITOR_MODE, 1);
            e.u8(RDMA_NLDEV_SYS_ATTR_COPY_ON_FORK, 1);
        }),
        (RDMA_NLDEV_CMD_RES_GET, true) => {
            for device in &machine.rdma.devices {
                answer.part(kind(command), |e| resource::write_summary(e, machine, device));
            }
            answer.done();
        }
        (RDMA_NLDEV_CMD_RES_GET, false) => {
            let device = device(machine, &table)?;
            answer.reply(kind(command), |e| resource::write_summary(e, machine, device));
        }
        (
            RDMA_NLDEV_CMD_RES_QP_GET
            | RDMA_NLDEV_CMD_RES_CM_ID_GET
            | RDMA_NLDEV_CMD_RES_CQ_GET
            | RDMA_NLDEV_CMD_RES_MR_GET
            | RDMA_NLDEV_CMD_RES_PD_GET
            | RDMA_NLDEV_CMD_RES_CTX_GET
            | RDMA_NLDEV_CMD_RES_SRQ_GET,
            true,
        ) => {
            let device = device(machine, &table)?;
            let held = resource::held(machine, device, command);
            // All of them in one nest could be too long for it.
            for some in held.chunks(100) {
                answer.part(kind(command), |e| {
                    resource::write(e, machine, device, command, some, request.admin)
                });
            }
            if held.is_empty() {
                answer.part(kind(command), |e| {
                    resource::write(e, machine, device, command, &[], request.admin)
                });
            }
            answer.done();
        }
        (RDMA_NLDEV_CMD_FRMR_POOLS_GET, true) => {
            let device = device(machine, &table)?;
            // A message without a pool is not sent.
            for some in device.pools.all.chunks(100) {
                answer.part(kind(command), |e| pool::write(e, device, some));
            }
            answer.done();
        }
        (raw, _) if is_raw(raw) => {
            // No simulated driver has such a dump, which shows where there is something to dump.
            let device = device(machine, &table)?;
            let listed = raw_of(raw).unwrap_or_default();
            if !dumps || !resource::held(machine, device, listed).is_empty() {
                return Err(Errno::EINVAL);
            }
            answer.done();
        }
        (RDMA_NLDEV_CMD_STAT_GET, true) => {
            // No queue pair is bound to a counter, and no memory region counts.
            device(machine, &table)?;
            table.u32(RDMA_NLDEV_ATTR_STAT_RES).ok_or(Errno::EINVAL)?;
            answer.done();
        }
        (RDMA_NLDEV_CMD_STAT_GET, false) => {
            let device = port(machine, &table)?;
            match table.u32(RDMA_NLDEV_ATTR_STAT_RES) {
                None => answer.reply(kind(command), |e| write_counters(e, machine, device)),
                Some(what) if what == u32::from(RDMA_NLDEV_ATTR_RES_QP) => {
                    table.u32(RDMA_NLDEV_ATTR_STAT_MODE).ok_or(Errno::EINVAL)?;
                    answer.reply(kind(command), |e| write_mode(e, device));
                }
                Some(_) => return Err(Errno::EINVAL),
            }
        }
        (RDMA_NLDEV_CMD_STAT_GET_STATUS, false) => {
            let device = port(machine, &table)?;
            answer.reply(kind(command), |e| write_status(e, machine, device));
        }
        (_, true) => return Err(Errno::EINVAL),
        (_, false) => return change(machine, command, &table),
    }
    Ok(())
}

fn change(machine: &mut Machine, command: u16, table: &Table<'_>) -> Result<(), Errno> {
    match command {
        RDMA_NLDEV_CMD_SET => {
            let index = device(machine, table)?.index;
            if let Some(name) = table.text(RDMA_NLDEV_ATTR_DEV_NAME) {
                return machine.rename_rdma(index, name);
            }
            if table.get(RDMA_NLDEV_NET_NS_FD).is_some() {
                // There is no other network namespace to go to.
                return Err(Errno::EINVAL);
            }
            let dim = table.u8(RDMA_NLDEV_ATTR_DEV_DIM).ok_or(Errno::EINVAL)?;
            machine.rdma_device_mut(index)?.dim = dim != 0;
            Ok(())
        }
        RDMA_NLDEV_CMD_NEWLINK => {
            let text = |attr| table.text(attr).ok_or(Errno::EINVAL);
            let (name, link) = (text(RDMA_NLDEV_ATTR_DEV_NAME)?, text(RDMA_NLDEV_ATTR_NDEV_NAME)?);
            machine.new_rdma_link(name, text(RDMA_NLDEV_ATTR_LINK_TYPE)?, link)
        }
        RDMA_NLDEV_CMD_DELLINK => machine.delete_rdma_link(device(machine, table)?.index),
        RDMA_NLDEV_CMD_NEWDEV | RDMA_NLDEV_CMD_DELDEV => {
            device(machine, table)?;
            Err(Errno::EOPNOTSUPP)
        }
        RDMA_NLDEV_CMD_SYS_SET => {
            if let Some(mode) = table.u8(RDMA_NLDEV_SYS_ATTR_NETNS_MODE) {
                machine.rdma.exclusive = mode == 0;
                return Ok(());
            }
            let on = table.u8(RDMA_NLDEV_SYS_ATTR_PRIVILEGED_QKEY_MODE).ok_or(Errno::EINVAL)?;
            machine.rdma.privileged_qkey = on != 0;
            Ok(())
        }
        RDMA_NLDEV_CMD_STAT_SET => {
            let (index, spec) = {
                let device = port(machine, table)?;
                (device.index, machine.rdma_spec(device))
            };
            if let Some(nest) = table.get(RDMA_NLDEV_ATTR_STAT_HWCOUNTERS) {
                let mut on = Vec::new();
                for attr in nest.nested().filter_map(Result::ok) {
                    let number = attr.u32().map_err(|_| Errno::EINVAL)?;
                    let all = machine.rdma_device(index)?.counters(spec);
                    if !all.get(number as usize).is_some_and(|(_, optional)| *optional) {
                        return Err(Errno::EINVAL);
                    }
                    on.push(number);
                }
                machine.rdma_device_mut(index)?.on = on;
                return Ok(());
            }
            if table.u32(RDMA_NLDEV_ATTR_STAT_RES) != Some(RDMA_NLDEV_ATTR_RES_QP.into()) {
                return Err(Errno::EINVAL);
            }
            match table.u32(RDMA_NLDEV_ATTR_STAT_MODE) {
                Some(RDMA_COUNTER_MODE_AUTO) => {
                    let mask = table.u32(RDMA_NLDEV_ATTR_STAT_AUTO_MODE_MASK).unwrap_or(0);
                    let per_qp = table.u8(RDMA_NLDEV_ATTR_STAT_OPCOUNTER_ENABLED).unwrap_or(0) != 0;
                    if mask & !(RDMA_COUNTER_MASK_QP_TYPE | RDMA_COUNTER_MASK_PID) != 0 {
                        return Err(Errno::EINVAL);
                    }
                    let device = machine.rdma_device_mut(index)?;
                    (device.auto_mask, device.optional_per_qp) = (mask, per_qp && mask != 0);
                    Ok(())
                }
                // There are no queue pairs but those of general services, which cannot be bound.
                _ => Err(Errno::EINVAL),
            }
        }
        RDMA_NLDEV_CMD_FRMR_POOLS_SET => pool::set(machine, device(machine, table)?.index, table),
        RDMA_NLDEV_CMD_STAT_DEL => Err(Errno::EINVAL),
        _ => Err(Errno::EINVAL),
    }
}

fn device<'m>(machine: &'m Machine, table: &Table<'_>) -> Result<&'m RdmaDevice, Errno> {
    machine.rdma_device(table.u32(RDMA_NLDEV_ATTR_DEV_INDEX).ok_or(Errno::EINVAL)?)
}

/// The device of a port; each has one.
fn port<'m>(machine: &'m Machine, table: &Table<'_>) -> Result<&'m RdmaDevice, Errno> {
    let device = device(machine, table)?;
    if table.u32(RDMA_NLDEV_ATTR_PORT_INDEX) == Some(1) { Ok(device) } else { Err(Errno::EINVAL) }
}

pub(super) fn handle(e: &mut Encoder<'_>, device: &RdmaDevice) {
    e.u32(RDMA_NLDEV_ATTR_DEV_INDEX, device.index);
    e.text(RDMA_NLDEV_ATTR_DEV_NAME, &device.name);
}

fn write_device(e: &mut Encoder<'_>, machine: &Machine, device: &RdmaDevice) {
    let spec = machine.rdma_spec(device);
    handle(e, device);
    e.u32(RDMA_NLDEV_ATTR_PORT_INDEX, 1);
    e.u64(RDMA_NLDEV_ATTR_CAP_FLAGS, spec.caps);
    if let Some(firmware) = spec.firmware {
        e.text(RDMA_NLDEV_ATTR_FW_VERSION, firmware);
    }
    e.u64(RDMA_NLDEV_ATTR_NODE_GUID, machine.node_guid(device));
    let system = match device.kind {
        RdmaKind::Rxe => machine.node_guid(device),
        RdmaKind::Function => machine.rdma.devices.first().map_or(0, |first| machine.node_guid(first)),
    };
    e.u64(RDMA_NLDEV_ATTR_SYS_IMAGE_GUID, system);
    e.u8(RDMA_NLDEV_ATTR_DEV_NODE_TYPE, RDMA_NODE_IB_CA as u8);
    e.u8(RDMA_NLDEV_ATTR_DEV_DIM, u8::from(device.dim));
    e.text(RDMA_NLDEV_ATTR_DEV_PROTOCOL, "roce");
}

/// `nldev_get_chardev` with `ib_uverbs_get_nl_info`; the numbers of its ABI are those of the drivers.
fn write_verbs(e: &mut Encoder<'_>, machine: &Machine, device: &RdmaDevice) {
    /// `IB_UVERBS_MAJOR` and `IB_UVERBS_BASE_MINOR`
    const FIRST: u64 = 231 << 8 | 192;
    if let Some(id) = machine.rdma_spec(device).id {
        e.u32(RDMA_NLDEV_ATTR_UVERBS_DRIVER_ID, id);
    }
    e.u64(RDMA_NLDEV_ATTR_CHARDEV, FIRST + u64::from(device.index));
    e.u64(RDMA_NLDEV_ATTR_CHARDEV_ABI, 1);
    e.text(RDMA_NLDEV_ATTR_CHARDEV_NAME, &format!("uverbs{}", device.index));
}

fn write_port(e: &mut Encoder<'_>, machine: &Machine, device: &RdmaDevice) {
    handle(e, device);
    e.u32(RDMA_NLDEV_ATTR_PORT_INDEX, 1);
    let netdev = machine.netdev(device.netdev).ok();
    let up = netdev.is_some_and(|netdev| netdev.up);
    // ACTIVE and LINK_UP, or DOWN and DISABLED.
    let (state, phys) = if up { (4, 5) } else { (1, 3) };
    e.u8(RDMA_NLDEV_ATTR_PORT_STATE, state);
    e.u8(RDMA_NLDEV_ATTR_PORT_PHYS_STATE, phys);
    if let Some(netdev) = netdev.filter(|netdev| !netdev.infiniband) {
        e.u32(RDMA_NLDEV_ATTR_NDEV_INDEX, netdev.ifindex.0);
        e.text(RDMA_NLDEV_ATTR_NDEV_NAME, &netdev.name);
    }
}

fn write_counters(e: &mut Encoder<'_>, machine: &Machine, device: &RdmaDevice) {
    handle(e, device);
    e.u32(RDMA_NLDEV_ATTR_PORT_INDEX, 1);
    let all = device.counters(machine.rdma_spec(device));
    e.nest(RDMA_NLDEV_ATTR_STAT_HWCOUNTERS | NLA_F_NESTED, |e| {
        for (number, (name, optional)) in all.into_iter().enumerate() {
            if optional && !device.on.contains(&(number as u32)) {
                continue;
            }
            e.nest(RDMA_NLDEV_ATTR_STAT_HWCOUNTER_ENTRY | NLA_F_NESTED, |e| {
                e.text(RDMA_NLDEV_ATTR_STAT_HWCOUNTER_ENTRY_NAME, name);
                e.u64(RDMA_NLDEV_ATTR_STAT_HWCOUNTER_ENTRY_VALUE, machine.verbs.counter(device.index, name));
            });
        }
    });
}

fn write_status(e: &mut Encoder<'_>, machine: &Machine, device: &RdmaDevice) {
    handle(e, device);
    e.u32(RDMA_NLDEV_ATTR_PORT_INDEX, 1);
    let all = device.counters(machine.rdma_spec(device));
    e.nest(RDMA_NLDEV_ATTR_STAT_HWCOUNTERS | NLA_F_NESTED, |e| {
        for (number, (name, optional)) in all.into_iter().enumerate() {
            e.nest(RDMA_NLDEV_ATTR_STAT_HWCOUNTER_ENTRY | NLA_F_NESTED, |e| {
                e.text(RDMA_NLDEV_ATTR_STAT_HWCOUNTER_ENTRY_NAME, name);
                e.u32(RDMA_NLDEV_ATTR_STAT_HWCOUNTER_INDEX, number as u32);
                if optional {
                    let on = device.on.contains(&(number as u32));
                    e.u8(RDMA_NLDEV_ATTR_STAT_HWCOUNTER_DYNAMIC, on.into());
                }
            });
        }
    });
}

fn write_mode(e: &mut Encoder<'_>, device: &RdmaDevice) {
    handle(e, device);
    e.u32(RDMA_NLDEV_ATTR_PORT_INDEX, 1);
    if device.auto_mask == 0 {
        e.u32(RDMA_NLDEV_ATTR_STAT_MODE, RDMA_COUNTER_MODE_NONE);
        return;
    }
    e.u32(RDMA_NLDEV_ATTR_STAT_MODE, RDMA_COUNTER_MODE_AUTO);
    e.u32(RDMA_NLDEV_ATTR_STAT_AUTO_MODE_MASK, device.auto_mask);
    e.u8(RDMA_NLDEV_ATTR_STAT_OPCOUNTER_ENABLED, device.optional_per_qp.into());
}

/// The message about a change (`nldev_send_event`).
pub(super) fn write_event(e: &mut Encoder<'_>, event: &RdmaEvent) {
    e.u32(RDMA_NLDEV_ATTR_DEV_INDEX, event.index);
    e.text(RDMA_NLDEV_ATTR_DEV_NAME, &event.name);
    if let Some((index, name)) = &event.netdev {
        e.u32(RDMA_NLDEV_ATTR_PORT_INDEX, 1);
        e.u32(RDMA_NLDEV_ATTR_NDEV_INDEX, index.0);
        e.text(RDMA_NLDEV_ATTR_NDEV_NAME, name);
    }
    e.u8(RDMA_NLDEV_ATTR_EVENT_TYPE, event.kind as u8);
}

/// The message type of changes.
pub(super) const MONITOR: u16 = kind(RDMA_NLDEV_CMD_MONITOR);
