//! What `bnxt_tc_add_flow` makes of a rule (`bnxt_tc.c`).
//!
//! The driver looks at the keys and actions it knows and passes over the others without a word: the NIC then takes
//! a rule that says less than was asked for. Such rules are predicted as uncertain, with a warning.

use smartnic_core::adapter::{FlowLimits, OffloadContext, Prediction};
use smartnic_core::flow::{ActionKind, ActionSet, Control, IpMatch, KeySet, Rule};
use smartnic_core::types::{Mac, MaskValue, Masked};

use super::rewrite::Rewrite;
use super::{LIMITS, NAME};
use crate::findings::{Counters, Findings, Words};

/// The actions that `bnxt_tc_parse_vlan` refuses.
const REFUSED: ActionSet = ActionSet::VLAN_MANGLE;

const WORDS: Words = Words { key: "", action: "", chain: "Driver supports only offload of chain 0" };

pub(super) fn predict(rule: &Rule, context: &OffloadContext<'_>) -> Prediction {
    let mut findings = Findings::new(NAME, rule, context);
    // Keys are passed over, not refused, and so are actions but those here.
    for action in (rule.action_set() & REFUSED).iter() {
        findings.against(
            format!("the driver cannot offload action {action}"),
            "take the tag off and put another on: action vlan pop pipe action vlan push id NUMBER",
        );
    }
    let refused = FlowLimits {
        keys: FlowLimits::ALL.keys,
        actions: FlowLimits::ALL.actions,
        max_chain: LIMITS.max_chain,
    };
    findings.limits(&refused, WORDS);
    findings.ingress_only();
    findings.flower_only();
    findings.wants_actions("no actions");
    findings.counters(Counters::Any, None);
    findings.tcp_or_udp_ports("Cannot offload non-TCP/UDP ports");
    findings.flags(0, "leave ip_flags out");
    keys(&mut findings);
    actions(&mut findings);
    findings.into_prediction()
}

fn keys(findings: &mut Findings<'_>) {
    let key = &findings.rule.key;
    if key.network_type().is_none() {
        findings.against(
            "the driver wants the protocol of the payload: \"Wildcard match unsupported for Ethertype\"",
            "give the rule a protocol; behind a VLAN tag: vlan_ethtype ip",
        );
    }
    for (mac, words) in [
        (key.src_mac, "Wildcard match unsupported for Source MAC"),
        (key.dst_mac, "Wildcard match unsupported for Dest MAC"),
    ] {
        if mac.is_some_and(|mac: Masked<Mac>| mac.value != Mac::default() && !mac.is_exact()) {
            findings.against(
                format!("the driver takes no mask on a MAC address: \"{words}\""),
                "match the whole address",
            );
        }
    }
    let (id, prio) = (key.vlan_id, key.vlan_prio);
    let given = id.unwrap_or(0) != 0 || prio.unwrap_or(0) != 0;
    if given && (id.is_none() || prio.is_some_and(|prio| prio != 0)) {
        findings.against(
            "the driver matches a VLAN by its whole id, with priority 0 or any: \"Unsupported VLAN TCI\"",
            "leave vlan_prio out",
        );
    }
    if [key.src_ip, key.dst_ip].into_iter().flatten().any(|address| !is_prefix(&address)) {
        findings.caution(
            "the driver takes the mask of an address for a prefix: the NIC would match other addresses than the rule says",
            "use a prefix such as /24",
        );
    }
    if key.keys().contains(KeySet::ENC_IPV6_ADDRS) {
        findings.against(
            "the driver refuses tunnels over IPv6, without a word",
            "use IPv4 addresses for the tunnel",
        );
    }
    // Of a tunnel the NIC looks at what the action that takes it off wants.
    let decap = findings.rule.actions.iter().any(|action| action.kind == ActionKind::TunnelUnset);
    let tunnel = KeySet::ENC_IPV4_ADDRS | KeySet::ENC_KEYID | KeySet::ENC_PORTS;
    let read = LIMITS.keys | KeySet::CONTROL | if decap { tunnel } else { KeySet::empty() };
    let passed_over = key.keys() - read - KeySet::ENC_IPV6_ADDRS - KeySet::UNKNOWN;
    if !passed_over.is_empty() {
        findings.caution(
            format!(
                "the driver passes over {passed_over}: the NIC would act on more packets than the rule says"
            ),
            "leave that key out, or keep the rule in software with skip_hw",
        );
    }
}

fn actions(findings: &mut Findings<'_>) {
    let rule = findings.rule;
    let mut outputs = 0;
    let mut rewrite = Rewrite::default();
    let mut passed_over = ActionSet::empty();
    for action in &rule.actions {
        match &action.kind {
            // What comes behind a drop is not looked at.
            ActionKind::Gact if action.control == Control::Drop => {
                rewrite.way(findings);
                return;
            }
            ActionKind::Redirect(target) if !target.ingress => {
                outputs += 1;
                // What goes through a tunnel leaves by the PF.
                if findings.is_foreign(target) && !rewrite.encap {
                    findings.against(
                        format!("{} is not on the rule's switch: \"not on same switch\"", target.dev),
                        "send to the PF or to a representor of the same NIC",
                    );
                }
            }
            ActionKind::Pedit(pedit) => {
                passed_over |= action.kind.group(action.control) & ActionSet::ADD;
                rewrite.pedit(pedit);
            }
            ActionKind::TunnelSet(set) => {
                rewrite.encap = true;
                findings.refuse_if(
                    set.dst_ip.is_some_and(|ip| ip.is_ipv6()),
                    "only IPv4 tunnel-encap is supported",
                    "use IPv4 addresses for the tunnel",
                );
            }
            ActionKind::TunnelUnset => rewrite.decap = true,
            kind => passed_over |= kind.group(action.control) - LIMITS.actions - REFUSED - ActionSet::UNKNOWN,
        }
    }
    let refused = ActionSet::CONTINUE | ActionSet::PIPE | ActionSet::RECLASSIFY | ActionSet::SOFTWARE;
    let passed_over = passed_over - refused;
    if !passed_over.is_empty() {
        findings.caution(
            format!("the driver passes over the action {passed_over}: the NIC would not do it"),
            "use drop, redirect, vlan push or pop, tunnel_key and pedit, or keep the rule in software with skip_hw",
        );
    }
    if outputs == 0 && !rule.actions.is_empty() {
        findings.doubt(
            "the driver leaves it to the firmware whether a rule may neither drop nor redirect",
            "end the rule with a redirect or a drop",
        );
    }
    if outputs > 1 {
        findings.caution("the driver keeps only the last of several outputs", "redirect to one link a rule");
    }
    rewrite.conclude(findings);
}

fn is_prefix(address: &IpMatch) -> bool {
    match address {
        IpMatch::V4(address) => address.mask.prefix().is_some(),
        IpMatch::V6(address) => address.mask.prefix().is_some(),
    }
}
