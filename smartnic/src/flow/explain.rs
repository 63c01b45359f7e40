//! For each rule: what the adapter predicts, what the kernel did, and why.

use serde::Serialize;
use smartnic_core::adapter::Prediction;
use smartnic_core::flow::{Attach, FlowEntry, Verdict};

use super::apply::{apply_noted, remove_noted};
use super::diff::{Need, diff};
use super::journal::Journal;
use super::judge::Judge;
use super::options::ApplyOptions;
use super::recover::take_back;
use super::restore::restore;
use super::snapshot::Snapshot;
use super::undo::Undo;
use super::usage::on_cpu;
use super::{RuleLine, RuleSet};
use crate::turn::HostTurn;
use crate::{Host, Result};

/// What is known of one rule.
#[derive(Debug, Clone, Serialize)]
pub struct Explanation {
    /// The rule, with its line and group.
    #[serde(flatten)]
    pub line: RuleLine,
    /// What the adapter expects.
    pub prediction: Prediction,
    /// What the kernel did with it; `None` if it is not there.
    pub verdict: Option<Verdict>,
    /// Packets that the CPU handled by this rule; `None` if the rule is not there.
    pub cpu_packets: Option<u64>,
    /// Their bytes.
    pub cpu_bytes: Option<u64>,
    /// What helps to read the driver's refusals, if it is known for something (bnxt: reasons only in the kernel log).
    pub note: Option<&'static str>,
}

impl Explanation {
    fn new(
        line: RuleLine,
        prediction: Prediction,
        verdict: Option<Verdict>,
        note: Option<&'static str>,
    ) -> Self {
        Self { line, prediction, verdict, cpu_packets: None, cpu_bytes: None, note }
    }

    /// With what the CPU counted.
    fn counted(mut self, entry: Option<&FlowEntry>) -> Self {
        (self.cpu_packets, self.cpu_bytes) = entry.map(on_cpu).unzip();
        self
    }

    /// True if the adapter expected something else than what happened.
    #[must_use]
    pub fn is_surprise(&self) -> bool {
        let Some(verdict) = &self.verdict else { return false };
        match self.prediction.expect {
            smartnic_core::adapter::Expectation::Hardware => !verdict.is_in_hardware(),
            smartnic_core::adapter::Expectation::Software => verdict.is_in_hardware(),
            smartnic_core::adapter::Expectation::Unknown => false,
        }
    }
}

/// Explains rules from a file, whether they are on the host or not.
///
/// Without `probe` nothing is changed: rules that are not there have a prediction only, and the kernel's own words,
/// which it gives only when a rule is inserted, are not heard. With `probe` every rule is applied for a moment, and
/// the rules from before are put back.
///
/// # Errors
/// Those of reading the host, and with `probe` those of putting the earlier rules back, and `Locked` as
/// [`super::apply()`].
pub fn explain(host: &Host, rules: &RuleSet, probe: bool) -> Result<Vec<Explanation>> {
    let turn = probe.then(|| HostTurn::take(host)).transpose()?;
    if let Some(turn) = &turn {
        take_back(host, turn.journal())?;
    }
    let names = host.names()?;
    let mut resolved = Vec::with_capacity(rules.rules.len());
    let mut places: Vec<Attach> = Vec::new();
    for line in &rules.rules {
        let mut rule = line.rule.clone();
        names.resolve(&mut rule)?;
        if !places.contains(&rule.attach) {
            places.push(rule.attach.clone());
        }
        resolved.push(rule);
    }
    let before = Snapshot::read(host, &places)?;
    let judge = Judge::new(host, &places, &before.hooks)?;
    let (needs, _) = diff(&resolved, &before.entries);
    if let Some(turn) = turn {
        let ids = needs.iter().filter_map(Need::entry).collect();
        let undo = Undo::new(&places, Vec::new(), &resolved, &ids, &before);
        turn.journal().begin(&undo, &resolved.iter().collect::<Vec<_>>())?;
        let heard = probe_rules(host, rules, &judge);
        restore(host, &undo)?;
        turn.journal().end()?;
        return heard;
    }
    let by_id: std::collections::HashMap<_, _> =
        before.entries.iter().map(|entry| (entry.id(), entry)).collect();
    let explain_one = |(at, need): (usize, &Need)| {
        let prediction = judge.predict(&resolved[at]);
        let entry = match need {
            Need::Keep(id) => by_id.get(id).copied(),
            Need::Replace(_) | Need::Add => None,
        };
        let verdict =
            entry.map(|entry| Judge::verdict(Verdict::of(entry, Vec::new()), None, Vec::new(), &prediction));
        let note = judge.note(&resolved[at]);
        Explanation::new(rules.rules[at].clone(), prediction, verdict, note).counted(entry)
    };
    Ok(needs.iter().enumerate().map(explain_one).collect())
}

/// Rules that stand there keep silent about why; taken off and put on again they speak.
fn probe_rules(host: &Host, rules: &RuleSet, judge: &Judge) -> Result<Vec<Explanation>> {
    let quiet = ApplyOptions { keep_going: true, ..ApplyOptions::default() };
    remove_noted(host, rules, &quiet, Journal::NONE)?;
    let report = apply_noted(host, rules, &quiet, Journal::NONE)?;
    let names = host.names()?;
    let explain_one = |report: super::RuleReport| {
        let mut rule = report.rule.clone();
        // A rule whose link is unknown was refused for that already; it has no driver to ask.
        let note = names.resolve(&mut rule).ok().and_then(|()| judge.note(&rule));
        let line = RuleLine { rule: report.rule, group: report.group, line: report.line };
        Explanation::new(line, report.prediction, Some(report.verdict), note)
    };
    Ok(report.rules.into_iter().map(explain_one).collect())
}

/// Explains rules as they are on the host; the kernel's words of the time they were inserted are gone.
///
/// # Errors
/// Those of reading the host.
pub fn explain_entries(host: &Host, entries: &[FlowEntry]) -> Result<Vec<Explanation>> {
    let mut places: Vec<Attach> = Vec::new();
    for entry in entries {
        if !places.contains(&entry.rule.attach) {
            places.push(entry.rule.attach.clone());
        }
    }
    let judge = Judge::new(host, &places, &host.flow().hooks(None)?)?;
    let explain_one = |entry: &FlowEntry| {
        let prediction = judge.predict(&entry.rule);
        let verdict = Some(Judge::verdict(Verdict::of(entry, Vec::new()), None, Vec::new(), &prediction));
        let line = RuleLine { rule: entry.rule.clone(), group: None, line: 0 };
        Explanation::new(line, prediction, verdict, judge.note(&entry.rule)).counted(Some(entry))
    };
    Ok(entries.iter().map(explain_one).collect())
}
