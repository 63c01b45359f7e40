//! Actions from their attributes (`tcf_action_init`, `act_gact.c`, `act_mirred.c`, `act_vlan.c`).

mod beside;
mod limit;

use smartnic_core::flow::{Action, ActionKind, Control, HwStats, MirredTarget, VlanChange};
use smartnic_core::types::{EtherType, IfIndex};
use smartnic_netlink::codec::Attr;
use smartnic_netlink::uapi::pkt_cls::*;
use smartnic_netlink::uapi::tc_gact::*;
use smartnic_netlink::uapi::tc_mirred::*;
use smartnic_netlink::uapi::tc_vlan::*;

use super::answer::ExtAck;
use super::table::{Policy, Request, Shape, Strictness, Table};
use crate::errno::Errno;

/// `tcf_action_policy`.
const POLICY: [Policy; 4] = [
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
        "gact" => gact(request, options)?,
        "mirred" => mirred(request, options, ext)?,
        "vlan" => vlan(request, options)?,
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
    Ok(Action { control, hw_stats, ..Action::new(kind) })
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

fn gact(request: &Request<'_>, attr: Option<&Attr<'_>>) -> Result<(ActionKind, Control), Errno> {
    let table = options(request, attr, &[(TCA_GACT_PARMS, Shape::Bytes(SIZEOF_TC_GACT), None)])?;
    let (_, control) = parms::<SIZEOF_TC_GACT>(&table, TCA_GACT_PARMS).ok_or(Errno::EINVAL)?;
    // This kernel is without CONFIG_GACT_PROB.
    if table.has(TCA_GACT_PROB) {
        return Err(Errno::EOPNOTSUPP);
    }
    Ok((ActionKind::Gact, control))
}

fn mirred(
    request: &Request<'_>,
    attr: Option<&Attr<'_>>,
    ext: &mut ExtAck,
) -> Result<(ActionKind, Control), Errno> {
    if attr.is_none() {
        ext.note.say("act_mirred: Mirred requires attributes to be passed");
        return Err(Errno::EINVAL);
    }
    let table = options(request, attr, &[(TCA_MIRRED_PARMS, Shape::Bytes(SIZEOF_TC_MIRRED), None)])?;
    let Some((bytes, control)) = parms::<SIZEOF_TC_MIRRED>(&table, TCA_MIRRED_PARMS) else {
        ext.note.say("act_mirred: Missing required mirred parameters");
        return Err(Errno::EINVAL);
    };
    let target = |ingress| MirredTarget { dev: IfIndex(word(&bytes, 24)).into(), ingress };
    let kind = match word(&bytes, 20) as i32 {
        TCA_EGRESS_REDIR => ActionKind::Redirect(target(false)),
        TCA_EGRESS_MIRROR => ActionKind::Mirror(target(false)),
        TCA_INGRESS_REDIR => ActionKind::Redirect(target(true)),
        TCA_INGRESS_MIRROR => ActionKind::Mirror(target(true)),
        _ => {
            ext.note.say("act_mirred: Unknown mirred option");
            return Err(Errno::EINVAL);
        }
    };
    Ok((kind, control))
}

fn vlan(request: &Request<'_>, attr: Option<&Attr<'_>>) -> Result<(ActionKind, Control), Errno> {
    let policy = [
        (TCA_VLAN_PARMS, Shape::Bytes(SIZEOF_TC_VLAN), None),
        (TCA_VLAN_PUSH_VLAN_ID, Shape::U16, None),
        (TCA_VLAN_PUSH_VLAN_PROTOCOL, Shape::U16, None),
        (TCA_VLAN_PUSH_VLAN_PRIORITY, Shape::U8, None),
    ];
    let table = options(request, attr, &policy)?;
    let (bytes, control) = parms::<SIZEOF_TC_VLAN>(&table, TCA_VLAN_PARMS).ok_or(Errno::EINVAL)?;
    let change = || {
        Ok(VlanChange {
            id: table.u16(TCA_VLAN_PUSH_VLAN_ID).ok_or(Errno::EINVAL)?,
            protocol: table.u16_be(TCA_VLAN_PUSH_VLAN_PROTOCOL).map(EtherType),
            priority: table.u8(TCA_VLAN_PUSH_VLAN_PRIORITY),
        })
    };
    let kind = match word(&bytes, 20) as i32 {
        TCA_VLAN_ACT_POP => ActionKind::VlanPop,
        TCA_VLAN_ACT_PUSH => ActionKind::VlanPush(change()?),
        TCA_VLAN_ACT_MODIFY => ActionKind::VlanModify(change()?),
        // Tags that are pushed and popped with their Ethernet header are not in this kernel.
        _ => return Err(Errno::EINVAL),
    };
    Ok((kind, control))
}
