//! Every line of `lines/`: carried out by tc and by us, read by tc's eyes and by ours, it must come to the same.

use serde_json::Value;
use smartnic::Host;
use smartnic::flow::{ActionState, FlowEntry, FlowStats, Netdev};
use smartnic::text::tc::show::{Show, Style};
use smartnic::text::tc::show_message::Asked;
use smartnic::text::tc::{entries_to_json, show_entry, show_priority};

use crate::check::{Done, During, Outcome, Why, expect_eq};
use crate::corpus::{file, tc_batch};
use crate::dump::{AGES, Dump, MADE_ANEW, PLACES, mask};
use crate::lab::{Lab, run, sh_json};
use crate::lines;
use crate::nic::Nic;

/// What tc and we make of the lines, and how each shows the other's work.
pub(crate) fn alike(lab: &Lab) -> Outcome {
    let lines = wanted(lab)?;
    let file = file("lines", &lines)?;
    let (theirs, model) = {
        let _nic = Nic::with_places()?;
        tc_batch(&file)?;
        shown_as_tc_shows()?;
        (Dump::of_rules(&MADE_ANEW)?, model()?)
    };
    let _nic = Nic::with_places()?;
    lab.snicctl(&["flow", "apply", &file.to_string_lossy()])?;
    Dump::of_rules(&MADE_ANEW)?.must_equal(&theirs, "tc -batch, then snicctl flow apply")?;
    same(&model, &self::model()?).during("tc -batch, then snicctl flow apply, by our own eyes")?;
    println!("        {} lines", lines.len());
    Ok(Done::Passed)
}

/// What we print of the lines, carried out by tc and by us.
pub(crate) fn printed(lab: &Lab) -> Outcome {
    let lines = wanted(lab)?;
    let path = file("lines", &lines)?;
    let (theirs, as_tc, as_yaml) = {
        let _nic = Nic::with_places()?;
        tc_batch(&path)?;
        let as_tc = lab.snicctl(&["flow", "list", "-o", "tc"])?;
        (Dump::of_rules(&MADE_ANEW)?, as_tc, lab.snicctl(&["flow", "list", "-o", "yaml"])?)
    };
    let (tc, yaml) = (file("lines-printed.tc", &[&as_tc])?, file("lines-printed.yaml", &[&as_yaml])?);
    {
        let _nic = Nic::with_places()?;
        tc_batch(&tc)?;
        Dump::of_rules(&MADE_ANEW)?.must_equal(&theirs, "-o tc, read by tc -batch")?;
    }
    let _nic = Nic::with_places()?;
    lab.snicctl(&["flow", "apply", &yaml.to_string_lossy()])?;
    Dump::of_rules(&MADE_ANEW)?.must_equal(&theirs, "-o yaml, read by snicctl flow apply")?;
    Ok(Done::Passed)
}

fn wanted(lab: &Lab) -> Result<Vec<String>, Why> {
    let mut lines = lines::all()?;
    lines.retain(|line| lab.offloads() || !line.contains("skip_sw"));
    Ok(lines)
}

/// The rules as our own model has them, without what passes by itself and what the kernel numbers anew.
fn model() -> Result<Vec<FlowEntry>, Why> {
    let host = Host::open("linux:")?;
    let names = host.names()?;
    let mut entries = smartnic::flow::entries(&host, None)?;
    for entry in &mut entries {
        names.put_names(&mut entry.rule);
        entry.stats = FlowStats::default();
        entry
            .actions
            .iter_mut()
            .for_each(|state| *state = ActionState { index: 0, stats: entry.stats, ..*state });
    }
    Ok(entries)
}

fn same(one: &[FlowEntry], other: &[FlowEntry]) -> Result<(), Why> {
    if let Some((one, other)) = one.iter().zip(other).find(|(one, other)| one != other) {
        let [one, other] = [one, other].map(serde_json::to_string);
        return Err(Why(format!("{} became {}", one?, other?)));
    }
    expect_eq(&other.len(), &one.len(), "the number of rules")
}

/// Holds what we print of the rules at every place against what tc prints, as text and as JSON.
fn shown_as_tc_shows() -> Result<(), Why> {
    let host = Host::open("linux:")?;
    let names = host.names()?;
    let shown = |dev: &Netdev| dev.index().map_or_else(|_| dev.to_string(), |index| names.name(index));
    let entries = smartnic::flow::entries(&host, None)?;
    for place in PLACES {
        let there = |entry: &&FlowEntry| place_of(entry, &shown) == place;
        let entries: Vec<FlowEntry> = entries.iter().filter(there).cloned().collect();
        let mut theirs = sh_json(&format!("tc -j -s filter show {place}"))?;
        let mut ours = entries_to_json(&entries, &shown);
        for value in [&mut ours, &mut theirs] {
            mask(value, &AGES);
            // How often a matchall rule was met is no part of our model of rules.
            mask(value, &["block", "rule_hit"]);
        }
        let lists = ours.as_array().into_iter().flatten().zip(theirs.as_array().into_iter().flatten());
        for (ours, theirs) in lists {
            expect_eq(ours, theirs, place)?;
        }
        let count = |value: &Value| value.as_array().map_or(0, Vec::len);
        expect_eq(&count(&ours), &count(&theirs), place)?;
        let theirs = run(&["sh", "-c", &format!("tc -s filter show {place}")])?.good()?;
        let ours = as_text(&entries, &shown);
        for (ours, theirs) in ours.lines().zip(theirs.lines()) {
            expect_eq(&without_ages(ours), &without_ages(theirs), place)?;
        }
        expect_eq(&ours.lines().count(), &theirs.lines().count(), place)?;
    }
    Ok(())
}

fn place_of(entry: &FlowEntry, shown: &dyn Fn(&Netdev) -> String) -> String {
    match entry.rule.attach.dev() {
        Some(dev) => {
            let side = entry.rule.attach.to_string();
            format!("dev {} {}", shown(dev), side.rsplit(' ').next().unwrap_or_default())
        }
        None => entry.rule.attach.to_string(),
    }
}

/// What `tc -s filter show` prints of the rules of one place.
fn as_text(entries: &[FlowEntry], shown: &dyn Fn(&Netdev) -> String) -> String {
    let mut show = Show::new(Style { stats: true, ..Style::default() }, shown);
    let mut last = None;
    for entry in entries {
        let rule = &entry.rule;
        let asked = Asked::at(&rule.attach);
        let place = (rule.chain, rule.prio, rule.protocol);
        if last.replace(place) != Some(place) {
            show_priority(entry, &asked, &mut show);
        }
        show_entry(entry, &asked, &mut show);
    }
    show.take()
}

/// The line with the seconds that pass taken out, and with how often a matchall rule was met.
fn without_ages(line: &str) -> String {
    let line = line.split_once(" (rule hit ").map_or(line, |(before, _)| before);
    let mut words: Vec<&str> = line.split(' ').collect();
    for at in 1..words.len() {
        if ["installed", "used", "firstused"].contains(&words[at - 1]) {
            words[at] = "N";
        }
    }
    words.join(" ")
}
