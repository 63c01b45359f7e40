//! How received packets are spread over queues (`net/ethtool/rss.c`).

use smartnic_core::ethtool::{
    Bits, Bytes, HASH_FIELDS, HashFunction, InputTransformation, Record, Rss as Told, Value,
};
use smartnic_core::types::IfIndex;
use smartnic_netlink::codec::{Attr, Attrs, Encoder, Flags, GenlHeader};
use smartnic_netlink::uapi::ethtool_netlink::*;
use smartnic_netlink::uapi::netlink::NLA_F_NESTED;

use super::answer::{Answer, ExtAck};
use super::control::ETHTOOL_ID;
use super::features::read_header;
use super::statistics::start;
use super::table::{Policy, Request, Shape, Strictness, Table};
use crate::errno::Errno;
use crate::model::{Event, KEY, Machine, Netdev, Rss, SLOTS, Spread};

const GET: [Policy; 3] = [
    (ETHTOOL_A_RSS_HEADER, Shape::Nested, None),
    (ETHTOOL_A_RSS_CONTEXT, Shape::U32, None),
    (ETHTOOL_A_RSS_START_CONTEXT, Shape::U32, None),
];
const CHANGE: [Policy; 7] = [
    (ETHTOOL_A_RSS_HEADER, Shape::Nested, None),
    (ETHTOOL_A_RSS_CONTEXT, Shape::U32, None),
    (ETHTOOL_A_RSS_HFUNC, Shape::U32, None),
    (ETHTOOL_A_RSS_INDIR, Shape::Bytes(0), None),
    (ETHTOOL_A_RSS_HKEY, Shape::Bytes(1), None),
    (ETHTOOL_A_RSS_INPUT_XFRM, Shape::U32, None),
    (ETHTOOL_A_RSS_FLOW_HASH, Shape::Nested, None),
];

/// Fields of flows by their attributes (`ETHTOOL_A_FLOW_*`), as far as devices here tell packets apart.
const FLOWS: [(u32, &str); 6] = [
    (ETHTOOL_A_FLOW_IP4, "flow-hash.ip4"),
    (ETHTOOL_A_FLOW_IP6, "flow-hash.ip6"),
    (ETHTOOL_A_FLOW_TCP4, "flow-hash.tcp4"),
    (ETHTOOL_A_FLOW_TCP6, "flow-hash.tcp6"),
    (ETHTOOL_A_FLOW_UDP4, "flow-hash.udp4"),
    (ETHTOOL_A_FLOW_UDP6, "flow-hash.udp6"),
];

/// Whether a command is about this.
pub(super) fn knows(command: u8) -> bool {
    command == ETHTOOL_MSG_RSS_GET || changes(command)
}

/// Whether a command changes something.
pub(super) fn changes(command: u8) -> bool {
    matches!(command, ETHTOOL_MSG_RSS_SET | ETHTOOL_MSG_RSS_CREATE_ACT | ETHTOOL_MSG_RSS_DELETE_ACT)
}

