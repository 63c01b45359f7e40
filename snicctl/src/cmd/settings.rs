//! `snicctl ring`, `channel`, `coalesce`, `pause`, `fec`: what ethtool tells and changes of a link, field by field.

use clap::Subcommand;
use serde_json::Value as Json;
use smartnic::ethtool::{Channels, Coalesce, Fec, Pause, Record, Rings};
use smartnic::types::IfIndex;
use smartnic::{Error, ErrorKind, Host};

use crate::print::ethtool::{fec_object, object};
use crate::print::{Align, Cell, Format, Pairs, Style, Table};

use crate::session::{Ending, Outcome, Session};

/// The verbs of a topic, with examples of its own.
macro_rules! verbs {
    ($name:ident, $show:literal, $set:literal) => {
        #[derive(Debug, Subcommand)]
        pub(crate) enum $name {
            /// Show it; of all links that tell it if none is named
            #[command(after_help = concat!("Examples:\n  snicctl ", $show))]
            Show {
                /// The links
                links: Vec<String>,
            },
            /// Change fields, given as NAME VALUE pairs with the names that `show` prints; what came of it is read back
            #[command(after_help = concat!("Examples:\n  snicctl ", $set))]
            Set {
                /// The link
                link: String,
                /// What to change, in pairs
                #[arg(required = true, num_args = 2.., value_name = "NAME VALUE", allow_hyphen_values = true)]
                words: Vec<String>,
            },
        }

        impl $name {
            fn order(&self) -> Order<'_> {
                match self {
                    Self::Show { links } => Order::Show(links),
                    Self::Set { link, words } => Order::Set(link, words),
                }
            }
        }
    };
}

verbs!(Ring, "ring show enp3s0f0np0\n  snicctl -o json ring show", "ring set enp3s0f0np0 rx 2048 tx 2048");
verbs!(Channel, "channel show enp3s0f0np0", "channel set enp3s0f0np0 combined 4");
verbs!(CoalesceVerb, "coalesce show enp3s0f0np0", "coalesce set enp3s0f0np0 adaptive-rx off rx-usecs 8");
verbs!(PauseVerb, "pause show enp3s0f0np0", "pause set enp3s0f0np0 rx off tx off");
verbs!(
    FecVerb,
    "fec show enp3s0f0np0",
    "fec set enp3s0f0np0 config RS\n  snicctl fec set enp3s0f0np0 auto on"
);

enum Order<'a> {
    Show(&'a [String]),
    Set(&'a str, &'a [String]),
}

/// A topic: its words, and how a host is asked.
struct Topic<R: 'static> {
    read: &'static str,
    change: &'static str,
    get: fn(&Host, IfIndex) -> Result<R, Error>,
    set: fn(&Host, IfIndex, &R) -> Result<(), Error>,
    object: fn(&str, &R) -> Pairs<&'static str, Json>,
}

pub(crate) fn ring(verb: &Ring, session: &mut Session) -> Outcome {
    let topic = Topic::<Rings> {
        read: "read rings",
        change: "change rings",
        get: |host, link| host.ethtool()?.rings(link),
        set: |host, link, change| host.ethtool()?.set_rings(link, change),
        object: |link, record| object(link, record),
    };
    run(&topic, &verb.order(), session)
}

pub(crate) fn channel(verb: &Channel, session: &mut Session) -> Outcome {
    let topic = Topic::<Channels> {
        read: "read channels",
        change: "change channels",
        get: |host, link| host.ethtool()?.channels(link),
        set: |host, link, change| host.ethtool()?.set_channels(link, change),
        object: |link, record| object(link, record),
    };
    run(&topic, &verb.order(), session)
}

pub(crate) fn coalesce(verb: &CoalesceVerb, session: &mut Session) -> Outcome {
    let topic = Topic::<Coalesce> {
        read: "read interrupt coalescing",
        change: "change interrupt coalescing",
        get: |host, link| host.ethtool()?.coalesce(link),
        set: |host, link, change| host.ethtool()?.set_coalesce(link, change),
        object: |link, record| object(link, record),
    };
    run(&topic, &verb.order(), session)
}

