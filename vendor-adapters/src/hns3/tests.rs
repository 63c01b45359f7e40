use smartnic_core::adapter::Expectation::{Hardware, Software};
use smartnic_core::flow::{Action, IpProto};

use super::HNS3;
use crate::testing::{REP0, SWITCHDEV, UPLINK, check, ip, port};

#[test]
fn one_action_each() {
    let udp = || ip(UPLINK).matching(port(IpProto::UDP, "53"));
    let cases = vec![
        ("a drop", udp().action(Action::drop()), Hardware, &[][..]),
        ("a redirect", udp().action(Action::redirect(REP0)), Software, &["redirect: \"unsupported action\""]),
        (
            "two",
            udp().action(Action::drop()).action(Action::drop()),
            Software,
            &["unsupported multiple actions"],
        ),
        ("none", udp(), Software, &["must specify either classid or action"]),
        (
            "a priority too high",
            udp().prio(3000).action(Action::drop()),
            Software,
            &["prio 3000 should be in range"],
        ),
        (
            "a TTL",
            udp().matching(|key| key.ip_ttl = Some(64.into())).action(Action::drop()),
            Software,
            &["unsupported TTL"],
        ),
    ];
    check(&HNS3, &SWITCHDEV, cases);
}
