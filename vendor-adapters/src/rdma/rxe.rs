//! RoCE in software (`rdma_rxe`).

use smartnic_core::adapter::{
    Adapter, DriverKind, Evidence, Facts, FeatureFact, Identity, RdmaFacts, Transport,
};

use crate::macros::{caveats, counters, features, said};

const FEATURES: &[FeatureFact] = features! {
    in "drivers/infiniband/sw/rxe/" {
        RoceV2: "rxe_verbs.c", "RDMA_CORE_PORT_IBA_ROCE_UDP_ENCAP";
        ReliableConnections: "rxe_qp.c", "IB_QPT_RC";
        Datagrams: "rxe_qp.c", "IB_QPT_UD";
        Atomics [limited "within this software only"]: "rxe.c", "IB_ATOMIC_HCA";
        Srq: "rxe_verbs.c", "rxe_create_srq";
        MemoryWindows: "rxe_verbs.c", "rxe_alloc_mw";
        Odp: "rxe.c", "odp_caps";
        PortCounters: "rxe_verbs.c", "rxe_ib_alloc_hw_port_stats";
    }
};

const FACTS: Facts = Facts {
    kind: DriverKind::Rdma,
    identity: Identity { drivers: &["rxe", "rdma_rxe"], pci: &[], source: None },
    trees: &["drivers/infiniband/sw/rxe"],
    surveyed: true,
    features: FEATURES,
    rdma: Some(RdmaFacts {
        driver_id: 14,
        direct: None,
        name_pattern: "rxe%d",
        stands_on: &[],
        transports: &[Transport::RoceV2],
        gids: said! { in "drivers/infiniband/sw/rxe/" {
            "RoCE v2 entries only, for each address of the link": "rxe_verbs.c", "RDMA_CORE_PORT_IBA_ROCE_UDP_ENCAP";
        } },
        quirks: said! { in "drivers/infiniband/sw/rxe/" {
            "made by hand: rdma link add NAME type rxe netdev LINK": "rxe.c", "rxe_link_ops";
            "memory without pins for reliable connections": "rxe.c", "IB_ODP_SUPPORT";
            "atomic operations are atomic within this software": "rxe.c", "IB_ATOMIC_HCA";
            "no counters of congestion: it does not answer marks of switches": "rxe_hw_counters.c", "rxe_counter_descs";
        } },
    }),
    counters: counters! {
        source Evidence::kernel("drivers/infiniband/sw/rxe/rxe_hw_counters.c", "rxe_counter_descs");
        in RdmaHardware {
            "out_of_seq_request", Packets, Any, "rdma.rx.out_of_sequence", "packets came out of order";
            "duplicate_request", Packets, Rate, "rdma.rx.duplicate", "the peer sent again what was here already";
            "rcvd_seq_err", Events, Any, "rdma.retx.seq_nak", "the peer missed a packet";
            "completer_retry_err", Events, Any, "rdma.retx.timeout", "requests were sent again";
            "rcvd_rnr_err", Events, Rate, "rdma.rnr", "the peer had no receive request ready";
            "send_rnr_err", Events, Rate, "rdma.rx.no_buffer", "no receive request was ready here";
            "retry_exceeded_err", Events, Any, "rdma.fatal.retry_exceeded", "a queue pair gave up after all retries";
            "retry_rnr_exceeded_err", Events, Any, "rdma.fatal.rnr_exceeded", "a queue pair gave up since the peer was never ready";
            "send_err", Events, Any, "rdma.tx.error", "packets that could not be sent";
            "link_downed", Events, Any, "link.flap", "how often the link went down";
            "sent_bytes", Bytes, Traffic, "rdma.tx.bytes", "bytes sent";
            "rcvd_bytes", Bytes, Traffic, "rdma.rx.bytes", "bytes received";
        }
    },
    caveats: caveats! { in "drivers/infiniband/sw/rxe/" {
        "for tests and for hosts without a card: the CPU does all the work": "rxe.c", "rxe";
    } },
    ..Facts::new("rxe", "RoCE in software over any link")
};

/// The adapter for this driver's RDMA devices.
pub(crate) const RXE: Adapter = Adapter::new(&FACTS);
