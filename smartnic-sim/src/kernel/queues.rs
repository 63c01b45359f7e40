//! ethtool's topics that are fields of a link: queues, pausing, modes, power, flags, time stamps.

use smartnic_core::ethtool::{Bits, LinkState, Record, Value};
use smartnic_core::types::IfIndex;
use smartnic_netlink::codec::{Attr, Attrs, Encoder, Flags, GenlHeader};
use smartnic_netlink::uapi::ethtool_netlink::*;
use smartnic_netlink::uapi::netlink::NLA_F_NESTED;

use super::answer::{Answer, ExtAck};
use super::bitset;
use super::control::ETHTOOL_ID;
use super::features::read_header;
use super::queues_tables::*;
use super::table::{Policy, Request, Shape, Strictness, Table};
use crate::errno::Errno;
use crate::model::{Event, Machine, Netdev, Queues};

/// The header stands first in every topic.
const HEADER: u16 = 1;

/// One topic: what it answers with, and its attributes.
struct Topic {
    get: u8,
    set: Option<u8>,
    reply: u8,
    max: u16,
    rows: &'static [Row],
}

const TOPICS: &[Topic] = &[
    Topic {
        get: ETHTOOL_MSG_RINGS_GET,
        set: Some(ETHTOOL_MSG_RINGS_SET),
        reply: ETHTOOL_MSG_RINGS_GET_REPLY,
        max: ETHTOOL_A_RINGS_MAX,
        rows: RINGS,
    },
    Topic {
        get: ETHTOOL_MSG_CHANNELS_GET,
        set: Some(ETHTOOL_MSG_CHANNELS_SET),
        reply: ETHTOOL_MSG_CHANNELS_GET_REPLY,
        max: ETHTOOL_A_CHANNELS_MAX,
        rows: CHANNELS,
    },
    Topic {
        get: ETHTOOL_MSG_COALESCE_GET,
        set: Some(ETHTOOL_MSG_COALESCE_SET),
        reply: ETHTOOL_MSG_COALESCE_GET_REPLY,
        max: ETHTOOL_A_COALESCE_MAX,
        rows: COALESCE,
    },
    Topic {
        get: ETHTOOL_MSG_PAUSE_GET,
        set: Some(ETHTOOL_MSG_PAUSE_SET),
        reply: ETHTOOL_MSG_PAUSE_GET_REPLY,
        max: ETHTOOL_A_PAUSE_MAX,
        rows: PAUSE,
    },
    Topic {
        get: ETHTOOL_MSG_LINKINFO_GET,
        set: Some(ETHTOOL_MSG_LINKINFO_SET),
        reply: ETHTOOL_MSG_LINKINFO_GET_REPLY,
        max: ETHTOOL_A_LINKINFO_MAX,
        rows: LINK_INFO,
    },
    Topic {
        get: ETHTOOL_MSG_LINKMODES_GET,
        set: Some(ETHTOOL_MSG_LINKMODES_SET),
        reply: ETHTOOL_MSG_LINKMODES_GET_REPLY,
        max: ETHTOOL_A_LINKMODES_MAX,
        rows: LINK_MODES_ROWS,
    },
    Topic {
        get: ETHTOOL_MSG_LINKSTATE_GET,
        set: None,
        reply: ETHTOOL_MSG_LINKSTATE_GET_REPLY,
        max: ETHTOOL_A_LINKSTATE_MAX,
        rows: LINK_STATE,
    },
    Topic {
        get: ETHTOOL_MSG_EEE_GET,
        set: Some(ETHTOOL_MSG_EEE_SET),
        reply: ETHTOOL_MSG_EEE_GET_REPLY,
        max: ETHTOOL_A_EEE_MAX,
        rows: EEE,
    },
    Topic {
        get: ETHTOOL_MSG_WOL_GET,
        set: Some(ETHTOOL_MSG_WOL_SET),
        reply: ETHTOOL_MSG_WOL_GET_REPLY,
        max: ETHTOOL_A_WOL_MAX,
        rows: WOL,
    },
    Topic {
        get: ETHTOOL_MSG_DEBUG_GET,
        set: Some(ETHTOOL_MSG_DEBUG_SET),
        reply: ETHTOOL_MSG_DEBUG_GET_REPLY,
        max: ETHTOOL_A_DEBUG_MAX,
        rows: DEBUG,
    },
    Topic {
        get: ETHTOOL_MSG_PRIVFLAGS_GET,
        set: Some(ETHTOOL_MSG_PRIVFLAGS_SET),
        reply: ETHTOOL_MSG_PRIVFLAGS_GET_REPLY,
        max: ETHTOOL_A_PRIVFLAGS_MAX,
        rows: PRIVATE,
    },
    Topic {
        get: ETHTOOL_MSG_TSINFO_GET,
        set: None,
        reply: ETHTOOL_MSG_TSINFO_GET_REPLY,
        max: ETHTOOL_A_TSINFO_MAX,
        rows: TSINFO,
    },
    Topic {
        get: ETHTOOL_MSG_TSCONFIG_GET,
        set: Some(ETHTOOL_MSG_TSCONFIG_SET),
        reply: ETHTOOL_MSG_TSCONFIG_GET_REPLY,
        max: ETHTOOL_A_TSCONFIG_MAX,
        rows: TSCONFIG,
    },
    Topic {
        get: ETHTOOL_MSG_MODULE_GET,
        set: Some(ETHTOOL_MSG_MODULE_SET),
        reply: ETHTOOL_MSG_MODULE_GET_REPLY,
        max: ETHTOOL_A_MODULE_MAX,
        rows: MODULE,
    },
    Topic {
        get: ETHTOOL_MSG_FEC_GET,
        set: Some(ETHTOOL_MSG_FEC_SET),
        reply: ETHTOOL_MSG_FEC_GET_REPLY,
        max: ETHTOOL_A_FEC_MAX,
        rows: FEC,
    },
];

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
    let mut changed: Vec<(&'static str, Value)> = Vec::new();
    for row in topic.rows {
        let Some(attr) = table.get(row.attr) else { continue };
        if row.shape == Shape::Nested {
            changed.push((row.name, Value::Bits(bits(request, attr, row, &*now, ext)?)));
            continue;
        }
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
    if topic.get == ETHTOOL_MSG_LINKMODES_GET {
        speeds(&*now, &mut changed).map_err(|refused| {
            ext.note.say(refused);
            Errno::EINVAL
        })?;
    }
    if topic.get == ETHTOOL_MSG_FEC_GET {
        let none = |(name, value): &(&str, Value)| {
            *name == "config" && matches!(value, Value::Bits(bits) if bits.on.is_empty())
        };
        let auto = match changed.iter().find(|(name, _)| *name == "auto") {
            Some((_, auto)) => Some(auto.clone()),
            None => now.get("auto"),
        };
        if changed.iter().any(none) && auto != Some(Value::Switch(true)) {
            let attr = table.get(ETHTOOL_A_FEC_MODES);
            ext.blame(attr.and_then(|attr| request.offset(attr)), "no FEC modes set");
            return Err(Errno::EINVAL);
        }
    }
    put(machine, index, topic, changed)
}

/// A set after a change; bits that the driver does not have are refused.
fn bits(
    request: &Request<'_>,
    attr: &Attr<'_>,
    row: &Row,
    now: &dyn Record,
    ext: &mut ExtAck,
) -> Result<Bits, Errno> {
    let Some(Value::Bits(mut bits)) = now.get(row.name) else {
        ext.blame(request.offset(attr), row.lacking);
        return Err(row.lacking_errno);
    };
    bits.on = bitset::updated(request, attr, &names(row, &bits), &bits, ext)?;
    if let Some(of) = &bits.of
        && bits.on.iter().any(|name| !of.contains(name))
    {
        ext.blame(request.offset(attr), row.lacking);
        return Err(Errno::EINVAL);
    }
    Ok(bits)
}

fn names<'a>(row: &Row, bits: &'a Bits) -> Vec<&'a str> {
    match row.names {
        [] => bits.of.iter().flatten().map(String::as_str).collect(),
        names => names.to_vec(),
    }
}

