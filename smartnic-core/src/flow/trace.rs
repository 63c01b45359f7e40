use serde::{Deserialize, Serialize};

use super::rewrite;
use super::{
    Action, ActionKind, Control, Mpls, MplsEntry, MplsLabel, Netdev, Packet, Rule, VlanChange, VlanTag,
};
use crate::types::EtherType;

/// How often a packet may start over (`goto chain`, `reclassify`) before the kernel gives up: `MAX_REC_LOOP`-like
/// bound so that rules that send packets in a circle end.
const MAX_ROUNDS: usize = 16;
/// How often actions may start over (`jump`) before the kernel lets the packet pass: `TCA_ACT_MAX_PRIO`.
const MAX_JUMPS: usize = 31;

/// How a packet ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// It goes on to the host's stack: a rule let it pass, or no rule took it.
    Passed,
    /// A rule dropped it.
    Dropped,
    /// A rule handed it to the CPU.
    Trapped,
    /// A rule sent it to a link.
    Redirected(Netdev),
    /// Rules sent it in a circle until the kernel gave up and dropped it.
    Looped,
}

/// A rule that a packet met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PathStep {
    /// The position of the rule in the list that was walked.
    pub rule: usize,
    /// The chain it stands in.
    pub chain: u32,
    /// Its priority.
    pub prio: u16,
    /// How many of its actions were carried out.
    pub actions: usize,
}

/// The way of a packet through rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Path {
    /// The rules it met, in order.
    pub steps: Vec<PathStep>,
    /// The copies that were sent elsewhere, with where they went.
    pub copies: Vec<(Netdev, Packet)>,
    /// How it ended.
    pub fate: Fate,
    /// The packet as it was at the end.
    pub packet: Packet,
}

impl Path {
    /// How the packet ended, in words.
    #[must_use]
    pub fn fate_words(&self) -> String {
        match &self.fate {
            Fate::Passed if self.steps.is_empty() => "goes on to the stack: no rule takes it".to_owned(),
            Fate::Passed => "goes on to the stack".to_owned(),
            Fate::Dropped => "dropped".to_owned(),
            Fate::Trapped => "handed to the CPU".to_owned(),
            Fate::Redirected(dev) => format!("sent to {dev}"),
            Fate::Looped => "dropped: the rules send it in a circle".to_owned(),
        }
    }
}

/// Walks a packet through the rules of one place, as the kernel's classifier does.
///
/// Rules count by chain, then priority, then their order in the list (within one priority the kernel goes by mask
/// and then by hash; rules that overlap there have no defined order, and this picks the first). A packet that meets
/// no rule passes; so does one that goes to a chain where it meets none.
///
/// Not told apart are a tunnel's options and flags, hashes, PPPoE, L2TPv3, IPsec and fault management: no packet meets a
/// rule that wants one of them. No bridge has missed (`l2_miss`) and labels of connections are 0. Of actions, tags,
/// labels, tunnels and `pedit` are carried out; what `ct`, `skbedit`, `nat` and others change does not show, so behind `ct` a packet has the connection's state that it was given.
#[must_use]
pub fn trace<'a>(rules: impl IntoIterator<Item = &'a Rule>, packet: &Packet) -> Path {
    let mut order: Vec<(usize, &Rule)> = rules.into_iter().enumerate().collect();
    order.sort_by_key(|(_, rule)| (rule.chain, rule.prio));
    let mut path = Path { steps: Vec::new(), copies: Vec::new(), fate: Fate::Passed, packet: packet.clone() };
    let mut chain = 0;
    for _ in 0..MAX_ROUNDS {
        match walk_chain(&order, chain, &mut path) {
            Control::Goto(next) => chain = next,
            Control::Reclassify => chain = 0,
            Control::Drop => return Path { fate: Fate::Dropped, ..path },
            Control::Trap => return Path { fate: Fate::Trapped, ..path },
            // The fate of a stolen packet was set by the action that took it.
            _ => return path,
        }
    }
    Path { fate: Fate::Looped, ..path }
}

