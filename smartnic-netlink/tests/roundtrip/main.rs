//! Rules written by this crate and read by it again, from seeded random rules.
//!
//! That both directions could be wrong in the same way is what the golden bytes are for.

mod action;
mod beside;
mod meta;
mod random;

use std::net::{Ipv4Addr, Ipv6Addr};

use smartnic_core::flow::{
    Attach, Cfm, Classifier, IpMatch, IpProto, MAX_CHAIN, Match, MplsLse, PortMatch, Rule, RuleId, Skip,
    TcpFlags,
};
use smartnic_core::types::{EtherType, IfIndex, Mac, UnknownAttr};
use smartnic_netlink::codec::{AckMode, Batch, Flags, Message, Request, Sequence, messages};
use smartnic_netlink::tc::filter;

use action::action;
use random::Random;

fn rule(random: &mut Random) -> Rule {
    let protocol = [
        EtherType::ALL,
        EtherType::IPV4,
        EtherType::IPV6,
        EtherType::VLAN,
        EtherType::QINQ,
        EtherType(0x1234),
        EtherType::ARP,
        EtherType::MPLS,
        EtherType::PPP_SES,
        EtherType::CFM,
    ][random.below(10) as usize];
    let classifier = [Classifier::Flower, Classifier::Flower, Classifier::Matchall][random.below(3) as usize];
    let attach = match random.below(3) {
        0 => Attach::ingress(IfIndex(random.below(1 << 31))),
        1 => Attach::egress(IfIndex(random.below(1 << 31))),
        _ => Attach::Block(random.below(u32::MAX)),
    };
    Rule {
        attach,
        chain: random.below(2) * random.below(MAX_CHAIN + 1),
        prio: random.small(1 << 16),
        protocol,
        handle: random.maybe(|random| 1 + random.below(u32::MAX - 1)),
        classifier,
        classid: random.maybe(|random| random.below(u32::MAX)),
        key: match classifier {
            Classifier::Flower => key(random, protocol),
            Classifier::Matchall => {
                Match { eth_type: (protocol != EtherType::ALL).then_some(protocol), ..Match::default() }
            }
        },
        actions: (0..random.below(5)).map(|_| action(random)).collect(),
        skip: [Skip::None, Skip::SkipSw, Skip::SkipHw][random.below(3) as usize],
    }
}

pub(crate) fn mac(random: &mut Random) -> Mac {
    let [a, b, c, d, e, f, ..] = random.bits().to_le_bytes();
    Mac([a, b, c, d, e, f])
}

fn key(random: &mut Random, protocol: EtherType) -> Match {
    let byte = |random: &mut Random| random.small::<u8>(256);
    let mut key = Match {
        eth_type: (protocol != EtherType::ALL).then_some(protocol),
        dst_mac: random.maybe(|random| random.masked(mac)),
        src_mac: random.maybe(|random| random.masked(mac)),
        ip_tos: random.maybe(|random| random.masked(byte)),
        ip_ttl: random.maybe(|random| random.masked(byte)),
        src_ip: random.maybe(address),
        dst_ip: random.maybe(address),
        unknown: (0..random.below(3)).map(|n| unknown(random, 200 + n)).collect(),
        ..Match::default()
    };
    if protocol.is_vlan() {
        key.vlan_id = random.maybe(|random| random.small(4096));
        key.vlan_prio = random.maybe(|random| random.small(8));
        key.vlan_ethtype = random.maybe(|random| EtherType(random.small(1 << 16)));
    }
    below_ip(random, &mut key);
    match random.below(3) {
        0 => {
            key.ip_proto = Some([IpProto::TCP, IpProto::UDP, IpProto::SCTP][random.below(3) as usize]);
            key.src_port = random.maybe(port);
            key.dst_port = random.maybe(port);
            if key.ip_proto == Some(IpProto::TCP) {
                let flags = |random: &mut Random| TcpFlags(random.small(1 << 12));
                key.tcp_flags = random.maybe(|random| random.masked(flags));
            }
        }
        1 => {
            key.ip_proto = Some([IpProto::ICMP, IpProto::ICMPV6][random.below(2) as usize]);
            key.icmp_type = random.maybe(|random| random.masked(byte));
            key.icmp_code = random.maybe(|random| random.masked(byte));
        }
        _ => key.ip_proto = random.maybe(|random| IpProto(random.small(256))),
    }
    if random.below(2) == 0 {
        meta::tunnel(random, &mut key);
    }
    if random.below(2) == 0 {
        meta::beside_the_bytes(random, &mut key);
    }
    key
}

