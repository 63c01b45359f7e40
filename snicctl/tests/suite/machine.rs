//! The real binary on a simulated machine whose state is a file.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// What a command said and how it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Said {
    /// The exit code; `None` if a signal ended it.
    pub(crate) code: Option<i32>,
    /// Standard output.
    pub(crate) out: String,
    /// Standard error.
    pub(crate) err: String,
}

/// A simulated machine of its own.
pub(crate) struct Machine {
    dir: TempDir,
    profile: String,
}

impl Machine {
    /// A new machine with the NIC of this profile, such as `e810` or `e810?capacity=2`.
    pub(crate) fn new(profile: &str) -> Self {
        Self { dir: tempfile::tempdir().unwrap(), profile: profile.to_owned() }
    }

    /// A place for files of its own.
    pub(crate) fn dir(&self) -> &Path {
        self.dir.path()
    }

    /// The address of the machine.
    pub(crate) fn uri(&self) -> String {
        let joint = if self.profile.contains('?') { '&' } else { '?' };
        format!("sim:{}{joint}state={}", self.profile, self.dir.path().join("machine.json").display())
    }

    /// The command with these words, on this machine, among the rule files of the tests.
    pub(crate) fn command<S: AsRef<str>>(&self, words: &[S]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_snicctl"));
        command
            .args(words.iter().map(AsRef::as_ref))
            .env_clear()
            // devlink tells times by the clock on the wall.
            .env("TZ", "UTC")
            .env("SNICCTL_HOST", self.uri())
            .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/rules"))
            .stdin(Stdio::null());
        command
    }

    /// Runs a command to its end.
    pub(crate) fn run<S: AsRef<str>>(&self, words: &[S]) -> Said {
        said(self.command(words).output().unwrap())
    }

    /// Runs a command that reads `input`.
    pub(crate) fn run_with<S: AsRef<str>>(&self, words: &[S], input: &str) -> Said {
        let mut command = self.command(words);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        said(child.wait_with_output().unwrap())
    }

    /// Runs a command that must end well, and gives what it printed.
    pub(crate) fn ok(&self, line: &str) -> String {
        let said = self.run(&split(line));
        assert_eq!((said.code, said.err.as_str()), (Some(0), ""), "snicctl {line}\n{}", said.out);
        said.out
    }
}

fn said(output: std::process::Output) -> Said {
    Said {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// The words of a line, as a shell takes them apart; single quotes hold words together.
pub(crate) fn split(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quoted, mut begun) = (Vec::new(), String::new(), false, false);
    for letter in line.chars() {
        match letter {
            '\'' => (quoted, begun) = (!quoted, true),
            ' ' if !quoted => {
                if begun {
                    words.push(std::mem::take(&mut word));
                }
                begun = false;
            }
            _ => {
                word.push(letter);
                begun = true;
            }
        }
    }
    if begun {
        words.push(word);
    }
    words
}
