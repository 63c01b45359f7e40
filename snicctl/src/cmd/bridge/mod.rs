//! `snicctl bridge`: bridges and what they forward by.

mod fdb;
mod mdb;
mod port;
mod vlan;
mod watch;

use clap::{Args, Subcommand, ValueEnum};
use smartnic::bridge::BridgeChange;
use smartnic::types::IfIndex;
use smartnic::{Error, Host};

use crate::print::bridge::BridgeObject;
use crate::print::{Align, Cell, Format, Table};
use crate::session::{Ending, Outcome, Session};

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// List bridges
    #[command(alias = "ls", after_help = "Examples:\n  snicctl bridge list")]
    List,
    /// Make a bridge, and set it up
    #[command(after_help = "Examples:\n  snicctl bridge add br0 --vlan-filtering on")]
    Add {
        /// Its name
        bridge: String,
        #[command(flatten)]
        settings: Settings,
    },
    /// Remove a bridge; its ports are free then
    #[command(alias = "delete", after_help = "Examples:\n  snicctl bridge del br0")]
    Del {
        /// The bridge
        bridge: String,
    },
    /// Change a bridge
    #[command(after_help = "Examples:\n  snicctl bridge set br0 --vlan-filtering on")]
    Set {
        /// The bridge
        bridge: String,
        #[command(flatten)]
        settings: Settings,
    },
    /// Ports: learning, flooding, isolation
    #[command(subcommand)]
    Port(port::Verb),
    /// Addresses
    #[command(subcommand)]
    Fdb(fdb::Verb),
    /// VLANs
    #[command(subcommand)]
    Vlan(vlan::Verb),
    /// Multicast groups
    #[command(subcommand)]
    Mdb(mdb::Verb),
    Watch(watch::Args),
}

#[derive(Debug, Args)]
pub(crate) struct Settings {
    /// Tell VLANs apart
    #[arg(long, value_name = "ON|OFF")]
    vlan_filtering: Option<Switch>,
    /// The tag of VLANs
    #[arg(long, value_name = "802.1q|802.1ad", value_parser = protocol)]
    vlan_protocol: Option<u16>,
    /// The VLAN that new ports have for untagged packets; 0 for none
    #[arg(long, value_name = "VLAN")]
    default_pvid: Option<u16>,
    /// How long learned addresses stay, in seconds
    #[arg(long, value_name = "SECONDS")]
    ageing_time: Option<u32>,
    /// Watch who joins multicast groups
    #[arg(long, value_name = "ON|OFF")]
    mcast_snooping: Option<Switch>,
}

impl Settings {
    fn read(&self) -> BridgeChange {
        BridgeChange {
            vlan_filtering: self.vlan_filtering.map(bool::from),
            vlan_protocol: self.vlan_protocol,
            default_pvid: self.default_pvid,
            ageing_time: self.ageing_time.map(|seconds| seconds.saturating_mul(100)),
            mcast_snooping: self.mcast_snooping.map(bool::from),
        }
    }
}

/// On or off, as people type it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Switch {
    On,
    Off,
}

impl From<Switch> for bool {
    fn from(switch: Switch) -> Self {
        switch == Switch::On
    }
}

/// The tags of VLANs by their standards.
fn protocol(text: &str) -> Result<u16, String> {
    match text.to_lowercase().as_str() {
        "802.1q" => Ok(0x8100),
        "802.1ad" => Ok(0x88a8),
        _ => Err("expected 802.1q or 802.1ad".to_owned()),
    }
}

pub(crate) fn run(verb: &Verb, session: &mut Session) -> Outcome {
    session.no_tc()?;
    match verb {
        Verb::List => list(session),
        Verb::Add { bridge, settings } => {
            let host = session.host_to_change()?;
            host.bridging()?.add_bridge(bridge, &settings.read())?;
            host.switchdev().set_link_up(link(&host, bridge)?, true)?;
            Ok(Ending::Done)
        }
        Verb::Del { bridge } => {
            let host = session.host_to_change()?;
            let index = link(&host, bridge)?;
            if !host.bridging()?.bridges()?.iter().any(|it| it.link == index) {
                return Err(Error::invalid("remove a bridge", "it is no bridge").on(bridge).into());
            }
            host.bridging()?.remove_master(index)?;
            Ok(Ending::Done)
        }
        Verb::Set { bridge, settings } => {
            let host = session.host_to_change()?;
            let change = settings.read();
            if change == BridgeChange::default() {
                return Err(nothing("change a bridge", bridge).into());
            }
            host.bridging()?.set_bridge(link(&host, bridge)?, &change)?;
            Ok(Ending::Done)
        }
        Verb::Port(verb) => port::run(verb, session),
        Verb::Fdb(verb) => fdb::run(verb, session),
        Verb::Vlan(verb) => vlan::run(verb, session),
        Verb::Mdb(verb) => mdb::run(verb, session),
        Verb::Watch(args) => watch::run(args, session),
    }
}

fn list(session: &mut Session) -> Outcome {
    let host = session.host()?;
    let bridges = host.bridging()?.bridges()?;
    let names = host.names()?;
    let ports = host.bridging()?.bridge_ports()?;
    let of = |bridge: IfIndex| {
        let ports = ports.iter().filter(|port| port.master == Some(bridge));
        ports.map(|port| names.name(port.link)).collect::<Vec<_>>()
    };
    if session.format() != Format::Table {
        let objects: Vec<BridgeObject> =
            bridges.iter().map(|bridge| BridgeObject::of(bridge, of(bridge.link))).collect();
        session.data(&objects)?;
        return Ok(Ending::Done);
    }
    if bridges.is_empty() {
        session.say("no bridges")?;
        return Ok(Ending::Done);
    }
    let mut table = Table::new(&[
        ("BRIDGE", Align::Left),
        ("VLAN FILTERING", Align::Left),
        ("SNOOPING", Align::Left),
        ("AGEING", Align::Right),
        ("PORTS", Align::Left),
    ]);
    let on = |on: Option<bool>| Cell::option(on.map(|on| if on { "on" } else { "off" }));
    for bridge in &bridges {
        table.row(vec![
            Cell::new(&bridge.name),
            on(bridge.vlan_filtering),
            on(bridge.mcast_snooping),
            Cell::option(bridge.ageing_time.map(|time| format!("{} s", time / 100))),
            Cell::new(of(bridge.link).join(", ")),
        ]);
    }
    session.table(&table)?;
    Ok(Ending::Done)
}

/// The link of a name.
fn link(host: &Host, name: &str) -> Result<IfIndex, Error> {
    host.names()?.index(name)
}

fn nothing(op: &'static str, object: &str) -> Error {
    Error::invalid(op, "nothing is said that should change").on(object)
}
