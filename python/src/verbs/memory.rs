//! Memory of Python's: whatever has the buffer protocol, exported for as long as a device may touch it.
//!
//! The protocol is a part of the stable ABI since Python 3.11, with the structure and the functions that it had since 3.0, so
//! the bindings for older versions leave them out. They are declared here: one module is loaded by all of them.

#![allow(unsafe_code, reason = "memory of Python's becomes a slice here, and nowhere else")]

use std::ffi::{c_char, c_int, c_void};
use std::ptr::null_mut;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU64};

use pyo3::ffi;
use pyo3::prelude::*;
use smartnic::Error;
use smartnic::verbs::{Access, Buffer, Memory, Parts};

use crate::error::Result;

/// `Py_buffer`.
#[repr(C)]
struct View {
    buf: *mut c_void,
    obj: *mut ffi::PyObject,
    len: ffi::Py_ssize_t,
    itemsize: ffi::Py_ssize_t,
    readonly: c_int,
    ndim: c_int,
    format: *mut c_char,
    shape: *mut ffi::Py_ssize_t,
    strides: *mut ffi::Py_ssize_t,
    suboffsets: *mut ffi::Py_ssize_t,
    internal: *mut c_void,
}

/// `PyBUF_SIMPLE`: bytes one behind the other.
const SIMPLE: c_int = 0;
/// `PyBUF_WRITABLE`.
const WRITABLE: c_int = 1;

unsafe extern "C" {
    fn PyObject_GetBuffer(object: *mut ffi::PyObject, view: *mut View, flags: c_int) -> c_int;
    fn PyBuffer_Release(view: *mut View);
}

/// A buffer that its object keeps where it is, neither freed nor resized, until this is dropped.
struct Exported {
    /// At one place: what exports it may point into it.
    view: Box<View>,
}

// SAFETY: what the view points at stays as it is until it is released, which is done with the interpreter's lock; the
// bytes are touched as atomics only.
unsafe impl Send for Exported {}
// SAFETY: as above; nothing of it changes.
unsafe impl Sync for Exported {}

impl Exported {
    fn new(object: &Bound<'_, PyAny>, flags: c_int) -> PyResult<Self> {
        let view = View {
            buf: null_mut(),
            obj: null_mut(),
            len: 0,
            itemsize: 0,
            readonly: 0,
            ndim: 0,
            format: null_mut(),
            shape: null_mut(),
            strides: null_mut(),
            suboffsets: null_mut(),
            internal: null_mut(),
        };
        let mut view = Box::new(view);
        // SAFETY: the object is there, the lock is held, and the call writes to a view that is whole and stays in its place.
        match unsafe { PyObject_GetBuffer(object.as_ptr(), &raw mut *view, flags) } {
            0 => Ok(Self { view }),
            _ => Err(PyErr::fetch(object.py())),
        }
    }
}

impl Memory for Exported {
    fn parts(&self) -> Parts<'_> {
        let length = usize::try_from(self.view.len).unwrap_or(0);
        if length == 0 || self.view.buf.is_null() {
            return (&[], &[], &[]);
        }
        // SAFETY: the object exports so many bytes there until the view is released. Python's own accesses are those of
        // another language to the same memory, as a device's are: atomics see old or new bytes.
        let bytes: &[AtomicU8] = unsafe { std::slice::from_raw_parts(self.view.buf.cast(), length) };
        // SAFETY: eight bytes in a row, where they are aligned, are as good as an atomic word, whatever is in them.
        unsafe { bytes.align_to::<AtomicU64>() }
    }

    fn is_writable(&self) -> bool {
        self.view.readonly == 0
    }
}

impl Drop for Exported {
    fn drop(&mut self) {
        // An interpreter that goes takes the object with it; then there is nothing to give back.
        // SAFETY: the lock is held, and the view was filled and is released once.
        Python::try_attach(|_| unsafe { PyBuffer_Release(&raw mut *self.view) });
    }
}

/// The memory of an object, for reading only or for writing, too; `BufferError` or `TypeError` if there is none.
pub(super) fn lent(object: &Bound<'_, PyAny>, writable: bool) -> PyResult<Buffer> {
    Ok(Buffer::over(Arc::new(Exported::new(object, if writable { WRITABLE } else { SIMPLE })?)))
}

/// A copy of an object's bytes.
pub(super) fn copied(object: &Bound<'_, PyAny>) -> PyResult<Vec<u8>> {
    let buffer = lent(object, false)?;
    let bytes = buffer.bytes(0, buffer.len());
    Ok(bytes.map_err(crate::error::Failure::from)?)
}

/// Rights by their names.
pub(super) fn access(names: &[String]) -> Result<Access> {
    let mut access = Access::empty();
    for name in names {
        let known = Access::from_name(&name.to_ascii_uppercase());
        access |=
            known.ok_or_else(|| Error::invalid("register memory", format!("there is no right {name:?}")))?;
    }
    Ok(access)
}
