use std::io;
use std::mem::MaybeUninit;
use std::ptr::NonNull;
use std::sync::Arc;

use smartnic_core::backend::{
    CqConfig, VerbsChannel, VerbsCounters, VerbsCq, VerbsCqEx, VerbsDm, VerbsPd, VerbsTd, VerbsXrcd,
};
use smartnic_core::verbs::{CounterKind, DmConfig};
use smartnic_core::{Error, Result};

use super::channel::Channel;
use super::completion::Cq;
use super::device_memory::Dm;
use super::domain::{Pd, Td};
use super::library::Loaded;
use super::steering::Counters;
use super::types::{ibv_context, ibv_context_ops, ibv_device_attr, ibv_gid_entry, ibv_port_attr};
use super::wait;
use super::xrc::Xrcd;

/// A device that is open; closed when dropped, which is after all that was made of it.
#[derive(Debug)]
pub(crate) struct Context {
    pub(super) library: Arc<Loaded>,
    pub(super) context: NonNull<ibv_context>,
    pub(crate) name: String,
}

// SAFETY: libibverbs locks what its functions change; a context can be used and closed by any thread.
unsafe impl Send for Context {}
// SAFETY: as above.
unsafe impl Sync for Context {}

/// An open device as it is handed out.
#[derive(Debug)]
pub(crate) struct Device {
    pub(crate) context: Arc<Context>,
}

impl Device {
    pub(super) fn new(library: Arc<Loaded>, context: NonNull<ibv_context>, name: &str) -> Result<Self> {
        let context = Context { library, context, name: name.to_owned() };
        wait::never_block(context.async_fd())
            .map_err(|error| Error::io("open an RDMA device", error).on(name))?;
        Ok(Self { context: Arc::new(context) })
    }

    pub(crate) fn new_pd(&self) -> Result<Arc<dyn VerbsPd>> {
        Ok(Arc::new(Pd::new(&self.context)?))
    }

    pub(crate) fn new_dm(&self, config: DmConfig) -> Result<Arc<dyn VerbsDm>> {
        Ok(Arc::new(Dm::new(&self.context, config)?))
    }

    pub(crate) fn new_td(&self) -> Result<Arc<dyn VerbsTd>> {
        Ok(Arc::new(Td::new(&self.context)?))
    }

    pub(crate) fn new_parent_domain(
        &self,
        domain: &dyn VerbsPd,
        thread: Option<&Arc<dyn VerbsTd>>,
    ) -> Result<Arc<dyn VerbsPd>> {
        Ok(Arc::new(Pd::over(&self.context, domain, thread)?))
    }

    pub(crate) fn new_xrcd(&self) -> Result<Arc<dyn VerbsXrcd>> {
        Ok(Arc::new(Xrcd::new(&self.context)?))
    }

    pub(crate) fn new_channel(&self) -> Result<Arc<dyn VerbsChannel>> {
        Ok(Arc::new(Channel::new(&self.context)?))
    }

    pub(crate) fn new_cq(
        &self,
        entries: u32,
        channel: Option<&Arc<dyn VerbsChannel>>,
    ) -> Result<Arc<dyn VerbsCq>> {
        Ok(Arc::new(Cq::new(&self.context, entries, channel)?))
    }

    pub(crate) fn new_counters(&self, kinds: &[CounterKind]) -> Result<Arc<dyn VerbsCounters>> {
        Ok(Arc::new(Counters::new(&self.context, kinds)?))
    }

    pub(crate) fn new_cq_ex(&self, config: &CqConfig<'_>) -> Result<Arc<dyn VerbsCqEx>> {
        Ok(Arc::new(Cq::new_ex(&self.context, config)?))
    }
}

impl Context {
    /// The functions of the device's driver that move data.
    pub(super) fn ops(&self) -> &ibv_context_ops {
        // SAFETY: the context is open, and its table does not change.
        unsafe { &self.context.as_ref().ops }
    }

    pub(crate) fn device_attr(&self) -> Result<ibv_device_attr> {
        let mut attr = MaybeUninit::<ibv_device_attr>::zeroed();
        // SAFETY: the context is open, and the function writes no more than this structure.
        let code = unsafe { (self.library.functions.query_device)(self.context.as_ptr(), attr.as_mut_ptr()) };
        self.check("query an RDMA device", code)?;
        // SAFETY: zeroes are a value of it, and so is what C wrote: it is all numbers.
        Ok(unsafe { attr.assume_init() })
    }

    /// The part of the attributes that the exported function has always written; later members stay zero.
    pub(crate) fn port_attr(&self, port: u8) -> Result<ibv_port_attr> {
        let mut attr = MaybeUninit::<ibv_port_attr>::zeroed();
        // SAFETY: as above; what the function writes is the beginning of this structure.
        let code = unsafe {
            (self.library.functions.query_port)(self.context.as_ptr(), port, attr.as_mut_ptr().cast())
        };
        self.check("query an RDMA port", code)?;
        // SAFETY: as above.
        Ok(unsafe { attr.assume_init() })
    }

    /// The GID tables of all ports, which together have `places`.
    pub(crate) fn gid_table(&self, places: usize) -> Result<Vec<ibv_gid_entry>> {
        let mut entries: Vec<ibv_gid_entry> = Vec::with_capacity(places);
        // SAFETY: the function writes at most `places` entries of the size that it is told.
        let found = unsafe {
            (self.library.functions.query_gid_table)(
                self.context.as_ptr(),
                entries.as_mut_ptr(),
                places,
                0,
                size_of::<ibv_gid_entry>(),
            )
        };
        match usize::try_from(found) {
            Ok(found) => {
                // SAFETY: that many were written, and no more than there is room for.
                unsafe { entries.set_len(found.min(places)) };
                Ok(entries)
            }
            Err(_) => {
                let errno = i32::try_from(-found).unwrap_or(libc::EIO);
                self.check("read a GID table", errno).map(|()| entries)
            }
        }
    }

    pub(crate) fn pkey_at(&self, port: u8, index: u16) -> Result<u16> {
        let mut key = 0;
        // SAFETY: the context is open, and the function writes one number.
        let code = unsafe {
            (self.library.functions.query_pkey)(self.context.as_ptr(), port, index.into(), &raw mut key)
        };
        self.check("read a partition key", code)?;
        Ok(u16::from_be(key))
    }

    /// Verbs return an error number, positive; some drivers return -1 and leave it in `errno`.
    pub(super) fn check(&self, op: &'static str, code: i32) -> Result<()> {
        match code {
            0 => Ok(()),
            -1 => Err(self.last_error(op)),
            code => Err(Error::io(op, io::Error::from_raw_os_error(code.abs())).on(&self.name)),
        }
    }

    /// What `errno` says, of functions that return null.
    pub(super) fn last_error(&self, op: &'static str) -> Error {
        Error::io(op, io::Error::last_os_error()).on(&self.name)
    }
}

impl Drop for Context {
    fn drop(&mut self) {
        // SAFETY: it was opened by the same library and is used no more. An error leaves nothing to be done.
        let _ = unsafe { (self.library.functions.close_device)(self.context.as_ptr()) };
    }
}

/// The sixteen bytes of a GID.
pub(crate) fn gid_bytes(entry: &ibv_gid_entry) -> [u8; 16] {
    // SAFETY: every member of this union is sixteen bytes, of which any value is one of theirs.
    unsafe { entry.gid.raw }
}
