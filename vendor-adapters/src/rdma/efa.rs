//! AWS elastic fabric adapter (`efa`).

use smartnic_core::adapter::{
    Adapter, DriverKind, Evidence, Facts, FeatureFact, Identity, PciIds, RdmaFacts, Transport,
};
use smartnic_core::verbs::DirectVerbs;

use crate::macros::{counters, features, said};

const FEATURES: &[FeatureFact] = features! {
    in "drivers/infiniband/hw/efa/" {
        ReliableConnections [absent
            "SRD, a transport of its own, in its place (IB_QPT_DRIVER)"]:
            "efa_verbs.c", "IB_QPT_DRIVER";
        Datagrams: "efa_verbs.c", "IB_QPT_UD";
        Atomics [absent "none"]: "efa_verbs.c", "efa_query_device";
        DmaBuf: "efa_main.c", "efa_reg_user_mr_dmabuf";
        PortCounters: "efa_main.c", "efa_alloc_hw_port_stats";
    }
};

const FACTS: Facts = Facts {
    kind: DriverKind::Rdma,
    identity: Identity {
        drivers: &["efa"],
        pci: &[PciIds { vendor: 0x1d0f, devices: &[(0xefa0, 0xefa4)] }],
        source: Some(Evidence::kernel("drivers/infiniband/hw/efa/efa_main.c", "efa_pci_tbl")),
    },
    trees: &["drivers/infiniband/hw/efa"],
    surveyed: true,
    features: FEATURES,
    rdma: Some(RdmaFacts {
        driver_id: 17,
        direct: Some(DirectVerbs::Efa),
        name_pattern: "efa_%d",
        stands_on: &["efa"],
        transports: &[Transport::Own("SRD, scalable reliable datagrams")],
        gids: said! { in "drivers/infiniband/hw/efa/" {
            "one entry, made of the device's address: there is no link": "efa_verbs.c", "efa_query_gid";
        } },
        quirks: said! { in "drivers/infiniband/hw/efa/" {
            "SRD and UD only: no connections (IB_QPT_DRIVER with EFA_QP_DRIVER_TYPE_SRD)": "efa_verbs.c", "EFA_QP_DRIVER_TYPE_SRD";
            "packets may arrive in any order; nothing is written twice": "efa_verbs.c", "efa_create_qp";
            "reads from the first generation on, writes from the second": "efa_verbs.c", "EFA_DEV_CAP";
            "no atomic operations, no shared receive queues": "efa_verbs.c", "efa_query_device";
        } },
    }),
    counters: counters! {
        source Evidence::kernel("drivers/infiniband/hw/efa/efa_verbs.c", "EFA_DEFINE_PORT_STATS");
        in RdmaHardware {
            "retrans_timeout_events", Events, Any, "rdma.retx.timeout", "an acknowledgement did not come in time";
            "retrans_pkts", Packets, Rate, "rdma.retx.seq_nak", "packets sent again";
            "rx_drops", Packets, Any, "rdma.rx.no_buffer", "packets dropped for want of receive requests";
            "unresponsive_remote_events", Events, Any, "rdma.fatal.retry_exceeded", "the peer does not answer";
            "impaired_remote_conn_events", Events, Any, "rdma.path.impaired", "the path to the peer is bad";
            "rdma_read_wr_err", Events, Any, "rdma.cqe_error.requester", "reads that failed";
            "rdma_write_wr_err", Events, Any, "rdma.cqe_error.requester", "writes that failed";
            "cmds_err", Events, Any, "rdma.command_error", "commands to the device that failed";
            "no_completion_cmds", Events, Any, "rdma.command_error", "commands that the device never answered";
            "tx_bytes", Bytes, Traffic, "rdma.tx.bytes", "bytes sent";
            "rx_bytes", Bytes, Traffic, "rdma.rx.bytes", "bytes received";
        }
    },
    ..Facts::new("efa", "AWS elastic fabric adapters, EFA 1 to 5")
};

/// The adapter for this driver's RDMA devices.
pub(crate) const EFA: Adapter = Adapter::new(&FACTS);
