//! AMD Pensando DSC, Pollara (`ionic`): the pipeline is programmed on the card.

use smartnic_core::adapter::{
    Adapter, Advice, Change, Evidence, Facts, FeatureFact, Identity, Modes, PciIds,
};

use crate::macros::{caveats, counters, features, said};

const FEATURES: &[FeatureFact] = features! {
    in "drivers/net/ethernet/pensando/ionic/" {
        Sriov: "ionic_bus_pci.c", "ionic_sriov_configure";
        VfAddress: "ionic_lif.c", "ionic_set_vf_mac";
        VfRate: "ionic_lif.c", "ionic_set_vf_rate";
        VfTrust: "ionic_lif.c", "ionic_set_vf_trust";
        VfLink: "ionic_lif.c", "ionic_set_vf_link_state";
        Info: "ionic_devlink.c", "ionic_dl_info_get";
        Flash: "ionic_devlink.c", "ionic_dl_flash_update";
        Flower [absent
            "the pipeline is programmed on the card, not from the host"]:
            "ionic_lif.c", "ionic_netdev_ops";
    }
    in "drivers/infiniband/hw/ionic/" {
        Rdma: "ionic_ibdev.c", "ionic_create_ibdev";
    }
};

const FACTS: Facts = Facts {
    identity: Identity {
        drivers: &["ionic"],
        pci: &[PciIds { vendor: 0x1dd8, devices: &[(0x1002, 0x1003)] }],
        source: Some(Evidence::kernel(
            "drivers/net/ethernet/pensando/ionic/ionic_bus_pci.c",
            "ionic_id_table",
        )),
    },
    trees: &["drivers/net/ethernet/pensando/ionic"],
    surveyed: true,
    features: FEATURES,
    modes: Modes::none(
        "the pipeline of this card is programmed on the card itself: no eswitch modes, no representors on the host",
        said! { in "drivers/net/ethernet/pensando/ionic/" { "the number of VFs changes by way of 0": "ionic_bus_pci.c", "ionic_sriov_configure"; } },
    ),
    advice: &[(
        Change::Firmware,
        Advice {
            steps: &[],
            note: "the driver starts the new firmware itself when it was written; links go down meanwhile",
            source: Evidence::kernel(
                "drivers/net/ethernet/pensando/ionic/ionic_fw.c",
                "IONIC_FW_ACTIVATE_ASYNC",
            ),
        },
    )],
    counters: counters! {
        source Evidence::kernel("drivers/net/ethernet/pensando/ionic/ionic_stats.c", "ionic_port_stats_desc");
        in Ethtool {
            "frames_rx_bad_fcs", Packets, Any, "phy.fcs", "frames with a wrong check sum";
            "hw_rx_dropped", Packets, Any, "rx.discard", "packets that the card dropped";
            "hw_rx_over_errors", Packets, Any, "rx.discard", "packets dropped for want of buffers";
            "frames_rx_pri_*", Packets, Traffic, "", "frames of a priority";
            "rx_pripause_*_1us_count", Microseconds, Rate, "pause.rx", "how long the peer stopped a priority";
            "tx_pripause_*_1us_count", Microseconds, Rate, "pause.tx", "how long this host stopped a priority";
        }
    },
    rdma_drivers: &["ionic_rdma"],
    caveats: caveats! { in "drivers/net/ethernet/pensando/ionic/" {
        "no rules of any classifier reach the card": "ionic_lif.c", "ionic_netdev_ops";
    } },
    ..Facts::new("ionic", "AMD Pensando DSC (Elba, Giglio), Pollara 400")
};

/// The adapter for this driver.
pub(crate) const IONIC: Adapter = Adapter::new(&FACTS);
