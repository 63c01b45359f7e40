//! Filters: `RTM_GETTFILTER`, `RTM_NEWTFILTER`, `RTM_DELTFILTER` for flower and matchall.

use smartnic_core::flow::{Action, Attach, Classifier, Match, Rule, Skip};
use smartnic_core::types::{EtherType, IfIndex};
use smartnic_netlink::codec::{Encoder, Flags, TcMsg};
use smartnic_netlink::uapi::pkt_cls::*;
use smartnic_netlink::uapi::pkt_sched::*;
use smartnic_netlink::uapi::rtnetlink::*;

use super::answer::{Answer, ExtAck, message};
use super::qdisc::read;
use super::table::{Request, Table};
use super::{action_read, below_ip, flower_read, flower_write, matchall};
use crate::errno::Errno;
use crate::model::Machine;
use crate::model::tc::{BlockKey, Filter, FilterName, FilterRequest, HookKind, Place};
use crate::note::{Note, Spot};

/// The flags of a filter that a user may set (`tc_flags_valid`).
const USER_FLAGS: u32 = TCA_CLS_FLAGS_SKIP_HW | TCA_CLS_FLAGS_SKIP_SW | TCA_CLS_FLAGS_VERBOSE;

/// `tc_new_tfilter`, `fl_change`.
pub(super) fn new(machine: &mut Machine, request: &Request<'_>, ext: &mut ExtAck) -> Result<(), Errno> {
    let (header, table) = read(request, ext)?;
    let name = name(&header, &table);
    let flags = request.header.flags;
    if name.prio == 0 && !flags.contains(Flags::CREATE) {
        ext.note.say("Invalid filter command with priority of zero");
        return Err(Errno::ENOENT);
    }
    let place = place(machine, &header, ext)?;
    let Ok(kind) = kind(&table) else { return unknown_kind(machine, place, name, ext) };
    let options = table.get(TCA_OPTIONS).ok_or(Errno::EINVAL)?;
    let there = machine.find_block(place, &mut Note::default()).ok().and_then(|at| {
        Some(machine.tc.blocks.get(at)?.chain(name.chain)?.protos.get(&name.prio)?.classifier())
    });
    let classifier = kind.or(there).unwrap_or_default();
    let read = match classifier {
        Classifier::Flower => Options::Flower(flower_read::Flower::read(request, options)?),
        Classifier::Matchall => Options::Matchall(matchall::Matchall::read(request, options)?),
    };
    let filter_flags = read.flags();
    let skip = filter_flags & (TCA_CLS_FLAGS_SKIP_HW | TCA_CLS_FLAGS_SKIP_SW);
    if filter_flags & !USER_FLAGS != 0 || skip.count_ones() == 2 {
        return Err(Errno::EINVAL);
    }
    let rule = Rule {
        attach: Attach::Block(0),
        chain: name.chain,
        prio: name.prio,
        protocol: name.protocol,
        handle: Some(name.handle).filter(|handle| *handle != 0),
        classifier,
        classid: read.classid(),
        actions: read.actions(machine, request, ext)?,
        key: read.key(request, ext)?,
        skip: match skip {
            TCA_CLS_FLAGS_SKIP_HW => Skip::SkipHw,
            TCA_CLS_FLAGS_SKIP_SW => Skip::SkipSw,
            _ => Skip::None,
        },
    };
    let wanted = FilterRequest {
        rule,
        kind_given: kind.is_some(),
        create: flags.contains(Flags::CREATE),
        exclusive: flags.contains(Flags::EXCL),
        verbose: filter_flags & TCA_CLS_FLAGS_VERBOSE != 0,
    };
    let result = machine.write_filter(place, wanted, &mut ext.note).map(drop);
    let blamed = match ext.note.at {
        Some(Spot::PortSrcMin) => Some(TCA_FLOWER_KEY_PORT_SRC_MIN),
        Some(Spot::PortDstMin) => Some(TCA_FLOWER_KEY_PORT_DST_MIN),
        Some(Spot::CtStateMask) => Some(TCA_FLOWER_KEY_CT_STATE_MASK),
        Some(spot) => below_ip::blamed(spot),
        None => None,
    };
    if let (Options::Flower(flower), Some(kind)) = (&read, blamed) {
        ext.offset = ext.offset.or(flower.offset(request, kind));
    }
    result
}

