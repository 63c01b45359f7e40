//! `cargo xtask bench flows`: our figures and tc's on the same rules, in the same virtual machine, in turns.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Duration;

use crate::failure::{Attempt, Failure, Result};
use crate::lab::{Kernel, Lab, LabCommand};
use crate::process;

/// Measure beside a peer, in the lab, and print ratios
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Clone, Debug, clap::Subcommand)]
enum What {
    /// Insert and dump flow rules: snicctl beside `tc -batch` and `tc -s -j filter show`
    Flows {
        /// How many rules
        #[arg(long, default_value_t = 10_000)]
        rules: usize,
        /// How often each is measured; the median counts
        #[arg(long, default_value_t = 3)]
        rounds: usize,
    },
}

/// Wall, user and system seconds of each run, by what was measured.
type Figures = BTreeMap<String, Vec<[f64; 3]>>;

pub(crate) fn main(args: Args) -> Result<ExitCode> {
    let What::Flows { rules, rounds } = args.what;
    process::run(Command::new(env!("CARGO")).args([
        "build",
        "--quiet",
        "--release",
        "--package",
        "snicctl",
    ]))?;
    let dir = tempfile::tempdir().attempt(|| "make a directory for the rules".into())?;
    let file = dir.path().join("rules.tc");
    make_rules(rules, &file)?;
    let target = std::env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into());
    let snicctl = PathBuf::from(target).join("release/snicctl");
    let words: [std::ffi::OsString; 4] =
        ["bash".into(), "tests/lab/bench-flows.sh".into(), snicctl.into(), file.clone().into()];
    let numbers: [std::ffi::OsString; 2] = [rules.to_string().into(), rounds.to_string().into()];
    let command = LabCommand::new(words.into_iter().chain(numbers))?.timeout(Duration::from_secs(3600));
    println!("{rules} rules, {rounds} rounds, kernel 7.3 in the lab (netdevsim, no hardware) …");
    let mut out = Vec::new();
    let exit = Lab::open(Kernel::V7_3)?.run_into(&command, &mut out, &mut std::io::stderr())?;
    if exit.code != 0 {
        return Err(Failure::new(format!("the measurement failed in the lab (exit code {})", exit.code)));
    }
    print(rules, &figures(&String::from_utf8_lossy(&out))?)?;
    Ok(ExitCode::SUCCESS)
}

/// Writes the rule file with the generator that examples/ ships.
fn make_rules(count: usize, file: &Path) -> Result<()> {
    let rules = process::output(Command::new("examples/gen-rules").args([&count.to_string(), "sim0"]))?;
    std::fs::write(file, rules).attempt(|| format!("write {}", file.display()))
}

fn figures(text: &str) -> Result<Figures> {
    let mut figures = Figures::new();
    for line in text.lines().filter_map(|line| line.strip_prefix("figure ")) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [name, numbers @ ..] = &words[..] else { continue };
        let numbers: Vec<f64> = numbers.iter().filter_map(|number| number.parse().ok()).collect();
        let numbers: [f64; 3] =
            numbers.try_into().map_err(|_| Failure::new(format!("a figure is not three numbers: {line}")))?;
        figures.entry((*name).to_owned()).or_default().push(numbers);
    }
    Ok(figures)
}

/// The run whose wall time is the median.
fn median(runs: &[[f64; 3]]) -> Option<[f64; 3]> {
    let mut sorted = runs.to_vec();
    sorted.sort_by(|one, other| one[0].total_cmp(&other[0]));
    sorted.get(sorted.len() / 2).copied()
}

fn print(rules: usize, figures: &Figures) -> Result<()> {
    const ROWS: [(&str, &str, &str); 4] = [
        ("insert-tc", "tc -batch FILE", ""),
        ("insert-ours", "snicctl flow apply FILE (reads, inserts, reads back)", "insert-tc"),
        ("dump-tc", "tc -s -j filter show", ""),
        ("dump-ours", "snicctl flow list -o json", "dump-tc"),
    ];
    const ALONE: [(&str, &str, &str); 2] = [
        ("again-ours", "snicctl flow apply FILE, second time (nothing to do)", ""),
        ("remove-ours", "snicctl flow del --file FILE", ""),
    ];
    println!(
        "{:<54}{:>9}{:>9}{:>9}{:>12}{:>17}",
        "median", "wall s", "user s", "sys s", "rules/s", "wall, CPU vs tc"
    );
    for (name, what, peer) in ROWS.into_iter().chain(ALONE) {
        let of = |name: &str| figures.get(name).and_then(|runs| median(runs));
        let took = of(name).ok_or_else(|| Failure::new(format!("{name} was not measured")))?;
        let [wall, user, system] = took;
        let ratio = of(peer).map_or(String::new(), |[tc_wall, tc_user, tc_system]| {
            format!("{:.2}x, {:.2}x", wall / tc_wall, (user + system) / (tc_user + tc_system))
        });
        println!("{what:<54}{wall:>9.2}{user:>9.2}{system:>9.2}{:>12.0}{ratio:>17}", rules as f64 / wall);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_read_and_the_median_run_is_taken_whole() {
        let text = "noise\nfigure a 3.0 1.0 0.5\nfigure a 1.0 0.2 0.1\nfigure a 2.0 0.3 0.2\n";
        assert_eq!(median(&figures(text).unwrap()["a"]), Some([2.0, 0.3, 0.2]));
        assert!(figures("figure a 3.0 1.0").is_err());
    }
}
