use std::any::Any;
use std::io;
use std::mem::MaybeUninit;
use std::ptr::without_provenance_mut;
use std::sync::Arc;

use smartnic_core::backend::{VerbsChannel, VerbsCq};
use smartnic_core::verbs::Completion;
use smartnic_core::{Error, Result};

use super::channel::Channel;
use super::completion_ex::Extended;
use super::context::Context;
use super::raw::{Raw, is_same, next_id};
use super::types::{ibv_cq, ibv_wc};
use super::values;

/// So many completions are taken off at a time.
const BATCH: usize = 16;

/// Takes completions off.
pub(super) type Poll = unsafe extern "C" fn(*mut ibv_cq, i32, *mut ibv_wc) -> i32;
/// Has the channel told of the next.
pub(super) type Arm = unsafe extern "C" fn(*mut ibv_cq, i32) -> i32;

/// A completion queue.
#[derive(Debug)]
pub(super) struct Cq {
    pub(super) context: Arc<Context>,
    pub(super) cq: Raw<ibv_cq>,
    id: u64,
    /// What it says beyond, if it was made to.
    pub(super) extended: Option<Extended>,
    poll: Poll,
    arm: Arm,
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
        let driver = Self::driver(context, OP)?;
        let known = Channel::known(channel, context, OP)?;
        let (id, size) = (next_id(), i32::try_from(entries).unwrap_or(i32::MAX));
        // The number takes the place of the pointer that C programs find their own data by.
        let mark = without_provenance_mut(id as usize);
        // SAFETY: context and channel are there, and stay so until the queue is gone.
        let cq =
            unsafe { (context.library.functions.create_cq)(context.context.as_ptr(), size, mark, known, 0) };
        let cq = Raw::made(cq, OP, context)?;
        Ok(Self::of(driver, context, cq, id, channel, None))
    }

    /// The driver's functions.
    pub(super) fn driver(context: &Context, op: &'static str) -> Result<(Poll, Arm)> {
        let ops = context.ops();
        match (ops.poll_cq, ops.req_notify_cq) {
            (Some(poll), Some(arm)) => Ok((poll, arm)),
            _ => Err(Error::unsupported(op).on(&context.name).reason("its driver cannot poll")),
        }
    }

    /// What was just made, with what it stands on.
    pub(super) fn of(
        (poll, arm): (Poll, Arm),
        context: &Arc<Context>,
        cq: Raw<ibv_cq>,
        id: u64,
        channel: Option<&Arc<dyn VerbsChannel>>,
        extended: Option<Extended>,
    ) -> Self {
        // SAFETY: it was just made; the member changes only when the queue is resized, which is never done.
        let capacity = u32::try_from(unsafe { (*cq.pointer()).cqe }).unwrap_or(0);
        let (context, channel) = (Arc::clone(context), channel.cloned());
        Self { context, cq, id, extended, poll, arm, capacity, channel }
    }

    pub(super) fn failed(&self) -> Error {
        let error = Error::io("poll a completion queue", io::Error::from_raw_os_error(libc::EIO));
        error.on(&self.context.name).reason("the queue failed: it may have overflowed")
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
        if let Some(extended) = &self.extended {
            return extended.poll(self, into.len(), |at, told| into[at] = told.completion);
        }
        let mut taken = 0;
        while taken < into.len() {
            let mut batch = [const { MaybeUninit::<ibv_wc>::uninit() }; BATCH];
            let wanted = BATCH.min(into.len() - taken);
            // SAFETY: the queue is there, and there is room for as many as are wanted.
            let found =
                unsafe { (self.poll)(self.cq.pointer(), wanted as i32, batch.as_mut_ptr().cast::<ibv_wc>()) };
            let Ok(found) = usize::try_from(found) else { return Err(self.failed()) };
            let found = found.min(wanted);
            for (wc, completion) in batch[..found].iter().zip(&mut into[taken..taken + found]) {
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
