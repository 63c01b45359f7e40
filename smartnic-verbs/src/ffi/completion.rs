use std::any::Any;
use std::io;
use std::mem::MaybeUninit;
use std::os::fd::BorrowedFd;
use std::ptr::{null_mut, without_provenance_mut};
use std::sync::Arc;
use std::time::Duration;

use smartnic_core::backend::{VerbsChannel, VerbsCq};
use smartnic_core::verbs::Completion;
use smartnic_core::{Error, Result};

use super::context::Context;
use super::raw::{Raw, is_same, next_id};
use super::types::{ibv_comp_channel, ibv_cq, ibv_wc};
use super::{values, wait};

/// So many completions are taken off at a time.
const BATCH: usize = 16;

/// A completion channel.
#[derive(Debug)]
pub(super) struct Channel {
    context: Arc<Context>,
    channel: Raw<ibv_comp_channel>,
}

impl Channel {
    pub(super) fn new(context: &Arc<Context>) -> Result<Self> {
        const OP: &str = "make a completion channel";
        // SAFETY: the context is open, and stays so until the channel is gone.
        let channel = unsafe { (context.library.functions.create_comp_channel)(context.context.as_ptr()) };
        let channel = Self { context: Arc::clone(context), channel: Raw::made(channel, OP, context)? };
        wait::never_block(channel.descriptor()).map_err(|error| Error::io(OP, error).on(&context.name))?;
        Ok(channel)
    }

    fn descriptor(&self) -> BorrowedFd<'_> {
        // SAFETY: the descriptor belongs to the channel, which is there while it is borrowed.
        unsafe { BorrowedFd::borrow_raw((*self.channel.pointer()).fd) }
    }

    fn take(&self) -> io::Result<Option<u64>> {
        let functions = &self.context.library.functions;
        let (mut cq, mut id) = (null_mut::<ibv_cq>(), null_mut());
        // SAFETY: the channel is there; two pointers are written if the function succeeds.
        if unsafe { (functions.get_cq_event)(self.channel.pointer(), &raw mut cq, &raw mut id) } != 0 {
            return match io::Error::last_os_error() {
                error if error.kind() == io::ErrorKind::WouldBlock => Ok(None),
                error => Err(error),
            };
        }
        // SAFETY: the event was got just now and is acknowledged once; until then the queue is not destroyed.
        unsafe { (functions.ack_cq_events)(cq, 1) };
        Ok(Some(id.addr() as u64))
    }
}

impl VerbsChannel for Channel {
    fn wait(&self, most: Option<Duration>) -> Result<Option<u64>> {
        wait::until(self.descriptor(), most, || self.take())
            .map_err(|error| Error::io("wait for completions", error).on(&self.context.name))
    }

    fn fd(&self) -> Option<BorrowedFd<'_>> {
        Some(self.descriptor())
    }
}

impl Drop for Channel {
    fn drop(&mut self) {
        // SAFETY: the queues that it tells of held it, and are gone.
        let _ = unsafe { (self.context.library.functions.destroy_comp_channel)(self.channel.pointer()) };
    }
}

/// A completion queue.
#[derive(Debug)]
pub(super) struct Cq {
    pub(super) context: Arc<Context>,
    cq: Raw<ibv_cq>,
    id: u64,
    poll: unsafe extern "C" fn(*mut ibv_cq, i32, *mut ibv_wc) -> i32,
    arm: unsafe extern "C" fn(*mut ibv_cq, i32) -> i32,
    capacity: u32,
    channel: Option<Arc<dyn VerbsChannel>>,
}

impl Cq {
    pub(super) fn new(
        context: &Arc<Context>,
        entries: u32,
        channel: Option<&Arc<dyn VerbsChannel>>,
    ) -> Result<Self> {
        const OP: &str = "make a completion queue";
        let known = match channel {
            None => null_mut(),
            Some(channel) => {
                let known = (&**channel as &dyn Any).downcast_ref::<Channel>();
                let known = known.filter(|known| is_same(&known.context, context));
                let known = known.ok_or_else(|| {
                    Error::invalid(OP, "the completion channel is of another device").on(&context.name)
                })?;
                known.channel.pointer()
            }
        };
        let ops = context.ops();
        let (Some(poll), Some(arm)) = (ops.poll_cq, ops.req_notify_cq) else {
            return Err(Error::unsupported(OP).on(&context.name).reason("its driver cannot poll"));
        };
        let (id, size) = (next_id(), i32::try_from(entries).unwrap_or(i32::MAX));
        // The number takes the place of the pointer that C programs find their own data by.
        let mark = without_provenance_mut(id as usize);
        // SAFETY: context and channel are there, and stay so until the queue is gone.
        let cq =
            unsafe { (context.library.functions.create_cq)(context.context.as_ptr(), size, mark, known, 0) };
        let cq = Raw::made(cq, OP, context)?;
        // SAFETY: it was just made; the member changes only when the queue is resized, which is never done.
        let capacity = u32::try_from(unsafe { (*cq.pointer()).cqe }).unwrap_or(0);
        Ok(Self { context: Arc::clone(context), cq, id, poll, arm, capacity, channel: channel.cloned() })
    }

    /// A queue of this device, which came back through its trait.
    pub(super) fn known(cq: &dyn VerbsCq, context: &Arc<Context>, op: &'static str) -> Result<*mut ibv_cq> {
        let known = (cq as &dyn Any).downcast_ref::<Self>();
        match known.filter(|known| is_same(&known.context, context)) {
            Some(known) => Ok(known.cq.pointer()),
            None => Err(Error::invalid(op, "the completion queue is of another device").on(&context.name)),
        }
    }
}

impl VerbsCq for Cq {
    fn id(&self) -> u64 {
        self.id
    }

    fn capacity(&self) -> u32 {
        self.capacity
    }

    fn poll(&self, into: &mut [Completion]) -> Result<usize> {
        let mut taken = 0;
        while taken < into.len() {
            let mut batch = [const { MaybeUninit::<ibv_wc>::uninit() }; BATCH];
            let wanted = BATCH.min(into.len() - taken);
            // SAFETY: the queue is there, and there is room for as many as are wanted.
            let found =
                unsafe { (self.poll)(self.cq.pointer(), wanted as i32, batch.as_mut_ptr().cast::<ibv_wc>()) };
            let Ok(found) = usize::try_from(found) else {
                let error = Error::io("poll a completion queue", io::Error::from_raw_os_error(libc::EIO));
                return Err(error.on(&self.context.name).reason("the queue failed: it may have overflowed"));
            };
            for (wc, completion) in batch.iter().zip(&mut into[taken..]).take(found) {
                // SAFETY: the first `found` were written.
                *completion = values::completion(unsafe { wc.assume_init_ref() });
            }
            taken += found;
            if found < wanted {
                break;
            }
        }
        Ok(taken)
    }

    fn arm(&self, solicited_only: bool) -> Result<()> {
        const OP: &str = "arm a completion queue";
        if self.channel.is_none() {
            return Err(Error::invalid(OP, "the queue was made without a channel").on(&self.context.name));
        }
        // SAFETY: the queue is there.
        let code = unsafe { (self.arm)(self.cq.pointer(), solicited_only.into()) };
        self.context.check(OP, code)
    }
}

impl Drop for Cq {
    fn drop(&mut self) {
        // SAFETY: the queue pairs that use it held it, and are gone.
        let _ = unsafe { (self.context.library.functions.destroy_cq)(self.cq.pointer()) };
    }
}
