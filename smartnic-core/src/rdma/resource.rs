use std::net::SocketAddr;

use serde::{Deserialize, Serialize};

use super::codes;

codes! {
    /// What a queue pair is for (`enum ib_qp_type`).
    QpType {
        /// Subnet management.
        Smi = 0, "SMI";
        /// General services: connections are managed through it.
        Gsi = 1, "GSI";
        /// Reliable, connected.
        Rc = 2, "RC";
        /// Unreliable, connected.
        Uc = 3, "UC";
        /// Datagrams.
        Ud = 4, "UD";
        /// Raw frames with an IPv6 header.
        RawIpv6 = 5, "RAW_IPV6";
        /// Raw frames with an Ethernet type.
        RawEthertype = 6, "RAW_ETHERTYPE";
        /// Raw frames.
        RawPacket = 8, "RAW_PACKET";
        /// The sending end of extended reliable connections.
        XrcIni = 9, "XRC_INI";
        /// The receiving end of extended reliable connections.
        XrcTgt = 10, "XRC_TGT";
        /// The driver's own.
        Driver = 255, "DRIVER";
    }
}

codes! {
    /// The state of a queue pair (`enum ib_qp_state`).
    QpState {
        /// Just made.
        Reset = 0, "RESET";
        /// Receives can be posted.
        Init = 1, "INIT";
        /// Ready to receive.
        Rtr = 2, "RTR";
        /// Ready to send.
        Rts = 3, "RTS";
        /// Its sends are drained.
        Sqd = 4, "SQD";
        /// A send failed.
        Sqe = 5, "SQE";
        /// It failed.
        Err = 6, "ERR";
    }
}

codes! {
    /// Where a connection is on its way (`enum rdma_cm_state`).
    CmState {
        /// Nothing was asked for.
        Idle = 0, "IDLE";
        /// The address is looked for.
        AddrQuery = 1, "ADDR_QUERY";
        /// The address is known.
        AddrResolved = 2, "ADDR_RESOLVED";
        /// The route is looked for.
        RouteQuery = 3, "ROUTE_QUERY";
        /// The route is known.
        RouteResolved = 4, "ROUTE_RESOLVED";
        /// A connection is being made.
        Connect = 5, "CONNECT";
        /// It ended.
        Disconnect = 6, "DISCONNECT";
        /// An address was taken.
        AddrBound = 7, "ADDR_BOUND";
        /// It waits for peers.
        Listen = 8, "LISTEN";
        /// The device went.
        DeviceRemoval = 9, "DEVICE_REMOVAL";
        /// It is being taken down.
        Destroying = 10, "DESTROYING";
    }
}

codes! {
    /// The space that the port of a connection is taken from (`enum rdma_ucm_port_space`).
    PortSpace {
        /// IP over InfiniBand.
        Ipoib = 2, "IPoIB";
        /// InfiniBand's own.
        Ib = 0x13f, "IPoIB";
        /// TCP's.
        Tcp = 0x106, "TCP";
        /// UDP's.
        Udp = 0x111, "UDP";
    }
}

codes! {
    /// Who looks for completions (`enum ib_poll_context`).
    PollContext {
        /// Whoever made the queue.
        Direct = 0, "DIRECT";
        /// A soft interrupt.
        Softirq = 1, "SOFTIRQ";
        /// A work queue.
        Workqueue = 2, "WORKQUEUE";
        /// A work queue of no certain processor.
        UnboundWorkqueue = 3, "UNBOUND_WORKQUEUE";
    }
}

codes! {
    /// What a shared receive queue is for (`enum ib_srq_type`).
    SrqType {
        /// Plain receives.
        Basic = 0, "BASIC";
        /// Extended reliable connections.
        Xrc = 1, "XRC";
        /// Receives with matching of tags.
        Tm = 2, "TM";
    }
}

/// The kinds of resources that are counted and shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResourceKind {
    /// Queue pairs.
    Qp,
    /// Connections.
    CmId,
    /// Completion queues.
    Cq,
    /// Memory regions.
    Mr,
    /// Protection domains.
    Pd,
    /// Contexts of programs.
    Ctx,
    /// Shared receive queues.
    Srq,
}

/// How many of one kind a device has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SummaryEntry {
    /// The kernel's word for the kind.
    pub name: String,
    /// How many there are.
    pub current: u64,
    /// How many there can be, on kernels that tell (7.1 and later).
    pub max: Option<u64>,
}

/// How much of everything a device has (`RDMA_NLDEV_CMD_RES_GET`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// The number of the device.
    pub device_index: u32,
    /// The device.
    pub device: String,
    /// Each kind, in the kernel's order.
    pub entries: Vec<SummaryEntry>,
}

/// Whose a resource is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Owner {
    /// The process, for what user space made.
    pub pid: Option<u32>,
    /// The kernel's module, for what the kernel made.
    pub kernel: Option<String>,
}

/// Where a resource is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Place {
    /// The number of the device.
    pub device_index: u32,
    /// The device.
    pub device: String,
    /// The port, for what has one.
    pub port: Option<u32>,
}

/// What a driver tells of a resource (`RDMA_NLDEV_ATTR_DRIVER_*`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DriverEntry {
    /// The driver's name for it.
    pub name: String,
    /// The value.
    pub value: DriverValue,
    /// Whether it is meant to be printed in base sixteen.
    pub hex: bool,
}

/// A value that a driver tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum DriverValue {
    /// Text.
    Text(String),
    /// A number that can be negative.
    Signed(i64),
    /// A number.
    Unsigned(u64),
}

