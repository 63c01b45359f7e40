//! Texts of the one record that a stream lends, in memory that is used again for the next.

use std::ffi::c_char;
use std::fmt::{self, Write};
use std::ptr::null;

/// Texts one behind the other, each with its NUL.
#[derive(Default)]
pub(crate) struct Scratch {
    bytes: Vec<u8>,
}

/// Where a text of a [`Scratch`] is; memory may move while more are put there.
#[derive(Clone, Copy)]
pub(crate) struct At(Option<usize>);

impl At {
    /// No text.
    pub(crate) const NONE: Self = Self(None);
}

impl Scratch {
    pub(crate) fn clear(&mut self) {
        self.bytes.clear();
    }

    /// Puts a text behind the others.
    pub(crate) fn put(&mut self, text: impl fmt::Display) -> At {
        let at = self.bytes.len();
        // Writing into memory does not fail.
        let _ = write!(self, "{text}");
        self.bytes.push(0);
        At(Some(at))
    }

    /// Puts a text there, if there is one.
    pub(crate) fn put_any(&mut self, text: Option<impl fmt::Display>) -> At {
        text.map_or(At::NONE, |text| self.put(text))
    }

    /// The text, once no more are put there.
    pub(crate) fn text(&self, at: At) -> *const c_char {
        at.0.and_then(|at| self.bytes.get(at..)).map_or(null(), |text| text.as_ptr().cast())
    }
}

impl Write for Scratch {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        text.as_bytes().split(|byte| *byte == 0).for_each(|part| self.bytes.extend_from_slice(part));
        Ok(())
    }
}
