use std::io;
use std::path::PathBuf;

use serde::Serialize;
use smartnic::Host;
use smartnic::adapter::Expectation;
use smartnic::flow::{
    Attach, Explanation, Netdev, NicUse, RuleSet, Verdict, explain, explain_entries, usage,
};

use super::place::PlaceArgs;
use super::recover;
use crate::print::causes::{self, Judged};
use crate::print::{Format, tc};
use crate::rules;
use crate::session::{Ending, Outcome, Session};

/// Why is my rule not in hardware?
///
/// Says for each rule what the vendor's adapter predicts, what the kernel did, and why, grouped by cause. Without a
/// file it explains the rules that are on the host. A driver gives its reason only when a rule is inserted, so rules
/// that are on the host already, or not yet, have the adapter's reasons only; with --probe the rules of the file are
/// inserted for a moment, the driver's words are heard, and the rules from before are put back.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    snicctl flow explain                      # the rules that are there\n  \
    snicctl flow explain --dev pf0vf0\n  \
    snicctl flow explain rules.tc             # a file, before it is applied\n  \
    snicctl flow explain rules.tc --probe     # and in the driver's own words\n  \
    snicctl -o tc flow explain rules.tc       # each rule with its verdict as a comment\n  \
    snicctl -o tc flow list | snicctl flow explain - --probe    # what is there, in its words")]
pub(crate) struct Args {
    /// The file, tc lines or YAML; - for standard input
    file: Option<PathBuf>,
    #[command(flatten)]
    place: PlaceArgs,
    /// Insert the rules for a moment to hear the driver's own words, then put back what was there
    #[arg(long, requires = "file")]
    probe: bool,
    /// Also show the rules that are in hardware as expected, and every rule of a cause
    #[arg(long)]
    all: bool,
}

pub(super) fn run(args: &Args, session: &mut Session) -> Outcome {
    let Args { file, place, probe, all } = args;
    // Before the host is there: `flow list | flow explain -` lets the one end before the other begins.
    let set = file.as_deref().map(rules::read).transpose()?;
    let host = recover::first(session, !*probe)?;
    let (explained, used) = match set {
        Some(mut set) => {
            only_at(&mut set, place, &host)?;
            (explain(&host, &set, *probe)?, Vec::new())
        }
        None => {
            let names = host.names()?;
            let entries = place.entries(&host)?;
            let mut explained = explain_entries(&host, &entries)?;
            explained.iter_mut().for_each(|one| names.put_names(&mut one.line.rule));
            (explained, usage(&host, &entries)?)
        }
    };
    match session.format() {
        Format::Table => people(&explained, &used, file.is_some() && !probe, *all, session)?,
        Format::Json | Format::Yaml => {
            let objects: Vec<Object<'_>> = explained
                .iter()
                .map(|one| Object { surprise: one.is_surprise(), explanation: one })
                .collect();
            session.data(&objects)?;
        }
        Format::Tc | Format::Dot => {
            let names = host.names()?;
            for one in &explained {
                tc::judged_line(
                    session.out(),
                    &names,
                    &one.line.rule,
                    one.verdict.as_ref(),
                    &one.prediction,
                )?;
            }
        }
    }
    Ok(Ending::Done)
}

/// An explanation as JSON.
#[derive(Serialize)]
struct Object<'a> {
    #[serde(flatten)]
    explanation: &'a Explanation,
    /// True if the adapter expected something else than what happened.
    surprise: bool,
}

/// Leaves only the rules that stand at the place.
fn only_at(set: &mut RuleSet, place: &PlaceArgs, host: &Host) -> Result<(), smartnic::Error> {
    let places = place.places(host)?;
    let names = host.names()?;
    let numbered = |attach: &Attach| match attach {
        Attach::Dev { dev: Netdev::Name(name), side } => {
            names.index(name).map(|index| Attach::Dev { dev: index.into(), side: *side })
        }
        other => Ok(other.clone()),
    };
    let fits =
        |attach: &Attach| places.is_empty() || numbered(attach).is_ok_and(|attach| places.contains(&attach));
    set.rules
        .retain(|line| place.chain.is_none_or(|chain| line.rule.chain == chain) && fits(&line.rule.attach));
    Ok(())
}

fn people(
    explained: &[Explanation],
    used: &[NicUse],
    from_file: bool,
    all: bool,
    session: &mut Session,
) -> io::Result<()> {
    let paint = session.paint();
    session.say(summary(explained))?;
    for nic in used {
        session.say(used_line(nic))?;
    }
    let judged: Vec<Judged<'_>> = explained.iter().map(Judged::explained).collect();
    if causes::wanted(&judged, all) {
        session.say("")?;
        causes::print(&judged, all, session.out(), paint)?;
    }
    let unheard = explained.iter().any(|one| match &one.verdict {
        Some(verdict) => !verdict.is_in_hardware(),
        None => true,
    });
    if from_file && unheard {
        session.say("\nThe driver's own words are heard with --probe.")?;
    }
    Ok(())
}

/// A NIC in one line: what it holds, and what it leaves to the CPU.
fn used_line(nic: &NicUse) -> String {
    let NicUse { nic, adapter, mode, in_hardware, software_only, cpu_packets, cpu_bytes } = nic;
    let mode = mode.map(|mode| format!(", {mode}")).unwrap_or_default();
    let mut line =
        format!("  {nic} ({adapter}{mode}): {in_hardware} in hardware, {software_only} in software only");
    if *software_only > 0 {
        line += &format!("; the CPU handled {cpu_packets} packets ({cpu_bytes} bytes) by these");
    }
    line
}

fn expects_hardware(one: &Explanation) -> bool {
    one.prediction.expect == Expectation::Hardware
}

fn summary(explained: &[Explanation]) -> String {
    let count = |test: fn(&Explanation) -> bool| explained.iter().filter(|one| test(one)).count();
    let parts = [
        (count(|one| one.verdict.as_ref().is_some_and(Verdict::is_in_hardware)), "in hardware"),
        (count(|one| matches!(one.verdict, Some(Verdict::SoftwareOnly { .. }))), "in software only"),
        (count(|one| matches!(one.verdict, Some(Verdict::Refused { .. }))), "refused"),
        (count(|one| one.verdict.is_none()), "not there"),
        (count(|one| one.verdict.is_none() && expects_hardware(one)), "of these expected in hardware"),
        (count(Explanation::is_surprise), "other than the adapter predicts"),
    ];
    let total = explained.len();
    let rules = if total == 1 { "rule" } else { "rules" };
    let told: Vec<String> = parts
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    match told.is_empty() {
        true => "no rules".to_owned(),
        false => format!("{total} {rules}: {}", told.join(", ")),
    }
}
