use std::any::Any;
use std::mem::forget;
use std::os::fd::AsRawFd;
use std::sync::Arc;

use smartnic_core::backend::{VerbsMr, VerbsRegion};
use smartnic_core::verbs::{Access, Buffer, DmaBuf, MrChange, NotReregistered};
use smartnic_core::{Error, ErrorKind, Result};

use super::constants::{
    IBV_ACCESS_RELAXED_ORDERING, IBV_REREG_MR_CHANGE_ACCESS, IBV_REREG_MR_CHANGE_PD,
    IBV_REREG_MR_CHANGE_TRANSLATION, IBV_REREG_MR_ERR_DO_FORK_OLD, IBV_REREG_MR_ERR_DONT_FORK_NEW,
    IBV_REREG_MR_ERR_INPUT,
};
use super::domain::Pd;
use super::raw::Raw;
use super::types::ibv_mr;

/// The device's side of a region, which is undone when it is dropped.
#[derive(Debug)]
pub(super) struct Registered {
    mr: Raw<ibv_mr>,
    pd: Pd,
    keys: [u32; 2],
    /// Memory that the device may touch until then.
    memory: Vec<Buffer>,
}

impl Registered {
    pub(super) fn new(mr: Raw<ibv_mr>, pd: &Pd, memory: Vec<Buffer>) -> Self {
        let mut new = Self { mr, pd: pd.clone(), keys: [0; 2], memory };
        new.read_keys();
        new
    }

    pub(super) fn local_key(&self) -> u32 {
        self.keys[0]
    }

    pub(super) fn remote_key(&self) -> u32 {
        self.keys[1]
    }

    fn read_keys(&mut self) {
        // SAFETY: it is there, and these members change only when it is registered anew, which only its owner does.
        self.keys = unsafe { [(*self.mr.pointer()).lkey, (*self.mr.pointer()).rkey] };
    }
}

impl Drop for Registered {
    fn drop(&mut self) {
        let functions = &self.pd.inner.context.library.functions;
        // SAFETY: it is undone once. When the function succeeds, the device does not touch the memory any more.
        if unsafe { (functions.dereg_mr)(self.mr.pointer()) } != 0 {
            // The device may still write to it, so it must never be given to anybody else.
            forget(std::mem::take(&mut self.memory));
        }
    }
}

/// Registered memory of this host.
#[derive(Debug)]
pub(super) struct Mr {
    at: Registered,
    buffer: Buffer,
    access: Access,
}

impl Mr {
    pub(super) fn new(pd: &Pd, buffer: &Buffer, access: Access) -> Result<Self> {
        const OP: &str = "register memory";
        let context = &pd.inner.context;
        buffer.permits(OP, access).map_err(|error| error.on(&context.name))?;
        let functions = &context.library.functions;
        let (raw, address) = (pd.inner.pd.pointer(), buffer.address());
        let memory = std::ptr::with_exposed_provenance_mut(address as usize);
        // Rights that a device may leave out need the newer function; the older one works with older drivers, too.
        // SAFETY: the buffer has this many bytes and is held until the registration is undone. Its words are atomic, so the
        // device may write them at any time.
        let mr = unsafe {
            match access.bits() & IBV_ACCESS_RELAXED_ORDERING {
                0 => (functions.reg_mr)(raw, memory, buffer.len(), access.bits().cast_signed()),
                _ => (functions.reg_mr_iova2)(raw, memory, buffer.len(), address, access.bits()),
            }
        };
        let mr = Raw::made(mr, OP, context).map_err(|error| match error.errno() {
            Some(libc::ENOMEM) => error.hint("the limit of locked memory may be too low: see `ulimit -l`"),
            _ => error,
        })?;
        let at = Registered::new(mr, pd, vec![buffer.clone()]);
        Ok(Self { at, buffer: buffer.clone(), access })
    }

    /// The region that a window of this domain is bound to.
    pub(super) fn known(region: &dyn VerbsMr, pd: &Pd) -> Option<*mut ibv_mr> {
        let known = (region as &dyn Any).downcast_ref::<Self>();
        known.filter(|mr| mr.at.pd.is_with(pd)).map(|mr| mr.at.mr.pointer())
    }

