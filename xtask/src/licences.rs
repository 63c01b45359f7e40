//! Every dependency's licence must be one that deny.toml allows.
//!
//! `cargo deny` reads the same file and checks more; this needs nothing installed, so it runs everywhere.

use std::fs;
use std::process::Command;

use serde_json::Value;

use crate::failure::{Attempt, Failure, Result};
use crate::process;

/// Checks the licences of all packages that the project is built from.
///
/// # Errors
/// Names every package whose licence is not allowed or not said.
pub(crate) fn check() -> Result<String> {
    let deny = fs::read_to_string("deny.toml").attempt(|| "read deny.toml".into())?;
    let (allowed, exceptions) = (allowed(&deny)?, exceptions(&deny));
    let text = process::text(Command::new(env!("CARGO")).args(["metadata", "--format-version", "1"]))?;
    let metadata: Value = serde_json::from_str(&text).attempt(|| "read cargo metadata".into())?;
    let packages = metadata["packages"].as_array().map(Vec::as_slice).unwrap_or_default();
    let wrong: Vec<String> = packages
        .iter()
        .filter(|package| {
            let own = exceptions.iter().filter(|(name, _)| package["name"] == name.as_str());
            let own = own.map(|(_, licence)| licence.clone());
            let allowed: Vec<String> = allowed.iter().cloned().chain(own).collect();
            !package["license"].as_str().is_some_and(|licence| is_allowed(licence, &allowed))
        })
        .map(|package| format!("{} {}: licence {}", package["name"], package["version"], package["license"]))
        .collect();
    match wrong.is_empty() && !packages.is_empty() {
        true => Ok(format!("{} packages, every licence is one of deny.toml's", packages.len())),
        false => Err(Failure::new(wrong.join("\n"))),
    }
}

/// The licences in the `allow` list of the `[licenses]` table.
fn allowed(deny: &str) -> Result<Vec<String>> {
    let table = deny.split("[licenses]").nth(1).and_then(|rest| rest.split("allow = [").nth(1));
    let list = table.and_then(|rest| rest.split(']').next());
    let list = list.ok_or_else(|| Failure::new("deny.toml has no list of allowed licences"))?;
    Ok(list.split('"').skip(1).step_by(2).map(str::to_owned).collect())
}

/// The packages that may have a licence of their own: lines with `crate = "NAME", allow = ["LICENCE"]`.
fn exceptions(deny: &str) -> Vec<(String, String)> {
    let pairs = deny.split("{ crate = \"").skip(1).filter_map(|rest| {
        let (name, rest) = rest.split_once('"')?;
        let licence = rest.split_once("allow = [\"")?.1.split_once('"')?.0;
        Some((name.to_owned(), licence.to_owned()))
    });
    pairs.collect()
}

/// True if an SPDX expression can be met with allowed licences: one side of each `OR`, both of each `AND`.
fn is_allowed(expression: &str, allowed: &[String]) -> bool {
    // The old form MIT/Apache-2.0 means OR.
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut at = 0;
    let met = any_of(&words, &mut at, allowed);
    met && at == words.len()
}

fn any_of(words: &[&str], at: &mut usize, allowed: &[String]) -> bool {
    let mut met = all_of(words, at, allowed);
    while words.get(*at) == Some(&"OR") {
        *at += 1;
        met |= all_of(words, at, allowed);
    }
    met
}

fn all_of(words: &[&str], at: &mut usize, allowed: &[String]) -> bool {
    let mut met = licence(words, at, allowed);
    while words.get(*at) == Some(&"AND") {
        *at += 1;
        met &= licence(words, at, allowed);
    }
    met
}

fn licence(words: &[&str], at: &mut usize, allowed: &[String]) -> bool {
    let Some(word) = words.get(*at) else { return false };
    *at += 1;
    if *word == "(" {
        let met = any_of(words, at, allowed);
        *at += 1;
        return met;
    }
    let mut name = (*word).to_owned();
    if words.get(*at) == Some(&"WITH") {
        name = format!("{name} WITH {}", words.get(*at + 1).unwrap_or(&""));
        *at += 2;
    }
    allowed.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_met_or_not() {
        let allowed: Vec<String> = ["MIT", "Unicode-3.0"].map(str::to_owned).into();
        for good in ["MIT", "MIT OR GPL-2.0", "GPL-2.0/MIT", "(MIT OR Apache-2.0) AND Unicode-3.0"] {
            assert!(is_allowed(good, &allowed), "{good}");
        }
        for bad in ["", "GPL-2.0", "MIT AND GPL-2.0", "(GPL-2.0 OR LGPL-3.0) AND MIT", "MIT WITH exception"] {
            assert!(!is_allowed(bad, &allowed), "{bad}");
        }
    }

    #[test]
    fn the_list_is_read_from_the_right_table() {
        let deny = "[bans]\nallow = [\"x\"]\n[licenses]\nallow = [\n  \"MIT\",\n  \"ISC\",\n]\n";
        assert_eq!(allowed(deny).unwrap(), ["MIT", "ISC"]);
        assert!(allowed("[bans]").is_err());
        let one = "exceptions = [{ crate = \"tool\", allow = [\"MPL-2.0\"] }]";
        assert_eq!(exceptions(one), [("tool".to_owned(), "MPL-2.0".to_owned())]);
        assert_eq!(exceptions(deny), []);
    }
}
