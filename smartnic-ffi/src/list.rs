//! Iterators over things that were read at once: records with texts that live as long as the iterator.

use std::ffi::{CString, c_char};
use std::fmt::Display;
use std::ptr::null;

use smartnic::Result;

use crate::argument::place;
use crate::error::{c_text, snic_status};

/// Texts that records point to.
#[derive(Default)]
pub(crate) struct Texts(Vec<CString>);

impl Texts {
    /// Keeps a text; the pointer lives as long as this.
    pub(crate) fn keep(&mut self, text: impl Display) -> *const c_char {
        let text = c_text(&text.to_string());
        let pointer = text.as_ptr();
        self.0.push(text);
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

/// True, false or not known, as C's integers say it.
pub(crate) fn tri(value: Option<bool>) -> i32 {
    value.map_or(-1, i32::from)
}

/// A number, or -1 if it is not known.
pub(crate) fn number(value: Option<u32>) -> i64 {
    value.map_or(-1, i64::from)
}
