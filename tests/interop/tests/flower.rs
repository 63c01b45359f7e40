//! Flower filters, against netlink-packet-route: every key that it knows, and redirects.

use interop::{captured, message, written};
use netlink_packet_core::{NetlinkHeader, NetlinkMessage, NetlinkPayload, Nla};
use netlink_packet_route::RouteNetlinkMessage;
use netlink_packet_route::tc::TcFilterFlowerOption::{self as Key, *};
use netlink_packet_route::tc::{
    TcAction, TcActionAttribute, TcActionGeneric, TcActionMirrorOption, TcActionOption, TcActionType,
    TcAttribute, TcHandle, TcHeader, TcMessage, TcMirror, TcMirrorActionType, TcOption,
};
use smartnic_core::backend::FlowScope;
use smartnic_core::flow::{Action, ActionKind, Attach, FlowEntry, IpProto, Match, MirredTarget, Rule};
use smartnic_core::types::{EtherType, IfIndex};
use smartnic_netlink::tc::filter::{Add, Delete, Dump, Filter, Get, Replace, decode};

/// `TCA_CLS_FLAGS_VERBOSE`, which is always asked for.
const VERBOSE: u32 = 16;
const SKIP_SW: u32 = 2;
const IN_HW: u32 = 4;
const NOT_IN_HW: u32 = 8;

fn theirs(bytes: &[u8]) -> RouteNetlinkMessage {
    match NetlinkMessage::<RouteNetlinkMessage>::deserialize(bytes).unwrap().payload {
        NetlinkPayload::InnerMessage(inner) => inner,
        other => panic!("{other:?}"),
    }
}

fn filter(bytes: &[u8]) -> TcMessage {
    match theirs(bytes) {
        RouteNetlinkMessage::NewTrafficFilter(filter) => filter,
        other => panic!("{other:?}"),
    }
}

/// The flower options of a filter, in the order of their numbers.
fn options(filter: &TcMessage) -> Vec<Key> {
    let mut options: Vec<Key> = filter
        .attributes
        .iter()
        .filter_map(|attr| match attr {
            TcAttribute::Options(options) => Some(options),
            _ => None,
        })
        .flatten()
        .map(|option| match option {
            TcOption::Flower(option) => option.clone(),
            other => panic!("{other:?}"),
        })
        .collect();
    options.sort_by_key(Nla::kind);
    options
}

fn read<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

