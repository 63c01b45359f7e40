use smartnic_core::adapter::Expectation::{Hardware, Software, Unknown};
use smartnic_core::flow::{Action, IpProto};
use smartnic_core::types::Masked;

use super::SFC;
use crate::testing::{FOREIGN, REP0, REP1, SWITCHDEV, UPLINK, check, ip, port};

#[test]
fn what_the_match_action_engine_takes() {
    let udp = || ip(UPLINK).matching(port(IpProto::UDP, "53"));
    let cases = vec![
        ("a drop", udp().action(Action::drop()), Hardware, &[][..]),
        ("copies", udp().action(Action::mirror(REP0)).action(Action::redirect(REP1)), Hardware, &[]),
        ("a chain", udp().action(Action::goto_chain(3)), Hardware, &[]),
        ("behind it", udp().chain(3).action(Action::redirect(REP0)), Hardware, &[]),
        (
            "a chain from a chain",
            udp().chain(3).action(Action::goto_chain(4)),
            Software,
            &["LHS rule only allowed in chain 0"],
        ),
        ("back to chain 0", udp().action(Action::goto_chain(0)), Software, &["no looping in hw"]),
        (
            "a copy and a chain",
            udp().action(Action::mirror(REP0)).action(Action::goto_chain(3)),
            Software,
            &["does nothing else, not mirror"],
        ),
        (
            "three tags",
            udp()
                .action(Action::vlan_push(1))
                .action(Action::vlan_push(2))
                .action(Action::vlan_push(3))
                .action(Action::redirect(REP0)),
            Software,
            &["More than two VLAN pushes"],
        ),
        (
            "elsewhere",
            udp().action(Action::redirect(FOREIGN)),
            Software,
            &["Mirred egress device not on switch"],
        ),
        (
            "behind a drop",
            udp().action(Action::drop()).action(Action::redirect(REP0)),
            Software,
            &["Action follows non-pipe action"],
        ),
        (
            "SCTP",
            ip(UPLINK).matching(port(IpProto::SCTP, "9")).action(Action::drop()),
            Software,
            &["require ipproto udp or tcp"],
        ),
        (
            "a new connection",
            udp().matching(|key| key.ct_state = Some(Masked::new(9, 9))).action(Action::drop()),
            Software,
            &["Unsupported ct_state match"],
        ),
        (
            "a tunnel here",
            udp()
                .matching(|key| {
                    (key.enc_key_id, key.enc_dst_ip) = (Some(5), Some("10.0.0.1".parse().unwrap()))
                })
                .action(Action::drop()),
            Software,
            &["Ingress enc_key matches not supported"],
        ),
        (
            "a tunnel there",
            ip(FOREIGN)
                .matching(|key| {
                    (key.enc_key_id, key.enc_dst_ip) = (Some(5), Some("10.0.0.1".parse().unwrap()))
                })
                .action(Action::redirect(REP0)),
            Unknown,
            &["the firmware's"],
        ),
    ];
    check(&SFC, &SWITCHDEV, cases);
}
