//! `snicctl bond`: bonds of uplinks.

use clap::{Args, Subcommand};
use smartnic::bridge::{Bond, BondChange, BondMode, LagOffload};
use smartnic::{Error, Host};

use crate::print::{Align, Cell, Format, Style, Table};
use crate::session::{Ending, Outcome, Session};

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// List bonds with their ports, and whether the NIC itself sends over them
    ///
    /// The kernel has no interface that tells the last; mlx5 tells it in debugfs. Where nobody tells, that is said.
    #[command(alias = "ls", after_help = "Examples:\n  snicctl bond list\n  snicctl -o json bond list")]
    List,
    /// Make a bond, and set it up
    #[command(after_help = "Examples:\n  snicctl bond add bond0 --mode 802.3ad --miimon 100")]
    Add {
        /// Its name
        bond: String,
        #[command(flatten)]
        settings: Settings,
    },
    /// Remove a bond; its ports are free then
    #[command(alias = "delete", after_help = "Examples:\n  snicctl bond del bond0")]
    Del {
        /// The bond
        bond: String,
    },
    /// Change a bond; its mode only while it has no ports
    #[command(after_help = "Examples:\n  snicctl bond set bond0 --mode active-backup\n  \
                            snicctl bond set bond0 --active enp3s0f1np1")]
    Set {
        /// The bond
        bond: String,
        #[command(flatten)]
        settings: Settings,
    },
    /// Ports
    #[command(subcommand)]
    Port(Port),
}

#[derive(Debug, Subcommand)]
pub(crate) enum Port {
    /// Make a link a port of a bond; it is set down for that, and comes up with the bond's address
    #[command(after_help = "Examples:\n  snicctl bond port add enp3s0f0np0 --bond bond0")]
    Add {
        /// The link
        link: String,
        /// The bond
        #[arg(long, value_name = "BOND")]
        bond: String,
    },
    /// Take a port out of its bond; it is down then
    #[command(alias = "delete", after_help = "Examples:\n  snicctl bond port del enp3s0f0np0")]
    Del {
        /// The port
        port: String,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Settings {
    /// How packets are spread: balance-rr, active-backup, balance-xor, broadcast, 802.3ad, balance-tlb, balance-alb
    #[arg(long)]
    mode: Option<BondMode>,
    /// How often links are checked, in milliseconds; 0 for never
    #[arg(long, value_name = "MS")]
    miimon: Option<u32>,
    /// By what a hash goes: layer2, layer3+4, layer2+3, encap2+3, encap3+4, vlan+srcmac
    #[arg(long, value_name = "POLICY", value_parser = policy)]
    hash: Option<u8>,
    /// The port to use, in modes that use one
    #[arg(long, value_name = "LINK")]
    active: Option<String>,
}

impl Settings {
    fn read(&self, host: &Host) -> Result<BondChange, Error> {
        let active = self.active.as_ref().map(|link| host.names()?.index(link)).transpose()?;
        Ok(BondChange { mode: self.mode, miimon: self.miimon, hash_policy: self.hash, active })
    }
}

/// The names of hashes in the order of their numbers (`BOND_XMIT_POLICY_*`).
const POLICIES: [&str; 6] = ["layer2", "layer3+4", "layer2+3", "encap2+3", "encap3+4", "vlan+srcmac"];

fn policy(text: &str) -> Result<u8, String> {
    let found = (0..).zip(POLICIES).find(|(_, name)| *name == text).map(|(number, _)| number);
    found.ok_or_else(|| format!("expected one of {}", POLICIES.join(", ")))
}

pub(crate) fn run(verb: &Verb, session: &mut Session) -> Outcome {
    session.no_tc()?;
    if let Verb::List = verb {
        return list(session);
    }
    let host = session.host_to_change()?;
    let (bridging, switchdev) = (host.bridging()?, host.switchdev());
    let names = host.names()?;
    let bond_of = |name: &str, op: &'static str| -> Result<Bond, Error> {
        let index = names.index(name)?;
        let found = bridging.bonds()?.into_iter().find(|bond| bond.link == index);
        found.ok_or_else(|| Error::invalid(op, "it is no bond").on(name))
    };
    match verb {
        Verb::List => {}
        Verb::Add { bond, settings } => {
            bridging.add_bond(bond, &settings.read(&host)?)?;
            switchdev.set_link_up(host.names()?.index(bond)?, true)?;
        }
        Verb::Del { bond } => bridging.remove_master(bond_of(bond, "remove a bond")?.link)?,
        Verb::Set { bond, settings } => {
            let change = settings.read(&host)?;
            if change == BondChange::default() {
                let nothing = "nothing is said that should change";
                return Err(Error::invalid("change a bond", nothing).on(bond).into());
            }
            let now = bond_of(bond, "change a bond")?;
            // The kernel changes the mode of bonds that are down only.
            let rests = change.mode.is_some() && now.up && now.ports.is_empty();
            if rests {
                switchdev.set_link_up(now.link, false)?;
            }
            let changed = bridging.set_bond(now.link, &change);
            if rests {
                switchdev.set_link_up(now.link, true)?;
            }
            changed?;
        }
        Verb::Port(Port::Add { link, bond }) => {
            let (index, bond) = (names.index(link)?, names.index(bond)?);
            let up = switchdev.links()?.iter().any(|it| it.ifindex == index && it.up);
            if up {
                switchdev.set_link_up(index, false)?;
            }
            if let Err(error) = bridging.set_link_master(index, Some(bond)) {
                if up {
                    switchdev.set_link_up(index, true)?;
                }
                return Err(error.into());
            }
        }
        Verb::Port(Port::Del { port }) => {
            let index = names.index(port)?;
            if !bridging.bonds()?.iter().any(|bond| bond.ports.iter().any(|it| it.link == index)) {
                return Err(Error::invalid("take a port out", "it is no port of a bond").on(port).into());
            }
            bridging.set_link_master(index, None)?;
        }
    }
    Ok(Ending::Done)
}

fn list(session: &mut Session) -> Outcome {
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
