use std::any::Any;
use std::fmt::Debug;
use std::sync::Arc;

use super::{VerbsCq, VerbsFlow, VerbsMw, VerbsSrq};
use crate::rdma::QpType;
use crate::verbs::{
    AddressVector, Ece, QpAttributes, QpCapacity, QpChange, ReceiveRequest, Remote, Segments, SendOps,
    SendRequest, SteeringRule, WindowBind,
};
use crate::{Error, Result};

/// What a queue pair is made of (`struct ibv_qp_init_attr`).
#[derive(Debug, Clone, Copy)]
pub struct QpConfig<'a> {
    /// Its type: [`QpType::Rc`], [`QpType::Uc`], [`QpType::Ud`], [`QpType::XrcIni`] or [`QpType::RawPacket`].
    pub kind: QpType,
    /// Where sends are completed.
    pub send_cq: &'a Arc<dyn VerbsCq>,
    /// Where receives are completed.
    pub receive_cq: &'a Arc<dyn VerbsCq>,
    /// The receive queue that it shares with others.
    pub srq: Option<&'a Arc<dyn VerbsSrq>>,
    /// How much must fit into it.
    pub capacity: QpCapacity,
    /// Whether every send ends with a completion, whatever its flags.
    pub signal_all: bool,
    /// What it can post in batches ([`VerbsQp::post_batch`]); none if it need not (`send_ops_flags`).
    pub batches: Option<SendOps>,
}

/// Requests that are put together, to be posted as one or not at all (`ibv_wr_start` and what follows).
pub trait VerbsBatch {
    /// Adds a request; its pieces of memory and its bytes are taken over at once.
    ///
    /// # Errors
    /// `InvalidInput` or `Refused` for a request that the queue pair cannot carry out, or was not made for.
    fn push(&mut self, request: &SendRequest<'_>) -> Result<()>;

    /// Adds a request that binds a window (`ibv_wr_bind_mw`): where peers find its first byte, once it is posted and done. The
    /// window has another key from here on, even if the batch is not posted then, and keeps the region.
    ///
    /// # Errors
    /// Those of [`VerbsBatch::push`], for windows and regions of other domains and windows of the first type, too.
    fn bind_window(&mut self, id: u64, window: &dyn VerbsMw, bind: &WindowBind<'_>) -> Result<Remote> {
        let _ = (id, window, bind);
        Err(Error::unsupported("bind a memory window in a batch"))
    }

    /// Adds a long TCP segment, which the device cuts into packets with checksums; of queue pairs of raw packets that were made
    /// for it ([`SendOps::SEGMENTS`]). The headers are taken over at once, and it ends with one completion.
    ///
    /// # Errors
    /// Those of [`VerbsBatch::push`]; `Unsupported` if the driver has no such requests.
    fn send_segments(&mut self, id: u64, segments: &Segments<'_>) -> Result<()> {
        let _ = (id, segments);
        Err(Error::unsupported("send long segments in a batch"))
    }
}

/// A queue pair.
pub trait VerbsQp: Any + Debug + Send + Sync {
    /// Its number, which its peer must know.
    fn number(&self) -> u32;

    /// Its type.
    fn kind(&self) -> QpType;

    /// How much fits into it, which may be more than was asked for.
    fn capacity(&self) -> QpCapacity;

    /// Changes its state or attributes.
    ///
    /// # Errors
    /// `Refused` for a change that its state does not allow or that lacks something; `Timeout` or `Io` if the peer's
    /// hardware address is not found.
    fn modify(&self, change: &QpChange) -> Result<()>;

    /// Its state and attributes as they are now.
    ///
    /// # Errors
    /// `Io` if the device does not answer.
    fn query(&self) -> Result<QpAttributes>;

