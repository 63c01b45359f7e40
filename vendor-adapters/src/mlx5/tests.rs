use smartnic_core::adapter::Expectation::{Hardware, Software, Unknown};
use smartnic_core::adapter::OffloadContext;
use smartnic_core::device::EswitchMode;
use smartnic_core::flow::{Action, ActionKind, Attach, Control, HwStats, IpProto, MirredTarget, VlanChange};
use smartnic_core::types::{EtherType, Masked};

use crate::Mlx5;
use crate::testing::{FOREIGN, REP0, REP1, SWITCHDEV, UPLINK, check, ip, port, tagged};

fn modify(id: u16, priority: Option<u8>) -> Action {
    Action::new(ActionKind::VlanModify(VlanChange { id, protocol: None, priority }))
}

#[test]
fn what_the_nic_takes() {
    let tcp = |dev| ip(dev).matching(port(IpProto::TCP, "80"));
    let cases = vec![
        ("drop", tcp(REP0).action(Action::drop()), Hardware, &[][..]),
        ("pass", tcp(UPLINK).action(Action::pass()), Hardware, &[]),
        ("trap", tcp(UPLINK).action(Action::trap()), Hardware, &[]),
        ("chain", tcp(UPLINK).chain(5).action(Action::goto_chain(9)), Hardware, &[]),
        (
            "masked port",
            ip(REP0).matching(port(IpProto::UDP, "0x50/0xf0")).action(Action::drop()),
            Hardware,
            &[],
        ),
        (
            "flags, ttl, mac",
            ip(REP0)
                .matching(|key| {
                    key.ip_proto = Some(IpProto::TCP);
                    key.tcp_flags = Some("0x2/0x12".parse().unwrap());
                    key.ip_ttl = Some("64".parse().unwrap());
                    key.src_mac = Some("02:00:00:00:00:00/8".parse().unwrap());
                })
                .action(Action::redirect(UPLINK)),
            Hardware,
            &[],
        ),
        (
            "mirror, tag, redirect",
            ip(REP0)
                .action(Action::mirror(REP1))
                .action(Action::vlan_push(5))
                .action(Action::redirect(UPLINK)),
            Hardware,
            &[],
        ),
        (
            "the same link in two forms",
            ip(REP0)
                .action(Action::mirror(UPLINK))
                .action(Action::vlan_push(5))
                .action(Action::redirect(UPLINK)),
            Hardware,
            &[],
        ),
        (
            "pop and push is a rewrite",
            tagged(UPLINK)
                .action(Action::vlan_pop())
                .action(Action::vlan_push(6))
                .action(Action::redirect(REP0)),
            Hardware,
            &[],
        ),
        ("rewrite", tagged(UPLINK).action(modify(7, None)).action(Action::redirect(REP0)), Hardware, &[]),
    ];
    check(&Mlx5, &SWITCHDEV, cases);
}

#[test]
fn what_it_refuses_and_in_whose_words() {
    let redirect_in = Action::new(ActionKind::Redirect(MirredTarget { dev: REP1, ingress: true }));
    let mirror_in = Action::new(ActionKind::Mirror(MirredTarget { dev: REP1, ingress: true }));
    let cases = vec![
        (
            "port range",
            ip(REP0).matching(port(IpProto::TCP, "80-90")).action(Action::drop()),
            Software,
            &["port ranges: \"Unsupported key\" (split the range"][..],
        ),
        (
            "sctp",
            ip(REP0).matching(port(IpProto::SCTP, "80")).action(Action::drop()),
            Software,
            &["Only UDP and TCP transports are supported for L4 matching"],
        ),
        ("nothing to do", ip(REP0), Software, &["Flow action doesn't have any entries"]),
        (
            "tag only",
            ip(REP0).action(Action::vlan_push(5)),
            Software,
            &["Rule must have at least one forward/drop action"],
        ),
        (
            "mirror and drop",
            ip(REP0).action(Action::mirror(REP1)).action(Action::drop()),
            Software,
            &["Rule cannot support forward+drop action"],
        ),
        (
            "rewrite and drop",
            tagged(REP0).action(modify(5, None)).action(Action::drop()),
            Software,
            &["Drop with modify header action is not supported"],
        ),
        (
            "rewrite without a match on the tag",
            ip(REP0).action(modify(5, None)).action(Action::redirect(UPLINK)),
            Software,
            &["VLAN rewrite action must have VLAN protocol match"],
        ),
        (
            "rewrite of the priority",
            tagged(REP0).action(modify(5, Some(3))).action(Action::redirect(UPLINK)),
            Software,
            &["Changing VLAN prio is not supported"],
        ),
        (
            "three tags",
            ip(REP0)
                .action(Action::vlan_push(5))
                .action(Action::vlan_push(6))
                .action(Action::vlan_push(7))
                .action(Action::redirect(UPLINK)),
            Software,
            &["Total vlans used is greater than supported"],
        ),
        ("itself", ip(REP0).action(Action::redirect(REP0)), Software, &["can't forward from a VF to itself"]),
        (
            "another NIC",
            ip(REP0).action(Action::redirect(FOREIGN)),
            Software,
            &["devices are not on same switch HW"],
        ),
        (
            "twice",
            ip(REP0).action(Action::mirror(UPLINK)).action(Action::redirect(UPLINK)),
            Software,
            &["can't duplicate output to same device"],
        ),
        (
            "mirror to ingress",
            ip(REP0).action(mirror_in).action(Action::redirect(UPLINK)),
            Software,
            &["Not implemented offload action"],
        ),
        ("to ingress", ip(REP0).action(redirect_in), Software, &["only for OVS internal ports"]),
        (
            "continue",
            ip(REP0).action(Action::gact(Control::Continue)),
            Software,
            &["Offload of \"continue\" action is not supported"],
        ),
        (
            "egress",
            smartnic_core::flow::Rule::new(Attach::egress(REP0))
                .protocol(EtherType::IPV4)
                .action(Action::drop()),
            Software,
            &["ingress side only"],
        ),
        (
            "no counters",
            ip(REP0).action(Action { hw_stats: Some(HwStats::empty()), ..Action::drop() }),
            Software,
            &["Flow action HW stats type is not supported"],
        ),
        ("skip_hw", ip(REP0).action(Action::drop()).skip_hw(), Software, &["the rule says skip_hw"]),
    ];
    check(&Mlx5, &SWITCHDEV, cases);
}

