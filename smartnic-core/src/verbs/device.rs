use crate::rdma::{Gid, GidType, PhysState, codes};

/// An RDMA device that programs can open.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct VerbsDevice {
    /// The device's name, such as `mlx5_0`.
    pub name: String,
    /// The node GUID, in the order of its bytes on the wire.
    pub guid: u64,
}

/// What a device says it can do (`struct ibv_device_attr`).
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct VerbsLimits {
    /// The firmware's version; drivers without firmware leave it empty.
    pub firmware: String,
    /// The PCI vendor, or what a software device gives in its place.
    pub vendor_id: u32,
    /// The vendor's number for the product.
    pub vendor_part_id: u32,
    /// The vendor's number for the version of the hardware.
    pub hardware_version: u32,
    /// The GUID that all devices of one card share, in the order of its bytes on the wire.
    pub system_guid: u64,
    /// The sizes of pages that it takes: each bit is a size in bytes.
    pub page_sizes: u64,
    /// The largest memory region, in bytes.
    pub max_mr_size: u64,
    /// Queue pairs.
    pub max_qp: u32,
    /// Requests that wait in one queue.
    pub max_qp_wr: u32,
    /// Pieces of memory of one request.
    pub max_sge: u32,
    /// Pieces of memory of one read; one on iWARP.
    pub max_sge_read: u32,
    /// Completion queues.
    pub max_cq: u32,
    /// Completions that wait in one queue.
    pub max_cqe: u32,
    /// Memory regions.
    pub max_mr: u32,
    /// Protection domains.
    pub max_pd: u32,
    /// Shared receive queues.
    pub max_srq: u32,
    /// Reads and atomics that one queue pair answers at a time.
    pub max_qp_rd_atom: u32,
    /// Reads and atomics of ours that one queue pair has under way at a time.
    pub max_qp_init_rd_atom: u32,
    /// Reads and atomics that all queue pairs together answer at a time.
    pub max_res_rd_atom: u32,
    /// Requests that wait in one shared receive queue.
    pub max_srq_wr: u32,
    /// Pieces of memory of one request of a shared receive queue.
    pub max_srq_sge: u32,
    /// Address handles.
    pub max_ah: u32,
    /// Memory windows.
    pub max_mw: u32,
    /// Multicast groups.
    pub max_mcast_groups: u32,
    /// Queue pairs of one multicast group.
    pub max_mcast_attach: u32,
    /// Partition keys of a port.
    pub max_pkeys: u16,
    /// How long it takes at most to acknowledge: 4.096 µs, doubled so many times.
    pub ack_delay: u8,
    /// Who is kept apart by its atomics.
    pub atomics: AtomicCap,
    /// Ports; they are numbered from 1.
    pub ports: u8,
}

codes! {
    /// What the atomics of a device are atomic with (`enum ibv_atomic_cap`).
    AtomicCap {
        /// It has none.
        None = 0, "none";
        /// With one another.
        Device = 1, "device";
        /// With the processor's, too.
        Global = 2, "global";
    }
}

/// The state of a port (`enum ibv_port_state`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum VerbsPortState {
    /// `IBV_PORT_NOP`: the driver does not say.
    Unknown,
    /// `IBV_PORT_DOWN`.
    Down,
    /// `IBV_PORT_INIT`: the link is up, the subnet manager has not been here.
    Init,
    /// `IBV_PORT_ARMED`.
    Armed,
    /// `IBV_PORT_ACTIVE`: traffic passes.
    Active,
    /// `IBV_PORT_ACTIVE_DEFER`: the link was lost a moment ago.
    ActiveDefer,
    /// A number that this version does not know.
    Other(u32),
}

/// What carries a port's traffic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum VerbsLinkLayer {
    /// The driver does not say, which means InfiniBand.
    Unspecified,
    /// InfiniBand.
    #[serde(rename = "infiniband")]
    InfiniBand,
    /// Ethernet: RoCE or iWARP.
    Ethernet,
    /// A number that this version does not know.
    Other(u8),
}

/// A port as it is now (`struct ibv_port_attr`).
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct VerbsPort {
    /// The port's number, from 1.
    pub number: u8,
    /// Its state.
    pub state: VerbsPortState,
    /// What carries it.
    pub link_layer: VerbsLinkLayer,
    /// Whether there is a cable with a peer.
    pub physical_state: PhysState,
    /// The largest payload of a packet in bytes; `None` for a number that this version does not know.
    pub active_mtu: Option<u32>,
    /// What it could be, were the link set so.
    pub max_mtu: Option<u32>,
    /// Lanes side by side; `None` for a number that this version does not know.
    pub lanes: Option<u8>,
    /// How fast each is, in Mbit/s; `None` for a number that this version does not know.
    pub lane_speed: Option<u32>,
    /// The largest message, in bytes.
    pub max_message: u32,
    /// Places in the GID table.
    pub gids: u32,
    /// Places in the partition table.
    pub pkeys: u16,
    /// The local identifier that the subnet manager gave; 0 on Ethernet.
    pub lid: u16,
    /// How many low bits of it are paths (InfiniBand).
    pub lmc: u8,
    /// The local identifier of the subnet manager (InfiniBand).
    pub sm_lid: u16,
    /// The service level by which it is reached (InfiniBand).
    pub sm_sl: u8,
    /// How long the subnet manager's answers are on their way: 4.096 µs, doubled so many times (InfiniBand).
    pub subnet_timeout: u8,
    /// What it can do: bits of `IBV_PORT_…_SUP`.
    pub capabilities: u32,
    /// Packets that came with a wrong partition key, as far as the driver counts them.
    pub bad_pkeys: u32,
    /// Datagrams that came with a wrong key, as far as the driver counts them.
    pub bad_qkeys: u32,
    /// Whether packets need a routing header: always so with RoCE (`IBV_QPF_GRH_REQUIRED`).
    pub needs_grh: bool,
}

/// One entry of a port's GID table (`struct ibv_gid_entry`).
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct VerbsGidEntry {
    /// The port.
    pub port: u8,
    /// The place in the port's table. It changes when addresses come and go, so it must be looked up, not kept.
    pub index: u32,
    /// The address.
    pub gid: Gid,
    /// How packets with it travel; none for a number that this version does not know.
    pub kind: Option<GidType>,
    /// The network link that it belongs to, if there is one.
    pub link: Option<u32>,
}
