//! Pinned BPF programs, opened through `bpf(2)`.
#![allow(unsafe_code)]

use std::ffi::CString;
use std::io;
use std::os::fd::{FromRawFd, OwnedFd};

/// The command that opens what is pinned (`BPF_OBJ_GET`).
const BPF_OBJ_GET: libc::c_int = 7;

/// The part of `union bpf_attr` that the command reads.
#[repr(C)]
struct ObjGet {
    /// The address of the path.
    pathname: u64,
    /// Not used by this command.
    bpf_fd: u32,
    file_flags: u32,
}

/// Opens the program that is pinned at a path.
///
/// # Errors
/// The system's error: ENOENT if nothing is there, EPERM without the right to use programs.
pub(crate) fn open_pinned(path: &str) -> io::Result<OwnedFd> {
    let path = CString::new(path).map_err(|_| io::Error::from(io::ErrorKind::InvalidInput))?;
    let attr = ObjGet { pathname: path.as_ptr() as u64, bpf_fd: 0, file_flags: 0 };
    // SAFETY: the kernel reads as many bytes as it is told from the live structure, and the path, which ends with a
    // NUL and outlives the call, from the address in it.
    let fd = unsafe { libc::syscall(libc::SYS_bpf, BPF_OBJ_GET, &raw const attr, size_of::<ObjGet>()) };
    match libc::c_int::try_from(fd) {
        // SAFETY: the kernel just gave out this descriptor, and nobody else has it.
        Ok(fd) if fd >= 0 => Ok(unsafe { OwnedFd::from_raw_fd(fd) }),
        _ => Err(io::Error::last_os_error()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_pinned_cannot_be_opened() {
        assert_eq!(open_pinned("a\0b").unwrap_err().kind(), io::ErrorKind::InvalidInput);
        // Without rights the kernel may not even look.
        let error = open_pinned("/nonexistent/program").unwrap_err().raw_os_error();
        assert!(matches!(error, Some(libc::ENOENT | libc::EPERM)), "{error:?}");
    }
}
