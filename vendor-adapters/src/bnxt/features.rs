//! What `bnxt_en` has: the files and names that show it.

use smartnic_core::adapter::FeatureFact;

use crate::macros::features;

pub(super) const FEATURES: &[FeatureFact] = features! {
    in "drivers/net/ethernet/broadcom/bnxt/" {
        Sriov: "bnxt.c", "bnxt_sriov_configure";
        VfAddress: "bnxt.c", "bnxt_set_vf_mac";
        VfRate: "bnxt.c", "bnxt_set_vf_bw";
        VfTrust: "bnxt.c", "bnxt_set_vf_trust";
        VfLink: "bnxt.c", "bnxt_set_vf_link_state";
        EswitchMode: "bnxt_devlink.c", "bnxt_dl_eswitch_mode_set";
        Representors [limited "VFs only; the PF is its own uplink"]: "bnxt_vfr.c", "bnxt_vf_reps_create";
        Info: "bnxt_devlink.c", "bnxt_dl_info_get";
        Params: "bnxt_devlink.c", "devlink_params_register";
        Reload: "bnxt_devlink.c", "DEVLINK_RELOAD_ACTION_DRIVER_REINIT";
        FirmwareActivate: "bnxt_devlink.c", "DEVLINK_RELOAD_ACTION_FW_ACTIVATE";
        Flash: "bnxt_devlink.c", "bnxt_dl_flash_update";
        Health: "bnxt_devlink.c", "devlink_health_reporter_ops";
        Selftests: "bnxt_devlink.c", "bnxt_dl_selftest_run";
        Flower: "bnxt.c", "TC_SETUP_CLSFLOWER";
        Rewrite [limited
            "MAC addresses, IP addresses, ports of TCP and UDP"]:
            "bnxt_tc.c", "bnxt_tc_parse_pedit";
        Tunnels [limited "VXLAN over IPv4"]: "bnxt_tc.c", "bnxt_tc_parse_tunnel_set";
        OtherDevices: "bnxt_tc.c", "flow_indr_dev_register";
        Mqprio: "bnxt.c", "TC_SETUP_QDISC_MQPRIO";
        DcbEts: "bnxt_dcb.c", "bnxt_dcbnl_ieee_setets";
        DcbPfc: "bnxt_dcb.c", "bnxt_dcbnl_ieee_setpfc";
        TunnelPorts: "bnxt.c", "udp_tunnel_nic_info";
        QueueApi: "bnxt.c", "netdev_queue_mgmt_ops";
        FecStats: "bnxt_ethtool.c", "bnxt_get_fec_stats";
    }
    in "drivers/infiniband/hw/bnxt_re/" {
        Rdma: "main.c", "bnxt_re_probe";
    }
};
