use crate::Result;

/// The kernel's log from one moment on: what drivers say there and nowhere else.
pub trait KernelLog: Send {
    /// The lines that were written since the last call, or since the log was opened; each without its time and
    /// priority.
    ///
    /// # Errors
    /// `Io` if the log cannot be read any more.
    fn lines(&mut self) -> Result<Vec<String>>;
}
