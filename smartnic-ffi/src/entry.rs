//! How calls enter: nothing unwinds into C, and failures become a status and an error object.

use std::panic::{AssertUnwindSafe, catch_unwind};

use smartnic::{Error, Result};

use crate::error::{self, snic_error, snic_status};

/// Runs the body of a function that can fail. What it fails with is put where `error` points, if it points anywhere.
pub(crate) fn enter(error: *mut *mut snic_error, body: impl FnOnce() -> Result<snic_status>) -> snic_status {
    match catch_unwind(AssertUnwindSafe(|| body().unwrap_or_else(|failure| error::hand_out(error, failure))))
    {
        Ok(status) => status,
        Err(panic) => {
            let text = panic_text(&*panic);
            // Telling must not unwind either.
            let told = catch_unwind(AssertUnwindSafe(|| error::hand_out_defect(error, &text)));
            told.unwrap_or(snic_status::Internal)
        }
    }
}

/// As [`enter`], for bodies that have nothing to say but that they succeeded.
pub(crate) fn done(error: *mut *mut snic_error, body: impl FnOnce() -> Result<()>) -> snic_status {
    enter(error, || body().map(|()| snic_status::Ok))
}

/// Runs the body of a function that only looks something up and has `otherwise` for what is not there.
pub(crate) fn look<T>(otherwise: T, body: impl FnOnce() -> Result<T>) -> T {
    match catch_unwind(AssertUnwindSafe(body)) {
        Ok(Ok(value)) => value,
        Ok(Err(_)) | Err(_) => otherwise,
    }
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default()
}

/// The failure of a caller who gave something that cannot be used.
pub(crate) fn misuse(what: &str, reason: impl Into<String>) -> Error {
    Error::invalid("call libsmartnic", reason).on(what)
}
