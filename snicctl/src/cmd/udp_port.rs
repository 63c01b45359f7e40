//! `snicctl udp-port`: UDP ports by which devices know tunnels.

use clap::Subcommand;
use serde_json::json;
use smartnic::ErrorKind;
use smartnic::ethtool::TunnelTable;

use crate::print::{Align, Cell, Format, Style, Table};
use crate::session::{Ending, Outcome, Session};

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Show the tables of UDP ports by which devices know tunnels; of all links that have such if none is named
    #[command(after_help = "Examples:\n  snicctl udp-port show enp3s0f0np0")]
    Show {
        /// The links
        links: Vec<String>,
    },
}

pub(crate) fn run(verb: &Verb, session: &mut Session) -> Outcome {
    session.no_tc()?;
    let Verb::Show { links } = verb;
    let host = session.host()?;
    let mut found: Vec<(String, Vec<TunnelTable>)> = Vec::new();
    if links.is_empty() {
        for link in host.switchdev().links()? {
            match host.ethtool()?.udp_ports(link.ifindex) {
                Ok(tables) => found.push((link.name, tables)),
                Err(error) if matches!(error.kind(), ErrorKind::Unsupported | ErrorKind::NotFound) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
    let names = host.names()?;
    for name in links {
        let tables = host.ethtool()?.udp_ports(names.index(name)?).map_err(|error| error.on(name))?;
        found.push((name.clone(), tables));
    }
    if session.format() != Format::Table {
        let one = |(name, tables): &(String, Vec<TunnelTable>)| json!({ "ifname": name, "tables": tables });
        session.data(&found.iter().map(one).collect::<Vec<_>>())?;
        return Ok(Ending::Done);
    }
    if found.is_empty() {
        session.say("no link looks into tunnels by their UDP ports")?;
        return Ok(Ending::Done);
    }
    let mut table = Table::new(&[
        ("LINK", Align::Left),
        ("TABLE", Align::Right),
        ("SIZE", Align::Right),
        ("KINDS", Align::Left),
        ("PORTS", Align::Left),
    ]);
    for (name, tables) in &found {
        for (number, told) in tables.iter().enumerate() {
            let ports: Vec<String> =
                told.ports.iter().map(|port| format!("{} {}", port.kind, port.port)).collect();
            let kinds = if told.kinds.is_empty() { "fixed".to_owned() } else { told.kinds.join(" ") };
            table.row(vec![
                Cell::new(name).style(Style::Bold),
                Cell::new(number),
                Cell::new(told.size),
                Cell::new(kinds),
                Cell::new(if ports.is_empty() { "none".to_owned() } else { ports.join(", ") }),
            ]);
        }
    }
    session.table(&table)?;
    Ok(Ending::Done)
}
