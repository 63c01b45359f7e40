use std::net::IpAddr;

use smartnic_core::flow::{Arp, IpProto, MplsLabel, Packet, TcpFlags, Tunnel, VlanTag};
use smartnic_core::types::{EtherType, Mac};

use super::{derived_type, packet, packet_words, packets};
use crate::text::random::Random;

#[test]
fn a_packet_is_what_the_words_say() {
    let read = packet(
        "dst_mac 2:0:0:0:0:1 vlan_id 5 vlan_protocol 802.1ad vlan_id 0x7 vlan_prio 3 src_ip 10.0.0.1 ip_proto tcp \
         dst_port 443 tcp_flags syn,ack ip_ttl 3 length 1500",
    );
    let expected = Packet {
        dst_mac: "02:00:00:00:00:01".parse().unwrap(),
        vlans: vec![
            VlanTag { protocol: EtherType::QINQ, id: 5, priority: 0 },
            VlanTag { protocol: EtherType::VLAN, id: 7, priority: 3 },
        ],
        eth_type: EtherType::IPV4,
        src_ip: Some("10.0.0.1".parse().unwrap()),
        ip_proto: Some(IpProto::TCP),
        ip_ttl: 3,
        dst_port: Some(443),
        tcp_flags: TcpFlags(0x12),
        length: 1500,
        ..Packet::default()
    };
    assert_eq!(read.unwrap(), expected);
    let icmp = packet("ip_proto icmpv6 type 128").unwrap();
    assert_eq!((icmp.eth_type, icmp.icmp), (EtherType::IPV6, Some((128, 0))));
    assert_eq!(packet("eth_type arp\nlength 60").unwrap().eth_type, EtherType::ARP);
    assert_eq!(packet("").unwrap(), Packet::default());
}

#[test]
fn wrong_words_are_named_with_their_place() {
    for (text, place, words) in [
        ("src_ip 10.0.0.0/8", 8, "without a prefix"),
        ("dst_prot 5", 1, "did you mean `dst_port`?"),
        ("dst_port 5", 1, "ports need ip_proto"),
        ("ip_proto icmp src_port 5", 15, "ports need ip_proto"),
        ("ip_proto udp tcp_flags 2", 14, "need ip_proto tcp"),
        ("ip_proto tcp tcp_flags syn,foo", 24, "`foo`"),
        ("ip_proto tcp dst_port 65536", 23, "65535"),
        ("ip_proto 47", 10, "0x2f"),
        ("src_ip 10.0.0.1 dst_ip ::1", 17, "both"),
        ("eth_type arp src_ip 10.0.0.1", 1, "does not go with"),
        ("eth_type ip mpls_label 5", 1, "does not go with"),
        ("arp_op reply src_ip 10.0.0.1", 14, "no IP header"),
        ("mpls_tc 3", 9, "mpls_label"),
        ("arp_sip ::1", 9, "IPv4"),
        ("ct_state +trk+up", 10, "`up`"),
        ("ip_flags frags", 10, "`frags`"),
        ("ip_ttl 5", 1, "for IP packets"),
        ("icmp_type 8", 1, "ip_proto icmp"),
        ("src_ip ::1 ip_proto icmp type 8", 26, "icmpv6"),
        ("vlan_prio 3", 11, "vlan_id"),
        ("vlan_id 5 vlan_protocol ip", 25, "802.1ad"),
        ("src_ip 10.0.0.1 src_ip 10.0.0.1", 17, "twice"),
        ("src_ip", 7, "needs a value"),
    ] {
        let error = packet(text).unwrap_err().to_string();
        assert!(error.contains(&format!("column {place}:")) && error.contains(words), "{text}: {error}");
    }
}

