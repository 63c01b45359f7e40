//! `snic_health_*`: parts of devices that tell of their errors, and may recover from them.

use std::ffi::c_char;

use smartnic::Result;
use smartnic::device::{HealthState, ReporterChange, ReporterId};
use smartnic::types::DevlinkPlace;

use crate::argument::{known_bits, optional_text, options, place_for, prefixed, put_text, text};
use crate::entry::done;
use crate::error::{snic_error, snic_status};
use crate::handle;
use crate::host::snic_host;
use crate::inventory::{json, json_text, snic_text};
use crate::list::{List, iterator, tri};

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

iterator!(snic_health_iter of snic_health, snic_health_next, snic_health_iter_free:
    "Health reporters, one after the other.");

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
        put_text("diagnose by a health reporter", &json(&told)?, buffer, capacity, needed)
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

/// For `snic_health_settings.set`: `grace_period_ms` is given.
pub const SNIC_HEALTH_GRACE_PERIOD: u32 = 1;
/// For `snic_health_settings.set`: `burst_period_ms` is given.
pub const SNIC_HEALTH_BURST_PERIOD: u32 = 2;
/// For `snic_health_settings.set`: `auto_recover` is given.
pub const SNIC_HEALTH_AUTO_RECOVER: u32 = 4;
/// For `snic_health_settings.set`: `auto_dump` is given.
pub const SNIC_HEALTH_AUTO_DUMP: u32 = 8;

/// What a reporter does by itself.
#[derive(Debug, Clone, Copy, Default)]
#[repr(C)]
pub struct snic_health_settings {
    /// `sizeof(snic_health_settings)`.
    pub size: usize,
    /// Which of the fields are given: `SNIC_HEALTH_GRACE_PERIOD` and its like, joined by `|`. All others stay as they are.
    pub set: u32,
    /// Not 0: it recovers by itself.
    pub auto_recover: i32,
    /// Not 0: it keeps a dump of an error by itself.
    pub auto_dump: i32,
    /// Milliseconds after a recovery in which no other one is tried by itself; 0 also takes the burst period away.
    pub grace_period_ms: u64,
    /// Milliseconds from the first recovery in which others are tried all the same; needs a grace period.
    pub burst_period_ms: u64,
}
prefixed!(snic_health_settings up to burst_period_ms: u64);

/// Changes what a reporter does by itself.
///
/// Fails with NOT_FOUND if there is no such reporter, UNSUPPORTED for what it cannot do.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_health_set(
    host: *const snic_host,
    place: *const c_char,
    name: *const c_char,
    settings: *const snic_health_settings,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let given = options(settings)?;
        known_bits(given.set, 15, "snic_health_settings.set")?;
        let has = |bit| given.set & bit != 0;
        let change = ReporterChange {
            grace_period: has(SNIC_HEALTH_GRACE_PERIOD).then_some(given.grace_period_ms),
            burst_period: has(SNIC_HEALTH_BURST_PERIOD).then_some(given.burst_period_ms),
            auto_recover: has(SNIC_HEALTH_AUTO_RECOVER).then_some(given.auto_recover != 0),
            auto_dump: has(SNIC_HEALTH_AUTO_DUMP).then_some(given.auto_dump != 0),
        };
        handle::get(host)?.host.devlink().set_reporter(&id(place, name)?, &change)
    })
}

/// The dump of an error that is kept, as JSON; one of the present state is made if there is none. `*text` is the caller's;
/// freed with `snic_text_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_health_dump_json(
    host: *const snic_host,
    place: *const c_char,
    name: *const c_char,
    text: *mut *mut snic_text,
    error: *mut *mut snic_error,
) -> snic_status {
    json_text(host, text, error, |host| host.devlink().health_dump(&id(place, name)?))
}

/// Removes the dump, so that the next error makes another.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_health_dump_clear(
    host: *const snic_host,
    place: *const c_char,
    name: *const c_char,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || handle::get(host)?.host.devlink().clear_health_dump(&id(place, name)?))
}

/// Lets the device have an error, to try what comes of it; few drivers have that.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_health_test(
    host: *const snic_host,
    place: *const c_char,
    name: *const c_char,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || handle::get(host)?.host.devlink().test_reporter(&id(place, name)?))
}
