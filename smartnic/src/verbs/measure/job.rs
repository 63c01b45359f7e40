use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::OP;
use crate::{Error, Result};

/// A word of a list for each value.
macro_rules! words {
    ($(#[$about:meta])* $name:ident, $what:literal { $($(#[$said:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum $name { $($(#[$said])* #[serde(rename = $word)] $variant,)* }

        impl $name {
            /// Every value.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// Its word.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.word())
            }
        }

        impl FromStr for $name {
            type Err = Error;

            fn from_str(text: &str) -> Result<Self> {
                let known = Self::ALL.iter().find(|value| value.word() == text).copied();
                known.ok_or_else(|| {
                    let words: Vec<&str> = Self::ALL.iter().map(|value| value.word()).collect();
                    Error::parse($what, format!("expected one of {}", words.join(", "))).on(text)
                })
            }
        }
    };
}

words! {
    /// What is measured.
    Test, "read a test" {
        /// How long one takes, one after the other.
        Latency = "lat",
        /// How much goes through.
        Bandwidth = "bw",
    }
}

words! {
    /// What is done.
    Operation, "read an operation" {
        /// Messages.
        Send = "send",
        /// Writes into the peer's memory.
        Write = "write",
        /// Reads of the peer's memory.
        Read = "read",
        /// Atomic additions to eight bytes of the peer's.
        FetchAdd = "fetch-add",
        /// Atomic comparisons and swaps of eight bytes of the peer's.
        CompareSwap = "compare-swap",
    }
}

words! {
    /// By what.
    TransportName, "read a transport" {
        /// Reliable connections.
        Rc = "rc",
        /// Unreliable connections.
        Uc = "uc",
        /// Datagrams.
        Ud = "ud",
    }
}

/// One measurement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// What is measured.
    pub test: Test,
    /// What is done.
    pub operation: Operation,
    /// By what.
    pub transport: TransportName,
    /// Bytes of each; atomics always have eight.
    pub size: u32,
    /// How often.
    pub iterations: u64,
    /// How many are under way at a time, where bandwidth is measured.
    pub depth: u32,
    /// Milliseconds between one and the next, where latency is measured.
    pub pause: u64,
    /// Both sides send at the same time, where bandwidth is measured.
    #[serde(default)]
    pub bidirectional: bool,
}

/// More than this is under way on no device.
const MOST_DEPTH: u32 = 8192;

impl Job {
    /// A measurement with what is usual: reliable, 1,000 times (5,000 for bandwidth, 128 at a time).
    #[must_use]
    pub fn new(test: Test, operation: Operation, size: u32) -> Self {
        let iterations = if test == Test::Latency { 1000 } else { 5000 };
        let size = if is_atomic(operation) { 8 } else { size };
        let transport = TransportName::Rc;
        Self { test, operation, transport, size, iterations, depth: 128, pause: 0, bidirectional: false }
    }

    pub(super) fn is_atomic(&self) -> bool {
        is_atomic(self.operation)
    }

    /// Only the leading side does anything.
    pub(super) fn is_one_sided(&self) -> bool {
        self.is_atomic() || self.operation == Operation::Read
    }

    pub(super) fn check(&self) -> Result<()> {
        let wrong = |reason: String| Err(Error::invalid(OP, reason));
        let (operation, transport) = (self.operation, self.transport);
        match (transport, operation) {
            (TransportName::Ud, Operation::Send)
            | (TransportName::Uc, Operation::Send | Operation::Write)
            | (TransportName::Rc, _) => {}
            _ => return wrong(format!("{operation} cannot be done over {transport}")),
        }
        if self.iterations == 0 || self.size == 0 {
            return wrong("nothing would be measured: size and iterations are at least 1".to_owned());
        }
        if self.is_atomic() && self.size != 8 {
            return wrong(format!("{operation} has 8 bytes, not {}", self.size));
        }
        if self.size > 1 << 30 {
            return wrong("more than 1073741824 bytes are not measured".to_owned());
        }
        if self.bidirectional && self.test != Test::Bandwidth {
            return wrong("both directions at once are measured for bandwidth only".to_owned());
        }
        if self.depth == 0 || self.depth > MOST_DEPTH {
            return wrong(format!("from 1 to {MOST_DEPTH} can be under way"));
        }
        Ok(())
    }
}

fn is_atomic(operation: Operation) -> bool {
    matches!(operation, Operation::FetchAdd | Operation::CompareSwap)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_measured_is_refused() {
        let job = Job::new(Test::Latency, Operation::Read, 64);
        assert!(job.check().is_ok());
        for transport in [TransportName::Uc, TransportName::Ud] {
            assert!(Job { transport, ..job }.check().is_err());
        }
        assert!(Job { size: 0, ..job }.check().is_err() && Job { depth: 0, ..job }.check().is_err());
        assert!(Job { bidirectional: true, ..job }.check().is_err());
        assert!(Job { bidirectional: true, test: Test::Bandwidth, ..job }.check().is_ok());
        assert_eq!(Job::new(Test::Latency, Operation::FetchAdd, 64).size, 8);
    }

    #[test]
    fn jobs_go_as_text() {
        let job = Job::new(Test::Bandwidth, Operation::Write, 4096);
        let text = serde_json::to_string(&job).unwrap();
        assert!(text.contains(r#""test":"bw","operation":"write","transport":"rc","size":4096"#), "{text}");
        assert_eq!(serde_json::from_str::<Job>(&text).unwrap(), job);
        assert_eq!("compare-swap".parse::<Operation>().unwrap(), Operation::CompareSwap);
        assert!("xrc".parse::<TransportName>().is_err());
    }
}