/// A queue pair (`RDMA_NLDEV_CMD_RES_QP_GET`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct QueuePair {
    /// Where it is.
    pub place: Place,
    /// Its number.
    pub number: u32,
    /// Its protection domain, if user space made it.
    pub pd: Option<u32>,
    /// The peer's queue pair (RC and UC).
    pub remote: Option<u32>,
    /// What it is for.
    pub kind: QpType,
    /// The driver's word for what it is for.
    pub subtype: Option<String>,
    /// Its state.
    pub state: QpState,
    /// The next packet's number that is expected (RC and UC).
    pub receive_psn: Option<u32>,
    /// The next packet's number that is sent.
    pub send_psn: Option<u32>,
    /// How far the move to the other path is (`enum ib_mig_state`).
    pub path_migration: Option<u8>,
    /// Whose it is.
    pub owner: Owner,
    /// What the driver tells.
    pub driver: Vec<DriverEntry>,
}

/// A connection (`RDMA_NLDEV_CMD_RES_CM_ID_GET`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CmId {
    /// Where it is.
    pub place: Place,
    /// Its number.
    pub number: Option<u32>,
    /// Its queue pair.
    pub qp: Option<u32>,
    /// What that queue pair is for.
    pub qp_type: Option<QpType>,
    /// Where it is on its way.
    pub state: CmState,
    /// The space of its port.
    pub port_space: PortSpace,
    /// Its own address.
    pub source: Option<SocketAddr>,
    /// The peer's address.
    pub destination: Option<SocketAddr>,
    /// Whose it is.
    pub owner: Owner,
    /// What the driver tells.
    pub driver: Vec<DriverEntry>,
}

/// A completion queue (`RDMA_NLDEV_CMD_RES_CQ_GET`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CompletionQueue {
    /// Where it is.
    pub place: Place,
    /// Its number.
    pub number: Option<u32>,
    /// How many completions it holds.
    pub entries: u32,
    /// How many queues use it.
    pub users: Option<u64>,
    /// Who looks for completions, if the kernel made it.
    pub poll_context: Option<PollContext>,
    /// Whether it adapts its interrupts to the load.
    pub adaptive_moderation: Option<bool>,
    /// Its context, if user space made it.
    pub context: Option<u32>,
    /// Whose it is.
    pub owner: Owner,
    /// What the driver tells.
    pub driver: Vec<DriverEntry>,
}

/// A memory region (`RDMA_NLDEV_CMD_RES_MR_GET`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MemoryRegion {
    /// Where it is.
    pub place: Place,
    /// Its number.
    pub number: Option<u32>,
    /// The key that peers use; told to the privileged only.
    pub rkey: Option<u32>,
    /// The key that is used here; told to the privileged only.
    pub lkey: Option<u32>,
    /// Where it begins.
    pub iova: Option<u64>,
    /// How long it is, in bytes.
    pub length: Option<u64>,
    /// Its protection domain.
    pub pd: Option<u32>,
    /// Whose it is.
    pub owner: Owner,
    /// What the driver tells.
    pub driver: Vec<DriverEntry>,
}

/// A protection domain (`RDMA_NLDEV_CMD_RES_PD_GET`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProtectionDomain {
    /// Where it is.
    pub place: Place,
    /// Its number.
    pub number: Option<u32>,
    /// The key for all of this machine's memory; told to the privileged only.
    pub local_dma_lkey: Option<u32>,
    /// How much stands on it.
    pub users: Option<u64>,
    /// The key with which peers reach all of this machine's memory.
    pub unsafe_global_rkey: Option<u32>,
    /// Its context, if user space made it.
    pub context: Option<u32>,
    /// Whose it is.
    pub owner: Owner,
    /// What the driver tells.
    pub driver: Vec<DriverEntry>,
}

/// The context of a program (`RDMA_NLDEV_CMD_RES_CTX_GET`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Context {
    /// Where it is.
    pub place: Place,
    /// Its number.
    pub number: Option<u32>,
    /// Whose it is.
    pub owner: Owner,
    /// What the driver tells.
    pub driver: Vec<DriverEntry>,
}

/// Numbers of queue pairs, as ranges of which both ends belong to them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(transparent)]
pub struct QpNumbers(
    /// The ranges.
    pub Vec<(u32, u32)>,
);

impl QpNumbers {
    /// Whether a number is among them.
    #[must_use]
    pub fn contains(&self, number: u32) -> bool {
        self.0.iter().any(|(first, last)| (*first..=*last).contains(&number))
    }
}

/// A shared receive queue (`RDMA_NLDEV_CMD_RES_SRQ_GET`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SharedReceiveQueue {
    /// Where it is.
    pub place: Place,
    /// Its number.
    pub number: Option<u32>,
    /// What it is for.
    pub kind: Option<SrqType>,
    /// The queue pairs that receive through it.
    pub qps: QpNumbers,
    /// Its protection domain.
    pub pd: Option<u32>,
    /// Its completion queue.
    pub cq: Option<u32>,
    /// Whose it is.
    pub owner: Owner,
    /// What the driver tells.
    pub driver: Vec<DriverEntry>,
}

/// The resources of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Resources {
    /// Queue pairs.
    Qp(Vec<QueuePair>),
    /// Connections.
    CmId(Vec<CmId>),
    /// Completion queues.
    Cq(Vec<CompletionQueue>),
    /// Memory regions.
    Mr(Vec<MemoryRegion>),
    /// Protection domains.
    Pd(Vec<ProtectionDomain>),
    /// Contexts of programs.
    Ctx(Vec<Context>),
    /// Shared receive queues.
    Srq(Vec<SharedReceiveQueue>),
}
