use std::any::Any;
use std::io;
use std::os::fd::BorrowedFd;
use std::ptr::null_mut;
use std::sync::Arc;
use std::time::Duration;

use smartnic_core::backend::VerbsChannel;
use smartnic_core::{Error, Result};

use super::context::Context;
use super::raw::{Raw, is_same};
use super::types::{ibv_comp_channel, ibv_cq};
use super::wait;

/// A completion channel.
#[derive(Debug)]
pub(super) struct Channel {
    context: Arc<Context>,
    channel: Raw<ibv_comp_channel>,
}

impl Channel {
    /// A channel of this device, which came back through its trait; null for none.
    pub(super) fn known(
        channel: Option<&Arc<dyn VerbsChannel>>,
        context: &Arc<Context>,
        op: &'static str,
    ) -> Result<*mut ibv_comp_channel> {
        let Some(channel) = channel else { return Ok(null_mut()) };
        let known = (&**channel as &dyn Any).downcast_ref::<Self>();
        match known.filter(|known| is_same(&known.context, context)) {
            Some(known) => Ok(known.channel.pointer()),
            None => Err(Error::invalid(op, "the completion channel is of another device").on(&context.name)),
        }
    }

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
