use std::mem::MaybeUninit;
use std::ptr::null_mut;
use std::sync::Arc;

use smartnic_core::backend::{QpConfig, VerbsCq, VerbsMw, VerbsQp, VerbsSrq};
use smartnic_core::rdma::QpType;
use smartnic_core::verbs::{
    AddressVector, QpAttributes, QpCapacity, QpChange, ReceiveRequest, Remote, SendRequest, WindowBind,
};
use smartnic_core::{Error, Result};

use super::completion::Cq;
use super::constants::{IBV_QPT_RC, IBV_QPT_UC, IBV_QPT_UD};
use super::domain::{Ah, Pd};
use super::multicast::Groups;
use super::post::{self, Posted};
use super::raw::Raw;
use super::shared::{NONE, Srq};
use super::types::{ibv_qp, ibv_qp_attr, ibv_qp_init_attr, ibv_recv_wr, ibv_send_wr};
use super::values;
use super::window::Mw;

/// A queue pair.
#[derive(Debug)]
pub(super) struct Qp {
    qp: Raw<ibv_qp>,
    pd: Pd,
    kind: QpType,
    number: u32,
    capacity: QpCapacity,
    post_send: unsafe extern "C" fn(*mut ibv_qp, *mut ibv_send_wr, *mut *mut ibv_send_wr) -> i32,
    post_receive: unsafe extern "C" fn(*mut ibv_qp, *mut ibv_recv_wr, *mut *mut ibv_recv_wr) -> i32,
    has_srq: bool,
    /// What it is attached to, which the kernel wants undone before it goes.
    groups: Groups,
    // What it uses must outlive it.
    _cqs: [Arc<dyn VerbsCq>; 2],
    _srq: Option<Arc<dyn VerbsSrq>>,
}

impl Qp {
    pub(super) fn new(pd: &Pd, config: &QpConfig<'_>) -> Result<Self> {
        const OP: &str = "make a queue pair";
        let context = &pd.inner.context;
        let qp_type = match config.kind {
            QpType::Rc => IBV_QPT_RC,
            QpType::Uc => IBV_QPT_UC,
            QpType::Ud => IBV_QPT_UD,
            other => {
                let reason = format!("queue pairs of type {other} cannot be made here");
                return Err(Error::unsupported(OP).on(&context.name).reason(reason));
            }
        };
        let ops = context.ops();
        let (Some(post_send), Some(post_receive)) = (ops.post_send, ops.post_recv) else {
            return Err(Error::unsupported(OP).on(&context.name).reason("its driver cannot post requests"));
        };
        let srq = config.srq.map_or(Ok(NONE), |srq| Srq::known(&**srq, context, OP))?;
        let mut init = ibv_qp_init_attr {
            qp_context: null_mut(),
            send_cq: Cq::known(&**config.send_cq, context, OP)?,
            recv_cq: Cq::known(&**config.receive_cq, context, OP)?,
            srq,
            cap: values::qp_cap(&config.capacity),
            qp_type,
            sq_sig_all: config.signal_all.into(),
        };
        // SAFETY: domain and queues are there, and are held until it is gone; the attributes are read and written.
        let qp = unsafe { (context.library.functions.create_qp)(pd.inner.pd.pointer(), &raw mut init) };
        let qp = Raw::made(qp, OP, context)?;
        // SAFETY: it was just made, and its number does not change.
        let number = unsafe { (*qp.pointer()).qp_num };
        Ok(Self {
            qp,
            pd: pd.clone(),
            kind: config.kind,
            number,
            capacity: values::capacity(&init.cap),
            post_send,
            post_receive,
            has_srq: config.srq.is_some(),
            groups: Groups::default(),
            _cqs: [Arc::clone(config.send_cq), Arc::clone(config.receive_cq)],
            _srq: config.srq.cloned(),
        })
    }

    fn named(&self) -> String {
        format!("{} queue pair {}", self.pd.inner.context.name, self.number)
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
        let context = &self.pd.inner.context;
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
        let context = &self.pd.inner.context;
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
            request.check(self.kind, &self.capacity).map_err(|error| error.on(self.named()))?;
            if let Some(to) = &request.to {
                Ah::known(to.handle, &self.pd).map_err(|error| error.on(self.named()))?;
            }
        }
        let handle = |request: &SendRequest<'_>| {
            // All were found above.
            request.to.as_ref().and_then(|to| Ah::known(to.handle, &self.pd).ok()).unwrap_or(null_mut())
        };
        let posted = post::sends(requests, handle, |first, bad| {
            // SAFETY: it is there, and the chain is one of live requests that fit its type.
            unsafe { (self.post_send)(self.qp.pointer(), first, bad) }
        });
        posted.map_err(|Posted { count, code }| {
            post::refused("post a send request", &self.pd.inner.context, count, code)
        })
    }

    fn bind_window(&self, id: u64, window: &dyn VerbsMw, bind: &WindowBind<'_>) -> Result<Remote> {
        if self.kind == QpType::Ud {
            let reason = "datagrams reach no memory, so that a window over them lends none";
            return Err(Error::invalid("bind a memory window", reason).on(self.named()));
        }
        Mw::bind(window, id, bind, &self.pd, |first, bad| {
            // SAFETY: it is there, and the request is live.
            unsafe { (self.post_send)(self.qp.pointer(), first, bad) }
        })
    }

    fn post_receive(&self, requests: &[ReceiveRequest<'_>]) -> Result<()> {
        const OP: &str = "post a receive request";
        if self.has_srq {
            let reason = "it receives by its shared receive queue, where requests are to be posted";
            return Err(Error::invalid(OP, reason).on(self.named()));
        }
        let posted = post::receives(requests, |first, bad| {
            // SAFETY: as above.
            unsafe { (self.post_receive)(self.qp.pointer(), first, bad) }
        });
        posted.map_err(|Posted { count, code }| post::refused(OP, &self.pd.inner.context, count, code))
    }

    fn attach(&self, group: &AddressVector) -> Result<()> {
        let done = self.groups.attach(&self.pd.inner.context, &self.qp, group);
        done.map_err(|error| error.on(self.named()))
    }

    fn detach(&self, group: &AddressVector) -> Result<()> {
        let done = self.groups.detach(&self.pd.inner.context, &self.qp, group);
        done.map_err(|error| error.on(self.named()))
    }
}

impl Drop for Qp {
    fn drop(&mut self) {
        self.groups.leave_all(&self.pd.inner.context, &self.qp);
        // SAFETY: it is destroyed once, and before what it uses.
        let _ = unsafe { (self.pd.inner.context.library.functions.destroy_qp)(self.qp.pointer()) };
    }
}
