//! `snic_tc_run`, `snic_kernel_log_*`: tc's own words, and what drivers say in the kernel's log alone.

use std::ffi::c_char;

use smartnic::backend::KernelLog;
use smartnic::tc;

use crate::argument::{place_for, text};
use crate::entry::done;
use crate::error::{c_text, snic_error, snic_status};
use crate::handle::{self, opaque};
use crate::host::snic_host;
use crate::inventory::snic_text;

/// Carries out a line in the words that stand behind `tc`: filters, chains, actions and qdiscs, added, changed, removed,
/// shown, in the kernel's own terms. `*json`, unless `json` is NULL, becomes what `tc -s -j` prints (empty of a change); it is
/// the caller's, freed with `snic_text_free`.
///
/// Fails with INVALID_INPUT for a line that tc does not take, and with what the kernel says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_tc_run(
    host: *const snic_host,
    words: *const c_char,
    json: *mut *mut snic_text,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let out = if json.is_null() { None } else { Some(place_for(json, "json")?) };
        let answer = tc::run(&handle::get(host)?.host, text(words, "words")?)?;
        if let Some(out) = out {
            *out = handle::give(c_text(&answer.json));
        }
        Ok(())
    })
}

/// The kernel's log from the moment on in which it was opened. Freed with `snic_kernel_log_close`; used by one thread at a
/// time.
pub struct snic_kernel_log {
    _opaque: [u8; 0],
}
opaque!(snic_kernel_log, Box<dyn KernelLog>);

/// Opens the kernel's log, to hear what drivers say there and nowhere else. `*log` is the caller's; freed with
/// `snic_kernel_log_close`.
///
/// Fails with PERMISSION_DENIED if the caller may not read it, UNSUPPORTED where there is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_kernel_log_open(
    host: *const snic_host,
    log: *mut *mut snic_kernel_log,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let out = place_for(log, "log")?;
        *out = handle::give(handle::get(host)?.host.backend().kernel_log()?);
        Ok(())
    })
}

/// Reads what was written since the last call, or since the log was opened: a line each, without time and priority. `*lines`
/// is the caller's, empty if nothing was written; freed with `snic_text_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_kernel_log_read(
    log: *mut snic_kernel_log,
    lines: *mut *mut snic_text,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let out = place_for(lines, "lines")?;
        *out = handle::give(c_text(&handle::get_mut(log)?.lines()?.join("\n")));
        Ok(())
    })
}

/// Closes a log; NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_kernel_log_close(log: *mut snic_kernel_log) -> snic_status {
    handle::free(log)
}
