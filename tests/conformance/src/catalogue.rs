//! Rules for every key and every action: the list that a new key or action is added to.

mod beside;
mod change;
mod meta;

use smartnic_core::flow::{
    Action, ActionKind, Attach, Cfm, Classifier, Control, HwStats, IpProto, Match, MirredTarget, MplsLse,
    Netdev, Rule, VlanChange,
};
use smartnic_core::types::EtherType;

use crate::Rig;

/// A rule with a name.
#[derive(Debug, Clone)]
pub struct Specimen {
    /// What it is about.
    pub name: &'static str,
    /// The rule, in canonical form.
    pub rule: Rule,
}

impl Specimen {
    fn new(name: &'static str, rule: Rule) -> Self {
        Self { name, rule: rule.prio(10).canonical() }
    }
}

/// A rule for each key, on the uplink, that redirects to the first representor.
#[must_use]
pub fn keys(rig: &Rig) -> Vec<Specimen> {
    let mut keys = ip_keys(rig);
    keys.extend(keys_beside_ip(rig));
    keys
}

/// Tags, PPPoE, MPLS, ARP, sessions, fault management, links, classes, and rules without keys.
fn keys_beside_ip(rig: &Rig) -> Vec<Specimen> {
    let add = |name, protocol: EtherType, set: &dyn Fn(&mut Match)| {
        let rule = Rule::new(Attach::ingress(rig.up())).protocol(protocol);
        Specimen::new(name, rule.matching(set).action(Action::redirect(rig.rep(0))))
    };
    let (ip, vlan, qinq) = (EtherType::IPV4, EtherType::VLAN, EtherType::QINQ);
    let (ppp, mpls, arp) = (EtherType::PPP_SES, EtherType::MPLS, EtherType::ARP);
    let entry = |depth| MplsLse { depth, label: Some(100), ..MplsLse::default() };
    let classed = Rule { classid: Some(0x1_0010), ..Rule::new(Attach::ingress(rig.up())).protocol(ip) };
    let classless =
        Rule { classifier: Classifier::Matchall, ..Rule::new(Attach::ingress(rig.up())).protocol(ip) };
    vec![
        add("num_of_vlans", EtherType::ALL, &|key| key.num_of_vlans = Some(1)),
        add("num_of_vlans and both tags", EtherType::ALL, &|key| {
            (key.num_of_vlans, key.vlan_id, key.cvlan_id) = (Some(2), Some(7), Some(8));
        }),
        add("cvlan_id", qinq, &|key| (key.vlan_ethtype, key.cvlan_id) = (Some(vlan), Some(9))),
        add("behind both tags", qinq, &|key| {
            (key.vlan_id, key.vlan_ethtype) = (Some(7), Some(vlan));
            (key.cvlan_id, key.cvlan_prio, key.cvlan_ethtype) = (Some(8), Some(3), Some(ip));
            key.dst_ip = read("10.1.0.0/16");
        }),
        add("pppoe_sid", ppp, &|key| key.pppoe_sid = Some(513)),
        add("ppp_proto", ppp, &|key| (key.ppp_proto, key.ip_proto) = (Some(0x21), Some(IpProto::TCP))),
        add("ppp_proto behind a tag", vlan, &|key| {
            (key.vlan_ethtype, key.pppoe_sid, key.ppp_proto) = (Some(ppp), Some(5), Some(0xc021));
        }),
        add("mpls_label and its like", mpls, &|key| {
            (key.mpls_label, key.mpls_tc) = (Some(1_048_575), Some(7));
            (key.mpls_bos, key.mpls_ttl) = (Some(1), Some(64));
        }),
        add("mpls of one entry", mpls, &|key| key.mpls = vec![entry(1)]),
        add("mpls of two entries", mpls, &|key| key.mpls = vec![entry(7), entry(1)]),
        add("arp", arp, &|key| {
            (key.arp_sip, key.arp_tip, key.arp_op) = (read("10.0.0.1"), read("10.1.0.0/16"), read("2"));
            (key.arp_sha, key.arp_tha) = (read("02:00:00:00:00:01"), read("02:00:00:00:00:00/24"));
        }),
        add("l2tpv3_sid", ip, &|key| (key.ip_proto, key.l2tpv3_sid) = (Some(IpProto::L2TP), Some(7))),
        add("spi", ip, &|key| (key.ip_proto, key.spi) = (Some(IpProto::ESP), read("0x12345678"))),
        add("cfm", EtherType::CFM, &|key| key.cfm = Some(Cfm { mdl: Some(5), op: Some(1) })),
        Specimen::new("classid", classed.action(Action::redirect(rig.rep(0)))),
        Specimen::new("matchall", classless.clone().action(Action::redirect(rig.rep(0)))),
        Specimen::new("matchall in software", classless.skip_hw().action(Action::drop())),
    ]
}

