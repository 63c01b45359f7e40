//! `cargo xtask bench calls`: the same calls through the C library and in Rust, and how much more the first cost.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use super::codec;
use crate::failure::{Attempt, Failure, Result};
use crate::process;

/// A call from C beside the same call in Rust, on a simulated NIC: ns and instructions
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Args {
    /// How many rounds are timed at once
    #[arg(long, default_value_t = 20_000)]
    rounds: u32,
    /// How often each is timed; the fastest counts, as all else on the machine only adds
    #[arg(long, default_value_t = 9)]
    turns: usize,
}

/// How many nanoseconds a call may cost more than in Rust.
const WANTED: f64 = 100.0;
/// How many rounds valgrind counts; twice as many, too, and the difference is free of what comes before and after.
const COUNTED: u32 = 200;

/// A call, what it is in words, and how many things it hands out, each of which is a call of its own.
const CALLS: [(&str, &str, f64); 6] = [
    ("count", "how many rules a set has", 1.0),
    ("eswitch", "the state of an eswitch", 1.0),
    ("param", "a parameter, as a list with its texts", 1.0),
    ("rules", "a rule on the host, of 64 that are listed", 64.0),
    ("text", "a set read from a line of tc, and freed", 1.0),
    ("failure", "a failure with all that it tells", 1.0),
];

pub(super) fn main(args: &Args) -> Result<ExitCode> {
    let programs = Programs::build()?;
    let counts = process::output(Command::new("valgrind").arg("--version")).is_ok();
    if !counts {
        println!("instructions are not counted: valgrind is not installed (apt-get install valgrind)");
    }
    println!(
        "{:<44}{:>9}{:>9}{:>8}{:>10}{:>9}{:>8}",
        "for each", "Rust ns", "C ns", "more", "Rust ins.", "C ins.", "more"
    );
    let mut above = Vec::new();
    for (what, words, each) in CALLS {
        let mut times = [f64::INFINITY; 2];
        for _ in 0..args.turns.max(1) {
            // In turns, so that both meet the same machine.
            for (program, time) in programs.both().into_iter().zip(&mut times) {
                *time = time.min(programs.time(program, what, args.rounds)? / each);
            }
        }
        let [rust, c] = times;
        let mut row = format!("{words:<44}{rust:>9.1}{c:>9.1}{:>8.1}", c - rust);
        if counts {
            let [rust, c] = programs.both().map(|program| programs.instructions(program, what));
            let (rust, c) = (rust? / each, c? / each);
            row += &format!("{rust:>10.1}{c:>9.1}{:>8.1}", c - rust);
        }
        println!("{row}");
        if c - rust >= WANTED {
            above.push(words);
        }
    }
    match above.is_empty() {
        true => println!("  met     less than {WANTED} ns more for each"),
        false => println!("  NOT MET less than {WANTED} ns more for each: {}", above.join("; ")),
    }
    Ok(ExitCode::SUCCESS)
}

struct Programs {
    rust: PathBuf,
    c: PathBuf,
    /// Where libsmartnic is.
    library: PathBuf,
}

impl Programs {
    fn build() -> Result<Self> {
        let what = ["--package", "smartnic-ffi", "--lib", "--example", "call_cost"];
        process::run(Command::new(env!("CARGO")).args(["build", "--quiet", "--release"]).args(what))?;
        let release = crate::target().join("release");
        let library = crate::target().join("call-cost");
        std::fs::create_dir_all(&library).attempt(|| format!("create {}", library.display()))?;
        let mut link = Command::new("sh");
        link.arg("smartnic-ffi/link.sh").args([&release.join("libsmartnic_ffi.a"), &library]);
        process::run(link.arg(env!("CARGO_PKG_VERSION")))?;
        let c = library.join("calls");
        let mut cc = Command::new("cc");
        cc.args(["-std=c99", "-O2", "-Wall", "-Ismartnic-ffi/include", "tests/call-cost/calls.c", "-o"]);
        process::run(cc.arg(&c).arg("-L").arg(&library).arg("-lsmartnic"))?;
        Ok(Self { rust: release.join("examples/call_cost"), c, library })
    }

    fn both(&self) -> [&Path; 2] {
        [&self.rust, &self.c]
    }

    fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.env("LD_LIBRARY_PATH", &self.library);
        command
    }

    /// Nanoseconds of a round.
    fn time(&self, program: &Path, what: &str, rounds: u32) -> Result<f64> {
        let said = process::text(self.command(program).args([what, &rounds.to_string()]))?;
        said.trim().parse().attempt(|| format!("read the time of {}", program.display()))
    }

    /// Instructions of a round.
    fn instructions(&self, program: &Path, what: &str) -> Result<f64> {
        let counted = |rounds: u32| {
            let mut command = self.command("valgrind");
            command.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]).arg(program);
            let output = command.args([what, &rounds.to_string()]).output();
            let output = output.attempt(|| "start valgrind".into())?;
            let said = String::from_utf8_lossy(&output.stderr);
            match codec::collected(&said) {
                Some(count) if output.status.success() => Ok(count as f64),
                _ => Err(Failure::new(format!("valgrind counted nothing: {said}"))),
            }
        };
        Ok((counted(2 * COUNTED)? - counted(COUNTED)?) / f64::from(COUNTED))
    }
}
