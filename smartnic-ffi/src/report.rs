//! `snic_flow_report`: what became of each rule, and why.

use std::ffi::c_char;
use std::ptr::null;

use smartnic::adapter::{Expectation, Prediction};
use smartnic::flow::{Change, Explanation, Reason, Report, Rule, RuleId, Source, Verdict};
use smartnic::text::tc::rule_to_tc;

use crate::argument::{fill, place, prefixed};
use crate::entry::{done, enter};
use crate::error::{snic_error, snic_status};
use crate::handle::{self, opaque};
use crate::scratch::Scratch;

/// Where a rule is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(i32)]
pub enum snic_verdict {
    /// It is not on the host.
    Absent = 0,
    /// The NIC does it.
    InHardware = 1,
    /// The CPU does it.
    SoftwareOnly = 2,
    /// Nobody does it: the kernel refused the rule.
    Refused = 3,
}

/// What was done about a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(i32)]
pub enum snic_change {
    /// Nothing was to be done: it was only explained.
    None = 0,
    /// It was not there and is now.
    Added = 1,
    /// It took the place of another.
    Replaced = 2,
    /// It was there already.
    Kept = 3,
    /// It was taken off.
    Removed = 4,
    /// It could not be brought there.
    Failed = 5,
}

/// What the vendor's adapter expects of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(i32)]
pub enum snic_expectation {
    /// The adapter does not know.
    Unknown = 0,
    /// The NIC takes it.
    Hardware = 1,
    /// The NIC does not take it.
    Software = 2,
}

/// Who gives a reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(i32)]
pub enum snic_source {
    /// The vendor's adapter: a prediction.
    Adapter = 0,
    /// The kernel or the driver, in its own words.
    Kernel = 1,
    /// The driver, in the kernel's log.
    Log = 2,
    /// A table that is full.
    Capacity = 3,
    /// The rule itself asks for it (skip_hw).
    Rule = 4,
    /// A setting of the host, such as hw-tc-offload.
    Host = 5,
}

/// What became of one rule.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct snic_rule_report {
    /// The size of this structure in the library.
    pub size: usize,
    /// The line it stands on in its text, counted from 1; 0 if it came from elsewhere.
    pub line: u64,
    /// A number of `snic_change`.
    pub change: i32,
    /// A number of `snic_verdict`.
    pub verdict: i32,
    /// In how many devices it is.
    pub in_hw_count: u32,
    /// A number of `snic_expectation`.
    pub expectation: i32,
    /// 1 if the adapter expected something else than what happened.
    pub surprise: i32,
    /// How many reasons there are for the verdict; see `snic_flow_report_reason`.
    pub reasons: u32,
    /// How many reasons the adapter gives; see `snic_flow_report_prediction`.
    pub predictions: u32,
    /// Its chain in the kernel.
    pub chain: u32,
    /// Its priority in the kernel; 0 if it is not there.
    pub prio: u32,
    /// Its handle in the kernel; 0 if it is not there.
    pub handle: u32,
    /// Packets that the CPU handled by it; -1 if that is not known (only `snic_flow_explain` tells).
    pub cpu_packets: i64,
    /// Their bytes; -1 if that is not known.
    pub cpu_bytes: i64,
    /// The rule as tc takes it, or in our words where tc has none.
    pub rule: *const c_char,
    /// The group it belongs to; NULL if its text has no groups.
    pub group: *const c_char,
    /// What helps to read the driver's refusals; NULL if nothing is known.
    pub note: *const c_char,
}

/// Why a rule is not in hardware, and who says so.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct snic_reason {
    /// The size of this structure in the library.
    pub size: usize,
    /// A number of `snic_source`.
    pub source: i32,
    /// Who says so, in words, such as "mlx5 adapter" or "kernel".
    pub who: *const c_char,
    /// What they say.
    pub text: *const c_char,
    /// What would help; NULL if that is not known.
    pub hint: *const c_char,
    /// The link that it is about; NULL if it is about none.
    pub link: *const c_char,
}

/// How many rules met which change and ended up where. The caller owns it and sets `size`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[repr(C)]
pub struct snic_flow_counts {
    /// `sizeof(snic_flow_counts)`, set by the caller.
    pub size: usize,
    /// All rules of the report.
    pub rules: u64,
    /// Rules in hardware.
    pub in_hardware: u64,
    /// Rules in software only.
    pub software_only: u64,
    /// Rules that were refused.
    pub refused: u64,
    /// Rules that are not on the host.
    pub absent: u64,
    /// Rules that were added.
    pub added: u64,
    /// Rules that took the place of another.
    pub replaced: u64,
    /// Rules that were there already.
    pub kept: u64,
    /// Rules that were taken off.
    pub removed: u64,
    /// Rules that could not be brought there.
    pub failed: u64,
    /// Rules that were removed because the set does not name them.
    pub pruned: u64,
    /// Rules of which the adapter expected something else.
    pub surprises: u64,
    /// How many clsact hooks had to be added.
    pub hooks_added: u64,
}
prefixed!(snic_flow_counts up to hooks_added: u64);

