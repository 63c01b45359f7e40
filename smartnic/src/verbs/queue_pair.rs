//! Queue pairs whose type and state are types of Rust, so that what they cannot do does not compile.

use std::marker::PhantomData;
use std::sync::Arc;

use smartnic_core::backend::{QpConfig, VerbsCq, VerbsMw, VerbsPd, VerbsQp, VerbsSrq};
use smartnic_core::rdma::{QpState, QpType};
use smartnic_core::verbs::{
    Access, AckTimeout, AddressVector, Destination, PathMtu, QpAttributes, QpCapacity, QpChange,
    ReceiveRequest, Remote, RnrTimer, SendOp, SendRequest, Sge, WindowBind,
};

use crate::Result;

/// Reliable connections: everything arrives, in order, or the queue pair fails.
#[derive(Debug, Clone, Copy)]
pub struct Rc;
/// Unreliable connections: what is lost is lost. There are no reads and no atomics.
#[derive(Debug, Clone, Copy)]
pub struct Uc;
/// Datagrams: one packet each, to whomever.
#[derive(Debug, Clone, Copy)]
pub struct Ud;

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

/// A type of queue pairs: [`Rc`], [`Uc`] or [`Ud`].
pub trait Transport {
    /// The type as a value.
    const KIND: QpType;
}

impl Transport for Rc {
    const KIND: QpType = QpType::Rc;
}

impl Transport for Uc {
    const KIND: QpType = QpType::Uc;
}

impl Transport for Ud {
    const KIND: QpType = QpType::Ud;
}

/// The transports with one peer: [`Rc`] and [`Uc`].
pub trait Connected: Transport {}

impl Connected for Rc {}
impl Connected for Uc {}

/// The states in which receives can be posted: all but [`Reset`].
pub trait Receives {}

impl Receives for Init {}
impl Receives for Rtr {}
impl Receives for Rts {}
impl Receives for Failed {}

/// A queue pair of a transport and in a state.
///
/// ```
/// use smartnic::verbs::{Init, QueuePair, Rc, Receives, Rts};
/// fn reads(qp: &QueuePair<Rc, Rts>, remote: smartnic::verbs::Remote) -> smartnic::Result<()> {
///     qp.read(1, &[], remote)
/// }
/// ```
///
/// What a transport or a state does not have does not compile. Nothing is sent before the queue pair is ready to send:
///
/// ```compile_fail,E0599
/// use smartnic::verbs::{Init, QueuePair, Rc};
/// fn too_early(qp: &QueuePair<Rc, Init>) -> smartnic::Result<()> {
///     qp.send(1, &[])
/// }
/// ```
///
/// No state is left out on the way:
///
/// ```compile_fail,E0599
/// use smartnic::verbs::{Init, QueuePair, Rc, Rts, Sending};
/// fn too_far(qp: QueuePair<Rc, Init>) -> smartnic::Result<QueuePair<Rc, Rts>> {
///     qp.ready_to_send(&Sending::default())
/// }
/// ```
///
/// Nothing is received before it has a port:
///
/// ```compile_fail,E0599
/// use smartnic::verbs::{QueuePair, Reset, Ud};
/// fn no_port(qp: &QueuePair<Ud, Reset>) -> smartnic::Result<()> {
///     qp.receive(1, &[])
/// }
/// ```
///
/// Unreliable connections cannot read, and datagrams need a destination:
///
/// ```compile_fail,E0599
/// use smartnic::verbs::{QueuePair, Remote, Rts, Uc};
/// fn no_reads(qp: &QueuePair<Uc, Rts>, remote: Remote) -> smartnic::Result<()> {
///     qp.read(1, &[], remote)
/// }
/// ```
///
/// ```compile_fail,E0599
/// use smartnic::verbs::{QueuePair, Rts, Ud};
/// fn to_whom(qp: &QueuePair<Ud, Rts>) -> smartnic::Result<()> {
///     qp.send(1, &[])
/// }
/// ```
///
/// A state that was left is gone:
///
/// ```compile_fail,E0382
/// use smartnic::verbs::{Access, QueuePair, Reset, Rc};
/// fn twice(qp: QueuePair<Rc, Reset>) {
///     let _ = qp.init(1, 0, Access::empty());
///     let _ = qp.init(1, 0, Access::empty());
/// }
/// ```
///
/// Windows are for those who are connected, for datagrams reach no memory:
///
/// ```compile_fail,E0599
/// use smartnic::verbs::{QueuePair, Rts, Ud, VerbsMw, WindowBind};
/// fn lend(qp: &QueuePair<Ud, Rts>, window: &dyn VerbsMw, bind: &WindowBind<'_>) {
///     let _ = qp.bind_window(1, window, bind);
/// }
/// ```
///
/// And a piece of memory does not outlive its region:
///
/// ```compile_fail,E0505
/// use std::sync::Arc;
/// use smartnic::verbs::{QueuePair, Rc, Rts, VerbsMr};
/// fn gone(qp: &QueuePair<Rc, Rts>, region: Arc<dyn VerbsMr>) -> smartnic::Result<()> {
///     let piece = region.sge(0, 8)?;
///     drop(region);
///     qp.send(1, &[piece])
/// }
/// ```
#[derive(Debug)]
pub struct QueuePair<T, S> {
    qp: Arc<dyn VerbsQp>,
    is: PhantomData<(T, S)>,
}

