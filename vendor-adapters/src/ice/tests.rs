use smartnic_core::adapter::Expectation::{Hardware, Software, Unknown};
use smartnic_core::adapter::OffloadContext;
use smartnic_core::device::EswitchMode;
use smartnic_core::flow::{Action, Attach, IpProto, Rule};
use smartnic_core::types::{EtherType, Masked};

use super::ICE;
use crate::testing::{FOREIGN, REP0, REP1, SWITCHDEV, UPLINK, check, ip, port, tagged};

#[test]
fn what_the_nic_takes() {
    let tcp = |dev| ip(dev).matching(port(IpProto::TCP, "80"));
    let cases = vec![
        ("drop at the uplink", tcp(UPLINK).action(Action::drop()), Hardware, &[][..]),
        ("every packet", Rule::new(Attach::ingress(UPLINK)).action(Action::drop()), Hardware, &[]),
        ("VF to wire", tcp(REP0).action(Action::redirect(UPLINK)), Hardware, &[]),
        ("VF to VF", tcp(REP0).action(Action::redirect(REP1)), Hardware, &[]),
        ("wire to VF", tcp(UPLINK).action(Action::mirror(REP0)), Hardware, &[]),
        (
            "tag, tos, prefix",
            tagged(UPLINK)
                .matching(|key| {
                    key.vlan_id = Some(5);
                    key.vlan_ethtype = Some(EtherType::IPV4);
                    key.ip_tos = Some("0x10/0xfc".parse().unwrap());
                    key.dst_ip = Some("10.0.0.0/8".parse().unwrap());
                })
                .action(Action::redirect(REP0)),
            Hardware,
            &[],
        ),
    ];
    check(&ICE, &SWITCHDEV, cases);
}

#[test]
fn what_it_refuses_and_in_whose_words() {
    let v6 = |address: &str| {
        let address = address.parse().unwrap();
        Rule::new(Attach::ingress(UPLINK))
            .protocol(EtherType::IPV6)
            .matching(move |key| key.dst_ip = Some(address))
            .action(Action::drop())
    };
    let cases = vec![
        (
            "drop at a representor",
            ip(REP0).action(Action::drop()),
            Software,
            &[
                "not at a representor: \"The action is not supported for this netdevice\" (put the rule on the uplink",
            ][..],
        ),
        (
            "pass",
            ip(UPLINK).action(Action::pass()),
            Software,
            &["pass: \"Unsupported action in switchdev mode\""],
        ),
        (
            "tag",
            ip(REP0).action(Action::vlan_push(5)).action(Action::redirect(UPLINK)),
            Software,
            &["vlan push: \"Unsupported action in switchdev mode\""],
        ),
        (
            "flags",
            ip(UPLINK)
                .matching(port(IpProto::TCP, "80"))
                .matching(|key| key.tcp_flags = Some("0x2".parse().unwrap()))
                .action(Action::drop()),
            Software,
            &["TCP flags: \"Unsupported key used\""],
        ),
        ("chain", ip(UPLINK).chain(1).action(Action::drop()), Software, &["chain 0 only"]),
        ("another NIC", ip(REP0).action(Action::redirect(FOREIGN)), Software, &["not on the rule's switch"]),
        ("loopback", v6("::1"), Software, &["Bad IPv6, addr is LOOPBACK"]),
        ("any", v6("::/0"), Software, &["Bad src/dest IPv6, addr is any"]),
        (
            "egress",
            Rule::new(Attach::egress(UPLINK)).protocol(EtherType::IPV4).action(Action::drop()),
            Software,
            &["Non-LLDP filtering is not supported on egress in switchdev mode"],
        ),
    ];
    check(&ICE, &SWITCHDEV, cases);
}

#[test]
fn what_it_takes_but_does_not_do_is_a_doubt() {
    let cases = vec![
        (
            "protocol alone",
            ip(UPLINK).matching(|key| key.ip_proto = Some(IpProto::TCP)).action(Action::drop()),
            Unknown,
            &["does not match on the IP protocol alone"][..],
        ),
        (
            "port 0",
            ip(UPLINK).matching(port(IpProto::TCP, "0")).action(Action::drop()),
            Unknown,
            &["takes port 0 for \"not given\""],
        ),
        (
            "two outputs",
            ip(REP0).action(Action::mirror(REP1)).action(Action::redirect(UPLINK)),
            Unknown,
            &["only the last of several actions"],
        ),
    ];
    check(&ICE, &SWITCHDEV, cases);
    let blind = OffloadContext { same_switch: &[], uplinks: &[], ..SWITCHDEV };
    let cases =
        vec![("drop somewhere", ip(REP0).action(Action::drop()), Unknown, &["a drop at a representor"][..])];
    check(&ICE, &blind, cases);
}

#[test]
fn legacy_mode_is_named_with_what_helps() {
    let legacy = OffloadContext { mode: Some(EswitchMode::Legacy), ..SWITCHDEV };
    let cases = vec![(
        "redirect",
        ip(UPLINK).action(Action::redirect(REP0)),
        Software,
        &["redirect: \"Unsupported TC action\"", "move the NIC to switchdev mode"][..],
    )];
    check(&ICE, &legacy, cases);
}

#[test]
fn tunnels_and_flags() {
    let vxlan = |dev| ip(dev).matching(|key| key.enc_key_id = Some(5));
    let cases = vec![
        ("on the tunnel device", vxlan(FOREIGN).action(Action::redirect(REP0)), Hardware, &[][..]),
        (
            "on a representor",
            vxlan(REP0).action(Action::redirect(UPLINK)),
            Software,
            &["\"Tunnel key used, but device isn't a tunnel\" (put the rule on the tunnel device"],
        ),
        (
            "a connection",
            ip(REP0).matching(|key| key.ct_zone = Some(5.into())).action(Action::redirect(UPLINK)),
            Software,
            &["connection tracking: \"Unsupported key used\""],
        ),
        (
            "fragments",
            ip(REP0).matching(|key| key.ip_flags = Some(Masked::new(1, 1))).action(Action::redirect(UPLINK)),
            Software,
            &["control.flags 0x1\" (leave ip_flags out"],
        ),
    ];
    check(&ICE, &SWITCHDEV, cases);
}
