use smartnic_core::adapter::Expectation::{Hardware, Software};
use smartnic_core::adapter::OffloadContext;
use smartnic_core::device::EswitchMode;
use smartnic_core::flow::{Action, Attach, HwStats, IpProto, Rule};

use smartnic_core::types::Masked;

use super::LABNIC;
use crate::testing::{FOREIGN, REP0, REP1, SWITCHDEV, UPLINK, check, ip, port, tagged};

fn counted(stats: HwStats) -> Action {
    Action { hw_stats: Some(stats), ..Action::drop() }
}

#[test]
fn what_it_takes() {
    let cases = vec![
        ("drop", ip(REP0).action(Action::drop()), Hardware, &[][..]),
        (
            "range",
            ip(UPLINK).matching(port(IpProto::UDP, "80-90")).action(Action::redirect(REP0)),
            Hardware,
            &[],
        ),
        ("chain", ip(REP0).chain(15).action(Action::goto_chain(3)), Hardware, &[]),
        ("pop", tagged(UPLINK).action(Action::vlan_pop()).action(Action::redirect(REP1)), Hardware, &[]),
        ("nothing", ip(REP0), Hardware, &[]),
        ("delayed", ip(REP0).action(counted(HwStats::DELAYED)), Hardware, &[]),
    ];
    check(&LABNIC, &SWITCHDEV, cases);
}

#[test]
fn what_it_refuses_and_in_whose_words() {
    let cases = vec![
        ("chain", ip(REP0).chain(16).action(Action::drop()), Software, &["only those below 16"][..]),
        ("goto", ip(REP0).action(Action::goto_chain(16)), Software, &["chains 0 to 15, not 16"]),
        ("foreign", ip(REP0).action(Action::redirect(FOREIGN)), Software, &["is not a port of"]),
        (
            "key",
            ip(REP0).matching(|key| key.hash = Some(Masked::exact(1))).action(Action::drop()),
            Software,
            &["\"is not supported\""],
        ),
        (
            "counters",
            ip(REP0).action(counted(HwStats::IMMEDIATE)),
            Software,
            &["Driver does not support selected HW stats type"],
        ),
        (
            "many",
            (0..17).fold(ip(REP0), |rule, _| rule.action(Action::mirror(REP1))),
            Software,
            &["actions are too many, 16 are supported"],
        ),
        (
            "egress",
            Rule::new(Attach::egress(UPLINK)).action(Action::drop()),
            Software,
            &["ingress side only"],
        ),
    ];
    check(&LABNIC, &SWITCHDEV, cases);
}

#[test]
fn mode_and_feature_are_named_with_what_helps() {
    let legacy = OffloadContext { mode: Some(EswitchMode::Legacy), ..SWITCHDEV };
    let words = &["in eswitch mode switchdev only"][..];
    check(&LABNIC, &legacy, vec![("legacy", ip(REP0).action(Action::drop()), Software, words)]);
    let off = OffloadContext { tc_offload: Some(false), ..SWITCHDEV };
    check(&LABNIC, &off, vec![("off", ip(REP0).action(Action::drop()), Software, &["hw-tc-offload is off"])]);
}
