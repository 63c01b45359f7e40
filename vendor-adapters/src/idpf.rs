//! Intel IPU E2000 and other functions that speak the infrastructure data path (`idpf`).

use smartnic_core::adapter::{Adapter, Evidence, Facts, FeatureFact, Identity, Modes, PciIds};

use crate::macros::{caveats, counters, features, said};

const FEATURES: &[FeatureFact] = features! {
    in "drivers/net/ethernet/intel/idpf/" {
        Sriov [limited "as many as the control plane of the IPU gives"]: "idpf_lib.c", "idpf_sriov_configure";
        Flower [absent
            "the eswitch is on the IPU, where its control plane writes the rules"]:
            "idpf_lib.c", "idpf_netdev_ops";
        Xsk: "idpf_lib.c", "idpf_xsk_wakeup";
    }
    in "drivers/infiniband/hw/irdma/" {
        Rdma: "ig3rdma_if.c", "ig3rdma_core_probe";
    }
};

const FACTS: Facts = Facts {
    identity: Identity {
        drivers: &["idpf"],
        pci: &[PciIds { vendor: 0x8086, devices: &[(0x1452, 0x1452), (0x145c, 0x145c)] }],
        source: Some(Evidence::kernel("drivers/net/ethernet/intel/idpf/idpf_main.c", "idpf_pci_tbl")),
    },
    trees: &["drivers/net/ethernet/intel/idpf"],
    surveyed: true,
    features: FEATURES,
    modes: Modes::none(
        "the eswitch of an IPU is on the card and belongs to its control plane: no modes, no representors on the host",
        said! { in "drivers/net/ethernet/intel/idpf/" { "the number of VFs is asked of the control plane": "idpf_lib.c", "idpf_sriov_configure"; } },
    ),
    counters: counters! {
        source Evidence::kernel("drivers/net/ethernet/intel/idpf/idpf_ethtool.c", "idpf_gstrings_port_stats");
        in Ethtool {
            "rx-csum_errors", Packets, Any, "rx.csum", "packets with wrong check sums";
            "rx-bad_descs", Events, Any, "rx.error", "descriptors that the card spoilt";
            "tx-skb_drops", Packets, Any, "tx.drop", "packets that the driver dropped";
            "tx-dma_map_errs", Events, Any, "tx.error", "packets that could not be mapped for the card";
        }
    },
    rdma_drivers: &["irdma"],
    caveats: caveats! { in "drivers/net/ethernet/intel/idpf/" {
        "VFs, rates and rules are set on the IPU, by its own tools or OPI": "idpf_virtchnl.c", "VIRTCHNL2_CAP_SRIOV";
        "a reset of the IPU takes the function away and brings it back": "idpf_lib.c", "idpf_init_hard_reset";
    } },
    ..Facts::new("idpf", "Intel IPU E2000, E2100 and other IDPF functions")
};

/// The adapter for this driver.
pub(crate) const IDPF: Adapter = Adapter::new(&FACTS);
