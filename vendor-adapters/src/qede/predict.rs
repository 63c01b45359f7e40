//! What `qede_add_tc_flower_fltr` makes of a rule (`qede_filter.c`).

use smartnic_core::adapter::{OffloadContext, Prediction};
use smartnic_core::flow::{IpMatch, IpProto, KeySet, PortMatch, Rule};
use smartnic_core::types::EtherType;

use super::{LIMITS, NAME};
use crate::findings::{Counters, Findings, Words};

const WORDS: Words =
    Words { key: "Unsupported key used", action: "", chain: "Driver supports only offload of chain 0" };

pub(super) fn predict(rule: &Rule, context: &OffloadContext<'_>) -> Prediction {
    let mut findings = Findings::new(NAME, rule, context);
    findings.limits(&LIMITS, WORDS);
    findings.ingress_only();
    findings.flower_only();
    findings.flags(0, "leave ip_flags out");
    let key = &rule.key;
    let ip = matches!(key.eth_type, Some(EtherType::IPV4 | EtherType::IPV6));
    let transport = matches!(key.ip_proto, Some(IpProto::TCP | IpProto::UDP));
    if !ip {
        findings.quote("Unsupported proto", "match on protocol ip or ipv6");
    } else if !transport {
        findings.against(
            "the driver wants TCP or UDP: \"Invalid protocol request\"",
            "match on ip_proto tcp or udp",
        );
    } else if key.keys().contains(KeySet::PORTS_RANGE) {
        // Told by the limits.
    } else {
        tuple(&mut findings);
    }
    findings.wants_actions("No actions received");
    findings.counters(Counters::Any, None);
    findings.into_prediction()
}

/// `qede_set_v4_tuple_to_profile`: the four forms that a filter can have. A value of 0 is taken for not given.
fn tuple(findings: &mut Findings<'_>) {
    let key = &findings.rule.key;
    let address = |ip: &Option<IpMatch>| match ip {
        Some(IpMatch::V4(ip)) if ip.value.is_unspecified() => (false, true),
        Some(IpMatch::V6(ip)) if ip.value.is_unspecified() => (false, true),
        Some(IpMatch::V4(ip)) => (true, ip.is_exact()),
        Some(IpMatch::V6(ip)) => (true, ip.is_exact()),
        None => (false, true),
    };
    let port = |port: &Option<PortMatch>| match port {
        Some(PortMatch::Masked(port)) if port.value != 0 => (true, port.is_exact()),
        _ => (false, true),
    };
    let parts = [address(&key.src_ip), address(&key.dst_ip), port(&key.src_port), port(&key.dst_port)];
    let v4 = key.eth_type == Some(EtherType::IPV4);
    if !parts[0].1 || !parts[1].1 {
        let words =
            if v4 { "Do not support ipv4 prefix/masks" } else { "Do not support IPv6 address prefix/mask" };
        findings.quote(words, "match on whole addresses");
        return;
    }
    if !parts[2].1 || !parts[3].1 {
        findings.quote("Do not support ports masks", "match on whole ports");
        return;
    }
    match parts.map(|(given, _)| given) {
        [true, true, true, true]
        | [false, false, false, true]
        | [true, false, false, false]
        | [false, true, false, false] => {}
        _ => findings.against(
            "the driver refuses: \"Invalid N-tuple\"",
            "match on both addresses and both ports, or on one address or the destination port alone",
        ),
    }
}
