use std::any::Any;
use std::mem::MaybeUninit;
use std::sync::Arc;

use smartnic_core::backend::{VerbsQp, VerbsXrcd};
use smartnic_core::{Error, Result};

use super::constants::{IBV_XRCD_INIT_ATTR_FD, IBV_XRCD_INIT_ATTR_OFLAGS};
use super::context::Context;
use super::extended::extended;
use super::queue_pair::Qp;
use super::raw::{Raw, is_same};
use super::types::{ibv_xrcd, ibv_xrcd_init_attr};

/// A domain of extended connections.
#[derive(Debug, Clone)]
pub(super) struct Xrcd {
    pub(super) inner: Arc<XrcdInner>,
}

#[derive(Debug)]
pub(super) struct XrcdInner {
    pub(super) context: Arc<Context>,
    pub(super) xrcd: Raw<ibv_xrcd>,
    close: unsafe extern "C" fn(*mut ibv_xrcd) -> i32,
}

impl Xrcd {
    pub(super) fn new(context: &Arc<Context>) -> Result<Self> {
        const OP: &str = "make a domain of extended connections";
        let (open, close) = (extended!(context, open_xrcd), extended!(context, close_xrcd));
        let (Some(open), Some(close)) = (open, close) else {
            return Err(Error::unsupported(OP).on(&context.name).reason("its driver has none"));
        };
        // SAFETY: zeroes are a value of it: it is all numbers.
        let mut init: ibv_xrcd_init_attr = unsafe { MaybeUninit::zeroed().assume_init() };
        init.comp_mask = IBV_XRCD_INIT_ATTR_FD | IBV_XRCD_INIT_ATTR_OFLAGS;
        // Without a file that other processes know it by, it is this one's alone.
        (init.fd, init.oflags) = (-1, libc::O_CREAT);
        // SAFETY: the context is open, and stays so until the domain is gone; the attributes are read only.
        let xrcd = Raw::made(unsafe { open(context.context.as_ptr(), &raw mut init) }, OP, context)?;
        Ok(Self { inner: Arc::new(XrcdInner { context: Arc::clone(context), xrcd, close }) })
    }

    /// A domain of this device, which came back through its trait.
    pub(super) fn known(
        domain: &dyn VerbsXrcd,
        context: &Arc<Context>,
        op: &'static str,
    ) -> Result<*mut ibv_xrcd> {
        let known = (domain as &dyn Any).downcast_ref::<Self>();
        match known.filter(|known| is_same(&known.inner.context, context)) {
            Some(known) => Ok(known.inner.xrcd.pointer()),
            None => Err(Error::invalid(op, "the domain is of another device").on(&context.name)),
        }
    }
}

impl VerbsXrcd for Xrcd {
    fn create_target(&self) -> Result<Arc<dyn VerbsQp>> {
        Ok(Arc::new(Qp::new_target(self)?))
    }
}

impl Drop for XrcdInner {
    fn drop(&mut self) {
        // SAFETY: all that was made in it held it, and is gone.
        let _ = unsafe { (self.close)(self.xrcd.pointer()) };
    }
}
