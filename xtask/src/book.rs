//! `cargo xtask book`: the papers as a book, built by mdBook into `target/book`, and whether its links lead somewhere.

use std::collections::BTreeMap;
use std::fs;
use std::process::{Command, ExitCode};

use crate::failure::{Attempt, Failure, Result};
use crate::{lab, process};

/// Build the papers in docs/ as a book, into target/book
#[derive(Debug, clap::Args)]
#[group(id = "book")]
pub(crate) struct Args {}

pub(crate) fn main(Args {}: Args) -> Result<ExitCode> {
    println!("book: {}, {}", check()?, crate::target().join("book").display());
    Ok(ExitCode::SUCCESS)
}

/// Builds the book, which must go without a warning, and looks for everything that its pages lead to.
///
/// # Errors
/// What mdBook said; links that lead nowhere.
pub(crate) fn check() -> Result<String> {
    let root = crate::root();
    let to = crate::target().join("book");
    let mut build = Command::new(lab::mdbook()?);
    build.arg("build").arg(root).arg("--dest-dir").arg(&to);
    let said = process::all(&mut build)?;
    if let Some(line) = said.lines().find(|line| line.contains("[WARN]") || line.contains("[ERROR]")) {
        return Err(Failure::new(format!("mdBook said: {line}")));
    }
    let mut pages = BTreeMap::new();
    for entry in fs::read_dir(&to).attempt(|| format!("look into {}", to.display()))? {
        let path = entry.attempt(|| format!("look into {}", to.display()))?.path();
        if path.extension().is_some_and(|ending| ending == "html") {
            let text = fs::read_to_string(&path).attempt(|| format!("read {}", path.display()))?;
            pages.insert(path.file_name().unwrap_or_default().to_string_lossy().into_owned(), text);
        }
    }
    let (count, wrong) = astray(&pages);
    match wrong.is_empty() && pages.contains_key("index.html") {
        true => Ok(format!("{} pages by mdBook, the {count} links within it lead somewhere", pages.len())),
        false => Err(Failure::new(format!("links of the book lead nowhere:\n{}", wrong.join("\n")))),
    }
}

/// How many links lead from pages to pages, and which of them to none, or to no place in it.
fn astray(pages: &BTreeMap<String, String>) -> (usize, Vec<String>) {
    let (mut count, mut wrong) = (0, Vec::new());
    for (name, text) in pages {
        // These two hold the text of all pages, and what is shown where there is none.
        if ["print.html", "404.html"].contains(&name.as_str()) {
            continue;
        }
        for link in text.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            let (page, place) = link.split_once('#').unwrap_or((link, ""));
            let page = if page.is_empty() { name } else { page };
            if link.contains("://") || !page.ends_with(".html") {
                continue;
            }
            count += 1;
            let found = pages.get(page);
            let is_there = |text: &String| place.is_empty() || text.contains(&format!("id=\"{place}\""));
            if !found.is_some_and(is_there) {
                wrong.push(format!("{name}: {link}"));
            }
        }
    }
    (count, wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_that_lead_nowhere_are_found() {
        let text = "<h1 id=\"one\"></h1> href=\"#one\" href=\"b.html#two\" href=\"c.html\" href=\"https://x/y.html\"";
        let pages = [("a.html", text), ("b.html", "id=\"three\""), ("print.html", "href=\"nowhere.html\"")];
        let pages = pages.map(|(name, text)| (name.to_owned(), text.to_owned())).into();
        let (count, wrong) = astray(&pages);
        assert_eq!((count, wrong), (3, vec!["a.html: b.html#two".to_owned(), "a.html: c.html".to_owned()]));
    }
}
