use smartnic_core::adapter::Expectation::{Software, Unknown};
use smartnic_core::flow::{Attach, IpProto, Rule};
use smartnic_core::types::EtherType;

use super::IGB;
use crate::testing::{SWITCHDEV, UPLINK, check, ip, port};

#[test]
fn mac_addresses_ethertypes_and_vlan_priorities_go_to_classes() {
    let rule = || Rule {
        classid: Some(0x1_ffe0),
        ..Rule::new(Attach::ingress(UPLINK)).prio(1).protocol(EtherType(0x88f7))
    };
    let cases = vec![
        ("an EtherType", rule(), Unknown, &["with the traffic class 0"][..]),
        (
            "half a MAC address",
            rule().matching(|key| key.dst_mac = Some("02:00:00:00:00:00/8".parse().unwrap())),
            Software,
            &["Only full masks are supported for destination MAC address", "with the traffic class 0"],
        ),
        (
            "a port",
            Rule { classid: Some(0x1_ffe0), ..ip(UPLINK).matching(port(IpProto::TCP, "80")) },
            Software,
            &[
                "only BASIC, CONTROL, ETH_ADDRS and VLAN are supported",
                "with the traffic class 0",
                "passes over",
            ],
        ),
    ];
    check(&IGB, &SWITCHDEV, cases);
}