/// What is in `TCA_OPTIONS`, by the kind of filter.
enum Options<'a> {
    Flower(flower_read::Flower<'a>),
    Matchall(matchall::Matchall<'a>),
}

impl Options<'_> {
    fn flags(&self) -> u32 {
        match self {
            Self::Flower(flower) => flower.flags(),
            Self::Matchall(matchall) => matchall.flags(),
        }
    }

    fn classid(&self) -> Option<u32> {
        match self {
            Self::Flower(flower) => flower.classid(),
            Self::Matchall(matchall) => matchall.classid(),
        }
    }

    fn actions(
        &self,
        machine: &Machine,
        request: &Request<'_>,
        ext: &mut ExtAck,
    ) -> Result<Vec<Action>, Errno> {
        let list = match self {
            Self::Flower(flower) => flower.actions(),
            Self::Matchall(matchall) => matchall.actions(),
        };
        match list {
            // Of an action that is there already, a rule says its number alone.
            Some(list) => {
                let known = |kind: &str, index: u32| machine.has_action(kind, index);
                action_read::read(request, list, &known, ext)
            }
            None => Ok(Vec::new()),
        }
    }

    fn key(&self, request: &Request<'_>, ext: &mut ExtAck) -> Result<Match, Errno> {
        match self {
            Self::Flower(flower) => flower.key(request, ext),
            Self::Matchall(_) => Ok(Match::default()),
        }
    }
}

/// The kind that a request names, if it names one; an error if this kernel has no such kind.
fn kind(table: &Table<'_>) -> Result<Option<Classifier>, ()> {
    let Some(name) = table.text(TCA_KIND) else { return Ok(None) };
    let known = [Classifier::Flower, Classifier::Matchall].into_iter().find(|kind| kind.name() == name);
    known.map(Some).ok_or(())
}

fn unknown_kind(machine: &Machine, place: Place, name: FilterName, ext: &mut ExtAck) -> Result<(), Errno> {
    let block = machine.find_block(place, &mut ext.note)?;
    let block = machine.tc.blocks.get(block);
    let there = block.and_then(|block| block.chain(name.chain)?.protos.get(&name.prio)).is_some();
    if there {
        ext.note.say("Specified filter kind does not match existing one");
        return Err(Errno::EINVAL);
    }
    ext.note.say("TC classifier not found");
    Err(Errno::ENOENT)
}

/// `tc_del_tfilter`.
pub(super) fn delete(machine: &mut Machine, request: &Request<'_>, ext: &mut ExtAck) -> Result<(), Errno> {
    let (header, table) = read(request, ext)?;
    let name = name(&header, &table);
    if name.prio == 0 && (name.protocol.0 != 0 || name.handle != 0 || table.has(TCA_KIND)) {
        ext.note.say("Cannot flush filters with protocol, handle or kind set");
        return Err(Errno::ENOENT);
    }
    let place = place(machine, &header, ext)?;
    if kind(&table).is_err() {
        unknown_kind(machine, place, name, ext)?;
    }
    machine.remove_filter(place, name, &mut ext.note)
}

/// `tc_get_tfilter`.
pub(super) fn get(
    machine: &Machine,
    request: &Request<'_>,
    answer: &mut Answer,
    ext: &mut ExtAck,
) -> Result<(), Errno> {
    let (header, table) = read(request, ext)?;
    let name = name(&header, &table);
    if name.prio == 0 {
        ext.note.say("Invalid filter command with priority of zero");
        return Err(Errno::ENOENT);
    }
    let place = place(machine, &header, ext)?;
    let (block, proto, filter) = machine.filter(place, name, &mut ext.note)?;
    let name = FilterName { protocol: proto.protocol, kind: Some(proto.classifier()), ..name };
    let mut bytes = Vec::new();
    // The answer carries the flags of the request (`tfilter_notify_prep`).
    let flags = request.header.flags;
    message(&mut bytes, RTM_NEWTFILTER, flags, request.header.seq, answer.port(), |e| {
        write(e, machine, block.key, name, Some(filter), None);
    });
    answer.datagrams.push(bytes);
    Ok(())
}

/// `tc_dump_tfilter`. Before the filters of each priority comes a message about the priority itself.
pub(super) fn dump(
    machine: &Machine,
    request: &Request<'_>,
    answer: &mut Answer,
    ext: &mut ExtAck,
) -> Result<(), Errno> {
    let (header, table) = read(request, ext)?;
    let wanted = name(&header, &table);
    let terse = table.get(TCA_DUMP_FLAGS).and_then(|attr| attr.payload.first_chunk().copied());
    let terse = terse.map(u32::from_ne_bytes).is_some_and(|flags| flags & TCA_DUMP_FLAGS_TERSE != 0);
    // A place that is not there has no filters.
    let place = place(machine, &header, &mut ExtAck::default());
    let block = place.ok().and_then(|place| machine.block_to_show(place));
    let chains = block.into_iter().flat_map(|block| block.chains.iter().map(move |chain| (block, chain)));
    for (block, chain) in chains {
        if table.u32(TCA_CHAIN).is_some_and(|index| index != chain.index) {
            continue;
        }
        for (prio, proto) in &chain.protos {
            let other_protocol = wanted.protocol.0 != 0 && wanted.protocol != proto.protocol;
            if wanted.prio != 0 && wanted.prio != *prio || other_protocol {
                continue;
            }
            let kind = Some(proto.classifier());
            let name =
                FilterName { chain: chain.index, prio: *prio, protocol: proto.protocol, kind, handle: 0 };
            answer.part(RTM_NEWTFILTER, |e| write(e, machine, block.key, name, None, None));
            for (handle, filter) in &proto.filters {
                let name = FilterName { handle: *handle, ..name };
                // matchall has no terse form.
                if terse && filter.rule.classifier == Classifier::Matchall {
                    continue;
                }
                answer.part(RTM_NEWTFILTER, |e| match terse {
                    false => write(e, machine, block.key, name, Some(filter), None),
                    true => write_terse(e, machine, block.key, name, filter),
                });
            }
        }
    }
    answer.done();
    Ok(())
}

