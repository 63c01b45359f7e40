//! What this driver has: the files and names that show it.

use smartnic_core::adapter::FeatureFact;

use crate::macros::features;

pub(super) const FEATURES: &[FeatureFact] = features! {
    in "drivers/net/ethernet/chelsio/cxgb4/" {
        Sriov: "cxgb4_main.c", "cxgb4_iov_configure";
        VfAddress: "cxgb4_main.c", "cxgb4_mgmt_set_vf_mac";
        VfRate: "cxgb4_main.c", "cxgb4_mgmt_set_vf_rate";
        VfLink: "cxgb4_main.c", "cxgb4_mgmt_set_vf_link_state";
        Flower: "cxgb4_main.c", "TC_SETUP_CLSFLOWER";
        Rewrite [limited
            "addresses and ports together, as NAT has them"]:
            "cxgb4_tc_flower.c", "cxgb4_action_natmode_validate";
        Mirror [limited
            "by matchall only"]:
            "cxgb4_tc_flower.c", "Egress mirror action is only supported for tc-matchall";
        Police [limited "by matchall on egress only"]: "cxgb4_tc_matchall.c", "cxgb4_matchall_egress_validate";
        Matchall [limited
            "rates on egress, mirrors on ingress"]:
            "cxgb4_tc_matchall.c", "Only policing action supported with Egress MATCHALL offload";
        U32: "cxgb4_main.c", "TC_SETUP_CLSU32";
        Mqprio: "cxgb4_main.c", "TC_SETUP_QDISC_MQPRIO";
        IpsecCrypto: "cxgb4_main.c", "cxgb4_xfrm_add_state";
        Tls: "cxgb4_main.c", "cxgb4_ktls_dev_add";
        TunnelPorts: "cxgb4_main.c", "udp_tunnel_nic_info";
    }
    in "drivers/infiniband/hw/cxgb4/" {
        Rdma [limited "iWARP, by iw_cxgb4"]: "device.c", "c4iw_uld_add";
    }
};
