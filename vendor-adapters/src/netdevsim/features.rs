//! What `netdevsim` has: the files and names that show it.

use smartnic_core::adapter::FeatureFact;

use crate::macros::features;

pub(super) const FEATURES: &[FeatureFact] = features! {
    in "drivers/net/netdevsim/" {
        Sriov [limited
            "by the bus device (/sys/bus/netdevsim/devices/…/sriov_numvfs); its VFs are ports only"]:
            "dev.c", "nsim_drv_configure_vfs";
        VfAddress: "netdev.c", "nsim_set_vf_mac";
        VfRate: "netdev.c", "nsim_set_vf_rate";
        VfTrust: "netdev.c", "nsim_set_vf_trust";
        VfLink: "netdev.c", "nsim_set_vf_link_state";
        EswitchMode: "dev.c", "nsim_devlink_eswitch_mode_set";
        Representors: "dev.c", "DEVLINK_PORT_FLAVOUR_PCI_VF";
        Rate: "dev.c", "nsim_leaf_tx_max_set";
        RateNodes: "dev.c", "nsim_rate_node_new";
        RateClasses: "dev.c", "nsim_leaf_tc_bw_set";
        Info: "dev.c", "nsim_dev_info_get";
        Params: "dev.c", "devl_params_register";
        Reload: "dev.c", "DEVLINK_RELOAD_ACTION_DRIVER_REINIT";
        Flash: "dev.c", "nsim_dev_flash_update";
        Health: "health.c", "devlink_health_reporter_ops";
        Traps: "dev.c", "nsim_dev_devlink_trap_action_set";
        Regions: "dev.c", "devlink_region_ops";
        Resources: "dev.c", "devl_resource_register";
        Flower [limited
            "every rule is taken, none is carried out; since Linux 7.2"]:
            "tc.c", "nsim_setup_tc_block_cb";
        Bpf: "tc.c", "TC_SETUP_CLSBPF";
        FlowTable: "tc.c", "TC_SETUP_FT";
        Ets: "tc.c", "TC_SETUP_QDISC_ETS";
        Taprio: "tc.c", "TC_SETUP_QDISC_TAPRIO";
        Shaper: "netdev.c", "net_shaper_ops";
        IpsecCrypto: "ipsec.c", "nsim_ipsec_add_sa";
        Macsec: "macsec.c", "nsim_macsec_add_secy";
        Psp: "psp.c", "psp_dev_create";
        XdpOffload: "bpf.c", "XDP_SETUP_PROG_HW";
        TunnelPorts: "udp_tunnels.c", "udp_tunnel_nic_info";
        QueueApi: "netdev.c", "netdev_queue_mgmt_ops";
        FecStats: "ethtool.c", "nsim_get_fec_stats";
    }
};
