//! The commands that the papers for users show: each is run, on a simulated machine.
//!
//! A comment in the page, which readers do not see, says on which:
//!
//! - `<!-- runs on PROFILE -->`: the blocks from here on follow each other on a new machine with this NIC;
//! - `<!-- before: COMMANDS -->`: what else the next block needs, as lines of a shell;
//! - `<!-- not run: REASON -->`: the next block is for other machines.
//!
//! A command ends with exit code 0, or with the one that its own comment tells (`# exit code 21: …`).
//!
//! A block that shows commands and has none of these is a mistake. Commands run in a folder of their own, with
//! `examples/` in it.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::machine::Machine;

/// How a page is gone through.
struct Page<'a> {
    name: &'a str,
    machine: Option<Machine>,
    /// What is said of the next block.
    next: Next,
    ran: usize,
    wrong: String,
}

#[derive(Default)]
struct Next {
    before: String,
    left_out: bool,
}

#[test]
fn what_the_papers_show_works() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut pages: Vec<PathBuf> =
        std::fs::read_dir(root.join("docs")).unwrap().map(|entry| entry.unwrap().path()).collect();
    pages.retain(|page| page.extension().is_some_and(|ending| ending == "md"));
    pages.push(root.join("README.md"));
    let done: Vec<(usize, String)> = std::thread::scope(|scope| {
        let running: Vec<_> = pages.iter().map(|page| scope.spawn(|| go_through(root, page))).collect();
        running.into_iter().map(|page| page.join().unwrap()).collect()
    });
    let wrong: String = done.iter().map(|(_, wrong)| wrong.as_str()).collect();
    assert!(wrong.is_empty(), "{wrong}");
    let ran: usize = done.iter().map(|(ran, _)| ran).sum();
    assert!(ran >= 100, "only {ran} commands are run");
}

fn go_through(root: &Path, file: &Path) -> (usize, String) {
    let text = std::fs::read_to_string(file).unwrap();
    let name = file.strip_prefix(root).unwrap().display().to_string();
    let mut page = Page { name: &name, machine: None, next: Next::default(), ran: 0, wrong: String::new() };
    let mut block: Vec<&str> = Vec::new();
    // Inside a block with marks, whether it shows a terminal.
    let mut fenced = None;
    for line in text.lines() {
        if let Some(language) = line.strip_prefix("```") {
            page.run(root, &std::mem::take(&mut block));
            fenced = fenced.is_none().then(|| ["", "sh", "console"].contains(&language));
        } else if let Some(terminal) = fenced {
            block.extend(terminal.then_some(line));
        } else if let Some(code) = line.strip_prefix("    ") {
            block.push(code);
        } else {
            page.run(root, &std::mem::take(&mut block));
            if let Some(said) = line.strip_prefix("<!-- ").and_then(|line| line.strip_suffix(" -->")) {
                page.hear(root, said);
            }
        }
    }
    page.run(root, &block);
    (page.ran, page.wrong)
}

/// The line as a command, if it is one of ours; in a block with output, commands are behind `$ `.
fn command(line: &str, prompted: bool) -> Option<&str> {
    let line = if prompted { line.strip_prefix("$ ")? } else { line };
    // `H=…` is a name for later lines.
    let names =
        line.split_once('=').is_some_and(|(name, _)| name.bytes().all(|letter| letter.is_ascii_uppercase()));
    (is_ours(line) || names).then_some(line)
}

fn is_ours(line: &str) -> bool {
    line.split('#')
        .next()
        .unwrap_or_default()
        .split(['|', ';'])
        .any(|part| part.trim_start().starts_with("snicctl "))
}

impl Page<'_> {
    fn hear(&mut self, root: &Path, said: &str) {
        if let Some(profile) = said.strip_prefix("runs on ") {
            let machine = Machine::new(profile);
            for folder in ["examples", "packaging"] {
                std::os::unix::fs::symlink(root.join(folder), machine.dir().join(folder)).unwrap();
            }
            self.machine = Some(machine);
        } else if let Some(commands) = said.strip_prefix("before: ") {
            self.next.before = commands.to_owned();
        } else if said.starts_with("not run: ") {
            self.next.left_out = true;
        }
    }

    fn run(&mut self, root: &Path, block: &[&str]) {
        let prompted = block.iter().any(|line| line.starts_with("$ "));
        let lines: Vec<&str> = block.iter().filter_map(|line| command(line, prompted)).collect();
        if !lines.iter().any(|line| is_ours(line)) {
            return;
        }
        let next = std::mem::take(&mut self.next);
        if next.left_out {
            return;
        }
        let Some(machine) = &self.machine else {
            let _ = writeln!(self.wrong, "{}: it is not said where this runs: {}", self.name, lines[0]);
            return;
        };
        let mut script = format!("{} || exit\n", if next.before.is_empty() { "true" } else { &next.before });
        for line in &lines {
            let wanted =
                line.split_once("# exit code ").map_or("0", |(_, code)| code.split(':').next().unwrap());
            let _ = writeln!(script, "{line}\ncode=$?; [ $code = {wanted} ] || exit $((100 + code))");
        }
        let path = std::env::var("PATH").unwrap_or_default();
        let ours = Path::new(env!("CARGO_BIN_EXE_snicctl")).parent().unwrap();
        let said = Command::new("bash")
            .args(["-c", &script])
            .env("PATH", format!("{}:{path}", ours.display()))
            .env("SNICCTL_HOST", machine.uri())
            .env("HOME", machine.dir())
            .env("ROOT", root)
            .current_dir(machine.dir())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        self.ran += lines.len();
        if !said.status.success() {
            let _ = writeln!(
                self.wrong,
                "{}: {}, which is 100 more than that of a command here:\n{script}\n{}{}",
                self.name,
                said.status,
                String::from_utf8_lossy(&said.stdout),
                String::from_utf8_lossy(&said.stderr)
            );
        }
    }
}
