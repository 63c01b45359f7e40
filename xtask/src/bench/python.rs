//! `cargo xtask bench python`: rules applied from Python beside the command line, whole processes on a simulated NIC.

use std::process::{Command, ExitCode};

use crate::failure::{Failure, Result};
use crate::{process, python};

/// Rules applied from Python beside `snicctl flow apply`: processor time of whole programs, in turns
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Args {
    /// How many rules
    #[arg(long, default_value_t = 100_000)]
    rules: usize,
    /// How often each is measured; the median counts
    #[arg(long, default_value_t = 3)]
    rounds: usize,
}

/// How many times the command line's processor time Python may take.
const WANTED: f64 = 1.3;

pub(super) fn main(args: &Args) -> Result<ExitCode> {
    process::run(Command::new(env!("CARGO")).args([
        "build",
        "--quiet",
        "--release",
        "--package",
        "snicctl",
    ]))?;
    let snicctl = crate::target().join("release/snicctl");
    let said = python::measure(&snicctl, args.rules, args.rounds)?;
    print!("{said}");
    let ratios = ratios(&said);
    if ratios.is_empty() {
        return Err(Failure::new("python/bench/apply.py told no ratios"));
    }
    for (who, ratio) in ratios {
        let word = if ratio <= WANTED { "met    " } else { "NOT MET" };
        println!("  {word} {who}: ≤ {WANTED} times the command line's processor time: {ratio:.2}");
    }
    Ok(ExitCode::SUCCESS)
}

/// How many times the command line's time each way of Python's took: `NAME: median S s, R times snicctl's`.
fn ratios(said: &str) -> Vec<(&str, f64)> {
    let of_line = |line: &'_ str| -> Option<(usize, f64)> {
        let (_, told) = line.split_once(" s, ")?;
        let ratio = told.strip_suffix(" times snicctl's")?.parse().ok()?;
        Some((line.find(": median")?, ratio))
    };
    let each = said.lines().filter_map(|line| of_line(line).map(|(end, ratio)| (&line[..end], ratio)));
    each.filter(|(who, _)| who.starts_with("python")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_are_read() {
        let said = "python, file: 3.10 s of processor time, 3.20 s\nsnicctl flow apply: median 2.00 s, 1.00 times snicctl's\n\
                    python, array: median 3.00 s, 1.50 times snicctl's\n";
        assert_eq!(ratios(said), [("python, array", 1.5)]);
    }
}
