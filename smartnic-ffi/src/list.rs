//! Iterators over things that were read at once: records with texts that live as long as the iterator.

use std::ffi::{CString, c_char};
use std::fmt::Display;
use std::ptr::null;

use smartnic::{Host, Result};

use crate::argument::{place, place_for};
use crate::entry::done;
use crate::error::{c_text, snic_error, snic_status};
use crate::handle::{self, Opaque};
use crate::host::snic_host;

/// Texts and bytes that records point to.
#[derive(Default)]
pub(crate) struct Texts {
    texts: Vec<CString>,
    bytes: Vec<Box<[u8]>>,
}

impl Texts {
    /// Keeps a text; the pointer lives as long as this.
    pub(crate) fn keep(&mut self, text: impl Display) -> *const c_char {
        let text = c_text(&text.to_string());
        let pointer = text.as_ptr();
        self.texts.push(text);
        pointer
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
