//! Actions from their attributes (`tcf_action_init`): one kind of action per file, as in `net/sched/act_*.c`. Values that
//! cannot be are looked at by the model, for both of its faces.
//!
//! Of an action that is there already, a rule says kind and number, and the rest is not looked at.

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
use smartnic_netlink::uapi::tc_bpf::TCA_ACT_BPF_PARMS;
use smartnic_netlink::uapi::tc_connmark::TCA_CONNMARK_PARMS;
use smartnic_netlink::uapi::tc_csum::*;
use smartnic_netlink::uapi::tc_ct::TCA_CT_PARMS;
use smartnic_netlink::uapi::tc_ctinfo::TCA_CTINFO_ACT;
use smartnic_netlink::uapi::tc_defact::TCA_DEF_PARMS;
use smartnic_netlink::uapi::tc_gact::TCA_GACT_PARMS;
use smartnic_netlink::uapi::tc_gate::TCA_GATE_PARMS;
use smartnic_netlink::uapi::tc_ife::TCA_IFE_PARMS;
use smartnic_netlink::uapi::tc_mirred::TCA_MIRRED_PARMS;
use smartnic_netlink::uapi::tc_mpls::TCA_MPLS_PARMS;
use smartnic_netlink::uapi::tc_nat::TCA_NAT_PARMS;
use smartnic_netlink::uapi::tc_pedit::{TCA_PEDIT_PARMS, TCA_PEDIT_PARMS_EX};
use smartnic_netlink::uapi::tc_sample::TCA_SAMPLE_PARMS;
use smartnic_netlink::uapi::tc_skbedit::TCA_SKBEDIT_PARMS;
use smartnic_netlink::uapi::tc_skbmod::TCA_SKBMOD_PARMS;
use smartnic_netlink::uapi::tc_tunnel_key::TCA_TUNNEL_KEY_PARMS;
use smartnic_netlink::uapi::tc_vlan::TCA_VLAN_PARMS;

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

/// Says whether an action of this kind and number is there.
pub(super) type Known<'k> = &'k dyn Fn(&str, u32) -> bool;

/// Reads the numbered list of actions; it ends at the first number that is missing.
pub(super) fn read(
    request: &Request<'_>,
    list: &Attr<'_>,
    known: Known<'_>,
    ext: &mut ExtAck,
) -> Result<Vec<Action>, Errno> {
    let table = Table::read(request, list.nested(), &[], Strictness::Liberal, ext)?;
    if table.has(TCA_ACT_MAX_PRIO as u16 + 1) {
        ext.note.say("Only 32 actions supported per filter");
        return Err(Errno::EINVAL);
    }
    let numbered = (1..=TCA_ACT_MAX_PRIO as u16).map_while(|number| table.get(number));
    numbered.map(|attr| one(request, attr, known, ext)).collect()
}

/// Reads the numbered list of the names of actions (`tcf_action_get_1`).
pub(super) fn read_names(
    request: &Request<'_>,
    list: &Attr<'_>,
    ext: &mut ExtAck,
) -> Result<Vec<(String, u32)>, Errno> {
    let table = Table::read(request, list.nested(), &[], Strictness::Liberal, ext)?;
    let numbered = (1..=TCA_ACT_MAX_PRIO as u16).map_while(|number| table.get(number));
    let mut names = Vec::new();
    for attr in numbered {
        let table = Table::read(request, attr.nested(), &POLICY, Strictness::Liberal, ext)?;
        let Some(index) = table.u32(TCA_ACT_INDEX) else {
            ext.note.say("Invalid TC action index value");
            return Err(Errno::EINVAL);
        };
        let Some(kind) = table.text(TCA_ACT_KIND).filter(|kind| is_kind(kind)) else {
            ext.note.say("Specified TC action kind not found");
            return Err(Errno::EINVAL);
        };
        names.push((kind.to_owned(), index));
    }
    Ok(names)
}

/// The kind that the first entry of a list names (`find_dump_kind`, `tca_action_flush`).
pub(super) fn read_kind(
    request: &Request<'_>,
    list: &Attr<'_>,
    ext: &mut ExtAck,
) -> Result<Option<String>, Errno> {
    let table = Table::read(request, list.nested(), &[], Strictness::Liberal, ext)?;
    let Some(first) = table.get(1) else { return Ok(None) };
    let table = Table::read(request, first.nested(), &POLICY, Strictness::Liberal, ext)?;
    Ok(table.text(TCA_ACT_KIND).filter(|kind| is_kind(kind)).map(str::to_owned))
}

fn is_kind(kind: &str) -> bool {
    parms_attr(kind).is_some()
}

fn one(request: &Request<'_>, attr: &Attr<'_>, known: Known<'_>, ext: &mut ExtAck) -> Result<Action, Errno> {
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
    let index = options.and_then(|options| index(name, options)).filter(|index| *index != 0);
    let hw_stats = table.u32(TCA_ACT_HW_STATS).map(|bits| HwStats::from_bits_truncate(bits as u8));
    let cookie = table.get(TCA_ACT_COOKIE).map(|attr| Cookie(attr.payload.to_vec()));
    let flags = table.u32(TCA_ACT_FLAGS).map_or(ActionFlags::empty(), ActionFlags::from_bits_retain);
    if index.is_some_and(|index| known(name, index)) {
        let there = Action::new(ActionKind::ByIndex(name.to_owned()));
        return Ok(Action { hw_stats, index, cookie, flags, ..there });
    }
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
    Ok(Action { control, hw_stats, index, cookie, flags, ..Action::new(kind) })
}

/// The number in the parameters of an action, which they begin with.
fn index(kind: &str, options: &Attr<'_>) -> Option<u32> {
    let wanted = parms_attr(kind)?;
    let attrs = options.nested().filter_map(Result::ok);
    let parms = attrs.filter(|attr| wanted.contains(&attr.kind())).last()?;
    parms.payload.first_chunk().copied().map(u32::from_ne_bytes)
}

/// The attributes that hold the parameters of a kind of action that this kernel has.
fn parms_attr(kind: &str) -> Option<&'static [u16]> {
    Some(match kind {
        "bpf" => &[TCA_ACT_BPF_PARMS],
        "connmark" => &[TCA_CONNMARK_PARMS],
        "csum" => &[TCA_CSUM_PARMS],
        "ct" => &[TCA_CT_PARMS],
        "ctinfo" => &[TCA_CTINFO_ACT],
        "gact" => &[TCA_GACT_PARMS],
        "gate" => &[TCA_GATE_PARMS],
        "ife" => &[TCA_IFE_PARMS],
        "mirred" => &[TCA_MIRRED_PARMS],
        "mpls" => &[TCA_MPLS_PARMS],
        "nat" => &[TCA_NAT_PARMS],
        "pedit" => &[TCA_PEDIT_PARMS, TCA_PEDIT_PARMS_EX],
        "police" => &[TCA_POLICE_TBF],
        "sample" => &[TCA_SAMPLE_PARMS],
        "simple" => &[TCA_DEF_PARMS],
        "skbedit" => &[TCA_SKBEDIT_PARMS],
        "skbmod" => &[TCA_SKBMOD_PARMS],
        "tunnel_key" => &[TCA_TUNNEL_KEY_PARMS],
        "vlan" => &[TCA_VLAN_PARMS],
        _ => return None,
    })
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
