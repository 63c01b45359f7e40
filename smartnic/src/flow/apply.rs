//! Rules onto a host and off it, all or nothing.

use std::collections::HashMap;

use smartnic_core::backend::{FlowOp, Outcome};
use smartnic_core::flow::{FlowEntry, RuleId};

use super::RuleSet;
use super::diff::{Need, diff};
use super::judge::Judge;
use super::options::ApplyOptions;
use super::report::{Change, Report};
use super::restore::{Restored, Touched, restore};
use super::snapshot::Snapshot;
use super::work::{Work, forecast, wrap};
use crate::{Error, ErrorKind, Host, Result};

/// Brings rules onto a host, with as few changes as needed, and reads back where each ended up.
///
/// A second run with the same rules changes nothing. Links without a hook get a `clsact` qdisc. Unless
/// [`ApplyOptions::keep_going`] is set, a failure leaves the rules exactly as they were (counters of rules that had
/// to be put back start over).
///
/// # Errors
/// The failure of the first rule, naming its line; `RollbackFailed` if the earlier rules could not be put back.
pub fn apply(host: &Host, rules: &RuleSet, options: &ApplyOptions) -> Result<Report> {
    let mut work = Work::prepare(host, rules, options.keep_going)?;
    let before = Snapshot::read(host, &work.places)?;
    work.check_blocks(&before.hooks, options.keep_going)?;
    let (needs, left) = diff(&work.rules, &before.entries);
    let doomed = if options.prune { left } else { Vec::new() };
    if options.dry_run {
        let judge = Judge::new(host, &work.places, &before.hooks)?;
        return Ok(work.forecast(&needs, &doomed, &judge));
    }
    let done = work.change(host, &needs, &doomed, &before, options);
    let done = match done {
        Ok(done) => work.read_back(host, &needs, done, options),
        Err(error) => Err(error),
    };
    match done {
        Ok(mut report) => {
            report.pruned = doomed;
            Ok(report)
        }
        Err(error) if options.keep_going => Err(error),
        Err(error) => {
            let replaced =
                needs.iter().filter(|need| matches!(need, Need::Replace(_))).filter_map(Need::entry);
            Err(take_back(host, &work.touched(replaced.chain(&doomed)), &before, error))
        }
    }
}

/// Takes rules off a host, wherever they are; those that are not there are left out.
///
/// Rules are known by place, chain, protocol and key (and priority and handle if given), not by their actions.
///
/// # Errors
/// The failure of the first removal, once what was removed is back; `RollbackFailed` if it is not.
pub fn remove(host: &Host, rules: &RuleSet, options: &ApplyOptions) -> Result<Report> {
    let work = Work::prepare(host, rules, options.keep_going)?;
    let before = Snapshot::read(host, &work.places)?;
    let judge = Judge::new(host, &work.places, &before.hooks)?;
    let (needs, _) = diff(&work.rules, &before.entries);
    let by_id: HashMap<RuleId, &FlowEntry> = before.entries.iter().map(|entry| (entry.id(), entry)).collect();
    let mut report = Report::default();
    let (mut doomed, mut owners) = (Vec::new(), Vec::new());
    for (at, need) in needs.iter().enumerate() {
        let (Need::Keep(id) | Need::Replace(id)) = need else { continue };
        let prediction = judge.predict(&work.rules[at]);
        let verdict = by_id.get(id).map_or_else(
            || forecast(&work.rules[at], &prediction),
            |entry| Judge::verdict(entry, None, &prediction),
        );
        report.rules.push(work.line(at, Change::Removed, Some(id.clone()), verdict, prediction));
        doomed.push(id.clone());
        owners.push(work.lines[at]);
    }
    if options.dry_run {
        return Ok(report);
    }
    let ops: Vec<FlowOp<'_>> = doomed.iter().map(FlowOp::Delete).collect();
    let result = host.flow().submit(&ops, !options.keep_going);
    let failed = result.and_then(|outcomes| {
        first_failure(outcomes)
            .map_or(Ok(()), |(at, error)| Err(wrap(owners[at], "remove flow rules", error)))
    });
    match failed {
        Err(error) if !options.keep_going => Err(take_back(host, &work.touched(&doomed), &before, error)),
        Err(error) => Err(error),
        Ok(()) => Ok(report),
    }
}

fn first_failure(outcomes: Vec<Outcome>) -> Option<(usize, Error)> {
    outcomes.into_iter().enumerate().find_map(|(at, outcome)| match outcome {
        Outcome::Failed(error) => Some((at, error)),
        _ => None,
    })
}

fn take_back(host: &Host, touched: &Touched<'_>, before: &Snapshot, error: Error) -> Error {
    match restore(host, touched, before) {
        Ok(Restored::WhatIsLeft) => error
            .of_kind(ErrorKind::DeviceGone)
            .hint("a link went away, and its rules with it; the others are as before"),
        Ok(Restored::All) => match error.next_step() {
            _ if error.kind() == ErrorKind::DeviceGone => error,
            Some(_) => error,
            None => error.hint("nothing was changed; --keep-going applies the rules that can be applied"),
        },
        Err(second) => Error::new(ErrorKind::RollbackFailed, "put the earlier flow rules back")
            .reason(format!("the change failed, and so did taking it back ({second})"))
            .hint("compare with: snicctl flow list")
            .source(error),
    }
}
