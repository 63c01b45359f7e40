//! What programs and the kernel made on devices: queue pairs, regions, queues, and how many of each.

mod code;
mod object;
mod owner;
mod pool;

use serde::{Deserialize, Serialize};

pub use code::{CmState, PollContext, PortSpace, QpState, QpType, SrqType};
pub use object::{
    CmId, CompletionQueue, Context, MemoryRegion, ProtectionDomain, QueuePair, SharedReceiveQueue,
};
pub use owner::{DriverEntry, DriverValue, Owner, Place, QpNumbers};
pub use pool::{MrPool, MrPoolChange, PoolKey, RawResource};

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

impl ResourceKind {
    /// Every kind, in the order of `rdma resource`.
    pub const ALL: [Self; 7] = [Self::Qp, Self::CmId, Self::Cq, Self::Mr, Self::Pd, Self::Ctx, Self::Srq];
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
