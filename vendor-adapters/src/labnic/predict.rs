//! What `labnic_replace` makes of a rule (`tests/lab/labnic/rule.c`).

use smartnic_core::adapter::{OffloadContext, Prediction};
use smartnic_core::device::EswitchMode;
use smartnic_core::flow::{ActionKind, Control, Rule};

use super::{LIMITS, NAME};
use crate::findings::{Counters, Findings, SWITCHDEV_FIRST, Words};

/// What the driver's words for the three limits have in common; each names the key, action or chain.
const WORDS: Words = Words {
    key: "is not supported",
    action: "is not supported",
    chain: "is not supported, only those below 16",
};

/// `LABNIC_ACTIONS_MAX`.
const MAX_ACTIONS: usize = 16;

pub(super) fn predict(rule: &Rule, context: &OffloadContext<'_>) -> Prediction {
    let mut findings = Findings::new(NAME, rule, context);
    if context.mode == Some(EswitchMode::Legacy) {
        findings.against(
            "the eswitch is in legacy mode: \"flows are offloaded in eswitch mode switchdev only\"",
            SWITCHDEV_FIRST,
        );
    }
    findings.limits(&LIMITS, WORDS);
    findings.ingress_only();
    findings.counters(Counters::Delayed, None);
    if rule.actions.len() > MAX_ACTIONS {
        findings.against(
            format!("the driver takes {MAX_ACTIONS} actions a rule: \"actions are too many, {MAX_ACTIONS} are supported\""),
            "use fewer actions, or go on in another chain",
        );
    }
    targets(&mut findings);
    findings.into_prediction()
}

/// Where packets are sent to: links of the same NIC, and chains that it has.
fn targets(findings: &mut Findings<'_>) {
    for action in &findings.rule.actions {
        match &action.kind {
            ActionKind::Redirect(target) | ActionKind::Mirror(target)
                if !target.ingress && findings.is_foreign(target) =>
            {
                findings.against(
                    format!("{} is not on the rule's switch: \"is not a port of\"", target.dev),
                    "send to the uplink or to a representor of the same NIC",
                );
            }
            ActionKind::MirredBlock(_) => {
                findings.against(
                    "the driver sends to links, not to blocks: \"the target is not a port of\"",
                    "redirect to a link of the NIC",
                );
            }
            _ => {}
        }
        if let Control::Goto(chain) = action.control
            && chain > LIMITS.max_chain
        {
            findings.against(
                format!(
                    "the driver knows chains 0 to {}, not {chain}: \"{}\"",
                    LIMITS.max_chain, WORDS.chain
                ),
                "use a lower chain",
            );
        }
    }
}
