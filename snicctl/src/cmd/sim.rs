//! `snicctl sim`: simulated hosts, their profiles and packets.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, Subcommand};
use serde::Serialize;
use smartnic::device::ReporterId;
use smartnic::flow::{Fate, Netdev, Packet};
use smartnic::names::Names;
use smartnic::text::{PacketLine, packet_words};
use smartnic::types::DevlinkPlace;
use smartnic::{Error, Host};

use crate::packets;
use crate::print::{Align, Cell, Format, Style, Table};
use crate::rules;
use crate::session::{Ending, Outcome, Session};

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// List the NICs that can be simulated
    #[command(after_help = "Examples:\n  snicctl sim profiles\n  snicctl --host sim:e810 device show")]
    Profiles,
    /// Send packets through the simulated NIC; counters move
    ///
    /// On a representor, packets go as if its VF had sent them; on the uplink, as if they came from the wire. A file
    /// has one packet a line: `dev LINK [count N] PACKET`.
    #[command(after_help = "Examples:\n  \
        snicctl --host 'sim:bluefield3?state=nic.json' sim send --dev pf0vf0 --count 1000 \\\n      \
        ip_proto tcp src_ip 10.0.0.11 dst_ip 10.0.0.12 dst_port 443\n  \
        snicctl --host 'sim:bluefield3?state=nic.json' sim send --file traffic.packets")]
    Send {
        /// The link where the packets enter the NIC
        #[arg(long, value_name = "LINK", required_unless_present = "file", conflicts_with = "file")]
        dev: Option<String>,
        /// How many equal packets
        #[arg(long, value_name = "N", default_value_t = 1, conflicts_with = "file")]
        count: u64,
        /// Read packets from a file; - for standard input
        #[arg(long, value_name = "FILE", conflicts_with = "words")]
        file: Option<PathBuf>,
        /// The packet, by the keys of flower
        #[arg(value_name = "WORD", required_unless_present = "file")]
        words: Vec<String>,
    },
    /// Let a part of the simulated NIC have an error, as its health reporter sees it
    #[command(after_help = "Examples:\n  \
        snicctl --host 'sim:bluefield3?state=nic.json' sim break pci/0000:03:00.0 fw --error assert\n  \
        snicctl --host 'sim:bluefield3?state=nic.json' health list")]
    Break(Break),
    /// Network namespaces of the simulated host, as `ip netns` makes and ends them
    #[command(subcommand)]
    Netns(Netns),
    /// Move a link to another network namespace, as `ip link set LINK netns NAME` does
    #[command(after_help = "Examples:\n  \
        snicctl --host 'sim:bluefield3?state=nic.json' sim netns add blue\n  \
        snicctl --host 'sim:bluefield3?state=nic.json' sim move enp3s0f0v0 --to blue\n  \
        snicctl --host 'sim:bluefield3?state=nic.json' sim move enp3s0f0v0 --from blue")]
    Move {
        /// The link's name
        link: String,
        /// The network namespace that it is in; the first one, which has no name, if it is left out
        #[arg(long, value_name = "NAME")]
        from: Option<String>,
        /// The network namespace that it goes to; the first one if it is left out
        #[arg(long, value_name = "NAME", required_unless_present = "from")]
        to: Option<String>,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Netns {
    /// Make a network namespace
    #[command(
        after_help = "Examples:\n  snicctl --host 'sim:bluefield3?state=nic.json' sim netns add blue\n  \
                            snicctl --host 'sim:bluefield3?state=nic.json&netns=blue' device list"
    )]
    Add {
        /// Its name; a path such as /proc/4711/ns/net for one that has none but a process
        name: String,
    },
    /// End a network namespace; links and devices in it come back
    #[command(
        visible_alias = "delete",
        after_help = "Examples:\n  snicctl --host 'sim:bluefield3?state=nic.json' sim netns del blue"
    )]
    Del {
        /// Its name or path
        name: String,
    },
}

/// An error that a simulated NIC is to have.
#[derive(Debug, Args)]
pub(crate) struct Break {
    /// The devlink handle of the device, or that of a port
    place: DevlinkPlace,
    /// The name of the health reporter that tells of it
    reporter: String,
    /// The error in words
    #[arg(long, value_name = "TEXT", default_value = "simulated error")]
    error: String,
    /// How much time passes before; nothing else lets time pass but packets
    #[arg(long, value_name = "MSEC", default_value_t = 1000)]
    after: u64,
}

