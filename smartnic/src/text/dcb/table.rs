//! Entries of the application and rewrite tables: add, del, replace, flush.

use smartnic_core::dcb::{DcbApp, DcbChange, DcbSelector, DcbState};

use super::map::{self, Sides, eighth, mappings};
use super::{Words, Wrong, named};

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
#[must_use]
pub fn held(object: &str, state: &DcbState) -> Vec<DcbApp> {
    let table = if object == "app" { &state.apps } else { &state.rewrites };
    table.clone().unwrap_or_default()
}

/// What a line asks of a table. What is to be removed for it depends on what the table holds then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TableChange {
    /// Add these.
    Add(Vec<DcbApp>),
    /// Remove these.
    Del(Vec<DcbApp>),
    /// Add these, and remove others for the same.
    Replace(Vec<DcbApp>),
    /// Remove those of these parts; of all, if there are none.
    Flush(Vec<&'static str>),
}

/// Reads a change of the application table (`app`) or the rewrite table.
///
/// # Errors
/// [`Wrong`].
pub fn table(object: &str, verb: &str, words: Words<'_>) -> Result<TableChange, Wrong> {
    let kinds: &[&'static str] = if object == "app" { &APP } else { &REWR };
    if verb == "flush" {
        let parts = words.iter().map(|word| named(word, kinds)).collect::<Result<_, _>>()?;
        return Ok(TableChange::Flush(parts));
    }
    let asked = read(kinds, words)?;
    Ok(match verb {
        "add" => TableChange::Add(asked),
        "del" => TableChange::Del(asked),
        _ => TableChange::Replace(asked),
    })
}

impl TableChange {
    /// The entries to be added, to a table with these.
    #[must_use]
    pub fn added(&self, held: &[DcbApp]) -> Vec<DcbApp> {
        match self {
            Self::Add(list) => list.clone(),
            Self::Replace(list) => list.iter().filter(|app| !held.contains(app)).copied().collect(),
            Self::Del(_) | Self::Flush(_) => Vec::new(),
        }
    }

    /// The entries to be removed, once the others are added, from a table with these. In the rewrite table an entry
    /// stands for a priority, in the other for what is seen in a packet.
    #[must_use]
    pub fn removed(&self, object: &str, held: &[DcbApp]) -> Vec<DcbApp> {
        let same = |a: &DcbApp, b: &DcbApp| match object {
            "app" => (a.selector, a.protocol) == (b.selector, b.protocol),
            _ => (a.selector, a.priority) == (b.selector, b.priority),
        };
        let goes = |app: &&DcbApp| match self {
            Self::Replace(list) => list.iter().any(|new| same(app, new)) && !list.contains(app),
            Self::Flush(parts) => parts.is_empty() || parts.iter().any(|word| belongs(word, app)),
            Self::Add(_) | Self::Del(_) => false,
        };
        match self {
            Self::Del(list) => list.clone(),
            _ => held.iter().filter(goes).copied().collect(),
        }
    }

    /// Entries of a table as a change.
    #[must_use]
    pub fn of(object: &str, list: Vec<DcbApp>) -> DcbChange {
        match object {
            "app" => DcbChange { apps: list, ..DcbChange::default() },
            _ => DcbChange { rewrites: list, ..DcbChange::default() },
        }
    }
}

/// Reads entries.
fn read(kinds: &[&'static str], mut words: Words<'_>) -> Result<Vec<DcbApp>, Wrong> {
    if words.is_empty() {
        return Err(Wrong::Incomplete);
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
                (false, Some(word)) => return Err(Wrong::said(format!("Invalid default priority {word}"))),
                (false, None) => return Err(Wrong::Incomplete),
            }
        }
        for (key, value) in mappings(&mut words)? {
            let back = word.starts_with("prio-");
            let name = match selector {
                DcbSelector::Dscp => "DSCP",
                DcbSelector::Pcp => "PCP",
                DcbSelector::Ethertype => "PROTO",
                _ => "PORT",
            };
            let sides = match back {
                true => Sides { key: "PRIO", value: name, whole: "" },
                false => Sides { key: name, value: "PRIO", whole: "" },
            };
            let wrong = |why: String| sides.wrong(&why, key);
            let (protocol, priority) = if back { (value, key) } else { (key, value) };
            let priority = sides.upto("PRIO", priority, 7).map_err(wrong)?;
            let priority = u8::try_from(priority).unwrap_or(u8::MAX);
            if protocol == "all" && selector == DcbSelector::Dscp && !back {
                list.extend((0..64).map(|protocol| DcbApp { selector, protocol, priority }));
                continue;
            }
            let named = match selector {
                DcbSelector::Dscp => map::dscp(protocol),
                DcbSelector::Pcp => Some(map::pcp(protocol).ok_or_else(|| wrong(String::new()))?),
                _ => None,
            };
            let most = if selector == DcbSelector::Dscp { 63 } else { 65535 };
            let protocol = match named {
                Some(protocol) => protocol,
                None => u16::try_from(sides.upto(name, protocol, most).map_err(wrong)?).unwrap_or(u16::MAX),
            };
            match (selector, protocol) {
                (DcbSelector::Ethertype, 0..0x600) => {
                    return Err(wrong("Protocol IDs < 0x600 are reserved for EtherType\n".to_owned()));
                }
                (DcbSelector::Stream | DcbSelector::Datagram | DcbSelector::Port, 0) => {
                    return Err(wrong("Port ID of 0 is invalid\n".to_owned()));
                }
                _ => list.push(DcbApp { selector, protocol, priority }),
            }
        }
    }
    Ok(list)
}
