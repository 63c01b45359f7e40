//! Requests that are put together and posted as one or not at all.

use std::marker::PhantomData;

use smartnic_core::backend::{VerbsBatch, VerbsMw};
use smartnic_core::verbs::{Destination, Flush, Remote, Segments, SendOp, SendRequest, Sge, WindowBind};

use super::QueuePair;
use super::kinds::{Batched, Connected, HasQueues, RawPacket, Rc, Rts, Ud};
use crate::Result;

/// A batch for a transport, which has what the transport has. Each of its requests says when it is done.
///
/// ```compile_fail,E0599
/// use smartnic::verbs::{Batch, Remote, Uc};
/// fn no_reads(batch: &mut Batch<'_, Uc>, remote: Remote) -> smartnic::Result<()> {
///     batch.read(1, &[], remote)
/// }
/// ```
pub struct Batch<'a, T> {
    batch: &'a mut dyn VerbsBatch,
    is: PhantomData<T>,
}

impl<T: HasQueues> QueuePair<T, Rts, Batched> {
    /// Posts the requests that `fill` puts together, all of them, or none if it fails or one does not fit. `fill` must not use
    /// the queue pair otherwise: it may be locked meanwhile, and would wait for itself.
    ///
    /// ```
    /// use smartnic::verbs::{Batched, QueuePair, Rc, Remote, Rts, Sge};
    /// fn update(qp: &QueuePair<Rc, Rts, Batched>, data: Sge<'_>, to: Remote, flag: Remote) -> smartnic::Result<()> {
    ///     qp.batch(|batch| {
    ///         batch.write(1, &[data], to)?;
    ///         batch.write_inline(2, &1u64.to_ne_bytes(), flag)
    ///     })
    /// }
    /// ```
    ///
    /// # Errors
    /// Those of [`crate::verbs::VerbsQp::post_batch`].
    pub fn batch(&self, fill: impl FnOnce(&mut Batch<'_, T>) -> Result<()>) -> Result<()> {
        let mut fill = Some(fill);
        self.qp.post_batch(&mut |batch| match fill.take() {
            Some(fill) => fill(&mut Batch { batch, is: PhantomData }),
            None => Ok(()),
        })
    }
}

impl<T> Batch<'_, T> {
    /// Adds a request of any kind.
    ///
    /// # Errors
    /// Those of [`VerbsBatch::push`].
    pub fn push(&mut self, request: &SendRequest<'_>) -> Result<()> {
        self.batch.push(request)
    }
}

