//! `snicctl bridge mdb`: members of multicast groups.

use std::net::IpAddr;

use clap::{Args, Subcommand};
use smartnic::bridge::{MdbEntry, MdbFlags, MdbGroup};

use super::link;
use crate::print::bridge::MdbObject;
use crate::print::{Align, Cell, Format, Table};
use crate::session::{Ending, Outcome, Session};

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// List the members of groups, with what the NIC forwards itself (offload)
    #[command(
        alias = "ls",
        after_help = "Examples:\n  snicctl bridge mdb list\n  snicctl bridge mdb list --bridge br0"
    )]
    List {
        /// Only those of this bridge
        #[arg(long, value_name = "BRIDGE")]
        bridge: Option<String>,
    },
    /// Add a member to a group
    #[command(
        after_help = "Examples:\n  snicctl bridge mdb add 239.1.1.1 --bridge br0 --port pf0vf0 --permanent --vlan 10"
    )]
    Add(Member),
    /// Remove a member of a group
    #[command(
        alias = "delete",
        after_help = "Examples:\n  snicctl bridge mdb del 239.1.1.1 --bridge br0 --port pf0vf0 --vlan 10"
    )]
    Del(Member),
}

#[derive(Debug, Args)]
pub(crate) struct Member {
    /// The group: an IP address or a MAC address
    group: MdbGroup,
    /// The bridge
    #[arg(long, value_name = "BRIDGE")]
    bridge: String,
    /// The port; the bridge itself for this host
    #[arg(long, value_name = "LINK")]
    port: String,
    /// Only what comes from there
    #[arg(long, value_name = "ADDRESS")]
    source: Option<IpAddr>,
    /// The VLAN
    #[arg(long, value_name = "VLAN")]
    vlan: Option<u16>,
    /// It stays
    #[arg(long)]
    permanent: bool,
}

pub(super) fn run(verb: &Verb, session: &mut Session) -> Outcome {
    let (member, add) = match verb {
        Verb::List { bridge } => return list(bridge.as_deref(), session),
        Verb::Add(member) => (member, true),
        Verb::Del(member) => (member, false),
    };
    let host = session.host_to_change()?;
    let entry = MdbEntry {
        bridge: link(&host, &member.bridge)?,
        port: link(&host, &member.port)?,
        group: member.group,
        source: member.source,
        vlan: member.vlan,
        permanent: member.permanent,
        flags: MdbFlags::empty(),
        unknown: Vec::new(),
    };
    match add {
        true => host.bridging()?.add_mdb(&entry)?,
        false => host.bridging()?.remove_mdb(&entry)?,
    }
    Ok(Ending::Done)
}

fn list(bridge: Option<&str>, session: &mut Session) -> Outcome {
    let host = session.host()?;
    let only = bridge.map(|bridge| link(&host, bridge)).transpose()?;
    let names = host.names()?;
    let mut entries = host.bridging()?.mdb()?;
    entries.retain(|entry| only.is_none_or(|only| entry.bridge == only));
    if session.format() != Format::Table {
        session.data(&entries.iter().map(|entry| MdbObject::of(entry, &names)).collect::<Vec<_>>())?;
        return Ok(Ending::Done);
    }
    if entries.is_empty() {
        session.say("no members of groups")?;
        return Ok(Ending::Done);
    }
    let mut table = Table::new(&[
        ("GROUP", Align::Left),
        ("BRIDGE", Align::Left),
        ("PORT", Align::Left),
        ("SOURCE", Align::Left),
        ("VLAN", Align::Right),
        ("STATE", Align::Left),
        ("FLAGS", Align::Left),
    ]);
    for entry in &entries {
        table.row(vec![
            Cell::new(entry.group),
            Cell::new(names.name(entry.bridge)),
            Cell::new(names.name(entry.port)),
            Cell::option(entry.source),
            Cell::option(entry.vlan),
            Cell::new(if entry.permanent { "permanent" } else { "temp" }),
            Cell::new(entry.flags.names().collect::<Vec<_>>().join(" ")),
        ]);
    }
    session.table(&table)?;
    Ok(Ending::Done)
}
