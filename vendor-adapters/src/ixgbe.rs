//! Intel 82599, X540, X550, E610 (`ixgbe`): no eswitch; rules of u32 only.

use smartnic_core::adapter::{
    Activation, Adapter, Advice, Change, Evidence, Facts, FeatureFact, Identity, Modes, PciIds,
};

use crate::macros::{caveats, counters, features, said};

const FEATURES: &[FeatureFact] = features! {
    in "drivers/net/ethernet/intel/ixgbe/" {
        Sriov: "ixgbe_main.c", "ixgbe_pci_sriov_configure";
        VfAddress: "ixgbe_main.c", "ixgbe_ndo_set_vf_mac";
        VfRate: "ixgbe_main.c", "ixgbe_ndo_set_vf_bw";
        VfTrust: "ixgbe_main.c", "ixgbe_ndo_set_vf_trust";
        VfLink: "ixgbe_main.c", "ixgbe_ndo_set_vf_link_state";
        Info [limited "E610"]: "devlink/devlink.c", "ixgbe_devlink_info_get";
        FirmwareActivate [limited "E610"]: "devlink/devlink.c", "DEVLINK_RELOAD_ACTION_FW_ACTIVATE";
        Flash [limited "E610"]: "devlink/devlink.c", "ixgbe_flash_pldm_image";
        Regions [limited "E610"]: "devlink/region.c", "devlink_region_ops";
        U32 [limited
            "TCP and UDP over IPv4; to queues of VFs and macvlans, or drop"]:
            "ixgbe_main.c", "ixgbe_configure_clsu32";
        Mqprio: "ixgbe_main.c", "TC_SETUP_QDISC_MQPRIO";
        DcbEts: "ixgbe_dcb_nl.c", "ixgbe_dcbnl_ieee_setets";
        DcbPfc: "ixgbe_dcb_nl.c", "ixgbe_dcbnl_ieee_setpfc";
        IpsecCrypto: "ixgbe_ipsec.c", "ixgbe_ipsec_add_sa";
        Xsk: "ixgbe_main.c", "ixgbe_xsk_wakeup";
        TunnelPorts: "ixgbe_main.c", "udp_tunnel_nic_info";
    }
};

const FACTS: Facts = Facts {
    identity: Identity {
        drivers: &["ixgbe"],
        pci: &[PciIds {
            vendor: 0x8086,
            devices: &[
                (0x10b6, 0x10b6),
                (0x10c6, 0x10c8),
                (0x10db, 0x10db),
                (0x10dd, 0x10dd),
                (0x10e1, 0x10e1),
                (0x10ec, 0x10ec),
                (0x10f1, 0x10f1),
                (0x10f4, 0x10f4),
                (0x10f7, 0x10f9),
                (0x10fb, 0x10fc),
                (0x1507, 0x1508),
                (0x150b, 0x150b),
                (0x1514, 0x1514),
                (0x1517, 0x1517),
                (0x151c, 0x151c),
                (0x1528, 0x152a),
                (0x154a, 0x154a),
                (0x154d, 0x154d),
                (0x154f, 0x154f),
                (0x1557, 0x1558),
                (0x1560, 0x1560),
                (0x1563, 0x1563),
                (0x15aa, 0x15ae),
                (0x15b0, 0x15b0),
                (0x15c2, 0x15c4),
                (0x15c6, 0x15c8),
                (0x15ce, 0x15ce),
                (0x15d1, 0x15d1),
                (0x15e4, 0x15e5),
                (0x57ae, 0x57b2),
            ],
        }],
        source: Some(Evidence::kernel("drivers/net/ethernet/intel/ixgbe/ixgbe_main.c", "ixgbe_pci_tbl")),
    },
    trees: &["drivers/net/ethernet/intel/ixgbe"],
    surveyed: true,
    features: FEATURES,
    modes: Modes::none(
        "ixgbe has SR-IOV in its legacy form only: no eswitch modes, no representors",
        said! { in "drivers/net/ethernet/intel/ixgbe/" { "the number of VFs changes by way of 0": "ixgbe_sriov.c", "ixgbe_pci_sriov_enable"; "fewer VFs with traffic classes and offloaded macvlans; none with XDP": "ixgbe_sriov.c", "SRIOV is not supported with XDP"; } },
    ),
    advice: &[(
        Change::Firmware,
        Advice {
            steps: &[Activation::FirmwareReset],
            note: "E610 only; other models are updated by their vendor's tool and need a reboot",
            source: Evidence::kernel(
                "Documentation/networking/devlink/ixgbe.rst",
                "DEVLINK_RELOAD_ACTION_FW_ACTIVATE",
            ),
        },
    )],
    counters: counters! {
        source Evidence::kernel("drivers/net/ethernet/intel/ixgbe/ixgbe_ethtool.c", "ixgbe_gstrings_stats");
        in Ethtool {
            "rx_crc_errors", Packets, Any, "phy.fcs", "frames with a wrong check sum";
            "rx_missed_errors", Packets, Any, "rx.discard", "packets dropped for want of buffers on the card";
            "rx_no_dma_resources", Packets, Any, "rx.no_descriptor", "packets dropped since the host had no descriptor ready";
            "rx_flow_control_xoff", Packets, Rate, "pause.rx", "pause frames that the peer sent";
            "tx_flow_control_xoff", Packets, Rate, "pause.tx", "pause frames that this host sent";
            "tx_timeout_count", Events, Any, "health.tx", "a send queue got stuck";
        }
    },
    caveats: caveats! { in "drivers/net/ethernet/intel/ixgbe/" {
        "rules of flower run in software: the driver is offered u32 only": "ixgbe_main.c", "ixgbe_setup_tc_block_cb";
        "jumps between u32 tables: one level": "ixgbe_main.c", "ixgbe_configure_clsu32";
    } },
    ..Facts::new("ixgbe", "Intel 82599, X540, X550, E610")
};

/// The adapter for this driver.
pub(crate) const IXGBE: Adapter = Adapter::new(&FACTS);
