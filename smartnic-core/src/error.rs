//! One error type for every face.
//!
//! An [`Error`] says what was attempted ([`Error::op`]), on which object, and what the kernel said. Its
//! [`ErrorKind`] has a number that is the exit code of `snicctl` and the value of the C enum.

use std::fmt;

/// The result of every fallible operation of the SDK.
pub type Result<T, E = Error> = std::result::Result<T, E>;

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $number:literal, $text:literal;)*) => {
        /// What sort of failure an [`Error`] is.
        ///
        /// The numbers are stable: they are the exit codes of `snicctl` and the values of the C enum.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        #[repr(u8)]
        pub enum ErrorKind { $($(#[$doc])* $name = $number,)* }

        impl ErrorKind {
            /// Every kind, in the order of its number.
            pub const ALL: &[ErrorKind] = &[$(ErrorKind::$name,)*];

            /// The kind in a few words, as it is printed.
            #[must_use]
            pub fn text(self) -> &'static str {
                match self { $(ErrorKind::$name => $text,)* }
            }
        }
    };
}

kinds! {
    /// The caller's value cannot be used: out of range, contradictory, or not known here.
    InvalidInput = 3, "invalid input";
    /// Text (a rule, a document, a handle) cannot be read.
    Parse = 4, "cannot be read";
    /// The object does not exist (`ENODEV`, `ENOENT`).
    NotFound = 5, "not found";
    /// The object is there already (`EEXIST`).
    AlreadyExists = 6, "already exists";
    /// The caller lacks a privilege, most often `CAP_NET_ADMIN` (`EPERM`, `EACCES`).
    PermissionDenied = 7, "permission denied";
    /// Neither this backend, this driver nor this kernel has the operation (`EOPNOTSUPP`).
    Unsupported = 8, "not supported";
    /// The object is in use or changing (`EBUSY`, `EAGAIN`).
    Busy = 9, "busy";
    /// A table of the device is full (`ENOSPC`).
    NoSpace = 10, "no space";
    /// The kernel or the driver refused the request, for the reason it gives.
    Refused = 11, "refused";
    /// A netlink message is malformed, truncated or not what was asked for.
    Protocol = 12, "malformed message";
    /// A dump kept changing while it was read (`NLM_F_DUMP_INTR`), more often than it was retried.
    Interrupted = 13, "interrupted";
    /// The kernel dropped messages because the socket's buffer was full (`ENOBUFS`).
    Overrun = 14, "overrun";
    /// What was waited for did not happen in time.
    Timeout = 15, "timed out";
    /// The device went away while it was worked on.
    DeviceGone = 16, "device gone";
    /// Any other failure of the operating system.
    Io = 17, "I/O error";
    /// The change failed, and so did taking it back; the system is in neither state.
    RollbackFailed = 18, "roll-back failed";
    /// What was read back is not what was asked for.
    Mismatch = 19, "read-back differs";
    /// Another process changes the same host, and did not end in the time that was waited.
    Locked = 20, "locked by another process";
}

impl ErrorKind {
    /// The stable number: exit code of `snicctl`, value of the C enum.
    #[must_use]
    pub fn code(self) -> u8 {
        self as u8
    }

    /// The kind that a Linux error number stands for. The sign of `errno` is ignored.
    #[must_use]
    pub fn from_errno(errno: i32) -> Self {
        match errno.unsigned_abs() {
            1 | 13 => Self::PermissionDenied,       // EPERM, EACCES
            2 | 3 => Self::NotFound,                // ENOENT, ESRCH
            4 => Self::Interrupted,                 // EINTR
            6 | 19 => Self::NotFound,               // ENXIO, ENODEV
            11 | 16 | 26 => Self::Busy,             // EAGAIN, EBUSY, ETXTBSY
            114 | 115 => Self::Busy,                // EALREADY, EINPROGRESS: it goes on without us
            12 | 28 => Self::NoSpace,               // ENOMEM, ENOSPC
            17 => Self::AlreadyExists,              // EEXIST
            22 | 33 | 34 => Self::Refused,          // EINVAL, EDOM, ERANGE: the kernel checked and said no
            38 | 93 | 95 | 97 => Self::Unsupported, // ENOSYS, EPROTONOSUPPORT, EOPNOTSUPP, EAFNOSUPPORT
            524 => Self::Unsupported,               // ENOTSUPP, which some drivers let escape
            74 | 90 => Self::Protocol,              // EBADMSG, EMSGSIZE
            105 => Self::Overrun,                   // ENOBUFS
            62 | 110 => Self::Timeout,              // ETIME, ETIMEDOUT
            _ => Self::Io,
        }
    }
}

/// What the kernel added to an error number, or to a success: the extended acknowledgement (`NLMSGERR_ATTR_*`).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Extack {
    /// The error number, positive; 0 when the request succeeded and the text is only information.
    pub errno: i32,
    /// The text of the kernel or driver (`NLMSGERR_ATTR_MSG`).
    pub message: Option<String>,
    /// The attribute the kernel points at (`NLMSGERR_ATTR_OFFS`, `_MISS_TYPE`), as a path from the message's
    /// root such as `TCA_OPTIONS/TCA_FLOWER_KEY_VLAN_ID`.
    pub attribute: Option<String>,
}

