use std::sync::{Arc, Mutex, PoisonError};

use smartnic_core::backend::{VerbsMr, VerbsMw, VerbsRegion};
use smartnic_core::verbs::{Remote, WindowBind, WindowKind};
use smartnic_core::{Error, ErrorKind, Result};

use super::domain::Domain;
use super::own;
use super::region::SimMr;
use crate::model::verbs::{Binding, Window};

/// The region that a window was bound to last, and the one before.
type Held = [Option<Arc<dyn VerbsMr>>; 2];

/// A memory window.
#[derive(Debug)]
pub(super) struct SimMw {
    domain: Arc<Domain>,
    number: u32,
    kind: WindowKind,
    /// The key that it gets, or got, and what it may lend.
    bound: Mutex<(u32, Held)>,
}

impl SimMw {
    pub(super) fn new(domain: &Arc<Domain>, kind: WindowKind) -> Result<Self> {
        const OP: &str = "make a memory window";
        let mut locked = domain.opened.alive(OP)?;
        let verbs = &mut locked.fabric().verbs;
        let number = verbs.number();
        if number >= 1 << 24 {
            return Err(Error::new(ErrorKind::NoSpace, OP).reason("there are no more keys"));
        }
        // The last byte of its key is another each time that it is bound.
        let key = number << 8;
        verbs.windows.insert(number, Window { pd: domain.number, kind, key, bound: None });
        drop(locked);
        Ok(Self { domain: Arc::clone(domain), number, kind, bound: Mutex::new((key, [None, None])) })
    }

    /// The request that binds it, for a queue pair of this domain, and what peers will find it by.
    pub(super) fn binding(
        window: &dyn VerbsMw,
        bind: &WindowBind<'_>,
        domain: &Arc<Domain>,
    ) -> Result<(Binding, Remote)> {
        const OP: &str = "bind a memory window";
        let (window, region) = (own::<Self>(OP, window)?, own::<SimMr>(OP, bind.region.as_ref())?);
        if !window.domain.is_with(domain) || !region.domain().is_with(domain) {
            return Err(Error::invalid(
                OP,
                "window and region must be of the queue pair's protection domain",
            ));
        }
        bind.check(OP)?;
        let mut bound = window.bound.lock().unwrap_or_else(PoisonError::into_inner);
        let key = bound.0 & !0xff | bound.0.wrapping_add(1) & 0xff;
        bound.0 = key;
        bound.1.rotate_right(1);
        bound.1[0] = Some(Arc::clone(bind.region));
        let WindowBind { offset, length, access, .. } = *bind;
        let binding =
            Binding { window: window.number, key, region: region.local_key(), offset, length, access };
        Ok((binding, Remote { key, ..bind.region.remote(offset) }))
    }
}

impl VerbsMw for SimMw {
    fn kind(&self) -> WindowKind {
        self.kind
    }

    fn remote_key(&self) -> u32 {
        self.bound.lock().unwrap_or_else(PoisonError::into_inner).0
    }
}

impl Drop for SimMw {
    fn drop(&mut self) {
        self.domain.opened.machine.lock().fabric().verbs.windows.remove(&self.number);
    }
}
