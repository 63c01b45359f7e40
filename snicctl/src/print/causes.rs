//! Where rules ended up and why, grouped by cause: what someone reads whose rule is not in hardware.

use std::collections::HashMap;
use std::io::{self, Write};

use smartnic::adapter::{Expectation, Prediction};
use smartnic::flow::{Change, Explanation, Reason, Rule, RuleReport, Source, Verdict};

use super::{Paint, Style};
use crate::rules;

/// How many rules of a cause are shown unless all are asked for.
const EXAMPLES: usize = 3;

/// One rule with what was expected of it and what became of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Judged<'a> {
    rule: &'a Rule,
    line: usize,
    prediction: &'a Prediction,
    verdict: Option<&'a Verdict>,
    note: Option<&'static str>,
}

impl<'a> Judged<'a> {
    /// A rule that was applied; of a dry run there is only the prediction.
    pub(crate) fn applied(report: &'a RuleReport, dry_run: bool) -> Self {
        let RuleReport { rule, line, verdict, prediction, change, .. } = report;
        let tried = !dry_run || *change == Change::Failed;
        Self { rule, line: *line, prediction, verdict: tried.then_some(verdict), note: None }
    }

    /// A rule that was explained.
    pub(crate) fn explained(explained: &'a Explanation) -> Self {
        let Explanation { line, prediction, verdict, note, .. } = explained;
        Self { rule: &line.rule, line: line.line, prediction, verdict: verdict.as_ref(), note: *note }
    }
}

/// What became of a rule, in the order in which it is printed: what asks for attention comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Place {
    Refused,
    Software,
    /// Nothing was seen of it: it is not there, or nothing was done.
    Unseen,
    Hardware,
}

impl Judged<'_> {
    fn place(&self) -> Place {
        match self.verdict {
            Some(Verdict::Refused { .. }) => Place::Refused,
            Some(Verdict::SoftwareOnly { .. }) => Place::Software,
            Some(Verdict::InHardware { .. }) => Place::Hardware,
            None => Place::Unseen,
        }
    }

    /// Why it is not in hardware; for a rule that is, or that is not there, what the adapter has against it.
    fn reasons(&self) -> &[Reason] {
        match self.verdict {
            Some(verdict) if !verdict.is_in_hardware() => verdict.reasons(),
            _ => &self.prediction.reasons,
        }
    }

    /// True if there is nothing to explain.
    fn is_well(&self) -> bool {
        self.prediction.expect == Expectation::Hardware && self.verdict.is_none_or(Verdict::is_in_hardware)
    }
}

/// Rules that ended up in the same place for the same reasons.
#[derive(Debug)]
struct Cause<'a> {
    place: Place,
    expect: Expectation,
    reasons: &'a [Reason],
    rules: Vec<&'a Judged<'a>>,
}

fn group<'a>(judged: &'a [Judged<'a>], all: bool) -> Vec<Cause<'a>> {
    let mut causes: Vec<Cause<'a>> = Vec::new();
    let mut known = HashMap::new();
    for one in judged.iter().filter(|one| all || !one.is_well()) {
        let (place, expect, reasons) = (one.place(), one.prediction.expect, one.reasons());
        let at = *known.entry((place, expect, reasons)).or_insert_with(|| {
            causes.push(Cause { place, expect, reasons, rules: Vec::new() });
            causes.len() - 1
        });
        causes[at].rules.push(one);
    }
    // The sort is stable: equal causes stay in the order of the file.
    causes.sort_by_key(|cause| (cause.place, std::cmp::Reverse(cause.rules.len())));
    causes
}

impl Cause<'_> {
    fn heading(&self) -> String {
        let count = self.rules.len();
        let rules = if count == 1 { "rule" } else { "rules" };
        let place = match self.place {
            Place::Refused => "refused",
            Place::Software => "in software only",
            Place::Hardware => "in hardware",
            Place::Unseen => {
                return match self.expect {
                    Expectation::Hardware => format!("{count} {rules}, the adapter predicts: in hardware"),
                    Expectation::Software => {
                        format!("{count} {rules}, the adapter predicts: not in hardware")
                    }
                    Expectation::Unknown => format!("{count} {rules}, the adapter cannot tell"),
                };
            }
        };
        let foreseen = match (self.expect, self.place == Place::Hardware) {
            (Expectation::Unknown, _) => "the adapter could not tell",
            (Expectation::Hardware, true) | (Expectation::Software, false) => "as the adapter predicts",
            (Expectation::Hardware, false) => "but the adapter predicts: in hardware",
            (Expectation::Software, true) => "but the adapter predicts: not in hardware",
        };
        format!("{count} {rules} {place}, {foreseen}")
    }

    fn style(&self) -> Style {
        match (self.place, self.expect) {
            (Place::Refused, _) => Style::Red,
            (Place::Hardware, Expectation::Hardware) => Style::Green,
            (Place::Unseen, Expectation::Hardware) => Style::Plain,
            _ => Style::Yellow,
        }
    }

    fn print(&self, out: &mut dyn Write, paint: Paint, all: bool) -> io::Result<()> {
        writeln!(out, "{}", paint.apply(self.style(), &self.heading()))?;
        // What an adapter has against a rule that is in hardware is no reason but a warning.
        let label = if self.place == Place::Hardware { "warn" } else { "why " };
        for reason in self.reasons {
            writeln!(out, "  {label}  {}: {}", reason.source, reason.text)?;
            if let Some(hint) = &reason.hint {
                writeln!(out, "  try   {hint}")?;
            }
        }
        let mut notes: Vec<&str> = self.rules.iter().filter_map(|rule| rule.note).collect();
        notes.dedup();
        // How to read a driver's refusals helps only where the driver refused.
        let asked = |reason: &Reason| matches!(reason.source, Source::Rule | Source::Host);
        if matches!(self.place, Place::Refused | Place::Software) && !self.reasons.iter().any(asked) {
            notes.iter().try_for_each(|note| writeln!(out, "  note  {note}"))?;
        }
        let shown = if all { self.rules.len() } else { EXAMPLES };
        for rule in self.rules.iter().take(shown) {
            let line = match rule.line {
                0 => String::new(),
                line => format!("line {line}: "),
            };
            writeln!(out, "  rule  {line}{}", rules::words_of(rule.rule))?;
        }
        match self.rules.len().saturating_sub(shown) {
            0 => Ok(()),
            more => writeln!(out, "        and {more} more"),
        }
    }
}

/// True if there is anything to print: a rule that asks for attention, or any rule if `all` is set.
pub(crate) fn wanted(judged: &[Judged<'_>], all: bool) -> bool {
    judged.iter().any(|one| all || !one.is_well())
}

/// Prints the rules by cause; those of which all is well only if `all` is set.
pub(crate) fn print(judged: &[Judged<'_>], all: bool, out: &mut dyn Write, paint: Paint) -> io::Result<()> {
    let causes = group(judged, all);
    for (at, cause) in causes.iter().enumerate() {
        if at > 0 {
            writeln!(out)?;
        }
        cause.print(out, paint, all)?;
    }
    Ok(())
}
