use std::any::Any;
use std::mem::MaybeUninit;
use std::ptr::null_mut;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use smartnic_core::backend::{
    QpConfig, VerbsAh, VerbsCq, VerbsDm, VerbsMr, VerbsMw, VerbsPd, VerbsQp, VerbsRegion, VerbsSrq, VerbsTd,
    VerbsXrcd,
};
use smartnic_core::verbs::{Access, AddressVector, Buffer, DmaBuf, Prefetch, Sge, SrqCapacity, WindowKind};
use smartnic_core::{Error, Result};

use super::ah::Ah;
use super::constants::{
    IB_UVERBS_ADVISE_MR_ADVICE_PREFETCH, IB_UVERBS_ADVISE_MR_ADVICE_PREFETCH_NO_FAULT,
    IB_UVERBS_ADVISE_MR_ADVICE_PREFETCH_WRITE, IB_UVERBS_ADVISE_MR_FLAG_FLUSH,
};
use super::context::Context;
use super::device_memory::DmMr;
use super::extended::extended;
use super::post;
use super::queue_pair::Qp;
use super::raw::{Raw, is_same};
use super::region::{DmaBufMr, Mr};
use super::shared::Srq;
use super::types::{ibv_parent_domain_init_attr, ibv_pd, ibv_td, ibv_td_init_attr};
use super::window::Mw;

/// A protection domain.
#[derive(Debug, Clone)]
pub(super) struct Pd {
    pub(super) inner: Arc<PdInner>,
}

#[derive(Debug)]
pub(super) struct PdInner {
    pub(super) context: Arc<Context>,
    pub(super) pd: Raw<ibv_pd>,
    /// What it stands on, of a parent domain.
    parent: Option<Parent>,
}

#[derive(Debug)]
struct Parent {
    domain: Pd,
    thread: Option<Arc<TdInner>>,
}

/// A thread domain.
#[derive(Debug)]
pub(super) struct Td(Arc<TdInner>);

#[derive(Debug)]
struct TdInner {
    context: Arc<Context>,
    td: Raw<ibv_td>,
    dealloc: unsafe extern "C" fn(*mut ibv_td) -> i32,
    /// Drivers do not lock what belongs to it, so it is done here.
    used: Mutex<()>,
}

impl Td {
    pub(super) fn new(context: &Arc<Context>) -> Result<Self> {
        const OP: &str = "make a thread domain";
        let (alloc, dealloc) = (extended!(context, alloc_td), extended!(context, dealloc_td));
        let (Some(alloc), Some(dealloc)) = (alloc, dealloc) else {
            return Err(Error::unsupported(OP).on(&context.name).reason("its driver has none"));
        };
        let mut init = ibv_td_init_attr { comp_mask: 0 };
        // SAFETY: the context is open, and stays so until the domain is gone; the attributes are read only.
        let td = Raw::made(unsafe { alloc(context.context.as_ptr(), &raw mut init) }, OP, context)?;
        let context = Arc::clone(context);
        Ok(Self(Arc::new(TdInner { context, td, dealloc, used: Mutex::new(()) })))
    }
}

impl VerbsTd for Td {}

impl Drop for TdInner {
    fn drop(&mut self) {
        // SAFETY: the parent domains that stood on it held it, and are gone.
        let _ = unsafe { (self.dealloc)(self.td.pointer()) };
    }
}

impl Pd {
    pub(super) fn new(context: &Arc<Context>) -> Result<Self> {
        // SAFETY: the context is open, and stays so until the domain is gone.
        let pd = unsafe { (context.library.functions.alloc_pd)(context.context.as_ptr()) };
        let pd = Raw::made(pd, "make a protection domain", context)?;
        Ok(Self { inner: Arc::new(PdInner { context: Arc::clone(context), pd, parent: None }) })
    }

    pub(super) fn over(
        context: &Arc<Context>,
        domain: &dyn VerbsPd,
        thread: Option<&Arc<dyn VerbsTd>>,
    ) -> Result<Self> {
        const OP: &str = "make a parent domain";
        let other = || Error::invalid(OP, "the domains are of another device").on(&context.name);
        let alloc = extended!(context, alloc_parent_domain)
            .ok_or_else(|| Error::unsupported(OP).on(&context.name).reason("its driver has none"))?;
        let domain = Self::known(domain, context).ok_or_else(other)?.root().clone();
        let thread = match thread {
            None => None,
            Some(thread) => {
                let known = (&**thread as &dyn Any).downcast_ref::<Td>();
                let known = known.filter(|Td(td)| is_same(&td.context, context));
                Some(Arc::clone(&known.ok_or_else(other)?.0))
            }
        };
        // SAFETY: zeroes are a value of it: it is numbers, and pointers that may be null.
        let mut init: ibv_parent_domain_init_attr = unsafe { MaybeUninit::zeroed().assume_init() };
        init.pd = domain.inner.pd.pointer();
        init.td = thread.as_ref().map_or(null_mut(), |thread| thread.td.pointer());
        // SAFETY: what it stands on is there, and is held until it is gone; the attributes are read only.
        let pd = Raw::made(unsafe { alloc(context.context.as_ptr(), &raw mut init) }, OP, context)?;
        let (context, parent) = (Arc::clone(context), Some(Parent { domain, thread }));
        Ok(Self { inner: Arc::new(PdInner { context, pd, parent }) })
    }

