//! `snic_error`: why a call failed, and `snic_status`, which says it in one number.

use std::ffi::{CString, c_char};
use std::ptr::null;
use std::sync::OnceLock;

use smartnic::{Error, ErrorKind};

use crate::entry::look;
use crate::handle::{self, opaque};

/// How a call ended. The numbers never change; those of failures are the exit codes of `snicctl`, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(i32)]
pub enum snic_status {
    /// It succeeded.
    Ok = 0,
    /// An iterator has no more to give. This is no failure.
    End = 1,
    /// The caller's value cannot be used: NULL, a wrong handle or size, out of range, contradictory.
    InvalidInput = 3,
    /// Text (a rule, a document, a handle) cannot be read.
    Parse = 4,
    /// The object does not exist.
    NotFound = 5,
    /// The object is there already.
    AlreadyExists = 6,
    /// The caller lacks a privilege, most often `CAP_NET_ADMIN`.
    PermissionDenied = 7,
    /// Neither this backend, this driver nor this kernel has the operation.
    Unsupported = 8,
    /// The object is in use or changing.
    Busy = 9,
    /// A table of the device is full.
    NoSpace = 10,
    /// The kernel or the driver refused the request, for the reason it gives.
    Refused = 11,
    /// A netlink message is malformed, truncated or not what was asked for.
    Protocol = 12,
    /// A dump kept changing while it was read, more often than it was retried.
    Interrupted = 13,
    /// The kernel dropped messages because the socket's buffer was full.
    Overrun = 14,
    /// What was waited for did not happen in time.
    Timeout = 15,
    /// The device went away while it was worked on.
    DeviceGone = 16,
    /// Any other failure of the operating system.
    Io = 17,
    /// The change failed, and so did taking it back; the system is in neither state.
    RollbackFailed = 18,
    /// What was read back is not what was asked for.
    Mismatch = 19,
    /// Another process changes the same host, and did not end in the time that was waited.
    Locked = 20,
    /// A defect of the library: it stopped where it did not know how to go on. The handle must not be used any more.
    Internal = 63,
}

impl snic_status {
    /// Every status.
    pub const ALL: &'static [Self] = &[
        Self::Ok,
        Self::End,
        Self::InvalidInput,
        Self::Parse,
        Self::NotFound,
        Self::AlreadyExists,
        Self::PermissionDenied,
        Self::Unsupported,
        Self::Busy,
        Self::NoSpace,
        Self::Refused,
        Self::Protocol,
        Self::Interrupted,
        Self::Overrun,
        Self::Timeout,
        Self::DeviceGone,
        Self::Io,
        Self::RollbackFailed,
        Self::Mismatch,
        Self::Locked,
        Self::Internal,
    ];

    /// The status of a kind of failure: the one with its number.
    #[must_use]
    pub fn of(kind: ErrorKind) -> Self {
        let number = i32::from(kind.code());
        Self::ALL.iter().copied().find(|status| *status as i32 == number).unwrap_or(Self::Internal)
    }
}

/// Why a call failed: what was attempted, on which object, what the kernel said, what to do next.
///
/// Made by functions that take a `snic_error **`; freed by `snic_error_free`. It does not change, so several threads
/// may read it.
pub struct snic_error {
    _opaque: [u8; 0],
}
opaque!(snic_error, Told);

/// What an error tells. Most callers ask for little of it, so texts are made when one is asked for.
pub(crate) struct Told {
    status: snic_status,
    failure: Error,
    texts: OnceLock<Texts>,
}

/// What an error tells, as texts of C.
struct Texts {
    message: CString,
    op: CString,
    object: CString,
    why: CString,
    kernel: Option<CString>,
    attribute: Option<CString>,
    hint: Option<CString>,
}

/// A text for C; it ends at the first NUL, which no text of ours has.
pub(crate) fn c_text(text: &str) -> CString {
    let text = text.split('\0').next().unwrap_or_default();
    CString::new(text).unwrap_or_default()
}

impl Texts {
    fn of(failure: &Error) -> Self {
        let extack = failure.extack();
        Self {
            message: c_text(&failure.to_string()),
            op: c_text(failure.op()),
            object: c_text(failure.object()),
            why: c_text(&failure.why()),
            kernel: extack.and_then(|extack| extack.message.as_deref()).map(|text| c_text(text.trim_end())),
            attribute: extack.and_then(|extack| extack.attribute.as_deref()).map(c_text),
            hint: failure.next_step().map(c_text),
        }
    }
}

/// Tells a failure where the caller wants it told.
pub(crate) fn hand_out(at: *mut *mut snic_error, failure: Error) -> snic_status {
    let status = snic_status::of(failure.kind());
    put(at, Told { status, failure, texts: OnceLock::new() });
    status
}

/// Tells of a panic.
pub(crate) fn hand_out_defect(at: *mut *mut snic_error, panic: &str) -> snic_status {
    let failure = Error::new(ErrorKind::Io, "go on")
        .reason(format!("a defect of libsmartnic: {panic}"))
        .hint("please report it, with what was called");
    put(at, Told { status: snic_status::Internal, failure, texts: OnceLock::new() });
    snic_status::Internal
}

