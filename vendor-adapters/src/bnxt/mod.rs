//! Broadcom NetXtreme-C and -E, Stingray, Thor (`bnxt_en`).

mod features;
mod knowledge;
mod predict;
mod rewrite;
mod roce;
#[cfg(test)]
mod tests;
mod transition;

use smartnic_core::adapter::{Adapter, Evidence, Facts, FlowFacts, FlowLimits, Identity, Modes, PciIds};
use smartnic_core::flow::{ActionSet, KeySet};

use crate::macros::said;

const NAME: &str = "bnxt";

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
        .union(ActionSet::VLAN_POP)
        .union(ActionSet::TUNNEL_ENCAP)
        .union(ActionSet::TUNNEL_DECAP)
        .union(ActionSet::MANGLE),
    max_chain: 0,
};

const FLOW: FlowFacts = FlowFacts {
    rules: said! { in "drivers/net/ethernet/broadcom/bnxt/" {
        "MAC addresses whole, no masks": "bnxt_tc.c", "Wildcard match unsupported for Source MAC";
        "a VLAN by its whole id, with priority 0 or any": "bnxt_tc.c", "Unsupported VLAN TCI";
        "the protocol of the payload must be given": "bnxt_tc.c", "Wildcard match unsupported for Ethertype";
        "ports of TCP and UDP only": "bnxt_tc.c", "Cannot offload non-TCP/UDP";
        "an address under its prefix: a mask with holes becomes one": "bnxt_tc.c", "inet_mask_len";
        "keys and actions that the driver does not know are passed over without a word": "bnxt_tc.c", "bnxt_tc_parse_flow";
        "of several outputs the last counts, and behind a drop nothing does": "bnxt_tc.c", "bnxt_tc_parse_actions";
        "a VLAN tag cannot be changed": "bnxt_tc.c", "bnxt_tc_parse_vlan";
        "tunnels over IPv4 only": "bnxt_tc.c", "FLOW_DISSECTOR_KEY_ENC_IPV6_ADDRS";
        "chain 0 only, counters of kind any only": "bnxt_tc.c", "tc_cls_can_offload_and_chain0";
    } },
    capacity: said! { in "drivers/net/ethernet/broadcom/bnxt/" {
        "the firmware says how many exact rules it holds": "bnxt.h", "max_tx_em_flows";
        "the counters of all rules are read once a second in one go": "bnxt_tc.c", "bnxt_tc_flow_stats_work";
    } },
    log_prefix: Some("bnxt_en"),
    refusal_note: Some(
        "bnxt_en writes most of its reasons into the kernel log only, where only root may look: dmesg",
    ),
    ..FlowFacts::new(LIMITS)
};

const FACTS: Facts = Facts {
    identity: Identity {
        drivers: &["bnxt_en"],
        pci: &[PciIds {
            vendor: 0x14e4,
            devices: &[
                (0x1604, 0x1609),
                (0x1614, 0x1614),
                (0x16bd, 0x16bd),
                (0x16c0, 0x16c5),
                (0x16c8, 0x16d9),
                (0x16dc, 0x16dc),
                (0x16de, 0x16df),
                (0x16e1, 0x16e3),
                (0x16e5, 0x16f1),
                (0x1750, 0x1752),
                (0x1760, 0x1763),
                (0x1800, 0x1809),
                (0x1819, 0x1819),
                (0x181b, 0x181b),
                (0xd800, 0xd800),
                (0xd802, 0xd802),
                (0xd804, 0xd804),
            ],
        }],
        source: Some(Evidence::kernel("drivers/net/ethernet/broadcom/bnxt/bnxt.c", "bnxt_pci_tbl")),
    },
    trees: &["drivers/net/ethernet/broadcom/bnxt"],
    surveyed: true,
    features: features::FEATURES,
    modes: Modes {
        rate_tree: false,
        settable: transition::MODES,
        names: "pf0vf1; the PF's own link is the uplink",
        rules: knowledge::MODE_RULES,
        ..Modes::UNKNOWN
    },
    flow: Some(FLOW),
    params: knowledge::PARAMS,
    advice: knowledge::ADVICE,
    counters: knowledge::COUNTERS,
    roce: Some(roce::ROCE),
    rdma_drivers: &["bnxt_re"],
    caveats: knowledge::CAVEATS,
    settings: knowledge::SETTINGS,
    ..Facts::new(NAME, "Broadcom NetXtreme-C and -E, Stingray, Thor, Thor 2")
};

/// The adapter for `bnxt_en`.
pub(crate) const BNXT: Adapter =
    Adapter::new(&FACTS).with_order(transition::steps).with_predictions(predict::predict);
