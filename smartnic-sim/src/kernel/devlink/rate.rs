use smartnic_core::device::{NewParent, RATE_TCS, RateChange, RateParent};
use smartnic_core::types::DevlinkHandle;
use smartnic_netlink::codec::{Attrs, Encoder};
use smartnic_netlink::uapi::devlink::*;
use smartnic_netlink::uapi::netlink::NLA_F_NESTED;

use super::object::{Ask, Command};
use crate::errno::Errno;
use crate::kernel::answer::{Answer, ExtAck};
use crate::kernel::control::DEVLINK_ID;
use crate::kernel::table::{Policy, Request, Shape, Strictness, Table};
use crate::model::{Instance, Machine, RateKey, RateObject, RateOrder};
use crate::note::Spot;

const POLICY: [Policy; 9] = [
    (DEVLINK_ATTR_PORT_INDEX, Shape::U32, None),
    (DEVLINK_ATTR_RATE_NODE_NAME, Shape::NulText, None),
    (DEVLINK_ATTR_RATE_TX_SHARE, Shape::Bytes(8), None),
    (DEVLINK_ATTR_RATE_TX_MAX, Shape::Bytes(8), None),
    (DEVLINK_ATTR_RATE_TX_PRIORITY, Shape::U32, None),
    (DEVLINK_ATTR_RATE_TX_WEIGHT, Shape::U32, None),
    (DEVLINK_ATTR_RATE_PARENT_NODE_NAME, Shape::NulText, None),
    (DEVLINK_ATTR_RATE_TC_BWS, Shape::Nested, None),
    (DEVLINK_ATTR_PARENT_DEV, Shape::Nested, None),
];

/// `devlink_dl_rate_tc_bws_nl_policy`
const TC_POLICY: [Policy; 2] = [
    (DEVLINK_RATE_TC_ATTR_INDEX, Shape::U8, Some(DEVLINK_RATE_TC_INDEX_MAX as u64)),
    (DEVLINK_RATE_TC_ATTR_BW, Shape::U32, None),
];

pub(super) const COMMANDS: &[Command] = &[
    Command::read(DEVLINK_CMD_RATE_GET, &POLICY, |machine, ask, answer, _| get(machine, ask, answer))
        .listing(dump),
    Command::change(DEVLINK_CMD_RATE_SET, &POLICY, |machine, ask, _, ext| set(machine, ask, ext)),
    Command::change(DEVLINK_CMD_RATE_NEW, &POLICY, |machine, ask, _, ext| new(machine, ask, ext)),
    Command::change(DEVLINK_CMD_RATE_DEL, &POLICY, |machine, ask, _, ext| del(machine, ask, ext)),
];

fn get(machine: &Machine, ask: &Ask<'_>, answer: &mut Answer) -> Result<(), Errno> {
    let object = machine.rate(ask.instance, &key(ask.table)?)?;
    let device = super::handle(machine, ask.instance);
    answer.reply(DEVLINK_ID, |e| write(e, machine, &device, object, DEVLINK_CMD_RATE_NEW));
    Ok(())
}

fn dump(machine: &Machine, instance: Instance, answer: &mut Answer) {
    let device = super::handle(machine, instance);
    for object in machine.rates(instance) {
        answer.part(DEVLINK_ID, |e| write(e, machine, &device, object, DEVLINK_CMD_RATE_NEW));
    }
}

fn set(machine: &mut Machine, ask: &Ask<'_>, ext: &mut ExtAck) -> Result<(), Errno> {
    let Ask { instance, request, table } = *ask;
    let key = key(table)?;
    let parent_device = parent_device(machine, request, table, ext)?;
    // What is wrong with the shares comes to light only after what stands before them was set.
    let (change, readable) = change(request, table, ext);
    let order = RateOrder { change: &change, parent_device };
    let set = machine.set_rate(instance, &key, order, &mut ext.note);
    blame(request, table, ext);
    set.and(readable)
}

fn new(machine: &mut Machine, ask: &Ask<'_>, ext: &mut ExtAck) -> Result<(), Errno> {
    let Ask { instance, request, table } = *ask;
    let parent_device = parent_device(machine, request, table, ext)?;
    let (change, readable) = change(request, table, ext);
    readable?;
    let name = table.text(DEVLINK_ATTR_RATE_NODE_NAME).unwrap_or_default();
    let order = RateOrder { change: &change, parent_device };
    let made = machine.add_rate(instance, name, order, &mut ext.note);
    blame(request, table, ext);
    made
}

fn del(machine: &mut Machine, ask: &Ask<'_>, ext: &mut ExtAck) -> Result<(), Errno> {
    let name = ask.table.text(DEVLINK_ATTR_RATE_NODE_NAME).ok_or(Errno::EINVAL)?;
    machine.remove_rate(ask.instance, name, &mut ext.note)
}

fn key(table: &Table<'_>) -> Result<RateKey, Errno> {
    match (table.u32(DEVLINK_ATTR_PORT_INDEX), table.text(DEVLINK_ATTR_RATE_NODE_NAME)) {
        (Some(port), _) => Ok(RateKey::Leaf(port)),
        (None, Some(name)) => Ok(RateKey::Node(name.to_owned())),
        (None, None) => Err(Errno::EINVAL),
    }
}

