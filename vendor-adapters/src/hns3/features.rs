//! What this driver has: the files and names that show it.

use smartnic_core::adapter::FeatureFact;

use crate::macros::features;

pub(super) const FEATURES: &[FeatureFact] = features! {
    in "drivers/net/ethernet/hisilicon/hns3/" {
        Sriov: "hns3_enet.c", "hns3_pci_sriov_configure";
        VfAddress: "hns3_enet.c", "hns3_nic_set_vf_mac";
        VfRate: "hns3_enet.c", "hns3_nic_set_vf_rate";
        VfTrust: "hns3_enet.c", "hns3_set_vf_trust";
        VfLink: "hns3_enet.c", "hns3_nic_set_vf_link_state";
        Info: "hns3pf/hclge_devlink.c", "hclge_devlink_info_get";
        Reload: "hns3pf/hclge_devlink.c", "DEVLINK_RELOAD_ACTION_DRIVER_REINIT";
        Flower [limited
            "one action: drop, a queue, or a traffic class"]:
            "hns3pf/hclge_fd.c", "hclge_get_tc_flower_action";
        RuleCounters [absent "FLOW_CLS_STATS is refused"]: "hns3_enet.c", "hns3_setup_tc_cls_flower";
        Mqprio: "hns3_enet.c", "TC_SETUP_QDISC_MQPRIO";
        DcbEts: "hns3_dcbnl.c", "hns3_dcbnl_ieee_setets";
        DcbPfc: "hns3_dcbnl.c", "hns3_dcbnl_ieee_setpfc";
        FecStats: "hns3_ethtool.c", "hns3_get_fec_stats";
    }
    in "drivers/infiniband/hw/hns/" {
        Rdma: "hns_roce_hw_v2.c", "hns_roce_hw_v2_init_instance";
    }
};
