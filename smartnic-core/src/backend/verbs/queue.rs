use std::any::Any;
use std::fmt::Debug;
use std::os::fd::BorrowedFd;
use std::time::Duration;

use crate::verbs::{Completion, ReceiveRequest, SrqCapacity};
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

/// A receive queue that queue pairs share.
pub trait VerbsSrq: Any + Debug + Send + Sync {
    /// A number that no other shared receive queue of this process has.
    fn id(&self) -> u64;

    /// How much fits into it.
    fn capacity(&self) -> SrqCapacity;

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
