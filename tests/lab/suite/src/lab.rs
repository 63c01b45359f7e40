//! The machine that the checks run on: its kernel, our programs, and those of iproute2.

use std::fmt;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::check::{Why, expect};

/// After what time a program is taken to hang.
const PATIENCE: Duration = Duration::from_secs(120);

/// How long a program may go on, or a thing take to appear, where it is watched.
const MOMENT: Duration = Duration::from_secs(60);

/// The exit code of a Rust program that panicked.
const PANICKED: i32 = 101;

/// What is there to be tested, and on which kernel.
pub(crate) struct Lab {
    /// Where `snicctl` is.
    pub(crate) programs: PathBuf,
    /// The kernel's version as the lab names it, such as `7.3`.
    pub(crate) kernel: String,
}

/// What a program did.
#[derive(Debug)]
pub(crate) struct Ran {
    /// The command line.
    pub(crate) line: String,
    /// Its exit code.
    pub(crate) code: i32,
    /// Standard output.
    pub(crate) out: String,
    /// Standard error.
    pub(crate) err: String,
}

impl Lab {
    /// Whether netdevsim of this kernel takes flower rules into its (simulated) hardware.
    pub(crate) fn offloads(&self) -> bool {
        let version = self.kernel.split_once('.');
        let number = |text: &str| text.parse::<u32>().unwrap_or(0);
        version.is_some_and(|(major, minor)| (number(major), number(minor)) >= (7, 2))
    }

    /// Runs `snicctl` with these words; a hang or a panic of it fails the check, an exit code does not.
    pub(crate) fn try_snicctl(&self, words: &[&str]) -> Result<Ran, Why> {
        self.try_snicctl_by(&[], words)
    }

    /// As [`Lab::try_snicctl`], by way of another program, such as one that gives up privileges first.
    pub(crate) fn try_snicctl_by(&self, way: &[&str], words: &[&str]) -> Result<Ran, Why> {
        let program = self.programs.join("snicctl").to_string_lossy().into_owned();
        let line: Vec<&str> = way.iter().copied().chain([&*program]).chain(words.iter().copied()).collect();
        run(&line)
    }

    /// Starts `snicctl` with these words, to be looked at while it runs.
    pub(crate) fn start(&self, words: &[&str]) -> Result<Child, Why> {
        let mut command = Command::new(self.programs.join("snicctl"));
        command.args(words).env("RUST_BACKTRACE", "1").stdout(Stdio::null()).stderr(Stdio::piped());
        Ok(command.spawn()?)
    }

    /// Runs `snicctl`, which must succeed, and returns what it printed.
    pub(crate) fn snicctl(&self, words: &[&str]) -> Result<String, Why> {
        self.try_snicctl(words)?.good()
    }

    /// Runs `snicctl … -o json`, which must succeed, and reads what it printed.
    pub(crate) fn snicctl_json(&self, words: &[&str]) -> Result<Value, Why> {
        let words: Vec<&str> = words.iter().copied().chain(["-o", "json"]).collect();
        self.try_snicctl(&words)?.json()
    }
}

/// Waits until something holds; that it never does fails the check.
pub(crate) fn until(what: &str, holds: impl Fn() -> Result<bool, Why>) -> Result<(), Why> {
    let begun = Instant::now();
    while !holds()? {
        expect(begun.elapsed() < MOMENT, || format!("waited in vain until {what}"))?;
    }
    Ok(())
}

