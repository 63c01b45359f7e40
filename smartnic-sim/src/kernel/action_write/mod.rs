//! Actions as attributes (`tcf_action_dump`).

mod beside;
mod ct;
mod pedit;
mod tunnel_key;

use smartnic_core::flow::{ActionKind, Chance, ChanceKind, Control, Cookie, EthHeader, MirredBlock};
use smartnic_netlink::codec::Encoder;
use smartnic_netlink::uapi::gen_stats::*;
use smartnic_netlink::uapi::pkt_cls::*;
use smartnic_netlink::uapi::tc_csum::*;
use smartnic_netlink::uapi::tc_ct::TCA_CT_TM;
use smartnic_netlink::uapi::tc_gact::*;
use smartnic_netlink::uapi::tc_mirred::*;
use smartnic_netlink::uapi::tc_pedit::TCA_PEDIT_TM;
use smartnic_netlink::uapi::tc_tunnel_key::TCA_TUNNEL_KEY_TM;
use smartnic_netlink::uapi::tc_vlan::*;

use crate::model::Machine;
use crate::model::tc::{ActionView, Filter};

/// The kernel tells times in hundredths of a second (`USER_HZ`).
const MS_PER_TICK: u64 = 10;

/// Writes the numbered list of a filter's actions.
pub(super) fn write(e: &mut Encoder<'_>, machine: &Machine, filter: &Filter) {
    for (number, view) in (1..).zip(machine.actions_of(filter)) {
        e.nest(number, |e| one(e, machine, &view));
    }
}

/// Writes kinds and counters only (`tcf_action_dump_terse`).
pub(super) fn write_terse(e: &mut Encoder<'_>, machine: &Machine, filter: &Filter) {
    for (number, view) in (1..).zip(machine.actions_of(filter)) {
        e.nest(number, |e| one_terse(e, &view, false));
    }
}

/// As [`one`], kind and counters only; of an action that is told by itself also its number.
pub(super) fn one_terse(e: &mut Encoder<'_>, view: &ActionView<'_>, alone: bool) {
    e.text(TCA_ACT_KIND, view.action.kind.name());
    e.nest(TCA_ACT_STATS, |e| stats(e, view));
    if alone {
        e.u32(TCA_ACT_INDEX, view.index);
    }
    if let Some(Cookie(bytes)) = &view.action.cookie {
        e.attr(TCA_ACT_COOKIE, bytes);
    }
}

/// `tcf_action_dump_1`.
pub(super) fn one(e: &mut Encoder<'_>, machine: &Machine, view: &ActionView<'_>) {
    let action = view.action;
    one_terse(e, view, false);
    if let Some(stats) = action.hw_stats {
        bits(e, TCA_ACT_HW_STATS, u32::from(stats.bits()), ANY_STATS);
    }
    // How hardware counts is told once it was asked, which every dump does.
    if let Some(used) = machine.profile.driver.facts().counters.filter(|_| view.counted) {
        bits(e, TCA_ACT_USED_HW_STATS, u32::from(used.bits()), ANY_STATS);
    }
    let flags = (action.flags | view.skip).bits();
    if flags != 0 {
        bits(e, TCA_ACT_FLAGS, flags, flags);
    }
    e.u32(TCA_ACT_IN_HW_COUNT, view.in_hw_count);
    e.nest(TCA_ACT_OPTIONS, |e| options(e, machine, view));
}

const ANY_STATS: u32 = TCA_ACT_HW_STATS_IMMEDIATE | TCA_ACT_HW_STATS_DELAYED;

fn bits(e: &mut Encoder<'_>, attr: u16, value: u32, selector: u32) {
    e.attr_fixed(attr, &[value, selector]);
}

/// `tcf_action_copy_stats`: what software and hardware counted together, then what hardware counted.
fn stats(e: &mut Encoder<'_>, view: &ActionView<'_>) {
    let (stats, action) = (view.stats, view.action);
    basic(e, TCA_STATS_BASIC, stats.packets(), stats.bytes());
    basic(e, TCA_STATS_BASIC_HW, stats.hw_packets, stats.hw_bytes);
    // Software counts what it drops.
    let drops = if action.control == Control::Drop { stats.sw_packets as u32 } else { 0 };
    e.attr_fixed(TCA_STATS_QUEUE, &[0, 0, drops, 0, 0]);
}

/// `struct gnet_stats_basic`, whose packets have 32 bits; more follow in a number of their own.
fn basic(e: &mut Encoder<'_>, attr: u16, packets: u64, bytes: u64) {
    let mut structure = [0; SIZEOF_GNET_STATS_BASIC];
    let fields = bytes.to_ne_bytes().into_iter().chain((packets as u32).to_ne_bytes());
    structure.iter_mut().zip(fields).for_each(|(to, from)| *to = from);
    e.attr(attr, &structure);
    if packets > u64::from(u32::MAX) {
        e.u64(TCA_STATS_PKT64, packets);
    }
}

