use std::net::Ipv4Addr;

use smartnic_core::flow::{
    Attach, Cfm, Classifier, IpMatch, IpProto, Match, MplsLse, PortMatch, Rule, Side, Skip, TcpFlags,
};
use smartnic_core::types::{EtherType, Mac, MaskValue, Masked};

use super::random_action::action;
use super::random_meta;
use crate::text::random::Random;
use crate::text::tc::{Op, key, parse, rule_to_tc};

const SEED: u64 = 0x5eed_0002;

#[test]
fn written_rules_read_back() {
    let mut random = Random::new(SEED);
    for round in 0..3000 {
        let rule = rule(&mut random);
        rule.check().unwrap_or_else(|error| panic!("seed {SEED:#x} round {round}: {error}"));
        let text = rule_to_tc(&rule).unwrap();
        let script =
            parse(&text).unwrap_or_else(|problems| panic!("seed {SEED:#x} round {round}: {problems}"));
        assert_eq!(script.items[0].op, Op::Add(rule), "seed {SEED:#x} round {round}: {text}");
    }
}

/// Text that was a rule until letters, words and lines of it were changed may be refused; it may not be fatal.
#[test]
fn damaged_lines_end_in_a_rule_or_a_problem() {
    let mut random = Random::new(SEED);
    for _ in 0..5000 {
        let mut text = rule_to_tc(&rule(&mut random)).unwrap();
        for _ in 0..=random.below(3) {
            text = damage(&mut random, &text);
        }
        match parse(&text) {
            Ok(script) => script.items.iter().for_each(|item| {
                if let Op::Add(rule) = &item.op {
                    // A mask that is not whole is written whole.
                    let again = parse(&rule_to_tc(rule).unwrap()).unwrap().items.remove(0).op;
                    let Op::Add(again) = again else { panic!("{text}") };
                    assert_eq!(again.canonical(), rule.clone().canonical(), "{text}");
                }
            }),
            Err(problems) => {
                let place = &problems.list[0];
                assert!(place.line > 0 && place.column > 0, "{text}\n{problems}");
                assert!(problems.to_string().contains("line "));
            }
        }
    }
}

fn damage(random: &mut Random, text: &str) -> String {
    const BITS: [&str; 16] = [
        " ",
        "#",
        "'",
        "\"",
        "\\\n",
        "/",
        "-",
        "0x",
        "é",
        "\u{0}",
        "99999999999",
        "action",
        ":",
        "\t",
        "\n",
        "%",
    ];
    let chars: Vec<char> = text.chars().collect();
    let at = random.below(chars.len() as u64 + 1) as usize;
    let until = (at + random.below(6) as usize).min(chars.len());
    let middle = match random.below(4) {
        0 => String::new(),
        1 => (*random.one_of(&BITS)).to_owned(),
        2 => chars[at..until].iter().rev().collect(),
        _ => chars[at..until].iter().chain(&chars[at..until]).collect(),
    };
    chars[..at].iter().copied().chain(middle.chars()).chain(chars[until..].iter().copied()).collect()
}

