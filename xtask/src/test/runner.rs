//! Runs one thing and keeps its own summary.

use std::collections::HashMap;
use std::ffi::OsString;
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::first_line;
use super::levels::Level;
use crate::failure::{Attempt, Failure, Result};
use crate::lab::{Kernel, Lab, LabCommand};
use crate::process;
use crate::{EVERYTHING, arrows};

/// Test programs of cargo that are meant for the lab, and that a plain `cargo test` leaves out.
pub(super) const LAB_TESTS: [&str; 2] = ["netdevsim", "genetlink"];
/// How long the suites of one kernel may take.
const LAB_TIME: Duration = Duration::from_secs(25 * 60);

/// What became of one run.
#[derive(Debug)]
pub(super) struct Outcome {
    pub(super) level: Level,
    pub(super) name: String,
    pub(super) ok: bool,
    /// What its runner said in the end, in its own words.
    said: String,
}

impl Outcome {
    /// The lines for the summary.
    pub(super) fn lines(&self) -> Vec<String> {
        self.said.lines().map(|line| format!("{:<40} {line}", self.name)).collect()
    }
}

/// Runs a program whose exit code is all it says.
pub(super) fn command(name: &str, command: &mut Command) -> Outcome {
    println!("== {name} ==");
    let begun = Instant::now();
    let status = command.stdin(Stdio::null()).status();
    let ok = status.as_ref().is_ok_and(|status| status.success());
    let said = match status {
        Ok(status) if status.success() => format!("ok ({} s)", begun.elapsed().as_secs()),
        Ok(status) => format!("FAILED ({status})"),
        Err(error) => format!("FAILED ({error})"),
    };
    Outcome { level: Level::House, name: name.into(), ok, said }
}

/// Runs a check of our own.
pub(super) fn check(name: &str, check: impl FnOnce() -> Result<String>) -> Outcome {
    println!("== {name} ==");
    let (ok, said) = match check() {
        Ok(said) => (true, format!("ok: {said}")),
        Err(failure) => {
            eprintln!("{failure}");
            (false, format!("FAILED: {}", first_line(&failure)))
        }
    };
    Outcome { level: Level::House, name: name.into(), ok, said }
}

/// Runs a suite that sums up itself.
pub(super) fn suite(level: Level, name: &str, suite: impl FnOnce() -> Result<String>) -> Outcome {
    Outcome { level, ..check(name, suite) }
}

/// Runs all tests of the workspace with `cargo test`, which says itself what ran.
pub(super) fn cargo_tests() -> Vec<Outcome> {
    println!("== cargo test ==");
    let failed =
        |said: String| vec![Outcome { level: Level::L0, name: "cargo test".into(), ok: false, said }];
    // One pipe for both streams: the names of the test programs come on one, their results on the other.
    let script = format!("exec '{}' test {} --no-fail-fast 2>&1", env!("CARGO"), EVERYTHING.join(" "));
    let child = Command::new("sh").args(["-c", &script]).stdin(Stdio::null()).stdout(Stdio::piped()).spawn();
    let mut child = match child.attempt(|| "start cargo test".into()) {
        Ok(child) => child,
        Err(failure) => return failed(failure.to_string()),
    };
    let mut outcomes = Vec::new();
    if let Some(out) = child.stdout.take() {
        let mut program = Program::new(owners());
        for line in BufReader::new(out).lines().map_while(std::io::Result::ok) {
            println!("{line}");
            outcomes.extend(program.read(&line));
        }
    }
    let status = child.wait();
    let all_well = outcomes.iter().all(|outcome: &Outcome| outcome.ok);
    if !status.as_ref().is_ok_and(|status| status.success()) && all_well || outcomes.is_empty() {
        outcomes.extend(failed(format!("FAILED before all tests ran: {status:?}")));
    }
    outcomes
}

