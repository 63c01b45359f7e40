//! Rules onto a host and off it, all or nothing.

use std::collections::HashMap;

use smartnic_core::adapter::{Expectation, Prediction};
use smartnic_core::backend::{FlowOp, Hook, Outcome};
use smartnic_core::flow::{Attach, FlowEntry, Reason, Rule, RuleId, Skip, Source, Verdict};

use super::diff::{Need, diff};
use super::judge::Judge;
use super::report::{Change, Report, RuleReport};
use super::restore::restore;
use super::snapshot::{Snapshot, hook_at};
use super::{RuleLine, RuleSet};
use crate::{Error, ErrorKind, Extack, Host, Result};

/// How [`apply`] and [`remove`] go about it.
#[derive(Debug, Clone, Copy, Default)]
pub struct ApplyOptions {
    /// Goes on after a rule that fails, and leaves the others there; otherwise the first failure takes everything
    /// back.
    pub keep_going: bool,
    /// Also removes rules that stand at the places of the set but that the set does not name.
    pub prune: bool,
    /// Changes nothing; the report says what would be done, with the adapter's prediction as the verdict.
    pub dry_run: bool,
}

/// Brings rules onto a host, with as few changes as needed, and reads back where each ended up.
///
/// A second run with the same rules changes nothing. Links without a hook get a `clsact` qdisc. Unless
/// [`ApplyOptions::keep_going`] is set, a failure leaves the rules exactly as they were (counters of rules that had
/// to be put back start over).
///
/// # Errors
/// The failure of the first rule, naming its line; `RollbackFailed` if the earlier rules could not be put back.
pub fn apply(host: &Host, rules: &RuleSet, options: &ApplyOptions) -> Result<Report> {
    let work = Work::prepare(host, rules, options.keep_going)?;
    let before = Snapshot::read(host, &work.places)?;
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
        Err(error) => Err(take_back(host, &work.places, &before, error)),
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
        let verdict = by_id
            .get(id)
            .map_or_else(|| forecast(&work.rules[at], &prediction), |entry| Judge::verdict(entry, None, &prediction));
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
        Err(error) if !options.keep_going => Err(take_back(host, &work.places, &before, error)),
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

fn take_back(host: &Host, places: &[Attach], before: &Snapshot, error: Error) -> Error {
    match restore(host, places, before) {
        Ok(()) => match error.next_step() {
            Some(_) => error,
            None => error.hint("nothing was changed; --keep-going applies the rules that can be applied"),
        },
        Err(second) => Error::new(ErrorKind::RollbackFailed, "put the earlier flow rules back")
            .reason(format!("the change failed, and so did taking it back ({second})"))
            .hint("compare with: snicctl flow list")
            .source(error),
    }
}

/// Rules with numbers for links, in canonical form, and the places they stand at.
struct Work<'a> {
    lines: Vec<&'a RuleLine>,
    rules: Vec<Rule>,
    places: Vec<Attach>,
    /// Rules that cannot even be tried, with the reason.
    hopeless: Vec<(&'a RuleLine, Error)>,
}

/// What was changed: the text that came with each rule, or its failure, and how many hooks were added.
struct Done {
    notes: Vec<Result<Option<Extack>>>,
    hooks_added: usize,
}

impl<'a> Work<'a> {
    fn prepare(host: &Host, set: &'a RuleSet, keep_going: bool) -> Result<Self> {
        let names = host.names()?;
        let mut work = Self {
            lines: Vec::new(),
            rules: Vec::with_capacity(set.rules.len()),
            places: Vec::new(),
            hopeless: Vec::new(),
        };
        for line in &set.rules {
            let mut rule = line.rule.clone();
            match rule.check().and_then(|()| names.resolve(&mut rule)) {
                Ok(()) => {
                    if work.places.last() != Some(&rule.attach) && !work.places.contains(&rule.attach) {
                        work.places.push(rule.attach.clone());
                    }
                    work.lines.push(line);
                    work.rules.push(rule.canonical());
                }
                Err(error) if keep_going => work.hopeless.push((line, error)),
                Err(error) => return Err(wrap(line, "apply flow rules", error)),
            }
        }
        Ok(work)
    }

    fn change(
        &self,
        host: &Host,
        needs: &[Need],
        doomed: &[RuleId],
        before: &Snapshot,
        options: &ApplyOptions,
    ) -> Result<Done> {
        let hooks_added = self.add_hooks(host, &before.hooks)?;
        // A rule that replaces another must name it, as the kernel knows rules by prio and handle.
        let targets: Vec<Option<Rule>> = needs
            .iter()
            .zip(&self.rules)
            .map(|(need, rule)| match need {
                Need::Replace(id) => Some(Rule { prio: id.prio, handle: Some(id.handle), ..rule.clone() }),
                _ => None,
            })
            .collect();
        let mut ops: Vec<FlowOp<'_>> = doomed.iter().map(FlowOp::Delete).collect();
        let mut owners: Vec<Option<usize>> = vec![None; doomed.len()];
        for (at, need) in needs.iter().enumerate() {
            match (need, &targets[at]) {
                (Need::Add, _) => ops.push(FlowOp::Add(&self.rules[at])),
                (Need::Replace(_), Some(target)) => ops.push(FlowOp::Replace(target)),
                _ => continue,
            }
            owners.push(Some(at));
        }
        let mut notes: Vec<Result<Option<Extack>>> = needs.iter().map(|_| Ok(None)).collect();
        for (outcome, owner) in host.flow().submit(&ops, !options.keep_going)?.into_iter().zip(owners) {
            match (outcome, owner) {
                (Outcome::Done(note), Some(at)) => notes[at] = Ok(note),
                (Outcome::Failed(error), Some(at)) if options.keep_going => notes[at] = Err(error),
                (Outcome::Failed(error), Some(at)) => {
                    return Err(wrap(self.lines[at], "apply flow rules", error));
                }
                (Outcome::Failed(error), None) if !options.keep_going => return Err(error),
                _ => {}
            }
        }
        Ok(Done { notes, hooks_added })
    }

    fn add_hooks(&self, host: &Host, hooks: &[Hook]) -> Result<usize> {
        let mut added: Vec<Hook> = Vec::new();
        for place in &self.places {
            if hook_at(hooks, place).is_some() || hook_at(&added, place).is_some() {
                continue;
            }
            match place {
                Attach::Dev { dev, .. } => {
                    let hook = Hook::clsact(dev.index()?);
                    host.flow().add_hook(&hook)?;
                    added.push(hook);
                }
                Attach::Block(block) => {
                    return Err(Error::new(ErrorKind::NotFound, "find a shared block")
                        .on(format_args!("block {block}"))
                        .reason("no qdisc shares this block")
                        .hint(format!("make one: tc qdisc add dev DEV ingress_block {block} clsact")));
                }
            }
        }
        Ok(added.len())
    }

    /// Reads the rules again and says where each ended up.
    fn read_back(&self, host: &Host, needs: &[Need], done: Done, options: &ApplyOptions) -> Result<Report> {
        let after = Snapshot::read(host, &self.places)?;
        let judge = Judge::new(host, &self.places, &after.hooks)?;
        let by_id: HashMap<RuleId, &FlowEntry> =
            after.entries.iter().map(|entry| (entry.id(), entry)).collect();
        let (found, _) = diff(&self.rules, &after.entries);
        let mut report = Report { hooks_added: done.hooks_added, ..Report::default() };
        for (at, (note, found)) in done.notes.into_iter().zip(found).enumerate() {
            let prediction = judge.predict(&self.rules[at]);
            let line = match (note, found) {
                (Err(error), _) => {
                    self.line(at, Change::Failed, None, Judge::refused(&error, &prediction), prediction)
                }
                (Ok(note), Need::Keep(id)) => {
                    let change = match needs[at] {
                        Need::Keep(_) => Change::Kept,
                        Need::Replace(_) => Change::Replaced,
                        Need::Add => Change::Added,
                    };
                    let verdict = Judge::verdict(by_id[&id], note.as_ref(), &prediction);
                    self.line(at, change, Some(id), verdict, prediction)
                }
                (Ok(_), _) => {
                    let error = Error::new(ErrorKind::Mismatch, "apply flow rules")
                        .reason("the kernel said yes, but the rule read back is missing or another");
                    if !options.keep_going {
                        return Err(wrap(self.lines[at], "apply flow rules", error));
                    }
                    self.line(at, Change::Failed, None, Judge::refused(&error, &prediction), prediction)
                }
            };
            report.rules.push(line);
        }
        self.add_hopeless(&mut report);
        Ok(report)
    }

    fn forecast(&self, needs: &[Need], doomed: &[RuleId], judge: &Judge) -> Report {
        let mut report = Report { pruned: doomed.to_vec(), ..Report::default() };
        for (at, need) in needs.iter().enumerate() {
            let prediction = judge.predict(&self.rules[at]);
            let (change, id) = match need {
                Need::Keep(id) => (Change::Kept, Some(id.clone())),
                Need::Replace(id) => (Change::Replaced, Some(id.clone())),
                Need::Add => (Change::Added, None),
            };
            report.rules.push(self.line(at, change, id, forecast(&self.rules[at], &prediction), prediction));
        }
        self.add_hopeless(&mut report);
        report
    }

    fn add_hopeless(&self, report: &mut Report) {
        for (line, error) in &self.hopeless {
            let prediction = Prediction::unknown(Reason::new(Source::Rule, error.why()));
            report.rules.push(RuleReport::new(
                line,
                Change::Failed,
                None,
                Judge::refused(error, &Prediction::from_reasons(Vec::new())),
                prediction,
            ));
        }
        report.rules.sort_by_key(|rule| rule.line);
    }

    fn line(
        &self,
        at: usize,
        change: Change,
        id: Option<RuleId>,
        verdict: Verdict,
        prediction: Prediction,
    ) -> RuleReport {
        RuleReport::new(self.lines[at], change, id, verdict, prediction)
    }
}

/// The verdict that a prediction amounts to: a rule that must not be in software is refused by a NIC that refuses it.
fn forecast(rule: &Rule, prediction: &Prediction) -> Verdict {
    let reasons = || prediction.reasons.clone();
    match (prediction.expect, rule.skip) {
        (Expectation::Hardware, _) => Verdict::InHardware { count: 1 },
        (Expectation::Software, Skip::SkipSw) => Verdict::Refused { reasons: reasons() },
        (Expectation::Software | Expectation::Unknown, _) => Verdict::SoftwareOnly { reasons: reasons() },
    }
}

fn wrap(line: &RuleLine, op: &'static str, error: Error) -> Error {
    error.within(op, super::report::place_of(line))
}

impl RuleReport {
    fn new(
        line: &RuleLine,
        change: Change,
        id: Option<RuleId>,
        verdict: Verdict,
        prediction: Prediction,
    ) -> Self {
        let RuleLine { rule, line, group, .. } = line;
        Self { rule: rule.clone(), line: *line, group: group.clone(), change, id, verdict, prediction }
    }
}
