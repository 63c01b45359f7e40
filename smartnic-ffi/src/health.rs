//! `snic_health_*`: parts of devices that tell of their errors, and may recover from them.

use std::ffi::c_char;

use smartnic::device::{HealthState, ReporterId};
use smartnic::types::DevlinkPlace;
use smartnic::{Error, ErrorKind, Result};

use crate::argument::{copy_text, optional_text, place_for, text};
use crate::entry::{done, enter};
use crate::error::{snic_error, snic_status};
use crate::handle::{self, opaque};
use crate::host::snic_host;
use crate::list::{List, tri};

/// A health reporter.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct snic_health {
    /// The size of this structure in the library.
    pub size: usize,
    /// What it watches: a device or a port.
    pub place: *const c_char,
    /// Its name, such as "fw".
    pub name: *const c_char,
    /// 1 if all is well, 0 if there is an error that was not recovered.
    pub healthy: i32,
    /// 1 if it recovers by itself, 0 if not, -1 if it cannot.
    pub auto_recover: i32,
    /// 1 if it keeps a dump of an error by itself, 0 if not, -1 if it has no dumps.
    pub auto_dump: i32,
    /// 1 if a dump is kept.
    pub has_dump: i32,
    /// How many errors there were.
    pub errors: u64,
    /// How many of them were recovered.
    pub recoveries: u64,
}

/// Health reporters, one after the other.
pub struct snic_health_iter {
    _opaque: [u8; 0],
}
opaque!(snic_health_iter, List<snic_health>);

/// Lists health reporters; with `place` (a device or a port; else NULL) only those of it. `*iter` is the caller's; freed with
/// `snic_health_iter_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_health_list(
    host: *const snic_host,
    place: *const c_char,
    iter: *mut *mut snic_health_iter,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let out = place_for(iter, "iter")?;
        let place = optional_text(place, "place")?.map(str::parse::<DevlinkPlace>).transpose()?;
        let all = handle::get(host)?.host.devlink().reporters(place.as_ref())?;
        *out = handle::give(List::of(&all, |reporter, texts| snic_health {
            size: size_of::<snic_health>(),
            place: texts.keep(&reporter.id.place),
            name: texts.keep(&reporter.id.name),
            healthy: (reporter.state == HealthState::Healthy).into(),
            auto_recover: tri(reporter.auto_recover),
            auto_dump: tri(reporter.auto_dump),
            has_dump: reporter.has_dump().into(),
            errors: reporter.errors,
            recoveries: reporter.recoveries,
        }));
        Ok(())
    })
}

/// Lends the next record in `*out`, which lives as long as the iterator. Returns `SNIC_STATUS_END` behind the last.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_health_next(
    iter: *mut snic_health_iter,
    out: *mut *const snic_health,
    error: *mut *mut snic_error,
) -> snic_status {
    enter(error, || handle::get_mut(iter)?.next(out))
}

/// Frees an iterator; NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_health_iter_free(iter: *mut snic_health_iter) -> snic_status {
    handle::free(iter)
}

fn id(place: *const c_char, name: *const c_char) -> Result<ReporterId> {
    let place: DevlinkPlace = text(place, "place")?.parse()?;
    Ok(ReporterId::new(place, text(name, "name")?))
}

/// What a reporter knows of the present state, as JSON, in the caller's buffer of `capacity` bytes. `*needed` becomes the
/// number of bytes with the NUL; if they do not fit, nothing is written and NO_SPACE is returned. The state may change
/// between two calls.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_health_diagnose(
    host: *const snic_host,
    place: *const c_char,
    name: *const c_char,
    buffer: *mut c_char,
    capacity: usize,
    needed: *mut usize,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let told = handle::get(host)?.host.devlink().diagnose(&id(place, name)?)?;
        let text = serde_json::to_string(&told)
            .map_err(|error| Error::new(ErrorKind::Io, "write JSON").source(error))?;
        match copy_text(&text, buffer, capacity, needed)? {
            true => Ok(()),
            false => Err(Error::invalid("diagnose by a health reporter", "the buffer is too small")
                .of_kind(ErrorKind::NoSpace)
                .hint("needed tells how large it must be")),
        }
    })
}

/// Recovers from the present error, if there is one.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_health_recover(
    host: *const snic_host,
    place: *const c_char,
    name: *const c_char,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || handle::get(host)?.host.devlink().recover(&id(place, name)?))
}
