use smartnic_core::adapter::Expectation::{Hardware, Software};
use smartnic_core::flow::{Action, IpProto, Match};

use super::QEDE;
use crate::testing::{SWITCHDEV, UPLINK, check, ip, port};

#[test]
fn four_forms() {
    let addresses = |key: &mut Match| {
        (key.src_ip, key.dst_ip) = (Some("10.0.0.1".parse().unwrap()), Some("10.0.0.2".parse().unwrap()));
    };
    let udp = || ip(UPLINK).matching(port(IpProto::UDP, "53"));
    let cases = vec![
        ("a destination port", udp().action(Action::drop()), Hardware, &[][..]),
        (
            "five",
            udp()
                .matching(addresses)
                .matching(|key| key.src_port = Some("9".parse().unwrap()))
                .action(Action::drop()),
            Hardware,
            &[],
        ),
        ("three", udp().matching(addresses).action(Action::drop()), Software, &["Invalid N-tuple"]),
        (
            "no protocol",
            ip(UPLINK).matching(addresses).action(Action::drop()),
            Software,
            &["Invalid protocol request"],
        ),
        (
            "half a port",
            ip(UPLINK).matching(port(IpProto::UDP, "0x50/0xf0")).action(Action::drop()),
            Software,
            &["Do not support ports masks"],
        ),
    ];
    check(&QEDE, &SWITCHDEV, cases);
}
