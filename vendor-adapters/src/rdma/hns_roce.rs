//! HiSilicon Kunpeng as RDMA devices (`hns_roce`).

use smartnic_core::adapter::{
    Adapter, DriverKind, Evidence, Facts, FeatureFact, Identity, RdmaFacts, Transport,
};

use crate::macros::{counters, features, said};

const FEATURES: &[FeatureFact] = features! {
    in "drivers/infiniband/hw/hns/" {
        RoceV2: "hns_roce_main.c", "RDMA_CORE_PORT_IBA_ROCE_UDP_ENCAP";
        ReliableConnections: "hns_roce_qp.c", "IB_QPT_RC";
        Datagrams: "hns_roce_qp.c", "IB_QPT_UD";
        Atomics [limited "where the card has them"]: "hns_roce_main.c", "HNS_ROCE_CAP_FLAG_ATOMIC";
        Xrc: "hns_roce_main.c", "hns_roce_alloc_xrcd";
        Srq: "hns_roce_main.c", "hns_roce_create_srq";
        PortCounters: "hns_roce_main.c", "hns_roce_alloc_hw_port_stats";
    }
};

const FACTS: Facts = Facts {
    kind: DriverKind::Rdma,
    identity: Identity { drivers: &["hns_roce", "hns3", "hns_roce_hw_v2"], pci: &[], source: None },
    trees: &["drivers/infiniband/hw/hns"],
    surveyed: true,
    features: FEATURES,
    rdma: Some(RdmaFacts {
        driver_id: 12,
        direct: None,
        name_pattern: "hns_%d",
        stands_on: &["hns3"],
        transports: &[Transport::RoceV1, Transport::RoceV2],
        gids: said! { in "drivers/infiniband/hw/hns/" {
            "RoCE v1 and v2 in turn, for each address of the link and of its VLANs (the kernel's table)": "hns_roce_main.c", "RDMA_CORE_PORT_IBA_ROCE_UDP_ENCAP";
        } },
        quirks: said! { in "drivers/infiniband/hw/hns/" {
            "a bond of two ports is one device (hns_bond_N)": "hns_roce_main.c", "hns_bond_%d";
            "a transport for reliable datagrams with extended connections (XRC)": "hns_roce_main.c", "hns_roce_alloc_xrcd";
            "the algorithm of congestion control is chosen per queue pair": "hns_roce_debugfs.c", "HNS_ROCE_SCC_ALGO_DCQCN";
        } },
    }),
    counters: counters! {
        source Evidence::kernel("drivers/infiniband/hw/hns/hns_roce_main.c", "hns_roce_port_stats_descs");
        in RdmaHardware {
            "rx_cnp_pkt", Packets, Rate, "rdma.cc.cnp_rx", "this sender was told to slow down";
            "tx_cnp_pkt", Packets, Rate, "rdma.cc.cnp_tx", "senders were told to slow down";
            "rx_err_pkt", Packets, Any, "rdma.rx.error", "packets that came in wrong";
            "tx_err_pkt", Packets, Any, "rdma.tx.error", "packets that could not be sent";
            "rx_pkt", Packets, Traffic, "rdma.rx.packets", "packets received";
            "tx_pkt", Packets, Traffic, "rdma.tx.packets", "packets sent";
        }
    },
    ..Facts::new("hns_roce", "HiSilicon Kunpeng 920 and later")
};

/// The adapter for this driver's RDMA devices.
pub(crate) const HNS_ROCE: Adapter = Adapter::new(&FACTS);
