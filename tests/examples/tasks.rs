//! The tasks of examples/ as tests run them, whatever their language: see tasks.txt beside this.

use std::path::{Path, PathBuf};
use std::process::Output;

/// A task, behind what is done before it: names and arguments.
pub(crate) struct Task {
    /// What is done, in this order; the last is the task itself.
    pub(crate) calls: Vec<(String, Vec<String>)>,
}

/// The root of the workspace: all packages are folders below it.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// All tasks.
pub(crate) fn tasks() -> Vec<Task> {
    let text = std::fs::read_to_string(root().join("tests/examples/tasks.txt")).unwrap();
    let call = |words: &str| {
        let mut words = words.split_whitespace().map(str::to_owned);
        (words.next().expect("a task has a name"), words.collect())
    };
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| Task { calls: line.split(';').map(call).collect() }).collect()
}

impl Task {
    /// Does it on a new simulated host in a language, and returns what it printed. No call may fail or complain.
    pub(crate) fn run(&self, language: &str, run: &mut dyn FnMut(&str, &[String]) -> Output) -> String {
        let state =
            Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("task-{}-{language}.json", self.name()));
        let _ = std::fs::remove_file(&state);
        let host = format!("sim:bluefield3?state={}", state.display());
        let mut printed = String::new();
        for (name, args) in &self.calls {
            let args: Vec<String> =
                args.iter().map(|arg| if arg == "HOST" { host.clone() } else { arg.clone() }).collect();
            let output = run(name, &args);
            let wrong = String::from_utf8_lossy(&output.stderr);
            assert!(
                output.status.success() && wrong.is_empty(),
                "{name} in {language}: {}\n{wrong}",
                output.status
            );
            printed = String::from_utf8(output.stdout).unwrap();
        }
        printed
    }

    /// The task's name.
    pub(crate) fn name(&self) -> &str {
        &self.calls[self.calls.len() - 1].0
    }

    /// Holds what was printed against what is expected; `SNIC_BLESS=1` writes it anew.
    pub(crate) fn expect(&self, language: &str, printed: &str) {
        let ending = if language == "sh" { "sh.txt" } else { "txt" };
        let file = root().join(format!("tests/examples/expected/{}.{ending}", self.name()));
        if std::env::var_os("SNIC_BLESS").is_some() {
            std::fs::write(&file, printed).unwrap();
        }
        let expected = std::fs::read_to_string(&file).unwrap_or_default();
        assert!(printed == expected, "{} in {language}:\n{printed}--- expected:\n{expected}", self.name());
    }
}
