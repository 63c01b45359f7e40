//! `snicctl tunnel`: tunnel devices, where flow rules send what gets an outer header.

use std::net::IpAddr;

use clap::{Args, Subcommand};
use smartnic::device::{TunnelKind, TunnelSettings};
use smartnic::types::EtherType;
use smartnic::{Error, Host};

use crate::print::{Align, Cell, Format, Style, Table};
use crate::session::{Ending, Outcome, Session};

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// List tunnel devices: VXLAN, Geneve, GRE and bareudp
    #[command(alias = "ls", after_help = "Examples:\n  snicctl tunnel list\n  snicctl -o json tunnel list")]
    List,
    /// Make a tunnel device, and set it up
    ///
    /// Flow rules want one with --external: it leaves the outer header to `tunnel_key set`, and matches on it with `enc_…` keys.
    #[command(after_help = "Examples:\n  snicctl tunnel add vxlan0 --kind vxlan --external\n  \
                            snicctl tunnel add vxlan7 --kind vxlan --id 7 --remote 192.0.2.1 --port 8472\n  \
                            snicctl tunnel add gre0 --kind gretap --external\n  \
                            snicctl tunnel add mpls0 --kind bareudp --carries mpls_uc")]
    Add {
        /// Its name
        tunnel: String,
        #[command(flatten)]
        settings: Settings,
    },
    /// Remove a tunnel device, with the rules on it
    #[command(alias = "delete", after_help = "Examples:\n  snicctl tunnel del vxlan0")]
    Del {
        /// The tunnel device
        tunnel: String,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Settings {
    /// What packets are put into: vxlan, geneve, gretap, bareudp
    #[arg(long)]
    kind: TunnelKind,
    /// The network identifier; of GRE the key
    #[arg(long, conflicts_with = "external")]
    id: Option<u32>,
    /// Outer headers come with each packet; with bareudp they always do
    #[arg(long)]
    external: bool,
    /// The UDP port; without it the standard's, 4789 for VXLAN, 6081 for Geneve, 6635 for MPLS in bareudp
    #[arg(long)]
    port: Option<u16>,
    /// The protocol inside, of bareudp: mpls_uc if it is left out, ip, ipv6
    #[arg(long, value_name = "PROTOCOL")]
    carries: Option<EtherType>,
    /// The other end
    #[arg(long, value_name = "ADDRESS")]
    remote: Option<IpAddr>,
    /// This end
    #[arg(long, value_name = "ADDRESS")]
    local: Option<IpAddr>,
}

impl Settings {
    fn read(&self) -> TunnelSettings {
        let Self { kind, id, external, port, carries, remote, local } = *self;
        let usual = TunnelSettings::external(kind);
        let external = external || kind == TunnelKind::Bareudp;
        let (port, carries) = (port.or(usual.port), carries.or(usual.carries));
        TunnelSettings { kind, id, port, remote, local, external, carries }
    }
}

pub(crate) fn run(verb: &Verb, session: &mut Session) -> Outcome {
    session.no_tc()?;
    match verb {
        Verb::List => return list(session),
        Verb::Add { tunnel, settings } => {
            let host = session.host_to_change()?;
            host.tunnels()?.add_tunnel(tunnel, &settings.read())?;
            host.switchdev().set_link_up(host.names()?.index(tunnel)?, true)?;
        }
        Verb::Del { tunnel } => delete(&session.host_to_change()?, tunnel)?,
    }
    Ok(Ending::Done)
}

/// Other links are not removed by this.
fn delete(host: &Host, name: &str) -> Result<(), Error> {
    let link = host.names()?.index(name)?;
    let tunnels = host.tunnels()?;
    match tunnels.tunnels()?.iter().any(|tunnel| tunnel.link == link) {
        true => tunnels.remove_tunnel(link),
        false => {
            Err(Error::invalid("remove a tunnel device", "it is no VXLAN, Geneve, gretap or bareudp device")
                .on(name))
        }
    }
}

fn list(session: &mut Session) -> Outcome {
    let tunnels = session.host()?.tunnels()?.tunnels()?;
    if session.format() != Format::Table {
        session.data(&tunnels)?;
        return Ok(Ending::Done);
    }
    if tunnels.is_empty() {
        session.say("no tunnel devices")?;
        return Ok(Ending::Done);
    }
    let mut table = Table::new(&[
        ("TUNNEL", Align::Left),
        ("KIND", Align::Left),
        ("ID", Align::Right),
        ("PORT", Align::Right),
        ("CARRIES", Align::Left),
        ("REMOTE", Align::Left),
        ("LOCAL", Align::Left),
        ("LINK", Align::Left),
    ]);
    for tunnel in &tunnels {
        let settings = &tunnel.settings;
        let id = match (settings.external, settings.id) {
            (true, _) => Cell::new("external"),
            (false, id) => Cell::option(id),
        };
        table.row(vec![
            Cell::new(&tunnel.name).style(Style::Bold),
            Cell::new(settings.kind),
            id,
            Cell::option(settings.port),
            settings.carries.map_or_else(|| Cell::new("ethernet"), Cell::new),
            Cell::option(settings.remote),
            Cell::option(settings.local),
            Cell::new(if tunnel.up { "up" } else { "down" }),
        ]);
    }
    session.table(&table)?;
    Ok(Ending::Done)
}
