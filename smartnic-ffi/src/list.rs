//! Iterators over things that were read at once: records with texts that live as long as the iterator.

use std::ffi::c_char;
use std::fmt::{self, Display};
use std::ptr::null;

use smartnic::{Host, Result};

use crate::argument::{place, place_for};
use crate::entry::done;
use crate::error::{snic_error, snic_status};
use crate::handle::{self, Opaque};
use crate::host::snic_host;

/// Texts and bytes that records point to.
#[derive(Default)]
pub(crate) struct Texts {
    /// Texts with their NULs, one behind the other. A block never grows beyond its memory, so that texts stay where they are.
    blocks: Vec<Vec<u8>>,
    bytes: Vec<Box<[u8]>>,
}

/// How much memory for texts is asked for at once.
const BLOCK: usize = 512;

/// A text that is being written to the end of the last block.
struct Begun<'a> {
    blocks: &'a mut Vec<Vec<u8>>,
    /// Where it begins there.
    at: usize,
}

impl Begun<'_> {
    /// Puts bytes behind it; where they have no room, all of it goes into another block.
    fn put(&mut self, bytes: &[u8]) {
        let (begun, room) = match self.blocks.last() {
            Some(block) => (&block[self.at..], block.capacity() - block.len()),
            None => (&[][..], 0),
        };
        if room < bytes.len() {
            let mut next = Vec::with_capacity(BLOCK.max(2 * (begun.len() + bytes.len())));
            next.extend_from_slice(begun);
            if let Some(block) = self.blocks.last_mut() {
                block.truncate(self.at);
            }
            self.blocks.push(next);
            self.at = 0;
        }
        if let Some(block) = self.blocks.last_mut() {
            block.extend_from_slice(bytes);
        }
    }
}

impl fmt::Write for Begun<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        // It ends at the first NUL for C, and no text of ours has one.
        text.as_bytes().split(|byte| *byte == 0).for_each(|part| self.put(part));
        Ok(())
    }
}

impl Texts {
    /// Keeps a text; the pointer lives as long as this.
    pub(crate) fn keep(&mut self, text: impl Display) -> *const c_char {
        let at = self.blocks.last().map_or(0, Vec::len);
        let mut begun = Begun { blocks: &mut self.blocks, at };
        // Writing into memory does not fail.
        let _ = fmt::Write::write_fmt(&mut begun, format_args!("{text}"));
        begun.put(&[0]);
        let at = begun.at;
        self.blocks.last().map_or(null(), |block| block[at..].as_ptr().cast())
    }

    /// Keeps bytes in the same way.
    pub(crate) fn keep_bytes(&mut self, bytes: &[u8]) -> *const u8 {
        let bytes: Box<[u8]> = bytes.into();
        let pointer = bytes.as_ptr();
        self.bytes.push(bytes);
        pointer
    }

    /// Keeps a text if there is one; NULL otherwise.
    pub(crate) fn keep_any(&mut self, text: Option<impl Display>) -> *const c_char {
        text.map_or(null(), |text| self.keep(text))
    }
}

/// Records that are lent one after the other.
pub(crate) struct List<T> {
    records: Vec<T>,
    at: usize,
    _texts: Texts,
}

impl<T> List<T> {
    /// A list whose records point to these texts.
    pub(crate) fn new(records: Vec<T>, texts: Texts) -> Self {
        Self { records, at: 0, _texts: texts }
    }

    /// Makes a record of each thing.
    pub(crate) fn of<S>(things: impl IntoIterator<Item = S>, make: impl Fn(S, &mut Texts) -> T) -> Self {
        let mut texts = Texts::default();
        let records = things.into_iter().map(|thing| make(thing, &mut texts)).collect();
        Self::new(records, texts)
    }

    /// Lends the next record.
    pub(crate) fn next(&mut self, out: *mut *const T) -> Result<snic_status> {
        let out = place(out, "out")?;
        let record = self.records.get(self.at);
        *out = record.map_or(null(), |record| record);
        self.at += usize::from(record.is_some());
        Ok(if record.is_some() { snic_status::Ok } else { snic_status::End })
    }
}

/// Reads things of a host, and hands out an iterator over their records.
pub(crate) fn listed<T, O: Opaque<Value = List<T>>>(
    host: *const snic_host,
    iter: *mut *mut O,
    error: *mut *mut snic_error,
    read: impl FnOnce(&Host) -> Result<List<T>>,
) -> snic_status {
    done(error, || {
        let out = place_for(iter, "iter")?;
        *out = handle::give(read(&handle::get(host)?.host)?);
        Ok(())
    })
}

/// Makes an iterator over records: its name in C, what it lends, and how it is freed. cbindgen knows no macros, so `cargo xtask
/// header` puts what stands here in the place of each use.
macro_rules! iterator {
    ($iter:ident of $record:ident, $next:ident, $free:ident: $what:literal) => {
        #[doc = $what]
        pub struct $iter {
            _opaque: [u8; 0],
        }
        $crate::handle::opaque!($iter, $crate::list::List<$record>);

        /// Lends the next record in `*out`, which lives as long as the iterator. Returns `SNIC_STATUS_END` behind the last.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $next(
            iter: *mut $iter,
            out: *mut *const $record,
            error: *mut *mut $crate::error::snic_error,
        ) -> $crate::error::snic_status {
            $crate::entry::enter(error, || $crate::handle::get_mut(iter)?.next(out))
        }

        /// Frees an iterator; NULL is allowed.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $free(iter: *mut $iter) -> $crate::error::snic_status {
            $crate::handle::free(iter)
        }
    };
}
pub(crate) use iterator;

/// True, false or not known, as C's integers say it.
pub(crate) fn tri(value: Option<bool>) -> i32 {
    value.map_or(-1, i32::from)
}

/// A number, or -1 if it is not known.
pub(crate) fn number(value: Option<u32>) -> i64 {
    value.map_or(-1, i64::from)
}

/// A large number, or -1 if it is not known; what C's `int64_t` does not hold is its largest.
pub(crate) fn count(value: Option<u64>) -> i64 {
    value.map_or(-1, |value| i64::try_from(value).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ffi::CStr;

    #[test]
    fn texts_stay_where_they_are_however_many_come() {
        let mut texts = Texts::default();
        let wanted: Vec<String> = (0..600).map(|at| "ab\0c".repeat(at % 200) + &at.to_string()).collect();
        let kept: Vec<*const c_char> = wanted.iter().map(|text| texts.keep(text)).collect();
        assert_eq!(texts.keep_any(None::<u32>), null());
        for (text, pointer) in wanted.iter().zip(kept) {
            // SAFETY: it lives as long as `texts`, and ends with a NUL.
            let read = unsafe { CStr::from_ptr(pointer) };
            assert_eq!(read.to_str().unwrap(), text.replace('\0', ""));
        }
    }
}
