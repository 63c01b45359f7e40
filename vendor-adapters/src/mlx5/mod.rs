//! NVIDIA ConnectX-4 and later, BlueField (`mlx5_core`).

mod predict;
#[cfg(test)]
mod tests;
mod transition;

use smartnic_core::Result;
use smartnic_core::adapter::{
    Capabilities, DeviceIdentity, EswitchState, EswitchTarget, FlowLimits, OffloadContext, Prediction, Step,
    VendorAdapter,
};
use smartnic_core::flow::{ActionSet, KeySet, MAX_CHAIN, Rule};

use crate::identity::Claim;

const NAME: &str = "mlx5";

/// `mlx5_core_pci_table`.
const CLAIM: Claim = Claim {
    driver: "mlx5_core",
    vendor: Some(0x15b3),
    devices: &[
        0x1011..=0x1027,
        0x2101..=0x2101,
        0xa2d2..=0xa2d3,
        0xa2d6..=0xa2d6,
        0xa2dc..=0xa2dc,
        0xa2df..=0xa2df,
    ],
};

/// What `__parse_cls_flower` reads and `tc_acts_fdb` carries out.
///
/// Chains and priorities have no bound on devices that can ignore the flow level (ConnectX-5 and later); older
/// ones know chains 0 to 3.
const SWITCHDEV: FlowLimits = FlowLimits {
    keys: FlowLimits::ALL.keys.difference(
        KeySet::PORTS_RANGE
            .union(KeySet::NUM_OF_VLANS)
            .union(KeySet::PPPOE)
            .union(KeySet::ARP)
            .union(KeySet::L2TPV3)
            .union(KeySet::IPSEC)
            .union(KeySet::CFM)
            .union(KeySet::HASH),
    ),
    actions: FlowLimits::ALL.actions.difference(
        ActionSet::MPLS_MANGLE
            .union(ActionSet::MARK)
            .union(ActionSet::PRIORITY)
            .union(ActionSet::QUEUE)
            .union(ActionSet::GATE),
    ),
    max_chain: MAX_CHAIN,
};

/// What the PF's own receive tables take in legacy mode (`tc_acts_nic`).
const LEGACY: FlowLimits = FlowLimits {
    actions: ActionSet::ACCEPT.union(ActionSet::DROP).union(ActionSet::GOTO).union(ActionSet::REDIRECT),
    ..SWITCHDEV
};

/// The adapter for `mlx5_core`.
#[derive(Debug, Clone, Copy)]
pub struct Mlx5;

impl VendorAdapter for Mlx5 {
    fn name(&self) -> &'static str {
        NAME
    }

    fn matches(&self, device: &DeviceIdentity) -> bool {
        CLAIM.matches(device)
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities { representors: true, sub_functions: true, rule_counters: true, flow: Some(SWITCHDEV) }
    }

    fn transition(&self, state: &EswitchState, target: &EswitchTarget) -> Result<Vec<Step>> {
        transition::steps(state, target)
    }

    fn predict(&self, rule: &Rule, context: &OffloadContext<'_>) -> Prediction {
        predict::predict(rule, context)
    }
}
