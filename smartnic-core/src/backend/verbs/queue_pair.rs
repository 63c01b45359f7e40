use std::any::Any;
use std::fmt::Debug;
use std::sync::Arc;

use super::{VerbsCq, VerbsMw, VerbsSrq};
use crate::rdma::QpType;
use crate::verbs::{
    AddressVector, QpAttributes, QpCapacity, QpChange, ReceiveRequest, Remote, SendRequest, WindowBind,
};
use crate::{Error, Result};

/// What a queue pair is made of (`struct ibv_qp_init_attr`).
#[derive(Debug, Clone, Copy)]
pub struct QpConfig<'a> {
    /// Its type: [`QpType::Rc`], [`QpType::Uc`] or [`QpType::Ud`].
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

    /// Posts requests to send, all or those before the first that is refused.
    ///
    /// # Errors
    /// `NoSpace` if the queue is full; `InvalidInput` or `Refused` for a request that it cannot carry out, or in a state
    /// in which it does not send. The reason says how many were posted.
    fn post_send(&self, requests: &[SendRequest<'_>]) -> Result<()>;

    /// Posts a request that binds a window, and says when it is done: where peers find its first byte. The window must not
    /// be bound; peers reach it over this queue pair only. It keeps the region.
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
