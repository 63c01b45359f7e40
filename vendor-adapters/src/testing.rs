//! What the tests of the adapters share: rules in a few words, and a NIC with an uplink and two representors.

use smartnic_core::adapter::{Expectation, OffloadContext, VendorAdapter};
use smartnic_core::device::EswitchMode;
use smartnic_core::flow::{Attach, IpProto, Match, Netdev, Rule};
use smartnic_core::types::{EtherType, IfIndex};

pub(crate) const UPLINK: Netdev = Netdev::Index(IfIndex(2));
pub(crate) const REP0: Netdev = Netdev::Index(IfIndex(10));
pub(crate) const REP1: Netdev = Netdev::Index(IfIndex(11));
/// A link of another NIC.
pub(crate) const FOREIGN: Netdev = Netdev::Index(IfIndex(77));

pub(crate) const SWITCHDEV: OffloadContext<'static> = OffloadContext {
    link: "",
    mode: Some(EswitchMode::Switchdev),
    tc_offload: Some(true),
    kernel: "7.3.4",
    same_switch: &[UPLINK, REP0, REP1],
    uplinks: &[UPLINK],
};

/// A rule for IPv4 on a link's ingress.
pub(crate) fn ip(dev: Netdev) -> Rule {
    Rule::new(Attach::ingress(dev)).prio(1).protocol(EtherType::IPV4)
}

/// A rule for tagged packets on a link's ingress.
pub(crate) fn tagged(dev: Netdev) -> Rule {
    Rule::new(Attach::ingress(dev)).prio(1).protocol(EtherType::VLAN)
}

/// Sets a protocol and a destination port.
pub(crate) fn port(proto: IpProto, port: &str) -> impl FnOnce(&mut Match) {
    let port = port.parse().unwrap();
    move |key| (key.ip_proto, key.dst_port) = (Some(proto), Some(port))
}

/// Asserts what an adapter says of rules; each case names the rule, what is expected, and a part of every reason.
pub(crate) fn check(
    adapter: &dyn VendorAdapter,
    context: &OffloadContext<'_>,
    cases: Vec<(&str, Rule, Expectation, &[&str])>,
) {
    for (name, rule, expect, parts) in cases {
        rule.check().unwrap_or_else(|error| panic!("{name}: {error}"));
        let prediction = adapter.predict(&rule, context);
        let texts: Vec<String> = prediction.reasons.iter().map(ToString::to_string).collect();
        assert_eq!(prediction.expect, expect, "{name}: {texts:#?}");
        assert_eq!(texts.len(), parts.len(), "{name}: {texts:#?}");
        for (text, part) in texts.iter().zip(parts) {
            assert!(text.contains(part), "{name}: {part:?} is not in {text:?}");
        }
    }
}
