//! What headers have as inline functions over the table that stands around a context of every library since 2012: the table
//! grows at its beginning, so that what is looked for may be beyond it.

use std::mem::{MaybeUninit, offset_of};
use std::ptr::null;

use smartnic_core::{Error, Result};

use super::constants::IBV_VALUES_MASK_RAW_CLOCK;
use super::context::Context;
use super::types::{ibv_device_attr_ex, ibv_values_ex, verbs_context};

/// A function of the table around a context, by its member's name; none if the library's table does not have it.
macro_rules! extended {
    ($context:expr, $member:ident) => {
        $context.table(std::mem::offset_of!($crate::ffi::types::verbs_context, $member)).and_then(|table| {
            // SAFETY: the table has this member, and does not change.
            unsafe { (&raw const (*table).$member).read() }
        })
    };
}
pub(super) use extended;

impl Context {
    /// The table around the context, if it has the member at this offset (`verbs_get_ctx_op`).
    pub(super) fn table(&self, offset: usize) -> Option<*const verbs_context> {
        let context = self.context.as_ptr();
        // SAFETY: the context is open.
        let mark = unsafe { (&raw const (*context).abi_compat).read() };
        if mark.addr() != usize::MAX {
            return None;
        }
        let table = context
            .cast_const()
            .wrapping_byte_sub(offset_of!(verbs_context, context))
            .cast::<verbs_context>();
        // SAFETY: a context with this mark stands at the end of such a table, and before it its size.
        let size = unsafe { (&raw const (*table).sz).read() };
        (size >= size_of::<verbs_context>() - offset).then_some(table)
    }

    /// What a driver that knows only the older question leaves out is zero, as the header has it.
    pub(crate) fn device_attr_ex(&self) -> Result<ibv_device_attr_ex> {
        let mut attr = MaybeUninit::<ibv_device_attr_ex>::zeroed();
        if let Some(query) = extended!(self, query_device_ex) {
            let size = size_of::<ibv_device_attr_ex>();
            // SAFETY: the context is open, and the function writes no more than this structure.
            let code = unsafe { query(self.context.as_ptr(), null(), attr.as_mut_ptr(), size) };
            if !matches!(code.abs(), libc::EOPNOTSUPP | libc::ENOSYS) {
                self.check("query what an RDMA device can do", code)?;
                // SAFETY: zeroes are a value of it, and so is what was written: it is all numbers.
                return Ok(unsafe { attr.assume_init() });
            }
        }
        // SAFETY: as above.
        let attr = unsafe { MaybeUninit::<ibv_device_attr_ex>::zeroed().assume_init() };
        Ok(ibv_device_attr_ex { orig_attr: self.device_attr()?, ..attr })
    }

    /// The device's clock.
    pub(crate) fn raw_clock(&self) -> Result<u64> {
        const OP: &str = "read the clock of an RDMA device";
        let Some(query) = extended!(self, query_rt_values) else {
            return Err(Error::unsupported(OP).on(&self.name));
        };
        // SAFETY: zeroes are a value of it: it is all numbers.
        let mut values: ibv_values_ex = unsafe { MaybeUninit::zeroed().assume_init() };
        values.comp_mask = IBV_VALUES_MASK_RAW_CLOCK;
        // SAFETY: the context is open, and the function writes no more than this structure.
        let code = unsafe { query(self.context.as_ptr(), &raw mut values) };
        self.check(OP, code)?;
        if values.comp_mask & IBV_VALUES_MASK_RAW_CLOCK == 0 {
            return Err(Error::unsupported(OP).on(&self.name).reason("its driver told no clock"));
        }
        // Drivers give ticks, most of them in the place of nanoseconds.
        let (high, low) = (values.raw_clock.tv_sec as u64, values.raw_clock.tv_nsec as u64);
        Ok(high.wrapping_mul(1_000_000_000).wrapping_add(low))
    }
}
