//! The kernel's simulated device for tests (`netdevsim`).

mod predict;
#[cfg(test)]
mod tests;
mod transition;

use smartnic_core::Result;
use smartnic_core::adapter::{
    Capabilities, DeviceIdentity, EswitchState, EswitchTarget, FlowLimits, OffloadContext, Prediction, Step,
    VendorAdapter,
};
use smartnic_core::flow::{ActionSet, Rule};

use crate::identity::Claim;

const NAME: &str = "netdevsim";

const CLAIM: Claim = Claim { driver: "netdevsim", vendor: None, devices: &[] };

/// Everything that the kernel offers to a driver: `nsim_setup_tc_block_cb` says yes without a look (Linux 7.2).
const LIMITS: FlowLimits = FlowLimits {
    actions: FlowLimits::ALL
        .actions
        .difference(ActionSet::CONTINUE)
        .difference(ActionSet::PIPE)
        .difference(ActionSet::RECLASSIFY),
    ..FlowLimits::ALL
};

/// The adapter for `netdevsim`.
#[derive(Debug, Clone, Copy)]
pub struct Netdevsim;

impl VendorAdapter for Netdevsim {
    fn name(&self) -> &'static str {
        NAME
    }

    fn matches(&self, device: &DeviceIdentity) -> bool {
        CLAIM.matches(device)
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities { representors: true, sub_functions: false, rule_counters: false, flow: Some(LIMITS) }
    }

    fn transition(&self, state: &EswitchState, target: &EswitchTarget) -> Result<Vec<Step>> {
        transition::steps(state, target)
    }

    fn predict(&self, rule: &Rule, context: &OffloadContext<'_>) -> Prediction {
        predict::predict(rule, context)
    }
}
