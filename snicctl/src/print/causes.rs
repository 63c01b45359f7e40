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
    /// Packets and bytes that the CPU handled by it.
    on_cpu: (u64, u64),
}

impl<'a> Judged<'a> {
    /// A rule that was applied; of a dry run there is only the prediction.
    pub(crate) fn applied(report: &'a RuleReport, dry_run: bool) -> Self {
        let RuleReport { rule, line, verdict, prediction, change, .. } = report;
        let tried = !dry_run || *change == Change::Failed;
        Self { rule, line: *line, prediction, verdict: tried.then_some(verdict), note: None, on_cpu: (0, 0) }
    }

    /// A rule that was explained.
    pub(crate) fn explained(explained: &'a Explanation) -> Self {
        let Explanation { line, prediction, verdict, note, cpu_packets, cpu_bytes } = explained;
        let on_cpu = (cpu_packets.unwrap_or(0), cpu_bytes.unwrap_or(0));
        Self { rule: &line.rule, line: line.line, prediction, verdict: verdict.as_ref(), note: *note, on_cpu }
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
    /// With [`LINK`] where a link is named.
    reasons: Vec<Reason>,
    rules: Vec<&'a Judged<'a>>,
}

/// Stands for the link that a reason is about, so that the same cause on many links is one.
const LINK: &str = "\u{1}";

/// The reason with [`LINK`] in place of the link's name.
fn general(reason: &Reason) -> Reason {
    let Some(link) = &reason.link else { return reason.clone() };
    let put = |text: &str| text.replace(link.as_str(), LINK);
    Reason { text: put(&reason.text), hint: reason.hint.as_deref().map(put), link: None, ..reason.clone() }
}

fn group<'a>(judged: &'a [Judged<'a>], all: bool) -> Vec<Cause<'a>> {
    let mut causes: Vec<Cause<'a>> = Vec::new();
    let mut known = HashMap::new();
    for one in judged.iter().filter(|one| all || !one.is_well()) {
        let (place, expect) = (one.place(), one.prediction.expect);
        let reasons: Vec<Reason> = one.reasons().iter().map(general).collect();
        let at = *known.entry((place, expect, reasons.clone())).or_insert_with(|| {
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
    /// The links that its reasons are about.
    fn links(&self) -> Vec<&str> {
        let reasons = self.rules.iter().flat_map(|rule| rule.reasons());
        let mut links: Vec<&str> = reasons.filter_map(|reason| reason.link.as_deref()).collect();
        links.sort_unstable();
        links.dedup();
        links
    }

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
        let links = self.links();
        for reason in &self.reasons {
            writeln!(out, "  {label}  {}: {}", reason.source, reason.text.replace(LINK, &links.join(", ")))?;
            match (&reason.hint, &links[..]) {
                (None, _) => {}
                (Some(hint), [_, _, ..]) if hint.contains(LINK) => {
                    let (what, command) = hint.split_once(": ").unwrap_or(("do", hint));
                    let command = command.replace(LINK, "$dev");
                    writeln!(out, "  try   {what}: for dev in {}; do {command}; done", links.join(" "))?;
                }
                (Some(hint), links) => {
                    writeln!(
                        out,
                        "  try   {}",
                        hint.replace(LINK, links.first().map_or("DEV", |link| link))
                    )?;
                }
            }
        }
        let mut notes: Vec<&str> = self.rules.iter().filter_map(|rule| rule.note).collect();
        notes.dedup();
        // How to read a driver's refusals helps only where the driver refused.
        let asked = |reason: &Reason| matches!(reason.source, Source::Rule | Source::Host);
        if matches!(self.place, Place::Refused | Place::Software) && !self.reasons.iter().any(asked) {
            notes.iter().try_for_each(|note| writeln!(out, "  note  {note}"))?;
        }
        let sum = |(packets, bytes): (u64, u64), rule: &&Judged<'_>| {
            (packets + rule.on_cpu.0, bytes + rule.on_cpu.1)
        };
        let (packets, bytes) = self.rules.iter().fold((0, 0), sum);
        if packets > 0 && self.place == Place::Software {
            writeln!(out, "  cost  {packets} packets ({bytes} bytes) went through the CPU")?;
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
