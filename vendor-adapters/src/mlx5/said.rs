//! What is to be known of `mlx5_core` beside tables.

use smartnic_core::adapter::{Caveat, Evidence, Said, Setting};

use crate::macros::said;

const ESWITCH: &str = "drivers/net/ethernet/mellanox/mlx5/core/eswitch_offloads.c";

pub(super) const MODE_RULES: &[Said] = said! { in "drivers/net/ethernet/mellanox/mlx5/core/" {
    "VFs are made in legacy mode, and the mode changes while none of them has a driver": "eswitch_offloads.c", "mlx5_devlink_eswitch_mode_set";
    "not while rules or representors are in use: take them off bridges and out of OVS first": "eswitch_offloads.c", "Can't change mode, E-Switch is busy";
    "not while the firmware is being reset": "eswitch_offloads.c", "Can't change eswitch mode during firmware reset";
    "not to switchdev mode while a devlink trap has an action": "eswitch_offloads.c", "Can't change mode while devlink traps are active";
    "not to switchdev mode while the link is in another network namespace than the devlink device": "eswitch_offloads.c", "netdev net namespace has diverged";
    "not while IPsec states or policies are there": "eswitch_offloads.c", "Can't change eswitch mode when IPsec SA and/or policies are configured";
    "between switchdev and switchdev_inactive nothing is built anew: only traffic stops or starts": "eswitch_offloads.c", "mlx5_devlink_switchdev_active_mode_change";
} };

pub(super) const CAVEATS: &[Caveat] = &[
    Caveat::new(
        "inline mode and encap mode change only while no rules are there",
        Evidence::kernel(ESWITCH, "Can't set encapsulation when flows are configured"),
    ),
    Caveat::new(
        "rules that match on connections need a kernel with CONFIG_MLX5_TC_CT",
        Evidence::kernel("drivers/net/ethernet/mellanox/mlx5/core/Kconfig", "MLX5_TC_CT"),
    ),
    Caveat::new(
        "matching on connections does not go together with OVS's tc-policy=skip_sw",
        Evidence::Paper("https://github.com/k8snetworkplumbingwg/sriov-network-operator/issues/38"),
    ),
    Caveat::new(
        "trust in DSCP has no switch: the first DSCP entry of DCB's application table turns it on, taking the last away turns it off, and both start the queues anew",
        Evidence::kernel("drivers/net/ethernet/mellanox/mlx5/core/en_dcbnl.c", "mlx5e_dcbnl_ieee_setapp"),
    ),
    Caveat::new(
        "a BlueField in DPU mode: the card's own processor has the eswitch; on the host the mode is left alone, and no representors are there",
        Evidence::kernel("drivers/net/ethernet/mellanox/mlx5/core/ecpf.c", "mlx5_read_embedded_cpu"),
    ),
    Caveat::new(
        "a reset of the firmware can bring a BlueField back from NIC mode to DPU mode",
        Evidence::Paper("https://github.com/Mellanox/nic-configuration-operator/issues/86"),
    ),
    Caveat::new(
        "BlueField-2 with firmware 24.37.1300 or later: a new number of VFs comes with mstfwreset only, not with a reboot of the host",
        Evidence::Paper("https://github.com/k8snetworkplumbingwg/sriov-network-operator/issues/449"),
    ),
    Caveat::new(
        "after sriov_numvfs is written, the VFs' directories come later: wait for them before anything is unbound",
        Evidence::Paper("https://github.com/k8snetworkplumbingwg/sriov-network-operator/issues/1015"),
    ),
];

pub(super) const SETTINGS: &[Setting] = &[
    Setting {
        what: "flow_steering_mode",
        value: "devlink dev param set DEV name flow_steering_mode value smfs cmode runtime",
        why: "rules are written faster than by firmware (dmfs)",
        source: Evidence::kernel("Documentation/networking/devlink/mlx5.rst", "SMFS mode is faster"),
    },
    Setting {
        what: "hw-tc-offload",
        value: "ethtool -K UPLINK hw-tc-offload on",
        why: "the driver turns it on when it enters switchdev mode, not when it is there already",
        source: Evidence::kernel("drivers/net/ethernet/mellanox/mlx5/core/en_rep.c", "NETIF_F_HW_TC"),
    },
];
