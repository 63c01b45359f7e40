//! Why a measurement is worth nothing.

use std::fmt;

/// A failure, in words.
#[derive(Debug)]
pub(crate) struct Why(String);

impl Why {
    pub(crate) fn new(words: impl Into<String>) -> Self {
        Self(words.into())
    }

    /// Fails with these words unless `fine`.
    pub(crate) fn unless(fine: bool, words: impl FnOnce() -> String) -> Result<(), Self> {
        if fine { Ok(()) } else { Err(Self(words())) }
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<E: std::error::Error> From<E> for Why {
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}
