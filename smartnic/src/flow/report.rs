use serde::Serialize;
use smartnic_core::adapter::{Expectation, Prediction};
use smartnic_core::flow::{Rule, RuleId, Verdict};

use super::recover::Recovery;

/// What was done about a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// It was not there and is now.
    Added,
    /// It took the place of another.
    Replaced,
    /// It was there already.
    Kept,
    /// It was taken off.
    Removed,
    /// It could not be brought there.
    Failed,
}

/// What became of one rule.
#[derive(Debug, Clone, Serialize)]
pub struct RuleReport {
    /// The rule as it was wanted.
    pub rule: Rule,
    /// The line it stands on in its file, counted from 1; 0 if it came from elsewhere.
    pub line: usize,
    /// The group it belongs to, if its file has groups.
    pub group: Option<String>,
    /// What was done about it.
    pub change: Change,
    /// Its identity in the kernel, if it is there.
    pub id: Option<RuleId>,
    /// Where it ended up, and why.
    #[serde(flatten)]
    pub verdict: Verdict,
    /// What the adapter expected.
    pub prediction: Prediction,
}

impl RuleReport {
    /// True if the adapter expected something else than what happened.
    #[must_use]
    pub fn is_surprise(&self) -> bool {
        match self.prediction.expect {
            Expectation::Hardware => !self.verdict.is_in_hardware(),
            Expectation::Software => self.verdict.is_in_hardware(),
            Expectation::Unknown => false,
        }
    }
}

/// How many rules ended up where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Counts {
    /// Rules in hardware.
    pub in_hardware: usize,
    /// Rules in software only.
    pub software_only: usize,
    /// Rules that were refused.
    pub refused: usize,
}

impl Counts {
    /// Counts one more verdict.
    pub fn add(&mut self, verdict: &Verdict) {
        match verdict {
            Verdict::InHardware { .. } => self.in_hardware += 1,
            Verdict::SoftwareOnly { .. } => self.software_only += 1,
            Verdict::Refused { .. } => self.refused += 1,
        }
    }
}

/// What an [`super::apply()`] or [`super::remove()`] did.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Report {
    /// Each rule of the set, in its order.
    pub rules: Vec<RuleReport>,
    /// Rules that were there and are gone because the set does not name them (`prune`).
    pub pruned: Vec<RuleId>,
    /// How many `clsact` hooks had to be added.
    pub hooks_added: usize,
    /// An earlier change that had not come to its end, and was taken back first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recovered: Option<Recovery>,
}

impl Report {
    /// How many rules met a change.
    #[must_use]
    pub fn count(&self, change: Change) -> usize {
        self.rules.iter().filter(|rule| rule.change == change).count()
    }

    /// True if nothing was changed on the host.
    #[must_use]
    pub fn is_unchanged(&self) -> bool {
        let idle = |change| matches!(change, Change::Kept | Change::Failed);
        self.hooks_added == 0 && self.pruned.is_empty() && self.rules.iter().all(|rule| idle(rule.change))
    }

    /// How many rules ended up where, in all.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        self.rules.iter().for_each(|rule| counts.add(&rule.verdict));
        counts
    }

    /// How many rules ended up where, by group in the order of the file; rules without a group come under "".
    #[must_use]
    pub fn groups(&self) -> Vec<(&str, Counts)> {
        let mut groups: Vec<(&str, Counts)> = Vec::new();
        for rule in &self.rules {
            let name = rule.group.as_deref().unwrap_or("");
            let at = groups.iter().position(|(known, _)| *known == name).unwrap_or_else(|| {
                groups.push((name, Counts::default()));
                groups.len() - 1
            });
            groups[at].1.add(&rule.verdict);
        }
        groups
    }
}

/// A rule with its line, as errors name it.
pub(crate) fn place_of(line: &super::RuleLine) -> String {
    match line.line {
        0 => line.rule.to_string(),
        number => format!("line {number}: {}", line.rule),
    }
}
