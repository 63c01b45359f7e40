//! Shared actions: `RTM_NEWACTION`, `RTM_DELACTION`, `RTM_GETACTION` (`tc_ctl_action`, `tc_dump_action`).

use smartnic_netlink::codec::{Attrs, Encoder, Flags};
use smartnic_netlink::uapi::pkt_cls::*;
use smartnic_netlink::uapi::rtnetlink::*;

use super::answer::{Answer, ExtAck, message};
use super::table::{Policy, Request, Shape, Strictness, Table};
use super::{action_read, action_write};
use crate::errno::Errno;
use crate::model::Machine;
use crate::model::tc::{ActionView, SharedAction};

/// How many actions stand in one message of a dump. The kernel fills its buffer.
const AT_ONCE: usize = 64;

const DUMP_FLAGS: u32 = TCA_ACT_FLAG_LARGE_DUMP_ON | TCA_ACT_FLAG_TERSE_DUMP;

/// `tcaa_policy`.
const DUMP_POLICY: [Policy; 2] =
    [(TCA_ROOT_FLAGS, Shape::Bits(DUMP_FLAGS), None), (TCA_ROOT_TIME_DELTA, Shape::U32, None)];

fn read<'a>(request: &Request<'a>, policy: &[Policy], ext: &mut ExtAck) -> Result<Table<'a>, Errno> {
    let attrs = request.payload.get(SIZEOF_TCAMSG..).ok_or(Errno::EINVAL)?;
    Table::read(request, Attrs::new(attrs), policy, Strictness::Liberal, ext)
}

fn missing(ext: &mut ExtAck) -> Errno {
    ext.note.say("Netlink action attributes missing");
    Errno::EINVAL
}

/// `tcf_action_add`.
pub(super) fn new(machine: &mut Machine, request: &Request<'_>, ext: &mut ExtAck) -> Result<(), Errno> {
    let table = read(request, &[], ext)?;
    let list = table.get(TCA_ROOT_TAB).ok_or_else(|| missing(ext))?;
    let replace = request.header.flags.contains(Flags::REPLACE);
    // What is there already is not looked at unless it is to be replaced.
    let known = |kind: &str, index: u32| !replace && machine.has_action(kind, index);
    let actions = action_read::read(request, list, &known, ext)?;
    machine.add_actions(actions, replace, &mut ext.note)
}

/// `tca_action_gd`, `tca_action_flush`.
pub(super) fn delete(machine: &mut Machine, request: &Request<'_>, ext: &mut ExtAck) -> Result<(), Errno> {
    let table = read(request, &[], ext)?;
    let list = table.get(TCA_ROOT_TAB).ok_or_else(|| missing(ext))?;
    if request.header.flags.contains(Flags::ROOT) {
        let Some(kind) = action_read::read_kind(request, list, ext)? else {
            ext.note.say("Cannot flush unknown TC action");
            return Err(Errno::EINVAL);
        };
        return machine.flush_actions(&kind, &mut ext.note);
    }
    let names = action_read::read_names(request, list, ext)?;
    machine.remove_actions(&names, &mut ext.note)
}

/// `tca_action_gd`, `tcf_get_notify`: the answer has the type of the request.
pub(super) fn get(
    machine: &mut Machine,
    request: &Request<'_>,
    answer: &mut Answer,
    ext: &mut ExtAck,
) -> Result<(), Errno> {
    let table = read(request, &[], ext)?;
    let list = table.get(TCA_ROOT_TAB).ok_or_else(|| missing(ext))?;
    let names = action_read::read_names(request, list, ext)?;
    let found = machine.find_actions(&names, &mut ext.note)?;
    let mut bytes = Vec::new();
    message(&mut bytes, RTM_GETACTION, Flags::empty(), request.header.seq, answer.port(), |e| {
        write(e, machine, &found, 0, None);
    });
    answer.datagrams.push(bytes);
    Ok(())
}

/// `tc_dump_action`: a kind that is not known has no actions.
pub(super) fn dump(
    machine: &Machine,
    request: &Request<'_>,
    answer: &mut Answer,
    ext: &mut ExtAck,
) -> Result<(), Errno> {
    let table = read(request, &DUMP_POLICY, ext)?;
    let kind = match table.get(TCA_ROOT_TAB) {
        Some(list) => action_read::read_kind(request, list, ext)?,
        None => None,
    };
    let flags = table.u32(TCA_ROOT_FLAGS).unwrap_or(0);
    let since = table.u32(TCA_ROOT_TIME_DELTA).filter(|since| *since != 0);
    let mut views = kind.map(|kind| machine.actions_of_kind(&kind)).unwrap_or_default();
    let is_recent = |view: &ActionView<'_>| {
        let last = view.used_ms.unwrap_or(view.made_ms);
        since.is_none_or(|since| machine.clock_ms.saturating_sub(last) <= u64::from(since))
    };
    views.retain(is_recent);
    let large = flags & TCA_ACT_FLAG_LARGE_DUMP_ON != 0;
    for part in views.chunks(if large { AT_ONCE } else { TCA_ACT_MAX_PRIO as usize }) {
        answer.part(RTM_GETACTION, |e| {
            e.fixed(&[0_u8; SIZEOF_TCAMSG]);
            e.u32(TCA_ROOT_COUNT, if large { part.len() as u32 } else { 0 });
            e.nest(TCA_ROOT_TAB, |e| {
                for (number, view) in (0..).zip(part) {
                    e.nest(number, |e| match flags & TCA_ACT_FLAG_TERSE_DUMP {
                        0 => action_write::one(e, machine, view),
                        _ => action_write::one_terse(e, view, true),
                    });
                }
            });
        });
    }
    answer.done();
    Ok(())
}

/// Writes shared actions, each with so many references fewer (`tca_get_fill`).
pub(super) fn write(
    e: &mut Encoder<'_>,
    machine: &Machine,
    actions: &[(SharedAction, u32)],
    fewer: u32,
    remark: Option<&str>,
) {
    e.fixed(&[0_u8; SIZEOF_TCAMSG]);
    if let Some(remark) = remark {
        e.text(TCA_ROOT_EXT_WARN_MSG, remark);
    }
    e.nest(TCA_ROOT_TAB, |e| {
        for (number, (shared, in_hw_count)) in (1..).zip(actions) {
            let view = shared.view(*in_hw_count);
            let view = ActionView { refs: view.refs.saturating_sub(fewer), ..view };
            e.nest(number, |e| action_write::one(e, machine, &view));
        }
    });
}

/// Writes that all actions of a kind went (`tca_action_flush`).
pub(super) fn write_flush(e: &mut Encoder<'_>, kind: &str, count: u32) {
    e.fixed(&[0_u8; SIZEOF_TCAMSG]);
    e.nest(TCA_ROOT_TAB, |e| {
        e.nest(0, |e| {
            e.text(TCA_ACT_KIND, kind);
            e.u32(TCA_FCNT, count);
        });
    });
}
