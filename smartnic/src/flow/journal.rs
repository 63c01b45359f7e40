//! The journal of a change: what is needed to take it back, kept from before its first step until after its last.
//!
//! A change whose process died in between is taken back as a whole, however far it came.

use std::collections::HashSet;
use std::time::SystemTime;

use serde::{Deserialize, Serialize};
use smartnic_core::backend::{Guard, Hook};
use smartnic_core::flow::{Attach, Rule};
use smartnic_core::types::IfIndex;

use super::undo::{Row, Run, Undo, Was, fingerprint};
use crate::{Error, Result, pieces};

const FORMAT: &str = "smartnic flow journal";
const VERSION: u32 = 1;

/// Where changes are noted; on a host that keeps no journal, nowhere.
#[derive(Clone, Copy)]
pub(crate) struct Journal<'a> {
    guard: Option<&'a dyn Guard>,
}

/// A change of flow rules that did not come to its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interrupted {
    /// The number of the process.
    pub pid: u32,
    /// Its command line.
    pub command: String,
    /// When it began, in seconds since 1970.
    pub begun: u64,
}

/// What is noted, but for the last of it: the rules.
#[derive(Serialize)]
struct Written<'a> {
    format: &'a str,
    version: u32,
    boot: &'a str,
    #[serde(flatten)]
    change: &'a Interrupted,
    places: &'a [Attach],
    links: &'a [IfIndex],
    hooks: &'a [Hook],
    rows: &'a HashSet<Row>,
    before: &'a [Run],
    added: &'a [u64],
}

#[derive(Deserialize)]
struct Head {
    format: String,
    version: u32,
    boot: String,
    #[serde(flatten)]
    change: Interrupted,
}

#[derive(Deserialize)]
struct Body {
    places: Vec<Attach>,
    links: Vec<IfIndex>,
    hooks: Vec<Hook>,
    rows: HashSet<Row>,
    before: Vec<Run>,
    added: HashSet<u64>,
    rules: Vec<Was>,
}

/// What a journal says.
pub(super) struct Entry {
    pub(super) change: Interrupted,
    /// How to take the change back; none if the machine was started anew since, and its rules are gone anyway.
    pub(super) undo: Option<Undo>,
}

impl<'a> Journal<'a> {
    /// A journal that notes nothing.
    pub(super) const NONE: Journal<'static> = Journal { guard: None };

    pub(crate) fn of(guard: Option<&'a dyn Guard>) -> Self {
        Self { guard }
    }

    /// Notes a change that adds these rules, if it changes anything; when this returns, it can be taken back whatever happens to us.
    pub(super) fn begin(self, undo: &Undo, added: &[&Rule]) -> Result<()> {
        let Some(guard) = self.guard.filter(|_| !undo.is_empty()) else { return Ok(()) };
        let Undo { places, links, hooks, rows, before, rules, .. } = undo;
        let written = Written {
            format: FORMAT,
            version: VERSION,
            boot: &guard.boot()?,
            change: &Interrupted::ourselves(),
            places,
            links,
            hooks,
            rows,
            before,
            added: &pieces::map(added.len(), |at| fingerprint(added[at])),
        };
        let text = text_of(&written, rules)
            .map_err(|error| Error::io("write a journal of flow rules", error.into()).on(guard.place()))?;
        guard.keep_journal(&text)
    }

    /// Forgets the change, which is done or was taken back.
    pub(super) fn end(self) -> Result<()> {
        let Some(guard) = self.guard else { return Ok(()) };
        guard
            .drop_journal()
            .map_err(|error| error.hint("remove the file, or the next change of rules takes this one back"))
    }

