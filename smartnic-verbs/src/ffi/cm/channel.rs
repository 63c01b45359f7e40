use std::io;
use std::os::fd::BorrowedFd;
use std::ptr::{null_mut, without_provenance_mut};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use smartnic_core::backend::{CmArrival, VerbsCm, VerbsCmId};
use smartnic_core::rdma::QpType;
use smartnic_core::{Error, Result};

use super::super::constants::{RDMA_PS_TCP, RDMA_PS_UDP};
use super::super::raw::{Raw, next_id};
use super::super::types::{rdma_cm_event, rdma_event_channel};
use super::super::wait;
use super::event;
use super::id::Id;
use super::library::CmLoaded;

/// A channel of connections.
#[derive(Debug)]
pub(super) struct Channel {
    inner: Arc<Inner>,
}

#[derive(Debug)]
pub(super) struct Inner {
    pub(super) library: Arc<CmLoaded>,
    channel: Raw<rdma_event_channel>,
    /// librdmacm writes into ids while it takes events, so nobody reads or uses them meanwhile. No call waits while it holds
    /// this: there are no events that were taken and not done with.
    lock: Mutex<()>,
}

impl Channel {
    pub(super) fn new(library: &Arc<CmLoaded>) -> Result<Self> {
        const OP: &str = "make a channel for RDMA connections";
        // SAFETY: the library stays loaded until the channel is gone.
        let channel = unsafe { (library.functions.create_event_channel)() };
        let channel = Raw::given(channel).ok_or_else(|| {
            let error = Error::io(OP, io::Error::last_os_error());
            error.hint("the kernel's module may not be loaded: modprobe rdma_ucm")
        })?;
        let inner = Inner { library: Arc::clone(library), channel, lock: Mutex::new(()) };
        wait::never_block(inner.descriptor()).map_err(|error| Error::io(OP, error))?;
        Ok(Self { inner: Arc::new(inner) })
    }

    fn take(&self) -> io::Result<Option<CmArrival>> {
        let functions = &self.inner.library.functions;
        let _held = self.inner.lock();
        let mut taken = null_mut::<rdma_cm_event>();
        // SAFETY: the channel is there; a pointer is written if the function succeeds.
        if unsafe { (functions.get_cm_event)(self.inner.channel.pointer(), &raw mut taken) } != 0 {
            return match io::Error::last_os_error() {
                error if error.kind() == io::ErrorKind::WouldBlock => Ok(None),
                error => Err(error),
            };
        }
        // SAFETY: the event was got just now; until it is acknowledged, it and its ids are there.
        let (mut told, id) = unsafe { (event::told(&*taken), (*taken).id) };
        let request = told.listener.and_then(|_| Raw::given(id)).map(|id| {
            let number = next_id();
            // SAFETY: the new id is nobody's but ours; nobody is told of it before.
            unsafe { (*id.pointer()).context = without_provenance_mut(number as usize) };
            told.id = number;
            let kind = if told.datagrams.is_some() { QpType::Ud } else { QpType::Rc };
            (id, number, kind)
        });
        // SAFETY: it is acknowledged once.
        unsafe { (functions.ack_cm_event)(taken) };
        let request = request
            .map(|(id, number, kind)| Arc::new(Id::new(&self.inner, id, number, kind)) as Arc<dyn VerbsCmId>);
        Ok(Some(CmArrival { event: told, request }))
    }
}

impl Inner {
    fn descriptor(&self) -> BorrowedFd<'_> {
        // SAFETY: the descriptor belongs to the channel, which is there while it is borrowed.
        unsafe { BorrowedFd::borrow_raw((*self.channel.pointer()).fd) }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, ()> {
        self.lock.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl VerbsCm for Channel {
    fn create_id(&self, kind: QpType) -> Result<Arc<dyn VerbsCmId>> {
        const OP: &str = "make an id for an RDMA connection";
        let space = match kind {
            QpType::Rc => RDMA_PS_TCP,
            QpType::Ud => RDMA_PS_UDP,
            other => {
                let reason = format!("queue pairs of type {other} do not connect by address");
                return Err(Error::unsupported(OP).reason(reason));
            }
        };
        let (number, mut id) = (next_id(), null_mut());
        // The number takes the place of the pointer that C programs find their own data by.
        let mark = without_provenance_mut(number as usize);
        let _held = self.inner.lock();
        let functions = &self.inner.library.functions;
        // SAFETY: the channel is there, and stays so until the id is gone; a pointer is written.
        let code = unsafe { (functions.create_id)(self.inner.channel.pointer(), &raw mut id, mark, space) };
        match Raw::given(id).filter(|_| code == 0) {
            Some(id) => Ok(Arc::new(Id::new(&self.inner, id, number, kind))),
            None => Err(Error::io(OP, io::Error::last_os_error())),
        }
    }

    fn next_event(&self, most: Option<Duration>) -> Result<Option<CmArrival>> {
        wait::until(self.inner.descriptor(), most, || self.take())
            .map_err(|error| Error::io("wait for what happens to RDMA connections", error))
    }

    fn fd(&self) -> Option<BorrowedFd<'_>> {
        Some(self.inner.descriptor())
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        // SAFETY: the ids that it tells of held it, and are gone.
        unsafe { (self.library.functions.destroy_event_channel)(self.channel.pointer()) };
    }
}