fn ip_keys(rig: &Rig) -> Vec<Specimen> {
    let tcp = |key: &mut Match| key.ip_proto = Some(IpProto::TCP);
    let udp = |key: &mut Match| key.ip_proto = Some(IpProto::UDP);
    let add = |name, protocol: EtherType, set: &dyn Fn(&mut Match)| {
        let rule = Rule::new(Attach::ingress(rig.up())).protocol(protocol);
        Specimen::new(name, rule.matching(set).action(Action::redirect(rig.rep(0))))
    };
    let (ip, ip6, vlan) = (EtherType::IPV4, EtherType::IPV6, EtherType::VLAN);
    let mut all = vec![
        add("every packet", EtherType::ALL, &|_| {}),
        add("protocol ip", ip, &|_| {}),
        add("protocol ipv6", ip6, &|_| {}),
        add("protocol arp", EtherType::ARP, &|_| {}),
        add("protocol 0x88f7", EtherType(0x88f7), &|_| {}),
        add("dst_mac", ip, &|key| key.dst_mac = read("02:00:00:00:00:01")),
        add("src_mac under a mask", ip, &|key| key.src_mac = read("02:00:00:00:00:00/ff:ff:ff:00:00:00")),
        add("protocol 802.1Q", vlan, &|_| {}),
        add("vlan_id", vlan, &|key| key.vlan_id = Some(100)),
        add("vlan_id and vlan_prio", vlan, &|key| (key.vlan_id, key.vlan_prio) = (Some(100), Some(5))),
        add("vlan_id 0 and vlan_prio 0", vlan, &|key| (key.vlan_id, key.vlan_prio) = (Some(0), Some(0))),
        add("vlan_ethtype", vlan, &|key| (key.vlan_id, key.vlan_ethtype) = (Some(100), Some(ip))),
        add("802.1ad", EtherType::QINQ, &|key| key.vlan_id = Some(4095)),
        add("behind a tag", vlan, &|key| {
            (key.vlan_id, key.vlan_ethtype) = (Some(7), Some(ip));
            (key.dst_ip, key.ip_proto) = (read("10.1.0.0/16"), Some(IpProto::TCP));
            key.dst_port = read("443");
        }),
        add("ip_proto", ip, &tcp),
        add("ip_proto by number", ip, &|key| key.ip_proto = Some(IpProto(0x2f))),
        add("ip_tos under a mask", ip, &|key| key.ip_tos = read("0x20/0xfc")),
        add("ip_ttl", ip6, &|key| key.ip_ttl = read("64")),
        add("src_ip", ip, &|key| key.src_ip = read("192.0.2.1")),
        add("dst_ip with a prefix", ip, &|key| key.dst_ip = read("10.0.0.0/8")),
        add("dst_ip under a mask with a hole", ip, &|key| key.dst_ip = read("10.0.1.0/255.0.255.0")),
        add("src_ip and dst_ip of ipv6", ip6, &|key| {
            (key.src_ip, key.dst_ip) = (read("2001:db8::/32"), read("2001:db8::53"));
        }),
        add("tcp dst_port", ip, &|key| {
            tcp(key);
            key.dst_port = read("80");
        }),
        add("udp src_port under a mask", ip6, &|key| {
            udp(key);
            key.src_port = read("0x1000/0xf000");
        }),
        add("sctp dst_port", ip, &|key| {
            (key.ip_proto, key.dst_port) = (Some(IpProto::SCTP), read("3868"));
        }),
        add("dst_port range", ip, &|key| {
            udp(key);
            key.dst_port = read("1000-2000");
        }),
        add("src_port range and dst_port", ip, &|key| {
            tcp(key);
            key.src_port = read("1024-65535");
            key.dst_port = read("22");
        }),
        add("tcp_flags", ip, &|key| {
            tcp(key);
            key.tcp_flags = read("0x2/0x12");
        }),
        add("icmp_type and icmp_code", ip, &|key| {
            (key.ip_proto, key.icmp_type, key.icmp_code) = (Some(IpProto::ICMP), read("3"), read("1"));
        }),
        add("icmpv6_type", ip6, &|key| (key.ip_proto, key.icmp_type) = (Some(IpProto::ICMPV6), read("128"))),
    ];
    all.extend(meta::keys(rig));
    all
}

