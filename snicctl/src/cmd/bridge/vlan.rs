//! `snicctl bridge vlan`: VLANs that ports let through.

use clap::{Args, Subcommand};
use smartnic::bridge::{BridgeVlan, VlanSide};

use super::link;
use crate::print::bridge::VlansObject;
use crate::print::{Align, Cell, Format, Table};
use crate::session::{Ending, Outcome, Session};

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// List the VLANs of ports and bridges
    #[command(
        alias = "ls",
        after_help = "Examples:\n  snicctl bridge vlan list\n  snicctl bridge vlan list --dev pf0vf0"
    )]
    List {
        /// Only those of this link
        #[arg(long, value_name = "LINK")]
        dev: Option<String>,
    },
    /// Let VLANs through
    #[command(after_help = "Examples:\n  snicctl bridge vlan add 10 --dev pf0vf0 --pvid --untagged\n  \
                            snicctl bridge vlan add 10-20 --dev p0\n  snicctl bridge vlan add 10 --dev br0 --self")]
    Add(Vlans),
    /// Let VLANs through no more
    #[command(alias = "delete", after_help = "Examples:\n  snicctl bridge vlan del 10-20 --dev p0")]
    Del(Vlans),
}

#[derive(Debug, Args)]
pub(crate) struct Vlans {
    /// A VLAN, or a range such as 10-20
    vlans: BridgeVlan,
    /// The port, or with --self the bridge
    #[arg(long, value_name = "LINK")]
    dev: String,
    /// What comes in untagged is put into it
    #[arg(long)]
    pvid: bool,
    /// What goes out of it is untagged
    #[arg(long)]
    untagged: bool,
    /// The device's own: a bridge's, or a NIC's that filters by itself
    #[arg(long = "self")]
    own: bool,
}

pub(super) fn run(verb: &Verb, session: &mut Session) -> Outcome {
    let (vlans, add) = match verb {
        Verb::List { dev } => return list(dev.as_deref(), session),
        Verb::Add(vlans) => (vlans, true),
        Verb::Del(vlans) => (vlans, false),
    };
    let host = session.host_to_change()?;
    let side = if vlans.own { VlanSide::Own } else { VlanSide::Master };
    let range = BridgeVlan { pvid: vlans.pvid, untagged: vlans.untagged, ..vlans.vlans };
    let dev = link(&host, &vlans.dev)?;
    match add {
        true => host.bridging()?.add_vlans(dev, range, side)?,
        false => host.bridging()?.remove_vlans(dev, range, side)?,
    }
    Ok(Ending::Done)
}

fn list(dev: Option<&str>, session: &mut Session) -> Outcome {
    let host = session.host()?;
    let only = dev.map(|dev| link(&host, dev)).transpose()?;
    let mut ports = host.bridging()?.bridge_ports()?;
    ports.retain(|port| !port.vlans.is_empty() && only.is_none_or(|only| port.link == only));
    if session.format() != Format::Table {
        session.data(&ports.iter().map(VlansObject::of).collect::<Vec<_>>())?;
        return Ok(Ending::Done);
    }
    if ports.is_empty() {
        session.say("no VLANs")?;
        return Ok(Ending::Done);
    }
    let mut table = Table::new(&[("LINK", Align::Left), ("VLAN", Align::Right), ("FLAGS", Align::Left)]);
    for port in &ports {
        for vlan in &port.vlans {
            let flags = [(vlan.pvid, "pvid"), (vlan.untagged, "untagged")];
            let flags = flags.into_iter().filter(|(on, _)| *on).map(|(_, name)| name).collect::<Vec<_>>();
            table.row(vec![Cell::new(&port.name), Cell::new(vlan), Cell::new(flags.join(" "))]);
        }
    }
    session.table(&table)?;
    Ok(Ending::Done)
}
