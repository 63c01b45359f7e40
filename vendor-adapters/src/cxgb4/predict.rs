//! What `cxgb4_flow_rule_replace` makes of a rule (`cxgb4_tc_flower.c`).

use smartnic_core::adapter::{OffloadContext, Prediction};
use smartnic_core::flow::{ActionKind, ActionSet, Classifier, KeySet, PeditHeader, Rule};
use smartnic_core::types::EtherType;

use super::{LIMITS, NAME};
use crate::findings::{ASK_THE_DRIVER, Counters, Findings, Words};

const WORDS: Words = Words {
    key: "Unsupported key used",
    action: "Unsupported action",
    chain: "Driver supports only offload of chain 0",
};

/// `FLOW_DIS_IS_FRAGMENT`.
const FRAGMENT: u32 = 1;

pub(super) fn predict(rule: &Rule, context: &OffloadContext<'_>) -> Prediction {
    let mut findings = Findings::new(NAME, rule, context);
    if rule.classifier == Classifier::Matchall {
        findings.doubt(
            "the driver takes a mirror on ingress, or a police on egress, once a link",
            ASK_THE_DRIVER,
        );
        return findings.into_prediction();
    }
    findings.limits(&LIMITS, WORDS);
    findings.ingress_only();
    findings.counters(Counters::Any, None);
    findings.flags(FRAGMENT, "match on frag or nofrag alone: ip_flags frag");
    findings.refuse_if(
        rule.action_set().contains(ActionSet::MIRRED),
        "Egress mirror action is only supported for tc-matchall",
        "mirror with a matchall rule, or redirect",
    );
    let key = &rule.key;
    let ip = matches!(key.network_type(), Some(EtherType::IPV4 | EtherType::IPV6));
    findings.refuse_if(
        key.keys().contains(KeySet::IP) && !ip,
        "IP Key supported only with IPv4/v6",
        "match on protocol ip or ipv6",
    );
    findings.refuse_if(
        ip && key.ip_ttl.is_some(),
        "ttl match unsupported for offload",
        "leave ip_ttl out, or keep the rule in software with skip_hw",
    );
    actions(&mut findings);
    if key.enc_key_id.is_some() {
        findings.doubt(
            "the driver reads a tunnel's key on its own links, for VXLAN with a port that it was told of",
            ASK_THE_DRIVER,
        );
    }
    findings.into_prediction()
}

fn actions(findings: &mut Findings<'_>) {
    let rule = findings.rule;
    let used = rule.action_set();
    let changes = ActionSet::VLAN_PUSH | ActionSet::VLAN_POP | ActionSet::VLAN_MANGLE | ActionSet::MANGLE;
    for action in &rule.actions {
        match &action.kind {
            ActionKind::Redirect(target) if !target.ingress && findings.is_foreign(target) => {
                findings.against(
                    format!("{} is not a port of this card: \"Out port invalid\"", target.dev),
                    "send to a port of the same card",
                );
            }
            ActionKind::VlanPush(tag) | ActionKind::VlanModify(tag)
                if tag.protocol.is_some_and(|protocol| protocol != EtherType::VLAN) =>
            {
                findings.quote("Unsupported vlan proto", "use protocol 802.1Q");
            }
            ActionKind::Pedit(pedit) if pedit.keys.iter().any(|key| key.header == PeditHeader::Network) => {
                findings.quote(
                    "Unsupported pedit type",
                    "name the field: pedit ex munge ip …, in place of munge offset …",
                );
            }
            _ => {}
        }
    }
    findings.refuse_if(
        used.intersects(changes) && !used.contains(ActionSet::REDIRECT),
        "pedit/vlan rewrite invalid without egress redirect",
        "end the rule with a redirect to a port of the card",
    );
    if used.contains(ActionSet::MANGLE) && !findings.any_against() {
        findings.doubt(
            "the driver rewrites what NAT rewrites, in the combinations that the card has: \"Unsupported NAT mode 4-tuple combination\"",
            ASK_THE_DRIVER,
        );
    }
    if rule.actions.is_empty() {
        findings.doubt(
            "the driver takes a rule without actions as one that lets packets pass",
            "say what is to be done",
        );
    }
}
