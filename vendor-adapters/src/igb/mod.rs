//! Intel I350, I210, 82576 (`igb`): no eswitch; rules choose traffic classes.

mod features;
mod predict;
#[cfg(test)]
mod tests;

use smartnic_core::adapter::{
    Activation, Adapter, Advice, Change, Evidence, Facts, FlowFacts, FlowLimits, Identity, Modes, PciIds,
};
use smartnic_core::flow::{ActionSet, KeySet};

use crate::macros::{caveats, counters, said};

const NAME: &str = "igb";

/// What `igb_parse_cls_flower` reads. Actions are not looked at: the rule's class says where packets go.
const LIMITS: FlowLimits = FlowLimits {
    keys: KeySet::BASIC.union(KeySet::CONTROL).union(KeySet::ETH_ADDRS).union(KeySet::VLAN),
    actions: ActionSet::empty(),
    max_chain: 0,
};

const FLOW: FlowFacts = FlowFacts {
    counters: false,
    rules: said! { in "drivers/net/ethernet/intel/igb/" {
        "a rule names a traffic class of mqprio or taprio (hw_tc)": "igb_main.c", "Invalid traffic class";
        "MAC addresses whole, no masks": "igb_main.c", "Only full masks are supported for destination MAC address";
        "of a VLAN tag, the priority; its id is passed over": "igb_main.c", "Only full mask is supported for VLAN priority";
        "two rules with the same match do not go together": "igb_main.c", "This filter is already set in cls_flower";
    } },
    capacity: said! { in "drivers/net/ethernet/intel/igb/" {
        "16 rules by MAC address and 3 by EtherType, shared with ntuple": "igb.h", "MAX_ETYPE_FILTER";
    } },
    ..FlowFacts::new(LIMITS)
};

const FACTS: Facts = Facts {
    identity: Identity {
        drivers: &["igb"],
        pci: &[PciIds {
            vendor: 0x8086,
            devices: &[
                (0x0438, 0x0438),
                (0x043a, 0x043a),
                (0x043c, 0x043c),
                (0x0440, 0x0440),
                (0x10a7, 0x10a7),
                (0x10a9, 0x10a9),
                (0x10c9, 0x10c9),
                (0x10d6, 0x10d6),
                (0x10e6, 0x10e8),
                (0x150a, 0x150a),
                (0x150d, 0x1511),
                (0x1516, 0x1516),
                (0x1518, 0x1518),
                (0x1521, 0x1524),
                (0x1526, 0x1527),
                (0x1533, 0x1533),
                (0x1536, 0x1539),
                (0x157b, 0x157c),
                (0x1f40, 0x1f41),
                (0x1f45, 0x1f45),
            ],
        }],
        source: Some(Evidence::kernel("drivers/net/ethernet/intel/igb/igb_main.c", "igb_pci_tbl")),
    },
    trees: &["drivers/net/ethernet/intel/igb"],
    surveyed: true,
    features: features::FEATURES,
    modes: Modes::none(
        "igb has SR-IOV in its legacy form only: no eswitch modes, no representors",
        said! { in "drivers/net/ethernet/intel/igb/" { "the number of VFs changes by way of 0": "igb_main.c", "igb_pci_sriov_configure"; "7 VFs at most": "igb_main.c", "Maximum of 7 VFs per PF"; } },
    ),
    flow: Some(FLOW),
    advice: &[(
        Change::Firmware,
        Advice {
            steps: &[Activation::Reboot],
            note: "written by Intel's tool or ethtool -E, not by devlink",
            source: Evidence::kernel("drivers/net/ethernet/intel/igb/igb_ethtool.c", "igb_set_eeprom"),
        },
    )],
    counters: counters! {
        source Evidence::kernel("drivers/net/ethernet/intel/igb/igb_ethtool.c", "igb_gstrings_stats");
        in Ethtool {
            "rx_crc_errors", Packets, Any, "phy.fcs", "frames with a wrong check sum";
            "rx_missed_errors", Packets, Any, "rx.discard", "packets dropped for want of buffers on the card";
            "rx_no_buffer_count", Events, Rate, "rx.no_descriptor", "the host had no descriptor ready";
            "rx_flow_control_xoff", Packets, Rate, "pause.rx", "pause frames that the peer sent";
            "tx_flow_control_xoff", Packets, Rate, "pause.tx", "pause frames that this host sent";
            "tx_timeout_count", Events, Any, "health.tx", "a send queue got stuck";
        }
    },
    caveats: caveats! { in "drivers/net/ethernet/intel/igb/" {
        "rules need an I350 or later": "igb_main.c", "hw->mac.type >= e1000_i350";
        "hw-tc-offload is on from the start": "igb_main.c", "netdev->features |= NETIF_F_HW_TC";
    } },
    ..Facts::new(NAME, "Intel 82575, 82576, 82580, I350, I354, I210, I211")
};

/// The adapter for this driver.
pub(crate) const IGB: Adapter = Adapter::new(&FACTS).with_predictions(predict::predict);
