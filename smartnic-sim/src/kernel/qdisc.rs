//! Qdiscs: `RTM_GETQDISC`, `RTM_NEWQDISC`, `RTM_DELQDISC` for `clsact` and `ingress`.

use smartnic_core::types::IfIndex;
use smartnic_netlink::codec::{Attrs, Encoder, Flags, TcMsg};
use smartnic_netlink::uapi::gen_stats::*;
use smartnic_netlink::uapi::pkt_sched::*;
use smartnic_netlink::uapi::rtnetlink::*;

use super::answer::{Answer, ExtAck};
use super::table::{Policy, Request, Shape, Strictness, Table};
use crate::errno::Errno;
use crate::model::tc::{Hook, HookKind, QdiscFlags};
use crate::model::{Machine, Netdev};

/// The handle of `clsact` and `ingress`.
const HOOK_HANDLE: u32 = TC_H_CLSACT & TC_H_MAJ_MASK;

/// What requests about qdiscs and filters may have (`rtm_tca_policy`).
pub(super) const POLICY: [Policy; 6] = [
    (TCA_KIND, Shape::Text(usize::MAX), None),
    (TCA_STAB, Shape::Nested, None),
    (TCA_DUMP_INVISIBLE, Shape::Flag, None),
    (TCA_CHAIN, Shape::U32, None),
    (TCA_INGRESS_BLOCK, Shape::U32, None),
    (TCA_EGRESS_BLOCK, Shape::U32, None),
];

/// Reads the header and attributes of a traffic control request.
pub(super) fn read<'a>(request: &Request<'a>, ext: &mut ExtAck) -> Result<(TcMsg, Table<'a>), Errno> {
    let (header, attrs) = TcMsg::split(request.payload).map_err(|_| Errno::EINVAL)?;
    let table = Table::read(request, Attrs::new(attrs), &POLICY, Strictness::Liberal, ext)?;
    Ok((header, table))
}

/// `tc_dump_qdisc`.
pub(super) fn dump(
    machine: &Machine,
    request: &Request<'_>,
    answer: &mut Answer,
    ext: &mut ExtAck,
) -> Result<(), Errno> {
    let (header, _) = read(request, ext)?;
    let wanted = |netdev: &&Netdev| header.ifindex == 0 || netdev.ifindex.0 as i32 == header.ifindex;
    for netdev in machine.netdevs.values().filter(wanted) {
        if header.handle == 0 {
            answer.part(RTM_NEWQDISC, |e| write_root(e, netdev));
        }
        if let Some(hook) = machine.tc.hooks.get(&netdev.ifindex.0)
            && (header.handle == 0 || header.handle == HOOK_HANDLE)
        {
            answer.part(RTM_NEWQDISC, |e| write(e, hook, None));
        }
    }
    answer.done();
    Ok(())
}

/// `__tc_get_qdisc`.
pub(super) fn get(
    machine: &Machine,
    request: &Request<'_>,
    answer: &mut Answer,
    ext: &mut ExtAck,
) -> Result<(), Errno> {
    let (header, table) = read(request, ext)?;
    let netdev = machine.netdev(IfIndex(header.ifindex as u32))?;
    if header.parent == TC_H_ROOT {
        answer.reply(RTM_NEWQDISC, |e| write_root(e, netdev));
        return Ok(());
    }
    let hook = machine.tc.hooks.get(&netdev.ifindex.0);
    let hook = hook.filter(|_| header.parent == TC_H_CLSACT || header.handle == HOOK_HANDLE);
    let Some(hook) = hook else {
        ext.note.say(match header.parent {
            0 => "Failed to find qdisc with specified handle",
            _ => "Cannot find specified qdisc on specified device",
        });
        return Err(Errno::ENOENT);
    };
    if table.text(TCA_KIND).is_some_and(|kind| kind != kind_name(hook.kind)) {
        ext.note.say("Invalid qdisc name: must match existing qdisc");
        return Err(Errno::EINVAL);
    }
    answer.reply(RTM_NEWQDISC, |e| write(e, hook, None));
    Ok(())
}