/// The device of the parent (`devlink_nl_pre_doit_parent_dev_optional`).
fn parent_device(
    machine: &Machine,
    request: &Request<'_>,
    table: &Table<'_>,
    ext: &mut ExtAck,
) -> Result<Option<Instance>, Errno> {
    let Some(nest) = table.get(DEVLINK_ATTR_PARENT_DEV) else { return Ok(None) };
    let inner = Table::read(request, nest.nested(), &super::HANDLE, Strictness::Liberal, ext)?;
    super::find(machine, &inner).map(Some)
}

/// What is to be changed. With shares that cannot be, it is what stands before them.
fn change(request: &Request<'_>, table: &Table<'_>, ext: &mut ExtAck) -> (RateChange, Result<(), Errno>) {
    let rate = |kind| table.head(kind).map(u64::from_ne_bytes);
    let mut change = RateChange {
        tx_share: rate(DEVLINK_ATTR_RATE_TX_SHARE),
        tx_max: rate(DEVLINK_ATTR_RATE_TX_MAX),
        tx_priority: table.u32(DEVLINK_ATTR_RATE_TX_PRIORITY),
        tx_weight: table.u32(DEVLINK_ATTR_RATE_TX_WEIGHT),
        ..RateChange::default()
    };
    if table.has(DEVLINK_ATTR_RATE_TC_BWS) {
        match shares(request, table, ext) {
            Ok(shares) => change.tc_bw = Some(shares),
            Err(errno) => return (change, Err(errno)),
        }
    }
    change.parent = table.text(DEVLINK_ATTR_RATE_PARENT_NODE_NAME).map(|node| match node {
        "" => NewParent::None,
        node => NewParent::Node(RateParent { node: node.to_owned(), device: None }),
    });
    (change, Ok(()))
}

/// `devlink_nl_rate_tc_bw_set`
fn shares(request: &Request<'_>, table: &Table<'_>, ext: &mut ExtAck) -> Result<[u32; RATE_TCS], Errno> {
    let mut shares = [None; RATE_TCS];
    for attr in table.iter().filter(|attr| attr.kind() == DEVLINK_ATTR_RATE_TC_BWS) {
        let nest = request.offset(attr);
        let inner = Attrs::new(attr.payload);
        let inner =
            Table::read(request, inner, &TC_POLICY, Strictness::Strict(DEVLINK_RATE_TC_ATTR_MAX), ext)?;
        let mut missing = |kind| {
            ext.missing = Some((kind, nest));
            Errno::EINVAL
        };
        let index =
            inner.u8(DEVLINK_RATE_TC_ATTR_INDEX).ok_or_else(|| missing(DEVLINK_RATE_TC_ATTR_INDEX))?;
        let share = inner.u32(DEVLINK_RATE_TC_ATTR_BW).ok_or_else(|| missing(DEVLINK_RATE_TC_ATTR_BW))?;
        let place = shares.get_mut(usize::from(index)).ok_or(Errno::ERANGE)?;
        if place.replace(share).is_some() {
            ext.note.say(format!("Duplicate traffic class index specified ({index})"));
            return Err(Errno::EINVAL);
        }
    }
    let mut all = [0; RATE_TCS];
    for (place, share) in all.iter_mut().zip(shares) {
        let Some(share) = share else {
            ext.note.say(format!("Bandwidth values must be specified for all {RATE_TCS} traffic classes"));
            return Err(Errno::EINVAL);
        };
        *place = share;
    }
    Ok(all)
}

/// Points at the attribute that a refusal is about.
fn blame(request: &Request<'_>, table: &Table<'_>, ext: &mut ExtAck) {
    let kind = match ext.note.at {
        Some(Spot::RatePriority) => DEVLINK_ATTR_RATE_TX_PRIORITY,
        Some(Spot::RateWeight) => DEVLINK_ATTR_RATE_TX_WEIGHT,
        Some(Spot::RateTcBw) => DEVLINK_ATTR_RATE_TC_BWS,
        _ => return,
    };
    ext.offset = table.get(kind).and_then(|attr| request.offset(attr));
}

/// Writes a rate object (`devlink_nl_rate_fill`).
pub(in crate::kernel) fn write(
    e: &mut Encoder<'_>,
    machine: &Machine,
    device: &DevlinkHandle,
    object: &RateObject,
    command: u8,
) {
    super::start(e, machine, device, command);
    match &object.key {
        RateKey::Leaf(port) => {
            e.u16(DEVLINK_ATTR_RATE_TYPE, DEVLINK_RATE_TYPE_LEAF as u16);
            e.u32(DEVLINK_ATTR_PORT_INDEX, *port);
        }
        RateKey::Node(name) => {
            e.u16(DEVLINK_ATTR_RATE_TYPE, DEVLINK_RATE_TYPE_NODE as u16);
            e.text(DEVLINK_ATTR_RATE_NODE_NAME, name);
        }
    }
    e.u64(DEVLINK_ATTR_RATE_TX_SHARE, object.tx_share);
    e.u64(DEVLINK_ATTR_RATE_TX_MAX, object.tx_max);
    e.u32(DEVLINK_ATTR_RATE_TX_PRIORITY, object.tx_priority);
    e.u32(DEVLINK_ATTR_RATE_TX_WEIGHT, object.tx_weight);
    if let Some(parent) = &object.parent {
        e.text(DEVLINK_ATTR_RATE_PARENT_NODE_NAME, parent);
    }
    for (index, share) in (0_u8..).zip(object.tc_bw) {
        e.nest(DEVLINK_ATTR_RATE_TC_BWS | NLA_F_NESTED, |e| {
            e.u8(DEVLINK_RATE_TC_ATTR_INDEX, index);
            e.u32(DEVLINK_RATE_TC_ATTR_BW, share);
        });
    }
}
