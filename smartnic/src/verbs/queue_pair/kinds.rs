//! What queue pairs can be, as types.

use smartnic_core::rdma::QpType;
use smartnic_core::verbs::SendOps;

/// Reliable connections: everything arrives, in order, or the queue pair fails.
#[derive(Debug, Clone, Copy)]
pub struct Rc;
/// Unreliable connections: what is lost is lost. There are no reads and no atomics.
#[derive(Debug, Clone, Copy)]
pub struct Uc;
/// Datagrams: one packet each, to whomever.
#[derive(Debug, Clone, Copy)]
pub struct Ud;

/// Packets as they are on the wire, with all of their headers, which come by rules ([`QueuePair::steer`](super::QueuePair::steer)).
#[derive(Debug, Clone, Copy)]
pub struct RawPacket;

/// The sending end of extended reliable connections, each of whose requests names a shared receive queue of the peer's.
#[derive(Debug, Clone, Copy)]
pub struct XrcSend;
/// The receiving end of extended reliable connections, which has no queues of its own.
#[derive(Debug, Clone, Copy)]
pub struct XrcReceive;

/// A state that was just made: nothing can be posted.
#[derive(Debug, Clone, Copy)]
pub struct Reset;
/// Receives can be posted.
#[derive(Debug, Clone, Copy)]
pub struct Init;
/// It receives.
#[derive(Debug, Clone, Copy)]
pub struct Rtr;
/// It receives and sends.
#[derive(Debug, Clone, Copy)]
pub struct Rts;
/// It failed: whatever is posted comes back as flushed.
#[derive(Debug, Clone, Copy)]
pub struct Failed;

/// It posts requests one by one, or lists of them.
#[derive(Debug, Clone, Copy)]
pub struct Plain;
/// It posts batches of requests, too, as one or not at all ([`super::QueuePair::batch`]).
#[derive(Debug, Clone, Copy)]
pub struct Batched;

/// A type of queue pairs: [`Rc`], [`Uc`], [`Ud`], [`RawPacket`], [`XrcSend`] or [`XrcReceive`].
pub trait Transport {
    /// The type as a value.
    const KIND: QpType;
    /// What can be in a batch, of every driver that has batches.
    const BATCHES: SendOps;
}

impl Transport for Rc {
    const KIND: QpType = QpType::Rc;
    const BATCHES: SendOps = SendOps::of(QpType::Rc);
}

impl Transport for Uc {
    const KIND: QpType = QpType::Uc;
    const BATCHES: SendOps =
        SendOps::SEND.union(SendOps::SEND_IMM).union(SendOps::WRITE).union(SendOps::WRITE_IMM);
}

impl Transport for Ud {
    const KIND: QpType = QpType::Ud;
    const BATCHES: SendOps = SendOps::SEND.union(SendOps::SEND_IMM);
}

impl Transport for RawPacket {
    const KIND: QpType = QpType::RawPacket;
    const BATCHES: SendOps = SendOps::SEND;
}

impl Transport for XrcSend {
    const KIND: QpType = QpType::XrcIni;
    const BATCHES: SendOps = SendOps::of(QpType::XrcIni);
}

impl Transport for XrcReceive {
    const KIND: QpType = QpType::XrcTgt;
    const BATCHES: SendOps = SendOps::empty();
}

/// The transports with one peer: all but [`Ud`] and [`RawPacket`].
pub trait HasPeer: Transport {}

impl HasPeer for Rc {}
impl HasPeer for Uc {}
impl HasPeer for XrcSend {}
impl HasPeer for XrcReceive {}

/// Those with a send queue whose requests go to the peer and no further: [`Rc`] and [`Uc`].
pub trait Connected: HasPeer + HasQueues {}

/// The transports whose queue pairs are made in a protection domain, with queues: all but [`XrcReceive`].
pub trait HasQueues: Transport {}

impl HasQueues for Rc {}
impl HasQueues for Uc {}
impl HasQueues for Ud {}
impl HasQueues for RawPacket {}
impl HasQueues for XrcSend {}

impl Connected for Rc {}
impl Connected for Uc {}

/// The transports whose queue pairs receive by requests: [`Rc`], [`Uc`], [`Ud`] and [`RawPacket`].
pub trait HasReceives: HasQueues {}

impl HasReceives for Rc {}
impl HasReceives for Uc {}
impl HasReceives for Ud {}
impl HasReceives for RawPacket {}

/// The states in which receives can be posted: all but [`Reset`].
pub trait Receives {}

impl Receives for Init {}
impl Receives for Rtr {}
impl Receives for Rts {}
impl Receives for Failed {}
