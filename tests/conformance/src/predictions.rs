//! How often an adapter is right: what it predicts for each rule of a list, against what becomes of the rule.

use std::collections::BTreeSet;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use smartnic::adapter::Expectation;
use smartnic::flow::{ApplyOptions, RuleSet, Verdict, apply};
use smartnic::{Error, Host, Result};

/// What was expected of rules, and what became of them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Confusion {
    /// By expectation (hardware, software, unknown), then by outcome (in hardware, software only, refused).
    pub counts: [[usize; 3]; 3],
    /// Rules that went another way than expected.
    pub surprises: Vec<String>,
    /// What adapters said against rules without saying what would help.
    pub helpless: BTreeSet<String>,
}

const EXPECTED: [&str; 3] = ["in hardware", "not in hardware", "cannot tell"];

impl Confusion {
    /// Rules of which the adapter said something definite.
    #[must_use]
    pub fn definite(&self) -> usize {
        self.counts[..2].iter().flatten().sum()
    }

    /// Of these, those that went as it said; a rule that is refused is not in hardware.
    #[must_use]
    pub fn right(&self) -> usize {
        self.counts[0][0] + self.counts[1][1] + self.counts[1][2]
    }

    /// Takes in what was measured elsewhere.
    pub fn join(&mut self, other: Self) {
        for (mine, theirs) in self.counts.iter_mut().flatten().zip(other.counts.into_iter().flatten()) {
            *mine += theirs;
        }
        self.surprises.extend(other.surprises);
        self.helpless.extend(other.helpless);
    }

    /// Takes in one rule.
    fn add(&mut self, expect: Expectation, verdict: &Verdict, rule: impl FnOnce() -> String) {
        let row = match expect {
            Expectation::Hardware => 0,
            Expectation::Software => 1,
            Expectation::Unknown => 2,
        };
        let column = match verdict {
            Verdict::InHardware { .. } => 0,
            Verdict::SoftwareOnly { .. } => 1,
            Verdict::Refused { .. } => 2,
        };
        self.counts[row][column] += 1;
        if row < 2 && (row == 0) != (column == 0) {
            self.surprises.push(rule());
        }
    }
}

impl fmt::Display for Confusion {
    /// A table as Markdown has them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "| the adapter predicts | in hardware | software only | refused |")?;
        writeln!(f, "|---|---:|---:|---:|")?;
        for (name, [hardware, software, refused]) in EXPECTED.iter().zip(self.counts) {
            writeln!(f, "| {name} | {hardware} | {software} | {refused} |")?;
        }
        let (right, definite) = (self.right(), self.definite());
        write!(f, "\n{right} of {definite} definite predictions right")
    }
}

/// The lines that every key and action is shown by, of all files.
///
/// # Errors
/// `Io` if the files cannot be read.
pub fn lines() -> Result<Vec<String>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../lab/suite/lines");
    let failed = |path: &Path, error| Error::io("read rules", error).on(path.display());
    let entries = fs::read_dir(&folder).map_err(|error| failed(&folder, error))?;
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "tc"));
    files.sort();
    let mut lines = Vec::new();
    for path in files {
        let text = fs::read_to_string(&path).map_err(|error| failed(&path, error))?;
        lines.extend(text.lines().filter(|line| line.starts_with("filter ")).map(str::to_owned));
    }
    Ok(lines)
}

/// Brings each rule onto the host by itself, compares, and takes it off again.
///
/// The lines speak of `sim0`, `sim1`, `sim2` and blocks; `links` are the links to take in their place. A rule that only
/// drops is tried a second time as one that redirects.
///
/// # Errors
/// Those of reading the host; a rule that is refused is an outcome.
pub fn measure(host: &Host, lines: &[String], links: [&str; 3]) -> Result<Confusion> {
    let mut confusion = Confusion::default();
    let options = ApplyOptions { keep_going: true, ..ApplyOptions::default() };
    for line in lines {
        let line = moved(line, links);
        let redirects = line.strip_suffix(" action drop").filter(|_| links[0] != links[1]);
        let redirects =
            redirects.map(|line| format!("{line} action mirred egress redirect dev {}", links[1]));
        for line in [Some(line.clone()), redirects].into_iter().flatten() {
            let Ok(rules) = RuleSet::from_tc(&line) else { continue };
            let report = apply(host, &rules, &options)?;
            for rule in &report.rules {
                confusion.add(rule.prediction.expect, &rule.verdict, || line.clone());
                let helpless = rule.prediction.reasons.iter().filter(|reason| reason.hint.is_none());
                confusion.helpless.extend(helpless.map(ToString::to_string));
            }
            smartnic::flow::remove(host, &rules, &options)?;
        }
    }
    Ok(confusion)
}

/// The line on other links. A rule of a block stands on the first link, since the blocks are the lab's.
fn moved(line: &str, links: [&str; 3]) -> String {
    let mut words = line.split(' ');
    let mut moved: Vec<&str> = Vec::new();
    while let Some(word) = words.next() {
        match word {
            "block" if moved.len() == 2 => {
                words.next();
                moved.extend(["dev", links[0], "ingress"]);
            }
            "sim0" => moved.push(links[0]),
            "sim1" => moved.push(links[1]),
            "sim2" => moved.push(links[2]),
            other => moved.push(other),
        }
    }
    moved.join(" ")
}
