//! `snicctl rate`: how much ports and groups of them may send.

use std::str::FromStr;

use clap::{Args, Subcommand};
use serde::Serialize;
use smartnic::Error;
use smartnic::device::{NewParent, RATE_TCS, Rate, RateChange, RateKind, RateName, RateParent};
use smartnic::text::devlink::command::rate::rate as bytes_a_second;
use smartnic::text::devlink::show::shown_rate;
use smartnic::types::DevlinkHandle;

use crate::print::{Align, Cell, Format, Style, Table};
use crate::session::{Ending, Outcome, Session};

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// List rate objects: the leaves of ports, and the nodes that group them
    #[command(
        alias = "ls",
        after_help = "Examples:\n  snicctl rate list\n  snicctl -o json rate list pci/0000:03:00.0"
    )]
    List {
        /// The devlink handle; all devices if it is left out
        handle: Option<DevlinkHandle>,
    },
    /// Draw who is below whom
    #[command(after_help = "Examples:\n  snicctl rate tree\n  snicctl rate tree pci/0000:03:00.0")]
    Tree {
        /// The devlink handle; all devices if it is left out
        handle: Option<DevlinkHandle>,
    },
    /// Make a node
    #[command(after_help = "Examples:\n  snicctl rate add pci/0000:03:00.0/tenant --max 10gbit\n  \
                            snicctl rate add pci/0000:03:00.0/web --parent tenant --share 1gbit")]
    Add {
        /// The node: HANDLE/NAME
        node: RateName,
        #[command(flatten)]
        settings: Settings,
    },
    /// Change a leaf or a node
    #[command(
        after_help = "Examples:\n  snicctl rate set pci/0000:03:00.0/1 --max 5gbit --parent tenant\n  \
                            snicctl rate set pci/0000:03:00.0/tenant --tc-bw 0:20,5:80\n  \
                            snicctl rate set pci/0000:03:00.0/1 --max 0 --no-parent"
    )]
    Set {
        /// The leaf, HANDLE/PORT, or the node, HANDLE/NAME
        object: RateName,
        #[command(flatten)]
        settings: Settings,
    },
    /// Remove a node; nothing may be below it
    #[command(after_help = "Examples:\n  snicctl rate del pci/0000:03:00.0/tenant")]
    Del {
        /// The node: HANDLE/NAME
        node: RateName,
    },
}

/// What can be set. Which of it a driver has differs: `snicctl adapter show`.
#[derive(Debug, Clone, Args)]
pub(crate) struct Settings {
    /// What it is to have at least, such as 500mbit or 2gbps (bytes); 0 for nothing
    #[arg(long, value_name = "RATE")]
    share: Option<Bandwidth>,
    /// What it has at most, such as 10gbit; 0 for no limit
    #[arg(long, value_name = "RATE")]
    max: Option<Bandwidth>,
    /// Its place in strict priority, the highest first
    #[arg(long, value_name = "N")]
    priority: Option<u32>,
    /// Its weight among those of the same priority
    #[arg(long, value_name = "N")]
    weight: Option<u32>,
    /// Shares of traffic classes, such as 0:20,5:80; those left out get 0
    #[arg(long, value_name = "CLASS:SHARE,...")]
    tc_bw: Option<Shares>,
    /// The node to hang it below, by its name
    #[arg(long, value_name = "NODE")]
    parent: Option<String>,
    /// The device of that node, if it is another one
    #[arg(long, value_name = "HANDLE", requires = "parent")]
    parent_dev: Option<DevlinkHandle>,
    /// Hang it at the top
    #[arg(long, conflicts_with = "parent")]
    no_parent: bool,
}

/// Bytes a second.
#[derive(Debug, Clone, Copy)]
struct Bandwidth(u64);

impl FromStr for Bandwidth {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        bytes_a_second(text).map(Self).ok_or_else(|| {
            let reason =
                "expected a number and a unit: bit, kbit, mbit, gbit, tbit, or bps, kbps … for bytes";
            Error::parse("read a rate", reason).on(text)
        })
    }
}

/// The shares of all traffic classes.
#[derive(Debug, Clone, Copy)]
struct Shares([u32; RATE_TCS]);

impl FromStr for Shares {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let mut shares = [None; RATE_TCS];
        for word in text.split(',') {
            let wrong = |reason: &str| Error::parse("read shares of traffic classes", reason).on(word);
            let (class, share) = word.split_once(':').ok_or_else(|| wrong("expected CLASS:SHARE"))?;
            let place = class.parse::<usize>().ok().and_then(|class| shares.get_mut(class));
            let place = place.ok_or_else(|| wrong("there are the traffic classes 0 to 7"))?;
            let share = share.parse().map_err(|_| wrong("the share is no number"))?;
            if place.replace(share).is_some() {
                return Err(wrong("this traffic class has a share already"));
            }
        }
        Ok(Self(shares.map(Option::unwrap_or_default)))
    }
}

