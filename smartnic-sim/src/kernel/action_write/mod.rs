//! Actions as attributes (`tcf_action_dump`).

mod beside;

use smartnic_core::flow::{Action, ActionKind, Control, Skip};
use smartnic_netlink::codec::Encoder;
use smartnic_netlink::uapi::gen_stats::*;
use smartnic_netlink::uapi::pkt_cls::*;
use smartnic_netlink::uapi::tc_gact::*;
use smartnic_netlink::uapi::tc_mirred::*;
use smartnic_netlink::uapi::tc_vlan::*;

use crate::model::Machine;
use crate::model::tc::Filter;

/// The kernel tells times in hundredths of a second (`USER_HZ`).
const MS_PER_TICK: u64 = 10;

/// Writes the numbered list of a filter's actions.
pub(super) fn write(e: &mut Encoder<'_>, machine: &Machine, filter: &Filter) {
    let indexes = (0..).map(|number| filter.first_action.wrapping_add(number));
    for ((number, action), index) in (1..).zip(&filter.rule.actions).zip(indexes) {
        e.nest(number, |e| one(e, machine, filter, action, index));
    }
}

/// `tcf_action_dump_1`.
fn one(e: &mut Encoder<'_>, machine: &Machine, filter: &Filter, action: &Action, index: u32) {
    e.text(TCA_ACT_KIND, action.kind.name());
    e.nest(TCA_ACT_STATS, |e| stats(e, filter, action));
    if let Some(stats) = action.hw_stats {
        bits(e, TCA_ACT_HW_STATS, u32::from(stats.bits()), ANY_STATS);
    }
    // How hardware counts is told once it was asked, which every dump does.
    if let Some(used) = machine.profile.driver.facts().counters.filter(|_| !filter.hw.is_empty()) {
        bits(e, TCA_ACT_USED_HW_STATS, u32::from(used.bits()), ANY_STATS);
    }
    match filter.rule.skip {
        Skip::SkipSw => bits(e, TCA_ACT_FLAGS, TCA_ACT_FLAGS_SKIP_SW, TCA_ACT_FLAGS_SKIP_SW),
        Skip::SkipHw => bits(e, TCA_ACT_FLAGS, TCA_ACT_FLAGS_SKIP_HW, TCA_ACT_FLAGS_SKIP_HW),
        Skip::None => {}
    }
    e.u32(TCA_ACT_IN_HW_COUNT, 0);
    e.nest(TCA_ACT_OPTIONS, |e| options(e, machine, filter, action, index));
}

const ANY_STATS: u32 = TCA_ACT_HW_STATS_IMMEDIATE | TCA_ACT_HW_STATS_DELAYED;

fn bits(e: &mut Encoder<'_>, attr: u16, value: u32, selector: u32) {
    e.attr_fixed(attr, &[value, selector]);
}

/// `tcf_action_copy_stats`: what software and hardware counted together, then what hardware counted.
fn stats(e: &mut Encoder<'_>, filter: &Filter, action: &Action) {
    let stats = filter.stats;
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

fn options(e: &mut Encoder<'_>, machine: &Machine, filter: &Filter, action: &Action, index: u32) {
    let control = control_number(action.control);
    // The structure all actions begin with: number, capabilities, control, references, bindings.
    let common = [index as i32, 0, control, 1, 1];
    match &action.kind {
        ActionKind::Gact => {
            e.attr_fixed(TCA_GACT_PARMS, &common);
            times(e, TCA_GACT_TM, machine, filter);
        }
        ActionKind::Redirect(target) | ActionKind::Mirror(target) => {
            let redirect = matches!(action.kind, ActionKind::Redirect(_));
            let eaction = match (redirect, target.ingress) {
                (true, false) => TCA_EGRESS_REDIR,
                (false, false) => TCA_EGRESS_MIRROR,
                (true, true) => TCA_INGRESS_REDIR,
                (false, true) => TCA_INGRESS_MIRROR,
            };
            let link = target.dev.index().map_or(0, |index| index.0 as i32);
            let [a, b, c, d, f] = common;
            e.attr_fixed(TCA_MIRRED_PARMS, &[a, b, c, d, f, eaction, link]);
            times(e, TCA_MIRRED_TM, machine, filter);
        }
        ActionKind::VlanPush(_) | ActionKind::VlanPop | ActionKind::VlanModify(_) => {
            vlan(e, &action.kind, common);
            times(e, TCA_VLAN_TM, machine, filter);
        }
        other => {
            if let Some(attr) = beside::options(e, other, common) {
                times(e, attr, machine, filter);
            }
        }
    }
}

fn vlan(e: &mut Encoder<'_>, kind: &ActionKind, [a, b, c, d, f]: [i32; 5]) {
    let (number, change) = match kind {
        ActionKind::VlanPush(change) => (TCA_VLAN_ACT_PUSH, Some(change)),
        ActionKind::VlanModify(change) => (TCA_VLAN_ACT_MODIFY, Some(change)),
        _ => (TCA_VLAN_ACT_POP, None),
    };
    e.attr_fixed(TCA_VLAN_PARMS, &[a, b, c, d, f, number]);
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
fn times(e: &mut Encoder<'_>, attr: u16, machine: &Machine, filter: &Filter) {
    let since = |then: u64| machine.clock_ms.saturating_sub(then) / MS_PER_TICK;
    let last = since(filter.used_ms.unwrap_or(filter.made_ms));
    let first = filter.first_used_ms.map_or(0, since);
    e.attr_fixed(attr, &[since(filter.made_ms), last, 0, first]);
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
