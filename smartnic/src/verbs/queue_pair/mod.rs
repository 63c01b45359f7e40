//! Queue pairs whose type and state are types of Rust, so that what they cannot do does not compile.

mod batch;
mod kinds;
mod post;
mod states;

use std::marker::PhantomData;
use std::sync::Arc;

use smartnic_core::backend::{QpConfig, VerbsCq, VerbsPd, VerbsQp, VerbsSrq, VerbsXrcd};
use smartnic_core::rdma::{QpState, QpType};
use smartnic_core::verbs::{QpAttributes, QpCapacity, QpChange, SendOps};

use crate::Result;

pub use batch::Batch;
pub use kinds::{
    Batched, Connected, Failed, HasPeer, HasQueues, HasReceives, Init, Plain, RawPacket, Rc, Receives, Reset,
    Rtr, Rts, Transport, Uc, Ud, XrcReceive, XrcSend,
};
pub use states::{Peer, Receiving, Sending};

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
/// Batches are for queue pairs that were made for them:
///
/// ```compile_fail,E0599
/// use smartnic::verbs::{QueuePair, Rc, Rts};
/// fn together(qp: &QueuePair<Rc, Rts>) -> smartnic::Result<()> {
///     qp.batch(|batch| batch.send(1, &[]))
/// }
/// ```
///
/// The receiving end of an extended connection sends nothing, and has nothing to receive into of its own:
///
/// ```compile_fail,E0599
/// use smartnic::verbs::{QueuePair, Rtr, XrcReceive};
/// fn own(qp: &QueuePair<XrcReceive, Rtr>) -> smartnic::Result<()> {
///     qp.receive(1, &[])
/// }
/// ```
///
/// Raw packets go to a port and come by rules: there is no peer, and no memory of a peer's. They come to no queue pair
/// of another kind, and no state is left out here either:
///
/// ```
/// use smartnic::verbs::{Queues, QueuePair, RawPacket, Rts, SteeringRule, SteeringSpec, VerbsPd};
/// fn dns(pd: &dyn VerbsPd, queues: &Queues) -> smartnic::Result<QueuePair<RawPacket, Rts>> {
///     let qp = QueuePair::<RawPacket, _>::new(pd, queues)?.init(1)?.ready_to_receive()?.ready_to_send()?;
///     let rule = qp.steer(&SteeringRule::new(&[SteeringSpec::udp_to(53)]))?;
///     drop(rule); // packets come no more
///     Ok(qp)
/// }
/// ```
///
/// ```compile_fail,E0599
/// use smartnic::verbs::{QueuePair, RawPacket, Remote, Rts};
/// fn whose(qp: &QueuePair<RawPacket, Rts>, remote: Remote) -> smartnic::Result<()> {
///     qp.write(1, &[], remote)
/// }
/// ```
///
/// ```compile_fail,E0599
/// use smartnic::verbs::{QueuePair, Rc, Rts, SteeringRule};
/// fn steered(qp: &QueuePair<Rc, Rts>, rule: &SteeringRule<'_>) {
///     let _ = qp.steer(rule);
/// }
/// ```
///
/// ```compile_fail,E0599
/// use smartnic::verbs::{Init, QueuePair, RawPacket, Rts};
/// fn too_far(qp: QueuePair<RawPacket, Init>) -> smartnic::Result<QueuePair<RawPacket, Rts>> {
///     qp.ready_to_send()
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
///
/// nor the region's being registered anew, when its keys change:
///
/// ```compile_fail,E0505
/// use std::sync::Arc;
/// use smartnic::verbs::{MrChange, QueuePair, Rc, Rts, VerbsMr};
/// fn stale(qp: &QueuePair<Rc, Rts>, region: Arc<dyn VerbsMr>) -> smartnic::Result<()> {
///     let piece = region.sge(0, 8)?;
///     let region = region.reregister(&MrChange::default()).map_err(|failed| failed.error)?;
///     qp.send(1, &[piece])
/// }
/// ```
#[derive(Debug)]
pub struct QueuePair<T, S, K = Plain> {
    qp: Arc<dyn VerbsQp>,
    is: PhantomData<(T, S, K)>,
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

    fn config(&self, kind: QpType, batches: Option<SendOps>) -> QpConfig<'_> {
        QpConfig {
            kind,
            send_cq: &self.send,
            receive_cq: &self.receive,
            srq: self.shared.as_ref(),
            capacity: self.capacity,
            signal_all: self.signal_all,
            batches,
        }
    }
}

impl<T: HasQueues> QueuePair<T, Reset, Plain> {
    /// Makes one.
    ///
    /// # Errors
    /// Those of [`VerbsPd::create_qp`].
    pub fn new(pd: &dyn VerbsPd, queues: &Queues) -> Result<Self> {
        Ok(Self { qp: pd.create_qp(&queues.config(T::KIND, None))?, is: PhantomData })
    }
}

impl QueuePair<XrcReceive, Reset, Plain> {
    /// Makes the receiving end of an extended connection.
    ///
    /// # Errors
    /// Those of [`VerbsXrcd::create_target`].
    pub fn new_target(domain: &dyn VerbsXrcd) -> Result<Self> {
        Ok(Self { qp: domain.create_target()?, is: PhantomData })
    }
}

impl<T: HasQueues> QueuePair<T, Reset, Batched> {
    /// Makes one that posts batches.
    ///
    /// # Errors
    /// Those of [`VerbsPd::create_qp`]; `Unsupported` if the driver has no batches.
    pub fn new_batched(pd: &dyn VerbsPd, queues: &Queues) -> Result<Self> {
        Self::new_batched_with(pd, queues, SendOps::empty())
    }

    /// Makes one that posts batches with further kinds of requests in them, which not every driver has: bindings of windows,
    /// flushes, writes of a word, and of raw packets long segments.
    ///
    /// # Errors
    /// Those of [`VerbsPd::create_qp`]; `Unsupported` if the driver has no batches of this kind.
    pub fn new_batched_with(pd: &dyn VerbsPd, queues: &Queues, further: SendOps) -> Result<Self> {
        let config = queues.config(T::KIND, Some(T::BATCHES | further));
        Ok(Self { qp: pd.create_qp(&config)?, is: PhantomData })
    }
}

impl<T, S, K> QueuePair<T, S, K> {
    pub(super) fn become_<N>(self, change: &QpChange) -> Result<QueuePair<T, N, K>> {
        self.qp.modify(change)?;
        Ok(QueuePair { qp: self.qp, is: PhantomData })
    }

    /// What changed it was not we.
    pub(super) fn known_as<N>(self) -> QueuePair<T, N, K> {
        QueuePair { qp: self.qp, is: PhantomData }
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
    pub fn reset(self) -> Result<QueuePair<T, Reset, K>> {
        self.become_(&QpChange::to(QpState::Reset))
    }

    /// Fails it: requests that wait come back as flushed.
    ///
    /// # Errors
    /// Those of [`VerbsQp::modify`]; the queue pair is gone then.
    pub fn fail(self) -> Result<QueuePair<T, Failed, K>> {
        self.become_(&QpChange::to(QpState::Err))
    }
}
