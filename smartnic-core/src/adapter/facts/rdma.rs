use serde::Serialize;

use crate::verbs::DirectVerbs;

use super::{Counter, Evidence, Place, Said, Unit, Watch};

/// What RDMA devices of a driver carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Transport {
    /// InfiniBand.
    Infiniband,
    /// RoCE v1: InfiniBand in Ethernet frames.
    RoceV1,
    /// RoCE v2: InfiniBand in UDP.
    RoceV2,
    /// iWARP: RDMA over TCP.
    Iwarp,
    /// A vendor's own.
    Own(&'static str),
}

/// What is to be known of a driver for RDMA devices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct RdmaFacts {
    /// The kernel's number of the driver (`enum rdma_driver_id`, `RDMA_NLDEV_ATTR_UVERBS_DRIVER_ID`).
    pub driver_id: u32,
    /// The vendor's own library for what its devices have beyond the common verbs; none where nothing is asked of one here.
    pub direct: Option<DirectVerbs>,
    /// What devices are called before udev renames them, such as `mlx5_%d`.
    pub name_pattern: &'static str,
    /// The drivers of the functions that its devices stand on; none of software.
    pub stands_on: &'static [&'static str],
    /// What its devices carry.
    pub transports: &'static [Transport],
    /// Which entries of the GID table are there, and how they are told apart.
    pub gids: &'static [Said],
    /// Whatever else differs from driver to driver: atomics, paging on demand, limits, orders.
    pub quirks: &'static [Said],
}

/// What the InfiniBand specification counts at every port, whatever the driver.
pub const PORT_COUNTERS: &[Counter] = &[
    port(
        "symbol_error",
        Unit::Events,
        Watch::Any,
        "phy.symbol_err",
        "symbols that were wrong: cable or optics",
    ),
    port(
        "link_error_recovery",
        Unit::Events,
        Watch::Any,
        "link.recovery",
        "how often the link recovered from errors",
    ),
    port("link_downed", Unit::Events, Watch::Any, "link.flap", "how often the link went down"),
    port("port_rcv_errors", Unit::Packets, Watch::Any, "rdma.rx.error", "packets that came in wrong"),
    port(
        "port_rcv_remote_physical_errors",
        Unit::Packets,
        Watch::Any,
        "rdma.rx.error",
        "packets that another hop marked as bad",
    ),
    port(
        "port_rcv_switch_relay_errors",
        Unit::Packets,
        Watch::Any,
        "rdma.rx.error",
        "packets that could not be forwarded",
    ),
    port(
        "port_xmit_discards",
        Unit::Packets,
        Watch::Any,
        "rdma.tx.discard",
        "packets dropped on the way out: the port was down or blocked",
    ),
    port(
        "port_xmit_constraint_errors",
        Unit::Packets,
        Watch::Any,
        "rdma.tx.error",
        "packets that must not leave",
    ),
    port(
        "port_rcv_constraint_errors",
        Unit::Packets,
        Watch::Any,
        "rdma.rx.error",
        "packets that must not come in",
    ),
    port(
        "local_link_integrity_errors",
        Unit::Events,
        Watch::Any,
        "phy.symbol_err",
        "local errors beyond the threshold",
    ),
    port(
        "excessive_buffer_overrun_errors",
        Unit::Events,
        Watch::Any,
        "rdma.rx.discard",
        "buffers ran over again and again",
    ),
    port(
        "VL15_dropped",
        Unit::Packets,
        Watch::Any,
        "rdma.mgmt.drop",
        "management packets dropped for want of buffers",
    ),
    port(
        "port_xmit_wait",
        Unit::Ticks,
        Watch::Rate,
        "rdma.tx.wait",
        "time in which there was something to send but no credit",
    ),
    port("port_xmit_data", Unit::Words, Watch::Traffic, "rdma.tx.bytes", "data sent, in words of four bytes"),
    port(
        "port_rcv_data",
        Unit::Words,
        Watch::Traffic,
        "rdma.rx.bytes",
        "data received, in words of four bytes",
    ),
    port("port_xmit_packets", Unit::Packets, Watch::Traffic, "rdma.tx.packets", "packets sent"),
    port("port_rcv_packets", Unit::Packets, Watch::Traffic, "rdma.rx.packets", "packets received"),
    port("unicast_xmit_packets", Unit::Packets, Watch::Traffic, "", "unicast packets sent"),
    port("unicast_rcv_packets", Unit::Packets, Watch::Traffic, "", "unicast packets received"),
    port("multicast_xmit_packets", Unit::Packets, Watch::Traffic, "", "multicast packets sent"),
    port("multicast_rcv_packets", Unit::Packets, Watch::Traffic, "", "multicast packets received"),
];

const fn port(
    name: &'static str,
    unit: Unit,
    watch: Watch,
    canonical: &'static str,
    meaning: &'static str,
) -> Counter {
    const SOURCE: Evidence = Evidence::kernel("drivers/infiniband/core/sysfs.c", "PORT_PMA_ATTR");
    Counter { name, place: Place::RdmaPort, unit, watch, canonical, meaning, source: SOURCE }
}
