//! What applying or removing rules did.

use serde::Serialize;
use smartnic::Host;
use smartnic::adapter::Expectation;
use smartnic::flow::{Change, Counts, Report, RuleReport, Verdict};

use super::causes::{self, Judged};
use super::{Align, Cell, Format, Style, Table, tc};
use crate::rules;
use crate::session::{Failure, Session};

/// How many removed rules are named one by one.
const NAMED: usize = 10;

/// A report as JSON: the sums, then rule by rule.
#[derive(Serialize)]
struct ReportObject<'a> {
    dry_run: bool,
    summary: Summary,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    groups: Vec<Group<'a>>,
    #[serde(flatten)]
    report: &'a Report,
}

#[derive(Serialize)]
struct Summary {
    added: usize,
    replaced: usize,
    kept: usize,
    removed: usize,
    failed: usize,
    #[serde(flatten)]
    counts: Counts,
    /// Rules of which the adapter expected something else.
    surprises: usize,
}

#[derive(Serialize)]
struct Group<'a> {
    group: &'a str,
    #[serde(flatten)]
    counts: Counts,
}

impl Summary {
    fn of(report: &Report) -> Self {
        Self {
            added: report.count(Change::Added),
            replaced: report.count(Change::Replaced),
            kept: report.count(Change::Kept),
            removed: report.count(Change::Removed) + report.pruned.len(),
            failed: report.count(Change::Failed),
            counts: report.counts(),
            surprises: report.rules.iter().filter(|rule| rule.is_surprise()).count(),
        }
    }
}

/// Prints a report: the verdicts by group, what is not in hardware and why, and a summary.
pub(crate) fn print(
    session: &mut Session,
    host: &Host,
    report: &Report,
    dry_run: bool,
) -> Result<(), Failure> {
    match session.format() {
        Format::Json | Format::Yaml => {
            let groups = report.groups().into_iter();
            let object = ReportObject {
                dry_run,
                summary: Summary::of(report),
                groups: groups
                    .filter(|(group, _)| !group.is_empty())
                    .map(|(group, counts)| Group { group, counts })
                    .collect(),
                report,
            };
            session.data(&object)?;
        }
        Format::Tc | Format::Dot => {
            let names = host.names()?;
            for RuleReport { rule, verdict, prediction, .. } in &report.rules {
                let verdict = (!dry_run).then_some(verdict);
                tc::judged_line(session.out(), &names, rule, verdict, prediction)?;
            }
        }
        Format::Table => people(session, host, report, dry_run)?,
    }
    Ok(())
}

fn people(session: &mut Session, host: &Host, report: &Report, dry_run: bool) -> Result<(), Failure> {
    if !session.talks() {
        return Ok(());
    }
    if report.rules.iter().any(|rule| rule.group.is_some()) {
        session.table(&group_table(report, dry_run))?;
        writeln!(session.out())?;
    }
    let judged: Vec<Judged<'_>> = report.rules.iter().map(|rule| Judged::applied(rule, dry_run)).collect();
    let paint = session.paint();
    if causes::wanted(&judged, false) {
        causes::print(&judged, false, session.out(), paint)?;
        writeln!(session.out())?;
    }
    if !report.pruned.is_empty() {
        let names = host.names()?;
        let would = if dry_run { "would be removed" } else { "removed" };
        for id in report.pruned.iter().take(NAMED) {
            session.say(format_args!("{would}: {}", rules::id_words(id, &names)))?;
        }
        if report.pruned.len() > NAMED {
            session.say(format_args!("{would}: {} more", report.pruned.len() - NAMED))?;
        }
    }
    session.say(summary(report, dry_run))?;
    Ok(())
}

/// The columns into which rules are counted: by verdict, or by prediction if nothing was done.
fn columns(dry_run: bool) -> [(&'static str, &'static str, Style); 3] {
    match dry_run {
        false => [
            ("IN HARDWARE", "in hardware", Style::Green),
            ("SOFTWARE ONLY", "in software only", Style::Yellow),
            ("REFUSED", "refused", Style::Red),
        ],
        true => [
            ("IN HARDWARE", "in hardware", Style::Green),
            ("NOT IN HARDWARE", "not in hardware", Style::Yellow),
            ("UNKNOWN", "unknown", Style::Plain),
        ],
    }
}

