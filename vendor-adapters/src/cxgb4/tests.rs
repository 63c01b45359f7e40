use smartnic_core::adapter::Expectation::{Hardware, Software};
use smartnic_core::flow::{Action, IpProto};

use super::CXGB4;
use crate::testing::{FOREIGN, REP0, SWITCHDEV, UPLINK, check, ip, port};

#[test]
fn between_the_ports_of_the_card() {
    let tcp = || ip(UPLINK).matching(port(IpProto::TCP, "80"));
    let cases = vec![
        ("pass", tcp().action(Action::pass()), Hardware, &[][..]),
        (
            "a masked port",
            ip(UPLINK).matching(port(IpProto::TCP, "0x50/0xf0")).action(Action::drop()),
            Hardware,
            &[],
        ),
        (
            "a tag and a redirect",
            tcp().action(Action::vlan_push(5)).action(Action::redirect(REP0)),
            Hardware,
            &[],
        ),
        ("a tag", tcp().action(Action::vlan_push(5)), Software, &["rewrite invalid without egress redirect"]),
        ("elsewhere", tcp().action(Action::redirect(FOREIGN)), Software, &["Out port invalid"]),
        (
            "a mirror",
            tcp().action(Action::mirror(REP0)),
            Software,
            &["mirror: \"Unsupported action\"", "only supported for tc-matchall"],
        ),
        (
            "a MAC address",
            tcp()
                .matching(|key| key.dst_mac = Some("02:00:00:00:00:01".parse().unwrap()))
                .action(Action::drop()),
            Software,
            &["Unsupported key used"],
        ),
    ];
    check(&CXGB4, &SWITCHDEV, cases);
}