fn put(at: *mut *mut snic_error, told: Told) {
    if !at.is_null() && at.is_aligned() {
        let error = handle::give(told);
        // SAFETY: the caller promises that it points to a pointer that nobody else uses during the call.
        unsafe { at.write(error) };
    }
}

fn told(error: *const snic_error, text: impl FnOnce(&Texts) -> Option<&CString>) -> *const c_char {
    look(null(), || {
        let told = handle::get(error)?;
        let texts = told.texts.get_or_init(|| Texts::of(&told.failure));
        Ok(text(texts).map_or(null(), |text| text.as_ptr()))
    })
}

/// The number of the failure; the same that the function returned. `SNIC_STATUS_INVALID_INPUT` if `error` is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_error_status(error: *const snic_error) -> snic_status {
    look(snic_status::InvalidInput, || Ok(handle::get(error)?.status))
}

/// All that is known of a failure in words, with a line `hint: …` where a next step is known. Lives as long as the error;
/// NULL if `error` is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_error_message(error: *const snic_error) -> *const c_char {
    told(error, |told| Some(&told.message))
}

/// What was attempted, such as "set the eswitch mode". Lives as long as the error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_error_op(error: *const snic_error) -> *const c_char {
    told(error, |told| Some(&told.op))
}

/// What it was attempted on, such as "pci/0000:03:00.0"; "" if there is no such thing. Lives as long as the error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_error_object(error: *const snic_error) -> *const c_char {
    told(error, |told| Some(&told.object))
}

/// Why it failed, without what was attempted. Lives as long as the error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_error_why(error: *const snic_error) -> *const c_char {
    told(error, |told| Some(&told.why))
}

/// The words of the kernel or the driver; NULL if it said none. Lives as long as the error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_error_kernel_text(error: *const snic_error) -> *const c_char {
    told(error, |told| told.kernel.as_ref())
}

/// The attribute that the kernel points at, as a path from the message's root such as
/// "TCA_OPTIONS/TCA_FLOWER_KEY_VLAN_ID"; NULL if it points at none. Lives as long as the error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_error_attribute(error: *const snic_error) -> *const c_char {
    told(error, |told| told.attribute.as_ref())
}

/// What to do next; NULL if that is not known. Lives as long as the error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_error_hint(error: *const snic_error) -> *const c_char {
    told(error, |told| told.hint.as_ref())
}

/// The error number of the operating system, positive (`EPERM` and its like); 0 if there was none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_error_errno(error: *const snic_error) -> i32 {
    look(0, || Ok(handle::get(error)?.failure.errno().unwrap_or(0)))
}

/// Frees an error; NULL is allowed. Returns `SNIC_STATUS_INVALID_INPUT` for what is no living error, and leaves it alone.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_error_free(error: *mut snic_error) -> snic_status {
    handle::free(error)
}

/// A status in a few words, such as "not found". Lives for ever; never NULL.
#[unsafe(no_mangle)]
pub extern "C" fn snic_status_text(status: i32) -> *const c_char {
    macro_rules! texts {
        ($($kind:ident $text:literal,)*) => {
            match status { $(_ if status == snic_status::$kind as i32 => concat!($text, "\0"),)* _ => "unknown status\0" }
        };
    }
    let text = texts! {
        Ok "ok",
        End "end",
        InvalidInput "invalid input",
        Parse "cannot be read",
        NotFound "not found",
        AlreadyExists "already exists",
        PermissionDenied "permission denied",
        Unsupported "not supported",
        Busy "busy",
        NoSpace "no space",
        Refused "refused",
        Protocol "malformed message",
        Interrupted "interrupted",
        Overrun "overrun",
        Timeout "timed out",
        DeviceGone "device gone",
        Io "I/O error",
        RollbackFailed "roll-back failed",
        Mismatch "read-back differs",
        Locked "locked by another process",
        Internal "defect of the library",
    };
    text.as_ptr().cast()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ffi::CStr;

    #[test]
    fn every_kind_of_failure_has_its_number_and_its_words() {
        for kind in ErrorKind::ALL {
            let status = snic_status::of(*kind);
            assert_eq!(status as i32, i32::from(kind.code()), "{kind:?}");
            // SAFETY: the text is static and ends with a NUL.
            let text = unsafe { CStr::from_ptr(snic_status_text(status as i32)) };
            assert_eq!(text.to_str().unwrap(), kind.text());
        }
        assert_eq!(snic_status::ALL.len(), ErrorKind::ALL.len() + 3);
    }

    #[test]
    fn a_panic_becomes_a_status() {
        let mut error = std::ptr::null_mut();
        let status = crate::entry::enter(&mut error, || panic!("on purpose"));
        assert_eq!(status, snic_status::Internal);
        // SAFETY: the error was made above.
        let message = unsafe { CStr::from_ptr(snic_error_message(error)) };
        assert!(message.to_str().unwrap().contains("a defect of libsmartnic: on purpose"));
        assert_eq!(handle::free(error), snic_status::Ok);
    }
}
