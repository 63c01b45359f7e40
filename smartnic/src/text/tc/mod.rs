//! tc syntax, both ways: the lines that `tc -batch` takes, and the JSON that `tc -j filter show` prints.
//!
//! Read are `filter add|replace|change|del …` with the classifiers `flower` and `matchall`, and
//! `qdisc add|replace|del dev X clsact|ingress`. Words, abbreviations, number bases and defaults are tc's own, found
//! by giving lines to tc 7.3 and looking at what it sent. Rules that a kernel takes but makes wider than they say,
//! because it forgets keys, are read too; a rule file refuses them (`Rule::check`). Keys of a deletion, which tc and
//! the kernel do not look at, are refused here.
//!
//! A key whose mask is empty matches everything; the kernel forgets it, and so does the reader.

mod action;
mod address;
pub(super) mod class;
pub mod command;
mod filter;
mod filter_show;
mod flower;
mod hex;
pub(super) mod key;
mod lladdr;
mod matchall;
mod print;
mod qdisc;
pub mod show;
pub mod show_message;
#[cfg(test)]
mod tests;
pub(in crate::text) mod units;

#[cfg(test)]
pub(super) use tests::random_rule;

use smartnic_core::backend::HookKind;
use smartnic_core::flow::{Attach, Classifier, Netdev, Rule};
use smartnic_core::types::EtherType;

use super::cursor::{Cursor, Fault, Parsed};
use super::problem::Problems;
use super::words::{self, Line, Lines};
use crate::pieces;

pub(super) use filter::{block, link_name};
pub use filter_show::{entries_to_json, show_entry, show_priority};
pub use print::{action_to_tc, describe_actions, describe_match, hook_to_tc, rule_to_tc};

/// From so many bytes on, it is worth while to begin a thread that reads a part of a text.
const LONG: usize = 64 << 10;

/// The length of a rule that says hardly anything: `filter add dev a ingress flower`.
const SHORTEST_RULE: usize = 31;

/// What a batch file asks for, line by line.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Script {
    /// One per line that is neither empty nor a comment.
    pub items: Vec<Item>,
}

/// What one line asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// The line's number, counted from 1; of its first line if several are joined.
    pub line: usize,
    /// The group that it belongs to: what the last comment `# group: NAME` above it says.
    pub group: Option<String>,
    /// What it asks for.
    pub op: Op,
}

/// What a line of tc syntax asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Op {
    /// `filter add`: the rule must not be there yet.
    Add(Rule),
    /// `filter replace`: the rule is put in the place of the one with its number, or added.
    Replace(Rule),
    /// `filter change`: the rule must be there already.
    Change(Rule),
    /// `filter del`.
    Delete(Selector),
    /// `qdisc …`.
    Hook(HookVerb, HookLine),
}

/// Which rules a `filter del` means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selector {
    /// Where they stand.
    pub attach: Attach,
    /// Their chain; all of them if it is missing and so is everything else.
    pub chain: Option<u32>,
    /// Their priority.
    pub prio: Option<u16>,
    /// Their protocol.
    pub protocol: Option<EtherType>,
    /// Their kind.
    pub classifier: Option<Classifier>,
    /// The number of the one rule that is meant.
    pub handle: Option<u32>,
}

/// What is done with a hook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HookVerb {
    /// `qdisc add`.
    Add,
    /// `qdisc replace`.
    Replace,
    /// `qdisc del`.
    Delete,
}

/// A `clsact` or `ingress` qdisc as it is written, with the link by name.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct HookLine {
    /// The link.
    pub dev: Netdev,
    /// The kind of qdisc.
    pub kind: HookKind,
    /// The block that the ingress side shares.
    pub ingress_block: Option<u32>,
    /// The block that the egress side shares.
    pub egress_block: Option<u32>,
}

