//! Data centre bridging in dcb's words: what is read, and what is printed.

mod map;
mod settings;
mod show;
mod table;

pub use map::{dscp, dscp_name};
pub use settings::{Setting, needs_state, set};
pub use show::{Shown, Style, peer, settings, tables};
pub use table::{TableChange, held, table};

/// Words of a line that were not looked at yet.
pub type Words<'a> = &'a [String];

/// Why words cannot be carried out, or a setting not be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wrong {
    /// dcb's own words for it.
    Said(String),
    /// A word is missing at the end.
    Incomplete,
    /// A word that means nothing there.
    Unknown(String),
}

impl Wrong {
    fn said(message: impl Into<String>) -> Self {
        Self::Said(message.into())
    }

    /// What dcb says of something that the driver does not tell.
    fn missing() -> Self {
        Self::said("Attribute not found: No such file or directory")
    }
}

/// Whether a word is the name or its beginning, as iproute2 cuts words short.
#[must_use]
pub fn means(word: &str, name: &str) -> bool {
    name.starts_with(word)
}

/// The name that a word stands for; the first that fits is meant.
///
/// # Errors
/// [`Wrong::Unknown`] if none does.
pub fn named(word: &str, names: &[&'static str]) -> Result<&'static str, Wrong> {
    names.iter().copied().find(|name| means(word, name)).ok_or_else(|| Wrong::Unknown(word.to_owned()))
}
