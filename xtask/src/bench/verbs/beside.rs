//! Bandwidth and latency over rxe in the lab, by us and by the programs that others measure with.

use std::process::Command;
use std::time::Duration;

use super::super::figures::median;
use super::Args;
use crate::failure::{Attempt, Failure, Result};
use crate::lab::{Kernel, Lab, LabCommand};
use crate::process;

pub(super) fn measure(args: &Args) -> Result<()> {
    let packages = ["--package", "lab-bench", "--package", "snicctl"];
    process::run(Command::new(env!("CARGO")).args(["build", "--quiet", "--release"]).args(packages))?;
    let programs = crate::target().join("release");
    let words = [
        programs.join("lab-bench").into_os_string(),
        "verbs".into(),
        args.turns.max(1).to_string().into(),
        programs.join("snicctl").into_os_string(),
        args.only.clone().into(),
    ];
    let command = LabCommand::new(words)?.timeout(Duration::from_secs(2 * 3600));
    let mut out = Vec::new();
    let exit = Lab::open(Kernel::V7_3)?.run_into(&command, &mut out, &mut std::io::stderr())?;
    let found = read(&String::from_utf8_lossy(&out))?;
    print(&found, args.turns);
    match exit.code {
        0 => Ok(()),
        code => Err(Failure::new(format!("the measurement failed in the lab (exit code {code})"))),
    }
}

/// What was measured of one thing, by others and by us, in turns.
#[derive(Debug, PartialEq)]
struct Compared {
    what: String,
    turns: Vec<(f64, f64)>,
}

impl Compared {
    /// Of times less is better, of all else more.
    fn is_time(&self) -> bool {
        self.what.ends_with("[µs]")
    }

    fn medians(&self) -> Option<(f64, f64)> {
        let of = |which: fn(&(f64, f64)) -> f64| median(self.turns.iter().map(which).collect());
        Some((of(|turn| turn.0)?, of(|turn| turn.1)?))
    }

    /// Ours by theirs. Both of a turn met the same machine, which may have been another in another turn.
    fn ratio(&self) -> Option<f64> {
        median(self.turns.iter().map(|(theirs, ours)| ours / theirs).collect())
    }

    fn is_met(&self, ratio: f64) -> bool {
        if self.is_time() { ratio <= 1.02 } else { ratio >= 1.0 }
    }
}

/// Reads the lines `verbs NAME [UNIT]` and `turn THEIRS OURS`; others are noise.
fn read(text: &str) -> Result<Vec<Compared>> {
    let mut all: Vec<Compared> = Vec::new();
    for line in text.lines() {
        let wrong = || format!("read the line of figures {line:?}");
        if let Some(what) = line.strip_prefix("verbs ") {
            all.push(Compared { what: what.to_owned(), turns: Vec::new() });
        } else if let Some(figures) = line.strip_prefix("turn ") {
            let last = all.last_mut().ok_or_else(|| Failure::new(wrong()))?;
            let (theirs, ours) = figures.split_once(' ').ok_or_else(|| Failure::new(wrong()))?;
            let number = |word: &str| word.trim().parse::<f64>().attempt(wrong);
            last.turns.push((number(theirs)?, number(ours)?));
        }
    }
    Ok(all)
}

fn print(all: &[Compared], turns: usize) {
    println!("{:<48}{:>10}{:>10}{:>8}  median of {turns} turns, over rxe", "", "theirs", "ours", "ratio");
    for compared in all {
        let (Some((theirs, ours)), Some(ratio)) = (compared.medians(), compared.ratio()) else { continue };
        let met = if compared.is_met(ratio) { "met" } else { "NOT MET" };
        println!("{:<48}{theirs:>10.2}{ours:>10.2}{ratio:>8.3}  {met}", compared.what);
    }
    println!("wanted: bandwidth at least 1.00 times theirs, times at most 1.02 times theirs");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_read_and_compared_turn_by_turn() {
        let text = "noise\nverbs write [MiB/s]\nturn 100.0 110.0\nturn 50.0 50.0\nturn 10 12\nverbs send [µs]\nturn 4 5\n";
        let found = read(text).unwrap();
        let [write, send] = &found[..] else { panic!("{found:?}") };
        assert_eq!((write.medians(), write.ratio()), (Some((50.0, 50.0)), Some(1.1)));
        assert!(write.is_met(1.0) && !write.is_met(0.99) && !write.is_time());
        assert_eq!((send.medians(), send.ratio(), send.is_time()), (Some((4.0, 5.0)), Some(1.25), true));
        assert!(send.is_met(1.02) && !send.is_met(1.03));
        assert!(read("turn 1 2").is_err() && read("verbs a [µs]\nturn 1").is_err());
    }
}