impl Settings {
    fn change(&self) -> RateChange {
        let parent = self
            .parent
            .clone()
            .map(|node| NewParent::Node(RateParent { node, device: self.parent_dev.clone() }));
        RateChange {
            tx_share: self.share.map(|rate| rate.0),
            tx_max: self.max.map(|rate| rate.0),
            tx_priority: self.priority,
            tx_weight: self.weight,
            tc_bw: self.tc_bw.map(|shares| shares.0),
            parent: parent.or_else(|| self.no_parent.then_some(NewParent::None)),
        }
    }
}

pub(crate) fn run(verb: &Verb, session: &mut Session) -> Outcome {
    session.no_tc()?;
    match verb {
        Verb::List { handle } => list(handle.as_ref(), session),
        Verb::Tree { handle } => tree(handle.as_ref(), session),
        Verb::Add { node, settings } => {
            let change = settings.change();
            check(node, &change, None)?;
            let note = session.host_to_change()?.devlink().add_rate(node, &change)?;
            done(note, format_args!("{node} made"), session)
        }
        Verb::Set { object, settings } => {
            let change = settings.change();
            if change == RateChange::default() {
                return Err(Error::invalid("change a rate object", "nothing is to be set")
                    .on(object)
                    .hint("see `snicctl rate set --help`")
                    .into());
            }
            let host = session.host_to_change()?;
            check(object, &change, Some(&host.devlink().rate(object)?))?;
            let note = host.devlink().set_rate(object, &change)?;
            done(note, format_args!("{object} set"), session)
        }
        Verb::Del { node } => {
            let note = session.host_to_change()?.devlink().remove_rate(node)?;
            done(note, format_args!("{node} removed"), session)
        }
    }
}

/// What a driver said along with its success is said too.
fn done(note: Option<smartnic::Extack>, line: std::fmt::Arguments<'_>, session: &mut Session) -> Outcome {
    if let Some(text) = note.and_then(|note| note.message) {
        session.warn(text);
    }
    session.say(line)?;
    Ok(Ending::Done)
}

/// Kernels take a guarantee above the limit; nothing good comes of it.
fn check(name: &RateName, change: &RateChange, present: Option<&Rate>) -> Result<(), Error> {
    let share = change.tx_share.or(present.map(|rate| rate.tx_share)).unwrap_or(0);
    let max = change.tx_max.or(present.map(|rate| rate.tx_max)).unwrap_or(0);
    if max == 0 || share <= max || (change.tx_share.is_none() && change.tx_max.is_none()) {
        return Ok(());
    }
    let (share, max) = (shown_rate(share, false), shown_rate(max, false));
    let reason = format!("its share of {share} would be above its limit of {max}");
    Err(Error::invalid("change a rate object", reason).on(name))
}

fn list(handle: Option<&DevlinkHandle>, session: &mut Session) -> Outcome {
    let rates = session.host()?.devlink().rates(handle)?;
    if session.format() != Format::Table {
        session.data(&rates)?;
        return Ok(Ending::Done);
    }
    if rates.is_empty() {
        session.say(
            "no rate objects; most drivers have them in switchdev mode, one for each port of a function",
        )?;
        return Ok(Ending::Done);
    }
    let mut table = Table::new(&[
        ("OBJECT", Align::Left),
        ("TYPE", Align::Left),
        ("SHARE", Align::Right),
        ("MAX", Align::Right),
        ("PRIORITY", Align::Right),
        ("WEIGHT", Align::Right),
        ("TC SHARES", Align::Left),
        ("PARENT", Align::Left),
    ]);
    for rate in &rates {
        table.row(vec![
            Cell::new(&rate.name).style(Style::Bold),
            Cell::new(rate.kind),
            Cell::option(bandwidth(rate.tx_share)),
            Cell::option(bandwidth(rate.tx_max)),
            Cell::option(Some(rate.tx_priority).filter(|priority| *priority != 0)),
            Cell::option(Some(rate.tx_weight).filter(|weight| *weight != 0)),
            Cell::new(shares(rate)),
            Cell::option(rate.parent.as_ref().map(|parent| match &parent.device {
                Some(device) => format!("{device}/{}", parent.node),
                None => parent.node.clone(),
            })),
        ]);
    }
    session.table(&table)?;
    Ok(Ending::Done)
}

fn bandwidth(rate: u64) -> Option<String> {
    (rate != 0).then(|| shown_rate(rate, false))
}

