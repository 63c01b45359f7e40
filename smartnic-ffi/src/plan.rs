//! `snic_plan`: the steps of a change, to be looked at and carried out.

use std::ffi::{CString, c_char, c_void};

use smartnic::cycle::Plan;

use crate::argument::{options, prefixed};
use crate::entry::{done, enter, look};
use crate::error::{c_text, snic_error, snic_status};
use crate::eswitch::run_options;
use crate::handle::{self, opaque};
use crate::host::snic_host;
use crate::list::{List, Texts};

/// What is to be done to a device, step by step. Made by functions that end in `_plan`; freed with `snic_plan_free`. Used
/// by one thread at a time.
pub struct snic_plan {
    _opaque: [u8; 0],
}
opaque!(snic_plan, Planned);

/// A plan with its steps as C reads them.
pub(crate) struct Planned {
    plan: Plan,
    steps: List<snic_step>,
    notes: List<snic_note>,
}

/// One step of a plan.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct snic_step {
    /// The size of this structure in the library.
    pub size: usize,
    /// What is done, in words.
    pub text: *const c_char,
    /// What a person would type for it, a line each; lines that begin with # are waits.
    pub commands: *const c_char,
}

/// Something to be known before a plan is carried out.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct snic_note {
    /// The size of this structure in the library.
    pub size: usize,
    /// 1 if it stands in the way: `snic_plan_run` fails with BUSY unless it is forced.
    pub in_the_way: i32,
    /// What it is.
    pub text: *const c_char,
}

impl Planned {
    pub(crate) fn new(plan: Plan) -> Self {
        let steps = List::of(&plan.steps, |step, texts: &mut Texts| snic_step {
            size: size_of::<snic_step>(),
            text: texts.keep(step),
            commands: texts.keep(plan.commands(step).join("\n")),
        });
        let problems = plan.checks.iter().filter_map(|check| check.problem.as_ref());
        let all = problems.map(|text| (true, text)).chain(plan.notes.iter().map(|text| (false, text)));
        let notes = List::of(all, |(in_the_way, text), texts| snic_note {
            size: size_of::<snic_note>(),
            in_the_way: in_the_way.into(),
            text: texts.keep(text),
        });
        Self { plan, steps, notes }
    }
}

/// How many steps a plan has; 0 if all is as wanted, or if `plan` is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_plan_steps(plan: *const snic_plan) -> usize {
    look(0, || Ok(handle::get(plan)?.plan.steps.len()))
}

/// Lends the next step in `*out`, which lives as long as the plan. Returns `SNIC_STATUS_END` behind the last.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_plan_next_step(
    plan: *mut snic_plan,
    out: *mut *const snic_step,
    error: *mut *mut snic_error,
) -> snic_status {
    enter(error, || handle::get_mut(plan)?.steps.next(out))
}

/// Lends what is to be known, one after the other: first what stands in the way. `*out` lives as long as the plan. Returns
/// `SNIC_STATUS_END` behind the last.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_plan_next_note(
    plan: *mut snic_plan,
    out: *mut *const snic_note,
    error: *mut *mut snic_error,
) -> snic_status {
    enter(error, || handle::get_mut(plan)?.notes.next(out))
}

/// How a plan is carried out.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct snic_plan_options {
    /// `sizeof(snic_plan_options)`.
    pub size: usize,
    /// How long is waited in all for devices and links to appear, in milliseconds; 0 stands for 30,000.
    pub timeout_ms: u64,
    /// Not 0: go on although something stands in the way.
    pub force: i32,
    /// Called before each step with its words, which live during the call, and with `user`; NULL for none. It must not
    /// unwind (throw), and not use the plan.
    pub progress: Option<unsafe extern "C" fn(step: *const c_char, user: *mut c_void)>,
    /// Handed on to `progress`.
    pub user: *mut c_void,
}

impl Default for snic_plan_options {
    fn default() -> Self {
        Self { size: 0, timeout_ms: 0, force: 0, progress: None, user: std::ptr::null_mut() }
    }
}
prefixed!(snic_plan_options up to user: *mut c_void);

/// Carries out the steps of a plan; if one fails, those before it are taken back. `options` may be NULL. A plan may be run
/// again: it is made anew from what is there then.
///
/// Fails with BUSY if something stands in the way, or an earlier change is still half done; with the failure of a step,
/// once the device is as it was; ROLLBACK_FAILED if it is not; LOCKED if another process changes the host.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_plan_run(
    plan: *const snic_plan,
    host: *const snic_host,
    options: *const snic_plan_options,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let host = &handle::get(host)?.host;
        let snic_plan_options { timeout_ms, force, progress, user, .. } = self::options(options)?;
        handle::get(plan)?.plan.run_with(host, &run_options(timeout_ms, force != 0), &mut |step| {
            if let Some(progress) = progress {
                let text: CString = c_text(&step.to_string());
                // SAFETY: the caller gave a function of this type, and what it points to.
                unsafe { progress(text.as_ptr(), user) };
            }
        })
    })
}

/// Frees a plan; NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_plan_free(plan: *mut snic_plan) -> snic_status {
    handle::free(plan)
}
