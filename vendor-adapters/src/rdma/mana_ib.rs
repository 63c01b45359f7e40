//! Microsoft Azure network adapter as RDMA devices (`mana_ib`).

use smartnic_core::adapter::{
    Adapter, DriverKind, Evidence, Facts, FeatureFact, Identity, RdmaFacts, Transport,
};

use crate::macros::{counters, features, said};

const FEATURES: &[FeatureFact] = features! {
    in "drivers/infiniband/hw/mana/" {
        RoceV2: "main.c", "RDMA_CORE_PORT_IBA_ROCE_UDP_ENCAP";
        ReliableConnections: "qp.c", "IB_QPT_RC";
        Datagrams: "qp.c", "IB_QPT_UD";
        Atomics [absent "none"]: "main.c", "IB_ATOMIC_NONE";
        MemoryWindows: "device.c", "mana_ib_alloc_mw";
        DmaBuf: "device.c", "mana_ib_reg_user_mr_dmabuf";
        DeviceMemory: "device.c", "mana_ib_alloc_dm";
        PortCounters: "device.c", "mana_ib_alloc_hw_port_stats";
    }
};

const FACTS: Facts = Facts {
    kind: DriverKind::Rdma,
    identity: Identity {
        drivers: &["mana_ib", "mana_ib.rdma", "mana.rdma", "mana.eth"],
        pci: &[],
        source: None,
    },
    trees: &["drivers/infiniband/hw/mana"],
    surveyed: true,
    features: FEATURES,
    rdma: Some(RdmaFacts {
        driver_id: 20,
        direct: None,
        name_pattern: "mana_%d",
        stands_on: &["mana"],
        transports: &[Transport::RoceV2],
        gids: said! { in "drivers/infiniband/hw/mana/" {
            "RoCE v1 and v2 in turn, for each address of the link and of its VLANs (the kernel's table)": "main.c", "RDMA_CORE_PORT_IBA_ROCE_UDP_ENCAP";
        } },
        quirks: said! { in "drivers/infiniband/hw/mana/" {
            "manae_N carries raw packets for DPDK only; mana_N is the RDMA device": "device.c", "manae_%d";
            "no atomic operations": "main.c", "IB_ATOMIC_NONE";
        } },
    }),
    counters: counters! {
        source Evidence::kernel("drivers/infiniband/hw/mana/counters.c", "mana_ib_port_stats_desc");
        in RdmaHardware {
            "requester_timeout", Events, Any, "rdma.retx.timeout", "an acknowledgement did not come in time";
            "requester_oos_nak", Events, Any, "rdma.retx.seq_nak", "the peer missed a packet";
            "responder_oos", Packets, Any, "rdma.rx.out_of_sequence", "packets came out of order";
            "requester_implicit_nak", Events, Any, "rdma.retx.implied_nak", "an answer was missing";
            "responder_dup_request", Packets, Rate, "rdma.rx.duplicate", "the peer sent again what was here already";
            "requester_rnr_nak", Events, Rate, "rdma.rnr", "the peer had no receive request ready";
            "responder_rnr_nak", Events, Rate, "rdma.rx.no_buffer", "no receive request was ready here";
            "requester_retries_exceeded", Events, Any, "rdma.fatal.retry_exceeded", "a queue pair gave up after all retries";
            "requester_rnr_nak_retries_exceeded", Events, Any, "rdma.fatal.rnr_exceeded", "a queue pair gave up since the peer was never ready";
            "total_fatal_error", Events, Any, "rdma.fatal.error", "queue pairs that ended with an error";
            "sent_cnps", Packets, Rate, "rdma.cc.cnp_tx", "senders were told to slow down";
            "received_cnps", Packets, Rate, "rdma.cc.cnp_rx", "this sender was told to slow down";
            "received_ecns", Packets, Rate, "rdma.cc.ecn_rx", "a switch marked packets";
            "num_qps_congested", Gauge, Rate, "rdma.cc.congested", "queue pairs that are slowed down now";
            "current_rate", Gauge, Traffic, "rdma.cc.rate", "the rate that is allowed now";
            "tx_bytes", Bytes, Traffic, "rdma.tx.bytes", "bytes sent";
            "rx_bytes", Bytes, Traffic, "rdma.rx.bytes", "bytes received";
        }
    },
    ..Facts::new("mana_ib", "Microsoft Azure network adapters")
};

/// The adapter for this driver's RDMA devices.
pub(crate) const MANA_IB: Adapter = Adapter::new(&FACTS);
