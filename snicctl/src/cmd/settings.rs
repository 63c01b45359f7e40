//! What ethtool tells and changes of a link, field by field: `snicctl link`, `ring`, `channel`, `coalesce`, `pause`, `fec`,
//! `eee`, `wol`, `module`, `private`, `messages`, `driver`, `timestamp`, `plca`, `mm`, `pse`.

use clap::Subcommand;
use serde_json::Value as Json;
use smartnic::ethtool::{Record, Value};
use smartnic::types::IfIndex;
use smartnic::{Error, ErrorKind, Host};

use crate::print::ethtool::{fec_object, object};
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

type Told = Box<dyn Record>;

/// Reads NAME VALUE pairs, makes the change unless it is only tried, and returns what was asked for.
type Change = fn(&Host, IfIndex, &[(&str, &str)], bool) -> Result<Told, Error>;

/// A record of a topic: how a host is asked for it, and how words change it.
struct Part {
    fields: fn() -> &'static [&'static str],
    get: fn(&Host, IfIndex) -> Result<Told, Error>,
    set: Option<Change>,
}

macro_rules! part {
    ($record:ident, $get:ident) => {
        Part {
            fields: || smartnic::ethtool::$record::default().names(),
            get: |host, link| Ok(Box::new(host.ethtool()?.$get(link)?)),
            set: None,
        }
    };
    ($record:ident, $get:ident, $set:ident) => {
        Part {
            set: Some(|host, link, words, really| {
                let mut change = smartnic::ethtool::$record::default();
                for (field, value) in words {
                    change.read(field, value).map_err(|error| error.hint(format!("in: {field} {value}")))?;
                }
                if really {
                    host.ethtool()?.$set(link, &change)?;
                }
                Ok(Box::new(change))
            }),
            ..part!($record, $get)
        }
    };
}

/// A topic: its words, its records, and its object in JSON.
struct Topic {
    read: &'static str,
    change: &'static str,
    parts: &'static [Part],
    object: fn(&str, &[Told]) -> Pairs<&'static str, Json>,
}

macro_rules! topics {
    ($($name:ident($verb:ident): $read:literal, $change:literal, $object:expr, [$($part:expr),*];)*) => {
        $(
            pub(crate) fn $name(verb: &$verb, session: &mut Session) -> Outcome {
                const PARTS: &[Part] = &[$($part),*];
                let topic = Topic { read: $read, change: $change, parts: PARTS, object: $object };
                run(&topic, &verb.order(), session)
            }
        )*
    };
}

topics! {
    ring(Ring): "read rings", "change rings", objects, [part!(Rings, rings, set_rings)];
    channel(Channel): "read channels", "change channels", objects, [part!(Channels, channels, set_channels)];
    coalesce(CoalesceVerb): "read interrupt coalescing", "change interrupt coalescing", objects,
        [part!(Coalesce, coalesce, set_coalesce)];
    pause(PauseVerb): "read pausing", "change pausing", objects, [part!(Pause, pause, set_pause)];
    fec(FecVerb): "read error correction", "change error correction", fec_object, [part!(Fec, fec, set_fec)];
    link(Link): "read the link's settings", "change the link's settings", link_object, [
        part!(LinkModes, link_modes, set_link_modes),
        part!(LinkInfo, link_info, set_link_info),
        part!(LinkState, link_state)
    ];
    eee(EeeVerb): "read energy-efficient Ethernet", "change energy-efficient Ethernet", objects,
        [part!(Eee, eee, set_eee)];
    wol(Wol): "read Wake-on-LAN", "change Wake-on-LAN", objects, [part!(WakeOnLan, wake_on_lan, set_wake_on_lan)];
    private(Private): "read private flags", "change private flags", objects,
        [part!(PrivateFlags, private_flags, set_private_flags)];
    driver(Driver): "read which driver serves it", "change the driver", objects, [part!(DriverInfo, driver_info)];
    messages(MessagesVerb): "read the message level", "change the message level", objects,
        [part!(Messages, messages, set_messages)];
    timestamp(Timestamp): "read time stamping", "change time stamping", objects, [
        part!(Timestamping, timestamping),
        part!(TimestampConfig, timestamp_config, set_timestamp_config),
        part!(VirtualClocks, virtual_clocks)
    ];
    plca(PlcaVerb): "read PLCA", "change PLCA", objects, [part!(Plca, plca, set_plca), part!(Plca, plca_status)];
    mm(Mm): "read frame pre-emption", "change frame pre-emption", objects,
        [part!(MacMerge, mac_merge, set_mac_merge)];
    pse(Pse): "read power over Ethernet", "change power over Ethernet", objects,
        [part!(PowerSourcing, power_sourcing, set_power_sourcing)];
    tunable(Tunable): "read tunables", "change tunables", objects, [part!(Tunables, tunables, set_tunables)];
    module_power(ModulePowerVerb): "read a module's power", "change a module's power", objects,
        [part!(ModulePower, module_power, set_module_power)];
}

