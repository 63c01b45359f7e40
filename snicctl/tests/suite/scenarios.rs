//! Whole tasks, command by command, with all that is printed.
//!
//! Each file in `tests/scenarios/` is what a terminal would show: its first line names the profile, lines that begin
//! with `$ ` are commands, and below each stand its output, its errors behind `! `, and its exit code if it is not 0.
//! The commands are run in order on one machine and the whole must come out as it stands there. After a wanted change,
//! `SNIC_BLESS=1 cargo test -p snicctl --test suite` writes the files anew.

use std::path::Path;

use crate::machine::{Machine, Said, split};

const PROFILE: &str = "profile: ";
const COMMAND: &str = "$ snicctl ";

#[test]
fn scenarios_print_what_they_printed_before() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios");
    let bless = std::env::var_os("SNIC_BLESS").is_some();
    let mut files: Vec<_> = std::fs::read_dir(&dir).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty(), "no scenarios in {}", dir.display());
    let mut different = Vec::new();
    for file in files {
        let wanted = std::fs::read_to_string(&file).unwrap();
        let printed = replay(&wanted);
        if printed == wanted {
            continue;
        }
        match bless {
            true => std::fs::write(&file, printed).unwrap(),
            false => different.push(format!("{}:\n{}", file.display(), first_difference(&wanted, &printed))),
        }
    }
    assert!(different.is_empty(), "{}\nSNIC_BLESS=1 writes them anew", different.join("\n"));
}

/// Runs the commands of a scenario and gives it back as it comes out now.
fn replay(scenario: &str) -> String {
    let profile = scenario.lines().next().and_then(|line| line.strip_prefix(PROFILE)).expect("a profile");
    let machine = Machine::new(profile);
    let mut printed = format!("{PROFILE}{profile}\n");
    for line in scenario.lines().filter(|line| line.starts_with("## ") || line.starts_with(COMMAND)) {
        let Some(command) = line.strip_prefix(COMMAND) else {
            printed.push_str(&format!("\n{line}\n"));
            continue;
        };
        let said = machine.run(&split(command));
        printed.push_str(&format!("\n{line}\n{}", shown(&said, machine.dir())));
    }
    printed
}

fn shown(said: &Said, dir: &Path) -> String {
    let mut text = String::new();
    match serde_json::from_str::<serde_json::Value>(&said.out) {
        Ok(value) if value.is_object() || value.is_array() => {
            text.push_str(&serde_json::to_string_pretty(&value).unwrap());
            text.push('\n');
        }
        _ => text.push_str(&said.out),
    }
    for line in said.err.lines() {
        text.push_str(&format!("! {line}\n"));
    }
    if said.code != Some(0) {
        text.push_str(&format!(
            "[exit {}]\n",
            said.code.map_or("by signal".to_owned(), |code| code.to_string())
        ));
    }
    text.replace(&dir.display().to_string(), "DIR")
}

fn first_difference(wanted: &str, printed: &str) -> String {
    let at = wanted.lines().zip(printed.lines()).take_while(|(one, other)| one == other).count();
    let shown = |text: &str| text.lines().skip(at.saturating_sub(3)).take(12).collect::<Vec<_>>().join("\n");
    format!("--- wanted, from line {}\n{}\n--- printed\n{}\n", at + 1, shown(wanted), shown(printed))
}