/// A rule for each action and for combinations of them.
#[must_use]
pub fn actions(rig: &Rig) -> Vec<Specimen> {
    let (up, one, two) = (rig.up(), rig.rep(0), rig.rep(1));
    let add = |name, dev: &Netdev, actions: &[Action]| {
        let rule = Rule::new(Attach::ingress(dev.clone())).protocol(EtherType::IPV4);
        Specimen::new(name, actions.iter().cloned().fold(udp_to_53(rule), Rule::action))
    };
    let tagged = |name, prio: Option<u8>, actions: &[Action]| {
        let rule = Rule::new(Attach::ingress(up.clone())).protocol(EtherType::VLAN);
        let rule = rule.matching(|key| (key.vlan_id, key.vlan_prio) = (Some(9), prio));
        Specimen::new(name, actions.iter().cloned().fold(rule, Rule::action))
    };
    let (redirect, mirror) = (Action::redirect, Action::mirror);
    let egress = Rule::new(Attach::egress(one.clone())).protocol(EtherType::IPV4);
    let chained = Rule::new(Attach::ingress(up.clone())).protocol(EtherType::IPV4).chain(3);
    let mut all = vec![
        add("drop", &up, &[Action::drop()]),
        add("pass", &up, &[Action::pass()]),
        add("trap", &up, &[Action::trap()]),
        add("goto chain", &up, &[Action::goto_chain(5)]),
        add("continue", &up, &[Action::gact(Control::Continue)]),
        add("pipe", &up, &[Action::gact(Control::Pipe)]),
        add("redirect", &up, &[redirect(one.clone())]),
        add("mirror", &up, &[mirror(one.clone())]),
        add("mirror and pass", &up, &[mirror(one.clone()), Action::pass()]),
        add("mirror and redirect", &up, &[mirror(one.clone()), redirect(two.clone())]),
        add("mirror and drop", &up, &[mirror(one.clone()), Action::drop()]),
        add("redirect to ingress", &up, &[ingress(ActionKind::Redirect, &one).then(Control::Stolen)]),
        add("mirror to ingress", &up, &[ingress(ActionKind::Mirror, &one), redirect(two.clone())]),
        add("vlan push", &one, &[Action::vlan_push(100), redirect(up.clone())]),
        add("vlan push with all it takes", &one, &[push(200, EtherType::QINQ, 6), redirect(up.clone())]),
        add(
            "vlan push twice",
            &one,
            &[push(200, EtherType::QINQ, 0), Action::vlan_push(7), redirect(up.clone())],
        ),
        add("vlan push without an output", &one, &[Action::vlan_push(100)]),
        tagged("vlan pop", None, &[Action::vlan_pop(), redirect(one.clone())]),
        tagged("vlan modify", None, &[modify(101, None), redirect(one.clone())]),
        tagged("vlan modify with the same priority", Some(3), &[modify(101, Some(3)), redirect(one.clone())]),
        tagged("vlan modify with another priority", Some(3), &[modify(101, Some(4)), redirect(one.clone())]),
        tagged("vlan pop and push", None, &[Action::vlan_pop(), Action::vlan_push(8), redirect(one.clone())]),
        add(
            "mirror, tag, redirect",
            &one,
            &[mirror(two.clone()), Action::vlan_push(5), redirect(up.clone())],
        ),
        add("drop at a representor", &one, &[Action::drop()]),
        add("representor to representor", &one, &[redirect(two.clone())]),
        add("representor to itself", &one, &[redirect(one.clone())]),
        add("the same output twice", &up, &[mirror(one.clone()), redirect(one.clone())]),
        add("hw_stats immediate", &up, &[counted(redirect(one.clone()), HwStats::IMMEDIATE)]),
        add("hw_stats delayed", &up, &[counted(redirect(one.clone()), HwStats::DELAYED)]),
        add("hw_stats disabled", &up, &[counted(redirect(one.clone()), HwStats::empty())]),
        add("hw_stats mixed", &up, &[counted(mirror(one.clone()), HwStats::DELAYED), redirect(two.clone())]),
        add("no action", &up, &[]),
        Specimen::new("egress", udp_to_53(egress).action(Action::drop())),
        Specimen::new("chain 3", udp_to_53(chained).action(redirect(one.clone()))),
    ];
    all.extend(beside::actions(rig));
    all
}