impl<T: Connected> Batch<'_, T> {
    /// Sends a message.
    ///
    /// # Errors
    /// Those of [`VerbsBatch::push`].
    pub fn send(&mut self, id: u64, regions: &[Sge<'_>]) -> Result<()> {
        self.push(&SendRequest::new(id, SendOp::Send, regions))
    }

    /// Sends a message that is copied at once.
    ///
    /// # Errors
    /// Those of [`VerbsBatch::push`].
    pub fn send_inline(&mut self, id: u64, bytes: &[u8]) -> Result<()> {
        self.push(&SendRequest::inline(id, SendOp::Send, bytes))
    }

    /// Writes into the peer's memory.
    ///
    /// # Errors
    /// Those of [`VerbsBatch::push`].
    pub fn write(&mut self, id: u64, regions: &[Sge<'_>], remote: Remote) -> Result<()> {
        self.push(&SendRequest::new(id, SendOp::Write(remote), regions))
    }

    /// Writes bytes into the peer's memory that are copied at once.
    ///
    /// # Errors
    /// Those of [`VerbsBatch::push`].
    pub fn write_inline(&mut self, id: u64, bytes: &[u8], remote: Remote) -> Result<()> {
        self.push(&SendRequest::inline(id, SendOp::Write(remote), bytes))
    }

    /// Writes into the peer's memory and has the peer's next receive request end with a number.
    ///
    /// # Errors
    /// Those of [`VerbsBatch::push`].
    pub fn write_imm(&mut self, id: u64, regions: &[Sge<'_>], remote: Remote, imm: u32) -> Result<()> {
        self.push(&SendRequest::new(id, SendOp::WriteImm(remote, imm), regions))
    }

    /// Lends the peer a piece of a region through a window: where the peer finds it. The queue pair must be made for it
    /// ([`QueuePair::new_batched_with`]).
    ///
    /// # Errors
    /// Those of [`VerbsBatch::bind_window`].
    pub fn bind_window(&mut self, id: u64, window: &dyn VerbsMw, bind: &WindowBind<'_>) -> Result<Remote> {
        self.batch.bind_window(id, window, bind)
    }
}

impl Batch<'_, Rc> {
    /// Reads the peer's memory into ours.
    ///
    /// # Errors
    /// Those of [`VerbsBatch::push`].
    pub fn read(&mut self, id: u64, regions: &[Sge<'_>], remote: Remote) -> Result<()> {
        self.push(&SendRequest::new(id, SendOp::Read(remote), regions))
    }

    /// Puts `swap` into eight bytes of the peer's if `compare` is there; what was there comes into `region`.
    ///
    /// # Errors
    /// Those of [`VerbsBatch::push`].
    pub fn compare_swap(
        &mut self,
        id: u64,
        region: Sge<'_>,
        remote: Remote,
        compare: u64,
        swap: u64,
    ) -> Result<()> {
        self.push(&SendRequest::new(id, SendOp::CompareSwap { remote, compare, swap }, &[region]))
    }

    /// Adds to eight bytes of the peer's; what was there comes into `region`.
    ///
    /// # Errors
    /// Those of [`VerbsBatch::push`].
    pub fn fetch_add(&mut self, id: u64, region: Sge<'_>, remote: Remote, add: u64) -> Result<()> {
        self.push(&SendRequest::new(id, SendOp::FetchAdd { remote, add }, &[region]))
    }

    /// Puts eight bytes into the peer's memory at once. The queue pair must be made for it
    /// ([`QueuePair::new_batched_with`]).
    ///
    /// # Errors
    /// Those of [`VerbsBatch::push`].
    pub fn atomic_write(&mut self, id: u64, word: [u8; 8], remote: Remote) -> Result<()> {
        self.push(&SendRequest::new(id, SendOp::AtomicWrite { remote, word }, &[]))
    }

    /// Has what was written into so many bytes of the peer's, or all of its region, reach its place. The queue pair must be made
    /// for it ([`QueuePair::new_batched_with`]).
    ///
    /// # Errors
    /// Those of [`VerbsBatch::push`].
    pub fn flush(&mut self, id: u64, remote: Remote, length: Option<usize>, to: Flush) -> Result<()> {
        self.push(&SendRequest::new(id, SendOp::Flush { remote, to, length }, &[]))
    }
}

impl Batch<'_, RawPacket> {
    /// Sends a packet, which begins with its Ethernet header.
    ///
    /// # Errors
    /// Those of [`VerbsBatch::push`].
    pub fn send_packet(&mut self, id: u64, regions: &[Sge<'_>]) -> Result<()> {
        self.push(&SendRequest::new(id, SendOp::Send, regions))
    }

    /// Sends a long TCP segment, which the device cuts into packets. The queue pair must be made for it
    /// ([`QueuePair::new_batched_with`], [`SendOps::SEGMENTS`](crate::verbs::SendOps::SEGMENTS)).
    ///
    /// # Errors
    /// Those of [`VerbsBatch::send_segments`].
    pub fn send_segments(&mut self, id: u64, segments: &Segments<'_>) -> Result<()> {
        self.batch.send_segments(id, segments)
    }
}

impl Batch<'_, Ud> {
    /// Sends a datagram.
    ///
    /// # Errors
    /// Those of [`VerbsBatch::push`].
    pub fn send_to(&mut self, id: u64, regions: &[Sge<'_>], to: Destination<'_>) -> Result<()> {
        self.push(&SendRequest::new(id, SendOp::Send, regions).to(to))
    }
}
