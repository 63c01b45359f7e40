//! What a request to the kernel must carry, worked out from the rule by hand and in the form of the corpus: not by
//! the encoder, so that a mistake in both cannot hide.

use std::collections::BTreeMap;

use smartnic_core::backend::HookKind;
use smartnic_core::flow::{
    Action, ActionKind, Attach, Control, IpMatch, IpProto, Match, MirredTarget, Netdev, PortMatch, Rule,
    Side, Skip, VlanChange,
};
use smartnic_core::types::{EtherType, Masked};

use crate::text::tc::{HookLine, HookVerb, Op, Selector};

/// The corpus was recorded where `lo` is the only link.
const LO: u32 = 1;

pub(super) fn sent(op: &Op) -> String {
    match op {
        Op::Add(rule) => filter("NEWTFILTER EXCL|CREATE", rule),
        Op::Replace(rule) => filter("NEWTFILTER CREATE", rule),
        Op::Change(rule) => filter("NEWTFILTER", rule),
        Op::Delete(selector) => deletion(selector),
        Op::Hook(verb, hook) => qdisc(*verb, hook),
    }
}

fn qdisc(verb: HookVerb, hook: &HookLine) -> String {
    let verb = match verb {
        HookVerb::Add => "NEWQDISC EXCL|CREATE",
        HookVerb::Replace => "NEWQDISC REPLACE|CREATE",
        HookVerb::Delete => "DELQDISC",
    };
    let mut text = format!("{verb} {} parent=fffffff1", name(&hook.dev));
    text.extend(hook.ingress_block.map(|block| format!(" ingress_block={block}")));
    text.extend(hook.egress_block.map(|block| format!(" egress_block={block}")));
    text + if hook.kind == HookKind::Clsact { " clsact" } else { " ingress" }
}

fn deletion(selector: &Selector) -> String {
    let mut text = format!("DELTFILTER {}", place(&selector.attach));
    text.extend(selector.chain.map(|chain| format!(" chain={chain}")));
    let protocol = selector.protocol.map_or(0, |protocol| protocol.0);
    let (handle, prio) = (selector.handle.unwrap_or(0), selector.prio.unwrap_or(0));
    text + &format!(" handle={handle:x} prio={prio} protocol={protocol:04x}")
}

fn filter(verb: &str, rule: &Rule) -> String {
    let mut text = format!("{verb} {}", place(&rule.attach));
    text.extend((rule.chain != 0).then(|| format!(" chain={}", rule.chain)));
    let flags = match rule.skip {
        Skip::None => 0,
        Skip::SkipHw => 1,
        Skip::SkipSw => 2,
    };
    let (handle, protocol) = (rule.handle.unwrap_or(0), rule.protocol.0);
    text += &format!(" handle={handle:x} prio={} protocol={protocol:04x} flags={flags}", rule.prio);
    for (number, bytes) in keys(&rule.key) {
        text += &format!(" {number}={}", hex(&bytes));
    }
    text.extend(rule.actions.iter().map(|rule| format!(" [{}]", action(rule))));
    text
}

fn place(attach: &Attach) -> String {
    match attach {
        Attach::Block(block) => format!("block parent={block:x}"),
        Attach::Dev { dev, side: Side::Ingress } => format!("{} parent=fffffff2", name(dev)),
        Attach::Dev { dev, side: Side::Egress } => format!("{} parent=fffffff3", name(dev)),
    }
}

fn name(dev: &Netdev) -> &str {
    match dev {
        Netdev::Name(name) => name,
        Netdev::Index(_) => panic!("the reader gives names"),
    }
}

