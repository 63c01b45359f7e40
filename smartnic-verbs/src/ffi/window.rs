use std::any::Any;
use std::ptr::null_mut;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use smartnic_core::backend::{VerbsMr, VerbsMw};
use smartnic_core::verbs::{Remote, WindowBind, WindowKind};
use smartnic_core::{Error, Result};

use super::constants::{IBV_MW_TYPE_1, IBV_MW_TYPE_2, IBV_SEND_SIGNALED, IBV_WR_BIND_MW};
use super::domain::Pd;
use super::post;
use super::raw::Raw;
use super::region::Mr;
use super::types::{
    ibv_mw, ibv_mw_bind, ibv_mw_bind_info, ibv_qp, ibv_send_wr, ibv_send_wr__bindgen_ty_4__bindgen_ty_1,
};

type BindMw = unsafe extern "C" fn(*mut ibv_qp, *mut ibv_mw, *mut ibv_mw_bind) -> i32;

/// A memory window.
#[derive(Debug)]
pub(super) struct Mw {
    mw: Raw<ibv_mw>,
    kind: WindowKind,
    pd: Pd,
    dealloc: unsafe extern "C" fn(*mut ibv_mw) -> i32,
    /// How one of the first type is bound; the second is bound by a request as any other.
    bind: Option<BindMw>,
    key: AtomicU32,
    /// The region that it was bound to last, and the one before: until the device has carried out the request it still has
    /// that. One of the second type can have no older one, since it must be taken back before it is bound again. One of the
    /// first has them all: nobody says when the device is done with them.
    bound: Mutex<Vec<Arc<dyn VerbsMr>>>,
    /// Whether it was bound in a batch, which may not have been posted: it has all of its regions then.
    batched: AtomicBool,
}

impl Mw {
    pub(super) fn new(pd: &Pd, kind: WindowKind) -> Result<Self> {
        const OP: &str = "make a memory window";
        let context = &pd.inner.context;
        let ops = context.ops();
        let (Some(alloc), Some(dealloc)) = (ops.alloc_mw, ops.dealloc_mw) else {
            return Err(Error::unsupported(OP).on(&context.name).reason("its driver has none"));
        };
        let (mw_type, bind) = match kind {
            WindowKind::Domain => (IBV_MW_TYPE_1, ops.bind_mw),
            WindowKind::QueuePair => (IBV_MW_TYPE_2, None),
        };
        if kind == WindowKind::Domain && bind.is_none() {
            return Err(Error::unsupported(OP)
                .on(&context.name)
                .reason("its driver binds none of this type"));
        }
        // SAFETY: the domain is there, and stays so until the window is gone.
        let mw = unsafe { alloc(pd.inner.pd.pointer(), mw_type) };
        let mw = Raw::made(mw, OP, context)?;
        // SAFETY: it was just made.
        let key = AtomicU32::new(unsafe { (*mw.pointer()).rkey });
        let (bound, batched) = (Mutex::default(), AtomicBool::new(false));
        Ok(Self { mw, kind, pd: pd.clone(), dealloc, bind, key, bound, batched })
    }

    /// Binds it by `qp`, or by a request that `post` posts, which takes a chain and says which of it was refused.
    pub(super) fn bind(
        window: &dyn VerbsMw,
        id: u64,
        bind: &WindowBind<'_>,
        (pd, qp): (&Pd, &Raw<ibv_qp>),
        post: impl Fn(*mut ibv_send_wr, *mut *mut ibv_send_wr) -> i32,
    ) -> Result<Remote> {
        const OP: &str = "bind a memory window";
        let (window, bind_info, place) = Self::found(OP, window, bind, pd)?;
        // Requests for one window go one after the other, for each needs the key of the one before.
        let mut bound = window.bound.lock().unwrap_or_else(PoisonError::into_inner);
        let (code, key) = match window.bind {
            Some(bind_mw) => {
                let mut request = ibv_mw_bind { wr_id: id, send_flags: IBV_SEND_SIGNALED, bind_info };
                // SAFETY: queue pair, window and region are there, and whoever binds holds the lock.
                let code = unsafe { bind_mw(qp.pointer(), window.mw.pointer(), &raw mut request) };
                // SAFETY: as above; the driver has put the new key there.
                (code, unsafe { (*window.mw.pointer()).rkey })
            }
            None => window.post(id, bind_info, post),
        };
        if code != 0 {
            return Err(post::refused(OP, &pd.inner.context, 0, code));
        }
        window.key.store(key, Ordering::Relaxed);
        let has_all = window.kind == WindowKind::Domain || window.batched.load(Ordering::Relaxed);
        if !has_all && bound.len() > 1 {
            bound.remove(0);
        }
        hold(&mut bound, bind.region);
        Ok(Remote { key, ..place })
    }