/// What a queue pair is made of.
#[derive(Debug, Clone)]
pub struct Queues {
    /// Where sends are completed.
    pub send: Arc<dyn VerbsCq>,
    /// Where receives are completed.
    pub receive: Arc<dyn VerbsCq>,
    /// The receive queue that it shares with others.
    pub shared: Option<Arc<dyn VerbsSrq>>,
    /// How much must fit into it.
    pub capacity: QpCapacity,
    /// Whether every send ends with a completion, whatever its flags.
    pub signal_all: bool,
}

impl Queues {
    /// One completion queue for all, and the usual capacity.
    #[must_use]
    pub fn on(cq: &Arc<dyn VerbsCq>) -> Self {
        Self {
            send: Arc::clone(cq),
            receive: Arc::clone(cq),
            shared: None,
            capacity: QpCapacity::default(),
            signal_all: false,
        }
    }
}

/// The peer of a connection, and how it is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer {
    /// Its queue pair.
    pub qp: u32,
    /// The number of its first packet: 24 bits.
    pub psn: u32,
    /// The way to it.
    pub address: AddressVector,
    /// The largest payload of a packet.
    pub mtu: PathMtu,
}

/// How a reliable connection receives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Receiving {
    /// Reads and atomics of the peer's that are answered at a time.
    pub max_reads: u8,
    /// How long the peer waits if there is no receive request.
    pub rnr_timer: RnrTimer,
}

impl Default for Receiving {
    /// One read at a time; the peer waits 0.64 ms.
    fn default() -> Self {
        Self { max_reads: 1, rnr_timer: RnrTimer(12) }
    }
}

/// How a reliable connection sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sending {
    /// The number of the first packet: 24 bits.
    pub psn: u32,
    /// How long an answer is waited for.
    pub timeout: AckTimeout,
    /// How often a packet is sent again without an answer: up to 7.
    pub retries: u8,
    /// How often it is sent again because there is no receive request: up to 6, and 7 for ever.
    pub rnr_retries: u8,
    /// Reads and atomics of ours that are under way at a time.
    pub max_reads: u8,
}

impl Default for Sending {
    /// 67 ms for an answer, seven times; for ever for a receive request; one read at a time.
    fn default() -> Self {
        Self { psn: 0, timeout: AckTimeout(14), retries: 7, rnr_retries: 7, max_reads: 1 }
    }
}

impl<T: Transport> QueuePair<T, Reset> {
    /// Makes one.
    ///
    /// # Errors
    /// Those of [`VerbsPd::create_qp`].
    pub fn new(pd: &dyn VerbsPd, queues: &Queues) -> Result<Self> {
        let config = QpConfig {
            kind: T::KIND,
            send_cq: &queues.send,
            receive_cq: &queues.receive,
            srq: queues.shared.as_ref(),
            capacity: queues.capacity,
            signal_all: queues.signal_all,
        };
        Ok(Self { qp: pd.create_qp(&config)?, is: PhantomData })
    }
}

impl<T, S> QueuePair<T, S> {
    pub(super) fn become_<N>(self, change: &QpChange) -> Result<QueuePair<T, N>> {
        self.qp.modify(change)?;
        Ok(QueuePair { qp: self.qp, is: PhantomData })
    }

    /// Its number, which its peer must know.
    #[must_use]
    pub fn number(&self) -> u32 {
        self.qp.number()
    }

    /// The queue pair without its types, for what they do not have.
    #[must_use]
    pub fn raw(&self) -> &Arc<dyn VerbsQp> {
        &self.qp
    }

    /// Its state and attributes as they are now.
    ///
    /// # Errors
    /// Those of [`VerbsQp::query`].
    pub fn query(&self) -> Result<QpAttributes> {
        self.qp.query()
    }

    /// Back to the beginning. Requests that wait are dropped.
    ///
    /// # Errors
    /// Those of [`VerbsQp::modify`]; the queue pair is gone then.
    pub fn reset(self) -> Result<QueuePair<T, Reset>> {
        self.become_(&QpChange::to(QpState::Reset))
    }