/// Which crate an integration test belongs to, by the test's name.
fn owners() -> HashMap<String, String> {
    let metadata = arrows::metadata().unwrap_or_default();
    let packages = metadata["packages"].as_array().map(Vec::as_slice).unwrap_or_default();
    let of_package = |package: &Value| {
        let name = package["name"].as_str().unwrap_or_default().replace('-', "_");
        let targets = package["targets"].as_array().cloned().unwrap_or_default();
        let tests = targets.into_iter().filter(|target| target["kind"][0] == "test");
        tests
            .filter_map(move |target| Some((target["name"].as_str()?.replace('-', "_"), name.clone())))
            .collect::<Vec<_>>()
    };
    packages.iter().flat_map(of_package).collect()
}

/// The test program whose output is being read.
struct Program {
    owners: HashMap<String, String>,
    /// The crate that it tests.
    owner: String,
    /// Which of the crate's test programs it is.
    what: String,
    /// The lines of its tests that failed.
    failed: Vec<String>,
}

impl Program {
    fn new(owners: HashMap<String, String>) -> Self {
        Self { owners, owner: String::new(), what: String::new(), failed: Vec::new() }
    }

    /// Reads a line of `cargo test`; a result line ends the program.
    fn read(&mut self, line: &str) -> Option<Outcome> {
        let line = line.trim();
        if let Some(rest) = line.strip_prefix("Running ") {
            // "unittests src/lib.rs (target/debug/deps/smartnic_core-0123456789abcdef)"
            let file = rest.rsplit(['/', '(']).next().unwrap_or_default().trim_end_matches(')');
            let name = file.rsplit_once('-').map_or(file, |(name, _)| name);
            let source = rest.split(" (").next().unwrap_or_default();
            self.what = source.trim_start_matches("unittests ").to_owned();
            let is_unit = source.starts_with("unittests ");
            let owner = if is_unit { None } else { self.owners.get(name) };
            self.owner = owner.map_or(name, String::as_str).to_owned();
        } else if let Some(name) = line.strip_prefix("Doc-tests ") {
            (self.owner, self.what) = (name.to_owned(), "doc tests".to_owned());
        } else if is_failure(line) {
            self.failed.push(line.to_owned());
        } else if line.starts_with("test result: ") {
            let mut said = std::mem::take(&mut self.failed);
            said.push(line.to_owned());
            return (!line.contains(" 0 passed; 0 failed;")).then(|| Outcome {
                level: Level::of_crate(&self.owner),
                name: format!("{} {}", self.owner, self.what),
                ok: line.starts_with("test result: ok."),
                said: said.join("\n"),
            });
        }
        None
    }
}

/// What runs in one boot: a kernel, and which part of how many of its lab-suite. The other suites go with the first.
#[derive(Clone, Copy)]
pub(super) struct Share {
    pub(super) kernel: Kernel,
    pub(super) part: u32,
    pub(super) of: u32,
}

impl Share {
    fn name(self) -> String {
        let Self { kernel, part, of } = self;
        match of {
            1 => kernel.name().to_owned(),
            of => format!("{} ({part}/{of})", kernel.name()),
        }
    }
}

/// Boots a kernel once and runs its share of the lab's suites on it.
pub(super) fn lab_suite(share: Share, tests: &[String]) -> Outcome {
    let name = format!("kernel {}", share.name());
    println!("== lab, {name} ==");
    let (ok, said) = match run_lab_suite(share, tests) {
        Ok((0, said)) => (true, said),
        Ok((code, said)) => (false, format!("{said}\nFAILED (exit code {code})")),
        Err(failure) => {
            eprintln!("{failure}");
            (false, format!("FAILED: {}", first_line(&failure)))
        }
    };
    Outcome { level: Level::L2, name, ok, said }
}

/// The exit code, and the lines in which the suites sum up what they did.
fn run_lab_suite(share: Share, tests: &[String]) -> Result<(u8, String)> {
    let programs = crate::target().join("debug").into_os_string();
    let (kernel, part) = (share.kernel, format!("{}/{}", share.part, share.of));
    let words = ["sh".into(), "tests/lab/suite.sh".into(), programs, kernel.name().into(), part.into()];
    let tests = tests.iter().map(OsString::from);
    let command = LabCommand::new(words.into_iter().chain(tests))?.timeout(LAB_TIME).processors(1);
    let (mut tee, mut complaints) = (Tee::of(share), Tee::of(share));
    let exit = Lab::open(kernel)?.run_into(&command, &mut tee, &mut complaints)?;
    let mut said: Vec<&str> = tee.text.lines().filter(|line| is_summary(line)).collect();
    let faults: Vec<&str> = exit.kernel_faults().collect();
    said.extend(&faults);
    if said.is_empty() {
        return Err(Failure::new("the suites in the lab said nothing of what they ran"));
    }
    let code = if faults.is_empty() { exit.code } else { exit.code.max(1) };
    Ok((code, said.join("\n")))
}

