//! `cargo xtask api`: what the Rust crates offer, written down, so that a change of it is seen and meant.
//!
//! The files of a crate are read by `syn` and written again without bodies, private parts and documentation. rustdoc's JSON
//! would name the same items resolved, but it is there for nightly compilers only and changes its form with them. What is
//! `pub` in a file can be reached from outside, as the lint `unreachable_pub` sees to; so no paths need to be followed. What
//! macros make is not seen, but their uses are, as they stand.

mod outline;

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use crate::failure::{Attempt, Failure, Result};
use crate::root;

/// The crates that other programs build on; each has its snapshot beside its `Cargo.toml`.
const CRATES: [&str; 2] = ["smartnic", "smartnic-core"];

/// Compare the public items of the Rust crates with their snapshots
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Compare only (this is what happens without options, too)
    #[arg(long)]
    check: bool,
    /// Write the snapshots anew instead of comparing
    #[arg(long, conflicts_with = "check")]
    bless: bool,
}

pub(crate) fn main(args: Args) -> Result<ExitCode> {
    if args.bless {
        for name in CRATES {
            let file = snapshot(name);
            fs::write(&file, outline::of(&root().join(name))?)
                .attempt(|| format!("write {}", file.display()))?;
        }
    }
    println!("api: {}", check()?);
    Ok(ExitCode::SUCCESS)
}

/// Holds the crates against their snapshots.
///
/// # Errors
/// The first lines that are not the same, for each crate.
pub(crate) fn check() -> Result<String> {
    let mut wrong = Vec::new();
    let mut lines = 0;
    for name in CRATES {
        let now = outline::of(&root().join(name))?;
        let known = fs::read_to_string(snapshot(name)).unwrap_or_default();
        lines += now.lines().count();
        if let Some(difference) = difference(&known, &now) {
            wrong.push(format!("{name}: {difference}"));
        }
    }
    match wrong.is_empty() {
        true => Ok(format!("{} crates offer what their snapshots say, {lines} lines", CRATES.len())),
        false => Err(Failure::new(format!(
            "what crates offer is not what was written down; if that is meant: cargo xtask api --bless\n{}",
            wrong.join("\n")
        ))),
    }
}

/// The first line that is not the same in both.
fn difference(known: &str, now: &str) -> Option<String> {
    let (mut known, mut now) = (known.lines(), now.lines());
    for number in 1.. {
        match (known.next(), now.next()) {
            (None, None) => break,
            (known, now) if known == now => {}
            (known, now) => {
                let [known, now] = [known, now].map(|line| line.map_or("(the end)", str::trim));
                return Some(format!("line {number}: {known}\n    is now: {now}"));
            }
        }
    }
    None
}

fn snapshot(name: &str) -> PathBuf {
    root().join(name).join("api.txt")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_difference_is_told() {
        assert_eq!(difference("a\nb\n", "a\nb\n"), None);
        assert_eq!(difference("a\nb\n", "a\nc\n").unwrap(), "line 2: b\n    is now: c");
        assert!(difference("a\n", "a\nb\n").unwrap().ends_with("(the end)\n    is now: b"));
    }

    #[test]
    fn crates_offer_what_was_written_down() {
        println!("{}", check().unwrap());
    }
}
