//! Broadcom NetXtreme-E and Thor as RDMA devices (`bnxt_re`).

use smartnic_core::adapter::{
    Adapter, DriverKind, Evidence, Facts, FeatureFact, Identity, RdmaFacts, Transport,
};

use crate::macros::{caveats, counters, features, said};

const FEATURES: &[FeatureFact] = features! {
    in "drivers/infiniband/hw/bnxt_re/" {
        RoceV2: "ib_verbs.c", "RDMA_CORE_CAP_PROT_ROCE_UDP_ENCAP";
        ReliableConnections: "ib_verbs.c", "IB_QPT_RC";
        Datagrams: "ib_verbs.c", "IB_QPT_UD";
        Atomics [limited "where PCIe has atomic operations"]: "ib_verbs.c", "IB_ATOMIC_GLOB";
        Srq: "main.c", "bnxt_re_create_srq";
        DmaBuf: "main.c", "bnxt_re_reg_user_mr_dmabuf";
        RdmaFlow: "main.c", "bnxt_re_create_flow";
        PortCounters: "main.c", "bnxt_re_ib_alloc_hw_port_stats";
    }
};

const FACTS: Facts = Facts {
    kind: DriverKind::Rdma,
    identity: Identity { drivers: &["bnxt_re", "bnxt_re.rdma", "bnxt_en.rdma"], pci: &[], source: None },
    trees: &["drivers/infiniband/hw/bnxt_re"],
    surveyed: true,
    features: FEATURES,
    rdma: Some(RdmaFacts {
        driver_id: 6,
        direct: None,
        name_pattern: "bnxt_re%d",
        stands_on: &["bnxt_en"],
        transports: &[Transport::RoceV1, Transport::RoceV2],
        gids: said! { in "drivers/infiniband/hw/bnxt_re/" {
            "RoCE v1 and v2 in turn, for each address of the link and of its VLANs (the kernel's table)": "ib_verbs.c", "bnxt_re_add_gid";
            "an address that both versions use has one entry in the card": "ib_verbs.c", "bnxt_qplib_add_sgid";
        } },
        quirks: said! { in "drivers/infiniband/hw/bnxt_re/" {
            "atomic operations where PCIe carries them to the host": "ib_verbs.c", "IB_ATOMIC_GLOB";
            "no memory without pins, no memory on the card": "main.c", "bnxt_re_dev_ops";
            "congestion control is set by files in debugfs (cc_config)": "debugfs.c", "bnxt_re_cc_config";
            "a bond of both ports is not one RDMA device": "main.c", "bnxt_re_probe";
        } },
    }),
    counters: counters! {
        source Evidence::kernel("drivers/infiniband/hw/bnxt_re/hw_counters.c", "bnxt_re_stat_descs");
        in RdmaHardware {
            "local_ack_timeout_err", Events, Any, "rdma.retx.timeout", "an acknowledgement did not come in time";
            "packet_seq_err", Events, Any, "rdma.retx.seq_nak", "the peer missed a packet";
            "out_of_sequence", Packets, Any, "rdma.rx.out_of_sequence", "packets came out of order";
            "implied_nak_seq_err", Events, Any, "rdma.retx.implied_nak", "an answer was missing";
            "duplicate_request", Packets, Rate, "rdma.rx.duplicate", "the peer sent again what was here already";
            "rnr_nak_retry_err", Events, Rate, "rdma.rnr", "the peer had no receive request ready";
            "out_of_buffer", Packets, Rate, "rdma.rx.no_buffer", "no receive request was ready here";
            "max_retry_exceeded", Events, Any, "rdma.fatal.retry_exceeded", "a queue pair gave up after all retries";
            "unrecoverable_err", Events, Any, "rdma.fatal.error", "a queue pair ended with an error";
            "recoverable_errors", Events, Rate, "rdma.error.recovered", "errors that the card got over";
            "tx_roce_discards", Packets, Any, "rdma.tx.discard", "RoCE packets dropped on the way out";
            "rx_roce_discards", Packets, Any, "rdma.rx.discard", "RoCE packets dropped on the way in";
            "tx_roce_errors", Packets, Any, "rdma.tx.error", "RoCE packets that could not be sent";
            "rx_roce_errors", Packets, Any, "rdma.icrc", "RoCE packets that came in wrong";
            "req_remote_access_errors", Events, Any, "rdma.access.requester", "the peer refused access";
            "res_rx_no_perm", Events, Any, "rdma.access.responder", "access was refused here";
            "res_*_err", Events, Any, "rdma.error.responder", "an error of one kind at the responder";
            "np_cnp_pkts", Packets, Rate, "rdma.cc.cnp_tx", "senders were told to slow down";
            "rp_cnp_handled", Packets, Rate, "rdma.cc.cnp_rx", "this sender was told to slow down";
            "np_ecn_marked_roce_packets", Packets, Rate, "rdma.cc.ecn_rx", "a switch marked packets";
            "tx_bytes", Bytes, Traffic, "rdma.tx.bytes", "bytes sent";
            "rx_bytes", Bytes, Traffic, "rdma.rx.bytes", "bytes received";
        }
    },
    caveats: caveats! { in "drivers/infiniband/hw/bnxt_re/" {
        "counters of congestion come with newer chips only": "hw_counters.c", "bnxt_re_get_ext_stat";
    } },
    ..Facts::new("bnxt_re", "Broadcom NetXtreme-E, Thor, Thor 2")
};

/// The adapter for this driver's RDMA devices.
pub(crate) const BNXT_RE: Adapter = Adapter::new(&FACTS);