/// A rule for each action that changes packets or knows their connections. What drivers make of these, simulated drivers
/// do not follow in all of it, so that predictions are not held against them.
#[must_use]
pub fn changes(rig: &Rig) -> Vec<Specimen> {
    change::actions(rig)
}

/// Rules that every NIC that takes rules takes, all different: from the uplink to the first representor.
#[must_use]
pub fn many(rig: &Rig, count: usize) -> Vec<Rule> {
    (0..count)
        .map(|number| {
            let address = std::net::Ipv4Addr::from(0x0a00_0000 + number as u32);
            Rule::new(Attach::ingress(rig.up()))
                .prio(1)
                .protocol(EtherType::IPV4)
                .matching(|key| key.dst_ip = read(&address.to_string()))
                .matching(|key| (key.ip_proto, key.dst_port) = (Some(IpProto::UDP), read("4789")))
                .action(Action::redirect(rig.rep(0)))
                .canonical()
        })
        .collect()
}

fn udp_to_53(rule: Rule) -> Rule {
    rule.matching(|key| (key.ip_proto, key.dst_port) = (Some(IpProto::UDP), read("53")))
}

fn ingress(kind: fn(MirredTarget) -> ActionKind, dev: &Netdev) -> Action {
    Action::new(kind(MirredTarget { dev: dev.clone(), ingress: true }))
}

fn push(id: u16, protocol: EtherType, priority: u8) -> Action {
    Action::new(ActionKind::VlanPush(VlanChange { id, protocol: Some(protocol), priority: Some(priority) }))
}

fn modify(id: u16, priority: Option<u8>) -> Action {
    Action::new(ActionKind::VlanModify(VlanChange { id, protocol: None, priority }))
}

fn counted(action: Action, stats: HwStats) -> Action {
    Action { hw_stats: Some(stats), ..action }
}

/// Reads a value of the lists above; a text that cannot be read is a mistake in them.
fn read<T: std::str::FromStr>(text: &str) -> Option<T> {
    match text.parse() {
        Ok(value) => Some(value),
        Err(_) => panic!("{text:?} in the catalogue cannot be read"),
    }
}
