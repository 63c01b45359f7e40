//! ethtool's topics that are fields of a link, in bytes: queues, pausing, modes, power, flags, time stamps.

use smartnic_core::ethtool::{Record, Value};
use smartnic_netlink::codec::{Attrs, Encoder, Flags, GenlHeader};
use smartnic_netlink::uapi::ethtool_netlink::*;
use smartnic_netlink::uapi::netlink::NLA_F_NESTED;

use super::answer::{Answer, ExtAck};
use super::bitset;
use super::control::ETHTOOL_ID;
use super::features::read_header;
use super::queues_tables::*;
use super::table::{Policy, Request, Shape, Strictness, Table};
use super::topics::{self, Refusal, TOPICS, Topic, names, put, record};
use crate::errno::Errno;
use crate::model::{Machine, Netdev};

/// The header stands first in every topic.
const HEADER: u16 = 1;

/// Whether a command changes one of these topics.
pub(super) fn changes(command: u8) -> bool {
    TOPICS.iter().any(|topic| topic.set == Some(command))
}

/// Whether a command is of one of these topics.
pub(super) fn knows(command: u8) -> bool {
    TOPICS.iter().any(|topic| topic.get == command || topic.set == Some(command))
}

pub(super) fn serve(
    machine: &mut Machine,
    request: &Request<'_>,
    answer: &mut Answer,
    ext: &mut ExtAck,
) -> Result<(), Errno> {
    let (header, attrs) = GenlHeader::split(request.payload).map_err(|_| Errno::EINVAL)?;
    let dumps = request.header.flags.contains(Flags::DUMP);
    let is = |topic: &&Topic| topic.get == header.command || topic.set == Some(header.command);
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
                answer.part(ETHTOOL_ID, |e| write(e, netdev, topic, topic.reply, &*record, flags));
            }
        }
        answer.done();
        return Ok(());
    }
    let netdev = named.ok_or(Errno::EINVAL)?;
    let record = record(netdev, topic).ok_or(Errno::EOPNOTSUPP)?;
    answer.reply(ETHTOOL_ID, |e| write(e, netdev, topic, topic.reply, &*record, flags));
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
    let blame = |refusal: Refusal, ext: &mut ExtAck| {
        match refusal.attr {
            Some(attr) => {
                ext.blame(table.get(attr).and_then(|attr| request.offset(attr)), refusal.text);
            }
            None => ext.note.say(refusal.text),
        }
        refusal.errno
    };
    let mut changed: Vec<(&'static str, Value)> = Vec::new();
    for row in topic.rows {
        let Some(attr) = table.get(row.attr) else { continue };
        let value = if row.shape == Shape::Nested {
            let bits = topics::bits_of(row, &*now).map_err(|refusal| blame(refusal, ext))?;
            let on = bitset::updated(request, attr, &names(row, &bits), &bits, ext)?;
            topics::fit_bits(row, bits, on)
        } else {
            let number = match row.shape {
                Shape::U8 => u64::from(table.u8(row.attr).ok_or(Errno::EINVAL)?),
                _ => u64::from(table.u32(row.attr).ok_or(Errno::EINVAL)?),
            };
            topics::fit(row, &*now, number)
        };
        changed.push((row.name, value.map_err(|refusal| blame(refusal, ext))?));
    }
    topics::together(topic, &*now, &mut changed).map_err(|refusal| blame(refusal, ext))?;
    put(machine, index, topic, changed)
}

/// Word of a change of a topic; none if the link has none of it, or nobody is told.
pub(super) fn notice(netdev: &Netdev, get: u8) -> Option<impl Fn(&mut Encoder<'_>)> {
    let topic = TOPICS.iter().find(|topic| topic.get == get)?;
    let (command, record) = (notice_of(get)?, record(netdev, topic)?);
    Some(move |e: &mut Encoder<'_>| {
        write(e, netdev, topic, command, &*record, ETHTOOL_FLAG_COMPACT_BITSETS);
    })
}

fn write(e: &mut Encoder<'_>, netdev: &Netdev, topic: &Topic, command: u8, record: &dyn Record, flags: u32) {
    e.fixed(&GenlHeader { command, version: ETHTOOL_GENL_VERSION, reserved: 0 });
    e.nest(HEADER | NLA_F_NESTED, |e| {
        e.u32(ETHTOOL_A_HEADER_DEV_INDEX, netdev.ifindex.0);
        e.text(ETHTOOL_A_HEADER_DEV_NAME, &netdev.name);
    });
    let number = |name: &str| topics::number(&record.get(name)?);
    let compact = flags & ETHTOOL_FLAG_COMPACT_BITSETS != 0;
    for row in topic.rows {
        if row.shape == Shape::Nested {
            if let Some(Value::Bits(bits)) = record.get(row.name) {
                bitset::write(e, row.attr, &names(row, &bits), &bits, compact);
            }
            continue;
        }
        // Without a link, the kernel says that speed and duplex are unknown.
        let known = netdev.up || topic.get != ETHTOOL_MSG_LINKMODES_GET;
        let number = match row.name {
            "speed" | "duplex" if !known => Some(u64::from(u32::MAX)),
            "lanes" if !known => None,
            name => number(name),
        };
        let Some(number) = number else { continue };
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
