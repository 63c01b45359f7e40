//! Packets through the rules: who handles them and what is counted.

use crate::common::{add, hook, host, port, rules, said, switchdev};
use smartnic_core::backend::{Delivery, Host};
use smartnic_core::flow::{Action, Attach, Fate, FlowStats, IpProto, Packet, Path, PathStep, Rule, TcpFlags};
use smartnic_core::types::{EtherType, IfIndex};

fn udp(port: u16) -> Packet {
    Packet {
        eth_type: EtherType::IPV4,
        src_ip: Some("10.0.0.1".parse().unwrap()),
        dst_ip: Some("10.0.0.2".parse().unwrap()),
        ip_proto: Some(IpProto::UDP),
        src_port: Some(4000),
        dst_port: Some(port),
        length: 100,
        ..Packet::default()
    }
}

fn on(link: IfIndex, port: u16) -> Rule {
    Rule::new(Attach::ingress(link))
        .protocol(EtherType::IPV4)
        .matching(|key| (key.ip_proto, key.dst_port) = (Some(IpProto::UDP), Some(port.into())))
}

fn counted(packets: u64, hw: u64, idle: u64, age: u64) -> FlowStats {
    FlowStats {
        packets,
        bytes: packets * 100,
        hw_packets: hw,
        hw_bytes: hw * 100,
        age_ms: Some(age),
        idle_ms: Some(idle),
    }
}

#[test]
fn hardware_handles_what_it_holds_and_software_the_rest() {
    let host = host("bluefield3");
    switchdev(&host, 2);
    let (uplink, vf) = (port(&host, "p0"), port(&host, "pf0vf1"));
    hook(&host, uplink);
    let ranged = on(uplink, 0).prio(2).matching(|key| key.dst_port = Some("50-60".parse().unwrap()));
    add(&host, &on(uplink, 53).prio(1).action(Action::redirect(vf)).skip_sw()).unwrap();
    add(&host, &ranged.action(Action::drop())).unwrap();
    add(&host, &on(uplink, 70).prio(3).action(Action::trap()).skip_sw()).unwrap();
    add(&host, &on(uplink, 80).prio(4).action(Action::pass())).unwrap();

    let datapath = host.simulated_datapath().unwrap();
    let step = |rule, prio| PathStep { rule, chain: 0, prio, actions: 1 };
    let path = |steps: &[PathStep], fate, port| Path {
        steps: steps.to_vec(),
        copies: vec![],
        fate,
        packet: udp(port),
    };
    let sent = |port, count| datapath.send(uplink, &udp(port), count).unwrap();
    let redirected = path(&[step(0, 1)], Fate::Redirected(vf.into()), 53);
    assert_eq!(sent(53, 5), Delivery { path: redirected, in_hardware: true });
    let dropped = path(&[step(1, 2)], Fate::Dropped, 55);
    assert_eq!(sent(55, 2), Delivery { path: dropped, in_hardware: false });
    let trapped = path(&[step(2, 3)], Fate::Trapped, 70);
    assert_eq!(sent(70, 1), Delivery { path: trapped, in_hardware: false });
    // The hardware lets it pass to the CPU, where the same rule meets it again.
    let passed = path(&[step(3, 4), step(3, 4)], Fate::Passed, 80);
    assert_eq!(sent(80, 3), Delivery { path: passed, in_hardware: false });
    let missed = path(&[], Fate::Passed, 90);
    assert_eq!(sent(90, 9), Delivery { path: missed, in_hardware: false });

    let stats: Vec<FlowStats> = rules(&host, uplink).iter().map(|entry| entry.stats).collect();
    assert_eq!(
        stats,
        [counted(5, 5, 40, 50), counted(2, 0, 30, 50), counted(1, 1, 20, 50), counted(6, 3, 10, 50),]
    );
}

#[test]
fn a_vfs_packets_come_in_at_its_representor() {
    let host = host("e810");
    switchdev(&host, 2);
    let (a, b) = (port(&host, "pf0vf0"), port(&host, "pf0vf1"));
    hook(&host, a);
    add(&host, &on(a, 53).prio(1).action(Action::redirect(b)).skip_sw()).unwrap();
    let links = host.switchdev().links().unwrap();
    let vf = links.iter().find(|link| link.name == "enp3s0f0v0").unwrap().ifindex;
    let datapath = host.simulated_datapath().unwrap();
    for from in [a, vf] {
        let delivery = datapath.send(from, &udp(53), 1).unwrap();
        assert_eq!((delivery.path.fate, delivery.in_hardware), (Fate::Redirected(b.into()), true));
    }
    assert!(datapath.send(IfIndex(1), &udp(53), 1).is_err());
    assert!(datapath.send(IfIndex(99), &udp(53), 1).is_err());
}

