//! `cargo xtask surface`: docs/surface.md, the table of operations and faces.
//!
//! What a face calls an operation stands in `rows.rs`. Each name is looked for in the face itself, and each function of the
//! faces must stand in a row, so that neither can go its own way. A hole has its reason, or it is an error.

mod rows;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::failure::{Attempt, Failure, Result};
use crate::root;
use rows::ROWS;

const FACES: [&str; 5] = ["Rust", "C", "C++", "Python", "snicctl"];
const TABLE: &str = "docs/surface.md";

/// Compare the table of operations and faces with the faces
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Compare only (this is what happens without options, too)
    #[arg(long)]
    check: bool,
    /// Write the table anew instead of comparing
    #[arg(long, conflicts_with = "check")]
    bless: bool,
}

pub(crate) fn main(args: Args) -> Result<ExitCode> {
    if args.bless {
        fs::write(root().join(TABLE), table()).attempt(|| format!("write {TABLE}"))?;
    }
    println!("surface: {}", check()?);
    Ok(ExitCode::SUCCESS)
}

/// Holds rows and faces against each other.
///
/// # Errors
/// Names of rows that a face does not have, functions of faces that no row has, and holes without a reason.
pub(crate) fn check() -> Result<String> {
    let faces = Faces::read()?;
    let mut wrong = Vec::new();
    for (operation, cells) in ROWS {
        for ((face, cell), have) in FACES.iter().zip(cells).zip(faces.each()) {
            match cell.strip_prefix("--") {
                Some(reason) if reason.trim().is_empty() => {
                    wrong.push(format!("{operation}: {face} has it not, and no reason is said"));
                }
                Some(_) => {}
                None if cell.is_empty() => wrong.push(format!("{operation}: {face} has an empty cell")),
                None => {
                    let lacking = cell.split(' ').filter(|name| !have.contains(*name));
                    wrong.extend(lacking.map(|name| format!("{operation}: {face} has no {name}")));
                }
            }
        }
    }
    // The functions that hand on what an operation gave belong to it, and have no row of their own.
    let serves = |name: &str| {
        ["_next", "_free"].iter().any(|end| name.ends_with(end))
            || ["snic_error_", "snic_text_", "snic_plan_next_", "snic_flow_report_"]
                .iter()
                .any(|start| name.starts_with(start))
    };
    let named = |face: usize| -> BTreeSet<&str> {
        ROWS.iter().flat_map(|(_, cells)| cells[face].split(' ')).collect()
    };
    let left_out = |face: usize, have: &BTreeSet<String>| -> Vec<String> {
        let named = named(face);
        let of_face = have.iter().filter(|name| !named.contains(name.as_str()) && !serves(name));
        of_face.map(|name| format!("{}: {name} stands in no row", FACES[face])).collect()
    };
    wrong.extend(left_out(1, &faces.c));
    wrong.extend(left_out(3, &faces.python_host));
    wrong.extend(left_out(4, &faces.cli));
    let rust = named(0);
    for (file, methods) in &faces.traits {
        if !methods.is_empty() && !methods.iter().any(|method| rust.contains(method.as_str())) {
            wrong.push(format!("Rust: no operation of {file} stands in a row"));
        }
    }
    if fs::read_to_string(root().join(TABLE)).ok() != Some(table()) {
        wrong.push(format!("{TABLE} is not what the rows say: cargo xtask surface --bless"));
    }
    let holes = ROWS.iter().flat_map(|(_, cells)| cells).filter(|cell| cell.starts_with("--")).count();
    match wrong.is_empty() {
        true => Ok(format!(
            "{} operations in {} faces, {holes} holes with their reasons",
            ROWS.len(),
            FACES.len()
        )),
        false => Err(Failure::new(wrong.join("\n"))),
    }
}

/// The names that each face has.
struct Faces {
    rust: BTreeSet<String>,
    /// The methods of core's traits, by file.
    traits: Vec<(String, BTreeSet<String>)>,
    c: BTreeSet<String>,
    cpp: BTreeSet<String>,
    python: BTreeSet<String>,
    /// The methods of Python's class Host.
    python_host: BTreeSet<String>,
    cli: BTreeSet<String>,
}

