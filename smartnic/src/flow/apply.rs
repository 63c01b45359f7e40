//! Rules onto a host and off it, all or nothing.

use smartnic_core::backend::{FlowOp, Outcome};
use smartnic_core::flow::{FlowEntry, RuleId, Verdict};

use super::RuleSet;
use super::diff::{diff, matches};
use super::journal::Journal;
use super::judge::Judge;
use super::options::ApplyOptions;
use super::read_back::read_back;
use super::recover;
use super::report::{Change, Report};
use super::restore::{Restored, restore};
use super::snapshot::Snapshot;
use super::undo::Undo;
use super::usage::tell_capacity;
use super::work::{Work, wrap};
use crate::turn::HostTurn;
use crate::{Error, ErrorKind, Host, Result, pieces};

/// Brings rules onto a host, with as few changes as needed, and reads back where each ended up.
///
/// A second run with the same rules changes nothing. Links without a hook get a `clsact` qdisc. Unless
/// [`ApplyOptions::keep_going`] is set, a failure leaves the rules exactly as they were (counters of rules that had
/// to be put back start over). If the process dies on the way, [`super::recover()`] and the next change bring the rules
/// from before back.
///
/// # Errors
/// The failure of the first rule, naming its line; `RollbackFailed` if the earlier rules could not be put back;
/// `Locked` if another process changes rules of this host for longer than [`Host::lock_wait`].
pub fn apply(host: &Host, rules: &RuleSet, options: &ApplyOptions) -> Result<Report> {
    change(host, options, &|journal| apply_noted(host, rules, options, journal))
}

/// Makes a change when it is this process's turn, once an earlier change is taken back that did not come to its end.
fn change(
    host: &Host,
    options: &ApplyOptions,
    make: &dyn Fn(Journal<'_>) -> Result<Report>,
) -> Result<Report> {
    if options.dry_run {
        return make(Journal::NONE);
    }
    let turn = HostTurn::take(host)?;
    let recovered = recover::take_back(host, turn.journal())?;
    Ok(Report { recovered, ..make(turn.journal())? })
}

/// As [`apply`], for who has the turn; the change is noted in the journal while it is made.
pub(super) fn apply_noted(
    host: &Host,
    rules: &RuleSet,
    options: &ApplyOptions,
    journal: Journal<'_>,
) -> Result<Report> {
    let mut work = Work::prepare(host, rules, options.keep_going)?;
    let before = Snapshot::read(host, &work.places)?;
    work.check_blocks(&before.hooks, options.keep_going)?;
    let (needs, left) = diff(&work.rules, &before.entries);
    let doomed = if options.prune { left } else { Vec::new() };
    if options.dry_run {
        let judge = Judge::new(host, &work.places, &before.hooks)?;
        return Ok(work.forecast(&needs, &doomed, &judge));
    }
    let undo = work.undo(&needs, &doomed, &before);
    journal.begin(&undo, &work.added(&needs).collect::<Vec<_>>())?;
    let done = work.change(host, &needs, &doomed, &before, options);
    let done = match done {
        Ok(done) => read_back(host, &work, &needs, done, options, undo.is_empty().then_some(before)),
        Err(error) => Err(error),
    };
    match done {
        Ok(mut report) => {
            journal.end()?;
            report.pruned = doomed;
            tell_capacity(host, &mut report);
            Ok(report)
        }
        Err(error) => Err(give_up(host, &undo, journal, options, error)),
    }
}

/// Takes rules off a host, wherever they are; those that are not there are left out.
///
/// Rules are known by place, chain, protocol and key (and priority and handle if given), not by their actions.
///
/// # Errors
/// The failure of the first removal, once what was removed is back; `RollbackFailed` if it is not; `Locked` as
/// [`apply()`].
pub fn remove(host: &Host, rules: &RuleSet, options: &ApplyOptions) -> Result<Report> {
    change(host, options, &|journal| remove_noted(host, rules, options, journal))
}

/// As [`remove`], for who has the turn; the change is noted in the journal while it is made.
pub(super) fn remove_noted(
    host: &Host,
    rules: &RuleSet,
    options: &ApplyOptions,
    journal: Journal<'_>,
) -> Result<Report> {
    let work = Work::prepare(host, rules, options.keep_going)?;
    let before = Snapshot::read(host, &work.places)?;
    let judge = Judge::new(host, &work.places, &before.hooks)?;
    let found = matches(&work.rules, &before.entries).found;
    let found: Vec<(usize, &FlowEntry)> = found
        .iter()
        .enumerate()
        .filter_map(|(at, found)| Some((at, &before.entries[found.as_ref()?.0])))
        .collect();
    let rules = pieces::map(found.len(), |number| {
        let (at, entry) = found[number];
        let prediction = judge.predict(&work.rules[at]);
        let verdict = Judge::verdict(Verdict::of(entry, Vec::new()), None, Vec::new(), &prediction);
        work.line(at, Change::Removed, Some(entry.id()), verdict, prediction)
    });
    let report = Report { rules, ..Report::default() };
    let doomed: Vec<RuleId> = found.iter().map(|(_, entry)| entry.id()).collect();
    if options.dry_run {
        return Ok(report);
    }
    let undo = work.undo(&[], &doomed, &before);
    journal.begin(&undo, &[])?;
    let ops: Vec<FlowOp<'_>> = doomed.iter().map(FlowOp::Delete).collect();
    let result = host.flow().submit(&ops, !options.keep_going);
    let failed = result.and_then(|outcomes| {
        first_failure(outcomes)
            .map_or(Ok(()), |(at, error)| Err(wrap(work.lines[found[at].0], "remove flow rules", error)))
    });
    match failed {
        Ok(()) => journal.end().map(|()| report),
        Err(error) => Err(give_up(host, &undo, journal, options, error)),
    }
}

fn first_failure(outcomes: Vec<Outcome>) -> Option<(usize, Error)> {
    outcomes.into_iter().enumerate().find_map(|(at, outcome)| match outcome {
        Outcome::Failed(error) => Some((at, error)),
        _ => None,
    })
}

/// Ends a change that failed: takes it back, unless what could be done is to stay.
fn give_up(host: &Host, undo: &Undo, journal: Journal<'_>, options: &ApplyOptions, error: Error) -> Error {
    let restored = match options.keep_going {
        true => Ok(None),
        false => restore(host, undo).map(Some),
    };
    match restored.and_then(|restored| journal.end().map(|()| restored)) {
        Ok(None) => error,
        Ok(Some(Restored { links_gone: true, .. })) => error
            .of_kind(ErrorKind::DeviceGone)
            .hint("a link went away, and its rules with it; the others are as before"),
        Ok(Some(_)) => match error.next_step() {
            _ if error.kind() == ErrorKind::DeviceGone => error,
            Some(_) => error,
            None => error.hint("nothing was changed; --keep-going applies the rules that can be applied"),
        },
        Err(second) => Error::new(ErrorKind::RollbackFailed, "put the earlier flow rules back")
            .reason(format!("the change failed, and so did taking it back ({second})"))
            .hint("try again to take it back: snicctl flow recover")
            .source(error),
    }
}
