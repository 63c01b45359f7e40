//! `snic_flow_apply` and its like: rules onto a host and off it, and why they are where they are.

use smartnic::flow::{self, ApplyOptions, Change};

use crate::argument::{options, place, place_for, prefixed};
use crate::entry::done;
use crate::error::{snic_error, snic_status};
use crate::handle;
use crate::host::snic_host;
use crate::list::{List, iterator};
use crate::report::{Judged, snic_flow_report};
use crate::rules::snic_rules;

/// How rules are applied and deleted.
#[derive(Debug, Clone, Copy, Default)]
#[repr(C)]
pub struct snic_flow_options {
    /// `sizeof(snic_flow_options)`.
    pub size: usize,
    /// Not 0: go on after a rule that fails, and leave the others there. Otherwise it is all or nothing: the first failure
    /// takes everything back.
    pub keep_going: i32,
    /// Not 0: also remove rules that stand at the places of the set but that the set does not name.
    pub prune: i32,
    /// Not 0: change nothing; the report says what would be done, with the adapter's prediction as the verdict.
    pub dry_run: i32,
}
prefixed!(snic_flow_options up to dry_run: i32);

impl From<snic_flow_options> for ApplyOptions {
    fn from(given: snic_flow_options) -> Self {
        Self { keep_going: given.keep_going != 0, prune: given.prune != 0, dry_run: given.dry_run != 0 }
    }
}

/// Brings rules onto a host with as few changes as needed, and reads back where each ended up. `options` may be NULL.
///
/// `*report` is the caller's and tells the verdict of each rule; freed with `snic_flow_report_free`. With `keep_going` the
/// call succeeds although rules failed: the report counts them.
///
/// Fails with the failure of the first rule, naming its line, once the rules are as they were; ROLLBACK_FAILED if they are
/// not; LOCKED if another process changes rules of this host.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_flow_apply(
    host: *const snic_host,
    rules: *const snic_rules,
    options: *const snic_flow_options,
    report: *mut *mut snic_flow_report,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let out = place_for(report, "report")?;
        let options = self::options(options)?.into();
        let done = flow::apply(&handle::get(host)?.host, handle::get(rules)?, &options)?;
        *out = handle::give(Judged::of_report(done));
        Ok(())
    })
}

/// Takes rules off a host; those that are not there are left out of the report. Rules are known by place, chain, protocol
/// and keys (and priority and handle if given), not by their actions. `options` may be NULL; `prune` does not count.
///
/// `*report` is the caller's; freed with `snic_flow_report_free`. Fails as `snic_flow_apply`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_flow_delete(
    host: *const snic_host,
    rules: *const snic_rules,
    options: *const snic_flow_options,
    report: *mut *mut snic_flow_report,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let out = place_for(report, "report")?;
        let options = self::options(options)?.into();
        let done = flow::remove(&handle::get(host)?.host, handle::get(rules)?, &options)?;
        debug_assert!(done.rules.iter().all(|rule| rule.change == Change::Removed));
        *out = handle::give(Judged::of_report(done));
        Ok(())
    })
}

/// Explains rules: what the vendor's adapter predicts, what the kernel did, and why. With `rules` NULL those that are on
/// the host; otherwise these, whether they are there or not. With `probe` not 0 they are put there for a moment to hear the
/// driver's own words, and what was there before is put back.
///
/// `*report` is the caller's; freed with `snic_flow_report_free`. Rules that are not on the host have the verdict
/// `SNIC_VERDICT_ABSENT`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_flow_explain(
    host: *const snic_host,
    rules: *const snic_rules,
    probe: i32,
    report: *mut *mut snic_flow_report,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let out = place_for(report, "report")?;
        let host = &handle::get(host)?.host;
        let explained = match rules.is_null() {
            true => {
                let names = host.names()?;
                let mut all = flow::explain_entries(host, &flow::entries(host, None)?)?;
                all.iter_mut().for_each(|one| names.put_names(&mut one.line.rule));
                all
            }
            false => flow::explain(host, handle::get(rules)?, probe != 0)?,
        };
        *out = handle::give(Judged::of_explanations(explained));
        Ok(())
    })
}

/// Takes back a change of rules that a killed process left half done. `*recovered`, unless NULL, becomes 1 if there was
/// one. The next change does the same by itself.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_flow_recover(
    host: *const snic_host,
    recovered: *mut i32,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let found = flow::recover(&handle::get(host)?.host)?;
        if !recovered.is_null() {
            *place(recovered, "recovered")? = found.is_some().into();
        }
        Ok(())
    })
}

/// How full a NIC is, and what it leaves to the CPU.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct snic_flow_usage {
    /// The size of this structure in the library.
    pub size: usize,
    /// The NIC, such as "pci/0000:03:00.0".
    pub device: *const std::ffi::c_char,
    /// The adapter that speaks for it.
    pub adapter: *const std::ffi::c_char,
    /// Rules in its hardware.
    pub in_hardware: u64,
    /// Rules that the CPU carries out.
    pub software_only: u64,
    /// Packets that met rules which are in software only.
    pub cpu_packets: u64,
    /// Their bytes.
    pub cpu_bytes: u64,
}

/// Lists each NIC on which rules stand, with what it holds. `*iter` is the caller's; freed with
/// `snic_flow_usage_iter_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_flow_usage_list(
    host: *const snic_host,
    iter: *mut *mut snic_flow_usage_iter,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let out = place_for(iter, "iter")?;
        let host = &handle::get(host)?.host;
        let used = flow::usage(host, &flow::entries(host, None)?)?;
        *out = handle::give(List::of(&used, |nic, texts| snic_flow_usage {
            size: size_of::<snic_flow_usage>(),
            device: texts.keep(&nic.nic),
            adapter: texts.keep(&nic.adapter),
            in_hardware: nic.in_hardware,
            software_only: nic.software_only,
            cpu_packets: nic.cpu_packets,
            cpu_bytes: nic.cpu_bytes,
        }));
        Ok(())
    })
}

iterator!(snic_flow_usage_iter of snic_flow_usage, snic_flow_usage_next, snic_flow_usage_iter_free:
    "NICs with their use, one after the other.");
