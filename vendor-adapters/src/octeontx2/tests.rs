use smartnic_core::adapter::Expectation::{Hardware, Software, Unknown};
use smartnic_core::adapter::{EswitchState, EswitchTarget, OffloadContext, Step, VendorAdapter};
use smartnic_core::device::EswitchMode::{Legacy, Switchdev};
use smartnic_core::flow::{Action, ActionKind, IpProto, MirredTarget};

use super::{OCTEONTX2, OCTEONTX2_REP};
use crate::testing::{REP0, REP1, SWITCHDEV, UPLINK, check, ip, port};

#[test]
fn what_the_match_table_takes() {
    let udp = || ip(UPLINK).matching(port(IpProto::UDP, "53"));
    let inward = Action::new(ActionKind::Redirect(MirredTarget { dev: REP1, ingress: true }));
    let cases = vec![
        ("a drop", udp().action(Action::drop()), Hardware, &[][..]),
        ("pass", udp().action(Action::pass()), Hardware, &[]),
        (
            "a source MAC address",
            udp()
                .matching(|key| key.src_mac = Some("02:00:00:00:00:01".parse().unwrap()))
                .action(Action::drop()),
            Software,
            &["src mac match not supported"],
        ),
        (
            "a TTL",
            udp().matching(|key| key.ip_ttl = Some(64.into())).action(Action::drop()),
            Software,
            &["ttl not supported"],
        ),
        (
            "out of a link",
            udp().action(Action::redirect(REP0)),
            Software,
            &["cannot offload action redirect"],
        ),
        ("into a link", udp().action(inward), Unknown, &["receive side of the PF and its VFs only"]),
        (
            "GRE",
            ip(UPLINK).matching(|key| key.ip_proto = Some(IpProto(47))).action(Action::drop()),
            Software,
            &["does not know this IP protocol"],
        ),
    ];
    check(&OCTEONTX2, &SWITCHDEV, cases);
}

#[test]
fn the_eswitch_is_on_a_function_of_its_own() {
    let state = EswitchState {
        mode: Legacy,
        num_vfs: 0,
        total_vfs: None,
        vf_devices: true,
        bound_vfs: 0,
        pf_up: None,
        tc_offload: None,
    };
    let target = EswitchTarget { mode: Switchdev, num_vfs: None };
    let error = OCTEONTX2.transition(&state, &target).unwrap_err();
    assert!(error.to_string().contains("rvu_rep"), "{error}");
    assert_eq!(OCTEONTX2_REP.transition(&state, &target).unwrap(), [Step::Mode(Switchdev)]);
    let off = OffloadContext { tc_offload: Some(false), ..SWITCHDEV };
    check(
        &OCTEONTX2_REP,
        &off,
        vec![
            ("hw-tc-offload is off", ip(REP0).action(Action::drop()), Hardware, &[][..]),
            ("chain 5", ip(REP0).chain(5).action(Action::drop()), Hardware, &["does not look at the chain"]),
        ],
    );
    let legacy = OffloadContext { mode: Some(Legacy), ..SWITCHDEV };
    check(
        &OCTEONTX2_REP,
        &legacy,
        vec![("legacy", ip(REP0).action(Action::drop()), Software, &["no representors in legacy mode"][..])],
    );
}