    /// What the vendor's hardware at both ends may do for it beyond the specification (`ibv_query_ece`): what it can before it
    /// is connected, what was agreed on afterwards.
    ///
    /// # Errors
    /// `Unsupported` if its driver has nothing of this kind.
    fn ece(&self) -> Result<Ece> {
        Err(Error::unsupported("query the enhancements of a connection"))
    }

    /// Says what the peer can do of it, before it is connected (`ibv_set_ece`).
    ///
    /// # Errors
    /// `Unsupported` as for [`VerbsQp::ece`], or for another vendor's.
    fn set_ece(&self, ece: &Ece) -> Result<()> {
        let _ = ece;
        Err(Error::unsupported("set the enhancements of a connection"))
    }

    /// Posts requests to send, all or those before the first that is refused.
    ///
    /// # Errors
    /// `NoSpace` if the queue is full; `InvalidInput` or `Refused` for a request that it cannot carry out, or in a state
    /// in which it does not send. The reason says how many were posted.
    fn post_send(&self, requests: &[SendRequest<'_>]) -> Result<()>;

    /// Posts the requests that `fill` puts together, all of them, or none if it fails or one does not fit. `fill` must not use
    /// the queue pair otherwise: it may be locked meanwhile.
    ///
    /// # Errors
    /// What `fill` returns; `Unsupported` if the queue pair was made without [`QpConfig::batches`]; else those of
    /// [`VerbsQp::post_send`].
    fn post_batch(&self, fill: &mut dyn FnMut(&mut dyn VerbsBatch) -> Result<()>) -> Result<()> {
        let _ = fill;
        Err(Error::unsupported("post a batch of requests"))
    }

    /// Posts a request that binds a window, and says when it is done: where peers find its first byte. It keeps the region. A
    /// window of the second type must not be bound, and peers reach it over this queue pair only.
    ///
    /// # Errors
    /// `Unsupported` where there are no windows, else those of [`VerbsQp::post_send`]. What only the device sees fails the
    /// request, and with it the queue pair.
    fn bind_window(&self, id: u64, window: &dyn VerbsMw, bind: &WindowBind<'_>) -> Result<Remote> {
        let _ = (id, window, bind);
        Err(Error::unsupported("bind a memory window"))
    }

    /// Posts requests to receive, all or those before the first that is refused.
    ///
    /// # Errors
    /// `NoSpace` if the queue is full, `Refused` for a request with too many pieces of memory, or if it has a shared
    /// receive queue. The reason says how many were posted.
    fn post_receive(&self, requests: &[ReceiveRequest<'_>]) -> Result<()>;

    /// Has packets come to this queue pair, of [`QpType::RawPacket`], that a rule says; until the rule is dropped.
    ///
    /// # Errors
    /// `PermissionDenied` without `CAP_NET_RAW`, `Unsupported` where nothing is steered, `InvalidInput` or `Refused` for a rule
    /// that the kernel or the device does not have, `NoSpace` if there can be no more, or none of this priority.
    fn steer(self: Arc<Self>, rule: &SteeringRule<'_>) -> Result<Arc<dyn VerbsFlow>> {
        let _ = rule;
        Err(Error::unsupported("steer packets to a queue pair"))
    }

    /// Has datagrams to a multicast group come to this queue pair, of [`QpType::Ud`], too: those to the GID or local identifier of
    /// an address that [`crate::verbs::CmEventKind::MulticastJoin`] told. It ends when the queue pair is dropped.
    ///
    /// # Errors
    /// `Refused` for an address of no group, `Unsupported` where there are none.
    fn attach(&self, group: &AddressVector) -> Result<()> {
        let _ = group;
        Err(Error::unsupported("attach a queue pair to a multicast group"))
    }

    /// Has them come no more.
    ///
    /// # Errors
    /// `Refused` if it is not attached, `Unsupported` where there are no groups.
    fn detach(&self, group: &AddressVector) -> Result<()> {
        let _ = group;
        Err(Error::unsupported("detach a queue pair from a multicast group"))
    }
}
