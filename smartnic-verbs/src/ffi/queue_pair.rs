use std::mem::MaybeUninit;
use std::ptr::null_mut;
use std::sync::{Arc, MutexGuard};

use smartnic_core::backend::{VerbsBatch, VerbsCq, VerbsFlow, VerbsMw, VerbsQp, VerbsSrq};
use smartnic_core::rdma::QpType;
use smartnic_core::verbs::{
    AddressVector, Ece, QpAttributes, QpCapacity, QpChange, ReceiveRequest, Remote, SendRequest,
    SteeringRule, WindowBind,
};
use smartnic_core::{Error, Result};

use super::ah::Ah;
use super::batch::{Batch, Batches};
use super::context::Context;
use super::domain::Pd;
use super::multicast::Groups;
use super::post::{self, Posted};
use super::raw::Raw;
use super::steering::Flow;
use super::types::{ibv_ah, ibv_ece, ibv_qp, ibv_qp_attr, ibv_qp_init_attr, ibv_recv_wr, ibv_send_wr};
use super::values;
use super::window::Mw;
use super::xrc::Xrcd;

/// A queue pair.
#[derive(Debug)]
pub(super) struct Qp {
    pub(super) qp: Raw<ibv_qp>,
    pub(super) home: Home,
    pub(super) kind: QpType,
    pub(super) number: u32,
    pub(super) capacity: QpCapacity,
    pub(super) post_send: unsafe extern "C" fn(*mut ibv_qp, *mut ibv_send_wr, *mut *mut ibv_send_wr) -> i32,
    pub(super) post_receive:
        unsafe extern "C" fn(*mut ibv_qp, *mut ibv_recv_wr, *mut *mut ibv_recv_wr) -> i32,
    /// Whether it receives by requests of its own.
    pub(super) receives: bool,
    /// How it posts batches, if it was made to.
    pub(super) batches: Option<Batches>,
    /// What it is attached to, which the kernel wants undone before it goes.
    pub(super) groups: Groups,
    // What it uses must outlive it.
    pub(super) _queues: Vec<Arc<dyn VerbsCq>>,
    pub(super) _srq: Option<Arc<dyn VerbsSrq>>,
}

/// What a queue pair belongs to.
#[derive(Debug)]
pub(super) enum Home {
    Domain(Pd),
    /// The receiving end of an extended connection.
    Extended(Xrcd),
}

impl Home {
    pub(super) fn context(&self) -> &Arc<Context> {
        match self {
            Self::Domain(pd) => &pd.inner.context,
            Self::Extended(xrcd) => &xrcd.inner.context,
        }
    }
}

impl Qp {
    fn context(&self) -> &Context {
        self.home.context()
    }

    /// Its protection domain.
    pub(super) fn pd(&self, op: &'static str) -> Result<&Pd> {
        match &self.home {
            Home::Domain(pd) => Ok(pd),
            Home::Extended(_) => {
                Err(Error::invalid(op, "the receiving end of an extended connection has no domain"))
            }
        }
    }

    /// Keeps other threads from what the driver does not lock itself.
    #[inline]
    fn lock(&self) -> Option<MutexGuard<'_, ()>> {
        match &self.home {
            Home::Domain(pd) => pd.lock(),
            Home::Extended(_) => None,
        }
    }

    /// Whether it can carry a request out; where a datagram goes.
    #[inline(always)]
    pub(super) fn check(&self, request: &SendRequest<'_>) -> Result<*mut ibv_ah> {
        if let Err(error) = request.check(self.kind, &self.capacity) {
            return Err(self.name(error));
        }
        match &request.to {
            None => Ok(null_mut()),
            Some(_) => self.handle(request).map_err(|error| self.name(error)),
        }
    }

    /// The same for one of a batch.
    pub(super) fn check_batched(&self, request: &SendRequest<'_>) -> Result<*mut ibv_ah> {
        request.check_batched(self.kind, &self.capacity).map_err(|error| self.name(error))?;
        self.handle(request).map_err(|error| self.name(error))
    }

    /// Where a datagram goes.
    fn handle(&self, request: &SendRequest<'_>) -> Result<*mut ibv_ah> {
        match &request.to {
            None => Ok(null_mut()),
            Some(to) => Ah::known(to.handle, self.pd("post a send request")?),
        }
    }

    #[cold]
    fn name(&self, error: Error) -> Error {
        error.on(self.named())
    }

    pub(super) fn named(&self) -> String {
        format!("{} queue pair {}", self.context().name, self.number)
    }
}

impl VerbsQp for Qp {
    fn number(&self) -> u32 {
        self.number
    }

    fn kind(&self) -> QpType {
        self.kind
    }

    fn capacity(&self) -> QpCapacity {
        self.capacity
    }

    fn modify(&self, change: &QpChange) -> Result<()> {
        const OP: &str = "change a queue pair";
        let context = self.context();
        let (mut attr, mask) = values::qp_change(change);
        // SAFETY: it is there, and the attributes are read only.
        let code = unsafe {
            (context.library.functions.modify_qp)(self.qp.pointer(), &raw mut attr, mask.cast_signed())
        };
        context.check(OP, code).map_err(|error| {
            let state = change.state.map_or_else(String::new, |state| format!(" to {state}"));
            error.within(OP, format!("{}{state}", self.named()))
        })
    }