/// Rules in our words, and their keys in the words of the other crate.
fn keys() -> Vec<(Rule, Vec<Key>)> {
    let rule = |protocol, set: &dyn Fn(&mut Match)| {
        Rule::new(Attach::ingress(IfIndex(8))).prio(10).protocol(protocol).handle(0x42).matching(set)
    };
    let (ip, ip6, vlan) = (EtherType::IPV4, EtherType::IPV6, EtherType::VLAN);
    let (mac, ones) = ([2, 0, 0, 0, 0, 1], [0xff; 6]);
    vec![
        (rule(EtherType::ALL, &|_| {}), vec![]),
        (
            rule(ip, &|key| {
                key.dst_mac = Some(read("02:00:00:00:00:01"));
                key.src_mac = Some(read("02:00:00:00:00:00/ff:ff:ff:00:00:00"));
            }),
            vec![
                EthType(0x0800),
                EthDst(mac),
                EthDstMask(ones),
                EthSrc([2, 0, 0, 0, 0, 0]),
                EthSrcMask([255, 255, 255, 0, 0, 0]),
            ],
        ),
        (
            rule(vlan, &|key| {
                (key.vlan_id, key.vlan_prio, key.vlan_ethtype) = (Some(0x123), Some(5), Some(EtherType::ARP));
            }),
            vec![EthType(0x8100), VlanId(0x123), VlanPrio(5), VlanEthType(0x0806)],
        ),
        (
            rule(ip, &|key| {
                key.src_ip = Some(read("192.0.2.1"));
                key.dst_ip = Some(read("10.0.0.0/8"));
                key.ip_tos = Some(read("0x20/0xfc"));
                key.ip_ttl = Some(read("64"));
            }),
            vec![
                EthType(0x0800),
                Ipv4Src(read("192.0.2.1")),
                Ipv4SrcMask(read("255.255.255.255")),
                Ipv4Dst(read("10.0.0.0")),
                Ipv4DstMask(read("255.0.0.0")),
                IpTos(0x20),
                IpTosMask(0xfc),
                IpTtl(64),
                IpTtlMask(0xff),
            ],
        ),
        (
            rule(ip6, &|key| {
                key.src_ip = Some(read("2001:db8::/32"));
                key.dst_ip = Some(read("2001:db8::53"));
            }),
            vec![
                EthType(0x86dd),
                Ipv6Src(read("2001:db8::")),
                Ipv6SrcMask(read("ffff:ffff::")),
                Ipv6Dst(read("2001:db8::53")),
                Ipv6DstMask(read("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")),
            ],
        ),
        (
            rule(ip, &|key| {
                key.ip_proto = Some(IpProto::TCP);
                key.src_port = Some(read("0x1000/0xf000"));
                key.dst_port = Some(read("0x50/0xfff0"));
                key.tcp_flags = Some(read("0x2/0x12"));
            }),
            vec![
                EthType(0x0800),
                proto(6),
                TcpSrc(0x1000),
                TcpSrcMask(0xf000),
                TcpDst(0x50),
                TcpDstMask(0xfff0),
                TcpFlags(2),
                TcpFlagsMask(0x12),
            ],
        ),
        (
            rule(ip6, &|key| {
                key.ip_proto = Some(IpProto::UDP);
                key.dst_port = Some(read("1000-2000"));
                key.src_port = Some(read("1024-65535"));
            }),
            vec![
                EthType(0x86dd),
                proto(17),
                PortDstMin(1000),
                PortDstMax(2000),
                PortSrcMin(1024),
                PortSrcMax(65535),
            ],
        ),
        (
            rule(ip, &|key| {
                (key.ip_proto, key.icmp_type, key.icmp_code) =
                    (Some(IpProto::ICMP), Some(read("3")), Some(read("0x1/0xf")));
            }),
            vec![
                EthType(0x0800),
                proto(1),
                Icmpv4Type(3),
                Icmpv4TypeMask(255),
                Icmpv4Code(1),
                Icmpv4CodeMask(15),
            ],
        ),
        (
            rule(ip6, &|key| (key.ip_proto, key.icmp_type) = (Some(IpProto::ICMPV6), Some(read("128")))),
            vec![EthType(0x86dd), proto(58), Icmpv6Type(128), Icmpv6TypeMask(255)],
        ),
    ]
}

/// An IP protocol, whose name there is also that of our type.
fn proto(number: u8) -> Key {
    Key::IpProto(number)
}

fn sorted(mut keys: Vec<Key>) -> Vec<Key> {
    keys.sort_by_key(Nla::kind);
    keys
}

#[test]
fn our_keys_are_read_by_the_other() {
    for (rule, keys) in keys() {
        let expected = sorted([keys, vec![Flags(VERBOSE | SKIP_SW)]].concat());
        for bytes in [written(&Add(&rule.clone().skip_sw())), written(&Replace(&rule.clone().skip_sw()))] {
            let filter = filter(&bytes);
            let info = 10 << 16 | u32::from(rule.protocol.0.to_be());
            let parent = TcHandle { major: 0xffff, minor: TcHandle::MIN_INGRESS };
            let header = TcHeader { index: 8, handle: 0x42.into(), parent, info, ..TcHeader::default() };
            assert_eq!((filter.header.clone(), options(&filter)), (header, expected.clone()), "{rule}");
        }
    }
}

#[test]
fn their_keys_are_read_by_us() {
    for (rule, keys) in keys() {
        let keys = sorted([keys, vec![Flags(SKIP_SW), InHwCount(2)]].concat());
        let theirs = TcMessage::from_parts(
            filter(&written(&Add(&rule))).header,
            vec![
                TcAttribute::Kind("flower".into()),
                TcAttribute::Options(keys.into_iter().map(TcOption::Flower).collect()),
            ],
        );
        let Filter::Flow(entry) = decode(&message(&serialized(theirs))).unwrap() else { panic!("{rule}") };
        assert_eq!((entry.rule, entry.in_hw_count), (rule.skip_sw(), 2));
    }
}

