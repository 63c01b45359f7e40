//! Actions from their attributes (`tcf_action_init`): one kind of action per file, as in `net/sched/act_*.c`. Values that
//! cannot be are looked at by the model, for both of its faces.
//!
//! There are no actions that rules share: an index is not looked at, and of an action by its index the kernel finds none.

mod beside;
mod ct;
mod forward;
mod limit;
mod pedit;
mod tunnel_key;
mod vlan;

use smartnic_core::flow::{Action, ActionFlags, ActionKind, Control, Cookie, Csum, HwStats};
use smartnic_netlink::codec::Attr;
use smartnic_netlink::uapi::pkt_cls::*;
use smartnic_netlink::uapi::tc_csum::*;

use super::answer::ExtAck;
use super::table::{Policy, Request, Shape, Strictness, Table};
use crate::errno::Errno;

/// `tcf_action_policy`.
const POLICY: [Policy; 5] = [
    (TCA_ACT_COOKIE, Shape::AtMost(TC_COOKIE_MAX_SIZE as usize), None),
    (TCA_ACT_KIND, Shape::Text(usize::MAX), None),
    (TCA_ACT_INDEX, Shape::U32, None),
    (
        TCA_ACT_FLAGS,
        Shape::Bits(TCA_ACT_FLAGS_NO_PERCPU_STATS | TCA_ACT_FLAGS_SKIP_HW | TCA_ACT_FLAGS_SKIP_SW),
        None,
    ),
    (TCA_ACT_HW_STATS, Shape::Bits(TCA_ACT_HW_STATS_IMMEDIATE | TCA_ACT_HW_STATS_DELAYED), None),
];

/// Reads the numbered list of actions; it ends at the first number that is missing.
pub(super) fn read(request: &Request<'_>, list: &Attr<'_>, ext: &mut ExtAck) -> Result<Vec<Action>, Errno> {
    let table = Table::read(request, list.nested(), &[], Strictness::Liberal, ext)?;
    if table.has(TCA_ACT_MAX_PRIO as u16 + 1) {
        ext.note.say("Only 32 actions supported per filter");
        return Err(Errno::EINVAL);
    }
    let numbered = (1..=TCA_ACT_MAX_PRIO as u16).map_while(|number| table.get(number));
    numbered.map(|attr| one(request, attr, ext)).collect()
}

fn one(request: &Request<'_>, attr: &Attr<'_>, ext: &mut ExtAck) -> Result<Action, Errno> {
    let table = Table::read(request, attr.nested(), &POLICY, Strictness::Liberal, ext)?;
    let Some(name) = table.text(TCA_ACT_KIND) else {
        ext.note.say("TC action kind must be specified");
        return Err(Errno::EINVAL);
    };
    if name.len() > 15 {
        ext.note.say("TC action name too long");
        return Err(Errno::EINVAL);
    }
    let options = table.get(TCA_ACT_OPTIONS);
    let (kind, control) = match name {
        "gact" => forward::gact(request, options)?,
        "mirred" => forward::mirred(request, options, ext)?,
        "vlan" => vlan::read(request, options)?,
        "tunnel_key" => tunnel_key::read(request, options, ext)?,
        "pedit" => pedit::read(request, options, ext)?,
        "csum" => csum(request, options)?,
        "ct" => ct::read(request, options, ext)?,
        "mpls" => beside::mpls(request, options, ext)?,
        "sample" => beside::sample(request, options)?,
        "skbedit" => beside::skbedit(request, options)?,
        "skbmod" => beside::skbmod(request, options)?,
        "nat" => beside::nat(request, options)?,
        "connmark" => beside::connmark(request, options)?,
        "ctinfo" => beside::ctinfo(request, options, ext)?,
        "simple" => beside::simple(request, options)?,
        "police" => limit::police(request, options)?,
        "gate" => limit::gate(request, options, ext)?,
        "ife" => limit::ife(request, options, ext)?,
        "bpf" => limit::bpf(request, options)?,
        _ => (ActionKind::Unknown { kind: name.to_owned(), options: Vec::new() }, Control::Pass),
    };
    let hw_stats = table.u32(TCA_ACT_HW_STATS).map(|bits| HwStats::from_bits_truncate(bits as u8));
    let cookie = table.get(TCA_ACT_COOKIE).map(|attr| Cookie(attr.payload.to_vec()));
    let flags = table.u32(TCA_ACT_FLAGS).map_or(ActionFlags::empty(), ActionFlags::from_bits_retain);
    Ok(Action { control, hw_stats, cookie, flags, ..Action::new(kind) })
}

/// The attributes of an action's options; the kernel says nothing about those that are wrong.
fn options<'a>(
    request: &Request<'_>,
    options: Option<&Attr<'a>>,
    policy: &[Policy],
) -> Result<Table<'a>, Errno> {
    let attrs = options.ok_or(Errno::EINVAL)?.nested();
    Table::read(request, attrs, policy, Strictness::Liberal, &mut ExtAck::default())
}

/// The attributes of kinds of action that read them as strictly as new parts of the kernel do, and say what is wrong.
fn strict_options<'a>(
    request: &Request<'_>,
    options: &Attr<'a>,
    policy: &[Policy],
    last: u16,
    ext: &mut ExtAck,
) -> Result<Table<'a>, Errno> {
    if !options.is_marked_nested() {
        ext.blame(request.offset(options), "NLA_F_NESTED is missing");
        return Err(Errno::EINVAL);
    }
    Table::read(request, options.nested(), policy, Strictness::Strict(last), ext)
}

/// The fields that all actions have in common: of five numbers the third is the control.
fn parms<const N: usize>(table: &Table<'_>, attr: u16) -> Option<([u8; N], Control)> {
    let bytes: [u8; N] = table.head(attr)?;
    Some((bytes, control(word(&bytes, 8) as i32)))
}

fn word(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..).and_then(|rest| rest.first_chunk()).copied().map_or(0, u32::from_ne_bytes)
}

fn control(number: i32) -> Control {
    match number {
        TC_ACT_UNSPEC => Control::Continue,
        TC_ACT_OK => Control::Pass,
        TC_ACT_RECLASSIFY => Control::Reclassify,
        TC_ACT_SHOT => Control::Drop,
        TC_ACT_PIPE => Control::Pipe,
        TC_ACT_STOLEN => Control::Stolen,
        TC_ACT_TRAP => Control::Trap,
        number if number & !TC_ACT_EXT_VAL_MASK == TC_ACT_GOTO_CHAIN => {
            Control::Goto((number & TC_ACT_EXT_VAL_MASK) as u32)
        }
        number if number & !TC_ACT_EXT_VAL_MASK == TC_ACT_JUMP => {
            Control::Jump((number & TC_ACT_EXT_VAL_MASK) as u32)
        }
        number => Control::Unknown(number),
    }
}

/// `tcf_csum_init`.
fn csum(request: &Request<'_>, attr: Option<&Attr<'_>>) -> Result<(ActionKind, Control), Errno> {
    let table = options(request, attr, &[(TCA_CSUM_PARMS, Shape::Bytes(SIZEOF_TC_CSUM), None)])?;
    let (bytes, control) = parms::<SIZEOF_TC_CSUM>(&table, TCA_CSUM_PARMS).ok_or(Errno::EINVAL)?;
    Ok((ActionKind::Csum(Csum::from_bits_retain(word(&bytes, 20))), control))
}