    fn query(&self) -> Result<QpAttributes> {
        const OP: &str = "query a queue pair";
        let context = self.context();
        let mut attr = MaybeUninit::<ibv_qp_attr>::zeroed();
        let mut init = MaybeUninit::<ibv_qp_init_attr>::zeroed();
        // SAFETY: it is there, and the function writes no more than these structures.
        let code = unsafe {
            (context.library.functions.query_qp)(
                self.qp.pointer(),
                attr.as_mut_ptr(),
                values::ALL_ATTRIBUTES.cast_signed(),
                init.as_mut_ptr(),
            )
        };
        context.check(OP, code)?;
        // SAFETY: zeroes are a value of it, and so is what was written: it is all numbers.
        Ok(values::attributes(&unsafe { attr.assume_init() }))
    }

    fn post_send(&self, requests: &[SendRequest<'_>]) -> Result<()> {
        for request in requests {
            self.check(request)?;
        }
        let _alone = self.lock();
        // All were found above.
        let handle = |request: &SendRequest<'_>| self.handle(request).unwrap_or(null_mut());
        let posted = post::sends(requests, handle, |first, bad| {
            // SAFETY: it is there, and the chain is one of live requests that fit its type.
            unsafe { (self.post_send)(self.qp.pointer(), first, bad) }
        });
        posted.map_err(|Posted { count, code }| {
            post::refused("post a send request", self.context(), count, code)
        })
    }

    fn post_batch(&self, fill: &mut dyn FnMut(&mut dyn VerbsBatch) -> Result<()>) -> Result<()> {
        const OP: &str = "post a batch of requests";
        let Some(batches) = &self.batches else {
            let error = Error::unsupported(OP).on(self.named());
            return Err(error.reason("it was made without (its configuration `batches`)"));
        };
        let _alone = self.lock();
        let mut batch = Batch::start(self, batches);
        // A batch that is dropped is not posted.
        fill(&mut batch)?;
        if batch.is_broken {
            return Err(Error::invalid(OP, "a request of it does not fit").on(self.named()));
        }
        match batch.complete() {
            0 => Ok(()),
            code => Err(post::refused(OP, self.context(), 0, code)),
        }
    }

    fn bind_window(&self, id: u64, window: &dyn VerbsMw, bind: &WindowBind<'_>) -> Result<Remote> {
        if self.kind == QpType::Ud {
            let reason = "datagrams reach no memory, so that a window over them lends none";
            return Err(Error::invalid("bind a memory window", reason).on(self.named()));
        }
        let _alone = self.lock();
        Mw::bind(window, id, bind, (self.pd("bind a memory window")?, &self.qp), |first, bad| {
            // SAFETY: it is there, and the request is live.
            unsafe { (self.post_send)(self.qp.pointer(), first, bad) }
        })
    }

    fn post_receive(&self, requests: &[ReceiveRequest<'_>]) -> Result<()> {
        const OP: &str = "post a receive request";
        if !self.receives {
            let reason = "it receives by its shared receive queue, where requests are to be posted";
            return Err(Error::invalid(OP, reason).on(self.named()));
        }
        let _alone = self.lock();
        let posted = post::receives(requests, |first, bad| {
            // SAFETY: as above.
            unsafe { (self.post_receive)(self.qp.pointer(), first, bad) }
        });
        posted.map_err(|Posted { count, code }| post::refused(OP, self.context(), count, code))
    }

    fn ece(&self) -> Result<Ece> {
        let mut ece = ibv_ece { vendor_id: 0, options: 0, comp_mask: 0 };
        // SAFETY: it is there, and the function writes no more than this structure.
        let code = unsafe { (self.context().library.functions.query_ece)(self.qp.pointer(), &raw mut ece) };
        self.context().check("query the enhancements of a connection", code)?;
        Ok(Ece { vendor_id: ece.vendor_id, options: ece.options })
    }

    fn set_ece(&self, ece: &Ece) -> Result<()> {
        let mut ece = ibv_ece { vendor_id: ece.vendor_id, options: ece.options, comp_mask: 0 };
        // SAFETY: it is there, and the structure is read only.
        let code = unsafe { (self.context().library.functions.set_ece)(self.qp.pointer(), &raw mut ece) };
        self.context().check("set the enhancements of a connection", code)
    }

    fn steer(self: Arc<Self>, rule: &SteeringRule<'_>) -> Result<Arc<dyn VerbsFlow>> {
        Ok(Arc::new(Flow::new(&self, rule)?))
    }

    fn attach(&self, group: &AddressVector) -> Result<()> {
        let done = self.groups.attach(self.context(), &self.qp, group);
        done.map_err(|error| error.on(self.named()))
    }

    fn detach(&self, group: &AddressVector) -> Result<()> {
        let done = self.groups.detach(self.context(), &self.qp, group);
        done.map_err(|error| error.on(self.named()))
    }
}

impl Drop for Qp {
    fn drop(&mut self) {
        self.groups.leave_all(self.context(), &self.qp);
        // SAFETY: it is destroyed once, and before what it uses.
        let _ = unsafe { (self.context().library.functions.destroy_qp)(self.qp.pointer()) };
    }
}