    /// Registers it anew; whether what is left of it can be used, if that fails.
    fn change(&mut self, change: &MrChange<'_>) -> Result<(), (Error, bool)> {
        const OP: &str = "register memory anew";
        let context = Arc::clone(&self.at.pd.inner.context);
        let invalid = |reason: &str| (Error::invalid(OP, reason).on(&context.name), true);
        let mut flags = 0;
        let pd = match change.domain {
            None => self.at.pd.clone(),
            Some(domain) => {
                flags |= IBV_REREG_MR_CHANGE_PD;
                let known = Pd::known(domain, &context);
                known.ok_or_else(|| invalid("the protection domain is of another device"))?
            }
        };
        let buffer = change.buffer.unwrap_or(&self.buffer).clone();
        // What may only be read must not come under rights to write that stay as they are.
        let rights = change.access.unwrap_or(self.access);
        buffer.permits(OP, rights).map_err(|error| (error.on(&context.name), true))?;
        if change.buffer.is_some() {
            if buffer.is_empty() {
                return Err(invalid("it has no bytes"));
            }
            flags |= IBV_REREG_MR_CHANGE_TRANSLATION;
            self.at.memory.push(buffer.clone());
        }
        let access = change.access.unwrap_or(Access::empty());
        if change.access.is_some() {
            flags |= IBV_REREG_MR_CHANGE_ACCESS;
        }
        let memory = std::ptr::with_exposed_provenance_mut(buffer.address() as usize);
        // SAFETY: region and domain are there, and nobody else has the region. The memory has this many bytes and is held,
        // as that of before is, until it is certain which of them the device has.
        let code = unsafe {
            (context.library.functions.rereg_mr)(
                self.at.mr.pointer(),
                flags.cast_signed(),
                pd.inner.pd.pointer(),
                memory,
                buffer.len(),
                access.bits().cast_signed(),
            )
        };
        // Whether the pages of the old memory are kept from a child process is of no matter: it is not touched any more.
        if code == 0 || code == IBV_REREG_MR_ERR_DO_FORK_OLD {
            self.at.memory = vec![buffer.clone()];
            self.buffer = buffer;
            self.at.pd = pd;
            self.at.read_keys();
            self.access = rights;
            return Ok(());
        }
        let error = context.last_error(OP);
        match code {
            IBV_REREG_MR_ERR_INPUT | IBV_REREG_MR_ERR_DONT_FORK_NEW => {
                self.at.memory.truncate(1);
                Err((error, true))
            }
            // The library takes a driver that has no such function for one that failed at it.
            _ if error.kind() == ErrorKind::Unsupported => Err((error, true)),
            _ => Err((error.reason("the region came to harm, and is registered no more"), false)),
        }
    }
}

impl VerbsRegion for Mr {
    fn length(&self) -> usize {
        self.buffer.len()
    }

    fn local_address(&self) -> u64 {
        self.buffer.address()
    }

    fn local_key(&self) -> u32 {
        self.at.local_key()
    }

    fn remote_key(&self) -> u32 {
        self.at.remote_key()
    }

    fn remote_address(&self) -> u64 {
        if self.access.contains(Access::ZERO_BASED) { 0 } else { self.buffer.address() }
    }
}

impl VerbsMr for Mr {
    fn buffer(&self) -> &Buffer {
        &self.buffer
    }

    fn reregister(
        self: Arc<Self>,
        change: &MrChange<'_>,
    ) -> std::result::Result<Arc<dyn VerbsMr>, NotReregistered> {
        let mut mr = self;
        let Some(own) = Arc::get_mut(&mut mr) else {
            let error = Error::new(ErrorKind::Busy, "register memory anew").on(&mr.at.pd.inner.context.name);
            let error = error.reason("somebody else has the region, too");
            return Err(NotReregistered { error, region: Some(mr) });
        };
        match own.change(change) {
            Ok(()) => Ok(mr),
            Err((error, is_good)) => {
                Err(NotReregistered { error, region: is_good.then_some(mr as Arc<dyn VerbsMr>) })
            }
        }
    }
}

/// Memory of another device.
#[derive(Debug)]
pub(super) struct DmaBufMr {
    at: Registered,
    length: usize,
    address: u64,
}

impl DmaBufMr {
    pub(super) fn new(pd: &Pd, memory: &DmaBuf<'_>, access: Access) -> Result<Self> {
        const OP: &str = "register memory of another device";
        let context = &pd.inner.context;
        let register = context.library.reg_dmabuf_mr.ok_or_else(|| {
            let error = Error::unsupported(OP).on(&context.name);
            error.reason("the library has none").hint("it comes with rdma-core 34 or later")
        })?;
        let DmaBuf { fd, offset, length, address } = *memory;
        let (raw, access) = (pd.inner.pd.pointer(), access.bits().cast_signed());
        // SAFETY: the domain is there and the descriptor is open; the kernel holds the memory for as long as it is registered.
        let mr = unsafe { register(raw, offset, length, address, fd.as_raw_fd(), access) };
        let mr = Raw::made(mr, OP, context)?;
        Ok(Self { at: Registered::new(mr, pd, Vec::new()), length, address })
    }
}

impl VerbsRegion for DmaBufMr {
    fn length(&self) -> usize {
        self.length
    }

    fn local_address(&self) -> u64 {
        self.address
    }

    fn local_key(&self) -> u32 {
        self.at.local_key()
    }

    fn remote_key(&self) -> u32 {
        self.at.remote_key()
    }
}