fn walk_chain(order: &[(usize, &Rule)], chain: u32, path: &mut Path) -> Control {
    let from = order.partition_point(|(_, rule)| rule.chain < chain);
    for (at, rule) in order[from..].iter().take_while(|(_, rule)| rule.chain == chain) {
        let sees = rule.protocol == EtherType::ALL || rule.protocol == path.packet.outer_type();
        if !sees || !path.packet.meets(&rule.key) {
            continue;
        }
        let (control, actions) = run_actions(&rule.actions, path);
        path.steps.push(PathStep { rule: *at, chain, prio: rule.prio, actions });
        if control != Control::Continue {
            return control;
        }
    }
    Control::Pass
}

/// Carries out actions until one of them ends the walk; says how and how many were carried out.
fn run_actions(actions: &[Action], path: &mut Path) -> (Control, usize) {
    let (mut at, mut done, mut jumps) = (0, 0, MAX_JUMPS);
    while let Some(action) = actions.get(at) {
        match &action.kind {
            ActionKind::Redirect(target) => path.fate = Fate::Redirected(target.dev.clone()),
            ActionKind::Mirror(target) => path.copies.push((target.dev.clone(), path.packet.clone())),
            ActionKind::VlanPush(tag) => push(&mut path.packet, tag),
            ActionKind::VlanPop => drop(path.packet.vlans.drain(..1.min(path.packet.vlans.len()))),
            ActionKind::VlanModify(change) => modify(&mut path.packet, change),
            ActionKind::TunnelSet(set) => path.packet.tunnel = Some(set.into()),
            ActionKind::TunnelUnset => path.packet.tunnel = None,
            ActionKind::Mpls(change) => relabel(&mut path.packet, change),
            ActionKind::Pedit(changes) => rewrite::pedit(&mut path.packet, changes),
            // What the others change is not told apart here.
            _ => {}
        }
        // A packet in this walk is within every limit.
        let control = match &action.kind {
            ActionKind::Police(police) => police.conform.unwrap_or(Control::Pass),
            _ => action.control,
        };
        (at, done) = (at + 1, done + 1);
        match control {
            Control::Pipe => {}
            Control::Jump(count) => {
                let count = usize::try_from(count).unwrap_or(usize::MAX);
                if count == 0 || count > actions.len() || jumps == 0 {
                    return (Control::Pass, done);
                }
                (at, jumps) = (count, jumps - 1);
            }
            control => return (control, done),
        }
    }
    // A rule without actions, or whose last action pipes on, leaves the packet to the stack.
    (Control::Pass, done)
}

fn push(packet: &mut Packet, tag: &VlanChange) {
    let protocol = tag.protocol.unwrap_or(EtherType::VLAN);
    packet.vlans.insert(0, VlanTag { protocol, id: tag.id, priority: tag.priority.unwrap_or(0) });
}

fn modify(packet: &mut Packet, change: &VlanChange) {
    if let Some(tag) = packet.vlans.first_mut() {
        tag.id = change.id;
        tag.protocol = change.protocol.unwrap_or(EtherType::VLAN);
        tag.priority = change.priority.unwrap_or(tag.priority);
    }
}

fn relabel(packet: &mut Packet, change: &Mpls) {
    match change {
        Mpls::Pop { protocol } if packet.eth_type.is_mpls() && !packet.mpls.is_empty() => {
            packet.mpls.remove(0);
            packet.eth_type = protocol.unwrap_or(packet.eth_type);
        }
        Mpls::Push { protocol, entry } => {
            // What is not given is 0, but the time to live (`ACT_MPLS_TTL_DEFAULT`).
            let outer = MplsLabel { label: 0, tc: 0, ttl: 255 };
            packet.mpls.insert(0, labelled(outer, entry));
            packet.eth_type = protocol.unwrap_or(EtherType::MPLS);
        }
        Mpls::Modify(entry) => {
            if let Some(outer) = packet.mpls.first_mut() {
                *outer = labelled(*outer, entry);
            }
        }
        Mpls::DecTtl => {
            if let Some(outer) = packet.mpls.first_mut() {
                outer.ttl = outer.ttl.saturating_sub(1);
            }
        }
        Mpls::Pop { .. } | Mpls::MacPush { .. } => {}
    }
}

