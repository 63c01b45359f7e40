//! `snic_inventory_json`: everything that is on a host and how it belongs together, for programs that show or keep it.

use std::ffi::{CString, c_char};
use std::ptr::null;

use smartnic::{Error, ErrorKind, Host, Result};

use crate::argument::place_for;
use crate::entry::{done, look};
use crate::error::{c_text, snic_error, snic_status};
use crate::handle::{self, opaque};
use crate::host::snic_host;

/// A text of any length that the library made. Freed with `snic_text_free`; it does not change.
pub struct snic_text {
    _opaque: [u8; 0],
}
opaque!(snic_text, CString);

/// The inventory as a JSON document: nodes (functions, devlink devices, ports, netdevs, RDMA devices, switches) with all
/// that is known of them, and the ties between them. `*text` is the caller's; freed with `snic_text_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_inventory_json(
    host: *const snic_host,
    text: *mut *mut snic_text,
    error: *mut *mut snic_error,
) -> snic_status {
    json_text(host, text, error, Host::graph)
}

/// Asks a host for something, and hands it out as JSON.
pub(crate) fn json_text<T: serde::Serialize>(
    host: *const snic_host,
    text: *mut *mut snic_text,
    error: *mut *mut snic_error,
    read: impl FnOnce(&Host) -> Result<T>,
) -> snic_status {
    done(error, || {
        let out = place_for(text, "text")?;
        *out = handle::give(c_text(&json(&read(&handle::get(host)?.host)?)?));
        Ok(())
    })
}

/// A value as JSON.
pub(crate) fn json(value: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|error| Error::new(ErrorKind::Io, "write JSON").source(error))
}

/// The text, which lives as long as the handle; NULL if `text` is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_text_get(text: *const snic_text) -> *const c_char {
    look(null(), || Ok(handle::get(text)?.as_ptr()))
}

/// How many bytes the text has, without the NUL; 0 if `text` is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_text_length(text: *const snic_text) -> usize {
    look(0, || Ok(handle::get(text)?.as_bytes().len()))
}

/// Frees a text; NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_text_free(text: *mut snic_text) -> snic_status {
    handle::free(text)
}