/// Keys of protocols beside IP. They need not fit the rule's protocol: the wire takes them as they are.
fn below_ip(random: &mut Random, key: &mut Match) {
    let mac = |random: &mut Random| Mac([random.small(256); 6]);
    let ip = |random: &mut Random| Ipv4Addr::from_bits(random.below(u32::MAX));
    key.indev = random.maybe(|random| format!("eth{}", random.below(100)));
    key.num_of_vlans = random.maybe(|random| random.small(4)).filter(|_| key.eth_type.is_some());
    key.cvlan_id = random.maybe(|random| random.small(4096));
    key.cvlan_prio = random.maybe(|random| random.small(8));
    key.cvlan_ethtype = random.maybe(|random| EtherType(random.small(1 << 16)));
    if key.eth_type == Some(EtherType::PPP_SES) && key.vlan_ethtype.or(key.cvlan_ethtype).is_none() {
        key.num_of_vlans = None;
        key.pppoe_sid = random.maybe(|random| random.small(1 << 16));
        key.ppp_proto = random.maybe(|random| random.small(1 << 16));
    }
    let entry = |random: &mut Random| MplsLse {
        depth: random.small(256),
        label: random.maybe(|random| random.below(1 << 20)),
        tc: random.maybe(|random| random.small(8)),
        bos: random.maybe(|random| random.small(2)),
        ttl: random.maybe(|random| random.small(256)),
    };
    key.mpls = (0..random.below(4)).map(|_| entry(random)).collect();
    let MplsLse { label, tc, bos, ttl, .. } = entry(random);
    (key.mpls_label, key.mpls_tc, key.mpls_bos, key.mpls_ttl) = (label, tc, bos, ttl);
    key.arp_sip = random.maybe(|random| random.masked(ip));
    key.arp_tip = random.maybe(|random| random.masked(ip));
    key.arp_op = random.maybe(|random| random.masked(|random| random.small(256)));
    key.arp_sha = random.maybe(|random| random.masked(mac));
    key.arp_tha = random.maybe(|random| random.masked(mac));
    key.l2tpv3_sid = random.maybe(|random| random.below(u32::MAX));
    key.spi = random.maybe(|random| random.masked(|random| random.below(u32::MAX)));
    key.cfm = random.maybe(|random| Cfm {
        mdl: random.maybe(|random| random.small(256)),
        op: random.maybe(|random| random.small(256)),
    });
}

pub(crate) fn address(random: &mut Random) -> IpMatch {
    let wide = |random: &mut Random| {
        Ipv6Addr::from_bits(u128::from(random.bits()) << 64 | u128::from(random.bits()))
    };
    match random.below(2) {
        0 => IpMatch::V4(random.masked(|random| Ipv4Addr::from_bits(random.below(u32::MAX)))),
        _ => IpMatch::V6(random.masked(wide)),
    }
}

fn port(random: &mut Random) -> PortMatch {
    match random.below(2) {
        0 => PortMatch::Masked(random.masked(|random| random.small(1 << 16))),
        _ => PortMatch::Range { min: random.small(1000), max: 1000 + random.small::<u16>(60000) },
    }
}

/// Numbers from 200 are beyond every key that kernels have.
pub(crate) fn unknown(random: &mut Random, kind: u32) -> UnknownAttr {
    let bytes = (0..random.below(9)).map(|_| random.small(256)).collect();
    UnknownAttr { kind: u16::try_from(kind).unwrap(), bytes }
}

#[test]
fn a_rule_that_was_written_is_read_as_it_was() {
    for seed in 0..20_000 {
        let rule = rule(&mut Random(seed));
        let mut buf = Vec::new();
        filter::Add(&rule).write(&mut buf, 1, 1).unwrap();
        let read = filter::decode(&Message::decode(&buf).unwrap()).unwrap().flow();
        assert_eq!(read.map(|entry| entry.rule), Some(rule), "seed {seed}");
    }
}

#[test]
fn what_was_written_again_is_the_same_bytes() {
    for seed in 0..2_000 {
        let first = rule(&mut Random(seed));
        let [mut one, mut two] = [Vec::new(), Vec::new()];
        filter::Replace(&first).write(&mut one, 1, 1).unwrap();
        let entry = filter::decode(&Message::decode(&one).unwrap()).unwrap().flow().unwrap();
        filter::Replace(&entry.rule).write(&mut two, 1, 1).unwrap();
        assert_eq!(one, two, "seed {seed}");
    }
}

#[test]
fn an_identity_alone_is_read_as_that_identity() {
    for seed in 0..2_000 {
        let mut random = Random(seed);
        let rule = rule(&mut random);
        let id = RuleId {
            attach: rule.attach,
            chain: rule.chain,
            prio: rule.prio,
            protocol: rule.protocol,
            classifier: rule.classifier,
            handle: 1 + random.below(1000),
        };
        let mut buf = Vec::new();
        filter::Get(&id).write(&mut buf, 1, 1).unwrap();
        let entry = filter::decode(&Message::decode(&buf).unwrap()).unwrap().flow().unwrap();
        assert_eq!(entry.id(), id, "seed {seed}");
    }
}

#[test]
fn a_full_batch_holds_the_messages_that_were_pushed() {
    let rules: Vec<Rule> = (0..200).map(|seed| rule(&mut Random(seed))).collect();
    let mut batch = Batch::new(7, AckMode::Each);
    let mut sequence = Sequence::default();
    let mut sent = Vec::new();
    for rule in &rules {
        let request = filter::Add(rule);
        if batch.push_request(&mut sequence, &request, Flags::ECHO).unwrap().is_none() {
            sent.extend_from_slice(batch.datagram());
            batch.clear();
            assert!(batch.push_request(&mut sequence, &request, Flags::ECHO).unwrap().is_some());
        }
    }
    sent.extend_from_slice(batch.datagram());
    let read = messages(&sent).map(|message| {
        let entry = filter::decode(&message.unwrap()).unwrap().flow().unwrap();
        entry.rule
    });
    assert_eq!(read.collect::<Vec<_>>(), rules);
}
