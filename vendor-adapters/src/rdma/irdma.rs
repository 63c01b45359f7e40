//! Intel E810, X722 and E2000 as RDMA devices (`irdma`).

use smartnic_core::adapter::{
    Adapter, DriverKind, Evidence, Facts, FeatureFact, Identity, RdmaFacts, Transport,
};

use crate::macros::{counters, features, said};

const FEATURES: &[FeatureFact] = features! {
    in "drivers/infiniband/hw/irdma/" {
        RoceV2: "verbs.c", "RDMA_CORE_PORT_IBA_ROCE_UDP_ENCAP";
        Iwarp [limited "not together with RoCE; not on E2000"]: "verbs.c", "RDMA_CORE_PORT_IWARP";
        ReliableConnections: "verbs.c", "IB_QPT_RC";
        Datagrams [limited "with RoCE"]: "verbs.c", "IB_QPT_UD";
        Atomics [limited "on the third generation (E2000)"]: "verbs.c", "IB_ATOMIC_HCA";
        Srq [limited "on the third generation (E2000)"]: "verbs.c", "irdma_create_srq";
        MemoryWindows: "verbs.c", "irdma_alloc_mw";
        DmaBuf: "verbs.c", "irdma_reg_user_mr_dmabuf";
        PortCounters: "verbs.c", "irdma_alloc_hw_port_stats";
    }
};

const FACTS: Facts = Facts {
    kind: DriverKind::Rdma,
    identity: Identity {
        drivers: &[
            "irdma",
            "irdma.roce",
            "irdma.iwarp",
            "irdma.gen_1",
            "irdma.gen_2",
            "irdma.core",
            "irdma.vdev",
        ],
        pci: &[],
        source: None,
    },
    trees: &["drivers/infiniband/hw/irdma"],
    surveyed: true,
    features: FEATURES,
    rdma: Some(RdmaFacts {
        driver_id: 9,
        direct: None,
        name_pattern: "irdma%d",
        stands_on: &["ice", "i40e", "idpf"],
        transports: &[Transport::RoceV2, Transport::Iwarp],
        gids: said! { in "drivers/infiniband/hw/irdma/" {
            "RoCE v2 entries only, for each address of the link": "verbs.c", "RDMA_CORE_PORT_IBA_ROCE_UDP_ENCAP";
            "with iWARP one entry, the MAC address": "verbs.c", "irdma_query_gid";
        } },
        quirks: said! { in "drivers/infiniband/hw/irdma/" {
            "RoCE or iWARP: chosen by ice with devlink, enable_roce or enable_iwarp": "icrdma_if.c", "ice.iwarp";
            "atomic operations and shared receive queues from the third generation on": "verbs.c", "IRDMA_FEATURE_ATOMIC_OPS";
            "the names of counters have blanks in them": "verbs.c", "RNR sent";
        } },
    }),
    counters: counters! {
        source Evidence::kernel("drivers/infiniband/hw/irdma/verbs.c", "irdma_hw_stat_descs");
        in RdmaHardware {
            "RTO", Events, Any, "rdma.retx.timeout", "an acknowledgement did not come in time";
            "Nak Sequence Error", Events, Any, "rdma.retx.seq_nak", "the peer missed a packet";
            "Rcvd Out of order packets", Packets, Any, "rdma.rx.out_of_sequence", "packets came out of order";
            "Nak Sequence Error Implied", Events, Any, "rdma.retx.implied_nak", "an answer was missing";
            "RetransSegs", Packets, Any, "rdma.retx", "packets sent again";
            "RNR received", Events, Rate, "rdma.rnr", "the peer had no receive request ready";
            "RNR sent", Events, Rate, "rdma.rx.no_buffer", "no receive request was ready here";
            "cnpSent", Packets, Rate, "rdma.cc.cnp_tx", "senders were told to slow down";
            "cnpHandled", Packets, Rate, "rdma.cc.cnp_rx", "this sender was told to slow down";
            "cnpIgnored", Packets, Any, "rdma.cc.cnp_ignored", "it was told, and did not";
            "RxECNMrkd", Packets, Rate, "rdma.cc.ecn_rx", "a switch marked packets";
            "CRC errors", Packets, Any, "rdma.icrc", "packets with a wrong CRC";
            "ip4InDiscards", Packets, Any, "rdma.rx.discard", "packets dropped on the way in";
            "rxVlanErrors", Packets, Any, "rdma.rx.error", "packets of an unknown VLAN";
            "InRdma*", Events, Traffic, "", "operations that came in";
            "OutRdma*", Events, Traffic, "", "operations that went out";
        }
    },
    ..Facts::new("irdma", "Intel X722, E810, E82x, E830, IPU E2000")
};

/// The adapter for this driver's RDMA devices.
pub(crate) const IRDMA: Adapter = Adapter::new(&FACTS);