    /// A domain of this device, which came back through its trait.
    pub(super) fn known(pd: &dyn VerbsPd, context: &Arc<Context>) -> Option<Self> {
        let known = (pd as &dyn Any).downcast_ref::<Self>();
        known.filter(|known| is_same(&known.inner.context, context)).cloned()
    }

    /// What it stands on, if it is a parent domain; else itself.
    fn root(&self) -> &Self {
        self.inner.parent.as_ref().map_or(self, |parent| &parent.domain)
    }

    /// Whether what belongs to one can be used with the other.
    pub(super) fn is_with(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.root().inner, &other.root().inner)
    }

    /// Keeps other threads from what the driver does not lock itself.
    pub(super) fn lock(&self) -> Option<MutexGuard<'_, ()>> {
        let thread = self.inner.parent.as_ref()?.thread.as_ref()?;
        Some(thread.used.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for PdInner {
    fn drop(&mut self) {
        // SAFETY: all that was made in it held it, and is gone.
        let _ = unsafe { (self.context.library.functions.dealloc_pd)(self.pd.pointer()) };
    }
}

impl VerbsPd for Pd {
    fn register(&self, buffer: &Buffer, access: Access) -> Result<Arc<dyn VerbsMr>> {
        Ok(Arc::new(Mr::new(self, buffer, access)?))
    }

    fn register_dmabuf(&self, memory: &DmaBuf<'_>, access: Access) -> Result<Arc<dyn VerbsRegion>> {
        Ok(Arc::new(DmaBufMr::new(self, memory, access)?))
    }

    fn register_device_memory(
        &self,
        memory: &Arc<dyn VerbsDm>,
        offset: usize,
        length: usize,
        access: Access,
    ) -> Result<Arc<dyn VerbsRegion>> {
        Ok(Arc::new(DmMr::new(self, memory, offset, length, access)?))
    }

    fn prefetch(&self, pieces: &[Sge<'_>], how: Prefetch) -> Result<()> {
        const OP: &str = "bring pages in";
        let context = &self.inner.context;
        let advise = extended!(context, advise_mr);
        let advise = advise.ok_or_else(|| Error::unsupported(OP).on(&context.name))?;
        let advice = match (how.contains(Prefetch::PRESENT_ONLY), how.contains(Prefetch::WRITE)) {
            (true, _) => IB_UVERBS_ADVISE_MR_ADVICE_PREFETCH_NO_FAULT,
            (false, true) => IB_UVERBS_ADVISE_MR_ADVICE_PREFETCH_WRITE,
            (false, false) => IB_UVERBS_ADVISE_MR_ADVICE_PREFETCH,
        };
        let (list, count) = post::pieces(pieces);
        let (pd, flags) = (self.inner.pd.pointer(), IB_UVERBS_ADVISE_MR_FLAG_FLUSH);
        // SAFETY: the domain is there, and the pieces are read only.
        let code = unsafe { advise(pd, advice, flags, list, count.unsigned_abs()) };
        context.check(OP, code)
    }

    fn create_srq(&self, capacity: SrqCapacity) -> Result<Arc<dyn VerbsSrq>> {
        Ok(Arc::new(Srq::new(self, capacity)?))
    }

    fn create_xrc_srq(
        &self,
        capacity: SrqCapacity,
        domain: &Arc<dyn VerbsXrcd>,
        cq: &Arc<dyn VerbsCq>,
    ) -> Result<Arc<dyn VerbsSrq>> {
        Ok(Arc::new(Srq::new_xrc(self, capacity, domain, cq)?))
    }

    fn create_qp(&self, config: &QpConfig<'_>) -> Result<Arc<dyn VerbsQp>> {
        Ok(Arc::new(Qp::new(self, config)?))
    }

    fn alloc_window_of(&self, kind: WindowKind) -> Result<Arc<dyn VerbsMw>> {
        Ok(Arc::new(Mw::new(self, kind)?))
    }

    fn create_ah(&self, address: &AddressVector) -> Result<Arc<dyn VerbsAh>> {
        Ok(Arc::new(Ah::new(self, address)?))
    }
}
