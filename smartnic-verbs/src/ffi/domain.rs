use std::any::Any;
use std::sync::Arc;

use smartnic_core::backend::{QpConfig, VerbsAh, VerbsMr, VerbsMw, VerbsPd, VerbsQp, VerbsSrq};
use smartnic_core::verbs::{Access, AddressVector, Buffer, SrqCapacity};
use smartnic_core::{Error, Result};

use super::constants::IBV_ACCESS_RELAXED_ORDERING;
use super::context::Context;
use super::queue_pair::Qp;
use super::raw::Raw;
use super::shared::Srq;
use super::types::{ibv_ah, ibv_mr, ibv_pd};
use super::values;
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
}

impl Pd {
    pub(super) fn new(context: &Arc<Context>) -> Result<Self> {
        // SAFETY: the context is open, and stays so until the domain is gone.
        let pd = unsafe { (context.library.functions.alloc_pd)(context.context.as_ptr()) };
        let pd = Raw::made(pd, "make a protection domain", context)?;
        Ok(Self { inner: Arc::new(PdInner { context: Arc::clone(context), pd }) })
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
        const OP: &str = "register memory";
        let context = &self.inner.context;
        let functions = &context.library.functions;
        let (pd, address) = (self.inner.pd.pointer(), buffer.address());
        let memory = std::ptr::with_exposed_provenance_mut(address as usize);
        // Rights that a device may leave out need the newer function; the older one works with older drivers, too.
        // SAFETY: the buffer has this many bytes and is held until the registration is undone. Its words are atomic, so the
        // device may write them at any time.
        let mr = unsafe {
            match access.bits() & IBV_ACCESS_RELAXED_ORDERING {
                0 => (functions.reg_mr)(pd, memory, buffer.len(), access.bits().cast_signed()),
                _ => (functions.reg_mr_iova2)(pd, memory, buffer.len(), address, access.bits()),
            }
        };
        let mr = Raw::made(mr, OP, context).map_err(|error| match error.errno() {
            Some(libc::ENOMEM) => error.hint("the limit of locked memory may be too low: see `ulimit -l`"),
            _ => error,
        })?;
        // SAFETY: it was just made, and these members do not change.
        let (local_key, remote_key) = unsafe { ((*mr.pointer()).lkey, (*mr.pointer()).rkey) };
        let is_zero_based = access.contains(Access::ZERO_BASED);
        Ok(Arc::new(Mr {
            mr,
            pd: self.clone(),
            buffer: buffer.clone(),
            local_key,
            remote_key,
            is_zero_based,
        }))
    }

    fn create_srq(&self, capacity: SrqCapacity) -> Result<Arc<dyn VerbsSrq>> {
        Ok(Arc::new(Srq::new(self, capacity)?))
    }

    fn create_qp(&self, config: &QpConfig<'_>) -> Result<Arc<dyn VerbsQp>> {
        Ok(Arc::new(Qp::new(self, config)?))
    }

    fn alloc_window(&self) -> Result<Arc<dyn VerbsMw>> {
        Ok(Arc::new(Mw::new(self)?))
    }

    fn create_ah(&self, address: &AddressVector) -> Result<Arc<dyn VerbsAh>> {
        let context = &self.inner.context;
        let mut attr = values::ah_attr(address);
        // SAFETY: the domain is alive, and the attributes are read only.
        let ah = unsafe { (context.library.functions.create_ah)(self.inner.pd.pointer(), &raw mut attr) };
        let ah = Raw::made(ah, "make an address handle", context)?;
        Ok(Arc::new(Ah { ah, pd: self.clone() }))
    }
}

/// Registered memory.
#[derive(Debug)]
pub(super) struct Mr {
    mr: Raw<ibv_mr>,
    pd: Pd,
    buffer: Buffer,
    local_key: u32,
    remote_key: u32,
    is_zero_based: bool,
}

impl Mr {
    /// The region that a window of this domain is bound to.
    pub(super) fn known(region: &dyn VerbsMr, pd: &Pd) -> Option<*mut ibv_mr> {
        let known = (region as &dyn Any).downcast_ref::<Self>();
        known.filter(|mr| Arc::ptr_eq(&mr.pd.inner, &pd.inner)).map(|mr| mr.mr.pointer())
    }
}

impl VerbsMr for Mr {
    fn buffer(&self) -> &Buffer {
        &self.buffer
    }

    fn local_key(&self) -> u32 {
        self.local_key
    }

    fn remote_key(&self) -> u32 {
        self.remote_key
    }

    fn remote_address(&self) -> u64 {
        if self.is_zero_based { 0 } else { self.buffer.address() }
    }
}

impl Drop for Mr {
    fn drop(&mut self) {
        let functions = &self.pd.inner.context.library.functions;
        // SAFETY: it is undone once. When the function succeeds, the device does not touch the memory any more.
        if unsafe { (functions.dereg_mr)(self.mr.pointer()) } != 0 {
            // The device may still write to it, so it must never be given to anybody else.
            std::mem::forget(self.buffer.clone());
        }
    }
}

/// The way to a peer.
#[derive(Debug)]
pub(super) struct Ah {
    ah: Raw<ibv_ah>,
    pd: Pd,
}

impl VerbsAh for Ah {}

impl Ah {
    /// The handle that a request of this domain has.
    pub(super) fn known(handle: &dyn VerbsAh, pd: &Pd) -> Result<*mut ibv_ah> {
        let known = (handle as &dyn Any).downcast_ref::<Self>();
        match known.filter(|ah| Arc::ptr_eq(&ah.pd.inner, &pd.inner)) {
            Some(ah) => Ok(ah.ah.pointer()),
            None => Err(Error::invalid(
                "post a send request",
                "the address handle is of another protection domain",
            )),
        }
    }
}

impl Drop for Ah {
    fn drop(&mut self) {
        // SAFETY: it is destroyed once; requests that were posted have its address or are refused by the device.
        let _ = unsafe { (self.pd.inner.context.library.functions.destroy_ah)(self.ah.pointer()) };
    }
}
