use smartnic_core::adapter::Expectation::{Software, Unknown};
use smartnic_core::flow::{Action, IpProto, Rule};

use super::I40E;
use crate::testing::{SWITCHDEV, UPLINK, check, ip, port};

#[test]
fn rules_choose_classes_and_nothing_else() {
    let classed = |rule: Rule| Rule { classid: Some(0x1_ffe1), ..rule };
    let cases = vec![
        (
            "a drop",
            ip(UPLINK).matching(port(IpProto::TCP, "80")).action(Action::drop()),
            Software,
            &[
                "traffic classes only: \"Invalid traffic class\" (make classes with mqprio",
                "not at the actions",
            ][..],
        ),
        (
            "a class",
            classed(ip(UPLINK).matching(port(IpProto::UDP, "53"))),
            Unknown,
            &["with the traffic class 1"],
        ),
        (
            "a class without a port",
            classed(ip(UPLINK)),
            Software,
            &["Specify destination port", "with the traffic class 1"],
        ),
        (
            "a prefix",
            classed(ip(UPLINK).matching(port(IpProto::UDP, "53")))
                .matching(|key| key.dst_ip = Some("10.0.0.0/8".parse().unwrap())),
            Software,
            &["Bad ip dst mask", "with the traffic class 1"],
        ),
    ];
    check(&I40E, &SWITCHDEV, cases);
}