/// What became of rules: an iterator over them with the reasons of each. Made by `snic_flow_apply` and its like, freed with
/// `snic_flow_report_free`. Used by one thread at a time.
pub struct snic_flow_report {
    _opaque: [u8; 0],
}
opaque!(snic_flow_report, Judged);

/// One rule, applied or explained.
struct One {
    rule: Rule,
    line: usize,
    group: Option<String>,
    change: Option<Change>,
    id: Option<RuleId>,
    verdict: Option<Verdict>,
    prediction: Prediction,
    surprise: bool,
    cpu: Option<(u64, u64)>,
    note: Option<&'static str>,
}

/// Rules with their verdicts, and where the reader is.
#[derive(Default)]
pub(crate) struct Judged {
    rules: Vec<One>,
    pruned: usize,
    hooks_added: usize,
    /// How many rules were lent.
    at: usize,
    texts: Scratch,
    record: Option<snic_rule_report>,
    reason_texts: Scratch,
    reason: Option<snic_reason>,
}

impl Judged {
    pub(crate) fn of_report(report: Report) -> Self {
        let one = |rule: smartnic::flow::RuleReport| One {
            surprise: rule.is_surprise(),
            rule: rule.rule,
            line: rule.line,
            group: rule.group,
            change: Some(rule.change),
            id: rule.id,
            verdict: Some(rule.verdict),
            prediction: rule.prediction,
            cpu: None,
            note: None,
        };
        let (pruned, hooks_added) = (report.pruned.len(), report.hooks_added);
        Self { rules: report.rules.into_iter().map(one).collect(), pruned, hooks_added, ..Self::default() }
    }

    pub(crate) fn of_explanations(explained: Vec<Explanation>) -> Self {
        let one = |told: Explanation| One {
            surprise: told.is_surprise(),
            id: told.line.rule.id(),
            rule: told.line.rule,
            line: told.line.line,
            group: told.line.group,
            change: None,
            verdict: told.verdict,
            prediction: told.prediction,
            cpu: told.cpu_packets.zip(told.cpu_bytes),
            note: told.note,
        };
        Self { rules: explained.into_iter().map(one).collect(), ..Self::default() }
    }

    fn counts(&self) -> snic_flow_counts {
        let count = |test: &dyn Fn(&One) -> bool| self.rules.iter().filter(|one| test(one)).count() as u64;
        let met = |change| count(&|one| one.change == Some(change));
        let is = |verdict: snic_verdict| count(&|one| verdict_number(one.verdict.as_ref()) == verdict as i32);
        snic_flow_counts {
            size: 0,
            rules: self.rules.len() as u64,
            in_hardware: is(snic_verdict::InHardware),
            software_only: is(snic_verdict::SoftwareOnly),
            refused: is(snic_verdict::Refused),
            absent: is(snic_verdict::Absent),
            added: met(Change::Added),
            replaced: met(Change::Replaced),
            kept: met(Change::Kept),
            removed: met(Change::Removed),
            failed: met(Change::Failed),
            pruned: self.pruned as u64,
            surprises: count(&|one| one.surprise),
            hooks_added: self.hooks_added as u64,
        }
    }

    fn next(&mut self) -> Option<&snic_rule_report> {
        let one = self.rules.get(self.at)?;
        self.at += 1;
        let texts = &mut self.texts;
        texts.clear();
        let rule = match rule_to_tc(&one.rule) {
            Ok(line) => texts.put(line),
            Err(_) => texts.put(&one.rule),
        };
        let group = texts.put_any(one.group.as_ref());
        let note = texts.put_any(one.note);
        let number = |value: Option<u64>| value.map_or(-1, |value| value as i64);
        let id = one.id.as_ref();
        self.record = Some(snic_rule_report {
            size: size_of::<snic_rule_report>(),
            line: one.line as u64,
            change: one.change.map_or(snic_change::None, change_of) as i32,
            verdict: verdict_number(one.verdict.as_ref()),
            in_hw_count: match one.verdict {
                Some(Verdict::InHardware { count }) => count,
                _ => 0,
            },
            expectation: match one.prediction.expect {
                Expectation::Hardware => snic_expectation::Hardware,
                Expectation::Software => snic_expectation::Software,
                Expectation::Unknown => snic_expectation::Unknown,
            } as i32,
            surprise: one.surprise.into(),
            reasons: one.verdict.as_ref().map_or(0, |verdict| verdict.reasons().len() as u32),
            predictions: one.prediction.reasons.len() as u32,
            chain: id.map_or(one.rule.chain, |id| id.chain),
            prio: id.map_or(0, |id| id.prio.into()),
            handle: id.map_or(0, |id| id.handle),
            cpu_packets: number(one.cpu.map(|(packets, _)| packets)),
            cpu_bytes: number(one.cpu.map(|(_, bytes)| bytes)),
            rule: texts.text(rule),
            group: texts.text(group),
            note: texts.text(note),
        });
        self.record.as_ref()
    }