/// Reads a batch file.
///
/// ```
/// let script = smartnic::text::tc::parse(
///     "# group: web\n\
///      filter add dev pf0vf0 ingress protocol ip pref 10 flower ip_proto tcp dst_port 443 action pass\n",
/// )
/// .unwrap();
/// assert_eq!(script.items[0].group.as_deref(), Some("web"));
/// ```
///
/// # Errors
/// Everything that is wrong with it, line by line; of one line only the first thing.
pub fn parse(text: &str) -> Result<Script, Problems> {
    parse_parts(&words::parts(text, pieces::worthwhile(text.len(), LONG)))
}

/// Reads the parts of a text, all at the same time.
fn parse_parts(texts: &[&str]) -> Result<Script, Problems> {
    let lines_in = |text: &str| text.bytes().filter(|byte| *byte == b'\n').count();
    let mut above = 0;
    let mut parts = Vec::with_capacity(texts.len());
    for text in texts {
        let lines = lines_in(text);
        parts.push((*text, above, lines));
        above += lines;
    }
    let mut parts = pieces::each(parts, |(text, above, lines)| Part::read(text, above, lines)).into_iter();
    let Some(Part { mut items, mut problems, mut group, .. }) = parts.next() else {
        return Ok(Script::default());
    };
    for mut part in parts {
        if let Some(Some(group)) = &group {
            part.items[..part.before].iter_mut().for_each(|item| item.group = Some(group.clone()));
        }
        group = part.group.or(group);
        problems.append(part.problems);
        items.append(&mut part.items);
    }
    problems.or(Script { items })
}

/// What was read from one part of a text.
struct Part {
    items: Vec<Item>,
    problems: Problems,
    /// The group at its end, if a comment in it says one or ends one.
    group: Option<Option<String>>,
    /// How many items stand before the first such comment.
    before: usize,
}

impl Part {
    /// Reads so many lines, with so many above them.
    fn read(text: &str, above: usize, lines: usize) -> Self {
        // A rule takes much more room than an empty line, so lines alone do not tell how much to ask for.
        let items = Vec::with_capacity(lines.min(text.len() / SHORTEST_RULE));
        let mut part = Self { items, problems: Problems::default(), group: None, before: 0 };
        let lines = if above == 0 { Lines::of(text) } else { Lines::behind(above, text) };
        for line in lines {
            if let Some(name) = line.comment.and_then(group_name) {
                part.group = Some(Some(name.to_owned()).filter(|name| !name.is_empty()));
            }
            match read_line(&line) {
                Ok(Some(op)) => {
                    part.before += usize::from(part.group.is_none());
                    let group = part.group.clone().flatten();
                    part.items.push(Item { line: line.number, group, op });
                }
                Ok(None) => {}
                Err(fault) => part.problems.add(line.problem(*fault)),
            }
        }
        part
    }
}

/// Reads one action in tc's words, without the word `action`.
pub(super) fn action(text: &str) -> Parsed<smartnic_core::flow::Action> {
    let Some(line) = Lines::of(text).next() else { return Err(Fault::at(0, 1, "the action is missing")) };
    let words = line.words()?;
    action::read_single(&mut Cursor::new(&words, line.end()))
}

/// The name in a comment `# group: NAME`; an empty one ends a group.
fn group_name(comment: &str) -> Option<&str> {
    comment.trim_start().strip_prefix("group:").map(str::trim)
}

/// What a line asks for; `None` if it is empty.
fn read_line(line: &Line<'_>) -> Parsed<Option<Op>> {
    let words = line.words()?;
    let mut cursor = Cursor::new(&words, line.end());
    cursor.next_if(|word| word.text == "tc");
    let Some(object) = cursor.next() else { return Ok(None) };
    match () {
        () if object.begins("qdisc") => qdisc::read(&mut cursor).map(Some),
        () if object.begins("filter") => filter::read(&mut cursor).map(Some),
        () if object.text.starts_with('-') => Err(object
            .wrong("options of tc itself are not taken here")
            .hint("begin with `filter` or `qdisc`")),
        () if ["class", "chain", "actions", "action", "monitor", "exec"].contains(&object.text) => {
            Err(object.wrong(format!("`{}` is not supported: only filter and qdisc are", object.text)))
        }
        () => Err(object.unknown("object of tc", ["filter", "qdisc"])),
    }
}