fn name(header: &TcMsg, table: &Table<'_>) -> FilterName {
    FilterName {
        chain: table.u32(TCA_CHAIN).unwrap_or(0),
        prio: (header.info >> 16) as u16,
        protocol: EtherType(u16::from_be((header.info & 0xffff) as u16)),
        kind: kind(table).unwrap_or(None),
        handle: header.handle,
    }
}

/// The place that a header names (`__tcf_qdisc_find`, `__tcf_qdisc_cl_find`).
pub(super) fn place(machine: &Machine, header: &TcMsg, ext: &mut ExtAck) -> Result<Place, Errno> {
    if header.ifindex as u32 == TCM_IFINDEX_MAGIC_BLOCK {
        return Ok(Place::Block(header.parent));
    }
    let link = machine.netdev(IfIndex(header.ifindex as u32))?.ifindex;
    if header.parent == 0 {
        ext.note.say("Class doesn't support blocks");
        return Err(Errno::EOPNOTSUPP);
    }
    let hook = machine.tc.hooks.get(&link.0);
    let Some(hook) = hook.filter(|_| header.parent & TC_H_MAJ_MASK == TC_H_CLSACT & TC_H_MAJ_MASK) else {
        ext.note.say("Parent Qdisc doesn't exists");
        return Err(Errno::EINVAL);
    };
    match (hook.kind, header.parent & TC_H_MIN_MASK) {
        (HookKind::Ingress, _) | (HookKind::Clsact, TC_H_MIN_INGRESS) => {
            Ok(Place::Dev { link, egress: false })
        }
        (HookKind::Clsact, TC_H_MIN_EGRESS) => Ok(Place::Dev { link, egress: true }),
        (HookKind::Clsact, 0) => Err(Errno::EINVAL),
        (HookKind::Clsact, _) => {
            ext.note.say("Specified class doesn't exist");
            Err(Errno::ENOENT)
        }
    }
}

/// Writes a filter, or a priority as a whole (`tcf_fill_node`, `fl_dump`).
pub(super) fn write(
    e: &mut Encoder<'_>,
    machine: &Machine,
    block: BlockKey,
    name: FilterName,
    filter: Option<&Filter>,
    remark: Option<&str>,
) {
    write_head(e, block, name);
    if let Some(filter) = filter {
        e.nest(TCA_OPTIONS, |e| match filter.rule.classifier {
            Classifier::Flower => flower_write::write(e, machine, filter),
            Classifier::Matchall => matchall::write(e, machine, filter),
        });
    }
    if let Some(remark) = remark {
        e.text(TCA_EXT_WARN_MSG, remark);
    }
}

/// As [`write`], for a terse dump.
fn write_terse(e: &mut Encoder<'_>, machine: &Machine, block: BlockKey, name: FilterName, filter: &Filter) {
    write_head(e, block, name);
    e.nest(TCA_OPTIONS, |e| flower_write::write_terse(e, machine, filter));
}

fn write_head(e: &mut Encoder<'_>, block: BlockKey, name: FilterName) {
    let (ifindex, parent) = match block {
        BlockKey::Own { link, egress: false } => (link.0, TC_H_CLSACT & TC_H_MAJ_MASK | TC_H_MIN_INGRESS),
        BlockKey::Own { link, egress: true } => (link.0, TC_H_CLSACT & TC_H_MAJ_MASK | TC_H_MIN_EGRESS),
        BlockKey::Shared(number) => (TCM_IFINDEX_MAGIC_BLOCK, number),
    };
    let info = u32::from(name.prio) << 16 | u32::from(name.protocol.0.to_be());
    let ifindex = ifindex as i32;
    e.fixed(&TcMsg { ifindex, handle: name.handle, parent, info, ..TcMsg::default() });
    e.text(TCA_KIND, name.kind.unwrap_or_default().name());
    e.u32(TCA_CHAIN, name.chain);
}
