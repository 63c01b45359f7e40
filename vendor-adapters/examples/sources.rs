//! Holds what the adapters say against a kernel's source: `cargo run -p vendor-adapters --example sources -- TREE`.
//!
//! Every place that an entry names must be there, with the name or text that it gives; and where an adapter searched its
//! driver for every feature, nothing may show one that it does not list.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use smartnic_core::adapter::{Evidence, Facts, Feature, Place};
use vendor_adapters::registry;

fn main() -> ExitCode {
    let Some(tree) = std::env::args().nth(1).map(PathBuf::from) else {
        eprintln!("usage: sources TREE   (the root of a kernel's source)");
        return ExitCode::from(2);
    };
    let (mut looked_at, mut wrong) = (0, Vec::new());
    let mut texts = BTreeMap::new();
    for adapter in registry().iter() {
        let facts = adapter.facts();
        for evidence in evidence(facts) {
            looked_at += 1;
            if let Some(why) = missing(&tree, &mut texts, &evidence) {
                wrong.push(format!("{}: {why}", facts.name));
            }
        }
        for counter in facts.all_counters().filter(|counter| !counter.name.contains(['*', '/'])) {
            let Evidence::Kernel { file, .. } = counter.source else { continue };
            let named = Evidence::Kernel {
                file,
                symbol: counter.name.split('.').max_by_key(|part| part.len()).unwrap_or_default(),
            };
            let own = matches!(counter.place, Place::Ethtool | Place::RdmaHardware | Place::RdmaPort);
            if own && missing(&tree, &mut texts, &named).is_some() {
                wrong.push(format!("{}: no counter {} in {file}", facts.name, counter.name));
            }
        }
        for feature in unlisted(&tree, facts) {
            wrong.push(format!("{}: the driver has {feature}, which is not listed", facts.name));
        }
    }
    for line in &wrong {
        println!("{line}");
    }
    println!("{looked_at} places, {} wrong", wrong.len());
    if wrong.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Every place that an adapter names.
fn evidence(facts: &Facts) -> Vec<Evidence> {
    let mut all: Vec<Evidence> = facts.identity.source.into_iter().collect();
    all.extend(facts.features.iter().map(|fact| fact.source));
    all.extend(facts.sub_function_rdma);
    all.extend(facts.modes.rules.iter().map(|said| said.source));
    if let Some(flow) = facts.flow {
        all.extend(flow.rules.iter().chain(flow.capacity).map(|said| said.source));
    }
    all.extend(facts.params.iter().map(|param| param.source));
    all.extend(facts.advice.iter().map(|(_, advice)| advice.source));
    all.extend(facts.all_counters().map(|counter| counter.source));
    if let Some(rdma) = facts.rdma {
        all.extend(rdma.gids.iter().chain(rdma.quirks).map(|said| said.source));
    }
    if let Some(roce) = facts.roce {
        all.push(roce.source);
        all.extend(roce.rules.iter().map(|said| said.source));
    }
    all.extend(facts.caveats.iter().map(|caveat| caveat.source));
    all.extend(facts.settings.iter().map(|setting| setting.source));
    all
}

/// Why a place is not there.
fn missing(
    tree: &Path,
    texts: &mut BTreeMap<&'static str, Option<String>>,
    evidence: &Evidence,
) -> Option<String> {
    let Evidence::Kernel { file, symbol } = *evidence else { return None };
    let text = texts.entry(file).or_insert_with(|| {
        let bytes = std::fs::read(tree.join(file)).ok()?;
        Some(plain(&String::from_utf8_lossy(&bytes)))
    });
    match text {
        None => Some(format!("{file} is not there")),
        Some(text) if text.contains(&plain(symbol)) => None,
        Some(_) => Some(format!("{symbol:?} is not in {file}")),
    }
}

/// A text without line breaks and runs of blanks, and with texts that C breaks put together again.
fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace("\" \"", "")
}

/// Features whose markers stand in the driver's source though they are not listed.
fn unlisted(tree: &Path, facts: &Facts) -> Vec<Feature> {
    if !facts.surveyed || facts.trees.is_empty() {
        return Vec::new();
    }
    let mut source = String::new();
    for folder in facts.trees {
        collect(&tree.join(folder), &mut source);
    }
    let unlisted = |feature: &&Feature| !facts.features.iter().any(|fact| fact.feature == **feature);
    let concerned = Feature::ALL.iter().filter(|feature| facts.concerns(**feature)).filter(unlisted);
    concerned
        .filter(|feature| feature.markers().iter().any(|marker| source.contains(marker)))
        .copied()
        .collect()
}

/// Folders of other drivers within a driver's own.
const OTHERS: &[&str] = &["sfc/falcon", "sfc/siena"];

fn collect(folder: &Path, source: &mut String) {
    if OTHERS.iter().any(|other| folder.ends_with(other)) {
        return;
    }
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    for path in entries.map(|entry| entry.path()) {
        if path.is_dir() {
            collect(&path, source);
        } else if path.extension().is_some_and(|extension| extension == "c") {
            let bytes = std::fs::read(&path).unwrap_or_default();
            source.push_str(&plain(&String::from_utf8_lossy(&bytes)));
            source.push('\n');
        }
    }
}