impl fmt::Display for Extack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.message, self.errno) {
            (Some(text), _) => f.write_str(text.trim_end())?,
            (None, 0) => f.write_str("no text")?,
            (None, errno) => write!(f, "{}", std::io::Error::from_raw_os_error(errno))?,
        }
        match &self.attribute {
            Some(path) => write!(f, " (attribute {path})"),
            None => Ok(()),
        }
    }
}

/// A failure: what was attempted, on which object, and what the kernel said.
#[derive(Debug)]
pub struct Error {
    inner: Box<Inner>,
}

#[derive(Debug)]
struct Inner {
    kind: ErrorKind,
    op: &'static str,
    object: String,
    reason: Option<String>,
    hint: Option<String>,
    kernel: Option<Extack>,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Error {
    /// A failure of `kind` while `op` ("set the eswitch mode") was attempted.
    #[must_use]
    pub fn new(kind: ErrorKind, op: &'static str) -> Self {
        let inner =
            Inner { kind, op, object: String::new(), reason: None, hint: None, kernel: None, source: None };
        Self { inner: Box::new(inner) }
    }

    /// The operation `op` is not available from this backend, driver or kernel.
    #[must_use]
    pub fn unsupported(op: &'static str) -> Self {
        Self::new(ErrorKind::Unsupported, op)
    }

    /// The caller's value cannot be used, for the reason given.
    #[must_use]
    pub fn invalid(op: &'static str, reason: impl Into<String>) -> Self {
        Self::new(ErrorKind::InvalidInput, op).reason(reason)
    }

    /// Text cannot be read, for the reason given.
    #[must_use]
    pub fn parse(op: &'static str, reason: impl Into<String>) -> Self {
        Self::new(ErrorKind::Parse, op).reason(reason)
    }

    /// A netlink message is not as it must be.
    #[must_use]
    pub fn protocol(op: &'static str, reason: impl Into<String>) -> Self {
        Self::new(ErrorKind::Protocol, op).reason(reason)
    }

    /// A refusal of the kernel; the kind follows from the error number.
    #[must_use]
    pub fn kernel(op: &'static str, extack: Extack) -> Self {
        let mut error = Self::new(ErrorKind::from_errno(extack.errno), op);
        error.inner.kernel = Some(extack);
        error
    }

    /// A failure of the operating system; the kind follows from the error number.
    #[must_use]
    pub fn io(op: &'static str, source: std::io::Error) -> Self {
        let kind = match (source.raw_os_error(), source.kind()) {
            (Some(errno), _) => ErrorKind::from_errno(errno),
            (None, std::io::ErrorKind::NotFound) => ErrorKind::NotFound,
            (None, std::io::ErrorKind::PermissionDenied) => ErrorKind::PermissionDenied,
            (None, std::io::ErrorKind::Unsupported) => ErrorKind::Unsupported,
            (None, std::io::ErrorKind::TimedOut | std::io::ErrorKind::WouldBlock) => ErrorKind::Timeout,
            (None, _) => ErrorKind::Io,
        };
        Self::new(kind, op).source(source)
    }

    /// Names the object that the operation was attempted on, unless one is named already.
    #[must_use]
    pub fn on(mut self, object: impl fmt::Display) -> Self {
        if self.inner.object.is_empty() {
            self.inner.object = object.to_string();
        }
        self
    }

    /// Says why, in our own words.
    #[must_use]
    pub fn reason(mut self, reason: impl Into<String>) -> Self {
        self.inner.reason = Some(reason.into());
        self
    }

    /// Says what to do next.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.inner.hint = Some(hint.into());
        self
    }