#[test]
fn bnxt_hardware_does_not_look_at_what_its_driver_overlooks() {
    let host = host("thor2");
    switchdev(&host, 2);
    let a = port(&host, "pf0vf0");
    let (b, uplink) = (port(&host, "pf0vf1"), port(&host, "p0"));
    hook(&host, a);
    let syn = Rule::new(Attach::ingress(a)).protocol(EtherType::IPV4).prio(1).matching(|key| {
        key.ip_proto = Some(IpProto::TCP);
        key.tcp_flags = Some("0x2".parse().unwrap());
    });
    add(&host, &syn.action(Action::mirror(b)).action(Action::redirect(uplink))).unwrap();
    let ack = Packet { ip_proto: Some(IpProto::TCP), tcp_flags: TcpFlags(0x10), ..udp(80) };
    let delivery = host.simulated_datapath().unwrap().send(a, &ack, 1).unwrap();
    // Not a SYN, and no copy is made: the flags and the mirror never reached the hardware.
    assert_eq!(delivery.path.fate, Fate::Redirected(uplink.into()));
    assert_eq!((delivery.path.copies.len(), delivery.in_hardware), (0, true));
}

#[test]
fn ice_hardware_does_not_look_at_zeros_nor_at_the_protocol_alone() {
    let host = host("e810");
    switchdev(&host, 2);
    let (a, b, uplink) = (port(&host, "pf0vf0"), port(&host, "pf0vf1"), port(&host, "p0"));
    hook(&host, a);
    let tcp = Rule::new(Attach::ingress(a)).protocol(EtherType::IPV4).prio(1).matching(|key| {
        key.ip_proto = Some(IpProto::TCP);
        key.src_ip = Some("0.0.0.0".parse().unwrap());
    });
    add(&host, &tcp.clone().action(Action::redirect(b))).unwrap();
    let delivery = host.simulated_datapath().unwrap().send(a, &udp(80), 1).unwrap();
    assert_eq!((delivery.path.fate, delivery.in_hardware), (Fate::Redirected(b.into()), true));
    // What is left is the same match for UDP, which the driver has already.
    let other =
        tcp.matching(|key| key.ip_proto = Some(IpProto::UDP)).prio(2).action(Action::redirect(uplink));
    let refused = add(&host, &other.clone().skip_sw()).unwrap_err();
    assert_eq!(said(&refused), (22, Some("ice: Unable to add filter because it already exist")));
    // With the first rule gone there is room for the second.
    host.flow().remove(&rules(&host, a)[0].id()).unwrap();
    add(&host, &other.skip_sw()).unwrap();
}

#[test]
fn bnxt_hardware_takes_masks_for_prefixes_and_zeros_for_any_address() {
    let host = host("thor2");
    switchdev(&host, 2);
    let (a, uplink) = (port(&host, "pf0vf0"), port(&host, "p0"));
    hook(&host, a);
    let holes = Rule::new(Attach::ingress(a)).protocol(EtherType::IPV4).prio(1).matching(|key| {
        key.dst_ip = Some("10.0.0.0/255.0.255.0".parse().unwrap());
        key.dst_mac = Some("00:00:00:00:00:00/ff:00:00:00:00:00".parse().unwrap());
    });
    add(&host, &holes.action(Action::redirect(uplink)).skip_sw()).unwrap();
    let fate = |dst_ip: &str| {
        let packet = Packet {
            dst_ip: Some(dst_ip.parse().unwrap()),
            dst_mac: "02:00:00:00:00:01".parse().unwrap(),
            ..udp(53)
        };
        host.simulated_datapath().unwrap().send(a, &packet, 1).unwrap().path.fate
    };
    assert_eq!(fate("10.0.0.9"), Fate::Redirected(uplink.into()));
    // The rule's mask lets this one through; the hardware's prefix of 24 bits does not.
    assert_eq!(fate("10.7.0.9"), Fate::Passed);
}