#[test]
fn legacy_mode_and_a_switched_off_feature_are_named_with_what_helps() {
    let legacy = OffloadContext { mode: Some(EswitchMode::Legacy), ..SWITCHDEV };
    let cases = vec![
        ("drop at the PF", ip(UPLINK).action(Action::drop()), Hardware, &[][..]),
        (
            "tag",
            ip(UPLINK).action(Action::vlan_push(5)).action(Action::redirect(REP0)),
            Software,
            &["vlan push: \"Not implemented offload action\"", "move the NIC to switchdev mode"],
        ),
    ];
    check(&Mlx5, &legacy, cases);
    let off = OffloadContext { tc_offload: Some(false), ..SWITCHDEV };
    let cases = vec![("off", ip(UPLINK).action(Action::drop()), Software, &["hw-tc-offload on"][..])];
    check(&Mlx5, &off, cases);
}

#[test]
fn tunnels_connections_and_flags() {
    let vxlan = |dev| {
        ip(dev).matching(|key| {
            key.enc_key_id = Some(5);
            key.enc_dst_port = Some(4789.into());
        })
    };
    let drop = || Action::drop();
    let cases = vec![
        ("on the tunnel device", vxlan(FOREIGN).action(drop()), Hardware, &[][..]),
        (
            "on a representor",
            vxlan(REP0).action(drop()),
            Unknown,
            &[
                "on a tunnel device only: here the NIC would act on packets of every tunnel, and of none (put the rule on",
            ],
        ),
        (
            "no port",
            vxlan(FOREIGN).matching(|key| key.enc_dst_port = None).action(drop()),
            Software,
            &["must include enc_dst_port condition\" (match on the tunnel's port: enc_dst_port 4789"],
        ),
        (
            "half a port",
            vxlan(FOREIGN).matching(|key| key.enc_dst_port = Some(Masked::new(4789, 0xff))).action(drop()),
            Software,
            &["must match enc_dst_port fully"],
        ),
        (
            "an odd port",
            vxlan(FOREIGN).matching(|key| key.enc_dst_port = Some(8472.into())).action(drop()),
            Unknown,
            &["not registered as a VXLAN port"],
        ),
        (
            "fragments",
            ip(REP0).matching(|key| key.ip_flags = Some(Masked::new(1, 1))).action(drop()),
            Hardware,
            &[],
        ),
        (
            "later fragments",
            ip(REP0).matching(|key| key.ip_flags = Some(Masked::new(0, 2))).action(drop()),
            Software,
            &["control.flags 0x2\" (match on frag or nofrag alone"],
        ),
        (
            "established",
            ip(REP0).matching(|key| key.ct_state = Some(Masked::new(0xa, 0x2e))).action(drop()),
            Hardware,
            &[],
        ),
        (
            "related",
            ip(REP0).matching(|key| key.ct_state = Some(Masked::new(0xc, 0xc))).action(drop()),
            Software,
            &["ct_state +rel isn't supported"],
        ),
        (
            "a bridge's miss and a hash",
            ip(REP0).matching(|key| (key.l2_miss, key.hash) = (Some(1), Some(5.into()))).action(drop()),
            Software,
            &["packet hash: \"Unsupported key\"", "Can't match on \"l2_miss\""],
        ),
    ];
    check(&Mlx5, &SWITCHDEV, cases);
}
