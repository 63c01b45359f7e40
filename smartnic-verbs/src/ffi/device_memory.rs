//! Memory of the device itself, and regions over it.

use std::any::Any;
use std::ffi::c_int;
use std::sync::Arc;

use smartnic_core::backend::{VerbsDm, VerbsRegion};
use smartnic_core::verbs::{Access, DmConfig};
use smartnic_core::{Error, Result};

use super::context::Context;
use super::domain::Pd;
use super::extended::extended;
use super::raw::{Raw, is_same};
use super::region::Registered;
use super::types::{ibv_alloc_dm_attr, ibv_dm};

/// Memory of the device itself.
#[derive(Debug)]
pub(super) struct Dm {
    context: Arc<Context>,
    dm: Raw<ibv_dm>,
    free: unsafe extern "C" fn(*mut ibv_dm) -> c_int,
    length: usize,
}

impl Dm {
    pub(super) fn new(context: &Arc<Context>, config: DmConfig) -> Result<Self> {
        const OP: &str = "take memory of an RDMA device";
        if config.length == 0 {
            return Err(Error::invalid(OP, "it has no bytes").on(&context.name));
        }
        let (alloc, free) = (extended!(context, alloc_dm), extended!(context, free_dm));
        let (Some(alloc), Some(free)) = (alloc, free) else {
            return Err(Error::unsupported(OP).on(&context.name).reason("its driver has none"));
        };
        let mut attr =
            ibv_alloc_dm_attr { length: config.length, log_align_req: config.log_align, comp_mask: 0 };
        // SAFETY: the context is open, and stays so until the memory is given back; the attributes are read only.
        let dm = unsafe { alloc(context.context.as_ptr(), &raw mut attr) };
        let dm = Raw::made(dm, OP, context)?;
        Ok(Self { context: Arc::clone(context), dm, free, length: config.length })
    }

    /// Memory of this device, which came back through its trait.
    fn known<'a>(dm: &'a Arc<dyn VerbsDm>, context: &Arc<Context>) -> Option<&'a Self> {
        let known = (&**dm as &dyn Any).downcast_ref::<Self>();
        known.filter(|known| is_same(&known.context, context))
    }

    fn within(&self, op: &'static str, offset: usize, length: usize) -> Result<()> {
        match offset.checked_add(length) {
            Some(end) if end <= self.length => Ok(()),
            _ => {
                let reason = format!("{length} bytes from {offset} on, and it has {}", self.length);
                Err(Error::invalid(op, reason).on(&self.context.name))
            }
        }
    }
}

/// Room for so many bytes that begins where a word does: drivers copy words.
fn words(length: usize) -> Vec<u64> {
    vec![0; length.div_ceil(size_of::<u64>())]
}

impl VerbsDm for Dm {
    fn length(&self) -> usize {
        self.length
    }

    fn write(&self, offset: usize, bytes: &[u8]) -> Result<()> {
        const OP: &str = "write memory of an RDMA device";
        self.within(OP, offset, bytes.len())?;
        // SAFETY: the memory is there, and this member does not change.
        let copy = unsafe { (*self.dm.pointer()).memcpy_to_dm };
        let copy = copy.ok_or_else(|| Error::unsupported(OP).on(&self.context.name))?;
        let mut room = words(bytes.len());
        // SAFETY: the room has at least so many bytes, and nobody else has it.
        let code = unsafe {
            room.as_mut_ptr().cast::<u8>().copy_from_nonoverlapping(bytes.as_ptr(), bytes.len());
            copy(self.dm.pointer(), offset as u64, room.as_ptr().cast(), bytes.len())
        };
        self.context.check(OP, code)
    }

    fn read(&self, offset: usize, into: &mut [u8]) -> Result<()> {
        const OP: &str = "read memory of an RDMA device";
        self.within(OP, offset, into.len())?;
        // SAFETY: as above.
        let copy = unsafe { (*self.dm.pointer()).memcpy_from_dm };
        let copy = copy.ok_or_else(|| Error::unsupported(OP).on(&self.context.name))?;
        let mut room = words(into.len());
        // SAFETY: as above.
        let code = unsafe { copy(room.as_mut_ptr().cast(), self.dm.pointer(), offset as u64, into.len()) };
        self.context.check(OP, code)?;
        // SAFETY: as above; the words are all set.
        unsafe { into.as_mut_ptr().copy_from_nonoverlapping(room.as_ptr().cast(), into.len()) };
        Ok(())
    }
}

impl Drop for Dm {
    fn drop(&mut self) {
        // SAFETY: the regions over it held it, and are gone.
        let _ = unsafe { (self.free)(self.dm.pointer()) };
    }
}

/// A region over such memory.
#[derive(Debug)]
pub(super) struct DmMr {
    at: Registered,
    length: usize,
    // Declared behind the region, so it goes behind it.
    _memory: Arc<dyn VerbsDm>,
}

impl DmMr {
    pub(super) fn new(
        pd: &Pd,
        memory: &Arc<dyn VerbsDm>,
        offset: usize,
        length: usize,
        access: Access,
    ) -> Result<Self> {
        const OP: &str = "register memory of the device itself";
        let context = &pd.inner.context;
        let other = || Error::invalid(OP, "the memory is of another device").on(&context.name);
        let dm = Dm::known(memory, context).ok_or_else(other)?;
        dm.within(OP, offset, length)?;
        let register = extended!(context, reg_dm_mr)
            .ok_or_else(|| Error::unsupported(OP).on(&context.name).reason("its driver has none"))?;
        let access = (access | Access::ZERO_BASED).bits();
        // SAFETY: domain and memory are there, and are held until the registration is undone.
        let mr = unsafe { register(pd.inner.pd.pointer(), dm.dm.pointer(), offset as u64, length, access) };
        let mr = Raw::made(mr, OP, context)?;
        Ok(Self { at: Registered::new(mr, pd, Vec::new()), length, _memory: Arc::clone(memory) })
    }
}

impl VerbsRegion for DmMr {
    fn length(&self) -> usize {
        self.length
    }

    fn local_address(&self) -> u64 {
        0
    }

    fn local_key(&self) -> u32 {
        self.at.local_key()
    }

    fn remote_key(&self) -> u32 {
        self.at.remote_key()
    }
}
