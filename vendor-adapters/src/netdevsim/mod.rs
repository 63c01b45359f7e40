//! The kernel's simulated device for tests (`netdevsim`).

mod features;
mod predict;
#[cfg(test)]
mod tests;
mod transition;

use smartnic_core::adapter::{
    Adapter, Caveat, Evidence, Facts, FlowFacts, FlowLimits, Identity, Modes, ParamFact,
};
use smartnic_core::flow::ActionSet;

use crate::macros::{caveats, said};

const NAME: &str = "netdevsim";

const DOC: Evidence = Evidence::kernel("Documentation/networking/devlink/netdevsim.rst", "Parameters");

/// Everything that the kernel offers to a driver: `nsim_setup_tc_block_cb` says yes without a look (Linux 7.2).
const LIMITS: FlowLimits = FlowLimits {
    actions: FlowLimits::ALL
        .actions
        .difference(ActionSet::CONTINUE)
        .difference(ActionSet::PIPE)
        .difference(ActionSet::RECLASSIFY),
    ..FlowLimits::ALL
};

const FACTS: Facts = Facts {
    identity: Identity { drivers: &["netdevsim"], pci: &[], source: None },
    trees: &["drivers/net/netdevsim"],
    surveyed: true,
    features: features::FEATURES,
    modes: Modes {
        rate_tree: false,
        settable: transition::MODES,
        names: "pf0vf1",
        rules: said! { in "drivers/net/netdevsim/" {
            "VFs and mode in either order": "dev.c", "nsim_devlink_eswitch_mode_set";
            "taking the last VF away in switchdev mode goes back to legacy mode": "dev.c", "nsim_esw_legacy_enable";
            "VFs are ports only, made by the bus device's sriov_numvfs": "bus.c", "sriov_numvfs";
        } },
        ..Modes::UNKNOWN
    },
    flow: Some(FlowFacts {
        counters: false,
        rules: said! { in "drivers/net/netdevsim/" {
            "every rule is taken, none is carried out": "tc.c", "nsim_setup_tc_block_cb";
            "hw-tc-offload does not matter": "tc.c", "nsim_setup_tc_block_cb";
        } },
        capacity: said! { in "drivers/net/netdevsim/" { "without end": "tc.c", "nsim_setup_tc_block_cb"; } },
        ..FlowFacts::new(LIMITS)
    }),
    params: &[
        ParamFact::driverinit("max_macs", "a number that does nothing", DOC).generic(),
        ParamFact::driverinit("test1", "a switch that does nothing", DOC),
    ],
    caveats: CAVEATS,
    ..Facts::new(NAME, "the kernel's own device for tests, made of software")
};

const CAVEATS: &[Caveat] = &[
    Caveat::new(
        "no rule of flower is taken: only offload of BPF classifiers supported",
        Evidence::Paper("netdevsim: tc: allow to test nf_tables offload control plane code (Linux 7.2)"),
    )
    .until(7, 2),
    FAULTS[0],
];

const FAULTS: &[Caveat] = caveats! { in "drivers/net/netdevsim/" {
    "files in debugfs make operations fail: fail_reload, dont_allow_reload, health/break_health": "dev.c", "fail_reload";
} };

/// The adapter for `netdevsim`.
pub(crate) const NETDEVSIM: Adapter =
    Adapter::new(&FACTS).with_order(transition::steps).with_predictions(predict::predict);
