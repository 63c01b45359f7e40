//! `snicctl ntuple`: rules by which NICs choose the queue of received packets.

use clap::Subcommand;
use serde_json::{Map, Value as Json, json};
use smartnic::ethtool::{Ntuple, NtupleAction, NtupleKind};
use smartnic::settings;

use super::settings::pairs;
use crate::print::{Align, Cell, Format, Table};
use crate::session::{Ending, Outcome, Session};

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// List the rules of a link
    #[command(alias = "ls", after_help = "Examples:\n  snicctl ntuple list enp3s0f0np0")]
    List {
        /// The link
        link: String,
    },
    /// Add a rule, or replace the one at its place
    ///
    /// KIND is tcp4, udp4, sctp4, ah4, esp4, ip4, the same with 6, or ether. Fields are given as NAME VALUE pairs: src-ip,
    /// dst-ip, tos, src-port, dst-port, spi, protocol, l4-data, src-mac, dst-mac, ether-type, vlan, vlan-ether-type,
    /// user-data. A value may have a mask of the bits that are looked at, VALUE/MASK, or for IP addresses a length.
    #[command(after_help = "Examples:\n  snicctl ntuple add enp3s0f0np0 tcp4 dst-port 443 --queue 3\n  \
                            snicctl ntuple add enp3s0f0np0 udp4 src-ip 10.0.0.0/8 --drop --location 7\n  \
                            snicctl ntuple add enp3s0f0np0 ether vlan 0xa000/0xe000 --queue 1")]
    Add {
        /// The link
        link: String,
        /// The kind of packets
        kind: NtupleKind,
        /// What is looked at, in pairs
        #[arg(value_name = "NAME VALUE")]
        words: Vec<String>,
        #[command(flatten)]
        to: To,
        /// The queue is one of this VF
        #[arg(long, value_name = "VF", requires = "queue")]
        vf: Option<u8>,
        /// The context that spreads them; see snicctl rss
        #[arg(long, value_name = "N")]
        context: Option<u32>,
        /// Its place in the table, which is its priority; the lowest free priority if it is left out
        #[arg(long, value_name = "N")]
        location: Option<u32>,
    },
    /// Remove a rule
    #[command(alias = "delete", after_help = "Examples:\n  snicctl ntuple del enp3s0f0np0 7")]
    Del {
        /// The link
        link: String,
        /// Its place
        location: u32,
    },
}

/// What becomes of packets.
#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
pub(crate) struct To {
    /// They go to this queue
    #[arg(long, value_name = "QUEUE")]
    queue: Option<u32>,
    /// They are dropped
    #[arg(long)]
    drop: bool,
    /// They wake the machine
    #[arg(long)]
    wake: bool,
}

pub(crate) fn run(verb: &Verb, session: &mut Session) -> Outcome {
    session.no_tc()?;
    match verb {
        Verb::List { link } => list(link, session),
        Verb::Add { link, kind, words, to, vf, context, location } => {
            let action = match (to.queue, to.drop) {
                (Some(queue), _) => NtupleAction::Queue { queue, vf: *vf },
                (None, true) => NtupleAction::Drop,
                (None, false) => NtupleAction::Wake,
            };
            let rule = settings::ntuple(*kind, action, &pairs("add an n-tuple rule", words)?)?;
            let rule = Ntuple { location: *location, context: *context, ..rule };
            let host = session.host_to_change()?;
            let index = host.names()?.index(link)?;
            let place = host.ethtool()?.add_ntuple(index, &rule).map_err(|error| error.on(link))?;
            match session.format() {
                Format::Table => session.say(format_args!("added at {place}"))?,
                _ => session.data(&json!({ "ifname": link, "location": place }))?,
            }
            Ok(Ending::Done)
        }
        Verb::Del { link, location } => {
            let host = session.host_to_change()?;
            let index = host.names()?.index(link)?;
            let removed = host.ethtool()?.remove_ntuple(index, *location);
            removed.map_err(|error| error.on(format_args!("{link} at {location}")))?;
            Ok(Ending::Done)
        }
    }
}

fn list(link: &str, session: &mut Session) -> Outcome {
    let host = session.host()?;
    let told = host.ethtool()?.ntuples(host.names()?.index(link)?).map_err(|error| error.on(link))?;
    if session.format() != Format::Table {
        let rules: Vec<Json> = told.rules.iter().map(object).collect();
        session.data(&[json!({ "ifname": link, "size": told.size, "rules": rules })])?;
        return Ok(Ending::Done);
    }
    if told.rules.is_empty() {
        session.say(format_args!("no rules on {link}"))?;
        return Ok(Ending::Done);
    }
    let mut table = Table::new(&[
        ("LOCATION", Align::Right),
        ("KIND", Align::Left),
        ("MATCH", Align::Left),
        ("TO", Align::Left),
        ("CONTEXT", Align::Right),
    ]);
    for rule in &told.rules {
        let looks = settings::ntuple_text(rule).into_iter().map(|(field, text)| format!("{field} {text}"));
        let looks: Vec<String> = looks.collect();
        table.row(vec![
            Cell::option(rule.location),
            Cell::new(rule.kind),
            Cell::new(if looks.is_empty() { "all".to_owned() } else { looks.join(", ") }),
            Cell::new(rule.action),
            Cell::option(rule.context),
        ]);
    }
    session.table(&table)?;
    Ok(Ending::Done)
}

fn object(rule: &Ntuple) -> Json {
    let looks = settings::ntuple_text(rule).into_iter();
    let looks: Map<String, Json> = looks.map(|(field, text)| (field, text.into())).collect();
    json!({
        "location": rule.location,
        "kind": rule.kind,
        "match": looks,
        "action": rule.action,
        "context": rule.context,
    })
}
