//! Whether the files that the papers name are there.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::failure::{Attempt, Failure, Result};

/// The papers, from the root of the workspace.
const PAPERS: &[&str] = &[
    "README.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "docs/adapters.md",
    "docs/c.md",
    "docs/interrupted-changes.md",
    "docs/packages.md",
    "docs/proof.md",
    "docs/python.md",
    "docs/why-not-in-hardware.md",
    "fuzz/README.md",
    "tests/lab/README.md",
    "tests/lab/labnic/README.md",
];

/// Endings by which a word without a slash is known to name a file.
const ENDINGS: &[&str] = &[".rs", ".md", ".toml", ".sh", ".tc", ".yaml"];

/// Looks for every file that a paper names between backquotes or links to.
///
/// A name may be short: it is looked for in the folders that the same paragraph or line of a table names, and in those
/// around them. What stands for many (`<driver>`, `NAME`) is looked for up to there.
///
/// # Errors
/// Names every file that is not there.
pub(crate) fn check() -> Result<String> {
    let root = crate::root();
    let (mut named, mut missing) = (0, Vec::new());
    for paper in PAPERS {
        let text = std::fs::read_to_string(root.join(paper)).attempt(|| format!("read {paper}"))?;
        let home = root.join(paper).parent().unwrap_or(root).to_owned();
        for paragraph in paragraphs(&text) {
            let names = names(&paragraph);
            named += names.len();
            missing.extend(absent(&names, root, &home).into_iter().map(|name| format!("{paper}: {name}")));
        }
    }
    match missing.is_empty() {
        true => Ok(format!("{} papers, the {named} files that they name are there", PAPERS.len())),
        false => Err(Failure::new(format!("papers name what is not there:\n{}", missing.join("\n")))),
    }
}

/// The paragraphs of a text, without code blocks; each line of a table is one.
fn paragraphs(text: &str) -> Vec<String> {
    let mut found = vec![String::new()];
    let mut code = false;
    for line in text.lines() {
        code ^= line.starts_with("```");
        match line {
            _ if code || line.starts_with("```") => {}
            "" => found.push(String::new()),
            _ if line.starts_with('|') => found.push(line.to_owned()),
            _ => {
                let before = found.pop().unwrap_or_default();
                found.push(before + line + "\n");
            }
        }
    }
    found
}

/// What names a file in a paragraph, up to the first part that stands for many.
fn names(paragraph: &str) -> Vec<String> {
    let quoted = paragraph.split('`').skip(1).step_by(2);
    let linked = paragraph.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(link, _)| link);
    let strange = |c: char| !c.is_ascii_alphanumeric() && !"._-/<>".contains(c);
    quoted
        .chain(linked)
        .filter(|word| !word.is_empty() && !word.contains(strange) && !word.starts_with(['/', '-']))
        .filter(|word| word.contains('/') || ENDINGS.iter().any(|ending| word.ends_with(ending)))
        .map(|word| match word.split('/').position(|part| part.contains('<') || part.contains("NAME")) {
            None => word.to_owned(),
            Some(known) => word.split('/').take(known).collect::<Vec<_>>().join("/"),
        })
        .filter(|word| !word.is_empty())
        .collect()
}

/// Those of the names that are neither at the root, nor beside the paper, nor around another of them.
fn absent(names: &[String], root: &Path, home: &Path) -> Vec<String> {
    let mut around: BTreeSet<PathBuf> = [root.to_owned(), home.to_owned()].into();
    for name in names {
        let path = root.join(name);
        around.extend(path.ancestors().take_while(|folder| *folder != root).map(Path::to_owned));
        around.insert(path.join("src"));
    }
    // `tests/golden/requests.rs`, found in a room, tells where `replies.rs` is.
    let found: Vec<PathBuf> = around
        .iter()
        .flat_map(|folder| names.iter().map(move |name| folder.join(name)))
        .filter(|path| path.exists())
        .collect();
    around.extend(found.iter().flat_map(|path| path.ancestors().take(2)).map(Path::to_owned));
    names.iter().filter(|name| !around.iter().any(|folder| folder.join(name).exists())).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_that_the_papers_name_is_there() {
        check().unwrap();
    }

    #[test]
    fn a_name_is_looked_for_around_the_others_of_its_paragraph() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let text = "In `xtask/src/`: `arrows.rs`, `lab/<kernel>/x.rs`.\n\n`arrows.rs` [x](nowhere.md)\n\n```\n`no.rs`\n```\n";
        let gone: Vec<Vec<String>> =
            paragraphs(text).iter().map(|paragraph| absent(&names(paragraph), root, root)).collect();
        let gone: Vec<String> = gone.concat();
        assert_eq!(gone, ["arrows.rs", "nowhere.md"]);
    }
}
