//! Marvell OCTEON as a PCIe endpoint, the host's side (`octeon_ep`).

use smartnic_core::adapter::{Adapter, Evidence, Facts, FeatureFact, Identity, Modes, PciIds};

use crate::macros::{caveats, counters, features, said};

const FEATURES: &[FeatureFact] = features! {
    in "drivers/net/ethernet/marvell/octeon_ep/" {
        Sriov: "octep_main.c", "octep_sriov_enable";
        VfAddress: "octep_main.c", "octep_set_vf_mac";
        Flower [absent
            "the eswitch is on the card, whose own processors write the rules"]:
            "octep_main.c", "octep_netdev_ops";
    }
    in "drivers/vdpa/octeon_ep/" {
        Vdpa [limited "by another driver for the same card"]: "octep_vdpa_main.c", "octep_vdpa";
    }
};

const FACTS: Facts = Facts {
    identity: Identity {
        drivers: &["octeon_ep"],
        pci: &[PciIds {
            vendor: 0x177d,
            devices: &[
                (0xb100, 0xb100),
                (0xb200, 0xb200),
                (0xb400, 0xb400),
                (0xb900, 0xb900),
                (0xba00, 0xba00),
                (0xbc00, 0xbc00),
                (0xbd00, 0xbd00),
            ],
        }],
        source: Some(Evidence::kernel(
            "drivers/net/ethernet/marvell/octeon_ep/octep_main.c",
            "octep_pci_id_tbl",
        )),
    },
    trees: &["drivers/net/ethernet/marvell/octeon_ep"],
    surveyed: true,
    features: FEATURES,
    modes: Modes::none(
        "this is the host's side of the card: its eswitch and representors are on the card",
        said! { in "drivers/net/ethernet/marvell/octeon_ep/" { "the number of VFs changes by way of 0": "octep_main.c", "octep_sriov_configure"; } },
    ),
    counters: counters! {
        source Evidence::kernel("drivers/net/ethernet/marvell/octeon_ep/octep_ethtool.c", "octep_gstrings_global_stats");
        in Ethtool {
            "rx_err_pkts", Packets, Any, "rx.error", "packets that came in wrong";
            "rx_dropped_pkts_fifo_full", Packets, Any, "rx.discard", "packets dropped for want of buffers";
            "tx_dropped", Packets, Any, "tx.drop", "packets that the driver dropped";
        }
    },
    caveats: caveats! { in "drivers/net/ethernet/marvell/octeon_ep/" {
        "what the host may do is asked of the card's firmware by a mailbox": "octep_ctrl_net.c", "octep_ctrl_net_init";
        "no heartbeat from the firmware: the driver takes the link away": "octep_main.c", "hb_miss_count";
    } },
    ..Facts::new("octeon_ep", "Marvell OCTEON 9 and 10 as PCIe endpoints, host side")
};

/// The adapter for this driver.
pub(crate) const OCTEON_EP: Adapter = Adapter::new(&FACTS);
