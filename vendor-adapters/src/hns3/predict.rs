//! What `hclge_add_cls_flower` makes of a rule (`hclge_fd.c`).

use smartnic_core::adapter::{OffloadContext, Prediction};
use smartnic_core::flow::{ActionSet, Rule};

use super::{LIMITS, NAME};
use crate::findings::{Findings, Words};

const WORDS: Words = Words {
    key: "unsupported key set",
    action: "unsupported action",
    chain: "Driver supports only offload of chain 0",
};

/// Rules that the card holds in the mode with MAC addresses; a rule's priority is its place.
const PLACES: u32 = 2048;
/// `VXLAN_N_VID`.
const TUNNEL_KEYS: u32 = 1 << 24;

pub(super) fn predict(rule: &Rule, context: &OffloadContext<'_>) -> Prediction {
    let mut findings = Findings::new(NAME, rule, context);
    findings.limits(&LIMITS, WORDS);
    findings.ingress_only();
    findings.flower_only();
    let key = &rule.key;
    if u32::from(rule.prio) > PLACES {
        findings.against(
            format!(
                "the driver takes priorities up to the number of its rules: \"prio {} should be in range\"",
                rule.prio
            ),
            "give it a lower number",
        );
    }
    match (rule.actions.len(), rule.classid) {
        (0, None) => findings
            .quote("must specify either classid or action", "give it an action, or a traffic class: hw_tc 1"),
        (0, Some(_)) => findings.wants_class("invalid traffic class"),
        (_, Some(_)) => findings
            .quote("cannot specify both classid and action", "leave either the class or the action out"),
        (1, None) => {}
        (_, None) => {
            findings.against("the driver refuses: \"unsupported multiple actions\"", "use one action a rule")
        }
    }
    findings.refuse_if(
        key.ip_ttl.is_some(),
        "unsupported TTL",
        "leave ip_ttl out, or keep the rule in software with skip_hw",
    );
    findings.refuse_if(
        key.enc_key_id.is_some_and(|id| id == 0 || id >= TUNNEL_KEYS),
        "invalid enc_keyid",
        "match on a key from 1 to 16777215",
    );
    findings.flags(0, "leave ip_flags out");
    if rule.action_set().contains(ActionSet::QUEUE) {
        findings
            .doubt("only a link with that queue takes it: \"queue id\"", "choose a queue that the link has");
    }
    findings.into_prediction()
}