    /// The change that did not come to its end, if there is one. Only who has the turn can tell it from one that is
    /// still going on.
    pub(super) fn read(self) -> Result<Option<Entry>> {
        let Some(guard) = self.guard else { return Ok(None) };
        let Some(text) = guard.journal()? else { return Ok(None) };
        if let Some(half_done) = crate::cycle::is_ours(&text) {
            return Err(half_done);
        }
        let damaged = |reason: String| {
            Error::parse("read the journal of an interrupted change", reason).on(guard.place()).hint(
                "look at the rules: snicctl flow list; then forget the journal: snicctl flow recover --discard",
            )
        };
        let broken = |error: serde_json::Error| damaged(format!("it is damaged: {error}"));
        let head: Head = serde_json::from_slice(&text).map_err(broken)?;
        if (head.format.as_str(), head.version) != (FORMAT, VERSION) {
            return Err(damaged(format!(
                "it says \"{}\" version {}, and this program reads \"{FORMAT}\" version {VERSION}",
                head.format, head.version
            )));
        }
        let undo = match head.boot == guard.boot()? {
            true => Some(serde_json::from_slice::<Body>(&text).map_err(broken)?.into()),
            false => None,
        };
        Ok(Some(Entry { change: head.change, undo }))
    }
}

/// The journal's text. Of its rules there may be many, and each is long, so they are written by all processors.
fn text_of(written: &Written<'_>, rules: &[Was]) -> serde_json::Result<Vec<u8>> {
    /// From so many rules on, a thread is worth while.
    const LEAST: usize = 512;
    let size = rules.len().div_ceil(pieces::worthwhile(rules.len(), LEAST)).max(1);
    let lists = pieces::each(rules.chunks(size).collect(), serde_json::to_vec::<[Was]>);
    let mut text = serde_json::to_vec(written)?;
    // The rules go in before the bracket that closes the whole, and each list of them without its own.
    text.pop();
    text.extend_from_slice(b",\"rules\":[");
    for (at, list) in lists.into_iter().enumerate() {
        let list = list?;
        text.extend_from_slice(if at == 0 { b"" } else { b"," });
        text.extend_from_slice(&list[1..list.len() - 1]);
    }
    text.extend_from_slice(b"]}");
    Ok(text)
}

impl From<Body> for Undo {
    fn from(body: Body) -> Self {
        let Body { places, links, hooks, rows, before, added, rules } = body;
        Self { places, links, hooks, rows, before, added: Some(added), rules }
    }
}

impl Interrupted {
    /// This process, now.
    pub(crate) fn ourselves() -> Self {
        let begun = SystemTime::UNIX_EPOCH.elapsed().map_or(0, |since| since.as_secs());
        Self { pid: std::process::id(), command: command(), begun }
    }
}

/// The command line of this process, in one line of bounded length.
fn command() -> String {
    const LENGTH: usize = 200;
    let words: Vec<String> = std::env::args_os().map(|word| word.to_string_lossy().into_owned()).collect();
    let line = words.join(" ");
    let mut line: String =
        line.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    if let Some((at, _)) = line.char_indices().nth(LENGTH) {
        line.truncate(at);
        line.push('…');
    }
    line
}

/// This process as others are told of it that wait for it.
pub(crate) fn who() -> String {
    format!("pid {} ({})", std::process::id(), command())
}

#[cfg(test)]
mod tests {
    use super::*;
    use smartnic_core::flow::Action;

    #[test]
    fn however_many_rules_are_noted_they_are_read_again() {
        for count in [0, 1, 2, 511, 1024, 3000] {
            let rule =
                |prio| Rule::new(Attach::ingress(IfIndex(3))).prio(prio).handle(1).action(Action::drop());
            let rules: Vec<Was> =
                (1..=count).map(|prio| Was { rule: rule(prio), in_hw: prio % 2 == 0 }).collect();
            let change = Interrupted { pid: 1, command: "a \"b\"".into(), begun: 2 };
            let written = Written {
                format: FORMAT,
                version: VERSION,
                boot: "x",
                change: &change,
                places: &[],
                links: &[],
                hooks: &[],
                rows: &HashSet::new(),
                before: &[],
                added: &[7, 8],
            };
            let text = text_of(&written, &rules).unwrap();
            let head: Head = serde_json::from_slice(&text).unwrap();
            assert_eq!((head.format.as_str(), head.change), (FORMAT, change));
            let body: Body = serde_json::from_slice(&text).unwrap();
            assert_eq!((body.rules, body.added), (rules, HashSet::from([7, 8])));
        }
    }
}
