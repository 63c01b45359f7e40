//! What posting and polling cost by us, beside a C program that calls libibverbs whose device does nothing.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::super::codec;
use super::Args;
use crate::failure::{Attempt, Failure, Result};
use crate::{lab, process};

/// How many rounds valgrind counts; twice as many, too, and the difference is free of what comes before and after.
const COUNTED: u32 = 1000;

/// What is posted in a round, and in words.
const POSTED: [(&str, &str); 5] = [
    ("send", "a send of 64 registered bytes"),
    ("inline", "a send of 64 copied bytes"),
    ("write", "a write of 64 registered bytes"),
    ("chain", "16 sends at once"),
    ("receive", "a receive"),
];

pub(super) fn measure(args: &Args) -> Result<()> {
    let programs = build()?;
    process::output(Command::new("valgrind").arg("--version"))
        .attempt(|| "count instructions: valgrind is not installed (apt-get install valgrind)".into())?;
    println!(
        "{:<34}{:>8}{:>8}{:>8}{:>10}{:>8}{:>8}",
        "posted and polled, for each", "C instr", "ours", "more", "C ns", "ours", "more"
    );
    for (what, words) in POSTED {
        let each = if what == "chain" { 16.0 } else { 1.0 };
        let [theirs, ours] = [&programs.c, &programs.ours]
            .map(|program| programs.instructions(program, what).map(|count| count / each));
        let (theirs, ours) = (theirs?, ours?);
        // In turns, so that both meet the same machine.
        let mut times = [const { Vec::new() }; 2];
        for _ in 0..args.turns.max(1) {
            for (program, times) in [&programs.c, &programs.ours].into_iter().zip(&mut times) {
                times.push(programs.time(program, what, args.rounds)? / each);
            }
        }
        let [c_ns, our_ns] = times.map(|mut times| {
            times.sort_by(f64::total_cmp);
            times[times.len() / 2]
        });
        println!(
            "{words:<34}{theirs:>8.1}{ours:>8.1}{:>8.1}{c_ns:>10.1}{our_ns:>8.1}{:>8.1}",
            ours - theirs,
            our_ns - c_ns
        );
    }
    println!(
        "The stub's own instructions are in both. A chain is posted by one call, and its completions are taken by one."
    );
    Ok(())
}

struct Programs {
    c: PathBuf,
    ours: PathBuf,
    /// Where the libibverbs is that does nothing.
    library: PathBuf,
}

fn build() -> Result<Programs> {
    let (include, version) = lab::Items::locate()?.rdma_headers();
    version.ok_or_else(|| Failure::new("RDMA's headers are not here: run `cargo xtask setup`"))?;
    let example = ["build", "--quiet", "--release", "--package", "smartnic-verbs", "--example", "post"];
    process::run(Command::new(env!("CARGO")).args(example))?;
    let target = PathBuf::from(std::env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into()));
    let library = target.join("verbs-cost");
    std::fs::create_dir_all(&library).attempt(|| format!("create {}", library.display()))?;
    let cc = |out: &Path, words: &[&str]| {
        let mut cc = Command::new("cc");
        cc.args(["-std=gnu11", "-O2", "-Wall", "-I"]).arg(&include).args(words).arg("-o").arg(out);
        process::run(&mut cc)
    };
    let (stub, c) = (library.join("libibverbs.so.1"), library.join("post"));
    let sources = ["tests/verbs-cost/stub.c", "tests/verbs-cost/absent.c"];
    cc(&stub, &["-shared", "-fPIC", "-Wl,-soname,libibverbs.so.1", sources[0], sources[1]])?;
    cc(&c, &["tests/verbs-cost/post.c", &stub.to_string_lossy()])?;
    Ok(Programs { c, ours: target.join("release/examples/post"), library })
}

impl Programs {
    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.env("LD_LIBRARY_PATH", &self.library);
        command
    }

    /// Nanoseconds of a round.
    fn time(&self, program: &Path, what: &str, rounds: u32) -> Result<f64> {
        let mut command = self.command(&program.to_string_lossy());
        let text = process::text(command.args([what, &rounds.to_string()]))?;
        text.trim().parse().attempt(|| format!("read the time of {}", program.display()))
    }

    /// Instructions of a round.
    fn instructions(&self, program: &Path, what: &str) -> Result<f64> {
        let once = self.counted(program, what, COUNTED)?;
        let twice = self.counted(program, what, 2 * COUNTED)?;
        Ok((twice - once) / f64::from(COUNTED))
    }

    fn counted(&self, program: &Path, what: &str, rounds: u32) -> Result<f64> {
        let mut command = self.command("valgrind");
        command.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]).arg(program);
        command.args([what, &rounds.to_string()]);
        let output = command.output().attempt(|| "start valgrind".into())?;
        let said = String::from_utf8_lossy(&output.stderr);
        match codec::collected(&said) {
            Some(count) if output.status.success() => Ok(count as f64),
            _ => Err(Failure::new(format!("valgrind counted nothing: {said}"))),
        }
    }
}
