use std::fmt;
use std::ptr::NonNull;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use smartnic_core::Result;

use super::context::Context;

/// A pointer to an object of libibverbs or librdmacm, which its owner alone destroys.
pub(super) struct Raw<T>(NonNull<T>);

// SAFETY: the libraries and their drivers lock what their functions change (they are safe to be called by several threads),
// and no object belongs to a thread.
unsafe impl<T> Send for Raw<T> {}
// SAFETY: as above.
unsafe impl<T> Sync for Raw<T> {}

impl<T> fmt::Debug for Raw<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:p}", self.0)
    }
}

impl<T> Raw<T> {
    /// What a function returned that makes objects: null and `errno` if it failed.
    pub(super) fn made(pointer: *mut T, op: &'static str, context: &Context) -> Result<Self> {
        NonNull::new(pointer).map(Self).ok_or_else(|| context.last_error(op))
    }

    /// What a function gave; none for null.
    pub(super) fn given(pointer: *mut T) -> Option<Self> {
        NonNull::new(pointer).map(Self)
    }

    pub(super) fn pointer(&self) -> *mut T {
        self.0.as_ptr()
    }
}

/// Whether two objects are of the same open device.
pub(super) fn is_same(one: &Arc<Context>, other: &Arc<Context>) -> bool {
    Arc::ptr_eq(one, other)
}

/// A number that no other object of this process has.
pub(super) fn next_id() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}
