//! What `otx2_tc_add_flow` makes of a rule (`otx2_tc.c`).

use smartnic_core::adapter::{FlowLimits, OffloadContext, Prediction};
use smartnic_core::device::EswitchMode;
use smartnic_core::flow::{ActionKind, ActionSet, Classifier, Control, IpMatch, IpProto, KeySet, Rule};
use smartnic_core::types::EtherType;

use super::{LIMITS, NAME, REP_LIMITS};
use crate::findings::{ASK_THE_DRIVER, Findings, SWITCHDEV_FIRST, Words};

const WORDS: Words =
    Words { key: "unsupported flow used key", action: "", chain: "Driver supports only offload of chain 0" };

/// `FLOW_DIS_IS_FRAGMENT`.
const FRAGMENT: u32 = 1;
/// `OTX2_UNSUPP_LSE_DEPTH`: deeper entries of a label stack are refused.
const MPLS_DEPTH: u8 = 4;

pub(super) fn predict(rule: &Rule, context: &OffloadContext<'_>) -> Prediction {
    let mut findings = Findings::new(NAME, rule, context);
    if rule.classifier == Classifier::Matchall {
        matchall(&mut findings);
        return findings.into_prediction();
    }
    flower(&mut findings, &LIMITS);
    findings.into_prediction()
}

/// On representors, which are there in switchdev mode only. Neither `hw-tc-offload` nor the chain is looked at.
pub(super) fn predict_rep(rule: &Rule, context: &OffloadContext<'_>) -> Prediction {
    let context = OffloadContext { tc_offload: None, ..*context };
    let mut findings = Findings::new("octeontx2_rep", rule, &context);
    if context.mode == Some(EswitchMode::Legacy) {
        findings.against("there are no representors in legacy mode", SWITCHDEV_FIRST);
    }
    findings.flower_only();
    if rule.chain != 0 {
        findings.caution(
            "the driver does not look at the chain: the NIC meets the rule as if it stood in chain 0",
            "put the rule into chain 0",
        );
    }
    flower(&mut findings, &REP_LIMITS);
    findings.into_prediction()
}

fn flower(findings: &mut Findings<'_>, limits: &FlowLimits) {
    let rule = findings.rule;
    findings.limits(limits, WORDS);
    findings.ingress_only();
    findings.wants_actions("no tc actions specified");
    findings.flags(FRAGMENT, "match on frag or nofrag alone: ip_flags frag");
    let key = &rule.key;
    let (ip, ip6) =
        (key.network_type() == Some(EtherType::IPV4), key.network_type() == Some(EtherType::IPV6));
    findings.refuse_if(
        key.ip_flags.is_some_and(|flags| flags.mask & FRAGMENT != 0) && !ip && !ip6,
        "flow-type should be either IPv4 and IPv6",
        "match on protocol ip or ipv6 with it",
    );
    findings.refuse_if(
        key.src_mac.is_some(),
        "src mac match not supported",
        "match on dst_mac in place of src_mac, or keep the rule in software with skip_hw",
    );
    findings.refuse_if(
        key.ip_tos.is_some() && !ip,
        "tos not supported",
        "leave ip_tos out: only IPv4 rules can match on it",
    );
    findings.refuse_if(
        key.ip_ttl.is_some(),
        "ttl not supported",
        "leave ip_ttl out, or keep the rule in software with skip_hw",
    );
    let known = [
        IpProto::TCP,
        IpProto::UDP,
        IpProto::SCTP,
        IpProto::ICMP,
        IpProto::ICMPV6,
        IpProto::ESP,
        IpProto(51),
    ];
    if key.ip_proto.is_some_and(|proto| !known.contains(&proto)) {
        findings.against(
            "the driver does not know this IP protocol, and says so in the kernel's log: \"not supported\"",
            "match on ip_proto tcp, udp, sctp, icmp, icmpv6, esp or ah",
        );
    }
    let ipsec = matches!(key.ip_proto, Some(IpProto::ESP | IpProto(51)));
    findings.refuse_if(
        key.keys().contains(KeySet::IPSEC) && !ipsec,
        "SPI index is valid only for ESP/AH proto",
        "match on ip_proto esp or ah with it",
    );
    let loopback = |ip: &Option<IpMatch>| matches!(ip, Some(IpMatch::V6(ip)) if ip.value.is_loopback());
    findings.refuse_if(
        loopback(&key.src_ip) || loopback(&key.dst_ip),
        "Flow matching IPv6 loopback addr not supported",
        "match on another address: ::1 never comes in from a wire",
    );
    findings.refuse_if(
        key.mpls.iter().any(|entry| entry.depth > MPLS_DEPTH),
        "unsupported LSE depth for MPLS match offload",
        "match on the four outermost labels only",
    );
    let tagged = key.keys().contains(KeySet::VLAN);
    let drops = rule.action_set().contains(ActionSet::DROP);
    if tagged && drops && key.vlan_id.is_none() {
        findings.against(
            "a drop of tagged packets must name the VLAN's id, says the kernel's log: \"not supported for DROP rule\"",
            "match on vlan_id as well",
        );
    }
    if findings.context.tc_offload.is_some() && findings.context.link.is_empty() {
        // Whether ntuple is on and the link up is not known here.
    }
    actions(findings);
}

fn actions(findings: &mut Findings<'_>) {
    let mut police = 0;
    for action in &findings.rule.actions {
        match &action.kind {
            // What comes behind these is not looked at.
            ActionKind::Gact if matches!(action.control, Control::Drop | Control::Pass) => break,
            ActionKind::Redirect(target) | ActionKind::Mirror(target) if target.ingress => findings.doubt(
                "the driver sends to the receive side of the PF and its VFs only: \"can't redirect to other pf/vf\"",
                ASK_THE_DRIVER,
            ),
            ActionKind::Police(_) => {
                police += 1;
                findings.doubt(
                    "police is taken on CN10K and later, with exceed drop and conform pipe: \"Ingress policing not supported on this platform\"",
                    ASK_THE_DRIVER,
                );
            }
            ActionKind::Skbedit(skbedit) if skbedit.mark.is_some_and(|mark| mark > 0xffff) => {
                findings.quote("Bad flow mark, only 16 bit supported", "use a mark up to 65535");
            }
            _ => {}
        }
    }
    findings.refuse_if(
        police > 1,
        "rate limit police offload requires a single action",
        "use one police action a rule",
    );
}

/// `otx2_tc_ingress_matchall_install`.
fn matchall(findings: &mut Findings<'_>) {
    match &findings.rule.actions[..] {
        [action] if matches!(action.kind, ActionKind::Police(_)) => findings.doubt(
            "one such rule a link, on CN10K and later: \"Ingress policing not supported on this platform\"",
            ASK_THE_DRIVER,
        ),
        _ => findings.quote(
            "Only police action supported with Ingress MATCHALL offload",
            "give it one police action; other rules are flower rules",
        ),
    }
}
