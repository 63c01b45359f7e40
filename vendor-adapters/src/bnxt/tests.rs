use smartnic_core::adapter::Expectation::{Hardware, Software, Unknown};
use smartnic_core::flow::{Action, ActionKind, Attach, HwStats, IpProto, Rule, TunnelSet, VlanChange};
use smartnic_core::types::{EtherType, Masked};

use super::BNXT;
use crate::testing::{FOREIGN, REP0, REP1, SWITCHDEV, UPLINK, check, ip, port, tagged};

#[test]
fn what_the_nic_takes() {
    let cases = vec![
        ("drop", ip(REP0).matching(port(IpProto::TCP, "80")).action(Action::drop()), Hardware, &[][..]),
        ("redirect", ip(REP0).action(Action::redirect(UPLINK)), Hardware, &[]),
        ("tag", ip(REP0).action(Action::vlan_push(5)).action(Action::redirect(UPLINK)), Hardware, &[]),
        (
            "untag",
            tagged(UPLINK)
                .matching(|key| (key.vlan_id, key.vlan_ethtype) = (Some(5), Some(EtherType::IPV4)))
                .action(Action::vlan_pop())
                .action(Action::redirect(REP0)),
            Hardware,
            &[],
        ),
        (
            "ping",
            ip(REP0)
                .matching(|key| (key.ip_proto, key.icmp_type) = (Some(IpProto::ICMP), Some(8.into())))
                .action(Action::drop()),
            Hardware,
            &[],
        ),
    ];
    check(&BNXT, &SWITCHDEV, cases);
}

#[test]
fn what_it_refuses_and_in_whose_words() {
    let modify = Action::new(ActionKind::VlanModify(VlanChange { id: 5, protocol: None, priority: None }));
    let cases = vec![
        (
            "chain",
            ip(REP0).chain(1).action(Action::drop()),
            Software,
            &["Driver supports only offload of chain 0"][..],
        ),
        (
            "MAC mask",
            ip(REP0)
                .matching(|key| key.src_mac = Some("02:00:00:00:00:00/8".parse().unwrap()))
                .action(Action::drop()),
            Software,
            &["Wildcard match unsupported for Source MAC"],
        ),
        (
            "VLAN priority",
            tagged(UPLINK)
                .matching(|key| (key.vlan_id, key.vlan_prio) = (Some(5), Some(3)))
                .matching(|key| key.vlan_ethtype = Some(EtherType::IPV4))
                .action(Action::drop()),
            Software,
            &["Unsupported VLAN TCI"],
        ),
        (
            "sctp",
            ip(REP0).matching(port(IpProto::SCTP, "80")).action(Action::drop()),
            Software,
            &["ports of TCP and UDP only"],
        ),
        (
            "modify",
            tagged(UPLINK)
                .matching(|key| key.vlan_ethtype = Some(EtherType::IPV4))
                .action(modify)
                .action(Action::redirect(REP0)),
            Software,
            &["action vlan modify"],
        ),
        (
            "everything",
            Rule::new(Attach::ingress(REP0)).action(Action::drop()),
            Software,
            &["Wildcard match unsupported for Ethertype"],
        ),
        ("nothing to do", ip(REP0), Software, &["no actions"]),
        ("another NIC", ip(REP0).action(Action::redirect(FOREIGN)), Software, &["not on same switch"]),
        (
            "counters",
            ip(REP0).action(Action { hw_stats: Some(HwStats::DELAYED), ..Action::drop() }),
            Software,
            &["Driver supports only default HW stats type"],
        ),
    ];
    check(&BNXT, &SWITCHDEV, cases);
}

#[test]
fn what_it_passes_over_is_told_of_a_rule_in_hardware() {
    let cases = vec![
        (
            "ttl",
            ip(REP0).matching(|key| key.ip_ttl = Some("64".parse().unwrap())).action(Action::drop()),
            Hardware,
            &["passes over TOS/TTL"][..],
        ),
        (
            "range",
            ip(REP0).matching(port(IpProto::TCP, "80-90")).action(Action::drop()),
            Hardware,
            &["passes over port ranges"],
        ),
        (
            "mirror",
            ip(REP0).action(Action::mirror(REP1)).action(Action::redirect(UPLINK)),
            Hardware,
            &["passes over the action mirror"],
        ),
        ("tag only", ip(REP0).action(Action::vlan_push(5)), Unknown, &["leaves it to the firmware"]),
        (
            "pass",
            ip(REP0).action(Action::pass()),
            Unknown,
            &["leaves it to the firmware", "passes over the action pass"],
        ),
        (
            "mask with a hole",
            ip(REP0)
                .matching(|key| key.dst_ip = Some("10.0.1.0/255.0.255.0".parse().unwrap()))
                .action(Action::drop()),
            Hardware,
            &["takes the mask of an address for a prefix"],
        ),
    ];
    check(&BNXT, &SWITCHDEV, cases);
}

#[test]
fn tunnels_and_flags() {
    let vxlan = || ip(REP0).matching(|key| key.enc_key_id = Some(5));
    let unset = || Action::new(ActionKind::TunnelUnset);
    let cases = vec![
        (
            "a tunnel's key without taking the tunnel off",
            vxlan().action(Action::drop()),
            Hardware,
            &["passes over tunnel key"][..],
        ),
        (
            "a tunnel that is taken off",
            vxlan().action(unset()).action(Action::drop()),
            Unknown,
            &["no route to"],
        ),
        (
            "a tunnel that is put on",
            ip(REP0)
                .action(Action::new(ActionKind::TunnelSet(TunnelSet {
                    dst_ip: Some("198.18.0.9".parse().unwrap()),
                    ..TunnelSet::default()
                })))
                .action(Action::redirect(FOREIGN)),
            Unknown,
            &["lead out by the PF"],
        ),
        (
            "a tunnel over IPv6",
            ip(REP0).matching(|key| key.enc_dst_ip = Some("::1".parse().unwrap())).action(Action::drop()),
            Software,
            &["tunnels over IPv6"],
        ),
        (
            "fragments",
            ip(REP0).matching(|key| key.ip_flags = Some(Masked::new(1, 1))).action(Action::drop()),
            Software,
            &["control.flags 0x1"],
        ),
        (
            "a connection",
            ip(REP0).matching(|key| key.ct_mark = Some(5.into())).action(Action::drop()),
            Hardware,
            &["passes over connection tracking"],
        ),
    ];
    check(&BNXT, &SWITCHDEV, cases);
}