    /// Lends a reason of the rule that was lent last.
    fn reason(&mut self, index: usize, predicted: bool) -> Option<&snic_reason> {
        let one = self.rules.get(self.at.checked_sub(1)?)?;
        let reasons = match predicted {
            true => &one.prediction.reasons[..],
            false => one.verdict.as_ref().map_or(&[][..], Verdict::reasons),
        };
        let Reason { source, text, hint, link } = reasons.get(index)?;
        let texts = &mut self.reason_texts;
        texts.clear();
        let who = texts.put(source);
        let text = texts.put(text);
        let hint = texts.put_any(hint.as_ref());
        let link = texts.put_any(link.as_ref());
        self.reason = Some(snic_reason {
            size: size_of::<snic_reason>(),
            source: match source {
                Source::Adapter(_) => snic_source::Adapter,
                Source::Kernel => snic_source::Kernel,
                Source::Log => snic_source::Log,
                Source::Capacity => snic_source::Capacity,
                Source::Rule => snic_source::Rule,
                Source::Host => snic_source::Host,
            } as i32,
            who: texts.text(who),
            text: texts.text(text),
            hint: texts.text(hint),
            link: texts.text(link),
        });
        self.reason.as_ref()
    }
}

pub(crate) fn verdict_number(verdict: Option<&Verdict>) -> i32 {
    (match verdict {
        None => snic_verdict::Absent,
        Some(Verdict::InHardware { .. }) => snic_verdict::InHardware,
        Some(Verdict::SoftwareOnly { .. }) => snic_verdict::SoftwareOnly,
        Some(Verdict::Refused { .. }) => snic_verdict::Refused,
    }) as i32
}

fn change_of(change: Change) -> snic_change {
    match change {
        Change::Added => snic_change::Added,
        Change::Replaced => snic_change::Replaced,
        Change::Kept => snic_change::Kept,
        Change::Removed => snic_change::Removed,
        Change::Failed => snic_change::Failed,
    }
}

/// Counts the rules of a report into the caller's structure.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_flow_report_counts(
    report: *const snic_flow_report,
    counts: *mut snic_flow_counts,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || fill(counts, &handle::get(report)?.counts()))
}

/// Lends what became of the next rule in `*out`; it lives until the next call with this report. Returns `SNIC_STATUS_END`
/// behind the last.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_flow_report_next(
    report: *mut snic_flow_report,
    out: *mut *const snic_rule_report,
    error: *mut *mut snic_error,
) -> snic_status {
    enter(error, || {
        let report = handle::get_mut(report)?;
        let out = place(out, "out")?;
        *out = report.next().map_or(null(), |record| record);
        Ok(if out.is_null() { snic_status::End } else { snic_status::Ok })
    })
}

/// Begins with the first rule again.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_flow_report_rewind(
    report: *mut snic_flow_report,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        handle::get_mut(report)?.at = 0;
        Ok(())
    })
}

/// Lends a reason of the rule that was lent last, counted from 0, in `*out`; it lives until the next call with this report,
/// and the rule's record lives on beside it. Returns `SNIC_STATUS_END` behind the last.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_flow_report_reason(
    report: *mut snic_flow_report,
    index: usize,
    out: *mut *const snic_reason,
    error: *mut *mut snic_error,
) -> snic_status {
    reason(report, index, false, out, error)
}

/// As `snic_flow_report_reason`, for what the adapter says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_flow_report_prediction(
    report: *mut snic_flow_report,
    index: usize,
    out: *mut *const snic_reason,
    error: *mut *mut snic_error,
) -> snic_status {
    reason(report, index, true, out, error)
}

fn reason(
    report: *mut snic_flow_report,
    index: usize,
    predicted: bool,
    out: *mut *const snic_reason,
    error: *mut *mut snic_error,
) -> snic_status {
    enter(error, || {
        let report = handle::get_mut(report)?;
        let out = place(out, "out")?;
        *out = report.reason(index, predicted).map_or(null(), |reason| reason);
        Ok(if out.is_null() { snic_status::End } else { snic_status::Ok })
    })
}

/// Frees a report; NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_flow_report_free(report: *mut snic_flow_report) -> snic_status {
    handle::free(report)
}
