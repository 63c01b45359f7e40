use smartnic_core::adapter::Expectation::{Hardware, Software, Unknown};
use smartnic_core::adapter::{EswitchState, EswitchTarget, Step, VendorAdapter};
use smartnic_core::device::EswitchMode::{Legacy, Switchdev};
use smartnic_core::flow::{Action, Attach, IpProto, Rule};
use smartnic_core::types::EtherType;

use super::NFP;
use crate::testing::{FOREIGN, REP0, REP1, SWITCHDEV, UPLINK, check, ip, port};

#[test]
fn what_the_firmware_takes() {
    let udp = || ip(REP0).matching(port(IpProto::UDP, "53"));
    let cases = vec![
        ("a drop", udp().action(Action::drop()), Hardware, &[][..]),
        (
            "a copy, a tag, the wire",
            udp().action(Action::mirror(REP1)).action(Action::vlan_push(5)).action(Action::redirect(UPLINK)),
            Hardware,
            &[],
        ),
        ("SCTP", ip(REP0).matching(port(IpProto::SCTP, "9")).action(Action::drop()), Hardware, &[]),
        (
            "pass",
            udp().action(Action::pass()),
            Software,
            &["pass: \"unsupported offload: unsupported action in action list\""],
        ),
        ("a chain", udp().chain(2).action(Action::drop()), Software, &["chain 0 only"]),
        ("to a chain", udp().action(Action::goto_chain(2)), Software, &["unsupported action in action list"]),
        (
            "ICMP",
            ip(REP0)
                .matching(|key| (key.ip_proto, key.icmp_type) = (Some(IpProto::ICMP), Some(8.into())))
                .action(Action::drop()),
            Software,
            &["ICMP type/code: \"unsupported offload: match not supported\""],
        ),
        (
            "ARP",
            Rule::new(Attach::ingress(REP0)).prio(1).protocol(EtherType::ARP).action(Action::drop()),
            Software,
            &["ARP not supported"],
        ),
        (
            "PSH alone",
            ip(REP0)
                .matching(|key| {
                    (key.ip_proto, key.tcp_flags) = (Some(IpProto::TCP), Some("0x8/0x8".parse().unwrap()))
                })
                .action(Action::drop()),
            Software,
            &["PSH and URG is only supported"],
        ),
        ("elsewhere", udp().action(Action::redirect(FOREIGN)), Software, &["on different devices"]),
        ("nothing", udp(), Unknown, &["without actions"]),
    ];
    check(&NFP, &SWITCHDEV, cases);
}

#[test]
fn the_mode_is_there_without_being_asked() {
    let state = |mode, num_vfs| EswitchState {
        mode,
        num_vfs,
        total_vfs: Some(8),
        vf_devices: true,
        bound_vfs: num_vfs,
        pf_up: None,
        tc_offload: Some(true),
    };
    let target = |mode, vfs| EswitchTarget { mode, num_vfs: Some(vfs) };
    let steps = NFP.transition(&state(Switchdev, 0), &target(Switchdev, 2)).unwrap();
    assert_eq!(steps, [Step::NumVfs(2), Step::WaitVfs(2), Step::WaitRepresentors(2)]);
    assert_eq!(NFP.transition(&state(Switchdev, 2), &target(Switchdev, 2)).unwrap(), []);
    let error = NFP.transition(&state(Switchdev, 2), &target(Legacy, 2)).unwrap_err();
    assert!(error.to_string().contains("firmware of an nfp decides the mode"), "{error}");
}
