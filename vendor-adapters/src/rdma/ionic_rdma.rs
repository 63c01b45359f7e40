//! AMD Pensando, Pollara as RDMA devices (`ionic_rdma`).

use smartnic_core::adapter::{
    Adapter, DriverKind, Evidence, Facts, FeatureFact, Identity, RdmaFacts, Transport,
};

use crate::macros::{counters, features, said};

const FEATURES: &[FeatureFact] = features! {
    in "drivers/infiniband/hw/ionic/" {
        RoceV2: "ionic_ibdev.c", "RDMA_CORE_PORT_IBA_ROCE_UDP_ENCAP";
        ReliableConnections: "ionic_controlpath.c", "IB_QPT_RC";
        Datagrams: "ionic_controlpath.c", "IB_QPT_UD";
        Atomics: "ionic_ibdev.c", "IB_ATOMIC_GLOB";
        MemoryWindows: "ionic_ibdev.c", "ionic_alloc_mw";
        DmaBuf: "ionic_ibdev.c", "ionic_reg_user_mr_dmabuf";
        PortCounters: "ionic_hw_stats.c", "ionic_alloc_hw_stats";
        QpCounters: "ionic_hw_stats.c", "ionic_counter_bind_qp";
    }
};

const FACTS: Facts = Facts {
    kind: DriverKind::Rdma,
    identity: Identity { drivers: &["ionic_rdma", "ionic_rdma.rdma", "ionic.rdma"], pci: &[], source: None },
    trees: &["drivers/infiniband/hw/ionic"],
    surveyed: true,
    features: FEATURES,
    rdma: Some(RdmaFacts {
        driver_id: 21,
        direct: None,
        name_pattern: "ionic_%d",
        stands_on: &["ionic"],
        transports: &[Transport::RoceV2],
        gids: said! { in "drivers/infiniband/hw/ionic/" {
            "RoCE v1 and v2 in turn, for each address of the link and of its VLANs (the kernel's table)": "ionic_ibdev.c", "RDMA_CORE_PORT_IBA_ROCE_UDP_ENCAP";
        } },
        quirks: said! { in "drivers/infiniband/hw/ionic/" {
            "the names of counters come from the firmware: they are looked at, not listed": "ionic_hw_stats.c", "hw_stats_hdrs";
            "atomic operations, masked ones too": "ionic_ibdev.c", "masked_atomic_cap";
        } },
    }),
    counters: counters! {
        source Evidence::kernel("drivers/infiniband/hw/ionic/ionic_hw_stats.c", "ionic_hw_stats");
        in RdmaHardware {
            "*timeout*", Events, Any, "rdma.retx.timeout", "by its name: something did not come in time";
            "*cnp*", Packets, Rate, "rdma.cc", "by its name: requests to slow down";
            "*err*", Events, Any, "rdma.error", "by its name: an error";
            "*drop*", Packets, Any, "rdma.drop", "by its name: packets dropped";
        }
    },
    ..Facts::new("ionic_rdma", "AMD Pensando DSC, Pollara 400")
};

/// The adapter for this driver's RDMA devices.
pub(crate) const IONIC_RDMA: Adapter = Adapter::new(&FACTS);
