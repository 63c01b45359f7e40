use std::io;
use std::mem::MaybeUninit;
use std::os::fd::BorrowedFd;
use std::time::Duration;

use smartnic_core::verbs::{AsyncEvent, AsyncEventKind as Kind, AsyncSource};
use smartnic_core::{Error, Result};

use super::context::Context;
use super::types::ibv_async_event;
use super::wait;

impl Context {
    pub(crate) fn async_fd(&self) -> BorrowedFd<'_> {
        // SAFETY: the descriptor belongs to the context, which is open while it is borrowed.
        unsafe { BorrowedFd::borrow_raw((*self.context.as_ptr()).async_fd) }
    }

    pub(crate) fn wait_event(&self, most: Option<Duration>) -> Result<Option<AsyncEvent>> {
        wait::until(self.async_fd(), most, || self.take_event())
            .map_err(|error| Error::io("wait for what happens to an RDMA device", error).on(&self.name))
    }

    fn take_event(&self) -> io::Result<Option<AsyncEvent>> {
        let mut event = MaybeUninit::<ibv_async_event>::zeroed();
        // SAFETY: the context is open, and the function writes one event if it succeeds.
        let code =
            unsafe { (self.library.functions.get_async_event)(self.context.as_ptr(), event.as_mut_ptr()) };
        if code != 0 {
            return match io::Error::last_os_error() {
                error if error.kind() == io::ErrorKind::WouldBlock => Ok(None),
                error => Err(error),
            };
        }
        // SAFETY: zeroes are a value of it, and so is what was written.
        let mut event = unsafe { event.assume_init() };
        let told = told(&event);
        // SAFETY: the event is one that was got and is acknowledged once.
        unsafe { (self.library.functions.ack_async_event)(&raw mut event) };
        Ok(Some(told))
    }
}

/// An event by our names.
fn told(event: &ibv_async_event) -> AsyncEvent {
    let kind = Kind::from_number(event.event_type);
    // SAFETY: the type says which member was written. An object of which there is an event that was not acknowledged is
    // not destroyed: whoever wants to waits. Contexts of queues are numbers, given when they were made.
    let source = unsafe {
        match kind {
            Kind::CqError => AsyncSource::Cq((*event.element.cq).cq_context.addr() as u64),
            Kind::SrqError | Kind::SrqLimit => {
                AsyncSource::Srq((*event.element.srq).srq_context.addr() as u64)
            }
            Kind::QpFatal
            | Kind::QpRequestError
            | Kind::QpAccessError
            | Kind::CommunicationEstablished
            | Kind::SendQueueDrained
            | Kind::PathMigrated
            | Kind::PathMigrationError
            | Kind::LastRequestReached => AsyncSource::Qp((*event.element.qp).qp_num),
            Kind::PortActive
            | Kind::PortError
            | Kind::LidChange
            | Kind::PkeyChange
            | Kind::SubnetManagerChange
            | Kind::ClientReregister
            | Kind::GidChange
            | Kind::SpeedChange => AsyncSource::Port(u8::try_from(event.element.port_num).unwrap_or(u8::MAX)),
            Kind::DeviceFatal | Kind::WorkQueueFatal | Kind::Unknown(_) => AsyncSource::Device,
        }
    };
    AsyncEvent { kind, source }
}
