//! `snicctl representor`: the ends of the switch that stand for functions.

use clap::Subcommand;
use serde::Serialize;
use smartnic::device::PortName;
use smartnic::inventory::{Nic, Representor};
use smartnic::types::{DevlinkHandle, IfIndex, Mac, PortHandle};

use crate::print::{Align, Cell, Format, Style, Table};
use crate::session::{Ending, Outcome, Session};

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// List the representors of one device, or of each
    ///
    /// NAME is the port's name on its switch: it never changes, and rules may use it in place of the netdev name.
    #[command(
        alias = "ls",
        after_help = "Examples:\n  snicctl representor list\n  snicctl -o json representor list pci/0000:03:00.0"
    )]
    List {
        /// The devlink handle; all devices if it is left out
        handle: Option<DevlinkHandle>,
    },
}

/// One representor with what it stands for.
#[derive(Serialize)]
struct Row {
    name: PortName,
    device: DevlinkHandle,
    netdev: String,
    /// The network namespace that the netdev lies in, if it is another.
    #[serde(skip_serializing_if = "Option::is_none")]
    netns: Option<String>,
    ifindex: IfIndex,
    #[serde(skip_serializing_if = "Option::is_none")]
    port: Option<PortHandle>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mac: Option<Mac>,
    up: bool,
    mtu: u32,
    /// The device of the function behind it.
    #[serde(skip_serializing_if = "Option::is_none")]
    function: Option<DevlinkHandle>,
}

pub(crate) fn run(verb: &Verb, session: &mut Session) -> Outcome {
    session.no_tc()?;
    let Verb::List { handle } = verb;
    let nics = super::nics(&session.host()?, handle.as_ref())?;
    let rows: Vec<Row> = nics
        .iter()
        .flat_map(|nic| {
            let mut all = nic.representors();
            all.extend(nic.representors_elsewhere());
            all.sort_by_key(|representor| representor.name);
            all.into_iter().map(|representor| row(nic, representor)).collect::<Vec<_>>()
        })
        .collect();
    match session.format() {
        Format::Table if rows.is_empty() => {
            session.say(
                "no representors; they come with VFs in switchdev mode: snicctl eswitch set HANDLE --mode switchdev \
                 --vfs N",
            )?;
        }
        Format::Table => session.table(&table(&rows))?,
        _ => session.data(&rows)?,
    }
    Ok(Ending::Done)
}

fn row(nic: &Nic, representor: Representor) -> Row {
    let Representor { name, link, port, function } = representor;
    Row {
        name,
        device: nic.handle().clone(),
        netdev: link.name,
        netns: link.netns,
        ifindex: link.ifindex,
        port: port.map(|port| port.handle).or(link.devlink_port),
        mac: link.mac,
        up: link.up,
        mtu: link.mtu,
        function,
    }
}

fn table(rows: &[Row]) -> Table {
    let mut table = Table::new(&[
        ("NAME", Align::Left),
        ("NETDEV", Align::Left),
        ("IFINDEX", Align::Right),
        ("PORT", Align::Left),
        ("MAC", Align::Left),
        ("STATE", Align::Left),
        ("MTU", Align::Right),
        ("FUNCTION", Align::Left),
    ]);
    for row in rows {
        let (state, style) = if row.up { ("up", Style::Green) } else { ("down", Style::Yellow) };
        table.row(vec![
            Cell::new(row.name).style(Style::Bold),
            Cell::new(match &row.netns {
                Some(netns) => format!("{} (netns {netns})", row.netdev),
                None => row.netdev.clone(),
            }),
            Cell::new(row.ifindex),
            Cell::option(row.port.as_ref()),
            Cell::option(row.mac),
            Cell::new(state).style(style),
            Cell::new(row.mtu),
            Cell::option(row.function.as_ref()),
        ]);
    }
    table
}
