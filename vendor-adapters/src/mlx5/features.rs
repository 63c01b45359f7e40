//! What `mlx5_core` has: the files and names that show it.

use smartnic_core::adapter::FeatureFact;

use crate::macros::features;

pub(super) const FEATURES: &[FeatureFact] = features! {
    in "drivers/net/ethernet/mellanox/mlx5/core/" {
        Sriov: "main.c", "mlx5_core_sriov_configure";
        VfAddress: "en_main.c", "mlx5e_set_vf_mac";
        VfRate: "en_main.c", "mlx5e_set_vf_rate";
        VfTrust: "en_main.c", "mlx5e_set_vf_trust";
        VfLink: "en_main.c", "mlx5e_set_vf_link_state";
        EswitchMode: "devlink.c", "mlx5_devlink_eswitch_mode_set";
        Representors: "esw/devlink_port.c", "devlink_port_attrs_pci_vf_set";
        InlineMode [limited
            "only where the card does not say which mode it wants"]:
            "devlink.c", "mlx5_devlink_eswitch_inline_mode_set";
        EncapMode: "devlink.c", "mlx5_devlink_eswitch_encap_mode_set";
        SubFunctions [limited
            "on the eswitch manager, in switchdev mode"]:
            "devlink.c", "mlx5_devlink_sf_port_new";
        PortAddress: "esw/devlink_port.c", "mlx5_devlink_port_fn_hw_addr_set";
        PortRoce: "esw/devlink_port.c", "mlx5_devlink_port_fn_roce_set";
        PortMigratable: "esw/devlink_port.c", "mlx5_devlink_port_fn_migratable_set";
        PortIpsec [limited
            "needs firmware that can; before the VF is bound"]:
            "esw/devlink_port.c", "mlx5_devlink_port_fn_ipsec_packet_set";
        PortEventQueues: "esw/devlink_port.c", "mlx5_devlink_port_fn_max_io_eqs_set";
        Rate: "devlink.c", "mlx5_esw_devlink_rate_leaf_tx_max_set";
        RateNodes: "devlink.c", "mlx5_esw_devlink_rate_node_new";
        RateClasses: "devlink.c", "mlx5_esw_devlink_rate_leaf_tc_bw_set";
        Info: "devlink.c", "mlx5_devlink_info_get";
        Params: "devlink.c", "mlx5_devlink_params_register";
        Reload: "devlink.c", "DEVLINK_RELOAD_ACTION_DRIVER_REINIT";
        FirmwareActivate: "devlink.c", "DEVLINK_RELOAD_ACTION_FW_ACTIVATE";
        Flash: "devlink.c", "mlx5_devlink_flash_update";
        Health: "diag/reporter_vnic.c", "devlink_health_reporter_ops";
        Traps: "devlink.c", "mlx5_devlink_trap_action_set";
        Resources: "sf/hw_table.c", "devl_resource_register";
        Flower: "en/rep/tc.c", "TC_SETUP_CLSFLOWER";
        Chains [limited
            "every chain on ConnectX-5 and later; older cards 0 to 3"]:
            "lib/fs_chains.c", "mlx5_chains_get_chain_range";
        Conntrack [limited
            "ct_state +rel and +inv stay in software; needs CONFIG_MLX5_TC_CT"]:
            "en/tc_ct.c", "mlx5_tc_ct_match_add";
        Matchall [limited
            "police on representors of functions, priority 1"]:
            "en_tc.c", "mlx5 supports only police action for matchall";
        FlowTable: "en/rep/tc.c", "TC_SETUP_FT";
        Actions: "en/rep/tc.c", "TC_SETUP_ACT";
        OtherDevices: "en/rep/tc.c", "flow_indr_dev_register";
        Mqprio: "en_main.c", "TC_SETUP_QDISC_MQPRIO";
        Htb: "en_main.c", "TC_SETUP_QDISC_HTB";
        DcbEts: "en_dcbnl.c", "mlx5e_dcbnl_ieee_setets";
        DcbPfc: "en_dcbnl.c", "mlx5e_dcbnl_ieee_setpfc";
        DcbMaxRate: "en_dcbnl.c", "mlx5e_dcbnl_ieee_setmaxrate";
        DcbBuffer: "en_dcbnl.c", "mlx5e_dcbnl_setbuffer";
        BridgeFdb: "en/rep/bridge.c", "SWITCHDEV_FDB_ADD_TO_DEVICE";
        BridgeVlan: "en/rep/bridge.c", "SWITCHDEV_OBJ_ID_PORT_VLAN";
        BridgeMdb: "en/rep/bridge.c", "SWITCHDEV_OBJ_ID_PORT_MDB";
        Lag: "en/rep/bridge.c", "netif_is_lag_master";
        IpsecCrypto: "en_accel/ipsec.c", "mlx5e_xfrm_add_state";
        IpsecPacket: "en_accel/ipsec.c", "mlx5e_xfrm_add_policy";
        Macsec: "en_accel/macsec.c", "mlx5e_macsec_add_secy";
        Tls: "en_accel/ktls.c", "mlx5e_ktls_add";
        Psp: "en_accel/psp.c", "psp_dev_create";
        Xsk: "en_main.c", "mlx5e_xsk_wakeup";
        TunnelPorts: "en_main.c", "udp_tunnel_nic_info";
        QueueApi: "en_main.c", "netdev_queue_mgmt_ops";
        Dpll: "dpll.c", "dpll_device_register";
        FecStats: "en_ethtool.c", "mlx5e_get_fec_stats";
    }
    in "drivers/vdpa/mlx5/net/" {
        Vdpa: "mlx5_vnet.c", "mlx5v_probe";
    }
    in "drivers/infiniband/hw/mlx5/" {
        Rdma: "main.c", "mlx5r_probe";
    }
};
