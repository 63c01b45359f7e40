//! The scenarios that every face goes through, as tests run them: see steps.txt beside this. Each face's answers are held
//! against the same documents in `expected/`.

use std::path::{Path, PathBuf};
use std::process::Output;

use serde_json::{Value, json};

/// Steps, one after the other.
pub(crate) struct Scenario {
    name: String,
    /// The words of each.
    pub(crate) steps: Vec<Vec<String>>,
}

/// The root of the workspace: all packages are folders below it.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// All scenarios. A file of them has a step on each line; single quotes hold words together, and # begins a remark.
pub(crate) fn scenarios() -> Vec<Scenario> {
    let files = std::fs::read_dir(root().join("tests/scenarios")).unwrap().map(|file| file.unwrap().path());
    let mut files: Vec<PathBuf> =
        files.filter(|file| file.extension().is_some_and(|end| end == "scenario")).collect();
    files.sort();
    let of_file = |file: PathBuf| {
        let text = std::fs::read_to_string(&file).unwrap();
        let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        Scenario {
            name: file.file_stem().unwrap().to_string_lossy().into_owned(),
            steps: lines.map(words).collect(),
        }
    };
    files.into_iter().map(of_file).collect()
}

fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (at, part) in line.split('\'').enumerate() {
        match at % 2 {
            0 => words.extend(part.split_whitespace().map(str::to_owned)),
            _ => words.push(part.to_owned()),
        }
    }
    words
}

impl Scenario {
    /// Writes the steps down as drivers read them: words with tabs between them.
    #[allow(dead_code)] // Not every face has a program for it.
    pub(crate) fn written(&self, face: &str) -> PathBuf {
        let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("steps-{}-{face}.txt", self.name));
        let lines: String = self.steps.iter().map(|words| words.join("\t") + "\n").collect();
        std::fs::write(&file, lines).unwrap();
        file
    }

    /// Holds what a driver printed, a line for each step, against what is expected.
    #[allow(dead_code)]
    pub(crate) fn expect_printed(&self, face: &str, output: Output) {
        let wrong = String::from_utf8_lossy(&output.stderr);
        let printed = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && wrong.is_empty(), "{} in {face}:\n{printed}{wrong}", self.name);
        let read = |line: &str| serde_json::from_str(line).unwrap_or_else(|error| panic!("{line}: {error}"));
        self.expect(face, printed.lines().map(read).collect());
    }

    /// Holds the answers of a face against what is expected. `SNIC_BLESS=1` writes it anew, from what Rust answers alone.
    pub(crate) fn expect(&self, face: &str, answers: Vec<Value>) {
        assert_eq!(answers.len(), self.steps.len(), "{} in {face}: an answer for each step", self.name);
        let told: Vec<Value> = (self.steps.iter().zip(answers))
            .map(|(step, gives)| json!({"step": step.join(" "), "gives": told(gives)}))
            .collect();
        let file = root().join(format!("tests/scenarios/expected/{}.json", self.name));
        if face == "rust" && std::env::var_os("SNIC_BLESS").is_some() {
            std::fs::write(&file, serde_json::to_string_pretty(&told).unwrap() + "\n").unwrap();
        }
        let expected: Vec<Value> =
            serde_json::from_str(&std::fs::read_to_string(&file).unwrap_or("[]".into())).unwrap();
        for (told, expected) in told.iter().zip(&expected) {
            assert!(told == expected, "{} in {face}:\n{told:#}\n--- expected:\n{expected:#}", self.name);
        }
        assert_eq!(told.len(), expected.len(), "{} in {face}: {}", self.name, file.display());
    }
}

/// An answer without what is not told: fields that are null.
fn told(value: Value) -> Value {
    match value {
        Value::Array(all) => all.into_iter().map(told).collect(),
        Value::Object(fields) => {
            let there = fields.into_iter().filter(|(_, value)| !value.is_null());
            there.map(|(name, value)| (name, told(value))).collect()
        }
        other => other,
    }
}