/// The column that a rule is counted in.
fn column(rule: &RuleReport, dry_run: bool) -> usize {
    match (dry_run, &rule.verdict, rule.prediction.expect) {
        (false, Verdict::InHardware { .. }, _) | (true, _, Expectation::Hardware) => 0,
        (false, Verdict::SoftwareOnly { .. }, _) | (true, _, Expectation::Software) => 1,
        (false, Verdict::Refused { .. }, _) | (true, _, Expectation::Unknown) => 2,
    }
}

fn group_table(report: &Report, dry_run: bool) -> Table {
    let columns = columns(dry_run);
    let mut heads = vec![("GROUP", Align::Left), ("RULES", Align::Right)];
    heads.extend(columns.iter().map(|(head, _, _)| (*head, Align::Right)));
    let mut table = Table::new(&heads);
    let mut row = |name: Cell, counts: [usize; 3]| {
        let mut cells = vec![name, Cell::new(counts.iter().sum::<usize>())];
        cells.extend(counts.iter().zip(columns).map(|(count, (_, _, style))| match count {
            0 => Cell::new(""),
            _ => Cell::new(count).style(style),
        }));
        table.row(cells);
    };
    let mut groups: Vec<(&str, [usize; 3])> = Vec::new();
    let mut total = [0; 3];
    for rule in &report.rules {
        let name = rule.group.as_deref().unwrap_or("(no group)");
        let at = groups.iter().position(|(known, _)| *known == name).unwrap_or_else(|| {
            groups.push((name, [0; 3]));
            groups.len() - 1
        });
        let column = column(rule, dry_run);
        groups[at].1[column] += 1;
        total[column] += 1;
    }
    for (name, counts) in groups {
        row(Cell::new(name), counts);
    }
    row(Cell::new("total").style(Style::Bold), total);
    table
}

/// All of it in one line.
fn summary(report: &Report, dry_run: bool) -> String {
    let Summary { added, replaced, kept, removed, failed, .. } = Summary::of(report);
    let total = report.rules.len() + report.pruned.len();
    let listed = |parts: &[(usize, &str)]| -> String {
        let parts = parts.iter().filter(|(count, _)| *count > 0);
        let told = parts.map(|(count, what)| match total {
            1 => (*what).to_owned(),
            _ => format!("{count} {what}"),
        });
        told.collect::<Vec<_>>().join(", ")
    };
    let changes = listed(&[
        (added, "added"),
        (replaced, "replaced"),
        (kept, "there already"),
        (removed, "removed"),
        (failed, "failed"),
    ]);
    let mut counts = [0; 3];
    report.rules.iter().for_each(|rule| counts[column(rule, dry_run)] += 1);
    let [first, second, third] = columns(dry_run).map(|(_, told, _)| told);
    let places = listed(&[(counts[0], first), (counts[1], second), (counts[2], third)]);
    let rules = if total == 1 { "rule" } else { "rules" };
    match (total, dry_run) {
        (0, _) => "no rules".to_owned(),
        (_, true) => {
            format!(
                "dry run, nothing was changed; {total} {rules}: {changes}; the adapter predicts: {places}"
            )
        }
        (_, false) if report.is_unchanged() && failed == 0 => {
            format!("{total} {rules}: {changes}; {places}; nothing was changed")
        }
        (_, false) if places.is_empty() => format!("{total} {rules}: {changes}"),
        (_, false) => format!("{total} {rules}: {changes}; {places}"),
    }
}

/// A verdict in its colour.
pub(crate) fn verdict_cell(verdict: &Verdict) -> Cell {
    let style = match verdict {
        Verdict::InHardware { .. } => Style::Green,
        Verdict::SoftwareOnly { .. } => Style::Yellow,
        Verdict::Refused { .. } => Style::Red,
    };
    Cell::new(verdict).style(style)
}
