//! ethtool's topics of queues and pausing: `ETHTOOL_MSG_RINGS_*`, `_CHANNELS_*`, `_COALESCE_*`, `_PAUSE_*`.

use smartnic_core::ethtool::{Record, Value};
use smartnic_core::types::IfIndex;
use smartnic_netlink::codec::{Attrs, Encoder, Flags, GenlHeader};
use smartnic_netlink::uapi::ethtool_netlink::*;
use smartnic_netlink::uapi::netlink::NLA_F_NESTED;

use super::answer::{Answer, ExtAck};
use super::control::ETHTOOL_ID;
use super::features::read_header;
use super::queues_tables::{CHANNELS, COALESCE, PAUSE, PAUSE_STATS, RINGS, Row};
use super::table::{Policy, Request, Shape, Strictness, Table};
use crate::errno::Errno;
use crate::model::{Machine, Netdev};

/// The header stands first in every topic.
const HEADER: u16 = 1;

/// One topic: what it answers with, and its attributes.
struct Topic {
    get: u8,
    set: u8,
    reply: u8,
    max: u16,
    rows: &'static [Row],
}

const TOPICS: &[Topic] = &[
    Topic {
        get: ETHTOOL_MSG_RINGS_GET,
        set: ETHTOOL_MSG_RINGS_SET,
        reply: ETHTOOL_MSG_RINGS_GET_REPLY,
        max: ETHTOOL_A_RINGS_MAX,
        rows: RINGS,
    },
    Topic {
        get: ETHTOOL_MSG_CHANNELS_GET,
        set: ETHTOOL_MSG_CHANNELS_SET,
        reply: ETHTOOL_MSG_CHANNELS_GET_REPLY,
        max: ETHTOOL_A_CHANNELS_MAX,
        rows: CHANNELS,
    },
    Topic {
        get: ETHTOOL_MSG_COALESCE_GET,
        set: ETHTOOL_MSG_COALESCE_SET,
        reply: ETHTOOL_MSG_COALESCE_GET_REPLY,
        max: ETHTOOL_A_COALESCE_MAX,
        rows: COALESCE,
    },
    Topic {
        get: ETHTOOL_MSG_PAUSE_GET,
        set: ETHTOOL_MSG_PAUSE_SET,
        reply: ETHTOOL_MSG_PAUSE_GET_REPLY,
        max: ETHTOOL_A_PAUSE_MAX,
        rows: PAUSE,
    },
];

/// Whether a command changes one of these topics.
pub(super) fn changes(command: u8) -> bool {
    TOPICS.iter().any(|topic| topic.set == command)
}

/// Whether a command is of one of these topics.
pub(super) fn knows(command: u8) -> bool {
    TOPICS.iter().any(|topic| topic.get == command || topic.set == command)
}

pub(super) fn serve(
    machine: &mut Machine,
    request: &Request<'_>,
    answer: &mut Answer,
    ext: &mut ExtAck,
) -> Result<(), Errno> {
    let (header, attrs) = GenlHeader::split(request.payload).map_err(|_| Errno::EINVAL)?;
    let dumps = request.header.flags.contains(Flags::DUMP);
    let is = |topic: &&Topic| topic.get == header.command || topic.set == header.command;
    let topic = TOPICS.iter().find(is).ok_or(Errno::EOPNOTSUPP)?;
    if header.command == topic.get {
        return get(machine, request, topic, Attrs::new(attrs), dumps, answer, ext);
    }
    if dumps {
        return Err(Errno::EOPNOTSUPP);
    }
    if !request.admin {
        return Err(Errno::EPERM);
    }
    set(machine, request, topic, Attrs::new(attrs), ext)
}

fn get(
    machine: &Machine,
    request: &Request<'_>,
    topic: &Topic,
    attrs: Attrs<'_>,
    dumps: bool,
    answer: &mut Answer,
    ext: &mut ExtAck,
) -> Result<(), Errno> {
    let policy = [(HEADER, Shape::Nested, None)];
    let table = Table::read(request, attrs, &policy, Strictness::Strict(HEADER), ext)?;
    let header = table.get(HEADER);
    if header.is_none() && !dumps {
        ext.missing = Some((HEADER, None));
        return Err(Errno::EINVAL);
    }
    let (named, flags) = match header {
        Some(header) => read_header(machine, request, header, !dumps, ext)?,
        None => (None, 0),
    };
    if dumps {
        for netdev in machine.netdevs.values() {
            if let Some(record) = record(netdev, topic) {
                answer.part(ETHTOOL_ID, |e| write(e, netdev, topic, record, flags));
            }
        }
        answer.done();
        return Ok(());
    }
    let netdev = named.ok_or(Errno::EINVAL)?;
    let record = record(netdev, topic).ok_or(Errno::EOPNOTSUPP)?;
    answer.reply(ETHTOOL_ID, |e| write(e, netdev, topic, record, flags));
    Ok(())
}

