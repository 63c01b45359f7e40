//! `snicctl bridge port`: ports of bridges.

use clap::Subcommand;
use smartnic::Error;
use smartnic::bridge::{BridgePortChange, PortFlag, StpState};

use super::{link, nothing};
use crate::print::bridge::PortObject;
use crate::print::{Align, Cell, Format, Table};
use crate::session::{Ending, Outcome, Session};

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// List ports with what is on
    #[command(
        alias = "ls",
        after_help = "Examples:\n  snicctl bridge port list\n  snicctl -o json bridge port list"
    )]
    List,
    /// Make a link a port of a bridge
    #[command(after_help = "Examples:\n  snicctl bridge port add pf0vf0 --bridge br0")]
    Add {
        /// The link
        link: String,
        /// The bridge
        #[arg(long, value_name = "BRIDGE")]
        bridge: String,
    },
    /// Take a port out of its bridge
    #[command(alias = "delete", after_help = "Examples:\n  snicctl bridge port del pf0vf0")]
    Del {
        /// The port
        port: String,
    },
    /// Change a port: SWITCH on|off, state STATE, cost N, priority N
    #[command(after_help = "Examples:\n  snicctl bridge port set pf0vf0 learning off isolated on\n  \
                            snicctl bridge port set pf0vf0 cost 4 --self\n\n\
                            Switches: hairpin guard root_block fastleave learning flood learning_sync mcast_flood \
                            mcast_to_unicast vlan_tunnel bcast_flood neigh_suppress isolated locked mab \
                            neigh_vlan_suppress neigh_forward_grat")]
    Set {
        /// The port
        port: String,
        /// What to change, in pairs
        #[arg(required = true, num_args = 2..)]
        words: Vec<String>,
        /// The device itself is meant
        #[arg(long = "self")]
        own: bool,
    },
}

pub(super) fn run(verb: &Verb, session: &mut Session) -> Outcome {
    match verb {
        Verb::List => list(session),
        Verb::Add { link: name, bridge } => {
            let host = session.host_to_change()?;
            host.bridging()?.set_link_master(link(&host, name)?, Some(link(&host, bridge)?))?;
            Ok(Ending::Done)
        }
        Verb::Del { port } => {
            let host = session.host_to_change()?;
            let index = link(&host, port)?;
            if !host.bridging()?.bridge_ports()?.iter().any(|it| it.link == index && it.master.is_some()) {
                return Err(Error::invalid("take a port out", "it is no port of a bridge").on(port).into());
            }
            host.bridging()?.set_link_master(index, None)?;
            Ok(Ending::Done)
        }
        Verb::Set { port, words, own } => {
            let mut change = BridgePortChange { own: *own, ..BridgePortChange::default() };
            for pair in words.chunks(2) {
                let [name, value] = pair else {
                    return Err(Error::invalid("change a port", "a value is missing").on(&pair[0]).into());
                };
                read(&mut change, name, value)?;
            }
            if change == BridgePortChange::default() {
                return Err(nothing("change a port", port).into());
            }
            let host = session.host_to_change()?;
            host.bridging()?.set_bridge_port(link(&host, port)?, &change)?;
            Ok(Ending::Done)
        }
    }
}

fn read(change: &mut BridgePortChange, name: &str, value: &str) -> Result<(), Error> {
    let wrong =
        |why: &str| Error::invalid("change a port", why.to_owned()).on(format_args!("{name} {value}"));
    match name {
        "state" => change.state = Some(value.parse::<StpState>()?),
        "cost" => change.cost = Some(value.parse().map_err(|_| wrong("expected a number"))?),
        "priority" => change.priority = Some(value.parse().map_err(|_| wrong("expected a number"))?),
        name => {
            let flag = name.parse::<PortFlag>()?;
            let on = match value {
                "on" => true,
                "off" => false,
                _ => return Err(wrong("expected on or off")),
            };
            change.flags.push((flag, on));
        }
    }
    Ok(())
}

fn list(session: &mut Session) -> Outcome {
    let host = session.host()?;
    let names = host.names()?;
    let mut ports = host.bridging()?.bridge_ports()?;
    // Bridges themselves are there for their VLANs only.
    ports.retain(|port| port.state.is_some() || port.hw_mode.is_some());
    if session.format() != Format::Table {
        session.data(&ports.iter().map(|port| PortObject::of(port, &names)).collect::<Vec<_>>())?;
        return Ok(Ending::Done);
    }
    if ports.is_empty() {
        session.say("no ports of bridges")?;
        return Ok(Ending::Done);
    }
    let mut table = Table::new(&[
        ("PORT", Align::Left),
        ("BRIDGE", Align::Left),
        ("STATE", Align::Left),
        ("COST", Align::Right),
        ("ON", Align::Left),
    ]);
    for port in &ports {
        let on = port.flags.iter().filter(|(_, on)| *on).map(|(flag, _)| flag.to_string());
        table.row(vec![
            Cell::new(&port.name),
            Cell::option(port.master.map(|master| names.name(master))),
            Cell::option(port.state),
            Cell::option(port.cost),
            Cell::new(on.collect::<Vec<_>>().join(" ")),
        ]);
    }
    session.table(&table)?;
    Ok(Ending::Done)
}
