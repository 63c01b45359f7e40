//! For each rule: what the adapter predicts, what the kernel did, and why.

use serde::Serialize;
use smartnic_core::adapter::Prediction;
use smartnic_core::flow::{Attach, FlowEntry, Verdict};

use super::apply::apply;
use super::diff::{Need, diff};
use super::judge::Judge;
use super::options::ApplyOptions;
use super::restore::{Touched, restore};
use super::snapshot::Snapshot;
use super::{RuleLine, RuleSet};
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
    /// What helps to read the driver's refusals, if it is known for something (bnxt: reasons only in the kernel log).
    pub note: Option<&'static str>,
}

impl Explanation {
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
/// Those of reading the host, and with `probe` those of putting the earlier rules back.
pub fn explain(host: &Host, rules: &RuleSet, probe: bool) -> Result<Vec<Explanation>> {
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
    if probe {
        let links = places.iter().filter_map(Attach::dev).filter_map(|dev| dev.index().ok()).collect();
        let ids = needs.iter().filter_map(Need::entry).cloned().collect();
        let touched = Touched { places: &places, links, wanted: &resolved, ids };
        return probe_rules(host, rules, &touched, &before, &judge);
    }
    let by_id: std::collections::HashMap<_, _> =
        before.entries.iter().map(|entry| (entry.id(), entry)).collect();
    let explain_one = |(at, need): (usize, &Need)| {
        let prediction = judge.predict(&resolved[at]);
        let verdict = match need {
            Need::Keep(id) => by_id.get(id).map(|entry| Judge::verdict(entry, None, &prediction)),
            Need::Replace(_) | Need::Add => None,
        };
        Explanation { line: rules.rules[at].clone(), note: judge.note(&resolved[at]), prediction, verdict }
    };
    Ok(needs.iter().enumerate().map(explain_one).collect())
}

fn probe_rules(
    host: &Host,
    rules: &RuleSet,
    touched: &Touched<'_>,
    before: &Snapshot,
    judge: &Judge,
) -> Result<Vec<Explanation>> {
    // Rules that stand there keep silent about why; taken off and put on again they speak.
    let quiet = ApplyOptions { keep_going: true, ..ApplyOptions::default() };
    let heard = super::apply::remove(host, rules, &quiet).and_then(|_| apply(host, rules, &quiet));
    restore(host, touched, before)?;
    let report = heard?;
    let names = host.names()?;
    let explain_one = |report: super::RuleReport| {
        let mut rule = report.rule.clone();
        // A rule whose link is unknown was refused for that already; it has no driver to ask.
        let note = names.resolve(&mut rule).ok().and_then(|()| judge.note(&rule));
        Explanation {
            note,
            line: RuleLine { rule: report.rule, group: report.group, line: report.line },
            prediction: report.prediction,
            verdict: Some(report.verdict),
        }
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
        let verdict = Some(Judge::verdict(entry, None, &prediction));
        let line = RuleLine { rule: entry.rule.clone(), group: None, line: 0 };
        Explanation { note: judge.note(&entry.rule), line, prediction, verdict }
    };
    Ok(entries.iter().map(explain_one).collect())
}