fn serialized(filter: TcMessage) -> Vec<u8> {
    let mut message = NetlinkMessage::new(
        NetlinkHeader::default(),
        NetlinkPayload::from(RouteNetlinkMessage::NewTrafficFilter(filter)),
    );
    message.finalize();
    let mut bytes = vec![0; message.buffer_len()];
    message.serialize(&mut bytes);
    bytes
}

/// Redirects and mirrors in our words and theirs.
fn mirreds() -> [(Action, TcMirrorActionType, TcActionType); 4] {
    let to = |kind: fn(MirredTarget) -> ActionKind, ingress| {
        Action::new(kind(MirredTarget { dev: IfIndex(7).into(), ingress }))
    };
    [
        (to(ActionKind::Redirect, false), TcMirrorActionType::EgressRedir, TcActionType::Stolen),
        (to(ActionKind::Mirror, false), TcMirrorActionType::EgressMirror, TcActionType::Pipe),
        (to(ActionKind::Redirect, true), TcMirrorActionType::IngressRedir, TcActionType::Stolen),
        (to(ActionKind::Mirror, true), TcMirrorActionType::IngressMirror, TcActionType::Pipe),
    ]
}

fn their_mirred(number: u16, eaction: TcMirrorActionType, action: TcActionType) -> TcAction {
    let mut generic = TcActionGeneric::default();
    generic.action = action;
    let mut mirror = TcMirror::default();
    (mirror.generic, mirror.eaction, mirror.ifindex) = (generic, eaction, 7);
    let mut entry = TcAction::default();
    entry.tab = number;
    entry.attributes = vec![
        TcActionAttribute::Kind("mirred".into()),
        TcActionAttribute::Options(vec![TcActionOption::Mirror(TcActionMirrorOption::Parms(mirror))]),
    ];
    entry
}

#[test]
fn redirects_and_mirrors_are_read_both_ways() {
    let plain = Rule::new(Attach::egress(IfIndex(8))).prio(1).protocol(EtherType::IPV4).handle(1);
    for (action, eaction, control) in mirreds() {
        let rule = plain.clone().action(Action { hw_stats: None, ..action });
        let bytes = written(&Add(&rule));
        let there = Actions(vec![their_mirred(1, eaction, control)]);
        assert!(options(&filter(&bytes)).contains(&there), "{rule}: {:?}", options(&filter(&bytes)));

        let theirs = TcMessage::from_parts(
            filter(&bytes).header,
            vec![
                TcAttribute::Kind("flower".into()),
                TcAttribute::Options(vec![TcOption::Flower(EthType(0x0800)), TcOption::Flower(there)]),
            ],
        );
        let Filter::Flow(entry) = decode(&message(&serialized(theirs))).unwrap() else { panic!("{rule}") };
        assert_eq!(entry.rule, rule);
    }
}

#[test]
fn actions_come_in_order_with_their_kinds() {
    let rule = Rule::new(Attach::ingress(IfIndex(8)))
        .protocol(EtherType::IPV4)
        .action(Action::mirror(IfIndex(7)))
        .action(Action::vlan_push(5))
        .action(Action::goto_chain(3));
    let options = options(&filter(&written(&Add(&rule))));
    let Some(Actions(actions)) = options.iter().find(|option| matches!(option, Actions(_))) else {
        panic!("{options:?}")
    };
    let seen: Vec<_> = actions
        .iter()
        .map(|action| {
            let kind = action.attributes.iter().find_map(|attr| match attr {
                TcActionAttribute::Kind(kind) => Some(kind.as_str()),
                _ => None,
            });
            (action.tab, kind)
        })
        .collect();
    assert_eq!(seen, [(1, Some("mirred")), (2, Some("vlan")), (3, Some("gact"))]);
}

