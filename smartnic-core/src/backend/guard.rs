use std::time::Duration;

use crate::Result;

/// What keeps a host's rules from damage by two programs at once, and by one that dies in the middle of a change.
///
/// Whoever changes rules takes the turn first, keeps a journal before the first change, and drops it after the last. A
/// journal that is there when nobody has the turn tells of a change that did not come to its end.
///
/// # Errors
/// Every operation can fail with `PermissionDenied` or `Io` if the place where turns and journals are kept cannot be
/// used.
pub trait Guard: Send + Sync {
    /// Waits for the turn to change the host, at most so long. `who` is what others are told that wait meanwhile.
    ///
    /// The turn ends when the value is dropped, or with the process.
    ///
    /// # Errors
    /// `Locked` if another has the turn for longer.
    fn turn(&self, wait: Duration, who: &str) -> Result<Box<dyn Turn>>;

    /// The journal that is there.
    fn journal(&self) -> Result<Option<Vec<u8>>>;

    /// Keeps a journal, in place of the one that is there. When this returns, it outlives the process.
    fn keep_journal(&self, journal: &[u8]) -> Result<()>;

    /// Drops the journal, if there is one.
    fn drop_journal(&self) -> Result<()>;

    /// Where the journal is, in words for people: most often the path of a file.
    fn place(&self) -> String;

    /// What the host's rules do not outlive: a text that differs from one boot to the next.
    fn boot(&self) -> Result<String>;
}

/// The turn to change a host; it ends when this is dropped.
pub trait Turn: Send {}
