//! What this driver has: the files and names that show it.

use smartnic_core::adapter::FeatureFact;

use crate::macros::features;

pub(super) const FEATURES: &[FeatureFact] = features! {
    in "drivers/net/ethernet/intel/igb/" {
        Sriov: "igb_main.c", "igb_pci_sriov_configure";
        VfAddress: "igb_main.c", "igb_ndo_set_vf_mac";
        VfRate: "igb_main.c", "igb_ndo_set_vf_bw";
        VfTrust: "igb_main.c", "igb_ndo_set_vf_trust";
        Flower [limited
            "to traffic classes (hw_tc) by MAC address, EtherType or VLAN priority; I350 and later"]:
            "igb_main.c", "igb_configure_clsflower";
        RuleCounters [absent "FLOW_CLS_STATS is refused"]: "igb_main.c", "igb_setup_tc_cls_flower";
        Taprio: "igb_main.c", "TC_SETUP_QDISC_TAPRIO";
        Cbs [limited "I210"]: "igb_main.c", "TC_SETUP_QDISC_CBS";
        Etf [limited "I210"]: "igb_main.c", "TC_SETUP_QDISC_ETF";
        Xsk: "igb_main.c", "igb_xsk_wakeup";
    }
};
