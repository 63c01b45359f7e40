//! What this driver has: the files and names that show it.

use smartnic_core::adapter::FeatureFact;

use crate::macros::features;

pub(super) const FEATURES: &[FeatureFact] = features! {
    in "drivers/net/ethernet/marvell/octeontx2/" {
        Sriov: "nic/otx2_pf.c", "otx2_sriov_configure";
        VfAddress: "nic/otx2_pf.c", "otx2_set_vf_mac";
        VfTrust: "nic/otx2_pf.c", "otx2_ndo_set_vf_trust";
        EswitchMode [limited
            "on the representor function (rvu_rep) only"]:
            "nic/otx2_devlink.c", "otx2_devlink_eswitch_mode_set";
        Representors [limited "by the representor function (rvu_rep)"]: "nic/rep.c", "rvu_rep_create";
        PortAddress [limited "by the representor function"]: "nic/rep.c", "rvu_rep_dl_port_fn_hw_addr_set";
        Params: "af/rvu_devlink.c", "devlink_params_register";
        Health: "af/rvu_devlink.h", "devlink_health_reporter_ops";
        Flower: "nic/otx2_tc.c", "TC_SETUP_CLSFLOWER";
        VlanActions [limited "pop"]: "nic/otx2_tc.c", "FLOW_ACTION_VLAN_POP";
        Mirror [limited "to the receive side of a link"]: "nic/otx2_tc.c", "FLOW_ACTION_MIRRED_INGRESS";
        Police [limited
            "on CN10K and later"]:
            "nic/otx2_tc.c", "Ingress policing not supported on this platform";
        Matchall [limited "police, one a side"]: "nic/otx2_tc.c", "TC_SETUP_CLSMATCHALL";
        Htb: "nic/otx2_tc.c", "TC_SETUP_QDISC_HTB";
        DcbPfc: "nic/otx2_dcbnl.c", "otx2_dcbnl_ieee_setpfc";
        IpsecCrypto: "nic/cn10k_ipsec.c", "cn10k_ipsec_add_state";
        Macsec: "nic/cn10k_macsec.c", "cn10k_mdo_add_secy";
        Xsk: "nic/otx2_pf.c", "otx2_xsk_wakeup";
        FecStats: "nic/otx2_ethtool.c", "otx2_get_fec_stats";
    }
};