impl Faces {
    fn read() -> Result<Self> {
        let mut rust = BTreeSet::new();
        let mut traits = Vec::new();
        for file in files(&root().join("smartnic-core/src/backend"), "rs")? {
            let methods = behind(&text(&file)?, "    fn ");
            rust.extend(methods.iter().cloned());
            traits.push((file.display().to_string(), methods));
        }
        for file in files(&root().join("smartnic/src"), "rs")? {
            rust.extend(behind(&text(&file)?, "pub fn "));
        }
        let map = text(&root().join("smartnic-ffi/libsmartnic.map"))?;
        let c = map.lines().filter_map(|line| line.trim().strip_suffix(';'));
        let c = c.filter(|name| name.starts_with("snic_")).map(str::to_owned).collect();
        let cpp = text(&root().join("smartnic-ffi/include/smartnic.hpp"))?;
        let cpp = cpp.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').map(str::to_owned).collect();
        let mut python = BTreeSet::new();
        for file in files(&root().join("python/package/smartnic"), "py")? {
            python.extend(behind(&text(&file)?, "    def "));
        }
        let mut host = behind(&text(&root().join("python/package/smartnic/_host.py"))?, "    def ");
        for file in files(&root().join("python/package/smartnic/_ops"), "py")? {
            host.extend(behind(&text(&file)?, "    def "));
        }
        let python_host =
            host.into_iter().filter(|name| !name.starts_with('_') && name != "closed").collect();
        let cli = text(&root().join("snicctl/src/cli.rs"))?;
        let variants = cli.lines().filter_map(|line| line.strip_prefix("    ")).filter_map(|line| {
            let name = line.split(['(', ',', ' ', '{']).next()?;
            let is_variant =
                name.starts_with(|c: char| c.is_ascii_uppercase()) && name.chars().all(char::is_alphanumeric);
            is_variant.then(|| as_typed(name))
        });
        Ok(Self { rust, traits, c, cpp, python, python_host, cli: variants.collect() })
    }

    fn each(&self) -> [&BTreeSet<String>; 5] {
        [&self.rust, &self.c, &self.cpp, &self.python, &self.cli]
    }
}

fn text(file: &Path) -> Result<String> {
    fs::read_to_string(file).attempt(|| format!("read {}", file.display()))
}

/// The files with an ending, also in folders below.
fn files(folder: &Path, ending: &str) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).attempt(|| format!("look into {}", folder.display()))? {
        let path = entry.attempt(|| format!("look into {}", folder.display()))?.path();
        if path.is_dir() {
            found.extend(files(&path, ending)?);
        } else if path.extension().is_some_and(|extension| extension == ending) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// The names that stand behind a word such as `fn `.
fn behind(text: &str, word: &str) -> BTreeSet<String> {
    let names = text.lines().filter_map(|line| line.split_once(word)).map(|(_, rest)| {
        rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap_or_default().to_owned()
    });
    names.filter(|name| !name.is_empty()).collect()
}

fn table() -> String {
    let mut text = "# Operations and faces\n\nWhat each face calls an operation; where it has none, why. Written by `cargo xtask surface \
                    --bless`, held against the faces by `cargo xtask test`.\n\n"
        .to_owned();
    let _ = writeln!(text, "| operation | {} |\n|---|{}", FACES.join(" | "), "---|".repeat(FACES.len()));
    for (operation, cells) in ROWS {
        let cells = cells.map(|cell| match cell.strip_prefix("--") {
            Some(reason) => format!("— {}", reason.trim()),
            None => cell.split(' ').map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" "),
        });
        let _ = writeln!(text, "| {operation} | {} |", cells.join(" | "));
    }
    text
}

/// A word of the command line, by the name of the variant that clap makes it of.
fn as_typed(variant: &str) -> String {
    let mut word = String::new();
    for (at, letter) in variant.char_indices() {
        if letter.is_ascii_uppercase() && at > 0 {
            word.push('-');
        }
        word.push(letter.to_ascii_lowercase());
    }
    word
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_those_of_clap() {
        assert_eq!(["Flow", "UdpPort"].map(as_typed), ["flow", "udp-port"]);
    }

    #[test]
    fn names_are_found_behind_a_word() {
        let found = behind("    fn one(&self)\nfn two()\n    fn three<T>(x: T)\n", "    fn ");
        assert_eq!(found.iter().collect::<Vec<_>>(), ["one", "three"]);
    }

    #[test]
    fn rows_and_faces_agree() {
        check().unwrap();
    }
}
