use std::any::Any;
use std::mem::MaybeUninit;
use std::ptr::{null_mut, without_provenance_mut};
use std::sync::Arc;

use smartnic_core::backend::{VerbsCq, VerbsSrq, VerbsXrcd};
use smartnic_core::verbs::{ReceiveRequest, SrqCapacity};
use smartnic_core::{Error, Result};

use super::completion::Cq;
use super::constants::{
    IBV_SRQ_INIT_ATTR_CQ, IBV_SRQ_INIT_ATTR_PD, IBV_SRQ_INIT_ATTR_TYPE, IBV_SRQ_INIT_ATTR_XRCD,
    IBV_SRQ_LIMIT, IBV_SRQT_XRC,
};
use super::context::Context;
use super::domain::Pd;
use super::extended::extended;
use super::post::{self, Posted};
use super::raw::{Raw, is_same, next_id};
use super::types::{ibv_recv_wr, ibv_srq, ibv_srq_attr, ibv_srq_init_attr, ibv_srq_init_attr_ex};
use super::xrc::Xrcd;

/// A shared receive queue.
#[derive(Debug)]
pub(super) struct Srq {
    srq: Raw<ibv_srq>,
    pd: Pd,
    id: u64,
    capacity: SrqCapacity,
    /// Its number, and what it stands on, of extended connections.
    number: Option<u32>,
    _xrc: Option<(Arc<dyn VerbsXrcd>, Arc<dyn VerbsCq>)>,
    post: unsafe extern "C" fn(*mut ibv_srq, *mut ibv_recv_wr, *mut *mut ibv_recv_wr) -> i32,
}

impl Srq {
    pub(super) fn new(pd: &Pd, capacity: SrqCapacity) -> Result<Self> {
        const OP: &str = "make a shared receive queue";
        let context = &pd.inner.context;
        let post = context.ops().post_srq_recv.ok_or_else(|| Error::unsupported(OP).on(&context.name))?;
        let id = next_id();
        let mut init = ibv_srq_init_attr {
            srq_context: without_provenance_mut(id as usize),
            attr: ibv_srq_attr { max_wr: capacity.requests, max_sge: capacity.sges, srq_limit: 0 },
        };
        // SAFETY: the domain is alive, and stays so until the queue is gone; the attributes are read and written.
        let srq = unsafe { (context.library.functions.create_srq)(pd.inner.pd.pointer(), &raw mut init) };
        let srq = Raw::made(srq, OP, context)?;
        let capacity = SrqCapacity { requests: init.attr.max_wr, sges: init.attr.max_sge };
        Ok(Self { srq, pd: pd.clone(), id, capacity, number: None, _xrc: None, post })
    }

    pub(super) fn new_xrc(
        pd: &Pd,
        capacity: SrqCapacity,
        domain: &Arc<dyn VerbsXrcd>,
        cq: &Arc<dyn VerbsCq>,
    ) -> Result<Self> {
        const OP: &str = "make a shared receive queue of extended connections";
        let context = &pd.inner.context;
        let absent = || Error::unsupported(OP).on(&context.name).reason("its driver has none");
        let post = context.ops().post_srq_recv.ok_or_else(absent)?;
        let create = extended!(context, create_srq_ex).ok_or_else(absent)?;
        let get_number = extended!(context, get_srq_num).ok_or_else(absent)?;
        let id = next_id();
        // SAFETY: zeroes are a value of it: it is numbers, and pointers that may be null.
        let mut init: ibv_srq_init_attr_ex = unsafe { MaybeUninit::zeroed().assume_init() };
        init.srq_context = without_provenance_mut(id as usize);
        init.attr = ibv_srq_attr { max_wr: capacity.requests, max_sge: capacity.sges, srq_limit: 0 };
        init.comp_mask =
            IBV_SRQ_INIT_ATTR_TYPE | IBV_SRQ_INIT_ATTR_PD | IBV_SRQ_INIT_ATTR_XRCD | IBV_SRQ_INIT_ATTR_CQ;
        (init.srq_type, init.pd) = (IBV_SRQT_XRC, pd.inner.pd.pointer());
        (init.xrcd, init.cq) = (Xrcd::known(&**domain, context, OP)?, Cq::known(&**cq, context, OP)?);
        // SAFETY: domains and queue are there, and are held until it is gone; the attributes are read and written.
        let srq = Raw::made(unsafe { create(context.context.as_ptr(), &raw mut init) }, OP, context)?;
        let capacity = SrqCapacity { requests: init.attr.max_wr, sges: init.attr.max_sge };
        let held = Some((Arc::clone(domain), Arc::clone(cq)));
        let mut made = Self { srq, pd: pd.clone(), id, capacity, number: None, _xrc: held, post };
        let mut number = 0;
        // SAFETY: it was just made, and one number is written.
        context.check(OP, unsafe { get_number(made.srq.pointer(), &raw mut number) })?;
        made.number = Some(number);
        Ok(made)
    }

    /// A queue of this device, which came back through its trait.
    pub(super) fn known(
        srq: &dyn VerbsSrq,
        context: &Arc<Context>,
        op: &'static str,
    ) -> Result<*mut ibv_srq> {
        let known = (srq as &dyn Any).downcast_ref::<Self>();
        match known.filter(|known| is_same(&known.pd.inner.context, context)) {
            Some(known) => Ok(known.srq.pointer()),
            None => {
                Err(Error::invalid(op, "the shared receive queue is of another device").on(&context.name))
            }
        }
    }
}

impl VerbsSrq for Srq {
    fn id(&self) -> u64 {
        self.id
    }

    fn capacity(&self) -> SrqCapacity {
        self.capacity
    }

    fn number(&self) -> Option<u32> {
        self.number
    }

    fn post_receive(&self, requests: &[ReceiveRequest<'_>]) -> Result<()> {
        let posted = post::receives(requests, |first, bad| {
            // SAFETY: the queue is there, and the chain is one of live requests.
            unsafe { (self.post)(self.srq.pointer(), first, bad) }
        });
        posted.map_err(|Posted { count, code }| {
            post::refused("post a receive request", &self.pd.inner.context, count, code)
        })
    }

    fn set_limit(&self, limit: u32) -> Result<()> {
        let context = &self.pd.inner.context;
        let mut attr = ibv_srq_attr { max_wr: 0, max_sge: 0, srq_limit: limit };
        // SAFETY: the queue is there, and the attributes are read only.
        let code = unsafe {
            (context.library.functions.modify_srq)(
                self.srq.pointer(),
                &raw mut attr,
                IBV_SRQ_LIMIT.cast_signed(),
            )
        };
        context.check("set the limit of a shared receive queue", code)
    }

    fn limit(&self) -> Result<u32> {
        let context = &self.pd.inner.context;
        let mut attr = MaybeUninit::<ibv_srq_attr>::zeroed();
        // SAFETY: the queue is there, and the function writes no more than this structure.
        let code = unsafe { (context.library.functions.query_srq)(self.srq.pointer(), attr.as_mut_ptr()) };
        context.check("read the limit of a shared receive queue", code)?;
        // SAFETY: zeroes are a value of it, and so is what was written: it is all numbers.
        Ok(unsafe { attr.assume_init() }.srq_limit)
    }
}

impl Drop for Srq {
    fn drop(&mut self) {
        // SAFETY: the queue pairs that use it held it, and are gone.
        let _ = unsafe { (self.pd.inner.context.library.functions.destroy_srq)(self.srq.pointer()) };
    }
}

/// No shared queue.
pub(super) const NONE: *mut ibv_srq = null_mut();
