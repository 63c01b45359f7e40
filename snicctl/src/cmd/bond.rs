//! `snicctl bond`: bonds of uplinks.

use clap::Subcommand;
use smartnic::bridge::LagOffload;

use crate::print::{Align, Cell, Format, Style, Table};
use crate::session::{Ending, Outcome, Session};

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// List bonds with their ports, and whether the NIC itself sends over them
    ///
    /// The kernel has no interface that tells the last; mlx5 tells it in debugfs. Where nobody tells, that is said.
    #[command(alias = "ls", after_help = "Examples:\n  snicctl bond list\n  snicctl -o json bond list")]
    List,
}

pub(crate) fn run(verb: &Verb, session: &mut Session) -> Outcome {
    session.no_tc()?;
    let Verb::List = verb;
    let host = session.host()?;
    let bonds = host.bridging()?.bonds()?;
    if session.format() != Format::Table {
        session.data(&bonds)?;
        return Ok(Ending::Done);
    }
    if bonds.is_empty() {
        session.say("no bonds")?;
        return Ok(Ending::Done);
    }
    let mut table = Table::new(&[
        ("BOND", Align::Left),
        ("MODE", Align::Left),
        ("PORT", Align::Left),
        ("ACTIVE", Align::Left),
        ("LINK", Align::Left),
        ("HW-TC-OFFLOAD", Align::Left),
        ("OFFLOAD", Align::Left),
    ]);
    let word = |value: Option<bool>, yes: &str, no: &str| {
        Cell::option(value.map(|value| if value { yes.to_owned() } else { no.to_owned() }))
    };
    for bond in &bonds {
        let (offload, style) = match &bond.offload {
            LagOffload::Active { how } => (format!("active: {how}"), Style::Green),
            LagOffload::Inactive { why } => (format!("inactive: {why}"), Style::Plain),
            LagOffload::Unknown { why } => (format!("unknown: {why}"), Style::Yellow),
        };
        let head = |table: &mut Table, cells: [Cell; 4]| {
            let [port, active, link, offloads] = cells;
            table.row(vec![
                Cell::new(&bond.name),
                Cell::option(bond.mode),
                port,
                active,
                link,
                offloads,
                Cell::new(&offload).style(style),
            ]);
        };
        if bond.ports.is_empty() {
            head(&mut table, [(); 4].map(|()| Cell::new("")));
        }
        for port in &bond.ports {
            head(
                &mut table,
                [
                    Cell::new(&port.name),
                    word(port.active, "yes", "backup"),
                    word(port.mii_up, "up", "down"),
                    word(port.tc_offload, "on", "off"),
                ],
            );
        }
    }
    session.table(&table)?;
    Ok(Ending::Done)
}
