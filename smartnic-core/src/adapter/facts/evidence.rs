use std::fmt;

use serde::Serialize;

/// Where something that an adapter says can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    /// A file of the kernel's tree.
    Kernel {
        /// The file, from the root of the tree.
        file: &'static str,
        /// What to look for in it: a name or a text that stands there; empty for the whole file.
        symbol: &'static str,
    },
    /// Another paper: an address, or a title.
    Paper(&'static str),
    /// Nobody says it in so many words: it is this adapter's own reading, which the text gives.
    Own(&'static str),
}

impl Evidence {
    /// A place in the kernel's tree.
    #[must_use]
    pub const fn kernel(file: &'static str, symbol: &'static str) -> Self {
        Self::Kernel { file, symbol }
    }
}

impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kernel { file, symbol: "" } => f.write_str(file),
            Self::Kernel { file, symbol } => write!(f, "{file}: {symbol}"),
            Self::Paper(paper) => f.write_str(paper),
            Self::Own(reading) => write!(f, "own reading: {reading}"),
        }
    }
}

/// A sentence and where it can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct Said {
    /// The sentence.
    pub text: &'static str,
    /// Where it can be read.
    pub source: Evidence,
}

impl Said {
    /// A sentence that follows from a place in the kernel's tree.
    #[must_use]
    pub const fn kernel(text: &'static str, file: &'static str, symbol: &'static str) -> Self {
        Self { text, source: Evidence::kernel(file, symbol) }
    }
}
