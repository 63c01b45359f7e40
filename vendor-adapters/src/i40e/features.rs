//! What this driver has: the files and names that show it.

use smartnic_core::adapter::FeatureFact;

use crate::macros::features;

pub(super) const FEATURES: &[FeatureFact] = features! {
    in "drivers/net/ethernet/intel/i40e/" {
        Sriov: "i40e_main.c", "i40e_pci_sriov_configure";
        VfAddress: "i40e_main.c", "i40e_ndo_set_vf_mac";
        VfRate: "i40e_main.c", "i40e_ndo_set_vf_bw";
        VfTrust: "i40e_main.c", "i40e_ndo_set_vf_trust";
        VfLink: "i40e_main.c", "i40e_ndo_set_vf_link_state";
        Info: "i40e_devlink.c", "i40e_devlink_info_get";
        Params: "i40e_devlink.c", "devlink_params_register";
        Flower [limited
            "to traffic classes of mqprio (hw_tc) only: no drops, no forwarding"]:
            "i40e_main.c", "i40e_configure_clsflower";
        RuleCounters [absent "FLOW_CLS_STATS is refused"]: "i40e_main.c", "i40e_setup_tc_cls_flower";
        Mqprio: "i40e_main.c", "TC_SETUP_QDISC_MQPRIO";
        DcbEts: "i40e_dcb_nl.c", "i40e_dcbnl_ieee_setets";
        DcbPfc: "i40e_dcb_nl.c", "i40e_dcbnl_ieee_setpfc";
        Xsk: "i40e_main.c", "i40e_xsk_wakeup";
        TunnelPorts: "i40e_main.c", "udp_tunnel_nic_info";
    }
    in "drivers/infiniband/hw/irdma/" {
        Rdma [limited "X722"]: "i40iw_if.c", "i40iw_probe";
    }
};
