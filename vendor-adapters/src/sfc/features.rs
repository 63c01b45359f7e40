//! What this driver has: the files and names that show it.

use smartnic_core::adapter::FeatureFact;

use crate::macros::features;

pub(super) const FEATURES: &[FeatureFact] = features! {
    in "drivers/net/ethernet/sfc/" {
        Sriov: "ef100_sriov.c", "efx_ef100_sriov_configure";
        VfAddress [limited "EF10; on EF100 by the port"]: "efx.c", "efx_sriov_set_vf_mac";
        VfLink: "efx.c", "efx_sriov_set_vf_link_state";
        Representors [limited
            "EF100, on the function that manages the match-action engine"]:
            "ef100_rep.c", "efx_ef100_vfrep_create";
        PortAddress: "efx_devlink.c", "efx_devlink_port_addr_set";
        Vdpa [absent "not in this kernel"]: "ef100.c", "sfc_ef100";
        Info: "efx_devlink.c", "efx_devlink_info_get";
        Flash: "efx_devlink.c", "efx_devlink_flash_update";
        Flower [limited "EF100 with a match-action engine"]: "tc.c", "efx_tc_flower_replace";
        VlanActions [limited
            "push and pop, two of each"]:
            "tc.c", "More than two VLAN pushes, or action order violated";
        Rewrite [limited "whole MAC addresses; one off the TTL"]: "tc.c", "efx_tc_mangle";
        Conntrack [limited
            "lookup in chain 0, NAT behind; +trk and +est only"]:
            "tc.c", "efx_tc_rule_is_lhs_rule";
        OtherDevices: "tc.c", "flow_indr_dev_register";
        TunnelPorts: "ef10.c", "udp_tunnel_nic_info";
        FecStats: "ef10.c", "efx_ef10_get_fec_stats";
    }
};