fn set(
    machine: &mut Machine,
    request: &Request<'_>,
    topic: &Topic,
    attrs: Attrs<'_>,
    ext: &mut ExtAck,
) -> Result<(), Errno> {
    let mut policy: Vec<Policy> = vec![(HEADER, Shape::Nested, None)];
    policy.extend(topic.rows.iter().filter(|row| row.settable).map(|row| (row.attr, row.shape, row.max)));
    let table = Table::read(request, attrs, &policy, Strictness::Strict(topic.max), ext)?;
    for attr in table.iter() {
        if !policy.iter().any(|(kind, _, _)| *kind == attr.kind()) {
            ext.blame(request.offset(attr), "Unsupported attribute");
            return Err(Errno::EINVAL);
        }
    }
    let Some(header) = table.get(HEADER) else {
        ext.note.say("request header missing");
        return Err(Errno::EINVAL);
    };
    let (named, _) = read_header(machine, request, header, true, ext)?;
    let index = named.map(|netdev| netdev.ifindex).ok_or(Errno::EINVAL)?;
    let now = record(machine.netdev(index)?, topic).ok_or(Errno::EOPNOTSUPP)?;
    let mut changed: Vec<(&'static str, Value)> = Vec::new();
    for row in topic.rows {
        let Some(attr) = table.get(row.attr) else { continue };
        let number = match row.shape {
            Shape::U8 => u64::from(table.u8(row.attr).ok_or(Errno::EINVAL)?),
            _ => u64::from(table.u32(row.attr).ok_or(Errno::EINVAL)?),
        };
        // What the driver does not tell it cannot change.
        if now.get(row.name).is_none() {
            ext.blame(request.offset(attr), row.lacking);
            return Err(row.lacking_errno);
        }
        if let Some(limit) = row.limit
            && let Some(Value::Number(most)) = now.get(limit)
            && number > most
        {
            ext.blame(request.offset(attr), row.exceeding);
            return Err(Errno::EINVAL);
        }
        let value = if row.switch { Value::Switch(number != 0) } else { Value::Number(number) };
        changed.push((row.name, value));
    }
    if topic.get == ETHTOOL_MSG_CHANNELS_GET && changed.contains(&("combined", Value::Number(0))) {
        let attr = table.get(ETHTOOL_A_CHANNELS_COMBINED_COUNT);
        let text = "requested channel counts would result in no RX or TX channel being configured";
        ext.blame(attr.and_then(|attr| request.offset(attr)), text);
        return Err(Errno::EINVAL);
    }
    put(machine, index, topic, changed)
}

fn put(
    machine: &mut Machine,
    index: IfIndex,
    topic: &Topic,
    changed: Vec<(&'static str, Value)>,
) -> Result<(), Errno> {
    let netdev = machine.netdevs.get_mut(&index.0).ok_or(Errno::ENODEV)?;
    let queues = netdev.queues.as_mut().ok_or(Errno::EOPNOTSUPP)?;
    let record: &mut dyn Record = match topic.get {
        ETHTOOL_MSG_RINGS_GET => &mut queues.rings,
        ETHTOOL_MSG_CHANNELS_GET => &mut queues.channels,
        ETHTOOL_MSG_COALESCE_GET => &mut queues.coalesce,
        _ => queues.pause.as_mut().ok_or(Errno::EOPNOTSUPP)?,
    };
    for (name, value) in changed {
        record.put(name, value);
    }
    Ok(())
}

fn record<'a>(netdev: &'a Netdev, topic: &Topic) -> Option<&'a dyn Record> {
    let queues = netdev.queues.as_ref()?;
    Some(match topic.get {
        ETHTOOL_MSG_RINGS_GET => &queues.rings,
        ETHTOOL_MSG_CHANNELS_GET => &queues.channels,
        ETHTOOL_MSG_COALESCE_GET => &queues.coalesce,
        _ => queues.pause.as_ref()?,
    })
}

fn write(e: &mut Encoder<'_>, netdev: &Netdev, topic: &Topic, record: &dyn Record, flags: u32) {
    e.fixed(&GenlHeader { command: topic.reply, version: ETHTOOL_GENL_VERSION, reserved: 0 });
    e.nest(HEADER | NLA_F_NESTED, |e| {
        e.u32(ETHTOOL_A_HEADER_DEV_INDEX, netdev.ifindex.0);
        e.text(ETHTOOL_A_HEADER_DEV_NAME, &netdev.name);
    });
    let number = |name: &str| match record.get(name)? {
        Value::Number(number) | Value::Word(_, number) => Some(number),
        Value::Switch(on) => Some(u64::from(on)),
        Value::Numbers(_) | Value::Bits(_) => None,
    };
    for row in topic.rows {
        let Some(number) = number(row.name) else { continue };
        match row.shape {
            Shape::U8 => e.u8(row.attr, number as u8),
            _ => e.u32(row.attr, number as u32),
        }
    }
    if topic.get == ETHTOOL_MSG_PAUSE_GET && flags & ETHTOOL_FLAG_STATS != 0 {
        e.nest(ETHTOOL_A_PAUSE_STATS | NLA_F_NESTED, |e| {
            for (attr, name) in PAUSE_STATS {
                if let Some(number) = number(name) {
                    e.u64(*attr, number);
                }
            }
        });
    }
}