fn options(e: &mut Encoder<'_>, machine: &Machine, view: &ActionView<'_>) {
    let action = view.action;
    let control = control_number(action.control);
    // The structure all actions begin with: number, capabilities, control, references, bindings.
    let [index, refs, binds] = [view.index, view.refs, view.binds].map(u32::cast_signed);
    let common = [index, 0, control, refs, binds];
    match &action.kind {
        ActionKind::Gact => {
            e.attr_fixed(TCA_GACT_PARMS, &common);
            times(e, TCA_GACT_TM, machine, view);
        }
        ActionKind::GactRandom(Chance { kind, control, one_of }) => {
            e.attr_fixed(TCA_GACT_PARMS, &common);
            let kind = match kind {
                ChanceKind::None => PGACT_NONE,
                ChanceKind::Netrand => PGACT_NETRAND,
                ChanceKind::Determ => PGACT_DETERM,
            };
            let other = control_number(*control).to_ne_bytes();
            e.attr(
                TCA_GACT_PROB,
                &[&(kind as u16).to_ne_bytes()[..], &one_of.to_ne_bytes(), &other].concat(),
            );
            times(e, TCA_GACT_TM, machine, view);
        }
        ActionKind::MirredBlock(MirredBlock { block, redirect, ingress }) => {
            let [a, b, c, d, f] = common;
            e.attr_fixed(TCA_MIRRED_PARMS, &[a, b, c, d, f, eaction(*redirect, *ingress), 0]);
            e.u32(TCA_MIRRED_BLOCKID, *block);
            times(e, TCA_MIRRED_TM, machine, view);
        }
        ActionKind::TunnelSet(set) => {
            tunnel_key::write(e, Some(set), common);
            times(e, TCA_TUNNEL_KEY_TM, machine, view);
        }
        ActionKind::TunnelUnset => {
            tunnel_key::write(e, None, common);
            times(e, TCA_TUNNEL_KEY_TM, machine, view);
        }
        ActionKind::Pedit(pedit) => {
            pedit::write(e, pedit, common);
            times(e, TCA_PEDIT_TM, machine, view);
        }
        ActionKind::Csum(csum) => {
            let [a, b, c, d, f] = common;
            e.attr_fixed(TCA_CSUM_PARMS, &[a, b, c, d, f, csum.bits() as i32]);
            times(e, TCA_CSUM_TM, machine, view);
        }
        ActionKind::Ct(ct) => {
            ct::write(e, ct, common);
            times(e, TCA_CT_TM, machine, view);
        }
        ActionKind::Redirect(target) | ActionKind::Mirror(target) => {
            let redirect = matches!(action.kind, ActionKind::Redirect(_));
            let link = target.dev.index().map_or(0, |index| index.0 as i32);
            let [a, b, c, d, f] = common;
            e.attr_fixed(TCA_MIRRED_PARMS, &[a, b, c, d, f, eaction(redirect, target.ingress), link]);
            times(e, TCA_MIRRED_TM, machine, view);
        }
        ActionKind::VlanPush(_)
        | ActionKind::VlanPop
        | ActionKind::VlanModify(_)
        | ActionKind::VlanPushEth(_)
        | ActionKind::VlanPopEth => {
            vlan(e, &action.kind, common);
            times(e, TCA_VLAN_TM, machine, view);
        }
        other => {
            if let Some(attr) = beside::options(e, other, common) {
                times(e, attr, machine, view);
            }
        }
    }
}

fn eaction(redirect: bool, ingress: bool) -> i32 {
    match (redirect, ingress) {
        (true, false) => TCA_EGRESS_REDIR,
        (false, false) => TCA_EGRESS_MIRROR,
        (true, true) => TCA_INGRESS_REDIR,
        (false, true) => TCA_INGRESS_MIRROR,
    }
}

fn vlan(e: &mut Encoder<'_>, kind: &ActionKind, [a, b, c, d, f]: [i32; 5]) {
    let (number, change) = match kind {
        ActionKind::VlanPush(change) => (TCA_VLAN_ACT_PUSH, Some(change)),
        ActionKind::VlanModify(change) => (TCA_VLAN_ACT_MODIFY, Some(change)),
        ActionKind::VlanPushEth(_) => (TCA_VLAN_ACT_PUSH_ETH, None),
        ActionKind::VlanPopEth => (TCA_VLAN_ACT_POP_ETH, None),
        _ => (TCA_VLAN_ACT_POP, None),
    };
    e.attr_fixed(TCA_VLAN_PARMS, &[a, b, c, d, f, number]);
    if let ActionKind::VlanPushEth(EthHeader { dst_mac, src_mac }) = kind {
        e.attr(TCA_VLAN_PUSH_ETH_DST, &dst_mac.0);
        e.attr(TCA_VLAN_PUSH_ETH_SRC, &src_mac.0);
    }
    let Some(change) = change else { return };
    e.u16(TCA_VLAN_PUSH_VLAN_ID, change.id);
    if let Some(protocol) = change.protocol {
        e.u16_be(TCA_VLAN_PUSH_VLAN_PROTOCOL, protocol.0);
    }
    if let Some(priority) = change.priority {
        e.u8(TCA_VLAN_PUSH_VLAN_PRIORITY, priority);
    }
}

/// `struct tcf_t`: since it was made, since it was last and first used; it does not expire.
fn times(e: &mut Encoder<'_>, attr: u16, machine: &Machine, view: &ActionView<'_>) {
    let since = |then: u64| machine.clock_ms.saturating_sub(then) / MS_PER_TICK;
    let last = since(view.used_ms.unwrap_or(view.made_ms));
    let first = view.first_used_ms.map_or(0, since);
    e.attr_fixed(attr, &[since(view.made_ms), last, 0, first]);
}

fn control_number(control: Control) -> i32 {
    match control {
        Control::Continue => TC_ACT_UNSPEC,
        Control::Pass => TC_ACT_OK,
        Control::Reclassify => TC_ACT_RECLASSIFY,
        Control::Drop => TC_ACT_SHOT,
        Control::Pipe => TC_ACT_PIPE,
        Control::Stolen => TC_ACT_STOLEN,
        Control::Trap => TC_ACT_TRAP,
        Control::Goto(chain) => TC_ACT_GOTO_CHAIN | chain as i32,
        Control::Jump(count) => TC_ACT_JUMP | count as i32,
        Control::Unknown(number) => number,
    }
}