    /// Fails it: requests that wait come back as flushed.
    ///
    /// # Errors
    /// Those of [`VerbsQp::modify`]; the queue pair is gone then.
    pub fn fail(self) -> Result<QueuePair<T, Failed>> {
        self.become_(&QpChange::to(QpState::Err))
    }
}

impl<T: Connected> QueuePair<T, Reset> {
    /// Binds it to a port and the place of a partition key; `access` is what the peer may do to our memory.
    ///
    /// # Errors
    /// Those of [`VerbsQp::modify`]; the queue pair is gone then.
    pub fn init(self, port: u8, pkey_index: u16, access: Access) -> Result<QueuePair<T, Init>> {
        self.become_(&QpChange {
            port: Some(port),
            pkey_index: Some(pkey_index),
            access: Some(access),
            ..QpChange::to(QpState::Init)
        })
    }
}

impl QueuePair<Ud, Reset> {
    /// Binds it to a port and the place of a partition key; datagrams to it must have `qkey`.
    ///
    /// # Errors
    /// Those of [`VerbsQp::modify`]; the queue pair is gone then.
    pub fn init(self, port: u8, pkey_index: u16, qkey: u32) -> Result<QueuePair<Ud, Init>> {
        self.become_(&QpChange {
            port: Some(port),
            pkey_index: Some(pkey_index),
            qkey: Some(qkey),
            ..QpChange::to(QpState::Init)
        })
    }
}

fn connected(peer: &Peer) -> QpChange {
    QpChange {
        peer: Some(peer.qp),
        receive_psn: Some(peer.psn),
        address: Some(peer.address),
        path_mtu: Some(peer.mtu),
        ..QpChange::to(QpState::Rtr)
    }
}

impl QueuePair<Rc, Init> {
    /// Connects it to its peer: it receives.
    ///
    /// # Errors
    /// Those of [`VerbsQp::modify`]; the queue pair is gone then.
    pub fn ready_to_receive(self, peer: &Peer, receiving: &Receiving) -> Result<QueuePair<Rc, Rtr>> {
        self.become_(&QpChange {
            max_answered_reads: Some(receiving.max_reads),
            rnr_timer: Some(receiving.rnr_timer),
            ..connected(peer)
        })
    }
}

impl QueuePair<Uc, Init> {
    /// Connects it to its peer: it receives.
    ///
    /// # Errors
    /// Those of [`VerbsQp::modify`]; the queue pair is gone then.
    pub fn ready_to_receive(self, peer: &Peer) -> Result<QueuePair<Uc, Rtr>> {
        self.become_(&connected(peer))
    }
}

impl QueuePair<Ud, Init> {
    /// It receives, from everyone.
    ///
    /// # Errors
    /// Those of [`VerbsQp::modify`]; the queue pair is gone then.
    pub fn ready_to_receive(self) -> Result<QueuePair<Ud, Rtr>> {
        self.become_(&QpChange::to(QpState::Rtr))
    }
}

impl QueuePair<Rc, Rtr> {
    /// It sends.
    ///
    /// # Errors
    /// Those of [`VerbsQp::modify`]; the queue pair is gone then.
    pub fn ready_to_send(self, sending: &Sending) -> Result<QueuePair<Rc, Rts>> {
        self.become_(&QpChange {
            send_psn: Some(sending.psn),
            timeout: Some(sending.timeout),
            retries: Some(sending.retries),
            rnr_retries: Some(sending.rnr_retries),
            max_reads: Some(sending.max_reads),
            ..QpChange::to(QpState::Rts)
        })
    }
}

impl QueuePair<Uc, Rtr> {
    /// It sends; `psn` is the number of the first packet.
    ///
    /// # Errors
    /// Those of [`VerbsQp::modify`]; the queue pair is gone then.
    pub fn ready_to_send(self, psn: u32) -> Result<QueuePair<Uc, Rts>> {
        self.become_(&QpChange { send_psn: Some(psn), ..QpChange::to(QpState::Rts) })
    }
}

impl QueuePair<Ud, Rtr> {
    /// It sends; `psn` is the number of the first packet.
    ///
    /// # Errors
    /// Those of [`VerbsQp::modify`]; the queue pair is gone then.
    pub fn ready_to_send(self, psn: u32) -> Result<QueuePair<Ud, Rts>> {
        self.become_(&QpChange { send_psn: Some(psn), ..QpChange::to(QpState::Rts) })
    }
}

