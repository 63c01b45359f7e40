//! Alibaba Cloud elastic RDMA (`erdma`).

use smartnic_core::adapter::{
    Adapter, DriverKind, Evidence, Facts, FeatureFact, Identity, PciIds, RdmaFacts, Transport,
};

use crate::macros::{counters, features, said};

const FEATURES: &[FeatureFact] = features! {
    in "drivers/infiniband/hw/erdma/" {
        RoceV2 [limited "as the cloud gives it"]: "erdma_verbs.c", "erdma_device_rocev2";
        Iwarp [limited "as the cloud gives it"]: "erdma_verbs.c", "erdma_device_iwarp";
        ReliableConnections: "erdma_verbs.c", "IB_QPT_RC";
        Datagrams [limited "with RoCE"]: "erdma_verbs.c", "IB_QPT_UD";
        Atomics [limited "where the device says so"]: "erdma_verbs.c", "IB_ATOMIC_GLOB";
        PortCounters: "erdma_main.c", "erdma_alloc_hw_port_stats";
    }
};

const FACTS: Facts = Facts {
    kind: DriverKind::Rdma,
    identity: Identity {
        drivers: &["erdma"],
        pci: &[PciIds { vendor: 0x1ded, devices: &[(0x107f, 0x107f)] }],
        source: Some(Evidence::kernel("drivers/infiniband/hw/erdma/erdma_main.c", "erdma_pci_tbl")),
    },
    trees: &["drivers/infiniband/hw/erdma"],
    surveyed: true,
    features: FEATURES,
    rdma: Some(RdmaFacts {
        driver_id: 19,
        direct: None,
        name_pattern: "erdma_%d",
        stands_on: &["erdma"],
        transports: &[Transport::Iwarp, Transport::RoceV2],
        gids: said! { in "drivers/infiniband/hw/erdma/" {
            "with iWARP one entry; with RoCE the kernel's table": "erdma_verbs.c", "erdma_get_port_immutable";
        } },
        quirks: said! { in "drivers/infiniband/hw/erdma/" {
            "the link is another driver's (virtio): the device is joined to it by its MAC address": "erdma_main.c", "erdma_netdev_event";
            "iWARP in the kernel's words, with a connection manager of its own kind": "erdma_cm.c", "erdma_connect";
        } },
    }),
    counters: counters! {
        source Evidence::kernel("drivers/infiniband/hw/erdma/erdma_verbs.c", "erdma_descs");
        in RdmaHardware {
            "tx_disable_drop_cnt", Packets, Any, "rdma.tx.discard", "packets dropped since sending is not allowed";
            "tx_bps_limit_drop_cnt", Packets, Any, "rdma.tx.limit", "packets dropped by the limit on bytes";
            "tx_pps_limit_drop_cnt", Packets, Any, "rdma.tx.limit", "packets dropped by the limit on packets";
            "rx_disable_drop_cnt", Packets, Any, "rdma.rx.discard", "packets dropped since receiving is not allowed";
            "rx_bps_limit_drop_cnt", Packets, Any, "rdma.rx.limit", "packets dropped by the limit on bytes";
            "rx_pps_limit_drop_cnt", Packets, Any, "rdma.rx.limit", "packets dropped by the limit on packets";
            "tx_bytes_cnt", Bytes, Traffic, "rdma.tx.bytes", "bytes sent";
            "rx_bytes_cnt", Bytes, Traffic, "rdma.rx.bytes", "bytes received";
        }
    },
    ..Facts::new("erdma", "Alibaba Cloud elastic RDMA adapters")
};

/// The adapter for this driver's RDMA devices.
pub(crate) const ERDMA: Adapter = Adapter::new(&FACTS);
