//! What `igb_configure_clsflower` makes of a rule (`igb_main.c`).

use smartnic_core::adapter::{FlowLimits, OffloadContext, Prediction};
use smartnic_core::flow::Rule;

use super::{LIMITS, NAME};
use crate::findings::{Findings, Words};

const WORDS: Words = Words {
    key: "Unsupported key used, only BASIC, CONTROL, ETH_ADDRS and VLAN are supported",
    action: "",
    chain: "Driver supports only offload of chain 0",
};

pub(super) fn predict(rule: &Rule, context: &OffloadContext<'_>) -> Prediction {
    let mut findings = Findings::new(NAME, rule, context);
    // Actions are passed over, not refused.
    findings.limits(&FlowLimits { actions: FlowLimits::ALL.actions, ..LIMITS }, WORDS);
    findings.ingress_only();
    findings.flower_only();
    findings.wants_class("Invalid traffic class");
    let key = &rule.key;
    findings.refuse_if(
        key.dst_mac.is_some_and(|mac| !mac.is_exact()),
        "Only full masks are supported for destination MAC address",
        "match on the whole address",
    );
    findings.refuse_if(
        key.src_mac.is_some_and(|mac| !mac.is_exact()),
        "Only full masks are supported for source MAC address",
        "match on the whole address",
    );
    findings.flags(0, "leave ip_flags out");
    if key.vlan_id.is_some() || key.ip_proto.is_some() {
        findings.doubt(
            "the driver passes over a VLAN's id and the IP protocol: the NIC would act on more packets than the rule says",
            "leave that key out, or keep the rule in software with skip_hw",
        );
    }
    findings.passes_over_actions();
    findings.into_prediction()
}
