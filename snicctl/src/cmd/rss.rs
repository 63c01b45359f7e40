//! `snicctl rss`: how received packets are spread over queues.

use clap::{Args, Subcommand};
use serde_json::{Value as Json, json};
use smartnic::ethtool::{InputTransformation, Record, Rss, Value};
use smartnic::settings;

use super::settings::pairs;
use crate::print::ethtool::object;
use crate::print::{Align, Cell, Format, Pairs, Style, Table};
use crate::session::{Ending, Outcome, Session};

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Show the function, the key, the table and the fields that are looked at
    #[command(after_help = "Examples:\n  snicctl rss show enp3s0f0np0\n  snicctl rss show enp3s0f0np0 --all")]
    Show {
        /// The link
        link: String,
        /// One context
        #[arg(long, value_name = "NUMBER", conflicts_with = "all")]
        context: Option<u32>,
        /// The link's own and all contexts
        #[arg(long)]
        all: bool,
    },
    /// Change fields, given as NAME VALUE pairs with the names that `show` prints; what came of it is read back
    #[command(after_help = "Examples:\n  snicctl rss set enp3s0f0np0 rss-indirection-table 0,1,2,3\n  \
                            snicctl rss set enp3s0f0np0 flow-hash.udp4 +l4-b-0-1,+l4-b-2-3\n  \
                            snicctl rss set enp3s0f0np0 rss-indirection-table default")]
    Set(Change),
    /// Make a context, for rules to direct packets to; prints its number
    #[command(after_help = "Examples:\n  snicctl rss create enp3s0f0np0 rss-indirection-table 6,7")]
    Create {
        /// The link
        link: String,
        /// What is otherwise than of the link's own, in pairs
        #[arg(num_args = 0.., value_name = "NAME VALUE", allow_hyphen_values = true)]
        words: Vec<String>,
    },
    /// Delete a context
    #[command(after_help = "Examples:\n  snicctl rss delete enp3s0f0np0 1")]
    Delete {
        /// The link
        link: String,
        /// The context
        context: u32,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Change {
    /// The link
    link: String,
    /// The context; the link's own if none is named
    #[arg(long, value_name = "NUMBER")]
    context: Option<u32>,
    /// What to change, in pairs
    #[arg(required = true, num_args = 2.., value_name = "NAME VALUE", allow_hyphen_values = true)]
    words: Vec<String>,
}

pub(crate) fn run(verb: &Verb, session: &mut Session) -> Outcome {
    session.no_tc()?;
    match verb {
        Verb::Show { link, context, all } => show(link, *context, *all, session),
        Verb::Set(change) => set(change, session),
        Verb::Create { link, words } => create(link, words, session),
        Verb::Delete { link, context } => {
            let host = session.host_to_change()?;
            let index = host.names()?.index(link)?;
            host.ethtool()?.delete_rss(index, *context).map_err(|error| error.on(link))?;
            Ok(Ending::Done)
        }
    }
}

fn show(link: &str, context: Option<u32>, all: bool, session: &mut Session) -> Outcome {
    let host = session.host()?;
    let index = host.names()?.index(link)?;
    let found = match all {
        true => host.ethtool()?.all_rss(index),
        false => host.ethtool()?.rss(index, context).map(|one| vec![one]),
    };
    let found = found.map_err(|error| error.on(link))?;
    if session.format() != Format::Table {
        session.data(&found.into_iter().map(|rss| shape(link, rss)).collect::<Vec<_>>())?;
        return Ok(Ending::Done);
    }
    let mut table = Table::new(&[("CONTEXT", Align::Right), ("FIELD", Align::Left), ("VALUE", Align::Left)]);
    for rss in &found {
        for (field, value) in rss.fields().into_iter().filter(|(field, _)| *field != "context") {
            let text = match &value {
                Value::Numbers(queues) => runs(queues),
                Value::Bits(bits) if bits.on.is_empty() => "none".to_owned(),
                value => value.to_string(),
            };
            let context = rss.context.unwrap_or(0);
            table.row(vec![Cell::new(context).style(Style::Bold), Cell::new(field), Cell::new(text)]);
        }
    }
    session.table(&table)?;
    Ok(Ending::Done)
}

/// The shape of `ethtool --json -x`; the context and the fields are ours.
pub(super) fn shape(link: &str, rss: Rss) -> Pairs<&'static str, Json> {
    let (key, table) = (rss.key.clone(), rss.indirection.clone());
    let transformation = rss.transformation;
    let records: [Box<dyn Record>; 1] = [Box::new(rss)];
    let Pairs(mut pairs) = object(link, &records);
    for (name, value) in &mut pairs {
        match *name {
            "rss-hash-key" => *value = json!(key.as_ref().map(|key| &key.0)),
            "rss-indirection-table" => *value = json!(table),
            _ => {}
        }
    }
    pairs.retain(|(name, _)| *name != "rss-input-transformation");
    let is = |one| transformation == Some(one);
    let switches = json!({
        "symmetric-xor": is(InputTransformation::SymmetricXor),
        "symmetric-or-xor": is(InputTransformation::SymmetricOrXor),
    });
    // A driver that tells none does none, and so says ethtool.
    pairs.push(("rss-input-transformation", switches));
    Pairs(pairs)
}

/// A table of queues; where it repeats itself, that is said instead.
pub(super) fn runs(queues: &[u64]) -> String {
    let words = |queues: &[u64]| queues.iter().map(u64::to_string).collect::<Vec<_>>().join(" ");
    let repeats = |len: &usize| {
        queues.len().is_multiple_of(*len) && queues.chunks(*len).all(|part| part == &queues[..*len])
    };
    match (1..queues.len()).find(repeats) {
        Some(len) => format!("{} ({} times)", words(&queues[..len]), queues.len() / len),
        None => words(queues),
    }
}

fn set(change: &Change, session: &mut Session) -> Outcome {
    let wish = settings::spread_wish(&pairs("change how packets are spread", &change.words)?)?;
    let asked = Rss { context: change.context, ..wish };
    settings::set_spread(&session.host_to_change()?, &change.link, &asked)?;
    Ok(Ending::Done)
}

fn create(link: &str, words: &[String], session: &mut Session) -> Outcome {
    let wish = settings::spread_wish(&pairs("make a context", words)?)?;
    let host = session.host_to_change()?;
    let index = host.names()?.index(link)?;
    let made = host.ethtool()?.create_rss(index, &wish).map_err(|error| error.on(link))?;
    if session.format() != Format::Table {
        session.data(&[Pairs(vec![("ifname", json!(link)), ("context", json!(made.context))])])?;
        return Ok(Ending::Done);
    }
    session.say(format_args!("{link}: context {}", made.context.unwrap_or(0)))?;
    Ok(Ending::Done)
}
