//! The work of applying rules: what is wanted in the kernel's terms, the changes, and what came of them.

use std::mem::take;

use smartnic_core::adapter::{Expectation, Prediction};
use smartnic_core::backend::{FlowOp, Hook, Outcome};
use smartnic_core::flow::{Attach, Classifier, Reason, Rule, RuleId, Skip, Source, Verdict};

use super::diff::Need;
use super::ear::{self, Ear, Heard};
use super::handles;
use super::judge::Judge;
use super::options::ApplyOptions;
use super::report::{Change, Report, RuleReport, place_of};
use super::snapshot::{Snapshot, hook_at};
use super::undo::Undo;
use super::{RuleLine, RuleSet};
use crate::text::tc::HookLine;
use crate::{Error, ErrorKind, Extack, Host, Result};

/// Rules with numbers for links, and the places they stand at.
pub(super) struct Work<'a> {
    pub(super) lines: Vec<&'a RuleLine>,
    pub(super) rules: Vec<Rule>,
    pub(super) places: Vec<Attach>,
    /// Hooks that the set names itself.
    hooks: Vec<Hook>,
    /// Rules that cannot even be tried, with the reason.
    pub(super) hopeless: Vec<(&'a RuleLine, Error)>,
}

/// What the kernel said of a rule that went in, or why it did not, and what a driver wrote into the log meanwhile.
pub(super) type Note = (Result<Option<Extack>>, Vec<Reason>);

/// What was changed: the text that came with each rule, or its failure, and how many hooks were added.
pub(super) struct Done {
    pub(super) notes: Vec<Note>,
    pub(super) hooks_added: usize,
}