pub(crate) fn run(verb: &Verb, session: &mut Session) -> Outcome {
    session.no_tc()?;
    match verb {
        Verb::Profiles => profiles(session),
        Verb::Send { dev, count, file, words } => {
            let bursts = bursts(dev.as_deref(), *count, file.as_deref(), words)?;
            send(&bursts, session)
        }
        Verb::Netns(Netns::Add { name }) => {
            session.host_to_change()?.datapath()?.add_netns(name)?;
            Ok(Ending::Done)
        }
        Verb::Netns(Netns::Del { name }) => {
            session.host_to_change()?.datapath()?.remove_netns(name)?;
            Ok(Ending::Done)
        }
        Verb::Move { link, from, to } => {
            session.host_to_change()?.datapath()?.move_link(link, from.as_deref(), to.as_deref())?;
            Ok(Ending::Done)
        }
        Verb::Break(error) => {
            let id = ReporterId::new(error.place.clone(), &error.reporter);
            let after = Duration::from_millis(error.after);
            let host = session.host_to_change()?;
            let recovered = host.datapath()?.report_error(&id, &error.error, after)?;
            let end = if recovered { "the driver recovered from it" } else { "it stays" };
            session.say(format_args!("{id}: {}; {end}", error.error))?;
            Ok(Ending::Done)
        }
    }
}

fn profiles(session: &mut Session) -> Outcome {
    #[derive(Serialize)]
    struct Profile {
        name: &'static str,
        product: &'static str,
    }
    let known: Vec<Profile> = smartnic::profiles().map(|(name, product)| Profile { name, product }).collect();
    if session.format() != Format::Table {
        session.data(&known)?;
        return Ok(Ending::Done);
    }
    let mut table = Table::new(&[("HOST", Align::Left), ("PRODUCT", Align::Left)]);
    for Profile { name, product } in known {
        table.row(vec![Cell::new(format_args!("sim:{name}")), Cell::new(product)]);
    }
    session.table(&table)?;
    Ok(Ending::Done)
}

fn bursts(
    dev: Option<&str>,
    count: u64,
    file: Option<&Path>,
    words: &[String],
) -> Result<Vec<PacketLine>, Error> {
    match (dev, file) {
        (_, Some(path)) => packets::read(path),
        (Some(dev), None) => {
            Ok(vec![PacketLine { dev: dev.into(), count, packet: packets::from_words(words)?, line: 0 }])
        }
        (None, None) => Err(Error::invalid("send packets", "no link is named").hint("name it: --dev LINK")),
    }
}

/// What became of packets.
#[derive(Serialize)]
struct Sent<'a> {
    dev: &'a Netdev,
    count: u64,
    packet: &'a Packet,
    in_hardware: bool,
    /// How many rules they met.
    rules: usize,
    fate: Fate,
    #[serde(skip)]
    told: String,
}

fn send(bursts: &[PacketLine], session: &mut Session) -> Outcome {
    let host = session.host_to_change()?;
    let names = host.names()?;
    let sent = bursts.iter().map(|burst| send_one(burst, &host, &names)).collect::<Result<Vec<_>, _>>()?;
    match session.format() {
        Format::Table => people(&sent, session)?,
        _ => session.data(&sent)?,
    }
    Ok(Ending::Done)
}

fn send_one<'a>(burst: &'a PacketLine, host: &Host, names: &Names) -> Result<Sent<'a>, Error> {
    let PacketLine { dev, count, packet, line } = burst;
    let from = match dev {
        Netdev::Index(index) => Ok(*index),
        Netdev::Name(name) => names.index(name),
    };
    let sent = from.and_then(|from| host.datapath()?.send(from, packet, *count));
    let mut delivery = sent.map_err(|error| match line {
        0 => error,
        line => error.within("send packets", format_args!("line {line}: from {dev}")),
    })?;
    if let Fate::Redirected(dev) = &mut delivery.path.fate {
        *dev = Netdev::Name(rules::link_name(dev, names));
    }
    let told = delivery.path.fate_words();
    let (in_hardware, met) = (delivery.in_hardware, delivery.path.steps.len());
    Ok(Sent { dev, count: *count, packet, in_hardware, rules: met, fate: delivery.path.fate, told })
}

fn people(sent: &[Sent<'_>], session: &mut Session) -> io::Result<()> {
    let mut table = Table::new(&[
        ("FROM", Align::Left),
        ("COUNT", Align::Right),
        ("PACKET", Align::Left),
        ("RULES", Align::Right),
        ("FATE", Align::Left),
        ("BY", Align::Left),
    ]);
    for one in sent {
        let (by, style) = if one.in_hardware { ("NIC", Style::Green) } else { ("CPU", Style::Yellow) };
        table.row(vec![
            Cell::new(one.dev),
            Cell::new(one.count),
            Cell::new(packet_words(one.packet)),
            Cell::new(one.rules),
            Cell::new(&one.told),
            Cell::new(by).style(style),
        ]);
    }
    if session.talks() {
        session.table(&table)?;
    }
    let all: u64 = sent.iter().map(|one| one.count).sum();
    let hardware: u64 = sent.iter().filter(|one| one.in_hardware).map(|one| one.count).sum();
    let share = if all == 0 { 0.0 } else { hardware as f64 * 100.0 / all as f64 };
    let packets = if all == 1 { "packet" } else { "packets" };
    session.say(format_args!("{all} {packets}, {share:.1} % handled by the NIC alone"))
}
