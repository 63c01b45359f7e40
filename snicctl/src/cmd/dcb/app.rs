//! Entries of the application and rewrite tables: add, del, replace, flush.

use smartnic::dcb::{DcbApp, DcbChange, DcbSelector, DcbState};

use super::face::Face;
use super::map::{self, eighth, mappings, number};
use super::{Stop, Words, named};

/// The words of the application table.
pub(super) const APP: [&str; 7] = [
    "ethtype-prio",
    "default-prio",
    "dscp-prio",
    "stream-port-prio",
    "dgram-port-prio",
    "port-prio",
    "pcp-prio",
];
/// The words of the rewrite table.
pub(super) const REWR: [&str; 2] = ["prio-pcp", "prio-dscp"];

/// Whether an entry is of a table's part.
pub(super) fn belongs(word: &str, app: &DcbApp) -> bool {
    selector(word) == app.selector
        && (app.selector != DcbSelector::Ethertype || (word == "default-prio") == (app.protocol == 0))
}

fn selector(word: &str) -> DcbSelector {
    match word {
        "dscp-prio" | "prio-dscp" => DcbSelector::Dscp,
        "pcp-prio" | "prio-pcp" => DcbSelector::Pcp,
        "stream-port-prio" => DcbSelector::Stream,
        "dgram-port-prio" => DcbSelector::Datagram,
        "port-prio" => DcbSelector::Port,
        _ => DcbSelector::Ethertype,
    }
}

/// The entries of a table.
pub(super) fn entries(object: &str, state: &DcbState) -> Vec<DcbApp> {
    let table = if object == "app" { &state.apps } else { &state.rewrites };
    table.clone().unwrap_or_default()
}

fn change_of(object: &str, list: Vec<DcbApp>) -> DcbChange {
    match object {
        "app" => DcbChange { apps: list, ..DcbChange::default() },
        _ => DcbChange { rewrites: list, ..DcbChange::default() },
    }
}

/// Carries out a change of a table.
pub(super) fn change(
    object: &str,
    verb: &str,
    dev: &str,
    words: Words<'_>,
    face: &mut Face,
) -> Result<(), Stop> {
    let kinds: &[&'static str] = if object == "app" { &APP } else { &REWR };
    if verb == "flush" {
        let wanted = words.iter().map(|word| named(word, kinds)).collect::<Result<Vec<_>, _>>()?;
        let mut held = entries(object, &face.state(dev)?);
        held.retain(|app| wanted.is_empty() || wanted.iter().any(|word| belongs(word, app)));
        return remove(object, dev, held, face);
    }
    let asked = read(kinds, words)?;
    match verb {
        "add" => face.set(dev, &change_of(object, asked)),
        "del" => remove(object, dev, asked, face),
        _ => {
            let held = entries(object, &face.state(dev)?);
            let new: Vec<DcbApp> = asked.iter().filter(|app| !held.contains(app)).copied().collect();
            if !new.is_empty() {
                face.set(dev, &change_of(object, new))?;
            }
            // What the driver itself has put aside for the new ones is there no more, so it is looked again.
            let mut old = entries(object, &face.state(dev)?);
            let same = |a: &DcbApp, b: &DcbApp| match object {
                "app" => (a.selector, a.protocol) == (b.selector, b.protocol),
                _ => (a.selector, a.priority) == (b.selector, b.priority),
            };
            old.retain(|app| asked.iter().any(|new| same(app, new)) && !asked.contains(app));
            remove(object, dev, old, face)
        }
    }
}

fn remove(object: &str, dev: &str, list: Vec<DcbApp>, face: &mut Face) -> Result<(), Stop> {
    if list.is_empty() { Ok(()) } else { face.remove(dev, &change_of(object, list)) }
}

/// Reads entries.
fn read(kinds: &[&'static str], mut words: Words<'_>) -> Result<Vec<DcbApp>, Stop> {
    if words.is_empty() {
        return Err(Stop::incomplete());
    }
    let mut list = Vec::new();
    while let Some(word) = words.first() {
        let word = named(word, kinds)?;
        words = &words[1..];
        let selector = selector(word);
        if word == "default-prio" {
            let before = list.len();
            while let Some(priority) = words.first().and_then(|word| eighth(word)) {
                list.push(DcbApp { selector, protocol: 0, priority });
                words = &words[1..];
            }
            match (list.len() > before, words.first()) {
                (true, _) => continue,
                (false, Some(word)) => return Err(Stop::fault(format!("Invalid default priority {word}"))),
                (false, None) => return Err(Stop::incomplete()),
            }
        }
        for (key, value) in mappings(&mut words)? {
            let wrong = || Stop::fault(format!("{word}: {key}:{value} is not a mapping of this table"));
            let (protocol, priority) = if word.starts_with("prio-") { (value, key) } else { (key, value) };
            let priorities = match (priority, word.starts_with("prio-")) {
                ("all", true) => (0..8).collect(),
                _ => vec![eighth(priority).ok_or_else(wrong)?],
            };
            let protocols: Vec<u16> = match (selector, protocol) {
                (DcbSelector::Dscp, "all") if !word.starts_with("prio-") => (0..64).collect(),
                (DcbSelector::Dscp, text) => vec![map::dscp(text).ok_or_else(wrong)?],
                (DcbSelector::Pcp, text) => vec![map::pcp(text).ok_or_else(wrong)?],
                (_, text) => {
                    let least = if selector == DcbSelector::Ethertype { 0x600 } else { 1 };
                    let number = number(text).and_then(|number| u16::try_from(number).ok());
                    vec![number.filter(|number| *number >= least).ok_or_else(wrong)?]
                }
            };
            for protocol in protocols {
                list.extend(priorities.iter().map(|priority| DcbApp {
                    selector,
                    protocol,
                    priority: *priority,
                }));
            }
        }
    }
    Ok(list)
}
