//! Rules in tc's words, from the files beside this crate's sources.

use std::fs;
use std::path::{Path, PathBuf};

use crate::check::{During, Why};
use crate::lab::{Lab, run};

/// Every key and action of the flow model; all of it is taken by tc and by a kernel that offloads.
const CORPUS: &str = include_str!("../corpus.tc");

/// Rules and filters that the flow model has no fields for.
const FOREIGN: &str = include_str!("../foreign.tc");

/// What tc or the kernel refuses.
const REFUSED: &str = include_str!("../refused.tc");

/// The corpus as far as this kernel takes it: without `skip_sw` where the driver takes no flower rules.
pub(crate) fn corpus(lab: &Lab) -> Vec<&'static str> {
    lines(CORPUS).filter(|line| lab.offloads() || !line.contains("skip_sw")).collect()
}

/// Rules that are not ours to understand.
pub(crate) fn foreign() -> Vec<&'static str> {
    lines(FOREIGN).collect()
}

/// Rules that nobody takes.
pub(crate) fn refused() -> Vec<&'static str> {
    lines(REFUSED).collect()
}

fn lines(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines().filter(|line| line.starts_with("filter "))
}

/// A file in the guest's memory with these lines.
pub(crate) fn file(name: &str, lines: &[impl AsRef<str>]) -> Result<PathBuf, Why> {
    let path = PathBuf::from(format!("/tmp/lab-suite-{name}"));
    let text: String = lines.iter().flat_map(|line| [line.as_ref(), "\n"]).collect();
    fs::write(&path, text).during(path.display())?;
    Ok(path)
}

/// Has tc carry out a file, which must succeed.
pub(crate) fn tc_batch(file: &Path) -> Result<(), Why> {
    run(&["tc", "-batch", &file.to_string_lossy()])?.good().map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_corpus_is_as_large_as_promised() {
        assert!(lines(CORPUS).count() >= 100);
        assert!(lines(FOREIGN).count() >= 10 && lines(REFUSED).count() >= 10);
    }
}
