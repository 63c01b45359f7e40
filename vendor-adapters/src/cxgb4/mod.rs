//! Chelsio T4, T5, T6 (`cxgb4`): rules between the ports of the card.

mod features;
mod predict;
#[cfg(test)]
mod tests;

use smartnic_core::adapter::{
    Activation, Adapter, Advice, Change, Evidence, Facts, FlowFacts, FlowLimits, Identity, Modes, PciIds,
};
use smartnic_core::flow::{ActionSet, KeySet};

use crate::macros::{caveats, counters, said};

const NAME: &str = "cxgb4";

/// What `cxgb4_validate_flow_match` and `cxgb4_validate_flow_actions` let pass.
const LIMITS: FlowLimits = FlowLimits {
    keys: KeySet::CONTROL
        .union(KeySet::BASIC)
        .union(KeySet::IPV4_ADDRS)
        .union(KeySet::IPV6_ADDRS)
        .union(KeySet::PORTS)
        .union(KeySet::ENC_KEYID)
        .union(KeySet::VLAN)
        .union(KeySet::IP),
    actions: ActionSet::ACCEPT
        .union(ActionSet::DROP)
        .union(ActionSet::REDIRECT)
        .union(ActionSet::VLAN_PUSH)
        .union(ActionSet::VLAN_POP)
        .union(ActionSet::VLAN_MANGLE)
        .union(ActionSet::MANGLE),
    max_chain: 0,
};

const FLOW: FlowFacts = FlowFacts {
    rules: said! { in "drivers/net/ethernet/chelsio/cxgb4/" {
        "no MAC addresses": "cxgb4_tc_flower.c", "Unsupported key used";
        "TOS of IP only, no TTL": "cxgb4_tc_flower.c", "ttl match unsupported for offload";
        "of a packet's flags, only frag": "cxgb4_tc_flower.c", "FLOW_DIS_IS_FRAGMENT";
        "redirects to ports of the same card": "cxgb4_tc_flower.c", "Out port invalid";
        "tags and rewriting with a redirect only": "cxgb4_tc_flower.c", "pedit/vlan rewrite invalid without egress redirect";
        "tags of 802.1Q only": "cxgb4_tc_flower.c", "Unsupported vlan proto";
        "rewriting MAC addresses, or addresses and ports in the combinations of NAT": "cxgb4_tc_flower.c", "Unsupported NAT mode 4-tuple combination";
        "hw_stats of kind any only": "cxgb4_tc_flower.c", "flow_action_basic_hw_stats_check";
        "priorities must fit those of the filters around": "cxgb4_filter.c", "cxgb4_get_free_ftid";
    } },
    capacity: said! { in "drivers/net/ethernet/chelsio/cxgb4/" {
        "some hundred filters with masks (LE-TCAM), many more of whole 5-tuples (hash)": "cxgb4_filter.c", "is_filter_exact_match";
    } },
    ..FlowFacts::new(LIMITS)
};

const FACTS: Facts = Facts {
    identity: Identity {
        drivers: &["cxgb4"],
        pci: &[PciIds {
            vendor: 0x1425,
            devices: &[
                (0x4400, 0x440e),
                (0x4480, 0x4488),
                (0x5400, 0x540e),
                (0x5410, 0x541b),
                (0x5480, 0x5489),
                (0x5490, 0x54b0),
                (0x6401, 0x6409),
                (0x640d, 0x640d),
                (0x6411, 0x6411),
                (0x6414, 0x6415),
                (0x6480, 0x648b),
                (0x6492, 0x6492),
            ],
        }],
        source: Some(Evidence::kernel(
            "drivers/net/ethernet/chelsio/cxgb4/t4_pci_id_tbl.h",
            "CH_PCI_DEVICE_ID_TABLE_DEFINE_BEGIN",
        )),
    },
    trees: &["drivers/net/ethernet/chelsio/cxgb4"],
    surveyed: true,
    features: features::FEATURES,
    modes: Modes::none(
        "cxgb4 has SR-IOV in its legacy form only: no devlink, no eswitch modes, no representors",
        said! { in "drivers/net/ethernet/chelsio/cxgb4/" { "VFs belong to PFs 0 to 3, rules and links to PF 4": "cxgb4_main.c", "cxgb4_iov_configure"; } },
    ),
    flow: Some(FLOW),
    advice: &[(
        Change::Firmware,
        Advice {
            steps: &[Activation::Reboot],
            note: "written by ethtool -f; the driver must be loaded anew",
            source: Evidence::kernel(
                "drivers/net/ethernet/chelsio/cxgb4/cxgb4_ethtool.c",
                "cxgb4_ethtool_flash_region",
            ),
        },
    )],
    counters: counters! {
        source Evidence::kernel("drivers/net/ethernet/chelsio/cxgb4/cxgb4_ethtool.c", "stats_strings");
        in Ethtool {
            "rx_fcs_errors", Packets, Any, "phy.fcs", "frames with a wrong check sum";
            "rx_symbol_errors", Events, Any, "phy.symbol_err", "symbols that were wrong: cable or optics";
            "rx_pause_frames", Packets, Rate, "pause.rx", "pause frames that the peer sent";
            "tx_pause_frames", Packets, Rate, "pause.tx", "pause frames that this host sent";
            "rx_ovflow*_frames", Packets, Any, "rx.discard", "packets dropped for want of buffers";
            "rx_bg*_frames_dropped", Packets, Any, "rx.discard", "packets dropped by a group of buffers";
            "db_drop", Events, Any, "tx.doorbell", "the card lost word of work to do: it is overrun";
        }
    },
    rdma_drivers: &["iw_cxgb4"],
    caveats: caveats! { in "drivers/net/ethernet/chelsio/cxgb4/" {
        "no devlink device: the inventory finds these cards by their PCI function": "cxgb4_main.c", "cxgb4_driver";
        "a rule that no priority fits is refused though there is space": "cxgb4_tc_flower.c", "No free LETCAM index available";
    } },
    ..Facts::new(NAME, "Chelsio T4, T5, T6")
};

/// The adapter for this driver.
pub(crate) const CXGB4: Adapter = Adapter::new(&FACTS).with_predictions(predict::predict);
