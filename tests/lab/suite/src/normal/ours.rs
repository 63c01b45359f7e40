//! Reads what the library says of the rules on this host.

use std::collections::BTreeMap;

use smartnic::Host;
use smartnic::flow::{
    Action, ActionKind, Attach, Control, FlowEntry, HwStats, IpMatch, Match, MirredTarget, Netdev,
};
use smartnic::flow::{PortMatch, Skip, VlanChange};
use smartnic::names::Names;
use smartnic::types::{Mac, Masked};

use super::{Seen, bits, exact};
use crate::check::Why;

/// Every rule on the host, at the places in the kernel's order.
pub(crate) fn seen_by_us(host: &Host) -> Result<Vec<Seen>, Why> {
    let names = host.names()?;
    let entries = smartnic::flow::entries(host, None)?;
    Ok(entries.iter().map(|entry| read(entry, &names)).collect())
}

/// One rule.
fn read(entry: &FlowEntry, names: &Names) -> Seen {
    let FlowEntry { rule, in_hw, in_hw_count, stats, .. } = entry;
    Seen {
        place: match &rule.attach {
            Attach::Dev { dev, side } => format!("dev {} {side}", name(dev, names)),
            Attach::Block(block) => format!("block {block}"),
        },
        chain: rule.chain,
        prio: rule.prio,
        protocol: rule.protocol.0,
        handle: rule.handle.unwrap_or(0),
        keys: keys(&rule.key),
        actions: rule.actions.iter().map(|action| self::action(action, names)).collect(),
        skip: match rule.skip {
            Skip::None => "",
            Skip::SkipSw => "skip_sw",
            Skip::SkipHw => "skip_hw",
        },
        in_hw: *in_hw,
        in_hw_count: *in_hw_count,
        counted: (stats.packets, stats.bytes),
    }
}

fn keys(key: &Match) -> BTreeMap<String, String> {
    let tagged = key.eth_type.is_some_and(|outer| outer.0 == 0x8100 || outer.0 == 0x88a8);
    let mac = |mac: &Masked<Mac>| {
        let number = |mac: Mac| mac.0.iter().fold(0, |number, byte| number << 8 | u128::from(*byte));
        bits(number(mac.value), number(mac.mask), 12)
    };
    let byte = |byte: &Masked<u8>| bits(byte.value.into(), byte.mask.into(), 2);
    let shown = [
        ("eth_type", key.eth_type.filter(|_| !tagged).map(|kind| exact(kind.0.into(), 4))),
        ("dst_mac", key.dst_mac.as_ref().map(mac)),
        ("src_mac", key.src_mac.as_ref().map(mac)),
        ("vlan_id", key.vlan_id.map(|id| exact(id.into(), 3))),
        ("vlan_prio", key.vlan_prio.map(|prio| exact(prio.into(), 1))),
        ("vlan_ethtype", key.vlan_ethtype.map(|kind| exact(kind.0.into(), 4))),
        ("ip_proto", key.ip_proto.map(|proto| exact(proto.0.into(), 2))),
        ("ip_tos", key.ip_tos.as_ref().map(byte)),
        ("ip_ttl", key.ip_ttl.as_ref().map(byte)),
        ("src_ip", key.src_ip.as_ref().map(address)),
        ("dst_ip", key.dst_ip.as_ref().map(address)),
        ("src_port", key.src_port.as_ref().map(port)),
        ("dst_port", key.dst_port.as_ref().map(port)),
        ("tcp_flags", key.tcp_flags.map(|flags| bits(flags.value.0.into(), flags.mask.0.into(), 3))),
        ("icmp_type", key.icmp_type.as_ref().map(byte)),
        ("icmp_code", key.icmp_code.as_ref().map(byte)),
    ];
    let known = shown.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    let unknown =
        key.unknown.iter().map(|attr| (format!("attribute {}", attr.kind), format!("{:02x?}", attr.bytes)));
    known.chain(unknown).collect()
}

fn address(address: &IpMatch) -> String {
    match address {
        IpMatch::V4(address) => bits(address.value.to_bits().into(), address.mask.to_bits().into(), 8),
        IpMatch::V6(address) => bits(address.value.to_bits(), address.mask.to_bits(), 32),
    }
}

fn port(port: &PortMatch) -> String {
    match port {
        PortMatch::Masked(port) => bits(port.value.into(), port.mask.into(), 4),
        PortMatch::Range { min, max } => format!("{min}-{max}"),
    }
}

fn action(action: &Action, names: &Names) -> String {
    let sent = |what: &str, target: &MirredTarget| {
        format!("{what} {} {}", if target.ingress { "ingress" } else { "egress" }, name(&target.dev, names))
    };
    let tag = |what: &str, tag: &VlanChange| {
        let protocol = tag.protocol.map_or("unknown".into(), |protocol| format!("{:#06x}", protocol.0));
        let priority = tag.priority.map_or(String::new(), |priority| format!(" priority {priority}"));
        format!("vlan {what} {} of {protocol}{priority}", tag.id)
    };
    let shown = match &action.kind {
        ActionKind::Gact => "gact".to_owned(),
        ActionKind::Redirect(target) => sent("redirect", target),
        ActionKind::Mirror(target) => sent("mirror", target),
        ActionKind::VlanPush(change) => tag("push", change),
        ActionKind::VlanPop => "vlan pop".to_owned(),
        ActionKind::VlanModify(change) => tag("modify", change),
        other => format!("unknown {}", other.name()),
    };
    format!("{shown}, then {}, counted {}", next(action.control), counters(action.hw_stats))
}

fn next(control: Control) -> String {
    match control {
        Control::Pass => "pass".into(),
        Control::Reclassify => "reclassify".into(),
        Control::Drop => "drop".into(),
        Control::Pipe => "pipe".into(),
        Control::Stolen => "stolen".into(),
        Control::Continue => "continue".into(),
        Control::Trap => "trap".into(),
        Control::Goto(chain) => format!("goto {chain}"),
        Control::Jump(count) => format!("jump {count}"),
        Control::Unknown(number) => format!("number {number}"),
    }
}

fn counters(wanted: Option<HwStats>) -> String {
    let Some(wanted) = wanted else { return "any".into() };
    let mut names = Vec::new();
    if wanted.contains(HwStats::DELAYED) {
        names.push("delayed");
    }
    if wanted.contains(HwStats::IMMEDIATE) {
        names.push("immediate");
    }
    if names.is_empty() { "disabled".into() } else { names.join("+") }
}

fn name(dev: &Netdev, names: &Names) -> String {
    match dev {
        Netdev::Index(index) => names.name(*index),
        Netdev::Name(name) => name.clone(),
    }
}