/// The attributes by their numbers in pkt_cls.h.
fn keys(key: &Match) -> BTreeMap<u16, Vec<u8>> {
    let mut map = BTreeMap::new();
    let mut put = |number: u16, bytes: &[u8]| assert!(map.insert(number, bytes.to_vec()).is_none());
    for (number, mac) in [(4, key.dst_mac), (6, key.src_mac)] {
        let Some(mac) = mac else { continue };
        put(number, &mac.value.0);
        put(number + 1, &mac.mask.0);
    }
    for (number, kind) in [(8, key.eth_type), (25, key.vlan_ethtype)] {
        kind.into_iter().for_each(|kind: EtherType| put(number, &kind.0.to_be_bytes()));
    }
    key.ip_proto.into_iter().for_each(|proto| put(9, &[proto.0]));
    for (v4, v6, address) in [(10, 14, key.src_ip), (12, 16, key.dst_ip)] {
        match address {
            Some(IpMatch::V4(address)) => {
                put(v4, &address.value.octets());
                put(v4 + 1, &address.mask.octets());
            }
            Some(IpMatch::V6(address)) => {
                put(v6, &address.value.octets());
                put(v6 + 1, &address.mask.octets());
            }
            None => {}
        }
    }
    let (src, src_mask, dst, dst_mask) = match key.ip_proto {
        Some(IpProto::TCP) => (18, 35, 19, 36),
        Some(IpProto::UDP) => (20, 37, 21, 38),
        _ => (41, 39, 42, 40),
    };
    for (number, mask, range, port) in [(src, src_mask, 87, key.src_port), (dst, dst_mask, 89, key.dst_port)]
    {
        match port {
            Some(PortMatch::Range { min, max }) => {
                put(range, &min.to_be_bytes());
                put(range + 1, &max.to_be_bytes());
            }
            Some(PortMatch::Masked(port)) => {
                put(number, &port.value.to_be_bytes());
                // tc leaves a full mask out here.
                if !port.is_exact() {
                    put(mask, &port.mask.to_be_bytes());
                }
            }
            None => {}
        }
    }
    key.vlan_id.into_iter().for_each(|id| put(23, &id.to_ne_bytes()));
    key.vlan_prio.into_iter().for_each(|prio| put(24, &[prio]));
    let icmp = if key.ip_proto == Some(IpProto::ICMPV6) { 4 } else { 0 };
    let mut byte = |number: u16, byte: Option<Masked<u8>>| {
        let Some(byte) = byte else { return };
        put(number, &[byte.value]);
        put(number + 1, &[byte.mask]);
    };
    byte(49 + icmp, key.icmp_code);
    byte(51 + icmp, key.icmp_type);
    byte(73, key.ip_tos);
    byte(75, key.ip_ttl);
    if let Some(flags) = key.tcp_flags {
        put(71, &flags.value.0.to_be_bytes());
        put(72, &flags.mask.0.to_be_bytes());
    }
    map
}

fn action(action: &Action) -> String {
    let redirect = |target: &MirredTarget, kind: u32| {
        assert_eq!(name(&target.dev), "lo");
        let bytes = [general(action.control), kind.to_ne_bytes().into(), LO.to_ne_bytes().into()].concat();
        format!("mirred 2={}", hex(&bytes))
    };
    let vlan = |kind: u32, change: Option<&VlanChange>| {
        let mut text =
            format!("vlan 2={}", hex(&[general(action.control), kind.to_ne_bytes().into()].concat()));
        let Some(change) = change else { return text };
        text += &format!(" 3={}", hex(&change.id.to_ne_bytes()));
        text.extend(change.protocol.map(|protocol| format!(" 4={}", hex(&protocol.0.to_be_bytes()))));
        text.extend(change.priority.map(|priority| format!(" 6={}", hex(&[priority]))));
        text
    };
    let text = match &action.kind {
        ActionKind::Gact => format!("gact 2={}", hex(&general(action.control))),
        ActionKind::Redirect(target) => redirect(target, if target.ingress { 3 } else { 1 }),
        ActionKind::Mirror(target) => redirect(target, if target.ingress { 4 } else { 2 }),
        ActionKind::VlanPop => vlan(1, None),
        ActionKind::VlanPush(change) => vlan(2, Some(change)),
        ActionKind::VlanModify(change) => vlan(3, Some(change)),
        other => panic!("{} is not among these lines", other.name()),
    };
    match action.hw_stats {
        None => text,
        // A bit field: the values, and which of them are meant.
        Some(stats) => {
            let bits = u32::from(stats.bits()).to_ne_bytes();
            format!("{text} hw_stats={}", hex(&[bits, bits].concat()))
        }
    }
}

/// `tc_gen` of pkt_cls.h: index, capabilities, action, two counts.
fn general(control: Control) -> Vec<u8> {
    let number: u32 = match control {
        Control::Pass => 0,
        Control::Reclassify => 1,
        Control::Drop => 2,
        Control::Pipe => 3,
        Control::Stolen => 4,
        Control::Trap => 8,
        Control::Continue => u32::MAX,
        Control::Goto(chain) => 0x2000_0000 | chain,
        Control::Jump(count) => 0x1000_0000 | count,
        Control::Unknown(_) => panic!("the reader makes none"),
    };
    [0, 0, number, 0, 0].into_iter().flat_map(u32::to_ne_bytes).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
