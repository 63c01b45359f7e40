use std::any::Any;
use std::fmt::Debug;
use std::os::fd::BorrowedFd;
use std::sync::Arc;
use std::time::Duration;

use crate::verbs::{Completion, CompletionEx, CqFields, ReceiveRequest, SrqCapacity};
use crate::{Error, Result};

/// What wakes somebody who waits for completions.
pub trait VerbsChannel: Any + Debug + Send + Sync {
    /// Waits for a completion queue that was armed and got something, at most so long: the [`VerbsCq::id`] of the queue,
    /// or `None` if none did. To be told again, arm the queue, and then poll it until it is empty.
    ///
    /// # Errors
    /// `Io` if nothing can be heard any more.
    fn wait(&self, most: Option<Duration>) -> Result<Option<u64>>;

    /// A descriptor that becomes readable when a queue got something; a simulated device may have none.
    fn fd(&self) -> Option<BorrowedFd<'_>> {
        None
    }
}

/// A completion queue.
pub trait VerbsCq: Any + Debug + Send + Sync {
    /// A number that no other completion queue of this process has.
    fn id(&self) -> u64;

    /// How many completions fit into it.
    fn capacity(&self) -> u32;

    /// Takes completions off it, as many as are there and fit into `into`; returns how many. It does not wait.
    ///
    /// # Errors
    /// `Io` if the queue failed, most often because it overflowed.
    fn poll(&self, into: &mut [Completion]) -> Result<usize>;

    /// Tells the channel of the next completion, once; with `solicited_only` of the next that failed or that the sender
    /// marked. Completions that are there already do not count.
    ///
    /// # Errors
    /// `InvalidInput` if the queue has no channel.
    fn arm(&self, solicited_only: bool) -> Result<()>;
}

/// What an extended completion queue is made of (`struct ibv_cq_init_attr_ex`).
#[derive(Debug, Clone, Copy)]
pub struct CqConfig<'a> {
    /// How many completions must fit into it.
    pub entries: u32,
    /// Whom it tells of what comes.
    pub channel: Option<&'a Arc<dyn VerbsChannel>>,
    /// By which of the device's interrupts it does, from 0.
    pub vector: u32,
    /// What it says of each request.
    pub fields: CqFields,
    /// Whether it may overflow unnoticed (`IBV_CREATE_CQ_ATTR_IGNORE_OVERRUN`), for programs that know how many can come.
    pub ignore_overrun: bool,
}

impl CqConfig<'_> {
    /// So many completions, with what every completion has, and nobody is told.
    #[must_use]
    pub fn new(entries: u32) -> Self {
        Self { entries, channel: None, vector: 0, fields: CqFields::default(), ignore_overrun: false }
    }
}

/// A completion queue that says more of each request. As a [`VerbsCq`] it says the same without what is more.
pub trait VerbsCqEx: VerbsCq {
    /// What it says.
    fn fields(&self) -> CqFields;

    /// Takes completions off it, as many as are there and fit into `into`; returns how many. It does not wait.
    ///
    /// # Errors
    /// Those of [`VerbsCq::poll`].
    fn poll_ex(&self, into: &mut [CompletionEx]) -> Result<usize>;
}

/// A receive queue that queue pairs share.
pub trait VerbsSrq: Any + Debug + Send + Sync {
    /// A number that no other shared receive queue of this process has.
    fn id(&self) -> u64;

    /// How much fits into it.
    fn capacity(&self) -> SrqCapacity;

    /// The number that extended reliable connections reach it by; none of a queue that is not for them.
    fn number(&self) -> Option<u32> {
        None
    }

    /// Posts requests to receive, all or those before the first that is refused.
    ///
    /// # Errors
    /// `NoSpace` if the queue is full, `Refused` for a request with too many pieces of memory. The reason says how many
    /// were posted.
    fn post_receive(&self, requests: &[ReceiveRequest<'_>]) -> Result<()>;

    /// Has an event ([`crate::verbs::AsyncEventKind::SrqLimit`]) come once, when there are fewer requests than this.
    ///
    /// # Errors
    /// `Refused` if the limit is more than fits, `Unsupported` where there is none.
    fn set_limit(&self, limit: u32) -> Result<()> {
        let _ = limit;
        Err(Error::unsupported("set the limit of a shared receive queue"))
    }

    /// The limit, or 0 if there is none or it was reached.
    ///
    /// # Errors
    /// `Io` if the device does not answer.
    fn limit(&self) -> Result<u32> {
        Err(Error::unsupported("read the limit of a shared receive queue"))
    }
}
