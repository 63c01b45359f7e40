//! `snic_device_flash`, `snic_device_reload`, `snic_selftest_*`, `snic_linecard_*`, `snic_pipeline_*`: firmware, reloads,
//! tests, and what few devices have.

use std::ffi::{c_char, c_void};

use serde::Serialize;
use smartnic::Result;
use smartnic::device::{
    FlashEvent, FlashOverwrite, FlashUpdate, PipelineEntry, PipelineHeader, PipelineTable, Reload,
    ReloadAction, Selftest, TargetNetns,
};

use crate::argument::{device_if_any, device_of, optional_text, options, prefixed, text};
use crate::driver::{snic_flash_progress, tell};
use crate::entry::done;
use crate::error::{snic_error, snic_status};
use crate::handle;
use crate::host::snic_host;
use crate::inventory::{json_text, snic_text};
use crate::list::{List, iterator, listed};

/// How firmware is written.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct snic_flash_options {
    /// `sizeof(snic_flash_options)`.
    pub size: usize,
    /// Not 0: settings are written over by those of the image.
    pub overwrite_settings: i32,
    /// Not 0: identifiers such as serial numbers and MAC addresses are written over.
    pub overwrite_identifiers: i32,
    /// The component to write, such as "fw.mgmt"; NULL for all of the file's.
    pub component: *const c_char,
    /// Called as it goes on; NULL for none.
    pub progress: snic_flash_progress,
    /// Handed on to `progress`.
    pub user: *mut c_void,
}
prefixed!(snic_flash_options up to user: *mut c_void);

impl Default for snic_flash_options {
    fn default() -> Self {
        let (component, user) = (std::ptr::null(), std::ptr::null_mut());
        Self { size: 0, overwrite_settings: 0, overwrite_identifiers: 0, component, progress: None, user }
    }
}

/// Writes firmware into a device, and returns when that is over. The kernel looks for the file below /lib/firmware. `options`
/// may be NULL. What was written runs after a reset, or after `snic_device_reload` with "fw_activate".
///
/// Fails with NOT_FOUND if there is no such file, INVALID_INPUT for a component that the driver does not name.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_device_flash(
    host: *const snic_host,
    device: *const c_char,
    file: *const c_char,
    options: *const snic_flash_options,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let given = self::options(options)?;
        let update = FlashUpdate {
            file: text(file, "file")?.to_owned(),
            component: optional_text(given.component, "component")?.map(str::to_owned),
            overwrite: FlashOverwrite {
                settings: given.overwrite_settings != 0,
                identifiers: given.overwrite_identifiers != 0,
            },
        };
        let mut hear = |event: FlashEvent| {
            if let FlashEvent::Status(status) = event {
                let message = status.message.unwrap_or_default();
                let words = match status.component {
                    Some(component) => format!("{component}: {message}"),
                    None => message,
                };
                tell(given.progress, given.user, &words, status.done, status.total);
            }
        };
        handle::get(host)?.host.devlink().flash(&device_of(device)?, &update, &mut hear).map(drop)
    })
}

/// What was performed: for `snic_device_reload`.
pub const SNIC_RELOAD_DRIVER_REINIT: u32 = 1;
/// What was performed: for `snic_device_reload`.
pub const SNIC_RELOAD_FW_ACTIVATE: u32 = 2;

/// Starts a device anew, which applies what waits for it. `action` is "driver_reinit" or "fw_activate", NULL for the first;
/// `limit` is "no_reset" or NULL; `netns` (else NULL) names the network namespace that it moves to. `*performed`, unless NULL,
/// becomes what was done: `SNIC_RELOAD_DRIVER_REINIT` and its like, joined by `|`; 0 with `action` NULL, of which kernels tell
/// nothing.
///
/// Fails with BUSY while something uses the device, UNSUPPORTED for what the driver cannot do.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_device_reload(
    host: *const snic_host,
    device: *const c_char,
    action: *const c_char,
    limit: *const c_char,
    netns: *const c_char,
    performed: *mut u32,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let reload = Reload {
            action: optional_text(action, "action")?.map(str::parse).transpose()?,
            limit: optional_text(limit, "limit")?.map(str::parse).transpose()?,
            netns: optional_text(netns, "netns")?.map(|name| TargetNetns::Name(name.to_owned())),
        };
        let done = handle::get(host)?.host.devlink().reload(&device_of(device)?, &reload)?;
        if !performed.is_null() {
            let bit = |action: &ReloadAction| match action {
                ReloadAction::DriverReinit => SNIC_RELOAD_DRIVER_REINIT,
                ReloadAction::FwActivate => SNIC_RELOAD_FW_ACTIVATE,
                ReloadAction::Unknown(_) => 0,
            };
            *crate::argument::place(performed, "performed")? =
                done.iter().map(bit).fold(0, |all, bit| all | bit);
        }
        Ok(())
    })
}

/// A test that a device can run on itself, or how one ended.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct snic_selftest {
    /// The size of this structure in the library.
    pub size: usize,
    /// The device.
    pub device: *const c_char,
    /// The test, such as "flash".
    pub test: *const c_char,
    /// How it ended: "passed", "failed", "skipped"; NULL in lists.
    pub status: *const c_char,
}

