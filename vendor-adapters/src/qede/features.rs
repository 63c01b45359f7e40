//! What this driver has: the files and names that show it.

use smartnic_core::adapter::FeatureFact;

use crate::macros::features;

pub(super) const FEATURES: &[FeatureFact] = features! {
    in "drivers/net/ethernet/qlogic/qed/" {
        Sriov: "qed_sriov.c", "qed_sriov_configure";
        Info: "qed_devlink.c", "qed_devlink_info_get";
        Params: "qed_devlink.c", "devlink_params_register";
        Health: "qed_devlink.c", "devlink_health_reporter_ops";
        DcbEts: "qed_dcbx.c", "qed_dcbnl_ieee_setets";
        DcbPfc: "qed_dcbx.c", "qed_dcbnl_ieee_setpfc";
    }
    in "drivers/net/ethernet/qlogic/qede/" {
        VfAddress: "qede_main.c", "qede_set_vf_mac";
        VfRate: "qede_main.c", "qede_set_vf_rate";
        VfTrust: "qede_main.c", "qede_set_vf_trust";
        VfLink: "qede_main.c", "qede_set_vf_link_state";
        Flower [limited "drops, by whole addresses and ports"]: "qede_filter.c", "qede_add_tc_flower_fltr";
        RuleCounters [absent "FLOW_CLS_STATS is refused"]: "qede_main.c", "qede_set_flower";
        Mqprio: "qede_main.c", "TC_SETUP_QDISC_MQPRIO";
        TunnelPorts: "qede_filter.c", "udp_tunnel_nic_info";
    }
    in "drivers/infiniband/hw/qedr/" {
        Rdma [limited "RoCE and iWARP, by qedr"]: "main.c", "qedr_add";
    }
};
