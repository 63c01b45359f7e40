//! The NIC of the lab (`labnic`): a kernel module for tests, in `tests/lab/labnic`.
//!
//! What is said here holds for its defaults; its settings in debugfs make it take more or less.

mod predict;
#[cfg(test)]
mod tests;
mod transition;

use smartnic_core::Result;
use smartnic_core::adapter::{
    Capabilities, DeviceIdentity, EswitchState, EswitchTarget, FlowLimits, OffloadContext, Prediction, Step,
    VendorAdapter,
};
use smartnic_core::flow::{ActionSet, KeySet, Rule};

use crate::identity::Claim;

const NAME: &str = "labnic";

const CLAIM: Claim = Claim { driver: "labnic", vendor: None, devices: &[] };

/// `labnic_keys_read` and `labnic_actions_done`.
const LIMITS: FlowLimits = FlowLimits {
    keys: KeySet::BASIC
        .union(KeySet::CONTROL)
        .union(KeySet::META)
        .union(KeySet::ETH_ADDRS)
        .union(KeySet::NUM_OF_VLANS)
        .union(KeySet::VLAN)
        .union(KeySet::CVLAN)
        .union(KeySet::IPV4_ADDRS)
        .union(KeySet::IPV6_ADDRS)
        .union(KeySet::IP)
        .union(KeySet::PORTS)
        .union(KeySet::PORTS_RANGE)
        .union(KeySet::ICMP)
        .union(KeySet::TCP)
        .union(KeySet::ARP),
    actions: ActionSet::ACCEPT
        .union(ActionSet::DROP)
        .union(ActionSet::TRAP)
        .union(ActionSet::GOTO)
        .union(ActionSet::REDIRECT)
        .union(ActionSet::MIRRED)
        .union(ActionSet::VLAN_PUSH)
        .union(ActionSet::VLAN_POP)
        .union(ActionSet::VLAN_MANGLE),
    max_chain: 15,
};

/// The adapter for `labnic`.
#[derive(Debug, Clone, Copy)]
pub struct Labnic;

impl VendorAdapter for Labnic {
    fn name(&self) -> &'static str {
        NAME
    }

    fn matches(&self, device: &DeviceIdentity) -> bool {
        CLAIM.matches(device)
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities { representors: true, sub_functions: false, rule_counters: true, flow: Some(LIMITS) }
    }

    fn transition(&self, state: &EswitchState, target: &EswitchTarget) -> Result<Vec<Step>> {
        transition::steps(state, target)
    }

    fn predict(&self, rule: &Rule, context: &OffloadContext<'_>) -> Prediction {
        predict::predict(rule, context)
    }
}
