//! NVIDIA ConnectX and BlueField as RDMA devices (`mlx5_ib`).

use smartnic_core::adapter::{
    Adapter, DriverKind, Evidence, Facts, FeatureFact, Identity, RdmaFacts, Setting, Transport,
};
use smartnic_core::verbs::DirectVerbs;

use crate::macros::{caveats, counters, features, said};

const FEATURES: &[FeatureFact] = features! {
    in "drivers/infiniband/hw/mlx5/" {
        RoceV2: "main.c", "RDMA_CORE_PORT_IBA_ROCE_UDP_ENCAP";
        Infiniband: "main.c", "RDMA_CORE_PORT_IBA_IB";
        ReliableConnections: "qp.c", "IB_QPT_RC";
        Datagrams: "qp.c", "IB_QPT_UD";
        Atomics [limited
            "requester and responder on this card only (IB_ATOMIC_HCA); masked ones by firmware"]:
            "main.c", "IB_ATOMIC_HCA";
        Xrc: "main.c", "mlx5_ib_alloc_xrcd";
        Dct [limited "by mlx5dv (DCI, DCT)"]: "qp.c", "MLX5_IB_QPT_DCT";
        Srq: "main.c", "mlx5_ib_create_srq";
        MemoryWindows: "main.c", "mlx5_ib_alloc_mw";
        Odp [limited "where firmware has paging"]: "main.c", "odp_caps";
        DmaBuf: "main.c", "mlx5_ib_reg_user_mr_dmabuf";
        DeviceMemory: "dm.c", "mlx5_ib_alloc_dm";
        RdmaFlow: "fs.c", "mlx5_ib_create_flow";
        PortCounters: "counters.c", "mlx5_ib_alloc_hw_port_stats";
        OptionalCounters: "counters.c", "mlx5_ib_modify_stat";
        QpCounters: "counters.c", "mlx5_ib_counter_bind_qp";
    }
};

