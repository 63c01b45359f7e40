//! The resources themselves, one type for each kind.

use std::net::SocketAddr;

use serde::Serialize;

use super::{
    CmState, DriverEntry, Owner, Place, PollContext, PortSpace, QpNumbers, QpState, QpType, SrqType,
};

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
