//! Intel E810, E82x, E830 (`ice`).

mod features;
mod knowledge;
mod predict;
mod roce;
#[cfg(test)]
mod tests;
mod transition;

use smartnic_core::adapter::{Adapter, Evidence, Facts, FlowFacts, FlowLimits, Identity, Modes, PciIds};
use smartnic_core::flow::{ActionSet, KeySet};

use crate::macros::said;

const NAME: &str = "ice";

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

const FLOW: FlowFacts = FlowFacts {
    legacy: Some(LEGACY),
    // `ice_setup_tc_cls_flower` refuses `FLOW_CLS_STATS`: the kernel learns of no packet that the NIC handled.
    counters: false,
    rules: said! { in "drivers/net/ethernet/intel/ice/" {
        "chain 0 only": "ice_main.c", "common.chain_index";
        "one action a rule: of several the last counts": "ice_tc_lib.c", "ice_parse_tc_flower_actions";
        "a drop at the uplink only": "ice_tc_lib.c", "ice_tc_setup_drop_action";
        "from the uplink to representors, from representors to the uplink and to each other": "ice_tc_lib.c", "ice_tc_setup_action";
        "a value of 0 is taken for not given": "ice_tc_lib.c", "ice_tc_set_ipv4";
        "the IP protocol counts with ports only": "ice_tc_lib.c", "ice_tc_set_port";
        "ports of TCP and UDP only": "ice_tc_lib.c", "Only UDP and TCP transport are supported";
        "a tunnel's keys on a tunnel device only": "ice_tc_lib.c", "Tunnel key used, but device isn't a tunnel";
        "on egress LLDP only": "ice_tc_lib.c", "LLDP filtering is not supported on egress in";
        "two rules with the same lookups do not go together": "ice_tc_lib.c", "Unable to add filter because it already exist";
        "in legacy mode, to queues and traffic classes of the PF beside drops": "ice_tc_lib.c", "ice_tc_forward_action";
    } },
    capacity: said! { in "drivers/net/ethernet/intel/ice/" {
        "a rule looks at up to 25 words of 16 bits of a packet, metadata among them": "ice_protocol_type.h", "ICE_MAX_CHAIN_WORDS";
        "every new combination of fields takes a recipe, of which the card has 64": "ice_switch.h", "ICE_MAX_NUM_RECIPES";
        "without a DDP package (safe mode) no rule is taken": "ice_main.c", "ice_is_safe_mode";
    } },
    ..FlowFacts::new(SWITCHDEV)
};

const FACTS: Facts = Facts {
    identity: Identity {
        drivers: &["ice"],
        pci: &[PciIds {
            vendor: 0x8086,
            devices: &[
                (0x1248, 0x124a),
                (0x124c, 0x124f),
                (0x1261, 0x1263),
                (0x1265, 0x1267),
                (0x12d1, 0x12d5),
                (0x12d8, 0x12d8),
                (0x12da, 0x12da),
                (0x12dc, 0x12de),
                (0x151d, 0x151d),
                (0x1591, 0x1593),
                (0x1599, 0x159b),
                (0x1888, 0x1888),
                (0x188a, 0x188e),
                (0x1890, 0x1894),
                (0x1897, 0x189a),
                (0x579c, 0x579f),
            ],
        }],
        source: Some(Evidence::kernel("drivers/net/ethernet/intel/ice/ice_main.c", "ice_pci_tbl")),
    },
    trees: &["drivers/net/ethernet/intel/ice"],
    surveyed: true,
    features: features::FEATURES,
    modes: Modes {
        rate_tree: true,
        settable: transition::MODES,
        names: "pf0vf1, pf0sf2",
        rules: knowledge::MODE_RULES,
        ..Modes::UNKNOWN
    },
    flow: Some(FLOW),
    params: knowledge::PARAMS,
    advice: knowledge::ADVICE,
    counters: knowledge::COUNTERS,
    roce: Some(roce::ROCE),
    rdma_drivers: &["irdma"],
    caveats: knowledge::CAVEATS,
    settings: knowledge::SETTINGS,
    ..Facts::new(NAME, "Intel E810, E82x, E830")
};

/// The adapter for `ice`.
pub(crate) const ICE: Adapter =
    Adapter::new(&FACTS).with_order(transition::steps).with_predictions(predict::predict);