#[test]
fn identities_places_and_chains_are_read_by_the_other() {
    let rule = Rule::new(Attach::Block(22)).prio(7).protocol(EtherType::IPV6).handle(9).chain(5);
    let id = rule.id().unwrap();
    let kinds = [TcAttribute::Chain(5), TcAttribute::Kind("flower".into())];
    let check = |filter: &TcMessage, attributes: &[TcAttribute]| {
        assert_eq!((filter.header.index as u32, u32::from(filter.header.parent)), (u32::MAX, 22));
        assert_eq!(filter.attributes, attributes);
    };
    let RouteNetlinkMessage::DelTrafficFilter(del) = theirs(&written(&Delete(&id))) else { panic!("delete") };
    check(&del, &kinds);
    assert_eq!((u32::from(del.header.handle), del.header.info >> 16), (9, 7));
    let RouteNetlinkMessage::GetTrafficFilter(get) = theirs(&written(&Get(&id))) else { panic!("get") };
    check(&get, &kinds);
    let scope = FlowScope { attach: Attach::Block(22), chain: Some(5) };
    let RouteNetlinkMessage::GetTrafficFilter(dump) = theirs(&written(&Dump(&scope))) else { panic!("dump") };
    check(&dump, &kinds[..1]);
}

#[test]
fn the_kernels_filters_mean_the_same_to_both() {
    let mut count = 0;
    for name in [
        "tc-filter-dump.reply",
        "tc-filter-dump-chain.reply",
        "tc-filter-dump-egress.reply",
        "v6.12-tc-filter-dump.reply",
    ] {
        for bytes in captured(name) {
            if message(&bytes).header.kind != 44 {
                continue;
            }
            let Filter::Flow(entry) = decode(&message(&bytes)).unwrap() else { continue };
            let theirs = options(&filter(&bytes));
            compare(name, &entry, &theirs);
            count += 1;
        }
    }
    assert!(count > 20, "only {count} filters");
}

/// Both read the same keys, flags and number of actions.
fn compare(name: &str, entry: &FlowEntry, theirs: &[Key]) {
    let rule = &entry.rule;
    // The kernel tells the protocol behind a tag twice, unless that is a tag too, and the tag's own in the header
    // only.
    let inner =
        rule.key.network_type().filter(|protocol| !protocol.is_vlan()).map(|protocol| EthType(protocol.0));
    let own = options(&filter(&written(&Add(rule))));
    let own: Vec<Key> =
        own.into_iter().filter(|key| !matches!(key, EthType(_))).chain(inner).filter(is_key).collect();
    let theirs_keys: Vec<Key> = theirs.iter().filter(|key| is_key(key)).cloned().collect();
    assert_eq!(sorted(own), theirs_keys, "{name}: {rule}");

    let in_hw = theirs.iter().find_map(|option| match option {
        InHwCount(count) => Some(*count),
        _ => None,
    });
    assert_eq!(entry.in_hw_count, in_hw.unwrap_or(0), "{name}: {rule}");
    let flags = theirs.iter().find_map(|option| match option {
        Flags(flags) => Some(*flags),
        _ => None,
    });
    let told = flags.map(|flags| (flags & IN_HW != 0, flags & NOT_IN_HW != 0));
    assert_eq!(told, entry.in_hw.map(|in_hw| (in_hw, !in_hw)), "{name}: {rule}");
    let actions = theirs.iter().find_map(|option| match option {
        Actions(actions) => Some(actions.len()),
        _ => None,
    });
    assert_eq!(actions.unwrap_or(0), rule.actions.len(), "{name}: {rule}");
}

/// True for keys and masks; a port's mask of ones says nothing, and who leaves it out says the same.
fn is_key(option: &Key) -> bool {
    match option {
        Actions(_) | Flags(_) | InHwCount(_) => false,
        TcpSrcMask(mask) | TcpDstMask(mask) | UdpSrcMask(mask) | UdpDstMask(mask) | SctpSrcMask(mask)
        | SctpDstMask(mask) => *mask != u16::MAX,
        _ => true,
    }
}
