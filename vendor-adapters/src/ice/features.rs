//! What `ice` has: the files and names that show it.

use smartnic_core::adapter::FeatureFact;

use crate::macros::features;

pub(super) const FEATURES: &[FeatureFact] = features! {
    in "drivers/net/ethernet/intel/ice/" {
        Sriov: "ice_main.c", "ice_sriov_configure";
        VfAddress: "ice_main.c", "ice_set_vf_mac";
        VfRate: "ice_main.c", "ice_set_vf_bw";
        VfTrust: "ice_main.c", "ice_set_vf_trust";
        VfLink: "ice_main.c", "ice_set_vf_link_state";
        EswitchMode: "devlink/devlink.c", "ice_eswitch_mode_set";
        Representors: "ice_repr.c", "ice_repr_create_vf";
        SubFunctions [limited
            "in switchdev mode, with CONFIG_ICE_SWITCHDEV"]:
            "devlink/devlink.c", "ice_devlink_port_new";
        PortAddress: "devlink/port.c", "ice_devlink_port_set_vf_fn_mac";
        Rate: "devlink/devlink.c", "ice_devlink_rate_leaf_tx_max_set";
        RateNodes: "devlink/devlink.c", "ice_devlink_rate_node_new";
        Info: "devlink/devlink.c", "ice_devlink_info_get";
        Params: "devlink/devlink.c", "devl_params_register";
        Reload [limited
            "not while VFs, or an eswitch in switchdev mode, are there"]:
            "devlink/devlink.c", "DEVLINK_RELOAD_ACTION_DRIVER_REINIT";
        FirmwareActivate: "devlink/devlink.c", "ice_devlink_reload_empr_start";
        Flash: "devlink/devlink.c", "ice_devlink_flash_update";
        Health: "devlink/health.c", "ice_health_init";
        Regions: "devlink/devlink.c", "devlink_region_ops";
        PortSplit [limited "the first port only; needs a reboot"]: "devlink/port.c", "ice_devlink_port_split";
        Flower: "ice_main.c", "TC_SETUP_CLSFLOWER";
        RuleCounters [absent "FLOW_CLS_STATS is refused"]: "ice_main.c", "ice_setup_tc_cls_flower";
        OtherDevices: "ice_main.c", "flow_indr_dev_register";
        Mqprio: "ice_main.c", "TC_SETUP_QDISC_MQPRIO";
        Etf: "ice_main.c", "TC_SETUP_QDISC_ETF";
        DcbEts: "ice_dcb_nl.c", "ice_dcbnl_setets";
        DcbPfc: "ice_dcb_nl.c", "ice_dcbnl_setpfc";
        BridgeFdb: "ice_eswitch_br.c", "SWITCHDEV_FDB_ADD_TO_DEVICE";
        BridgeVlan: "ice_eswitch_br.c", "SWITCHDEV_OBJ_ID_PORT_VLAN";
        Lag [limited "failover of RDMA and of VFs"]: "ice_lag.c", "ice_lag_event_handler";
        Xsk: "ice_main.c", "ice_xsk_wakeup";
        TunnelPorts: "ice_main.c", "udp_tunnel_nic_info";
        Dpll: "ice_dpll.c", "dpll_device_register";
        FecStats: "ice_ethtool.c", "ice_get_fec_stats";
    }
    in "drivers/infiniband/hw/irdma/" {
        Rdma: "icrdma_if.c", "icrdma_probe";
    }
};
