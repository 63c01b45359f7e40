use std::path::PathBuf;

use smartnic::flow::{ApplyOptions, Rule, RuleSet, entries, remove};
use smartnic::text::tc::Selector;
use smartnic::{Error, ErrorKind, Host};

use super::place::PlaceArgs;
use super::recover;
use crate::print::{Format, report};
use crate::rules;
use crate::session::{Ending, Outcome, Session};

/// Remove rules
///
/// With keys behind `flower`, the rule with these keys is removed; its actions do not matter. Without keys, all rules
/// with the chain, priority, protocol and handle that are given are removed, as tc does. A file names its rules by
/// their keys; those that are not there are left out.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    snicctl flow del dev pf0vf0 ingress protocol ip pref 10 flower ip_proto tcp dst_port 80\n  \
    snicctl flow del dev pf0vf0 ingress protocol ip pref 10 handle 0x1 flower\n  \
    snicctl flow del dev pf0vf0 ingress pref 10\n  \
    snicctl flow del --file rules.tc\n  \
    snicctl flow del --all --dev pf0vf0 --side ingress --chain 3")]
pub(crate) struct Args {
    /// The rule, as tc takes it behind `filter del`
    #[arg(value_name = "WORD", required_unless_present_any = ["file", "all"])]
    words: Vec<String>,
    /// Remove the rules of a file (tc lines or YAML; - for standard input); those that are not there are left out
    #[arg(long, value_name = "FILE", conflicts_with_all = ["words", "all"])]
    file: Option<PathBuf>,
    /// Remove every rule at the place that --dev or --block names
    #[arg(long, conflicts_with = "words")]
    all: bool,
    #[command(flatten)]
    place: PlaceArgs,
    /// Change nothing; say what would be removed
    #[arg(long)]
    dry_run: bool,
}

pub(super) fn run(args: &Args, session: &mut Session) -> Outcome {
    let Args { words, file, all, place, dry_run } = args;
    if *all && place.is_everywhere() {
        return Err(Error::invalid("remove flow rules", "--all needs the place")
            .hint("name it: --dev LINK or --block N")
            .into());
    }
    if !*all && (!place.is_everywhere() || place.chain.is_some()) {
        return Err(Error::invalid("remove flow rules", "--dev, --block and --chain go with --all")
            .hint("the words of a rule name its place themselves: dev LINK ingress …")
            .into());
    }
    let host = recover::first(session, *dry_run)?;
    let set = match file {
        Some(path) => rules::read(path)?,
        None if *all => standing(&host, place)?,
        None => match rules::selector(words)? {
            Some(selector) => selected(&host, &selector)?,
            None => rules::from_words(words)?,
        },
    };
    let options = ApplyOptions { dry_run: *dry_run, ..ApplyOptions::default() };
    let done = remove(&host, &set, &options)?;
    let absent = set.rules.len() - done.rules.len();
    if !words.is_empty() && done.rules.is_empty() {
        return Err(Error::new(ErrorKind::NotFound, "remove a flow rule")
            .on(words.join(" "))
            .reason("no such rule is there")
            .hint("see what is there: snicctl flow list")
            .into());
    }
    if session.format() != Format::Table {
        report::print(session, &host, &done, *dry_run)?;
        return Ok(Ending::Done);
    }
    let removed = if *dry_run { "would be removed" } else { "removed" };
    match absent {
        0 => session.say(format_args!("{} {removed}", counted(done.rules.len())))?,
        _ => session.say(format_args!("{} {removed}; {absent} not there", counted(done.rules.len())))?,
    }
    Ok(Ending::Done)
}

fn counted(count: usize) -> String {
    format!("{count} {}", if count == 1 { "rule" } else { "rules" })
}

/// The rules that are there and that a line of `tc filter del` means.
fn selected(host: &Host, selector: &Selector) -> Result<RuleSet, Error> {
    let Selector { attach, chain, prio, protocol, classifier, handle } = selector;
    let mut place = Rule::new(attach.clone());
    host.names()?.resolve(&mut place)?;
    let mut found = entries(host, Some(&place.attach))?;
    // As tc means it: without a chain, chain 0 is meant, unless nothing else is said either.
    let everything = (chain, prio, protocol, handle) == (&None, &None, &None, &None);
    let chain = chain.or((!everything).then_some(0));
    found.retain(|entry| {
        let rule = &entry.rule;
        chain.is_none_or(|chain| rule.chain == chain)
            && prio.is_none_or(|prio| rule.prio == prio)
            && protocol.is_none_or(|protocol| rule.protocol == protocol)
            && classifier.is_none_or(|classifier| rule.classifier == classifier)
            && handle.is_none_or(|handle| rule.handle == Some(handle))
    });
    Ok(found.into_iter().map(|entry| entry.rule).collect())
}

/// Every rule at a place, as a set to remove.
fn standing(host: &Host, place: &PlaceArgs) -> Result<RuleSet, Error> {
    Ok(place.entries(host)?.into_iter().map(|entry| entry.rule).collect())
}