    /// Binds one of the second type by a function of a batch.
    pub(super) fn bind_in_batch(
        window: &dyn VerbsMw,
        bind: &WindowBind<'_>,
        pd: &Pd,
        call: impl FnOnce(*mut ibv_mw, u32, *const ibv_mw_bind_info),
    ) -> Result<Remote> {
        const OP: &str = "bind a memory window in a batch";
        let (window, bind_info, place) = Self::found(OP, window, bind, pd)?;
        if window.kind == WindowKind::Domain {
            return Err(Error::invalid(OP, "windows of a domain are bound alone"));
        }
        let mut bound = window.bound.lock().unwrap_or_else(PoisonError::into_inner);
        let key = window.next_key();
        window.batched.store(true, Ordering::Relaxed);
        hold(&mut bound, bind.region);
        call(window.mw.pointer(), key, &raw const bind_info);
        window.key.store(key, Ordering::Relaxed);
        // SAFETY: the window is there, and whoever binds holds the lock; drivers read the key there.
        unsafe { (*window.mw.pointer()).rkey = key };
        Ok(Remote { key, ..place })
    }

    /// A window of this domain, what is bound as C has it, and where peers find it.
    fn found<'a>(
        op: &'static str,
        window: &'a dyn VerbsMw,
        bind: &WindowBind<'_>,
        pd: &Pd,
    ) -> Result<(&'a Self, ibv_mw_bind_info, Remote)> {
        let other = || Error::invalid(op, "window and region must be of the queue pair's protection domain");
        let known = (window as &dyn Any).downcast_ref::<Self>();
        let window = known.filter(|mw| mw.pd.is_with(pd)).ok_or_else(other)?;
        let mr = Mr::known(&**bind.region, pd).ok_or_else(other)?;
        bind.check(op)?;
        let place = bind.region.remote(bind.offset);
        let bind_info = ibv_mw_bind_info {
            mr,
            addr: place.address,
            length: bind.length as u64,
            mw_access_flags: bind.access.bits(),
        };
        Ok((window, bind_info, place))
    }

    /// The key that one of the second type gets next: the last byte is the program's, and must change.
    fn next_key(&self) -> u32 {
        let before = self.key.load(Ordering::Relaxed);
        before & !0xff | before.wrapping_add(1) & 0xff
    }

    /// Binds one of the second type: what came of it, and its new key.
    fn post(
        &self,
        id: u64,
        bind_info: ibv_mw_bind_info,
        post: impl Fn(*mut ibv_send_wr, *mut *mut ibv_send_wr) -> i32,
    ) -> (i32, u32) {
        let key = self.next_key();
        let mut wr = post::empty();
        (wr.wr_id, wr.opcode, wr.send_flags) = (id, IBV_WR_BIND_MW, IBV_SEND_SIGNALED);
        wr.__bindgen_anon_2.bind_mw =
            ibv_send_wr__bindgen_ty_4__bindgen_ty_1 { mw: self.mw.pointer(), rkey: key, bind_info };
        let mut bad = null_mut();
        let code = post(&raw mut wr, &raw mut bad);
        if code == 0 {
            // SAFETY: the window is there, and whoever posts with it holds the lock; drivers read the key there.
            unsafe { (*self.mw.pointer()).rkey = key };
        }
        (code, key)
    }
}

/// Holds a region, once.
fn hold(bound: &mut Vec<Arc<dyn VerbsMr>>, region: &Arc<dyn VerbsMr>) {
    if !bound.iter().any(|held| Arc::ptr_eq(held, region)) {
        bound.push(Arc::clone(region));
    }
}

impl VerbsMw for Mw {
    fn kind(&self) -> WindowKind {
        self.kind
    }

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
