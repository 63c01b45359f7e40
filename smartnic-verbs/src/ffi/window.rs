use std::any::Any;
use std::ptr::null_mut;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use smartnic_core::backend::{VerbsMr, VerbsMw};
use smartnic_core::verbs::{Remote, WindowBind};
use smartnic_core::{Error, Result};

use super::constants::{IBV_MW_TYPE_2, IBV_SEND_SIGNALED, IBV_WR_BIND_MW};
use super::domain::{Mr, Pd};
use super::post;
use super::raw::Raw;
use super::types::{ibv_mw, ibv_mw_bind_info, ibv_send_wr, ibv_send_wr__bindgen_ty_4__bindgen_ty_1};

/// A memory window of type 2.
#[derive(Debug)]
pub(super) struct Mw {
    mw: Raw<ibv_mw>,
    pd: Pd,
    dealloc: unsafe extern "C" fn(*mut ibv_mw) -> i32,
    key: AtomicU32,
    /// The region that it was bound to last, and the one before: until the device has carried out the request it still has
    /// that. It can have no older one, since it must be taken back before it is bound again.
    bound: Mutex<[Option<Arc<dyn VerbsMr>>; 2]>,
}

impl Mw {
    pub(super) fn new(pd: &Pd) -> Result<Self> {
        const OP: &str = "make a memory window";
        let context = &pd.inner.context;
        let ops = context.ops();
        let (Some(alloc), Some(dealloc)) = (ops.alloc_mw, ops.dealloc_mw) else {
            return Err(Error::unsupported(OP).on(&context.name).reason("its driver has none"));
        };
        // SAFETY: the domain is there, and stays so until the window is gone.
        let mw = unsafe { alloc(pd.inner.pd.pointer(), IBV_MW_TYPE_2) };
        let mw = Raw::made(mw, OP, context)?;
        // SAFETY: it was just made.
        let key = AtomicU32::new(unsafe { (*mw.pointer()).rkey });
        Ok(Self { mw, pd: pd.clone(), dealloc, key, bound: Mutex::default() })
    }

    /// Posts the request by `post`, which takes a chain and says which of it was refused.
    pub(super) fn bind(
        window: &dyn VerbsMw,
        id: u64,
        bind: &WindowBind<'_>,
        pd: &Pd,
        post: impl Fn(*mut ibv_send_wr, *mut *mut ibv_send_wr) -> i32,
    ) -> Result<Remote> {
        const OP: &str = "bind a memory window";
        let other = || Error::invalid(OP, "window and region must be of the queue pair's protection domain");
        let known = (window as &dyn Any).downcast_ref::<Self>();
        let window = known.filter(|mw| Arc::ptr_eq(&mw.pd.inner, &pd.inner)).ok_or_else(other)?;
        let mr = Mr::known(&**bind.region, pd).ok_or_else(other)?;
        bind.check(OP)?;
        // Requests for one window go one after the other, for each needs the key of the one before.
        let mut bound = window.bound.lock().unwrap_or_else(PoisonError::into_inner);
        let before = window.key.load(Ordering::Relaxed);
        // The last byte of a key is the program's, and must change.
        let key = before & !0xff | before.wrapping_add(1) & 0xff;
        let place = bind.region.remote(bind.offset);
        let bind_info = ibv_mw_bind_info {
            mr,
            addr: place.address,
            length: bind.length as u64,
            mw_access_flags: bind.access.bits(),
        };
        let mut wr = post::empty();
        (wr.wr_id, wr.opcode, wr.send_flags) = (id, IBV_WR_BIND_MW, IBV_SEND_SIGNALED);
        wr.__bindgen_anon_2.bind_mw =
            ibv_send_wr__bindgen_ty_4__bindgen_ty_1 { mw: window.mw.pointer(), rkey: key, bind_info };
        let mut bad = null_mut();
        let code = post(&raw mut wr, &raw mut bad);
        if code != 0 {
            return Err(post::refused(OP, &pd.inner.context, 0, code));
        }
        // SAFETY: the window is there, and whoever posts with it holds the lock; drivers read the key there.
        unsafe { (*window.mw.pointer()).rkey = key };
        window.key.store(key, Ordering::Relaxed);
        bound.rotate_right(1);
        bound[0] = Some(Arc::clone(bind.region));
        Ok(Remote { key, ..place })
    }
}

impl VerbsMw for Mw {
    fn remote_key(&self) -> u32 {
        self.key.load(Ordering::Relaxed)
    }
}

impl Drop for Mw {
    fn drop(&mut self) {
        // SAFETY: it is given back once, and before the regions that it held.
        let _ = unsafe { (self.dealloc)(self.mw.pointer()) };
    }
}