#[test]
fn a_file_has_links_and_counts() {
    let text = "# traffic\n\ndev p0 count 100 ip_proto udp dst_port 53 # DNS\ndev pf0vf0 eth_type arp\n";
    let list = packets(text).unwrap();
    let heads: Vec<_> = list.iter().map(|line| (line.dev.to_string(), line.count, line.line)).collect();
    assert_eq!(heads, [("p0".into(), 100, 3), ("pf0vf0".into(), 1, 4)]);
    let problems = packets("ip_proto udp\ndev\ndev p0 count x\ndev p0 foo 1\n").unwrap_err();
    let places: Vec<_> = problems.list.iter().map(|problem| (problem.line, problem.column)).collect();
    assert_eq!(places, [(1, 1), (2, 4), (3, 14), (4, 8)]);
}

#[test]
fn written_packets_read_back() {
    let mut random = Random::new(0x5eed_0005);
    for _ in 0..2000 {
        let written = some_packet(&mut random);
        let words = packet_words(&written);
        assert_eq!(packet(&words).unwrap_or_else(|error| panic!("{words}\n{error}")), written, "{words}");
    }
}

fn some_packet(random: &mut Random) -> Packet {
    let mut made = Packet { length: random.below(10_000) as u32, ..Packet::default() };
    made.ct_state = random.below(64) as u16;
    (made.ct_zone, made.ct_mark) = (random.below(3) as u16, random.below(3) as u32);
    made.ip_flags = random.below(4) as u32;
    made.tunnel = random.maybe(|random| Tunnel {
        src_ip: random.maybe(|random| IpAddr::from((random.below(1 << 32) as u32).to_be_bytes())),
        key_id: random.below(1 << 24) as u32,
        dst_port: random.below(1 << 16) as u16,
        ttl: random.below(256) as u8,
        ..Tunnel::default()
    });
    match random.below(6) {
        0 => {
            let label = |random: &mut Random| MplsLabel {
                label: random.below(1 << 20) as u32,
                tc: random.below(8) as u8,
                ttl: random.below(256) as u8,
            };
            made.mpls = (0..=random.below(3)).map(|_| label(random)).collect();
            made.eth_type = *random.one_of(&[EtherType::MPLS, EtherType::MPLS_MC]);
            return made;
        }
        1 => {
            let (sip, op) = ((random.below(1 << 32) as u32).into(), random.below(256) as u8);
            made.arp = Some(Arp { op, sip, ..Arp::default() });
            made.eth_type = *random.one_of(&[EtherType::ARP, EtherType::RARP]);
            return made;
        }
        _ => {}
    }
    made.dst_mac = Mac(random.below(1 << 48).to_be_bytes()[2..].try_into().unwrap());
    for _ in 0..random.below(3) {
        made.vlans.push(VlanTag {
            protocol: *random.one_of(&[EtherType::VLAN, EtherType::QINQ]),
            id: random.below(4096) as u16,
            priority: random.below(8) as u8,
        });
    }
    let protos = [IpProto::TCP, IpProto::UDP, IpProto::SCTP, IpProto::ICMP, IpProto::ESP, IpProto(200)];
    made.ip_proto = random.maybe(|random| *random.one_of(&protos));
    let octets = |random: &mut Random| (random.below(1 << 32) as u32).to_be_bytes();
    made.src_ip = random.maybe(octets).map(IpAddr::from);
    made.eth_type = derived_type(&made);
    if made.eth_type == EtherType(0) {
        made.eth_type = *random.one_of(&[EtherType::ARP, EtherType::IPV6, EtherType(0x88f7), EtherType(0)]);
        return made;
    }
    (made.ip_tos, made.ip_ttl) = (random.below(256) as u8, random.below(256) as u8);
    if made.ip_proto.is_some_and(IpProto::has_ports) {
        made.src_port = random.maybe(|random| random.below(1 << 16) as u16);
        made.dst_port = random.maybe(|random| random.below(1 << 16) as u16);
    }
    if made.ip_proto == Some(IpProto::TCP) {
        made.tcp_flags = TcpFlags(random.below(1 << 12) as u16);
    }
    if made.ip_proto == Some(IpProto::ICMP) {
        made.icmp = random.maybe(|random| (random.below(256) as u8, random.below(256) as u8));
    }
    made
}