pub(super) fn serve(
    machine: &mut Machine,
    request: &Request<'_>,
    answer: &mut Answer,
    ext: &mut ExtAck,
) -> Result<(), Errno> {
    let (header, attrs) = GenlHeader::split(request.payload).map_err(|_| Errno::EINVAL)?;
    let dumps = request.header.flags.contains(Flags::DUMP);
    let get = header.command == ETHTOOL_MSG_RSS_GET;
    if !get && dumps {
        return Err(Errno::EOPNOTSUPP);
    }
    if !get && !request.admin {
        return Err(Errno::EPERM);
    }
    let policy: &[Policy] = if get { &GET } else { &CHANGE };
    let table = Table::read(request, Attrs::new(attrs), policy, Strictness::Strict(ETHTOOL_A_RSS_MAX), ext)?;
    let named = match table.get(ETHTOOL_A_RSS_HEADER) {
        Some(header) => read_header(machine, request, header, !dumps, ext)?.0,
        None if dumps => None,
        None => {
            ext.missing = Some((ETHTOOL_A_RSS_HEADER, None));
            return Err(Errno::EINVAL);
        }
    };
    if dumps {
        for netdev in machine.netdevs.values() {
            if named.is_some_and(|named| named.ifindex != netdev.ifindex) {
                continue;
            }
            let Some((rss, queues)) = of(netdev) else { continue };
            for (number, told) in &rss.contexts {
                answer.part(ETHTOOL_ID, |e| {
                    write(e, netdev, (ETHTOOL_MSG_RSS_GET_REPLY, *number), told, queues)
                });
            }
        }
        answer.done();
        return Ok(());
    }
    let netdev = named.ok_or(Errno::EINVAL)?;
    let (rss, queues) = of(netdev).ok_or(Errno::EOPNOTSUPP)?;
    let index = netdev.ifindex;
    let context = table.u32(ETHTOOL_A_RSS_CONTEXT).unwrap_or(0);
    if context != 0 && rss.most == 0 {
        return Err(Errno::EOPNOTSUPP);
    }
    let there = |ext: &mut ExtAck| {
        rss.contexts.get(&context).cloned().ok_or_else(|| {
            let attr = table.get(ETHTOOL_A_RSS_CONTEXT);
            ext.offset = attr.and_then(|attr| request.offset(attr));
            Errno::ENOENT
        })
    };
    match header.command {
        ETHTOOL_MSG_RSS_GET => {
            let told = there(ext)?;
            answer
                .reply(ETHTOOL_ID, |e| write(e, netdev, (ETHTOOL_MSG_RSS_GET_REPLY, context), &told, queues));
        }
        ETHTOOL_MSG_RSS_SET => {
            let before = there(ext)?;
            let mut told = before.clone();
            change(request, &table, &mut told, queues, ext)?;
            let differs = told != before;
            contexts(machine, index)?.insert(context, told);
            if differs {
                tell(machine, index, context, Spread::Changed);
            }
        }
        ETHTOOL_MSG_RSS_CREATE_ACT => {
            let wanted = table.u32(ETHTOOL_A_RSS_CONTEXT);
            if rss.most == 0 {
                return Err(Errno::EOPNOTSUPP);
            }
            let mut free = (1..=rss.most).filter(|number| !rss.contexts.contains_key(number));
            let number = match wanted {
                Some(number) if rss.contexts.contains_key(&number) || number > rss.most => {
                    return Err(Errno::EBUSY);
                }
                Some(number) => number,
                None => free.next().ok_or(Errno::ENOSPC)?,
            };
            let mut told = rss.contexts.get(&0).cloned().unwrap_or_default();
            told.indirection = None;
            change(request, &table, &mut told, queues, ext)?;
            contexts(machine, index)?.insert(number, told.clone());
            tell(machine, index, number, Spread::Came);
            let netdev = machine.netdev(index)?;
            let head = (ETHTOOL_MSG_RSS_CREATE_ACT_REPLY, number);
            answer.reply(ETHTOOL_ID, |e| write(e, netdev, head, &told, queues));
        }
        _ => {
            if context == 0 {
                ext.missing = Some((ETHTOOL_A_RSS_CONTEXT, None));
                return Err(Errno::EINVAL);
            }
            there(ext)?;
            contexts(machine, index)?.remove(&context);
            tell(machine, index, context, Spread::Went);
        }
    }
    Ok(())
}

fn tell(machine: &mut Machine, link: IfIndex, context: u32, change: Spread) {
    machine.events.push(|| Event::Spread { link, context, change });
}

/// What writes a message.
type Body<'a> = Box<dyn Fn(&mut Encoder<'_>) + 'a>;

/// Word of a change; of a context that went, its number is all.
pub(super) fn notice<'a>(netdev: &'a Netdev, context: u32, change: Spread) -> Option<Body<'a>> {
    let command = match change {
        Spread::Came => ETHTOOL_MSG_RSS_CREATE_NTF,
        Spread::Changed => ETHTOOL_MSG_RSS_NTF,
        Spread::Went => {
            return Some(Box::new(move |e| {
                start(e, ETHTOOL_MSG_RSS_DELETE_NTF, Some(netdev));
                e.u32(ETHTOOL_A_RSS_CONTEXT, context);
            }));
        }
    };
    let (rss, queues) = of(netdev)?;
    let told = rss.contexts.get(&context)?;
    Some(Box::new(move |e| write(e, netdev, (command, context), told, queues)))
}

/// What a link spreads, and over how many queues.
fn of(netdev: &Netdev) -> Option<(&Rss, u32)> {
    let queues = netdev.queues.as_ref()?;
    Some((&queues.settings.as_ref()?.rss, queues.channels.combined.unwrap_or(1)))
}

fn contexts(
    machine: &mut Machine,
    link: IfIndex,
) -> Result<&mut std::collections::BTreeMap<u32, Told>, Errno> {
    let netdev = machine.netdevs.get_mut(&link.0).ok_or(Errno::ENODEV)?;
    let settings = netdev.queues.as_mut().and_then(|queues| queues.settings.as_mut());
    Ok(&mut settings.ok_or(Errno::EOPNOTSUPP)?.rss.contexts)
}

