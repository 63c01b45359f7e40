//! Marvell FastLinQ 41000, 45000 (`qede`): no eswitch; rules drop.

mod features;
mod predict;
#[cfg(test)]
mod tests;

use smartnic_core::adapter::{
    Activation, Adapter, Advice, Change, Evidence, Facts, FlowFacts, FlowLimits, Identity, Modes, ParamFact,
    PciIds,
};
use smartnic_core::flow::{ActionSet, KeySet};

use crate::macros::{caveats, counters, said};

const NAME: &str = "qede";

/// What `qede_parse_flow_attr` reads and `qede_parse_actions` carries out.
const LIMITS: FlowLimits = FlowLimits {
    keys: KeySet::CONTROL
        .union(KeySet::IPV4_ADDRS)
        .union(KeySet::BASIC)
        .union(KeySet::IPV6_ADDRS)
        .union(KeySet::PORTS),
    actions: ActionSet::DROP,
    max_chain: 0,
};

const FLOW: FlowFacts = FlowFacts {
    counters: false,
    rules: said! { in "drivers/net/ethernet/qlogic/qede/" {
        "TCP and UDP over IPv4 and IPv6 only": "qede_filter.c", "Invalid protocol request";
        "four forms: both addresses and both ports, the destination port, the source address, the destination address": "qede_filter.c", "Invalid N-tuple";
        "addresses and ports whole, no masks": "qede_filter.c", "Do not support ipv4 prefix/masks";
        "all rules of the card in one of the forms": "qede_filter.c", "Filter configuration invalidated";
        "whatever the action, packets are dropped": "qede_filter.c", "b_is_drop = true";
    } },
    capacity: said! { in "drivers/net/ethernet/qlogic/qede/" {
        "256 rules, shared with ntuple and aRFS": "qede_filter.c", "QEDE_RFS_MAX_FLTR";
    } },
    ..FlowFacts::new(LIMITS)
};

const FACTS: Facts = Facts {
    identity: Identity {
        drivers: &["qede"],
        pci: &[PciIds {
            vendor: 0x1077,
            devices: &[
                (0x1634, 0x1634),
                (0x1636, 0x1636),
                (0x1644, 0x1644),
                (0x1654, 0x1654),
                (0x1656, 0x1656),
                (0x1666, 0x1666),
                (0x8070, 0x8070),
            ],
        }],
        source: Some(Evidence::kernel("drivers/net/ethernet/qlogic/qede/qede_main.c", "qede_pci_tbl")),
    },
    trees: &["drivers/net/ethernet/qlogic/qede", "drivers/net/ethernet/qlogic/qed"],
    surveyed: true,
    features: features::FEATURES,
    modes: Modes::none(
        "qede has SR-IOV in its legacy form only: no eswitch modes, no representors",
        said! { in "drivers/net/ethernet/qlogic/" { "the number of VFs changes by way of 0": "qed/qed_sriov.c", "qed_sriov_enable"; } },
    ),
    flow: Some(FLOW),
    params: &[ParamFact::runtime(
        "iwarp_cmt",
        "iWARP on cards of 100 Gbit/s, at a price for other traffic",
        Evidence::kernel("Documentation/networking/devlink/qed.rst", "iwarp_cmt"),
    )],
    advice: &[(
        Change::Firmware,
        Advice {
            steps: &[Activation::Reboot],
            note: "written by ethtool -f",
            source: Evidence::kernel("drivers/net/ethernet/qlogic/qede/qede_ethtool.c", "qede_flash_device"),
        },
    )],
    counters: counters! {
        source Evidence::kernel("drivers/net/ethernet/qlogic/qede/qede_ethtool.c", "qede_stats_arr");
        in Ethtool {
            "rx_crc_errors", Packets, Any, "phy.fcs", "frames with a wrong check sum";
            "no_buff_discards", Packets, Any, "rx.discard", "packets dropped for want of buffers";
            "rx_pfc_frames", Packets, Rate, "pause.rx", "pause frames that the peer sent for priorities";
            "tx_pfc_frames", Packets, Rate, "pause.tx", "pause frames that this host sent for priorities";
            "link_change_count", Events, Any, "link.flap", "how often the link changed";
        }
        in Devlink {
            "health/fw_fatal", Events, Any, "health.fatal", "the firmware stopped";
        }
    },
    rdma_drivers: &["qedr"],
    caveats: caveats! { in "drivers/net/ethernet/qlogic/qede/" {
        "rules are taken once aRFS is there (a PF that can do it, single function mode)": "qede_filter.c", "edev->arfs";
    } },
    ..Facts::new(NAME, "Marvell FastLinQ 41000, 45000")
};

/// The adapter for this driver.
pub(crate) const QEDE: Adapter = Adapter::new(&FACTS).with_predictions(predict::predict);
