//! HiSilicon Kunpeng (`hns3`): no eswitch; rules drop, or choose queues and traffic classes.

mod features;
mod predict;
#[cfg(test)]
mod tests;

use smartnic_core::adapter::{
    Activation, Adapter, Advice, Change, Evidence, Facts, FlowFacts, FlowLimits, Identity, Modes, PciIds,
};
use smartnic_core::flow::{ActionSet, KeySet};

use crate::macros::{caveats, counters, said};

const NAME: &str = "hns3";

/// What `hclge_check_cls_flower` lets pass (in the mode for 2048 rules) and `hclge_get_tc_flower_action` carries out.
const LIMITS: FlowLimits = FlowLimits {
    keys: KeySet::CONTROL
        .union(KeySet::BASIC)
        .union(KeySet::VLAN)
        .union(KeySet::IPV4_ADDRS)
        .union(KeySet::IPV6_ADDRS)
        .union(KeySet::PORTS)
        .union(KeySet::IP)
        .union(KeySet::ETH_ADDRS)
        .union(KeySet::ENC_KEYID),
    actions: ActionSet::DROP.union(ActionSet::QUEUE),
    max_chain: 0,
};

const FLOW: FlowFacts = FlowFacts {
    counters: false,
    rules: said! { in "drivers/net/ethernet/hisilicon/hns3/hns3pf/" {
        "one action": "hclge_fd.c", "unsupported multiple actions";
        "a priority of its own for each rule, from 1 to the number of rules": "hclge_fd.c", "is already used";
        "TOS, no TTL": "hclge_fd.c", "unsupported TTL";
        "a tunnel's key whole": "hclge_fd.c", "invalid enc_keyid";
        "no flags of packets": "hclge_fd.c", "flow_rule_has_control_flags";
        "a class or an action, not both": "hclge_fd.c", "cannot specify both classid and action";
    } },
    capacity: said! { in "drivers/net/ethernet/hisilicon/hns3/hns3pf/" {
        "2048 rules with MAC addresses and tunnel keys, 4096 without, by the card's mode": "hclge_fd.c", "HCLGE_FD_MODE_DEPTH_2K_WIDTH_400B_STAGE_1";
    } },
    ..FlowFacts::new(LIMITS)
};

const FACTS: Facts = Facts {
    identity: Identity {
        drivers: &["hns3"],
        pci: &[PciIds { vendor: 0x19e5, devices: &[(0xa220, 0xa226), (0xa228, 0xa228)] }],
        source: Some(Evidence::kernel("drivers/net/ethernet/hisilicon/hns3/hns3_enet.c", "hns3_pci_tbl")),
    },
    trees: &["drivers/net/ethernet/hisilicon/hns3"],
    surveyed: true,
    features: features::FEATURES,
    modes: Modes::none(
        "hns3 has SR-IOV in its legacy form only: no eswitch modes, no representors",
        said! { in "drivers/net/ethernet/hisilicon/hns3/" { "the number of VFs changes by way of 0": "hns3_enet.c", "hns3_pci_sriov_configure"; } },
    ),
    flow: Some(FLOW),
    advice: &[(
        Change::Firmware,
        Advice {
            steps: &[Activation::Reboot],
            note: "firmware comes with that of the machine",
            source: Evidence::kernel(
                "drivers/net/ethernet/hisilicon/hns3/hns3pf/hclge_devlink.c",
                "hclge_devlink_ops",
            ),
        },
    )],
    counters: counters! {
        source Evidence::kernel("drivers/net/ethernet/hisilicon/hns3/hns3pf/hclge_main.c", "g_mac_stats_string");
        in Ethtool {
            "mac_rx_fcs_err_pkt_num", Packets, Any, "phy.fcs", "frames with a wrong check sum";
            "mac_rx_pfc_pri*_pkt_num", Packets, Rate, "pause.rx", "pause frames that the peer sent for a priority";
            "mac_tx_pfc_pri*_pkt_num", Packets, Rate, "pause.tx", "pause frames that this host sent for a priority";
            "mac_rx_pfc_pri*_xoff_time", Microseconds, Rate, "pause.rx", "how long the peer stopped a priority";
            "mac_tx_pfc_pri*_xoff_time", Microseconds, Rate, "pause.tx", "how long this host stopped a priority";
        }
        in EthtoolStandard {
            "fec_uncorrectable_blocks", Blocks, Any, "phy.fec_uncorr", "blocks that error correction could not mend: packets are lost";
        }
    },
    rdma_drivers: &["hns_roce"],
    caveats: caveats! { in "drivers/net/ethernet/hisilicon/hns3/" {
        "hw-tc-offload does not go off while rules are on the card": "hns3_enet.c", "there are offloaded TC filters active, cannot disable HW TC offload";
        "a devlink reload is refused while the device is being reset": "hns3pf/hclge_devlink.c", "reset is handling";
    } },
    ..Facts::new(NAME, "HiSilicon Kunpeng 920 and later")
};

/// The adapter for this driver.
pub(crate) const HNS3: Adapter = Adapter::new(&FACTS).with_predictions(predict::predict);