/// True for the line in which a suite of the lab sums up: "conformance: 40 passed, 0 failed, 2 skipped", or as
/// `cargo test` does; and for the line of a check that failed, so that the summary says which.
fn is_summary(line: &str) -> bool {
    line.starts_with("test result: ")
        || line.contains(" passed, ") && line.contains(" failed")
        || is_failure(line)
}

/// True for "FAILED  name: reason", as our suites say it, and for "test name ... FAILED", as `cargo test` does.
fn is_failure(line: &str) -> bool {
    line.starts_with("FAILED  ") || line.starts_with("test ") && line.ends_with(" ... FAILED")
}

/// Builds the test programs that are meant for the lab, and says where they are.
pub(super) fn lab_tests() -> Result<Vec<String>> {
    let mut build = Command::new(env!("CARGO"));
    build.args(["test", "--no-run", "--quiet", "--message-format=json"]).args(EVERYTHING);
    build.args(LAB_TESTS.map(|test| format!("--test={test}")));
    let messages = process::text(&mut build)?;
    let messages = messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let tests = messages.filter(|message| message["target"]["kind"][0] == "test");
    let found: Vec<String> =
        tests.filter_map(|test| test["executable"].as_str().map(str::to_owned)).collect();
    match found.len() == LAB_TESTS.len() {
        true => Ok(found),
        false => Err(Failure::new(format!("cargo built {} of {}", found.join(", "), LAB_TESTS.join(", ")))),
    }
}

/// Passes whole lines on to standard output, each behind the name of what runs, and keeps all.
struct Tee {
    /// What runs there.
    share: String,
    text: String,
    /// How much of the text has been printed.
    printed: usize,
}

impl Tee {
    fn of(share: Share) -> Self {
        Self { share: share.name(), text: String::new(), printed: 0 }
    }
}

impl Write for Tee {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.text.push_str(&String::from_utf8_lossy(bytes));
        let Some(end) = self.text.rfind('\n').map(|at| at + 1) else { return Ok(bytes.len()) };
        let mut out = std::io::stdout().lock();
        for line in self.text.get(self.printed..end).unwrap_or_default().lines() {
            writeln!(out, "[{}] {line}", self.share)?;
        }
        self.printed = self.printed.max(end);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        std::io::stdout().flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_tied_to_the_program_and_the_level() {
        let owners = HashMap::from([("main_job".to_owned(), "smartnic".to_owned())]);
        let mut program = Program::new(owners);
        let output = "     Running unittests src/lib.rs (target/debug/deps/smartnic_sim-0123456789abcdef)\n\
                      running 2 tests\n\
                      test result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\
                      Running tests/main_job.rs (target/debug/deps/main_job-0123456789abcdef)\n\
                      test result: ok. 7 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\
                      Doc-tests smartnic_core\n\
                      test result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.20s";
        let outcomes: Vec<Outcome> = output.lines().filter_map(|line| program.read(line)).collect();
        let short: Vec<_> =
            outcomes.iter().map(|outcome| (&*outcome.name, outcome.level, outcome.ok)).collect();
        assert_eq!(
            short,
            [
                ("smartnic_sim src/lib.rs", Level::L1, true),
                ("smartnic tests/main_job.rs", Level::L1, true),
                ("smartnic_core doc tests", Level::L0, false),
            ]
        );
    }

    #[test]
    fn summaries_of_the_lab_are_known() {
        assert!(is_summary("conformance: 40 passed, 0 failed, 2 skipped"));
        assert!(is_summary("test result: ok. 8 passed; 0 failed; 0 ignored"));
        assert!(!is_summary("ok 4 VFs"));
    }
}
