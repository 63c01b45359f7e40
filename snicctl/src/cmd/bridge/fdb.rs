//! `snicctl bridge fdb`: addresses that bridges and devices forward to.

use std::net::IpAddr;

use clap::{Args, Subcommand};
use smartnic::bridge::{FdbAdd, FdbEntry, FdbFlags, FdbFlush, FdbState};
use smartnic::types::Mac;
use smartnic::{Error, Host};

use super::link;
use crate::print::bridge::FdbObject;
use crate::print::{Align, Cell, Format, Style, Table};
use crate::session::{Ending, Outcome, Session};

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// List addresses, with what the NIC forwards itself (offload)
    #[command(
        alias = "ls",
        after_help = "Examples:\n  snicctl bridge fdb list\n  snicctl bridge fdb list --bridge br0 --offloaded\n  \
                      snicctl -o json bridge fdb list --dev eth0"
    )]
    List {
        /// Only those of this bridge
        #[arg(long, value_name = "BRIDGE")]
        bridge: Option<String>,
        /// Only those behind this link
        #[arg(long, value_name = "LINK")]
        dev: Option<String>,
        /// Only those in this VLAN
        #[arg(long, value_name = "VLAN")]
        vlan: Option<u16>,
        /// Only those that the NIC forwards to itself
        #[arg(long)]
        offloaded: bool,
    },
    /// Add an address
    #[command(
        after_help = "Examples:\n  snicctl bridge fdb add 02:00:00:00:00:01 --dev pf0vf0 --master --static --vlan 10\n  \
                      snicctl bridge fdb add 02:00:00:00:00:02 --dev vxlan0 --dst 192.0.2.1"
    )]
    Add(Entry),
    /// Add an address, or put it in the place of the one that is there
    #[command(
        after_help = "Examples:\n  snicctl bridge fdb replace 02:00:00:00:00:01 --dev pf0vf1 --master --static"
    )]
    Replace(Entry),
    /// Add one more destination to an address of a tunnel
    #[command(
        after_help = "Examples:\n  snicctl bridge fdb append 00:00:00:00:00:00 --dev vxlan0 --dst 192.0.2.2"
    )]
    Append(Entry),
    /// Remove an address
    #[command(
        alias = "delete",
        after_help = "Examples:\n  snicctl bridge fdb del 02:00:00:00:00:01 --dev pf0vf0 --master --vlan 10"
    )]
    Del(Entry),
    /// Remove many addresses at once
    #[command(after_help = "Examples:\n  snicctl bridge fdb flush br0 --not permanent\n  \
                            snicctl bridge fdb flush br0 --port pf0vf0 --only extern_learn")]
    Flush {
        /// The bridge, or a port with --master
        dev: String,
        /// Only those behind this port
        #[arg(long, value_name = "LINK")]
        port: Option<String>,
        /// Only those in this VLAN
        #[arg(long, value_name = "VLAN")]
        vlan: Option<u16>,
        /// The table of the bridge that DEV is a port of
        #[arg(long)]
        master: bool,
        /// Only those that are: permanent, static, extern_learn, sticky, offloaded, router
        #[arg(long, value_name = "WHAT")]
        only: Vec<String>,
        /// Only those that are not
        #[arg(long, value_name = "WHAT")]
        not: Vec<String>,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Entry {
    /// The address
    mac: Mac,
    /// The link that it is behind
    #[arg(long, value_name = "LINK")]
    dev: String,
    /// Into the table of the bridge
    #[arg(long)]
    master: bool,
    /// Into the device's own table; this is so unless --master is given
    #[arg(long = "self")]
    own: bool,
    /// It stays, and its packets go out
    #[arg(long = "static", conflicts_with_all = ["dynamic", "permanent"])]
    fixed: bool,
    /// It goes when it was not heard of for a while
    #[arg(long, conflicts_with = "permanent")]
    dynamic: bool,
    /// It is the port's own, and its packets are for this host; this is so unless something else is said
    #[arg(long, alias = "local")]
    permanent: bool,
    /// It does not move to another port
    #[arg(long)]
    sticky: bool,
    /// It was learned by something else than the bridge
    #[arg(long)]
    extern_learn: bool,
    /// The VLAN
    #[arg(long, value_name = "VLAN")]
    vlan: Option<u16>,
    /// The tunnel's far end
    #[arg(long, value_name = "ADDRESS")]
    dst: Option<IpAddr>,
    /// The tunnel's UDP port
    #[arg(long, value_name = "PORT")]
    udp_port: Option<u16>,
    /// The tunnel's network
    #[arg(long, value_name = "VNI")]
    vni: Option<u32>,
    /// The network that packets come from
    #[arg(long, value_name = "VNI")]
    src_vni: Option<u32>,
    /// The link that the tunnel goes through
    #[arg(long, value_name = "LINK")]
    via: Option<String>,
}

impl Entry {
    fn read(&self, host: &Host) -> Result<FdbEntry, Error> {
        let mut flags = FdbFlags::empty();
        for (on, flag) in [
            (self.master, FdbFlags::MASTER),
            (self.own, FdbFlags::SELF),
            (self.sticky, FdbFlags::STICKY),
            (self.extern_learn, FdbFlags::EXTERN_LEARN),
        ] {
            flags.set(flag, on);
        }
        let state = match (self.fixed, self.dynamic) {
            (true, _) => FdbState::Static,
            (_, true) => FdbState::Dynamic,
            _ => FdbState::Permanent,
        };
        Ok(FdbEntry {
            vlan: self.vlan,
            state,
            flags,
            dst: self.dst,
            port: self.udp_port,
            vni: self.vni,
            src_vni: self.src_vni,
            via: self.via.as_ref().map(|via| link(host, via)).transpose()?,
            ..FdbEntry::new(link(host, &self.dev)?, self.mac)
        })
    }
}

pub(super) fn run(verb: &Verb, session: &mut Session) -> Outcome {
    if let Verb::List { bridge, dev, vlan, offloaded } = verb {
        let host = session.host()?;
        let index = |name: &Option<String>| name.as_ref().map(|name| link(&host, name)).transpose();
        let mut entries = host.bridging()?.fdb(index(bridge)?, index(dev)?)?;
        entries.retain(|entry| vlan.is_none_or(|vlan| entry.vlan == Some(vlan)));
        entries.retain(|entry| !offloaded || entry.flags.contains(FdbFlags::OFFLOAD));
        return list(&entries, &host, session);
    }
    let host = session.host_to_change()?;
    let bridging = host.bridging()?;
    match verb {
        Verb::List { .. } => {}
        Verb::Add(entry) => bridging.add_fdb(&entry.read(&host)?, FdbAdd::New)?,
        Verb::Replace(entry) => bridging.add_fdb(&entry.read(&host)?, FdbAdd::Replace)?,
        Verb::Append(entry) => bridging.add_fdb(&entry.read(&host)?, FdbAdd::Append)?,
        Verb::Del(entry) => bridging.remove_fdb(&entry.read(&host)?)?,
        Verb::Flush { dev, port, vlan, master, only, not } => {
            let mut which = FdbFlush {
                port: port.as_ref().map(|port| link(&host, port)).transpose()?,
                vlan: *vlan,
                table: if *master { FdbFlags::MASTER } else { FdbFlags::SELF },
                ..FdbFlush::all(link(&host, dev)?)
            };
            for (words, wanted) in [(only, true), (not, false)] {
                for word in words {
                    narrow(&mut which, word, wanted)?;
                }
            }
            bridging.flush_fdb(&which)?;
        }
    }
    Ok(Ending::Done)
}

fn narrow(which: &mut FdbFlush, word: &str, wanted: bool) -> Result<(), Error> {
    let flag = match word {
        "permanent" => {
            which.permanent = Some(wanted);
            return Ok(());
        }
        "static" => {
            which.fixed = Some(wanted);
            return Ok(());
        }
        "extern_learn" => FdbFlags::EXTERN_LEARN,
        "sticky" => FdbFlags::STICKY,
        "offloaded" | "offload" => FdbFlags::OFFLOAD,
        "router" => FdbFlags::ROUTER,
        _ => {
            let known = "permanent, static, extern_learn, sticky, offloaded, router";
            return Err(Error::invalid("remove addresses", format!("expected one of {known}")).on(word));
        }
    };
    if wanted {
        which.with |= flag;
    } else {
        which.without |= flag;
    }
    Ok(())
}

fn list(entries: &[FdbEntry], host: &Host, session: &mut Session) -> Outcome {
    let names = host.names()?;
    if session.format() != Format::Table {
        session.data(&entries.iter().map(|entry| FdbObject::of(entry, &names)).collect::<Vec<_>>())?;
        return Ok(Ending::Done);
    }
    if entries.is_empty() {
        session.say("no addresses")?;
        return Ok(Ending::Done);
    }
    let mut table = Table::new(&[
        ("ADDRESS", Align::Left),
        ("LINK", Align::Left),
        ("VLAN", Align::Right),
        ("MASTER", Align::Left),
        ("STATE", Align::Left),
        ("FLAGS", Align::Left),
        ("TO", Align::Left),
    ]);
    for entry in entries {
        let flags = entry.flags.names().collect::<Vec<_>>().join(" ");
        let offloaded = entry.flags.contains(FdbFlags::OFFLOAD);
        table.row(vec![
            Cell::new(entry.mac),
            Cell::new(names.name(entry.link)),
            Cell::option(entry.vlan),
            Cell::option(entry.master.map(|master| names.name(master))),
            Cell::new(entry.state),
            Cell::new(flags).style(if offloaded { Style::Green } else { Style::Plain }),
            Cell::option(entry.dst),
        ]);
    }
    session.table(&table)?;
    Ok(Ending::Done)
}
