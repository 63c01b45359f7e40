//! iWARP in software (`siw`).

use smartnic_core::adapter::{Adapter, DriverKind, Facts, FeatureFact, Identity, RdmaFacts, Transport};

use crate::macros::{caveats, features, said};

const FEATURES: &[FeatureFact] = features! {
    in "drivers/infiniband/sw/siw/" {
        Iwarp: "siw_verbs.c", "RDMA_CORE_PORT_IWARP";
        ReliableConnections: "siw_verbs.c", "IB_QPT_RC";
        Atomics [absent "none"]: "siw_verbs.c", "siw_query_device";
        Srq: "siw_main.c", "siw_create_srq";
    }
};

const FACTS: Facts = Facts {
    kind: DriverKind::Rdma,
    identity: Identity { drivers: &["siw"], pci: &[], source: None },
    trees: &["drivers/infiniband/sw/siw"],
    surveyed: true,
    features: FEATURES,
    rdma: Some(RdmaFacts {
        driver_id: 18,
        direct: None,
        name_pattern: "siw%d",
        stands_on: &[],
        transports: &[Transport::Iwarp],
        gids: said! { in "drivers/infiniband/sw/siw/" {
            "one entry, the address of the link": "siw_verbs.c", "siw_query_gid";
        } },
        quirks: said! { in "drivers/infiniband/sw/siw/" {
            "made by hand: rdma link add NAME type siw netdev LINK": "siw_main.c", "siw_link_ops";
            "reliable connections only, over TCP of the kernel": "siw_verbs.c", "IB_QPT_RC";
            "no atomic operations": "siw_verbs.c", "siw_query_device";
        } },
    }),
    caveats: caveats! { in "drivers/infiniband/sw/siw/" {
        "no counters in hw_counters: look at those of TCP and of the link": "siw_main.c", "siw_device_ops";
    } },
    ..Facts::new("siw", "iWARP in software over any link")
};

/// The adapter for this driver's RDMA devices.
pub(crate) const SIW: Adapter = Adapter::new(&FACTS);
