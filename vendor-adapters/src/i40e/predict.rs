//! What `i40e_configure_clsflower` makes of a rule (`i40e_main.c`).

use smartnic_core::adapter::{FlowLimits, OffloadContext, Prediction};
use smartnic_core::flow::{IpMatch, KeySet, PortMatch, Rule};
use smartnic_core::types::{Mac, Masked};

use super::{LIMITS, NAME};
use crate::findings::{Findings, Words};

const WORDS: Words =
    Words { key: "Unsupported key used", action: "", chain: "Driver supports only offload of chain 0" };

pub(super) fn predict(rule: &Rule, context: &OffloadContext<'_>) -> Prediction {
    let mut findings = Findings::new(NAME, rule, context);
    // Actions are passed over, not refused.
    findings.limits(&FlowLimits { actions: FlowLimits::ALL.actions, ..LIMITS }, WORDS);
    findings.ingress_only();
    findings.flower_only();
    findings.wants_class("Invalid traffic class");
    let key = &rule.key;
    if findings.traffic_class() == Some(0) {
        findings.quote(
            "Unable to add filter because of invalid destination",
            "name a traffic class above 0: hw_tc 1",
        );
    } else if findings.traffic_class().is_some() && key.dst_port.is_none() {
        findings.quote(
            "Specify destination port to direct to traffic class that is not default",
            "match on dst_port as well",
        );
    }
    let partial = |mac: Option<Masked<Mac>>| mac.is_some_and(|mac| !mac.is_exact());
    findings.refuse_if(partial(key.dst_mac), "Bad ether dest mask", "match on the whole address");
    findings.refuse_if(partial(key.src_mac), "Bad ether src mask", "match on the whole address");
    let partial = |ip: &Option<IpMatch>| matches!(ip, Some(IpMatch::V4(ip)) if !ip.is_exact());
    findings.refuse_if(partial(&key.dst_ip), "Bad ip dst mask", "match on the whole address");
    findings.refuse_if(partial(&key.src_ip), "Bad ip src mask", "match on the whole address");
    let partial =
        |port: &Option<PortMatch>| matches!(port, Some(PortMatch::Masked(port)) if !port.is_exact());
    findings.refuse_if(partial(&key.dst_port), "Bad dst port mask", "match on the whole port");
    findings.refuse_if(partial(&key.src_port), "Bad src port mask", "match on the whole port");
    let addresses = key.keys().contains(KeySet::IPV4_ADDRS);
    findings.refuse_if(
        addresses && key.enc_key_id.is_some(),
        "Tenant id not allowed for ip filter",
        "match on the tunnel's key or on addresses, not both",
    );
    findings.tcp_or_udp_ports("Only UDP and TCP transport are supported");
    findings.flags(0, "leave ip_flags out");
    findings.passes_over_actions();
    findings.into_prediction()
}
