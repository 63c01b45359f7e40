//! The one error type of the tasks: a sentence that says what was attempted and what went wrong.

use std::fmt;

/// Why a task could not be done, written for the person who started it.
#[derive(Debug)]
pub(crate) struct Failure(String);

/// What every task step returns.
pub(crate) type Result<T> = std::result::Result<T, Failure>;

impl Failure {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Failure {}

/// Turns a lower error into a [`Failure`] that also says what was being attempted.
pub(crate) trait Attempt<T> {
    /// `what` completes the sentence "cannot …".
    fn attempt(self, what: impl FnOnce() -> String) -> Result<T>;
}

impl<T, E: fmt::Display> Attempt<T> for std::result::Result<T, E> {
    fn attempt(self, what: impl FnOnce() -> String) -> Result<T> {
        self.map_err(|error| Failure(format!("cannot {}: {error}", what())))
    }
}