/// Waits for the end of a program: its exit code and what it said. A hang or a panic fails the check.
pub(crate) fn end(mut child: Child) -> Result<(i32, String), Why> {
    let begun = Instant::now();
    while child.try_wait()?.is_none() {
        if begun.elapsed() > MOMENT {
            let (seconds, at) = (MOMENT.as_secs(), stacks(child.id()));
            child.kill()?;
            let said = String::from_utf8_lossy(&child.wait_with_output()?.stderr).into_owned();
            return Err(Why(format!("it hung for {seconds} s at {at}after it said {said:?}")));
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    let output = child.wait_with_output()?;
    let (code, said) = (output.status.code().unwrap_or(-1), String::from_utf8_lossy(&output.stderr));
    expect(code != PANICKED, || format!("snicctl panicked: {said}"))?;
    Ok((code, said.into_owned()))
}

/// Where the threads of a program are in the kernel, if they are there.
pub(crate) fn stacks(pid: u32) -> String {
    let mut all = String::new();
    for task in std::fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten() {
        let read = |file: &str| std::fs::read_to_string(task.path().join(file)).unwrap_or_default();
        let stack = read("stack");
        let calls: Vec<&str> = stack.lines().filter_map(|line| line.split_whitespace().nth(1)).collect();
        all += &format!(
            "{} ({}): {}; ",
            task.file_name().to_string_lossy(),
            read("comm").trim(),
            calls.join(" < ")
        );
    }
    all
}

/// Runs a program and returns what it did.
pub(crate) fn run(words: &[&str]) -> Result<Ran, Why> {
    let line = words.join(" ");
    let why = |error: std::io::Error| Why(format!("{line}: {error}"));
    let (program, arguments) = words.split_first().ok_or_else(|| Why("no program to run".into()))?;
    let child = Command::new(program)
        .args(arguments)
        .env_remove("SNICCTL_HOST")
        .env("RUST_BACKTRACE", "1")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        // What it starts is ended with it.
        .process_group(0)
        .spawn()
        .map_err(why)?;
    let watch = Watchdog::over(&child);
    let output = child.wait_with_output().map_err(why)?;
    if watch.has_bitten() {
        return Err(Why(format!("{line} hung for {} s", PATIENCE.as_secs())));
    }
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    let code = output.status.code().unwrap_or(-1);
    let ran = Ran { line, code, out: text(output.stdout), err: text(output.stderr) };
    match code {
        PANICKED => Err(Why(format!("{} panicked: {}", ran.line, ran.err))),
        _ => Ok(ran),
    }
}

/// Ends a group of processes that goes on for too long. A program of its own for that, such as `timeout`, would take as
/// long to start as most of what it would watch.
struct Watchdog {
    call_off: mpsc::Sender<()>,
    thread: JoinHandle<bool>,
}

impl Watchdog {
    fn over(leader: &Child) -> Self {
        let group = format!("-{}", leader.id());
        let (call_off, called_off) = mpsc::channel();
        let thread = std::thread::spawn(move || {
            let hung = called_off.recv_timeout(PATIENCE) == Err(mpsc::RecvTimeoutError::Timeout);
            if hung {
                // It has ended by itself if this fails.
                let _ = Command::new("kill").args(["-KILL", "--", &group]).status();
            }
            hung
        });
        Self { call_off, thread }
    }

    fn has_bitten(self) -> bool {
        drop(self.call_off);
        self.thread.join().unwrap_or(false)
    }
}

/// Runs a command line without quotes in it, which must succeed, and returns what it printed.
pub(crate) fn sh(line: &str) -> Result<String, Why> {
    let words: Vec<&str> = line.split_whitespace().collect();
    run(&words)?.good()
}

/// As [`sh`], for a program that prints JSON.
pub(crate) fn sh_json(line: &str) -> Result<Value, Why> {
    let words: Vec<&str> = line.split_whitespace().collect();
    run(&words)?.json()
}

impl Ran {
    /// What it printed, if it succeeded.
    pub(crate) fn good(self) -> Result<String, Why> {
        match self.code {
            0 => Ok(self.out),
            _ => Err(Why(self.to_string())),
        }
    }

    /// The JSON that it printed, if it succeeded; nothing printed is an empty list.
    pub(crate) fn json(self) -> Result<Value, Why> {
        let line = self.line.clone();
        let out = self.good()?;
        match out.trim() {
            "" => Ok(Value::Array(Vec::new())),
            text => {
                serde_json::from_str(text).map_err(|error| Why(format!("{line} printed no JSON: {error}")))
            }
        }
    }

    /// Fails the check unless it ended with this code and said all of these words on standard error.
    pub(crate) fn refused(&self, code: i32, words: &[&str]) -> Result<(), Why> {
        let missing: Vec<&&str> = words.iter().filter(|word| !self.err.contains(**word)).collect();
        match self.code == code && missing.is_empty() {
            true => Ok(()),
            false => Err(Why(format!("expected exit code {code} and the words {words:?}, but {self}"))),
        }
    }
}

impl fmt::Display for Ran {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ended with code {}: {}", self.line, self.code, self.err.trim_end())
    }
}