    /// Keeps the error that caused this one.
    #[must_use]
    pub fn source(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.inner.source = Some(source.into());
        self
    }

    /// The same failure as a larger operation tells it: `op` and `object` take the place of its own.
    #[must_use]
    pub fn within(mut self, op: &'static str, object: impl fmt::Display) -> Self {
        self.inner.op = op;
        self.inner.object = object.to_string();
        self
    }

    /// Changes the kind, where the caller knows better than the error number tells.
    #[must_use]
    pub fn of_kind(mut self, kind: ErrorKind) -> Self {
        self.inner.kind = kind;
        self
    }

    /// What sort of failure this is.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.inner.kind
    }

    /// What was attempted, such as `set the eswitch mode`.
    #[must_use]
    pub fn op(&self) -> &'static str {
        self.inner.op
    }

    /// The object it was attempted on, such as `pci/0000:03:00.0`; empty if there is none.
    #[must_use]
    pub fn object(&self) -> &str {
        &self.inner.object
    }

    /// What the kernel said, if it was the kernel that refused.
    #[must_use]
    pub fn extack(&self) -> Option<&Extack> {
        self.inner.kernel.as_ref()
    }

    /// The kernel's error number, positive, if there is one.
    #[must_use]
    pub fn errno(&self) -> Option<i32> {
        self.inner.kernel.as_ref().map(|extack| extack.errno).or_else(|| {
            let io = self.inner.source.as_ref()?.downcast_ref::<std::io::Error>()?;
            io.raw_os_error()
        })
    }

    /// Why it failed, without the operation and the object: the kernel's text, our reason, or the cause.
    #[must_use]
    pub fn why(&self) -> String {
        match (&self.inner.reason, &self.inner.kernel, &self.inner.source) {
            (Some(reason), Some(extack), _) => format!("{reason}; the kernel said: {extack}"),
            (Some(reason), None, Some(source)) => format!("{reason}: {source}"),
            (Some(reason), None, None) => reason.clone(),
            (None, Some(extack), _) => format!("the kernel said: {extack}"),
            (None, None, Some(source)) => source.to_string(),
            (None, None, None) => self.inner.kind.text().to_owned(),
        }
    }

    /// What to do next, when that is known.
    #[must_use]
    pub fn next_step(&self) -> Option<&str> {
        self.inner.hint.as_deref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot {}", self.inner.op)?;
        if !self.inner.object.is_empty() {
            write!(f, " ({})", self.inner.object)?;
        }
        write!(f, ": {}", self.why())?;
        match &self.inner.hint {
            Some(hint) => write!(f, "\nhint: {hint}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.inner.source.as_ref().map(|source| &**source as _)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_unique_and_leave_the_shells_codes_alone() {
        let mut codes: Vec<u8> = ErrorKind::ALL.iter().map(|kind| kind.code()).collect();
        codes.dedup();
        assert_eq!(codes.len(), ErrorKind::ALL.len());
        assert!(codes.iter().all(|code| (3..64).contains(code)), "0, 1, 2 and 64+ mean something to shells");
    }

    #[test]
    fn the_message_names_the_operation_the_object_the_kernels_words_and_the_next_step() {
        let extack = Extack { errno: 16, message: Some("E-Switch is busy".into()), attribute: None };
        let error = Error::kernel("set the eswitch mode", extack)
            .on("pci/0000:03:00.0")
            .hint("remove the flow rules first");
        assert_eq!(error.kind(), ErrorKind::Busy);
        assert_eq!(
            error.to_string(),
            "cannot set the eswitch mode (pci/0000:03:00.0): the kernel said: E-Switch is busy\n\
             hint: remove the flow rules first"
        );
    }

    #[test]
    fn a_larger_operation_keeps_the_kernels_words() {
        let extack = Extack { errno: 95, message: Some("Unsupported key".into()), attribute: None };
        let error = Error::kernel("add a flow rule", extack.clone()).on("eth0").hint("see flow explain");
        let wider = error.within("apply flow rules", "line 3");
        assert_eq!(wider.extack(), Some(&extack));
        assert_eq!(
            wider.to_string(),
            "cannot apply flow rules (line 3): the kernel said: Unsupported key\nhint: see flow explain"
        );
    }

    #[test]
    fn an_io_error_keeps_its_number() {
        let error = Error::io("open a netlink socket", std::io::Error::from_raw_os_error(1));
        assert_eq!((error.kind(), error.errno()), (ErrorKind::PermissionDenied, Some(1)));
    }
}