impl<T, S: Receives> QueuePair<T, S> {
    /// Posts one request to receive. The first 40 bytes of a datagram are its routing header.
    ///
    /// # Errors
    /// Those of [`VerbsQp::post_receive`].
    pub fn receive(&self, id: u64, regions: &[Sge<'_>]) -> Result<()> {
        self.qp.post_receive(&[ReceiveRequest { id, regions }])
    }

    /// Posts requests to receive, all or those before the first that is refused.
    ///
    /// # Errors
    /// Those of [`VerbsQp::post_receive`].
    pub fn post_receive(&self, requests: &[ReceiveRequest<'_>]) -> Result<()> {
        self.qp.post_receive(requests)
    }
}

impl<T> QueuePair<T, Rts> {
    /// Posts requests to send, all or those before the first that is refused.
    ///
    /// # Errors
    /// Those of [`VerbsQp::post_send`].
    pub fn post_send(&self, requests: &[SendRequest<'_>]) -> Result<()> {
        self.qp.post_send(requests)
    }
}

impl<T: Connected> QueuePair<T, Rts> {
    /// Sends a message, and says when it is done.
    ///
    /// # Errors
    /// Those of [`VerbsQp::post_send`].
    pub fn send(&self, id: u64, regions: &[Sge<'_>]) -> Result<()> {
        self.post_send(&[SendRequest::new(id, SendOp::Send, regions)])
    }

    /// Sends a message that is copied at once, and says when it is done.
    ///
    /// # Errors
    /// Those of [`VerbsQp::post_send`].
    pub fn send_inline(&self, id: u64, bytes: &[u8]) -> Result<()> {
        self.post_send(&[SendRequest::inline(id, SendOp::Send, bytes)])
    }

    /// Sends a message that takes a window of the peer's back, by its key, and says when it is done.
    ///
    /// # Errors
    /// Those of [`VerbsQp::post_send`].
    pub fn send_invalidate(&self, id: u64, regions: &[Sge<'_>], key: u32) -> Result<()> {
        self.post_send(&[SendRequest::new(id, SendOp::SendInvalidate(key), regions)])
    }

    /// Lends the peer a piece of a region through a window, and says when it is done: where the peer finds it.
    ///
    /// # Errors
    /// Those of [`VerbsQp::bind_window`].
    pub fn bind_window(&self, id: u64, window: &dyn VerbsMw, bind: &WindowBind<'_>) -> Result<Remote> {
        self.qp.bind_window(id, window, bind)
    }

    /// Takes a window of our own back, by its key, and says when it is done.
    ///
    /// # Errors
    /// Those of [`VerbsQp::post_send`].
    pub fn invalidate(&self, id: u64, key: u32) -> Result<()> {
        self.post_send(&[SendRequest::new(id, SendOp::LocalInvalidate(key), &[])])
    }

    /// Writes into the peer's memory, and says when it is done.
    ///
    /// # Errors
    /// Those of [`VerbsQp::post_send`].
    pub fn write(&self, id: u64, regions: &[Sge<'_>], remote: Remote) -> Result<()> {
        self.post_send(&[SendRequest::new(id, SendOp::Write(remote), regions)])
    }

    /// Writes into the peer's memory and has the peer's next receive request end with a number.
    ///
    /// # Errors
    /// Those of [`VerbsQp::post_send`].
    pub fn write_imm(&self, id: u64, regions: &[Sge<'_>], remote: Remote, imm: u32) -> Result<()> {
        self.post_send(&[SendRequest::new(id, SendOp::WriteImm(remote, imm), regions)])
    }
}

impl QueuePair<Rc, Rts> {
    /// Reads the peer's memory into ours, and says when it is done.
    ///
    /// # Errors
    /// Those of [`VerbsQp::post_send`].
    pub fn read(&self, id: u64, regions: &[Sge<'_>], remote: Remote) -> Result<()> {
        self.post_send(&[SendRequest::new(id, SendOp::Read(remote), regions)])
    }

    /// Puts `swap` into eight bytes of the peer's if `compare` is there; what was there comes into `region`.
    ///
    /// # Errors
    /// Those of [`VerbsQp::post_send`].
    pub fn compare_swap(
        &self,
        id: u64,
        region: Sge<'_>,
        remote: Remote,
        compare: u64,
        swap: u64,
    ) -> Result<()> {
        self.post_send(&[SendRequest::new(id, SendOp::CompareSwap { remote, compare, swap }, &[region])])
    }

    /// Adds to eight bytes of the peer's; what was there comes into `region`.
    ///
    /// # Errors
    /// Those of [`VerbsQp::post_send`].
    pub fn fetch_add(&self, id: u64, region: Sge<'_>, remote: Remote, add: u64) -> Result<()> {
        self.post_send(&[SendRequest::new(id, SendOp::FetchAdd { remote, add }, &[region])])
    }
}

impl QueuePair<Ud, Rts> {
    /// Sends a datagram, and says when it is done.
    ///
    /// # Errors
    /// Those of [`VerbsQp::post_send`].
    pub fn send_to(&self, id: u64, regions: &[Sge<'_>], to: Destination<'_>) -> Result<()> {
        self.post_send(&[SendRequest::new(id, SendOp::Send, regions).to(to)])
    }
}
