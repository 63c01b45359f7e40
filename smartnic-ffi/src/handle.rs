//! Opaque handles. Each begins with a number that tells its kind, and those that are alive are known, so that a null, a
//! handle of another kind and a handle that is freed twice are told and not followed.

use std::sync::{Mutex, MutexGuard, PoisonError};

use rustc_hash::FxHashSet;
use smartnic::Result;

use crate::entry::{look, misuse};
use crate::error::snic_status;

/// What C knows by name only.
pub(crate) trait Opaque: Sized {
    /// What is behind it.
    type Value;
    /// Its name in C.
    const NAME: &'static str;
    /// What its memory begins with.
    const MAGIC: u64 = magic(Self::NAME);
}

#[repr(C)]
struct Block<T> {
    magic: u64,
    value: T,
}

/// A number that follows from a name (FNV-1a); never 0.
const fn magic(name: &str) -> u64 {
    let (bytes, mut at, mut hash) = (name.as_bytes(), 0, 0xcbf2_9ce4_8422_2325_u64);
    while at < bytes.len() {
        hash = (hash ^ bytes[at] as u64).wrapping_mul(0x0100_0000_01b3);
        at += 1;
    }
    hash | 1
}

/// Makes C's name for a Rust value.
macro_rules! opaque {
    ($name:ident, $value:ty) => {
        impl $crate::handle::Opaque for $name {
            type Value = $value;
            const NAME: &'static str = stringify!($name);
        }
    };
}
pub(crate) use opaque;

/// The addresses of the handles that are alive; only making and freeing one looks here. They are kept inverted: tools
/// that look for lost memory must not take this list for somebody who still has it.
static ALIVE: Mutex<Option<FxHashSet<usize>>> = Mutex::new(None);

fn alive() -> MutexGuard<'static, Option<FxHashSet<usize>>> {
    ALIVE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Hands a value out to C, which owns it from now on.
pub(crate) fn give<O: Opaque>(value: O::Value) -> *mut O {
    let block = Box::into_raw(Box::new(Block { magic: O::MAGIC, value }));
    alive().get_or_insert_default().insert(!(block as usize));
    block.cast()
}

/// The value behind a handle that is only read.
pub(crate) fn get<'a, O: Opaque>(handle: *const O) -> Result<&'a O::Value> {
    let block = check(handle)?;
    // SAFETY: the number shows that `give` made it, and the caller promises that it is neither freed nor changed by
    // another thread during the call.
    Ok(unsafe { &(*block).value })
}

/// The value behind a handle that is used by this thread alone.
pub(crate) fn get_mut<'a, O: Opaque>(handle: *mut O) -> Result<&'a mut O::Value> {
    let block = check(handle)?.cast_mut();
    // SAFETY: as in `get`; for handles that calls change, the header allows one thread at a time.
    Ok(unsafe { &mut (*block).value })
}

fn check<O: Opaque>(handle: *const O) -> Result<*const Block<O::Value>> {
    let block = handle.cast::<Block<O::Value>>();
    if block.is_null() {
        return Err(misuse(O::NAME, format!("the {} is NULL", O::NAME)));
    }
    // SAFETY: the caller promises that it points to memory of a handle; the number at its start has 8 bytes in each.
    let is_one = block.is_aligned() && unsafe { (&raw const (*block).magic).read_volatile() } == O::MAGIC;
    match is_one {
        true => Ok(block),
        false => Err(misuse(O::NAME, format!("this is no {}, or one that was freed", O::NAME))),
    }
}

/// Frees a handle. NULL is none and nothing is done; what is no living handle of this kind is left alone.
pub(crate) fn free<O: Opaque>(handle: *mut O) -> snic_status {
    if handle.is_null() {
        return snic_status::Ok;
    }
    look(snic_status::InvalidInput, || {
        let mut alive = alive();
        let known = alive.get_or_insert_default();
        if !known.contains(&!(handle as usize)) {
            return Ok(snic_status::InvalidInput);
        }
        let block = check(handle)?.cast_mut();
        known.remove(&!(handle as usize));
        drop(alive);
        // SAFETY: it is alive, `give` made it from a box of this kind, and nobody frees it again.
        drop(unsafe {
            (&raw mut (*block).magic).write_volatile(0);
            Box::from_raw(block)
        });
        Ok(snic_status::Ok)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    struct first_kind;
    struct second_kind;
    opaque!(first_kind, String);
    opaque!(second_kind, u32);

    #[test]
    fn nulls_other_kinds_and_freed_handles_are_told() {
        let handle = give::<first_kind>("here".into());
        assert_eq!(get(handle).unwrap(), "here");
        get_mut(handle).unwrap().push('!');
        assert_eq!(get(handle).unwrap(), "here!");
        assert!(get::<first_kind>(std::ptr::null()).unwrap_err().to_string().contains("is NULL"));
        assert!(get(handle.cast::<second_kind>()).unwrap_err().to_string().contains("no second_kind"));
        assert_eq!(free(handle.cast::<second_kind>()), snic_status::InvalidInput);
        assert_eq!(free(handle), snic_status::Ok);
        assert_eq!(free(handle), snic_status::InvalidInput);
        assert_eq!(free(std::ptr::null_mut::<first_kind>()), snic_status::Ok);
    }
}