fn labelled(outer: MplsLabel, entry: &MplsEntry) -> MplsLabel {
    MplsLabel {
        label: entry.label.unwrap_or(outer.label),
        tc: entry.tc.unwrap_or(outer.tc),
        ttl: entry.ttl.unwrap_or(outer.ttl),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::{Attach, IpProto, TunnelSet};
    use crate::types::IfIndex;

    fn udp(port: u16) -> Packet {
        Packet {
            eth_type: EtherType::IPV4,
            src_ip: Some("10.0.0.1".parse().unwrap()),
            dst_ip: Some("10.0.0.2".parse().unwrap()),
            ip_proto: Some(IpProto::UDP),
            src_port: Some(4000),
            dst_port: Some(port),
            ..Packet::default()
        }
    }

    fn rule(chain: u32, prio: u16) -> Rule {
        Rule::new(Attach::ingress(IfIndex(1))).chain(chain).prio(prio).protocol(EtherType::IPV4)
    }

    #[test]
    fn a_packet_goes_through_chains_and_is_rewritten_mirrored_and_redirected() {
        let rules = [
            rule(0, 20).action(Action::drop()),
            rule(0, 10)
                .matching(|key| {
                    (key.ip_proto, key.dst_port) = (Some(IpProto::UDP), Some("50-60".parse().unwrap()))
                })
                .action(Action::mirror(IfIndex(7)))
                .action(Action::goto_chain(3)),
            rule(3, 1).action(Action::vlan_push(100)).action(Action::redirect(IfIndex(9))),
        ];
        let path = trace(&rules, &udp(53));
        let tagged =
            Packet { vlans: vec![VlanTag { protocol: EtherType::VLAN, id: 100, priority: 0 }], ..udp(53) };
        let expected = Path {
            steps: vec![
                PathStep { rule: 1, chain: 0, prio: 10, actions: 2 },
                PathStep { rule: 2, chain: 3, prio: 1, actions: 2 },
            ],
            copies: vec![(IfIndex(7).into(), udp(53))],
            fate: Fate::Redirected(IfIndex(9).into()),
            packet: tagged,
        };
        assert_eq!(path, expected);
        assert_eq!(trace(&rules, &udp(61)).fate, Fate::Dropped);
    }

    #[test]
    fn labels_and_tunnels_come_and_go() {
        let entry = MplsEntry { label: Some(5), ..MplsEntry::default() };
        let push = Mpls::Push { protocol: Some(EtherType::MPLS), entry };
        let set = TunnelSet { key_id: Some(7), dst_port: Some(4789), ..TunnelSet::default() };
        let rules = [rule(0, 1)
            .action(Action::new(ActionKind::Mpls(push)))
            .action(Action::new(ActionKind::TunnelSet(set.clone())))
            .action(Action::redirect(IfIndex(9)))];
        let path = trace(&rules, &udp(53));
        let sent = Packet {
            eth_type: EtherType::MPLS,
            mpls: vec![MplsLabel { label: 5, tc: 0, ttl: 255 }],
            tunnel: Some((&set).into()),
            ..udp(53)
        };
        assert_eq!(path.packet, sent);
        let pop = Mpls::Pop { protocol: Some(EtherType::IPV4) };
        let back = [Rule::new(Attach::ingress(IfIndex(1)))
            .protocol(EtherType::MPLS)
            .matching(|key| (key.enc_key_id, key.mpls_label) = (Some(7), Some(5)))
            .action(Action::new(ActionKind::TunnelUnset))
            .action(Action::new(ActionKind::Mpls(pop)))];
        assert_eq!(trace(&back, &sent).packet, udp(53));
    }

    #[test]
    fn headers_are_rewritten_and_the_next_chain_sees_it() {
        use crate::flow::{Pedit, PeditCommand, PeditHeader, PeditKey};
        let key = |header, command, offset, mask, value| PeditKey {
            header,
            command,
            offset,
            mask,
            value,
            ..PeditKey::default()
        };
        let set = PeditCommand::Set;
        let keys = vec![
            // A new destination, its port, one off the time to live, and the first half of a MAC address.
            key(PeditHeader::Ip4, set, 16, 0, 0x0a00_0063),
            key(PeditHeader::Udp, set, 0, 0xffff_0000, 8053),
            key(PeditHeader::Ip4, PeditCommand::Add, 8, 0x00ff_ffff, 0xff00_0000),
            key(PeditHeader::Eth, set, 0, 0, 0x0200_0000),
            // TCP's header is not there: the kernel stops here.
            key(PeditHeader::Tcp, set, 0, 0, 7),
            key(PeditHeader::Ip4, set, 12, 0, 0),
        ];
        let pedit = Pedit { keys, extended: true, ..Pedit::default() };
        let rules = [
            rule(0, 1)
                .action(Action::new(ActionKind::Pedit(pedit)).then(Control::Pipe))
                .action(Action::goto_chain(1)),
            rule(1, 1)
                .matching(|key| {
                    key.dst_ip = Some("10.0.0.99".parse().unwrap());
                    key.ip_proto = Some(IpProto::UDP);
                    key.dst_port = Some("8053".parse().unwrap());
                })
                .action(Action::redirect(IfIndex(9))),
        ];
        let path = trace(&rules, &udp(53));
        let changed = Packet {
            dst_ip: Some("10.0.0.99".parse().unwrap()),
            ip_ttl: 63,
            dst_mac: "02:00:00:00:00:00".parse().unwrap(),
            ..udp(8053)
        };
        assert_eq!((path.fate, path.packet), (Fate::Redirected(IfIndex(9).into()), changed));
    }

    #[test]
    fn a_rewrite_of_nothing_changes_nothing() {
        use crate::flow::{Pedit, PeditKey};
        let keep = PeditKey { mask: u32::MAX, ..PeditKey::default() };
        let rules =
            [rule(0, 1)
                .action(Action::new(ActionKind::Pedit(Pedit { keys: vec![keep], ..Pedit::default() })))];
        let six = Packet {
            eth_type: EtherType::IPV6,
            src_ip: Some("2001:db8::1".parse().unwrap()),
            dst_ip: None,
            ip_tos: 0xb8,
            ip_proto: Some(IpProto::TCP),
            tcp_flags: crate::flow::TcpFlags(0x112),
            ..udp(9)
        };
        let of_six = [Rule::new(Attach::ingress(IfIndex(1)))
            .protocol(EtherType::IPV6)
            .action(rules[0].actions[0].clone())];
        let arp = Packet { eth_type: EtherType::ARP, ..Packet::default() };
        let of_arp = [Rule::new(Attach::ingress(IfIndex(1)))
            .protocol(EtherType::ARP)
            .action(rules[0].actions[0].clone())];
        assert_eq!(trace(&rules, &udp(53)).packet, udp(53));
        assert_eq!(trace(&of_six, &six).packet, six);
        assert_eq!(trace(&of_arp, &arp).packet, arp);
    }

    #[test]
    fn a_tagged_packet_is_not_seen_by_a_rule_for_ip() {
        let mut packet = udp(53);
        packet.vlans.push(VlanTag { protocol: EtherType::VLAN, id: 5, priority: 0 });
        assert_eq!(trace(&[rule(0, 1).action(Action::drop())], &packet).fate, Fate::Passed);
    }

    #[test]
    fn a_circle_ends() {
        let rules = [rule(0, 1).action(Action::goto_chain(1)), rule(1, 1).action(Action::goto_chain(0))];
        assert_eq!(trace(&rules, &udp(1)).fate, Fate::Looped);
    }

    #[test]
    fn nothing_met_passes() {
        let path = trace(&[], &udp(1));
        assert_eq!(path, Path { steps: vec![], copies: vec![], fate: Fate::Passed, packet: udp(1) });
    }
}
