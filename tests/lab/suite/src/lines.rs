//! Lines of tc syntax, a file for every key and action, all of which tc and we must carry out alike.

use std::fs;
use std::path::Path;

use crate::check::{During, Why};

/// Priorities that one file may use: each file's are moved, so that no two files meet.
const PRIORITIES: u32 = 1000;

/// Every line of every file in `lines/`, with its priority moved.
pub(crate) fn all() -> Result<Vec<String>, Why> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("lines");
    let entries = fs::read_dir(&folder).during(folder.display())?;
    let mut files: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "tc"));
    files.sort();
    let mut lines = Vec::new();
    for (base, path) in (0..).step_by(PRIORITIES as usize).zip(&files) {
        let text = fs::read_to_string(path).during(path.display())?;
        for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            lines.push(moved(line, base).during(format_args!("{}: {line}", path.display()))?);
        }
    }
    Ok(lines)
}

/// The line with its priority moved by `base`.
fn moved(line: &str, base: u32) -> Result<String, Why> {
    let mut words: Vec<String> = line.split(' ').map(str::to_owned).collect();
    let at = words.iter().position(|word| ["pref", "prio"].contains(&word.as_str()));
    let prio =
        at.and_then(|at| words.get_mut(at + 1)).ok_or_else(|| Why("the line has no priority".into()))?;
    let number: u32 = prio.parse().during("its priority")?;
    if number >= PRIORITIES {
        return Err(Why(format!("its priority must be below {PRIORITIES}")));
    }
    *prio = (base + number).to_string();
    Ok(words.join(" "))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn lines_are_distinct_and_their_priorities_moved() {
        let lines = all().map_err(|why| why.to_string()).unwrap();
        let distinct: BTreeSet<&String> = lines.iter().collect();
        assert_eq!(distinct.len(), lines.len());
        assert_eq!(
            moved("filter add pref 3 flower", 400).ok().as_deref(),
            Some("filter add pref 403 flower")
        );
        assert!(moved("filter add pref 3000 flower", 0).is_err() && moved("filter add flower", 0).is_err());
    }
}
