use serde::Serialize;

use super::Said;

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
    /// What devices are called before udev renames them, such as `mlx5_%d`.
    pub name_pattern: &'static str,
    /// What its devices carry.
    pub transports: &'static [Transport],
    /// Which entries of the GID table are there, and how they are told apart.
    pub gids: &'static [Said],
    /// Whatever else differs from driver to driver: atomics, paging on demand, limits, orders.
    pub quirks: &'static [Said],
}
