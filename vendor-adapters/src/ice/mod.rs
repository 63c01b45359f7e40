//! Intel E810, E82x, E830 (`ice`).

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

const NAME: &str = "ice";

/// `ice_pci_tbl`.
const CLAIM: Claim = Claim {
    driver: "ice",
    vendor: Some(0x8086),
    devices: &[
        0x1248..=0x124a,
        0x124c..=0x124f,
        0x1261..=0x1263,
        0x1265..=0x1267,
        0x12d1..=0x12d5,
        0x12d8..=0x12d8,
        0x12da..=0x12da,
        0x12dc..=0x12de,
        0x151d..=0x151d,
        0x1591..=0x1593,
        0x1599..=0x159b,
        0x1888..=0x1888,
        0x188a..=0x188e,
        0x1890..=0x1894,
        0x1897..=0x189a,
        0x579c..=0x579f,
    ],
};

/// What `ice_parse_cls_flower` reads and `ice_eswitch_tc_parse_action` carries out.
const SWITCHDEV: FlowLimits = FlowLimits {
    keys: KeySet::BASIC
        .union(KeySet::ETH_ADDRS)
        .union(KeySet::VLAN)
        .union(KeySet::CVLAN)
        .union(KeySet::PPPOE)
        .union(KeySet::L2TPV3)
        .union(KeySet::IPV4_ADDRS)
        .union(KeySet::IPV6_ADDRS)
        .union(KeySet::IP)
        .union(KeySet::PORTS)
        .union(KeySet::CONTROL)
        .union(crate::tunnel::KEYS),
    actions: ActionSet::DROP.union(ActionSet::REDIRECT).union(ActionSet::MIRRED),
    max_chain: 0,
};

/// What `ice_tc_parse_action` carries out in legacy mode, beside queues.
const LEGACY: FlowLimits = FlowLimits { actions: ActionSet::DROP, ..SWITCHDEV };

/// The adapter for `ice`.
#[derive(Debug, Clone, Copy)]
pub struct Ice;

impl VendorAdapter for Ice {
    fn name(&self) -> &'static str {
        NAME
    }

    fn matches(&self, device: &DeviceIdentity) -> bool {
        CLAIM.matches(device)
    }

    /// `ice_setup_tc_cls_flower` refuses `FLOW_CLS_STATS`: the kernel learns of no packet that the NIC handled.
    fn capabilities(&self) -> Capabilities {
        Capabilities { representors: true, sub_functions: true, rule_counters: false, flow: Some(SWITCHDEV) }
    }

    fn transition(&self, state: &EswitchState, target: &EswitchTarget) -> Result<Vec<Step>> {
        transition::steps(state, target)
    }

    fn predict(&self, rule: &Rule, context: &OffloadContext<'_>) -> Prediction {
        predict::predict(rule, context)
    }
}
