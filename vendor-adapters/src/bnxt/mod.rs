//! Broadcom NetXtreme-C and -E, Stingray, Thor (`bnxt_en`).

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

const NAME: &str = "bnxt";

/// `bnxt_pci_tbl`.
const CLAIM: Claim = Claim {
    driver: "bnxt_en",
    vendor: Some(0x14e4),
    devices: &[
        0x1604..=0x1609,
        0x1614..=0x1614,
        0x16bd..=0x16bd,
        0x16c0..=0x16c5,
        0x16c8..=0x16d9,
        0x16dc..=0x16dc,
        0x16de..=0x16df,
        0x16e1..=0x16e3,
        0x16e5..=0x16f1,
        0x1750..=0x1752,
        0x1760..=0x1763,
        0x1800..=0x1809,
        0x1819..=0x1819,
        0x181b..=0x181b,
        0xd800..=0xd800,
        0xd802..=0xd802,
        0xd804..=0xd804,
    ],
};

/// What `bnxt_tc_parse_flow` reads and `bnxt_tc_parse_actions` carries out.
const LIMITS: FlowLimits = FlowLimits {
    keys: KeySet::BASIC
        .union(KeySet::ETH_ADDRS)
        .union(KeySet::VLAN)
        .union(KeySet::IPV4_ADDRS)
        .union(KeySet::IPV6_ADDRS)
        .union(KeySet::PORTS)
        .union(KeySet::ICMP),
    actions: ActionSet::DROP
        .union(ActionSet::REDIRECT)
        .union(ActionSet::VLAN_PUSH)
        .union(ActionSet::VLAN_POP),
    max_chain: 0,
};

/// The adapter for `bnxt_en`.
#[derive(Debug, Clone, Copy)]
pub struct Bnxt;

impl VendorAdapter for Bnxt {
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

    fn log_prefix(&self) -> Option<&'static str> {
        Some("bnxt_en")
    }

    fn refusal_note(&self) -> Option<&'static str> {
        Some("bnxt_en writes most of its reasons into the kernel log only, where only root may look: dmesg")
    }
}
