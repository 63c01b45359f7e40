//! `cargo xtask bench codec`: one flow rule written and read, by us and by other crates, off the virtual machine.

use std::path::Path;
use std::process::{Command, ExitCode};

use crate::failure::{Failure, Result};
use crate::process;

/// How many rounds valgrind counts; twice as many, too, and the difference is free of what comes before and after.
const COUNTED: u32 = 200;

/// Encoder and decoder of flow rules beside netlink-packet-route, netlink-bindings and neli: ns and instructions
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Args {
    /// How many rounds are timed at once
    #[arg(long, default_value_t = 100_000)]
    rounds: u32,
    /// How often each is timed; the median counts
    #[arg(long, default_value_t = 5)]
    turns: usize,
}

const CRATES: [&str; 4] = ["ours", "netlink-packet-route", "netlink-bindings", "neli"];

pub(super) fn main(args: &Args) -> Result<ExitCode> {
    let build = ["build", "--quiet", "--release", "--package", "codec-bench"];
    process::run(Command::new(env!("CARGO")).args(build))?;
    let program = crate::target().join("release/codec-bench");
    let counts = process::output(Command::new("valgrind").arg("--version")).is_ok();
    if !counts {
        println!("instructions are not counted: valgrind is not installed (apt-get install valgrind)");
    }
    println!(
        "{:<22}{:>12}{:>15}{:>12}{:>15}",
        "one rule", "write ns", "instructions", "read ns", "instructions"
    );
    // In turns, so that all meet the same machine.
    let mut times = [const { [const { Vec::new() }; 2] }; CRATES.len()];
    for _ in 0..args.turns {
        for (who, times) in CRATES.into_iter().zip(&mut times) {
            for (what, times) in ["write", "read"].into_iter().zip(times) {
                times.push(time(&program, who, what, args.rounds)?);
            }
        }
    }
    for (who, times) in CRATES.into_iter().zip(times) {
        let mut row = format!("{who:<22}");
        for (what, mut times) in ["write", "read"].into_iter().zip(times) {
            times.sort_by(f64::total_cmp);
            let median = times.get(times.len() / 2).copied().unwrap_or_default();
            let instructions = match counts {
                true => instructions(&program, who, what)?.to_string(),
                false => "-".into(),
            };
            row += &format!("{median:>12.0}{instructions:>15}");
        }
        println!("{row}");
    }
    println!(
        "netlink-packet-route and neli make values of their own; netlink-bindings meets each attribute and keeps none;\n\
         neli has no types for flower: its attributes are numbers and bytes. We read into the model of core."
    );
    Ok(ExitCode::SUCCESS)
}

/// Nanoseconds of one round.
fn time(program: &Path, who: &str, what: &str, rounds: u32) -> Result<f64> {
    let told = process::text(Command::new(program).args([who, what, &rounds.to_string()]))?;
    told.trim().parse().map_err(|_| Failure::new(format!("codec-bench said: {told}")))
}

/// Instructions of one round.
fn instructions(program: &Path, who: &str, what: &str) -> Result<u64> {
    let count = |rounds: u32| {
        let mut valgrind = Command::new("valgrind");
        valgrind.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]).arg(program);
        valgrind.args([who, what, &rounds.to_string()]);
        let said = valgrind.output().map_err(|error| Failure::new(format!("run valgrind: {error}")))?;
        let said = String::from_utf8_lossy(&said.stderr).into_owned();
        collected(&said).ok_or_else(|| Failure::new(format!("valgrind said: {}", process::tail(&said, 10))))
    };
    Ok(count(2 * COUNTED)?.saturating_sub(count(COUNTED)?) / u64::from(COUNTED))
}

/// What callgrind says in the end: `==1== Collected : 1234`.
pub(super) fn collected(said: &str) -> Option<u64> {
    let line = said.lines().find(|line| line.contains("Collected :"))?;
    line.rsplit(':').next()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_count_is_found_in_what_callgrind_says() {
        let said =
            "==7== Events    : Ir\n==7== Collected : 76308315\n==7== \n==7== I   refs:      76,308,315\n";
        assert_eq!(collected(said), Some(76_308_315));
        assert_eq!(collected("==7== nothing"), None);
    }
}