impl<'a> Work<'a> {
    pub(super) fn prepare(host: &Host, set: &'a RuleSet, keep_going: bool) -> Result<Self> {
        let names = host.names()?;
        let mut work = Self {
            lines: Vec::with_capacity(set.rules.len()),
            rules: Vec::with_capacity(set.rules.len()),
            places: Vec::new(),
            hooks: set.hooks.iter().map(|line| hook_of(&names, line)).collect::<Result<_>>()?,
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
                    work.rules.push(rule);
                }
                Err(error) if keep_going => work.hopeless.push((line, error)),
                Err(error) => return Err(wrap(line, "apply flow rules", error)),
            }
        }
        Ok(work)
    }

    /// Sets aside the rules on blocks that no link shares and that the set does not give to one.
    ///
    /// # Errors
    /// `NotFound` for the first such rule, unless the others are to be applied.
    pub(super) fn check_blocks(&mut self, there: &[Hook], keep_going: bool) -> Result<()> {
        let is_missing = |place: &Attach| {
            let shared = hook_at(there, place).is_some() || hook_at(&self.hooks, place).is_some();
            matches!(place, Attach::Block(_)) && !shared
        };
        let missing: Vec<Attach> = self.places.iter().filter(|place| is_missing(place)).cloned().collect();
        if missing.is_empty() {
            return Ok(());
        }
        self.places.retain(|place| !missing.contains(place));
        for (line, rule) in take(&mut self.lines).into_iter().zip(take(&mut self.rules)) {
            if !missing.contains(&rule.attach) {
                self.lines.push(line);
                self.rules.push(rule);
                continue;
            }
            let error = Error::new(ErrorKind::NotFound, "find a shared block")
                .on(&rule.attach)
                .reason(format!("no qdisc shares {}", rule.attach))
                .hint("make one: tc qdisc add dev DEV ingress_block N clsact");
            match keep_going {
                true => self.hopeless.push((line, error)),
                false => return Err(wrap(line, "apply flow rules", error)),
            }
        }
        Ok(())
    }

    pub(super) fn change(
        &mut self,
        host: &Host,
        needs: &[Need],
        doomed: &[RuleId],
        before: &Snapshot,
        options: &ApplyOptions,
    ) -> Result<Done> {
        let hooks_added = self.add_hooks(host, &before.hooks)?;
        let ear = Ear::open(host)?;
        if ear.is_none() {
            let added = needs.iter().enumerate().filter(|(_, need)| **need == Need::Add).map(|(at, _)| at);
            for (at, handle) in handles::choose(&self.rules, added, &before.entries) {
                self.rules[at].handle = Some(handle);
            }
        }
        let replacing = self.replacing(needs);
        let (ops, owners) = self.ops(needs, doomed, &replacing);
        let mut heard = ear::submit(host, &ops, !options.keep_going, ear)?;
        let again = self.without_handles(&heard, &owners);
        if !again.is_empty() {
            let (ops, _) = self.ops(needs, doomed, &replacing);
            let ops: Vec<FlowOp<'_>> = again.iter().map(|at| ops[*at]).collect();
            for (at, said) in again.into_iter().zip(ear::submit(host, &ops, !options.keep_going, None)?) {
                heard[at] = said;
            }
        }
        let mut notes: Vec<Note> = needs.iter().map(|_| (Ok(None), Vec::new())).collect();
        for (Heard { outcome, log }, owner) in heard.into_iter().zip(owners) {
            match (outcome, owner) {
                (Outcome::Done(note), Some(at)) => notes[at] = (Ok(note), log),
                (Outcome::Failed(error), Some(at)) if options.keep_going => notes[at] = (Err(error), log),
                (Outcome::Failed(error), Some(at)) => {
                    let error = match log.last() {
                        Some(said) => error.hint(said.to_string()),
                        None => error,
                    };
                    return Err(wrap(self.lines[at], "apply flow rules", error));
                }
                (Outcome::Failed(error), None) if !options.keep_going => return Err(error),
                _ => {}
            }
        }
        Ok(Done { notes, hooks_added })
    }

    /// The rules that replace others. Each must name the other, as the kernel knows rules by prio and handle.
    fn replacing(&self, needs: &[Need]) -> Vec<Rule> {
        let replacing = needs.iter().zip(&self.rules).filter_map(|(need, rule)| match need {
            Need::Replace(id) => Some(Rule { prio: id.prio, handle: Some(id.handle), ..rule.clone() }),
            _ => None,
        });
        replacing.collect()
    }

    /// The changes, and for which rule each is.
    fn ops<'b>(
        &'b self,
        needs: &'b [Need],
        doomed: &'b [RuleId],
        replacing: &'b [Rule],
    ) -> (Vec<FlowOp<'b>>, Vec<Option<usize>>) {
        let mut replacing = replacing.iter();
        let mut ops: Vec<FlowOp<'_>> = doomed.iter().map(FlowOp::Delete).collect();
        let mut owners: Vec<Option<usize>> = vec![None; doomed.len()];
        for (at, need) in needs.iter().enumerate() {
            let target = if matches!(need, Need::Replace(_)) { replacing.next() } else { None };
            match (need, target) {
                (Need::Add, _) => ops.push(FlowOp::Add(&self.rules[at])),
                // Nothing takes the place of a rule that every packet meets (`mall_change`).
                (Need::Replace(id), Some(target)) if target.classifier == Classifier::Matchall => {
                    ops.push(FlowOp::Delete(id));
                    owners.push(None);
                    ops.push(FlowOp::Add(target));
                }
                (Need::Replace(_), Some(target)) => ops.push(FlowOp::Replace(target)),
                _ => continue,
            }
            owners.push(Some(at));
        }
        (ops, owners)
    }

    /// If somebody else took a handle that was chosen here, leaves it to the kernel after all, and says which changes
    /// are to be tried again: the refused ones, and those that were not tried for their sake.
    fn without_handles(&mut self, heard: &[Heard], owners: &[Option<usize>]) -> Vec<usize> {
        let chosen = |owner: Option<usize>| {
            owner.filter(|at| self.lines[*at].rule.handle.is_none() && self.rules[*at].handle.is_some())
        };
        let is_taken = |(said, owner): (&Heard, &Option<usize>)| {
            let exists =
                matches!(&said.outcome, Outcome::Failed(error) if error.kind() == ErrorKind::AlreadyExists);
            exists && chosen(*owner).is_some()
        };
        if !heard.iter().zip(owners).any(is_taken) {
            return Vec::new();
        }
        let is_open = |at: &usize| {
            matches!(heard[*at].outcome, Outcome::NotTried) || is_taken((&heard[*at], &owners[*at]))
        };
        let again: Vec<usize> = (0..heard.len()).filter(is_open).collect();
        let rules: Vec<usize> = again.iter().filter_map(|at| chosen(owners[*at])).collect();
        rules.into_iter().for_each(|at| self.rules[at].handle = None);
        again
    }

    /// The rules that are to be added.
    pub(super) fn added<'b>(&'b self, needs: &'b [Need]) -> impl Iterator<Item = &'b Rule> {
        needs.iter().zip(&self.rules).filter(|(need, _)| **need == Need::Add).map(|(_, rule)| rule)
    }

    /// What must be known to take the changes back.
    pub(super) fn undo(&self, needs: &[Need], doomed: &[RuleId], before: &Snapshot) -> Undo {
        let replaced = needs.iter().filter_map(|need| match need {
            Need::Replace(id) => Some(id),
            Need::Keep(_) | Need::Add => None,
        });
        let links = self.hooks.iter().map(|hook| hook.link).collect();
        Undo::new(&self.places, links, self.added(needs), &replaced.chain(doomed).collect(), before)
    }

    /// Adds the hooks that are missing: those that the set names, then a `clsact` qdisc where there is none.
    fn add_hooks(&self, host: &Host, there: &[Hook]) -> Result<usize> {
        let mut all = there.to_vec();
        let mut add = |hook: Hook| {
            host.flow().add_hook(&hook)?;
            all.push(hook);
            Ok(all.len() - there.len())
        };
        let mut added = 0;
        for hook in &self.hooks {
            match there.iter().find(|other| other.link == hook.link) {
                Some(other) if other == hook => {}
                Some(_) => {
                    return Err(Error::new(ErrorKind::AlreadyExists, "add a hook")
                        .on(format_args!("ifindex {}", hook.link))
                        .reason("the link has another clsact or ingress qdisc, or one with other blocks")
                        .hint("remove it first: tc qdisc del dev DEV clsact"));
                }
                None => added = add(*hook)?,
            }
        }
        for place in &self.places {
            let named = hook_at(&self.hooks, place).is_some();
            match place {
                _ if named || hook_at(there, place).is_some() => {}
                Attach::Dev { dev, .. } => {
                    let hook = Hook::clsact(dev.index()?);
                    let twice = self
                        .places
                        .iter()
                        .take_while(|other| *other != place)
                        .any(|other| other.dev() == Some(dev));
                    if !twice {
                        added = add(hook)?;
                    }
                }
                // A block that nobody shares was met before.
                Attach::Block(_) => {}
            }
        }
        Ok(added)
    }

    pub(super) fn forecast(&self, needs: &[Need], doomed: &[RuleId], judge: &Judge) -> Report {
        let rules = Vec::with_capacity(self.rules.len() + self.hopeless.len());
        let mut report = Report { rules, pruned: doomed.to_vec(), ..Report::default() };
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

    /// Puts the rules that could not be tried among those of the report, in the order of the set.
    pub(super) fn add_hopeless(&self, report: &mut Report) {
        if self.hopeless.is_empty() {
            return;
        }
        // The lines of a set lie one after the other. The numbers that they have tell nothing: rules that come from no text
        // have none, and those of several texts have the same.
        let place = |line: &RuleLine| std::ptr::from_ref(line).addr();
        let hopeless = self.hopeless.iter().map(|(line, error)| {
            let prediction = Prediction::unknown(Reason::new(Source::Rule, error.why()));
            let verdict = Judge::refused(error, Vec::new(), &Prediction::from_reasons(Vec::new()));
            (place(line), RuleReport::new(line, Change::Failed, None, verdict, prediction))
        });
        let tried = self.lines.iter().map(|line| place(line)).zip(take(&mut report.rules));
        let mut all: Vec<_> = tried.chain(hopeless).collect();
        all.sort_by_key(|(place, _)| *place);
        report.rules = all.into_iter().map(|(_, rule)| rule).collect();
    }

    pub(super) fn line(
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
pub(super) fn forecast(rule: &Rule, prediction: &Prediction) -> Verdict {
    let reasons = || prediction.reasons.clone();
    match (prediction.expect, rule.skip) {
        (Expectation::Hardware, _) => Verdict::InHardware { count: 1 },
        (Expectation::Software, Skip::SkipSw) => Verdict::Refused { reasons: reasons() },
        (Expectation::Software | Expectation::Unknown, _) => Verdict::SoftwareOnly { reasons: reasons() },
    }
}

pub(super) fn wrap(line: &RuleLine, op: &'static str, error: Error) -> Error {
    error.within(op, place_of(line))
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

fn hook_of(names: &crate::names::Names, line: &HookLine) -> Result<Hook> {
    let link = match &line.dev {
        smartnic_core::flow::Netdev::Index(index) => *index,
        smartnic_core::flow::Netdev::Name(name) => names.index(name)?,
    };
    Ok(Hook { link, kind: line.kind, ingress_block: line.ingress_block, egress_block: line.egress_block })
}
