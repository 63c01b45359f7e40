//! The NIC of the lab (`labnic`): a kernel module for tests, in `tests/lab/labnic`.
//!
//! What is said here holds for its defaults; its settings in debugfs make it take more or less.

mod predict;
#[cfg(test)]
mod tests;
mod transition;

use smartnic_core::adapter::{
    Adapter, Evidence, Facts, Feature, FeatureFact, FlowFacts, FlowLimits, Identity, Modes, Said,
};
use smartnic_core::flow::{ActionSet, KeySet};

const NAME: &str = "labnic";

/// Its source is in this project, not in the kernel's tree.
const MODULE: Evidence = Evidence::Paper("tests/lab/labnic");

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

const fn has(feature: Feature) -> FeatureFact {
    FeatureFact { feature, support: smartnic_core::adapter::Support::Supported, source: MODULE }
}

const FACTS: Facts = Facts {
    identity: Identity { drivers: &["labnic"], pci: &[], source: None },
    surveyed: true,
    features: &[
        has(Feature::Sriov),
        has(Feature::EswitchMode),
        has(Feature::Representors),
        has(Feature::Flower),
    ],
    modes: Modes {
        rate_tree: false,
        settable: transition::MODES,
        names: "p0, pf0vf1",
        rules: &[
            Said { text: "VFs and mode in either order", source: MODULE },
            Said { text: "VFs are links, not devices that drivers bind to", source: MODULE },
        ],
        ..Modes::UNKNOWN
    },
    flow: Some(FlowFacts {
        rules: &[
            Said { text: "up to 16 actions a rule", source: MODULE },
            Said { text: "to links of the same NIC only", source: MODULE },
            Said { text: "in switchdev mode only", source: MODULE },
        ],
        capacity: &[Said { text: "its table's size is a file in debugfs", source: MODULE }],
        ..FlowFacts::new(LIMITS)
    }),
    ..Facts::new(NAME, "the lab's own NIC, a kernel module for tests")
};

/// The adapter for `labnic`.
pub(crate) const LABNIC: Adapter =
    Adapter::new(&FACTS).with_order(transition::steps).with_predictions(predict::predict);
