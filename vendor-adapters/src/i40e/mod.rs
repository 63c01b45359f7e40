//! Intel X710, XL710, XXV710, X722 (`i40e`): no eswitch; rules choose traffic classes.

mod features;
mod predict;
mod roce;
#[cfg(test)]
mod tests;

use smartnic_core::adapter::{
    Activation, Adapter, Advice, Change, Evidence, Facts, FlowFacts, FlowLimits, Identity, Modes, ParamFact,
    PciIds,
};
use smartnic_core::flow::{ActionSet, KeySet};

use crate::macros::{caveats, counters, said};

const NAME: &str = "i40e";

/// What `i40e_parse_cls_flower` reads. Actions are not looked at: the rule's class says where packets go.
const LIMITS: FlowLimits = FlowLimits {
    keys: KeySet::BASIC
        .union(KeySet::CONTROL)
        .union(KeySet::ETH_ADDRS)
        .union(KeySet::VLAN)
        .union(KeySet::IPV4_ADDRS)
        .union(KeySet::IPV6_ADDRS)
        .union(KeySet::PORTS)
        .union(KeySet::ENC_KEYID),
    actions: ActionSet::empty(),
    max_chain: 0,
};

const FLOW: FlowFacts = FlowFacts {
    counters: false,
    rules: said! { in "drivers/net/ethernet/intel/i40e/" {
        "a rule names a traffic class of mqprio other than the first (hw_tc 1 and up)": "i40e_main.c", "Unable to add filter because of invalid destination";
        "to such a class by destination port only": "i40e_main.c", "Specify destination port to direct to traffic class that is not default";
        "addresses, MAC addresses and ports whole, no masks": "i40e_main.c", "Bad ip dst mask";
        "IPv6 addresses count whole, whatever the mask": "i40e_main.c", "I40E_CLOUD_FIELD_IIP";
        "ports of TCP and UDP only": "i40e_main.c", "Only UDP and TCP transport are supported";
        "not while ntuple filters are there": "i40e_main.c", "Flow Director Sideband filters exists, turn ntuple off to configure cloud filters";
    } },
    capacity: said! { in "drivers/net/ethernet/intel/i40e/" {
        "the firmware's table of cloud filters, shared with macvlans": "i40e_main.c", "i40e_add_del_cloud_filter_big_buf";
    } },
    log_prefix: Some("i40e"),
    refusal_note: Some("i40e writes its reasons into the kernel log only, where only root may look: dmesg"),
    ..FlowFacts::new(LIMITS)
};

const FACTS: Facts = Facts {
    identity: Identity {
        drivers: &["i40e"],
        pci: &[PciIds {
            vendor: 0x8086,
            devices: &[
                (0x0cf8, 0x0cf8),
                (0x0d58, 0x0d58),
                (0x0dd2, 0x0dd2),
                (0x0dda, 0x0dda),
                (0x104e, 0x104f),
                (0x1572, 0x1572),
                (0x1574, 0x1574),
                (0x1580, 0x1581),
                (0x1583, 0x158b),
                (0x15ff, 0x15ff),
                (0x37ce, 0x37d3),
            ],
        }],
        source: Some(Evidence::kernel("drivers/net/ethernet/intel/i40e/i40e_main.c", "i40e_pci_tbl")),
    },
    trees: &["drivers/net/ethernet/intel/i40e"],
    surveyed: true,
    features: features::FEATURES,
    modes: Modes::none(
        "i40e has SR-IOV in its legacy form only: no eswitch modes, no representors",
        said! { in "drivers/net/ethernet/intel/i40e/" { "the number of VFs changes by way of 0": "i40e_virtchnl_pf.c", "i40e_pci_sriov_enable"; "max_mac_per_vf before the VFs": "i40e_devlink.c", "Cannot change max_mac_per_vf while SR-IOV is enabled"; } },
    ),
    flow: Some(FLOW),
    params: &[ParamFact::runtime(
        "max_mac_per_vf",
        "MAC addresses that a VF may have; 0 leaves it to the driver",
        Evidence::kernel("Documentation/networking/devlink/i40e.rst", "max_mac_per_vf"),
    )
    .generic()
    .note("before SR-IOV is enabled")],
    advice: &[(
        Change::Firmware,
        Advice {
            steps: &[Activation::PowerCycle],
            note: "written by Intel's tool, not by devlink",
            source: Evidence::kernel("drivers/net/ethernet/intel/i40e/i40e_devlink.c", "i40e_devlink_ops"),
        },
    )],
    counters: counters! {
        source Evidence::kernel("drivers/net/ethernet/intel/i40e/i40e_ethtool.c", "i40e_gstrings_stats");
        in Ethtool {
            "port.rx_crc_errors", Packets, Any, "phy.fcs", "frames with a wrong check sum";
            "port.illegal_bytes", Bytes, Any, "phy.symbol_err", "bytes that no code has: cable or optics";
            "port.mac_local_faults", Events, Any, "phy.symbol_err", "this end found the link faulty";
            "port.mac_remote_faults", Events, Any, "phy.symbol_err", "the other end found it faulty";
            "port.rx_dropped", Packets, Any, "rx.discard", "packets dropped for want of buffers";
            "port.tx_dropped_link_down", Packets, Any, "tx.discard", "packets dropped since the link was down";
            "port.link_xoff_rx", Packets, Rate, "pause.rx", "pause frames that the peer sent";
            "port.link_xoff_tx", Packets, Rate, "pause.tx", "pause frames that this host sent";
            "port.rx_priority_*_xoff", Packets, Rate, "pause.rx", "pause frames that the peer sent for a priority";
            "port.tx_priority_*_xoff", Packets, Rate, "pause.tx", "pause frames that this host sent for a priority";
        }
    },
    roce: Some(roce::ROCE),
    rdma_drivers: &["irdma"],
    caveats: caveats! { in "drivers/net/ethernet/intel/i40e/" {
        "hw-tc-offload does not go off while rules are on the card": "i40e_main.c", "Offloaded tc filters active, can't turn hw_tc_offload off";
        "hw-tc-offload is off from the start": "i40e_main.c", "netdev->features &= ~NETIF_F_HW_TC";
    } },
    ..Facts::new(NAME, "Intel X710, XL710, XXV710, X722")
};

/// The adapter for this driver.
pub(crate) const I40E: Adapter = Adapter::new(&FACTS).with_predictions(predict::predict);