/// The shares that are not 0, as they can be set.
fn shares(rate: &Rate) -> String {
    let shares = rate.tc_bw.iter().flatten().enumerate().filter(|(_, share)| **share != 0);
    shares.map(|(class, share)| format!("{class}:{share}")).collect::<Vec<_>>().join(",")
}

/// A rate object with those below it.
#[derive(Serialize)]
struct Branch<'a> {
    #[serde(flatten)]
    rate: &'a Rate,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    below: Vec<Branch<'a>>,
}

/// Those below a node, or at the top. What is on a way around in circles is nowhere below the top, so it ends.
fn branches<'a>(all: &'a [Rate], above: Option<&RateName>) -> Vec<Branch<'a>> {
    let there = |name: &RateName| all.iter().any(|rate| rate.name == *name);
    let mut found: Vec<&Rate> = all
        .iter()
        .filter(|rate| match (rate.parent_name(), above) {
            (Some(parent), Some(above)) => parent == *above,
            // The node above may be of a device that is not shown.
            (Some(parent), None) => !there(&parent),
            (None, above) => above.is_none(),
        })
        .collect();
    found.sort_by(|a, b| (a.kind, &a.name).cmp(&(b.kind, &b.name)));
    let below = |rate: &'a Rate| match rate.kind {
        RateKind::Leaf => Vec::new(),
        _ => branches(all, Some(&rate.name)),
    };
    found.into_iter().map(|rate| Branch { rate, below: below(rate) }).collect()
}

fn tree(handle: Option<&DevlinkHandle>, session: &mut Session) -> Outcome {
    let host = session.host()?;
    let rates = host.devlink().rates(handle)?;
    let tree = branches(&rates, None);
    if session.format() != Format::Table {
        session.data(&tree)?;
        return Ok(Ending::Done);
    }
    if tree.is_empty() {
        session.say(
            "no rate objects; most drivers have them in switchdev mode, one for each port of a function",
        )?;
        return Ok(Ending::Done);
    }
    let ports = host.devlink().ports(handle)?;
    let link = |rate: &Rate| match &rate.name {
        RateName::Leaf(port) => ports.iter().find(|known| known.handle == *port)?.netdev.clone(),
        RateName::Node { .. } => None,
    };
    let mut device = None;
    let mut text = String::new();
    for (at, branch) in tree.iter().enumerate() {
        let owner = branch.rate.name.device();
        if device != Some(owner) {
            text.push_str(&format!("{owner}\n"));
            device = Some(owner);
        }
        let more = tree[at + 1..].iter().any(|other| other.rate.name.device() == owner);
        draw(branch, "", more, &link, &mut text);
    }
    write!(session.out(), "{text}")?;
    Ok(Ending::Done)
}

fn draw(
    branch: &Branch<'_>,
    before: &str,
    more: bool,
    link: &dyn Fn(&Rate) -> Option<String>,
    text: &mut String,
) {
    let (arm, further) = if more { ("├── ", "│   ") } else { ("└── ", "    ") };
    let rate = branch.rate;
    let name = match &rate.name {
        RateName::Leaf(port) => link(rate)
            .map_or_else(|| format!("port {}", port.index), |link| format!("{link} (port {})", port.index)),
        RateName::Node { node, .. } => node.clone(),
    };
    let number = |number: u32| Some(number).filter(|number| *number != 0).map(|number| number.to_string());
    let settings = [
        ("share", bandwidth(rate.tx_share)),
        ("max", bandwidth(rate.tx_max)),
        ("priority", number(rate.tx_priority)),
        ("weight", number(rate.tx_weight)),
        ("tc-bw", Some(shares(rate)).filter(|shares| !shares.is_empty())),
    ];
    let settings: String = settings
        .into_iter()
        .filter_map(|(name, value)| value.map(|value| format!("  {name} {value}")))
        .collect();
    text.push_str(&format!("{before}{arm}{name}{settings}\n"));
    for (at, below) in branch.below.iter().enumerate() {
        draw(below, &format!("{before}{further}"), at + 1 < branch.below.len(), link, text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_and_rates_are_read_or_told_what_is_wrong() {
        assert_eq!("0:20,5:80".parse::<Shares>().unwrap().0, [20, 0, 0, 0, 0, 80, 0, 0]);
        for (wrong, says) in
            [("0", "CLASS:SHARE"), ("8:1", "0 to 7"), ("1:x", "no number"), ("1:1,1:2", "already")]
        {
            assert!(wrong.parse::<Shares>().unwrap_err().to_string().contains(says), "{wrong}");
        }
        assert_eq!("1gbit".parse::<Bandwidth>().unwrap().0, 125_000_000);
        assert!(
            "fast".parse::<Bandwidth>().unwrap_err().to_string().contains("expected a number and a unit")
        );
    }
}