/// A rule that a kernel would take, out of everything that tc syntax can say.
pub(in crate::text) fn rule(random: &mut Random) -> Rule {
    let attach = match random.below(5) {
        0 => Attach::Block(random.below(1 << 32).max(1) as u32),
        side => Attach::Dev {
            dev: (*random.one_of(&["pf0vf0", "enp3s0f0np0", "c1pf0sf88"])).into(),
            side: if side == 1 { Side::Egress } else { Side::Ingress },
        },
    };
    let protocols = [
        EtherType::ALL,
        EtherType::IPV4,
        EtherType::IPV4,
        EtherType::IPV6,
        EtherType::IPV6,
        EtherType::VLAN,
        EtherType::QINQ,
        EtherType::ARP,
        EtherType::RARP,
        EtherType::MPLS,
        EtherType::PPP_SES,
        EtherType::CFM,
        EtherType(0x88cc),
        EtherType(0x88f7),
        EtherType(1),
    ];
    let mut rule = Rule::new(attach).protocol(*random.one_of(&protocols));
    rule.chain = random.maybe(|random| random.below(1 << 28) as u32).unwrap_or(0);
    rule.prio = random.below(1 << 16) as u16;
    rule.handle = random.maybe(|random| random.below(1 << 32).max(1) as u32);
    rule.skip = *random.one_of(&[Skip::None, Skip::SkipHw, Skip::SkipSw]);
    rule.classid = random.maybe(|random| random.below(1 << 32) as u32);
    if random.below(10) == 0 {
        // Without anything else tc wants a class.
        (rule.classifier, rule.classid) = (Classifier::Matchall, Some(random.below(1 << 32) as u32));
    } else {
        below_ip(random, &mut rule.key);
        keys(random, &mut rule.key);
        if random.below(2) == 0 {
            random_meta::keys(random, &mut rule.key);
        }
        key::drop_empty(&mut rule.key);
    }
    for _ in 0..random.below(4) {
        let action = action(random);
        rule.actions.push(action);
    }
    rule
}

/// Keys of protocols beside IP.
fn below_ip(random: &mut Random, key: &mut Match) {
    key.indev = random.maybe(|random| (*random.one_of(&["pf0vf0", "p0", "eth0.5"])).to_owned());
    if key.eth_type.is_some_and(EtherType::is_vlan) {
        key.num_of_vlans = random.maybe(|random| random.below(3) as u8);
    }
    match key.eth_type {
        Some(EtherType::MPLS) if random.below(2) == 0 => {
            key.mpls = (0..random.below(4)).map(|_| entry(random)).collect();
        }
        Some(EtherType::MPLS) => {
            let MplsLse { label, tc, bos, ttl, .. } = entry(random);
            (key.mpls_label, key.mpls_tc, key.mpls_bos, key.mpls_ttl) = (label, tc, bos, ttl);
        }
        Some(EtherType::PPP_SES) => {
            key.pppoe_sid = random.maybe(|random| random.below(1 << 16) as u16);
            let protocols = [0x21, 0x57, 0xc021, 0x1234];
            key.ppp_proto = random.maybe(|random| *random.one_of(&protocols));
        }
        Some(EtherType::ARP | EtherType::RARP) => {
            let ip = |random: &mut Random| Ipv4Addr::from_bits(random.below(1 << 32) as u32);
            let masked = |random: &mut Random| Masked::prefix(ip(random), random.below(33) as u8).unwrap();
            (key.arp_sip, key.arp_tip) = (random.maybe(masked), random.maybe(masked));
            key.arp_op = random.maybe(|random| Masked::new(random.below(3) as u8, byte(random).mask));
            (key.arp_sha, key.arp_tha) = (random.maybe(mac), random.maybe(mac));
        }
        Some(EtherType::CFM) => {
            let level = random.maybe(|random| random.below(8) as u8);
            let code = random.maybe(|random| random.below(256) as u8);
            key.cfm = Some(Cfm { mdl: level, op: code });
        }
        _ => {}
    }
}

fn entry(random: &mut Random) -> MplsLse {
    MplsLse {
        depth: 1 + random.below(7) as u8,
        label: random.maybe(|random| random.below(1 << 20) as u32),
        tc: random.maybe(|random| random.below(8) as u8),
        bos: random.maybe(|random| random.below(2) as u8),
        ttl: random.maybe(|random| random.below(256) as u8),
    }
}

