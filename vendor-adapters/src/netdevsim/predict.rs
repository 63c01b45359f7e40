//! What `nsim_setup_tc_block_cb` makes of a rule.

use smartnic_core::adapter::{OffloadContext, Prediction};
use smartnic_core::flow::Rule;

use super::{LIMITS, NAME};
use crate::findings::{ASK_THE_DRIVER, Findings, Words};

/// The first kernel whose netdevsim takes flower ("netdevsim: tc: allow to test nf_tables offload control plane
/// code").
const FLOWER_SINCE: (u32, u32) = (7, 2);

pub(super) fn predict(rule: &Rule, context: &OffloadContext<'_>) -> Prediction {
    // The driver never asks whether hw-tc-offload is on.
    let context = OffloadContext { tc_offload: None, ..*context };
    let mut findings = Findings::new(NAME, rule, &context);
    match context.kernel_version() {
        Some(version) if version < FLOWER_SINCE => findings.against(
            format!(
                "netdevsim takes no flower rules before Linux {}.{}: \"only offload of BPF classifiers supported\"",
                FLOWER_SINCE.0, FLOWER_SINCE.1
            ),
            "use a newer kernel",
        ),
        Some(_) => {}
        None => findings.doubt(
            format!(
                "whether netdevsim takes flower rules depends on the kernel (since Linux {}.{}), whose release is not known",
                FLOWER_SINCE.0, FLOWER_SINCE.1
            ),
            ASK_THE_DRIVER,
        ),
    }
    findings.limits(&LIMITS, Words::default());
    findings.flower_only();
    findings.ingress_only();
    findings.into_prediction()
}
