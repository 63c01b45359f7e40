//! `cargo xtask test`: everything that can be shown to work here, level by level.
//!
//! Nothing is hidden behind a flag but the lab (`--no-lab`), and what was left out is said at the end.

mod levels;
mod runner;

use std::process::{Command, ExitCode};
use std::time::Instant;

use crate::failure::{Failure, Result};
use crate::{EVERYTHING, api, arrows, book, dist, lab, licences, papers, python, setup, surface};
use levels::Level;
use runner::{Outcome, Share};

/// Set up what is missing and run every test: checks of the house, L0, L1 and the lab (L2).
#[derive(Clone, Copy, Debug, clap::Args)]
// Its own group, since clap names groups by the type and setup's options are an `Args` too.
#[group(id = "test")]
pub(crate) struct Args {
    #[command(flatten)]
    setup: setup::Args,
}

/// Our programs that run inside the lab.
const LAB_PROGRAMS: [&str; 3] = ["snicctl", "conformance", "lab-suite"];

pub(crate) fn main(args: Args) -> Result<ExitCode> {
    let begun = Instant::now();
    setup::run(args.setup)?;
    let mut outcomes = house(args.setup.no_lab);
    outcomes.extend(runner::cargo_tests());
    outcomes.push(runner::suite(Level::L1, "Python module", python::suite));
    outcomes.push(runner::suite(Level::L1, "packages", dist::suite));
    if !args.setup.no_lab {
        outcomes.extend(lab_suites());
    }
    Ok(summary(&outcomes, args.setup.no_lab, begun))
}

/// The checks that need no test runner.
fn house(no_lab: bool) -> Vec<Outcome> {
    let cargo = |words: &[&str]| {
        let mut command = Command::new(env!("CARGO"));
        command.args(words);
        command
    };
    let lints = |what: &[&str]| {
        let mut clippy = cargo(&["clippy", "--quiet"]);
        clippy.args(EVERYTHING).args(what).args(["--", "-D", "warnings"]);
        clippy
    };
    let mut docs = cargo(&["doc", "--no-deps", "--quiet"]);
    docs.args(EVERYTHING).env("RUSTDOCFLAGS", "-D warnings");
    let mut outcomes = vec![
        runner::command("format", &mut cargo(&["fmt", "--all", "--check"])),
        runner::command("lints", &mut lints(&["--all-targets"])),
        // `--all-targets` leaves out what a plain `cargo test` does not run.
        runner::command(
            "lints of the lab's tests",
            &mut lints(&["--test", runner::LAB_TESTS[0], "--test", runner::LAB_TESTS[1]]),
        ),
        runner::command("documentation", &mut docs),
        runner::check("arrows", arrows::check),
        runner::check("licences", licences::check),
        runner::check("papers", papers::check),
        runner::check("operations and faces", surface::check),
        runner::check("what the Rust crates offer", api::check),
        runner::command("header of the C library", &mut cargo(&["xtask", "header", "--check"])),
    ];
    if !no_lab {
        // mdBook is a program of Debian's, fetched as the lab is.
        outcomes.push(runner::check("book", book::check));
        outcomes.push(runner::command("kernel constants", &mut cargo(&["xtask", "uapi", "--check"])));
    }
    outcomes
}

/// The suites that run on real kernels, side by side; what they print is told apart by the kernel's name.
fn lab_suites() -> Vec<Outcome> {
    let mut build = Command::new(env!("CARGO"));
    build.args(["build", "--quiet"]).args(EVERYTHING);
    for program in LAB_PROGRAMS {
        build.args(["--bin", program]);
    }
    let built = runner::command("build for the lab", &mut build);
    let mut tests = Vec::new();
    let found = runner::check("test programs for the lab", || {
        tests = runner::lab_tests()?;
        Ok(format!("{} built", tests.len()))
    });
    if !built.ok || !found.ok {
        return vec![built, found];
    }
    // Side by side, a processor for each: most checks do one thing at a time, and machines with two processors would
    // wait for each other's locks. The kernel with most to do has two machines, so that all end together.
    let shares = lab::Kernel::ALL.iter().flat_map(|&kernel| {
        let of = if kernel == lab::Kernel::ALL[0] { 2 } else { 1 };
        (1..=of).map(move |part| Share { kernel, part, of })
    });
    std::thread::scope(|scope| {
        let tests = &tests;
        let running: Vec<_> =
            shares.map(|share| scope.spawn(move || runner::lab_suite(share, tests))).collect();
        running
            .into_iter()
            .map(|suite| suite.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    })
}

fn summary(outcomes: &[Outcome], no_lab: bool, begun: Instant) -> ExitCode {
    println!("\n== what ran ==");
    for level in Level::ALL {
        let lines = outcomes.iter().filter(|outcome| outcome.level == level).flat_map(Outcome::lines);
        let lines: Vec<String> = lines.collect();
        if lines.is_empty() {
            continue;
        }
        println!("{level}");
        lines.iter().for_each(|line| println!("  {line}"));
    }
    if no_lab {
        println!("{}\n  left out (--no-lab): nothing ran on a real kernel", Level::L2);
    }
    let failed: Vec<&str> =
        outcomes.iter().filter(|outcome| !outcome.ok).map(|outcome| &*outcome.name).collect();
    let seconds = begun.elapsed().as_secs();
    match failed.is_empty() {
        true => println!("all passed in {} min {} s", seconds / 60, seconds % 60),
        false => println!("FAILED after {} min {} s: {}", seconds / 60, seconds % 60, failed.join(", ")),
    }
    if failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The failure of a check, for the summary.
fn first_line(failure: &Failure) -> String {
    failure.to_string().lines().next().unwrap_or_default().to_owned()
}