fn keys(random: &mut Random, key: &mut Match) {
    key.dst_mac = random.maybe(mac);
    key.src_mac = random.maybe(mac);
    if key.eth_type.is_some_and(EtherType::is_vlan) {
        key.vlan_id = random.maybe(|random| random.below(4096) as u16);
        key.vlan_prio = random.maybe(|random| random.below(8) as u8);
        let inner = [EtherType::IPV4, EtherType::IPV6, EtherType::ARP, EtherType::VLAN];
        key.vlan_ethtype = random.maybe(|random| *random.one_of(&inner));
        if key.vlan_ethtype == Some(EtherType::VLAN) || key.num_of_vlans == Some(2) {
            key.cvlan_id = random.maybe(|random| random.below(4096) as u16);
            key.cvlan_prio = random.maybe(|random| random.below(8) as u8);
            key.cvlan_ethtype = random.maybe(|random| *random.one_of(&inner));
        }
    }
    let (address, icmp): (fn(&mut Random) -> IpMatch, _) = match key.network_type() {
        Some(EtherType::IPV4) => (ipv4, IpProto::ICMP),
        Some(EtherType::IPV6) => (ipv6, IpProto::ICMPV6),
        _ => return,
    };
    key.src_ip = random.maybe(address);
    key.dst_ip = random.maybe(address);
    key.ip_tos = random.maybe(byte);
    key.ip_ttl = random.maybe(byte);
    let number = IpProto(random.below(256) as u8);
    let protos =
        [IpProto::TCP, IpProto::TCP, IpProto::UDP, IpProto::SCTP, icmp, IpProto::ESP, IpProto::L2TP, number];
    key.ip_proto = random.maybe(|random| *random.one_of(&protos));
    if key.ip_proto.is_some_and(IpProto::has_ports) {
        key.src_port = random.maybe(port);
        key.dst_port = random.maybe(port);
    }
    if key.ip_proto == Some(IpProto::TCP) {
        let flags = |random: &mut Random| TcpFlags(random.below(0x1000) as u16);
        key.tcp_flags = random.maybe(|random| Masked::new(flags(random), flags(random)));
    }
    if key.ip_proto == Some(IpProto::L2TP) {
        key.l2tpv3_sid = random.maybe(|random| random.below(1 << 32) as u32);
    }
    if key.ip_proto == Some(IpProto::ESP) {
        key.spi = random.maybe(|random| Masked::exact(random.below(1 << 32) as u32));
    }
    if key.ip_proto == Some(icmp) {
        key.icmp_type = random.maybe(byte);
        key.icmp_code = random.maybe(byte);
    }
}

pub(super) fn mac(random: &mut Random) -> Masked<Mac> {
    let mut mac = || Mac(random.below(1 << 48).to_be_bytes()[2..].try_into().unwrap());
    let (value, mask) = (mac(), mac());
    match random.below(3) {
        0 => Masked::exact(value),
        1 => Masked::prefix(value, random.below(49) as u8).unwrap(),
        _ => Masked::new(value, mask),
    }
}

pub(super) fn ipv4(random: &mut Random) -> IpMatch {
    let address = (random.below(1 << 32) as u32).into();
    IpMatch::V4(Masked::prefix(address, *random.one_of(&[0, 1, 8, 24, 31, 32])).unwrap())
}

pub(super) fn ipv6(random: &mut Random) -> IpMatch {
    let bits = [random.below(u64::MAX), random.below(u64::MAX)].map(u128::from);
    IpMatch::V6(Masked::prefix((bits[0] << 64 | bits[1]).into(), random.below(129) as u8).unwrap())
}

pub(super) fn byte(random: &mut Random) -> Masked<u8> {
    let mask = if random.below(2) == 0 { u8::ONES } else { random.below(256) as u8 };
    Masked::new(random.below(256) as u8, mask)
}

fn port(random: &mut Random) -> PortMatch {
    let (one, other) = (random.below(65_535) as u16, random.below(65_536) as u16);
    match random.below(4) {
        0 => PortMatch::Masked(Masked::new(one, other)),
        1 => PortMatch::Range { min: one, max: other.max(one + 1) },
        _ => one.into(),
    }
}