/// `tc_modify_qdisc`; other qdiscs than `clsact` and `ingress` are not there.
pub(super) fn new(machine: &mut Machine, request: &Request<'_>, ext: &mut ExtAck) -> Result<(), Errno> {
    let (header, table) = read(request, ext)?;
    let link = machine.netdev(IfIndex(header.ifindex as u32))?.ifindex;
    let Some(kind) = table.text(TCA_KIND).and_then(kind_of) else {
        ext.note.say("Specified qdisc kind is unknown");
        return Err(Errno::ENOENT);
    };
    // `clsact_init` and `ingress_init` want their own place.
    if header.parent != TC_H_CLSACT {
        return Err(Errno::EOPNOTSUPP);
    }
    let hook = Hook {
        link,
        kind,
        ingress_block: table.u32(TCA_INGRESS_BLOCK),
        egress_block: table.u32(TCA_EGRESS_BLOCK),
    };
    let flags = request.header.flags;
    let flags = QdiscFlags { create: flags.contains(Flags::CREATE), exclusive: flags.contains(Flags::EXCL) };
    machine.add_hook(hook, flags, &mut ext.note)
}

pub(super) fn delete(machine: &mut Machine, request: &Request<'_>, ext: &mut ExtAck) -> Result<(), Errno> {
    let (header, table) = read(request, ext)?;
    let link = machine.netdev(IfIndex(header.ifindex as u32))?.ifindex;
    match header.parent {
        TC_H_CLSACT => {}
        0 => {
            ext.note.say("Classid cannot be zero");
            return Err(Errno::EINVAL);
        }
        TC_H_ROOT => {
            ext.note.say("Cannot delete qdisc with handle of zero");
            return Err(Errno::ENOENT);
        }
        _ => {
            ext.note.say("Failed to find qdisc with specified classid");
            return Err(Errno::ENOENT);
        }
    }
    let there = machine.tc.hooks.get(&link.0);
    if there.is_some() && header.handle != 0 && header.handle != HOOK_HANDLE {
        ext.note.say("Invalid handle");
        return Err(Errno::EINVAL);
    }
    // A kind that this kernel does not know matches none that is there.
    let kind = match table.text(TCA_KIND) {
        None => None,
        Some(kind) => match (kind_of(kind), there) {
            (Some(kind), _) => Some(kind),
            (None, None) => None,
            (None, Some(_)) => {
                ext.note.say("Invalid qdisc name: must match existing qdisc");
                return Err(Errno::EINVAL);
            }
        },
    };
    // Without a handle, the empty queue that is left behind is found and cannot be deleted.
    let empty = there.is_none() && machine.netdev(link)?.had_ingress_queue;
    if empty && header.handle == 0 {
        ext.note.say("Cannot delete qdisc with handle of zero");
        return Err(Errno::ENOENT);
    }
    machine.remove_hook(link, kind, &mut ext.note)
}

fn kind_of(name: &str) -> Option<HookKind> {
    match name {
        "clsact" => Some(HookKind::Clsact),
        "ingress" => Some(HookKind::Ingress),
        _ => None,
    }
}

fn kind_name(kind: HookKind) -> &'static str {
    match kind {
        HookKind::Clsact => "clsact",
        HookKind::Ingress => "ingress",
    }
}

/// Writes a hook (`tc_fill_qdisc`), perhaps with what a driver remarked.
pub(super) fn write(e: &mut Encoder<'_>, hook: &Hook, remark: Option<&str>) {
    e.fixed(&TcMsg {
        ifindex: hook.link.0 as i32,
        handle: HOOK_HANDLE,
        parent: TC_H_CLSACT,
        info: 1,
        ..TcMsg::default()
    });
    e.text(TCA_KIND, kind_name(hook.kind));
    if let Some(block) = hook.ingress_block {
        e.u32(TCA_INGRESS_BLOCK, block);
    }
    if let Some(block) = hook.egress_block {
        e.u32(TCA_EGRESS_BLOCK, block);
    }
    e.nest(TCA_OPTIONS, |_| {});
    e.u8(TCA_HW_OFFLOAD, 0);
    write_stats(e);
    if let Some(remark) = remark {
        e.text(TCA_EXT_WARN_MSG, remark);
    }
}

fn write_root(e: &mut Encoder<'_>, netdev: &Netdev) {
    e.fixed(&TcMsg { ifindex: netdev.ifindex.0 as i32, parent: TC_H_ROOT, info: 2, ..TcMsg::default() });
    e.text(TCA_KIND, super::link::root_qdisc(netdev));
    e.u8(TCA_HW_OFFLOAD, 0);
    write_stats(e);
}

/// No packet passes a queue here, so there is nothing to count.
fn write_stats(e: &mut Encoder<'_>) {
    e.nest(TCA_STATS2, |e| {
        e.attr(TCA_STATS_BASIC, &[0; SIZEOF_GNET_STATS_BASIC]);
        e.attr(TCA_STATS_QUEUE, &[0; SIZEOF_GNET_STATS_QUEUE]);
    });
}
