//! `snic_saved_*`: the state of devices as a document: written down, and brought back.

use std::ffi::c_char;
use std::time::Duration;

use smartnic::cycle;
use smartnic::saved::{self, Allow, Applied, Document, Options, Plan};
use smartnic::{Host, Result};

use crate::argument::{device_if_any, options, place_for, prefixed, text};
use crate::entry::done;
use crate::error::{c_text, snic_error, snic_status};
use crate::handle;
use crate::host::snic_host;
use crate::inventory::snic_text;
use crate::list::{List, iterator, listed};

/// How a document is brought back.
#[derive(Debug, Clone, Copy, Default)]
#[repr(C)]
pub struct snic_saved_options {
    /// `sizeof(snic_saved_options)`.
    pub size: usize,
    /// How long is waited in each change for devices and links to appear, in milliseconds; 0 stands for 30,000.
    pub timeout_ms: u64,
    /// Not 0: a device may be started anew, which parameters of the mode "driverinit" need.
    pub allow_reload: i32,
    /// Not 0: parameters of the mode "permanent" may be written into the device's own memory.
    pub allow_permanent: i32,
    /// Not 0: what the document does not name is removed: sub-functions, rates, bridges and bonds over its devices.
    pub prune: i32,
    /// Not 0: go on although something stands in the way.
    pub force: i32,
}
prefixed!(snic_saved_options up to force: i32);

impl snic_saved_options {
    fn read(&self) -> Options {
        let usual = cycle::Options::default().timeout;
        let timeout = if self.timeout_ms == 0 { usual } else { Duration::from_millis(self.timeout_ms) };
        Options {
            allow: Allow { reload: self.allow_reload != 0, permanent: self.allow_permanent != 0 },
            prune: self.prune != 0,
            cycle: cycle::Options { timeout, force: self.force != 0 },
        }
    }
}

/// One thing that is done, or refused, to bring a document back.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct snic_saved_task {
    /// The size of this structure in the library.
    pub size: usize,
    /// The device, bridge, bond or port; NULL for a refusal that is about none of them.
    pub object: *const c_char,
    /// What is done, or the setting that is refused.
    pub text: *const c_char,
    /// Why it is refused; NULL for what is done.
    pub refused: *const c_char,
}

fn records(plan: &Plan) -> List<snic_saved_task> {
    let devices = plan.devices.iter().flat_map(|device| {
        device.tasks.iter().map(|task| (Some(device.device.to_string()), task.to_string(), None))
    });
    let links = plan.links.tasks.iter().map(|task| (Some(task.object()), task.to_string(), None));
    let refused = plan.refused().map(|refusal| {
        let object = refusal.device.as_ref().map(ToString::to_string);
        (object, refusal.setting.clone(), Some(refusal.reason.clone()))
    });
    List::of(refused.chain(devices).chain(links), |(object, text, refused), texts| snic_saved_task {
        size: size_of::<snic_saved_task>(),
        object: texts.keep_any(object),
        text: texts.keep(text),
        refused: texts.keep_any(refused),
    })
}

/// Writes down what a device is like (NULL for all devices), as a YAML document: parameters, eswitch, VFs, sub-functions,
/// rates, and the bridges and bonds over it. `*document` is the caller's; freed with `snic_text_free`.
///
/// Fails with NOT_FOUND if there is no such device.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_saved_export(
    host: *const snic_host,
    device: *const c_char,
    document: *mut *mut snic_text,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let out = place_for(document, "document")?;
        let devices: Vec<_> = device_if_any(device)?.into_iter().collect();
        let made = saved::export(&handle::get(host)?.host, &devices)?;
        *out = handle::give(c_text(&made.to_yaml()?));
        Ok(())
    })
}

fn with_document(
    host: *const snic_host,
    (document, given): (*const c_char, *const snic_saved_options),
    iter: *mut *mut snic_saved_task_iter,
    error: *mut *mut snic_error,
    call: impl FnOnce(&Host, &Document, &Options) -> Result<Plan>,
) -> snic_status {
    listed(host, iter, error, |host| {
        let document = Document::from_yaml(text(document, "document")?)?;
        Ok(records(&call(host, &document, &options(given)?.read())?))
    })
}

/// Compares a document with what is there, and lists what would be refused and what would be done, in this order; nothing if all
/// is as the document says. Changes nothing. `options` may be NULL. `*iter` is the caller's; freed with
/// `snic_saved_task_iter_free`.
///
/// Fails with PARSE for what is no such document.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_saved_plan(
    host: *const snic_host,
    document: *const c_char,
    options: *const snic_saved_options,
    iter: *mut *mut snic_saved_task_iter,
    error: *mut *mut snic_error,
) -> snic_status {
    with_document(host, (document, options), iter, error, saved::plan)
}

/// Brings devices to what a document says, reads back whether they are, and lists what was done; a second time that is nothing.
/// What the document does not name stays as it is. `options` may be NULL. `*iter` is the caller's; freed with
/// `snic_saved_task_iter_free`.
///
/// Fails with PARSE for what is no such document; INVALID_INPUT with all that must be refused, before anything is changed; with the
/// failure of a step, once all devices are as they were; ROLLBACK_FAILED if they are not.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_saved_apply(
    host: *const snic_host,
    document: *const c_char,
    options: *const snic_saved_options,
    iter: *mut *mut snic_saved_task_iter,
    error: *mut *mut snic_error,
) -> snic_status {
    with_document(host, (document, options), iter, error, |host, document, options| {
        let Applied { devices, links } = saved::apply(host, document, options, &mut |_, _| ())?;
        Ok(Plan { devices, links })
    })
}

iterator!(snic_saved_task_iter of snic_saved_task, snic_saved_task_next, snic_saved_task_iter_free:
    "What is done or refused to bring a document back, one thing after the other.");