/// Lists the tests that devices can run on themselves; with `device` (else NULL) only those of this one. `*iter` is the
/// caller's; freed with `snic_selftest_iter_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_selftest_list(
    host: *const snic_host,
    device: *const c_char,
    iter: *mut *mut snic_selftest_iter,
    error: *mut *mut snic_error,
) -> snic_status {
    listed(host, iter, error, |host| {
        let all = host.devlink().selftests(device_if_any(device)?.as_ref())?;
        let each = all.iter().flat_map(|one| one.tests.iter().map(move |test| (&one.device, test)));
        Ok(List::of(each, |(device, test), texts| snic_selftest {
            size: size_of::<snic_selftest>(),
            device: texts.keep(device),
            test: texts.keep(test),
            status: std::ptr::null(),
        }))
    })
}

/// Runs tests of a device, given with commas between them, or with NULL all that it has; they disturb the device while they
/// run. `*iter` is the caller's and tells how each ended; freed with `snic_selftest_iter_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_selftest_run(
    host: *const snic_host,
    device: *const c_char,
    tests: *const c_char,
    iter: *mut *mut snic_selftest_iter,
    error: *mut *mut snic_error,
) -> snic_status {
    listed(host, iter, error, |host| {
        let device = device_of(device)?;
        let tests: Vec<Selftest> = match optional_text(tests, "tests")? {
            Some(words) => words.split(',').map(str::parse).collect::<Result<_>>()?,
            None => {
                let all = host.devlink().selftests(Some(&device))?;
                all.into_iter().flat_map(|one| one.tests).collect()
            }
        };
        let all = host.devlink().run_selftests(&device, &tests)?;
        Ok(List::of(&all, |result, texts| snic_selftest {
            size: size_of::<snic_selftest>(),
            device: texts.keep(&device),
            test: texts.keep(result.test),
            status: texts.keep(result.status),
        }))
    })
}

iterator!(snic_selftest_iter of snic_selftest, snic_selftest_next, snic_selftest_iter_free:
    "Tests of devices, one after the other.");

/// A slot of a modular switch, and the card in it.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct snic_linecard {
    /// The size of this structure in the library.
    pub size: usize,
    /// The device.
    pub device: *const c_char,
    /// The slot's number on it.
    pub index: u32,
    /// How far it is: "unprovisioned", "provisioned", "active" and so on.
    pub state: *const c_char,
    /// The type that is set; NULL for none.
    pub kind: *const c_char,
    /// The types that can be set, with spaces between them.
    pub supported: *const c_char,
}

/// Lists line cards; with `device` (else NULL) only those of this one. `*iter` is the caller's; freed with
/// `snic_linecard_iter_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_linecard_list(
    host: *const snic_host,
    device: *const c_char,
    iter: *mut *mut snic_linecard_iter,
    error: *mut *mut snic_error,
) -> snic_status {
    listed(host, iter, error, |host| {
        let all = host.devlink().line_cards(device_if_any(device)?.as_ref())?;
        Ok(List::of(&all, |card, texts| snic_linecard {
            size: size_of::<snic_linecard>(),
            device: texts.keep(&card.device),
            index: card.index,
            state: texts.keep(card.state),
            kind: texts.keep_any(card.kind.as_ref()),
            supported: texts.keep(card.supported.join(" ")),
        }))
    })
}

iterator!(snic_linecard_iter of snic_linecard, snic_linecard_next, snic_linecard_iter_free:
    "Line cards, one after the other.");

/// Sets the type that a slot is provisioned for, or with `kind` NULL takes it away. The kernel answers when provisioning has
/// begun; the card's state tells how it ends.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_linecard_set(
    host: *const snic_host,
    device: *const c_char,
    index: u32,
    kind: *const c_char,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let kind = optional_text(kind, "kind")?;
        handle::get(host)?.host.devlink().set_line_card(&device_of(device)?, index, kind).map(drop)
    })
}

/// A device's pipeline, as far as its driver describes it.
#[derive(Serialize)]
struct Pipeline {
    headers: Vec<PipelineHeader>,
    tables: Vec<Table>,
}

#[derive(Serialize)]
struct Table {
    #[serde(flatten)]
    table: PipelineTable,
    entries: Vec<PipelineEntry>,
}

/// The tables of a device's pipeline (dpipe) with their entries, and the headers that they look at, as JSON: what they compare
/// is a tree that each driver has in its own shape. With `table` (else NULL) only this one. `*text` is the caller's; freed with
/// `snic_text_free`.
///
/// Fails with UNSUPPORTED if the driver describes none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_pipeline_json(
    host: *const snic_host,
    device: *const c_char,
    table: *const c_char,
    text: *mut *mut snic_text,
    error: *mut *mut snic_error,
) -> snic_status {
    json_text(host, text, error, |host| {
        let (device, devlink) = (device_of(device)?, host.devlink());
        let headers = devlink.pipeline_headers(&device)?;
        let mut tables = Vec::new();
        for table in devlink.pipeline_tables(&device, optional_text(table, "table")?)? {
            let entries = devlink.pipeline_entries(&device, &table.name)?;
            tables.push(Table { table, entries });
        }
        Ok(Pipeline { headers, tables })
    })
}

/// Lets the entries of a pipeline's table be counted (`on` not 0) or not.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_pipeline_counters_set(
    host: *const snic_host,
    device: *const c_char,
    table: *const c_char,
    on: i32,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let table = text(table, "table")?;
        handle::get(host)?.host.devlink().set_pipeline_counters(&device_of(device)?, table, on != 0)
    })
}