pub(crate) fn pause(verb: &PauseVerb, session: &mut Session) -> Outcome {
    let topic = Topic::<Pause> {
        read: "read pausing",
        change: "change pausing",
        get: |host, link| host.ethtool()?.pause(link),
        set: |host, link, change| host.ethtool()?.set_pause(link, change),
        object: |link, record| object(link, record),
    };
    run(&topic, &verb.order(), session)
}

pub(crate) fn fec(verb: &FecVerb, session: &mut Session) -> Outcome {
    let topic = Topic::<Fec> {
        read: "read error correction",
        change: "change error correction",
        get: |host, link| host.ethtool()?.fec(link),
        set: |host, link, change| host.ethtool()?.set_fec(link, change),
        object: fec_object,
    };
    run(&topic, &verb.order(), session)
}

fn run<R: Record + Default>(topic: &Topic<R>, order: &Order<'_>, session: &mut Session) -> Outcome {
    session.no_tc()?;
    match order {
        Order::Show(links) => show(topic, links, session),
        Order::Set(link, words) => set(topic, link, words, session),
    }
}

fn show<R: Record>(topic: &Topic<R>, names: &[String], session: &mut Session) -> Outcome {
    let host = session.host()?;
    let mut found: Vec<(String, R)> = Vec::new();
    if names.is_empty() {
        for link in host.switchdev().links()? {
            match (topic.get)(&host, link.ifindex) {
                Ok(record) => found.push((link.name, record)),
                // Links without it are the most; one may have gone meanwhile.
                Err(error) if matches!(error.kind(), ErrorKind::Unsupported | ErrorKind::NotFound) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
    let known = host.names()?;
    for name in names {
        found.push((name.clone(), (topic.get)(&host, known.index(name)?).map_err(|error| error.on(name))?));
    }
    if session.format() != Format::Table {
        let objects: Vec<_> = found.iter().map(|(name, record)| (topic.object)(name, record)).collect();
        session.data(&objects)?;
        return Ok(Ending::Done);
    }
    if found.is_empty() {
        session.say(format_args!("no link lets one {}", topic.read))?;
        return Ok(Ending::Done);
    }
    let mut table = Table::new(&[("LINK", Align::Left), ("FIELD", Align::Left), ("VALUE", Align::Right)]);
    for (name, record) in &found {
        for (field, value) in record.fields() {
            table.row(vec![Cell::new(name).style(Style::Bold), Cell::new(field), Cell::new(value)]);
        }
    }
    session.table(&table)?;
    Ok(Ending::Done)
}

fn set<R: Record + Default>(
    topic: &Topic<R>,
    name: &str,
    words: &[String],
    session: &mut Session,
) -> Outcome {
    let mut change = R::default();
    for pair in words.chunks(2) {
        let [field, value] = pair else {
            return Err(Error::invalid(topic.change, "a value is missing").on(&pair[0]).into());
        };
        change.read(field, value).map_err(|error| error.hint(format!("in: {field} {value}")))?;
    }
    let host = session.host_to_change()?;
    let link = host.names()?.index(name)?;
    (topic.set)(&host, link, &change).map_err(|error| error.on(name))?;
    let now = (topic.get)(&host, link).map_err(|error| error.on(name))?;
    let differs = change.differs(&now);
    if differs.is_empty() {
        return Ok(Ending::Done);
    }
    let told = |(field, asked, got): &(&str, _, Option<_>)| match got {
        Some(got) => format!("{field}: asked for {asked}, got {got}"),
        None => format!("{field}: asked for {asked}, and the driver does not tell it"),
    };
    let reason = differs.iter().map(told).collect::<Vec<_>>().join("; ");
    let error = Error::new(ErrorKind::Mismatch, topic.change).on(name).reason(reason);
    Err(error.hint("the kernel took it; drivers round values or keep them").into())
}