const FACTS: Facts = Facts {
    kind: DriverKind::Rdma,
    identity: Identity {
        drivers: &["mlx5_ib", "mlx5_ib.rdma", "mlx5_ib.multiport", "mlx5_ib.rdma-rep"],
        pci: &[],
        source: None,
    },
    trees: &["drivers/infiniband/hw/mlx5"],
    surveyed: true,
    features: FEATURES,
    rdma: Some(RdmaFacts {
        driver_id: 1,
        direct: Some(DirectVerbs::Mlx5),
        name_pattern: "mlx5_%d",
        stands_on: &["mlx5_core"],
        transports: &[Transport::Infiniband, Transport::RoceV1, Transport::RoceV2],
        gids: said! { in "drivers/infiniband/hw/mlx5/" {
            "RoCE v1 and v2 in turn, for each address of the link and of its VLANs (the kernel's table); on InfiniBand from the subnet manager": "main.c", "mlx5_ib_add_gid";
            "a bond of both ports is one device with one table (mlx5_bond_0)": "main.c", "mlx5_bond_%d";
        } },
        quirks: said! { in "drivers/infiniband/hw/mlx5/" {
            "atomic operations are atomic against this card only (IB_ATOMIC_HCA): other cards and the CPU do not join in": "main.c", "IB_ATOMIC_HCA";
            "DCI and DCT: connections made as they are needed, by mlx5dv_create_qp only": "qp.c", "MLX5_IB_QPT_DCT";
            "memory can be registered without being pinned, the whole address space among it, where firmware allows": "odp.c", "MLX5_CAP_ODP";
            "in switchdev mode the uplink has an RDMA device that also stands for representors": "ib_rep.c", "mlx5_ib_vport_rep_load";
            "counters of queue pairs take a q_counter each, of which there are few; automatic mode groups them by type or process": "counters.c", "mlx5_ib_counter_bind_qp";
            "resources that user space keeps for itself (DevX) do not show in rdma resource": "devx.c", "MLX5_IB_METHOD_DEVX_OBJ_CREATE";
        } },
    }),
    counters: counters! {
        source Evidence::kernel("drivers/infiniband/hw/mlx5/counters.c", "basic_q_cnts");
        in RdmaHardware {
            "local_ack_timeout_err", Events, Any, "rdma.retx.timeout", "an acknowledgement did not come in time: packets are lost on the path, the peer is dead, or it is paused for long";
            "packet_seq_err", Events, Any, "rdma.retx.seq_nak", "the peer missed a packet: loss on the path away from here";
            "out_of_sequence", Packets, Any, "rdma.rx.out_of_sequence", "packets came out of order: loss or reordering on the path towards here";
            "implied_nak_seq_err", Events, Any, "rdma.retx.implied_nak", "an answer was missing: loss on the way back";
            "duplicate_request", Packets, Rate, "rdma.rx.duplicate", "the peer sent again what was here already";
            "rnr_nak_retry_err", Events, Rate, "rdma.rnr", "the peer had no receive request ready: its software is slow";
            "out_of_buffer", Packets, Rate, "rdma.rx.no_buffer", "no receive request was ready here: software is slow";
            "req_transport_retries_exceeded", Events, Any, "rdma.fatal.retry_exceeded", "a queue pair gave up after all retries: jobs fail";
            "req_rnr_retries_exceeded", Events, Any, "rdma.fatal.rnr_exceeded", "a queue pair gave up since the peer was never ready";
            "req_cqe_error", Events, Any, "rdma.cqe_error.requester", "requests that ended with an error";
            "resp_cqe_error", Events, Any, "rdma.cqe_error.responder", "receives that ended with an error";
            "req_cqe_flush_error", Events, Rate, "rdma.flush.requester", "requests that were thrown away when their queue pair ended";
            "resp_cqe_flush_error", Events, Rate, "rdma.flush.responder", "receives that were thrown away when their queue pair ended";
            "req_remote_access_errors", Events, Any, "rdma.access.requester", "the peer refused access: a wrong key or address";
            "resp_remote_access_errors", Events, Any, "rdma.access.responder", "access was refused here";
            "np_cnp_sent", Packets, Rate, "rdma.cc.cnp_tx", "senders were told to slow down";
            "rp_cnp_handled", Packets, Rate, "rdma.cc.cnp_rx", "this sender was told to slow down";
            "rp_cnp_ignored", Packets, Any, "rdma.cc.cnp_ignored", "it was told, and did not: congestion control is off";
            "np_ecn_marked_roce_packets", Packets, Rate, "rdma.cc.ecn_rx", "a switch marked packets: its queue grows";
            "roce_adp_retrans", Events, Rate, "rdma.retx.adaptive", "adaptive retransmissions";
            "roce_adp_retrans_to", Events, Any, "rdma.retx.adaptive_timeout", "adaptive retransmissions that were late";
            "roce_slow_restart", Events, Rate, "rdma.slow_restart", "senders that started slowly after a pause";
            "rx_icrc_encapsulated", Packets, Any, "rdma.icrc", "packets with a wrong invariant CRC: something on the path changes them";
            "cc_rx_ce_pkts", Packets, Rate, "rdma.cc.ecn_rx", "optional: marked packets that came in";
            "cc_rx_cnp_pkts", Packets, Rate, "rdma.cc.cnp_rx", "optional: requests to slow down that came in";
            "cc_tx_cnp_pkts", Packets, Rate, "rdma.cc.cnp_tx", "optional: requests to slow down that went out";
            "rdma_tx_bytes", Bytes, Traffic, "rdma.tx.bytes", "optional: bytes sent";
            "rdma_rx_bytes", Bytes, Traffic, "rdma.rx.bytes", "optional: bytes received";
        }
    },
    caveats: caveats! { in "drivers/infiniband/hw/mlx5/" {
        "counters of a port are those of the function, not of the wire, on VFs and SFs": "counters.c", "mlx5_ib_get_hw_stats";
        "optional counters are off from the start and cost steering rules: rdma statistic set link": "counters.c", "mlx5_ib_modify_stat";
    } },
    settings: &[Setting {
        what: "optional counters",
        value: "rdma statistic set link DEV/PORT optional-counters cc_rx_ce_pkts,cc_rx_cnp_pkts,cc_tx_cnp_pkts",
        why: "congestion becomes visible per port",
        source: Evidence::kernel("drivers/infiniband/hw/mlx5/counters.c", "cc_rx_ce_pkts"),
    }],
    ..Facts::new("mlx5_ib", "NVIDIA ConnectX-4 to ConnectX-9, BlueField-2 and -3")
};

/// The adapter for this driver's RDMA devices.
pub(crate) const MLX5_IB: Adapter = Adapter::new(&FACTS);
