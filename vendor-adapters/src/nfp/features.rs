//! What this driver has: the files and names that show it.

use smartnic_core::adapter::FeatureFact;

use crate::macros::features;

pub(super) const FEATURES: &[FeatureFact] = features! {
    in "drivers/net/ethernet/netronome/nfp/" {
        Sriov: "nfp_main.c", "nfp_pcie_sriov_configure";
        VfAddress: "nfp_net_common.c", "nfp_app_set_vf_mac";
        VfRate: "nfp_net_common.c", "nfp_app_set_vf_rate";
        VfTrust: "nfp_net_common.c", "nfp_app_set_vf_trust";
        VfLink: "nfp_net_common.c", "nfp_app_set_vf_link_state";
        EswitchMode [limited
            "the firmware decides: with the flower firmware it is switchdev and cannot be set"]:
            "nfp_app.h", "nfp_app_eswitch_mode_set";
        Representors [limited "with the flower firmware"]: "flower/main.c", "nfp_flower_spawn_vnic_reprs";
        Info: "nfp_devlink.c", "nfp_devlink_info_get";
        Params: "devlink_param.c", "nfp_devlink_params_register";
        Flash: "nfp_devlink.c", "nfp_devlink_flash_update";
        SharedBuffers: "nfp_devlink.c", "nfp_devlink_sb_pool_set";
        PortSplit: "nfp_devlink.c", "nfp_devlink_port_split";
        Flower: "flower/conntrack.c", "TC_SETUP_CLSFLOWER";
        Chains [limited "for connection tracking only"]: "flower/conntrack.c", "is_post_ct_flow";
        VlanActions [limited "push and pop"]: "flower/action.c", "FLOW_ACTION_VLAN_PUSH";
        Mirror: "flower/action.c", "FLOW_ACTION_MIRRED";
        Conntrack [limited
            "ct and goto in chain 0, +est behind; the flow table carries connections"]:
            "flower/conntrack.c", "is_pre_ct_flow";
        Matchall [limited
            "police on representors of VFs"]:
            "flower/qos_conf.c", "qos rate limit offload not supported on non-VF ports";
        U32 [limited "with the abm firmware"]: "abm/cls.c", "TC_SETUP_CLSU32";
        Bpf [limited "with the bpf firmware"]: "bpf/main.c", "TC_SETUP_CLSBPF";
        Actions: "flower/offload.c", "TC_SETUP_ACT";
        OtherDevices: "flower/main.c", "flow_indr_dev_register";
        Red [limited "with the abm firmware"]: "abm/main.c", "TC_SETUP_QDISC_RED";
        DcbEts: "nic/dcb.c", "nfp_nic_dcbnl_ieee_setets";
        DcbMaxRate: "nic/dcb.c", "nfp_nic_dcbnl_ieee_setmaxrate";
        Lag: "flower/action.c", "netif_is_lag_master";
        IpsecCrypto: "crypto/ipsec.c", "nfp_net_xfrm_add_state";
        Tls: "crypto/tls.c", "nfp_net_tls_add";
        XdpOffload [limited "with the bpf firmware"]: "nfp_net_common.c", "XDP_SETUP_PROG_HW";
        Xsk: "nfp_net_common.c", "nfp_net_xsk_wakeup";
        TunnelPorts: "nfp_net_common.c", "udp_tunnel_nic_info";
    }
};