/// A speed must be one of a supported mode; with autonegotiation, those modes are advertised (`ethnl_auto_linkmodes`).
fn speeds(now: &dyn Record, changed: &mut Vec<(&'static str, Value)>) -> Result<(), &'static str> {
    let Some((_, Value::Number(speed))) = changed.iter().find(|(name, _)| *name == "speed") else {
        return Ok(());
    };
    let Some(Value::Bits(bits)) = now.get("modes") else { return Ok(()) };
    let begin = format!("{speed}base");
    let of = bits.of.clone().unwrap_or_default();
    let fitting: Vec<String> = of.into_iter().filter(|mode| mode.starts_with(&begin)).collect();
    if fitting.is_empty() {
        return Err("link settings update failed");
    }
    let autoneg = match changed.iter().find(|(name, _)| *name == "auto-negotiation") {
        Some((_, autoneg)) => Some(autoneg.clone()),
        None => now.get("auto-negotiation"),
    };
    if autoneg == Some(Value::Switch(true)) && !changed.iter().any(|(name, _)| *name == "modes") {
        let kept = bits.on.iter().filter(|mode| !mode.contains("base")).cloned();
        changed.push(("modes", Value::Bits(Bits { on: kept.chain(fitting).collect(), of: bits.of })));
    }
    Ok(())
}

fn put(
    machine: &mut Machine,
    index: IfIndex,
    topic: &Topic,
    changed: Vec<(&'static str, Value)>,
) -> Result<(), Errno> {
    let netdev = machine.netdevs.get_mut(&index.0).ok_or(Errno::ENODEV)?;
    let queues = netdev.queues.as_mut().ok_or(Errno::EOPNOTSUPP)?;
    let Queues { rings, channels, coalesce, pause, settings } = queues;
    let record: &mut dyn Record = match topic.get {
        ETHTOOL_MSG_RINGS_GET => rings,
        ETHTOOL_MSG_CHANNELS_GET => channels,
        ETHTOOL_MSG_COALESCE_GET => coalesce,
        ETHTOOL_MSG_PAUSE_GET => pause.as_mut().ok_or(Errno::EOPNOTSUPP)?,
        _ => {
            let settings = settings.as_mut().ok_or(Errno::EOPNOTSUPP)?;
            match topic.get {
                ETHTOOL_MSG_LINKINFO_GET => &mut settings.info,
                ETHTOOL_MSG_LINKMODES_GET => &mut settings.modes,
                ETHTOOL_MSG_EEE_GET => settings.eee.as_mut().ok_or(Errno::EOPNOTSUPP)?,
                ETHTOOL_MSG_WOL_GET => &mut settings.wol,
                ETHTOOL_MSG_DEBUG_GET => &mut settings.messages,
                ETHTOOL_MSG_PRIVFLAGS_GET => settings.private.as_mut().ok_or(Errno::EOPNOTSUPP)?,
                ETHTOOL_MSG_TSCONFIG_GET => &mut settings.stamping,
                ETHTOOL_MSG_MODULE_GET => &mut settings.module,
                ETHTOOL_MSG_FEC_GET => &mut settings.fec,
                _ => return Err(Errno::EOPNOTSUPP),
            }
        }
    };
    let mut differs = false;
    for (name, value) in changed {
        let before = record.get(name);
        record.put(name, value);
        differs |= record.get(name) != before;
    }
    // What stays as it was is not told (`ethnl_default_set_doit`).
    if differs {
        machine.events.push(|| Event::Setting(index, topic.get));
    }
    Ok(())
}

fn record(netdev: &Netdev, topic: &Topic) -> Option<Box<dyn Record>> {
    let queues = netdev.queues.as_ref()?;
    let record: Box<dyn Record> = match topic.get {
        ETHTOOL_MSG_RINGS_GET => Box::new(queues.rings.clone()),
        ETHTOOL_MSG_CHANNELS_GET => Box::new(queues.channels.clone()),
        ETHTOOL_MSG_COALESCE_GET => Box::new(queues.coalesce.clone()),
        ETHTOOL_MSG_PAUSE_GET => Box::new(queues.pause.clone()?),
        _ => {
            let settings = queues.settings.as_ref()?;
            match topic.get {
                ETHTOOL_MSG_LINKINFO_GET => Box::new(settings.info.clone()),
                ETHTOOL_MSG_LINKMODES_GET => Box::new(settings.modes.clone()),
                // A cable is always plugged in here, and its other end is up.
                ETHTOOL_MSG_LINKSTATE_GET => {
                    Box::new(LinkState { link: Some(netdev.up), ..LinkState::default() })
                }
                ETHTOOL_MSG_EEE_GET => Box::new(settings.eee.clone()?),
                ETHTOOL_MSG_WOL_GET => Box::new(settings.wol.clone()),
                ETHTOOL_MSG_DEBUG_GET => Box::new(settings.messages.clone()),
                ETHTOOL_MSG_PRIVFLAGS_GET => Box::new(settings.private.clone()?),
                ETHTOOL_MSG_TSINFO_GET => Box::new(settings.stamps.clone()),
                ETHTOOL_MSG_TSCONFIG_GET => Box::new(settings.stamping.clone()),
                ETHTOOL_MSG_MODULE_GET => Box::new(settings.module.clone()),
                ETHTOOL_MSG_FEC_GET => Box::new(settings.fec.clone()),
                _ => return None,
            }
        }
    };
    Some(record)
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
    let number = |name: &str| match record.get(name)? {
        Value::Number(number) | Value::Word(_, number) => Some(number),
        Value::Switch(on) => Some(u64::from(on)),
        _ => None,
    };
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
