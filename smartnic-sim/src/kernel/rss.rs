//! How received packets are spread over queues (`net/ethtool/rss.c`).

use smartnic_core::ethtool::{
    Bytes, HASH_FIELDS, HashFunction, InputTransformation, Record, Rss as Told, Value,
};
use smartnic_netlink::codec::{Attrs, Encoder, Flags, GenlHeader};
use smartnic_netlink::uapi::ethtool_netlink::*;
use smartnic_netlink::uapi::netlink::NLA_F_NESTED;

use super::answer::{Answer, ExtAck};
use super::control::ETHTOOL_ID;
use super::features::read_header;
use super::rss_contexts::{self as contexts, of, shown};
use super::statistics::start;
use super::table::{Policy, Request, Shape, Strictness, Table};
use crate::errno::Errno;
use crate::model::{Machine, Netdev, Spread};

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
    let (_, queues) = of(netdev).ok_or(Errno::EOPNOTSUPP)?;
    let index = netdev.ifindex;
    let context = table.u32(ETHTOOL_A_RSS_CONTEXT).unwrap_or(0);
    let there = |ext: &mut ExtAck| {
        contexts::find(netdev, context).inspect_err(|errno| {
            if *errno == Errno::ENOENT {
                ext.offset = table.get(ETHTOOL_A_RSS_CONTEXT).and_then(|attr| request.offset(attr));
            }
        })
    };
    match header.command {
        ETHTOOL_MSG_RSS_GET => {
            let told = there(ext)?;
            answer
                .reply(ETHTOOL_ID, |e| write(e, netdev, (ETHTOOL_MSG_RSS_GET_REPLY, context), &told, queues));
            Ok(())
        }
        ETHTOOL_MSG_RSS_SET => {
            let mut told = there(ext)?;
            change(request, &table, &mut told, queues, ext)?;
            contexts::put(machine, index, context, told)
        }
        ETHTOOL_MSG_RSS_CREATE_ACT => {
            let (number, mut told) = contexts::begin(netdev, table.u32(ETHTOOL_A_RSS_CONTEXT))?;
            change(request, &table, &mut told, queues, ext)?;
            contexts::make(machine, index, number, told.clone())?;
            let netdev = machine.netdev(index)?;
            let head = (ETHTOOL_MSG_RSS_CREATE_ACT_REPLY, number);
            answer.reply(ETHTOOL_ID, |e| write(e, netdev, head, &told, queues));
            Ok(())
        }
        _ => {
            // The link's own way has no number here.
            if context == 0 {
                ext.missing = Some((ETHTOOL_A_RSS_CONTEXT, None));
                return Err(Errno::EINVAL);
            }
            there(ext)?;
            contexts::delete(machine, index, context)
        }
    }
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

fn change(
    request: &Request<'_>,
    table: &Table<'_>,
    told: &mut Told,
    queues: u32,
    ext: &mut ExtAck,
) -> Result<(), Errno> {
    if let Some(function) = table.u32(ETHTOOL_A_RSS_HFUNC) {
        contexts::take_function(told, HashFunction::from_number(function))?;
    }
    if let Some(number) = table.u32(ETHTOOL_A_RSS_INPUT_XFRM) {
        contexts::take_transformation(told, InputTransformation::from_number(number))?;
    }
    if let Some(attr) = table.get(ETHTOOL_A_RSS_INDIR) {
        let (given, rest) = attr.payload.as_chunks::<4>();
        if !rest.is_empty() {
            return Err(Errno::EINVAL);
        }
        let given: Vec<u32> = given.iter().map(|slot| u32::from_ne_bytes(*slot)).collect();
        if let Err(text) = contexts::take_table(told, &given, queues) {
            ext.blame(request.offset(attr), text);
            return Err(Errno::EINVAL);
        }
    }
    if let Some(attr) = table.get(ETHTOOL_A_RSS_HKEY) {
        contexts::take_key(told, attr.payload).inspect_err(|_| ext.offset = request.offset(attr))?;
    }
    for flow in table.get(ETHTOOL_A_RSS_FLOW_HASH).into_iter().flat_map(|flows| flows.nested()) {
        let flow = flow.map_err(|_| Errno::EINVAL)?;
        let name = FLOWS.iter().find(|(kind, _)| *kind == u32::from(flow.kind())).map(|(_, name)| *name);
        let number = flow.uint().map_err(|_| Errno::EINVAL)?;
        let on = HASH_FIELDS.iter().filter(|(_, bit)| number & bit != 0);
        let on = on.map(|(name, _)| (*name).to_owned()).collect();
        let taken = contexts::take_flow(told, name.unwrap_or_default(), on);
        taken.inspect_err(|_| ext.offset = request.offset(&flow))?;
    }
    Ok(())
}

fn write(e: &mut Encoder<'_>, netdev: &Netdev, (command, context): (u8, u32), told: &Told, queues: u32) {
    let told = shown(told, context, queues);
    start(e, command, Some(netdev));
    if let Some(context) = told.context {
        e.u32(ETHTOOL_A_RSS_CONTEXT, context);
    }
    if let Some(function) = told.function {
        e.u32(ETHTOOL_A_RSS_HFUNC, function.number());
    }
    let table = told.indirection.iter().flatten();
    let bytes: Vec<u8> = table.flat_map(|queue| (*queue as u32).to_ne_bytes()).collect();
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