fn objects(link: &str, parts: &[Told]) -> Pairs<&'static str, Json> {
    object(link, parts)
}

fn run(topic: &Topic, order: &Order<'_>, session: &mut Session) -> Outcome {
    session.no_tc()?;
    match order {
        Order::Show(links) => show(topic, links, session),
        Order::Set(link, words) => set(topic, link, words, session),
    }
}

/// What a link tells of a topic. Where there are several records, those that it does not have are left out.
fn told(topic: &Topic, host: &Host, link: IfIndex) -> Result<Vec<Told>, Error> {
    let mut told = Vec::new();
    let mut refusal = None;
    for part in topic.parts {
        match (part.get)(host, link) {
            Ok(record) => told.push(record),
            Err(error) if error.kind() == ErrorKind::Unsupported => refusal = refusal.or(Some(error)),
            Err(error) => return Err(error),
        }
    }
    match refusal {
        Some(error) if told.is_empty() => Err(error),
        _ => Ok(told),
    }
}

fn show(topic: &Topic, names: &[String], session: &mut Session) -> Outcome {
    let host = session.host()?;
    let mut found: Vec<(String, Vec<Told>)> = Vec::new();
    if names.is_empty() {
        for link in host.switchdev().links()? {
            match told(topic, &host, link.ifindex) {
                Ok(records) => found.push((link.name, records)),
                // Links without it are the most; one may have gone meanwhile.
                Err(error) if matches!(error.kind(), ErrorKind::Unsupported | ErrorKind::NotFound) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
    let known = host.names()?;
    for name in names {
        found.push((name.clone(), told(topic, &host, known.index(name)?).map_err(|error| error.on(name))?));
    }
    if session.format() != Format::Table {
        let objects: Vec<_> = found.iter().map(|(name, records)| (topic.object)(name, records)).collect();
        session.data(&objects)?;
        return Ok(Ending::Done);
    }
    if found.is_empty() {
        session.say(format_args!("no link lets one {}", topic.read))?;
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

/// That a field did not become what was asked for.
pub(crate) fn otherwise(field: &str, asked: &Value, got: Option<&Value>) -> String {
    match got {
        Some(got) => format!("{field}: asked for {asked}, got {got}"),
        None => format!("{field}: asked for {asked}, and the driver does not tell it"),
    }
}

/// NAME VALUE pairs.
pub(crate) fn in_pairs<'a>(op: &'static str, words: &'a [String]) -> Result<Vec<(&'a str, &'a str)>, Error> {
    let pair = |pair: &'a [String]| match pair {
        [name, value] => Ok((name.as_str(), value.as_str())),
        _ => Err(Error::invalid(op, "a value is missing").on(&pair[0])),
    };
    words.chunks(2).map(pair).collect()
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

fn set(topic: &Topic, name: &str, words: &[String], session: &mut Session) -> Outcome {
    let pairs = in_pairs(topic.change, words)?;
    let settable = || topic.parts.iter().filter_map(|part| Some(((part.fields)(), part.set?)));
    if let Some((field, _)) =
        pairs.iter().find(|(field, _)| !settable().any(|(names, _)| names.contains(field)))
    {
        let known: Vec<&str> = settable().flat_map(|(names, _)| names.iter().copied()).collect();
        let reason = format!("expected one of: {}", known.join(" "));
        return Err(Error::invalid(topic.change, reason).on(field).into());
    }
    let host = session.host_to_change()?;
    let link = host.names()?.index(name)?;
    let mut asked = Vec::new();
    // All is read before anything is changed.
    for really in [false, true] {
        for (names, set) in settable() {
            let here: Vec<_> = pairs.iter().copied().filter(|(field, _)| names.contains(field)).collect();
            if here.is_empty() {
                continue;
            }
            let change = set(&host, link, &here, really).map_err(|error| error.on(name))?;
            if really {
                asked.push(change);
            }
        }
    }
    let now = told(topic, &host, link).map_err(|error| error.on(name))?;
    let got = |field: &str| now.iter().find_map(|record| record.get(field));
    let fields = asked.iter().flat_map(|change| change.fields());
    let missed: Vec<String> = fields
        .filter_map(|(field, asked)| match got(field) {
            Some(got) if asked.is_in(&got) => None,
            got => Some(otherwise(field, &asked, got.as_ref())),
        })
        .collect();
    if missed.is_empty() {
        return Ok(Ending::Done);
    }
    let error = Error::new(ErrorKind::Mismatch, topic.change).on(name).reason(missed.join("; "));
    Err(error.hint("the kernel took it; drivers round values or keep them").into())
}