fn change(
    request: &Request<'_>,
    table: &Table<'_>,
    told: &mut Told,
    queues: u32,
    ext: &mut ExtAck,
) -> Result<(), Errno> {
    if let Some(function) = table.u32(ETHTOOL_A_RSS_HFUNC) {
        let function = HashFunction::from_number(function);
        // These devices have Toeplitz and exclusive or; that is ours.
        if !matches!(function, HashFunction::Toeplitz | HashFunction::Xor) {
            return Err(Errno::EOPNOTSUPP);
        }
        told.function = Some(function);
    }
    if let Some(number) = table.u32(ETHTOOL_A_RSS_INPUT_XFRM) {
        let transformation = InputTransformation::from_number(number);
        if let InputTransformation::Unknown(_) = transformation {
            return Err(Errno::EOPNOTSUPP);
        }
        told.transformation = Some(transformation);
    }
    if let Some(attr) = table.get(ETHTOOL_A_RSS_INDIR) {
        told.indirection = slots(request, attr, queues, ext)?;
    }
    if let Some(attr) = table.get(ETHTOOL_A_RSS_HKEY) {
        if attr.payload.len() != KEY {
            ext.offset = request.offset(attr);
            return Err(Errno::EINVAL);
        }
        told.key = Some(Bytes(attr.payload.to_vec()));
    }
    if let Some(flows) = table.get(ETHTOOL_A_RSS_FLOW_HASH) {
        for flow in flows.nested() {
            let flow = flow.map_err(|_| Errno::EINVAL)?;
            let Some((_, name)) = FLOWS.iter().find(|(kind, _)| *kind == u32::from(flow.kind())) else {
                ext.offset = request.offset(&flow);
                return Err(Errno::EOPNOTSUPP);
            };
            let number = flow.uint().map_err(|_| Errno::EINVAL)?;
            let on = HASH_FIELDS.iter().filter(|(_, bit)| number & bit != 0);
            let on = on.map(|(name, _)| (*name).to_owned()).collect();
            told.put(name, Value::Bits(Bits { on, of: None }));
        }
    }
    Ok(())
}

/// `rss_set_prep_indir`: a short table is repeated; an empty one stands for the even one, which follows the queues.
fn slots(
    request: &Request<'_>,
    attr: &Attr<'_>,
    queues: u32,
    ext: &mut ExtAck,
) -> Result<Option<Vec<u64>>, Errno> {
    let (given, rest) = attr.payload.as_chunks::<4>();
    let given: Vec<u32> = given.iter().map(|slot| u32::from_ne_bytes(*slot)).collect();
    if !rest.is_empty() {
        return Err(Errno::EINVAL);
    }
    if given.is_empty() {
        return Ok(None);
    }
    if !SLOTS.is_multiple_of(given.len()) {
        let text = format!("size ({}) mismatch with device indir table ({SLOTS})", given.len());
        ext.blame(request.offset(attr), text);
        return Err(Errno::EINVAL);
    }
    if let Some((at, queue)) = given.iter().enumerate().find(|(_, queue)| **queue >= queues) {
        ext.blame(request.offset(attr), format!("entry {at}: queue out of range ({queue})"));
        return Err(Errno::EINVAL);
    }
    Ok(Some(given.iter().copied().map(u64::from).cycle().take(SLOTS).collect()))
}

fn write(e: &mut Encoder<'_>, netdev: &Netdev, (command, context): (u8, u32), told: &Told, queues: u32) {
    start(e, command, Some(netdev));
    if context != 0 {
        e.u32(ETHTOOL_A_RSS_CONTEXT, context);
    }
    if let Some(function) = told.function {
        e.u32(ETHTOOL_A_RSS_HFUNC, function.number());
    }
    let table = told.indirection.clone().unwrap_or_else(|| Rss::even(queues));
    let bytes: Vec<u8> = table.iter().flat_map(|queue| (*queue as u32).to_ne_bytes()).collect();
    e.attr(ETHTOOL_A_RSS_INDIR, &bytes);
    if let Some(Bytes(key)) = &told.key {
        e.attr(ETHTOOL_A_RSS_HKEY, key);
    }
    if let Some(transformation) = told.transformation {
        e.u32(ETHTOOL_A_RSS_INPUT_XFRM, transformation.number());
    }
    e.nest(ETHTOOL_A_RSS_FLOW_HASH | NLA_F_NESTED, |e| {
        for (kind, name) in FLOWS {
            let Some(Value::Bits(bits)) = told.get(name) else { continue };
            let bit = |(name, bit): &(&str, u64)| if bits.has(name) { *bit } else { 0 };
            e.u32(kind as u16, HASH_FIELDS.iter().map(bit).sum::<u64>() as u32);
        }
    });
}
