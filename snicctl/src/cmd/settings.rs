//! What ethtool tells and changes of a link, field by field: `snicctl link`, `ring`, `channel`, `coalesce`, `pause`, `fec`,
//! `eee`, `wol`, `module`, `private`, `messages`, `driver`, `timestamp`, `plca`, `mm`, `pse`.

use clap::Subcommand;
use serde_json::Value as Json;
use smartnic::ethtool::Value;
use smartnic::settings::{Told, Topic};
use smartnic::{Error, ErrorKind};

use crate::print::ethtool::{fec_object, object, pause_object};
use crate::print::link_settings::link_object;
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
verbs!(Link, "link show enp3s0f0np0", "link set enp3s0f0np0 auto-negotiation off speed 25000 duplex Full");
verbs!(EeeVerb, "eee show enp3s0f0np0", "eee set enp3s0f0np0 enabled off");
verbs!(Wol, "wol show enp3s0f0np0", "wol set enp3s0f0np0 wake-on magic");
verbs!(Private, "private show enp3s0f0np0", "private set enp3s0f0np0 flags +rx_cqe_compress,-skb_tx_mpwqe");
verbs!(MessagesVerb, "messages show enp3s0f0np0", "messages set enp3s0f0np0 message-level +link,-timer");
verbs!(Timestamp, "timestamp show enp3s0f0np0", "timestamp set enp3s0f0np0 tx-type on rx-filter all");
verbs!(PlcaVerb, "plca show eth0", "plca set eth0 enabled on node-id 0 node-count 8");
verbs!(Mm, "mm show eth0", "mm set eth0 pmac-enabled on tx-enabled on");
verbs!(Pse, "pse show eth0", "pse set eth0 c33-pse-admin-control enabled");
verbs!(Tunable, "tunable show eth0", "tunable set eth0 rx-copybreak 256");
verbs!(
    ModulePowerVerb,
    "module power show enp3s0f0np0",
    "module power set enp3s0f0np0 power-mode-policy auto"
);

#[derive(Debug, Subcommand)]
pub(crate) enum Driver {
    /// Show it; of all links that tell it if none is named
    #[command(after_help = "Examples:\n  snicctl driver show enp3s0f0np0")]
    Show {
        /// The links
        links: Vec<String>,
    },
}

impl Driver {
    fn order(&self) -> Order<'_> {
        let Self::Show { links } = self;
        Order::Show(links)
    }
}

enum Order<'a> {
    Show(&'a [String]),
    Set(&'a str, &'a [String]),
}

/// Makes the command of each topic: its words, and its object in JSON.
macro_rules! topics {
    ($($name:ident($verb:ident) = $topic:literal, $object:expr;)*) => {
        $(
            pub(crate) fn $name(verb: &$verb, session: &mut Session) -> Outcome {
                run(Topic::named($topic)?, $object, &verb.order(), session)
            }
        )*
    };
}

topics! {
    ring(Ring) = "ring", object;
    channel(Channel) = "channel", object;
    coalesce(CoalesceVerb) = "coalesce", object;
    pause(PauseVerb) = "pause", pause_object;
    fec(FecVerb) = "fec", fec_object;
    link(Link) = "link", link_object;
    eee(EeeVerb) = "eee", object;
    wol(Wol) = "wol", object;
    private(Private) = "private", object;
    driver(Driver) = "driver", object;
    messages(MessagesVerb) = "messages", object;
    timestamp(Timestamp) = "timestamp", object;
    plca(PlcaVerb) = "plca", object;
    mm(Mm) = "mm", object;
    pse(Pse) = "pse", object;
    tunable(Tunable) = "tunable", object;
    module_power(ModulePowerVerb) = "module", object;
}

/// How what a link told becomes an object in the shape of `ethtool --json`.
type Shape = fn(&str, &[Told]) -> Pairs<&'static str, Json>;

fn run(topic: &Topic, shape: Shape, order: &Order<'_>, session: &mut Session) -> Outcome {
    session.no_tc()?;
    match order {
        Order::Show(links) => show(topic, shape, links, session),
        Order::Set(link, words) => {
            let pairs = pairs(topic.changing(), words)?;
            topic.set(&session.host_to_change()?, link, &pairs)?;
            Ok(Ending::Done)
        }
    }
}

/// Words in pairs: a name, and its value.
pub(super) fn pairs<'a>(op: &'static str, words: &'a [String]) -> Result<Vec<(&'a str, &'a str)>, Error> {
    let pair = |pair: &'a [String]| match pair {
        [name, value] => Ok((name.as_str(), value.as_str())),
        pair => Err(Error::invalid(op, "a value is missing").on(&pair[0])),
    };
    words.chunks(2).map(pair).collect()
}

fn show(topic: &Topic, shape: Shape, names: &[String], session: &mut Session) -> Outcome {
    let host = session.host()?;
    let mut found: Vec<(String, Vec<Told>)> = Vec::new();
    if names.is_empty() {
        for link in host.switchdev().links()? {
            match topic.read(&host, link.ifindex) {
                Ok(records) => found.push((link.name, records)),
                // Links without it are the most; one may have gone meanwhile.
                Err(error) if matches!(error.kind(), ErrorKind::Unsupported | ErrorKind::NotFound) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
    let known = host.names()?;
    for name in names {
        let told = topic.read(&host, known.index(name)?).map_err(|error| error.on(name))?;
        found.push((name.clone(), told));
    }
    if session.format() != Format::Table {
        let objects: Vec<_> = found.iter().map(|(name, records)| shape(name, records)).collect();
        session.data(&objects)?;
        return Ok(Ending::Done);
    }
    if found.is_empty() {
        session.say(format_args!("no link lets one {}", topic.reading()))?;
        return Ok(Ending::Done);
    }
    let mut table = Table::new(&[("LINK", Align::Left), ("FIELD", Align::Left), ("VALUE", Align::Left)]);
    for (name, records) in &found {
        for (field, value) in records.iter().flat_map(|record| record.fields()) {
            table.row(vec![Cell::new(name).style(Style::Bold), Cell::new(field), Cell::new(shown(&value))]);
        }
    }
    session.table(&table)?;
    Ok(Ending::Done)
}

/// A value in the table. Of a set, what could be in it and is not stands in parentheses.
fn shown(value: &Value) -> String {
    let Value::Bits(bits) = value else { return value.to_string() };
    let off = bits.of.iter().flatten().filter(|name| !bits.has(name)).cloned().collect::<Vec<_>>();
    match (bits.on.is_empty(), off.is_empty()) {
        (true, true) => "none".to_owned(),
        (true, false) => format!("none (of {})", off.join(" ")),
        (false, true) => bits.to_string(),
        (false, false) => format!("{bits} (not {})", off.join(" ")),
    }
}
