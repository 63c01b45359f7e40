use std::collections::BTreeSet;
use std::fmt;

use smartnic_core::bridge::{BondChange, BridgeChange, BridgePortChange, BridgeVlan, VlanSide};
use smartnic_core::device::Link;
use smartnic_core::types::{DevlinkHandle, IfIndex};

use super::read::Extent;
use super::{BondDoc, BridgeDoc, Found, LinkDoc, Wanted, orders};
use crate::{Error, ErrorKind, Host, Result};

/// How often what is wanted is compared with what is: ports have VLANs and switches once they are there.
const TURNS: usize = 4;

/// One thing to do to a bridge, a bond, or a port of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkTask {
    /// Makes a bridge.
    AddBridge {
        /// Its name.
        name: String,
        /// What it is to be like.
        settings: BridgeChange,
    },
    /// Makes a bond.
    AddBond {
        /// Its name.
        name: String,
        /// What it is to be like.
        settings: BondChange,
    },
    /// Removes a bridge or bond.
    Remove {
        /// Its name.
        name: String,
    },
    /// Changes a bridge.
    SetBridge {
        /// Its name.
        name: String,
        /// The change.
        change: BridgeChange,
    },
    /// Changes a bond.
    SetBond {
        /// Its name.
        name: String,
        /// The change.
        change: BondChange,
    },
    /// Sets a bridge or bond up or down.
    Up {
        /// Its name.
        name: String,
        /// Whether it is to be up.
        up: bool,
    },
    /// Makes a link a port.
    Join {
        /// The link.
        port: LinkDoc,
        /// The bridge or bond.
        to: String,
    },
    /// Takes a port out.
    Release {
        /// The link.
        port: LinkDoc,
        /// The bridge or bond.
        of: String,
    },
    /// Changes switches of a port.
    SetPort {
        /// The link.
        port: LinkDoc,
        /// The change.
        change: BridgePortChange,
    },
    /// Lets VLANs through, or no more.
    Vlans {
        /// The port, or the bridge itself.
        link: LinkDoc,
        /// The VLANs.
        vlans: BridgeVlan,
        /// The bridge itself is meant.
        own: bool,
        /// Whether they are let through.
        add: bool,
    },
}

impl LinkTask {
    /// The bridge, bond or port that it is done to.
    #[must_use]
    pub fn object(&self) -> String {
        match self {
            Self::AddBridge { name, .. }
            | Self::AddBond { name, .. }
            | Self::Remove { name }
            | Self::SetBridge { name, .. }
            | Self::SetBond { name, .. }
            | Self::Up { name, .. } => name.clone(),
            Self::Join { to: name, .. } | Self::Release { of: name, .. } => name.clone(),
            Self::SetPort { port, .. } | Self::Vlans { link: port, .. } => port.to_string(),
        }
    }

    fn run(&self, host: &Host) -> Result<()> {
        let (bridging, switchdev) = (host.bridging()?, host.switchdev());
        let links = || -> Result<Found> {
            Found::read(host)?.ok_or_else(|| Error::unsupported("change a bridge or bond"))
        };
        let index = |name: &str| host.names()?.index(name);
        match self {
            Self::AddBridge { name, settings } => bridging.add_bridge(name, settings),
            Self::AddBond { name, settings } => bridging.add_bond(name, settings),
            Self::Remove { name } => bridging.remove_master(index(name)?),
            Self::SetBridge { name, change } => bridging.set_bridge(index(name)?, change),
            Self::SetBond { name, change } => bridging.set_bond(index(name)?, change),
            Self::Up { name, up } => switchdev.set_link_up(index(name)?, *up),
            Self::Join { port, to } => {
                let found = links()?;
                let link = existing(&found, port)?;
                let master = index(to)?;
                // A port of a bond must be down before, and comes up with the bond.
                let rests = link.up && found.bonds.iter().any(|bond| bond.link == master);
                if rests {
                    switchdev.set_link_up(link.ifindex, false)?;
                }
                let joined = bridging.set_link_master(link.ifindex, Some(master));
                if joined.is_err() && rests {
                    switchdev.set_link_up(link.ifindex, true)?;
                }
                joined
            }
            Self::Release { port, of } => {
                let link = existing(&links()?, port)?.clone();
                // It may have gone to another meanwhile.
                match link.master == Some(index(of)?) {
                    true => bridging.set_link_master(link.ifindex, None),
                    false => Ok(()),
                }
            }
            Self::SetPort { port, change } => {
                bridging.set_bridge_port(existing(&links()?, port)?.ifindex, change)
            }
            Self::Vlans { link, vlans, own, add } => {
                let link = existing(&links()?, link)?.ifindex;
                let side = if *own { VlanSide::Own } else { VlanSide::Master };
                match add {
                    true => bridging.add_vlans(link, *vlans, side),
                    false => bridging.remove_vlans(link, *vlans, side),
                }
            }
        }
    }
}

fn existing<'a>(found: &'a Found, port: &LinkDoc) -> Result<&'a Link> {
    found.find(port).ok_or_else(|| {
        Error::new(ErrorKind::NotFound, "find a port of a bridge or bond")
            .on(port)
            .reason("there is no such link on this host, although all before was done")
    })
}

/// Brings bridges and bonds to what is wanted, and reads back whether they are.
pub(in crate::saved) fn bring(
    host: &Host,
    wanted: Wanted<'_>,
    prune: Option<&[DevlinkHandle]>,
    progress: &mut dyn FnMut(&str, &str),
) -> Result<()> {
    let mut left = Vec::new();
    for turn in 0..=TURNS {
        let Some(found) = Found::read(host)? else { return Ok(()) };
        left = orders(&found, wanted, prune);
        if left.is_empty() {
            return Ok(());
        }
        for task in left.iter().filter(|_| turn < TURNS) {
            progress(&task.object(), &task.to_string());
            task.run(host)?;
        }
    }
    let (object, what) = left.first().map(|task| (task.object(), task.to_string())).unwrap_or_default();
    Err(Error::new(ErrorKind::Mismatch, "apply a document of devices")
        .on(object)
        .reason(format!("all was done, and still this is not so: {what}")))
}

/// Bridges and bonds as they were before a document.
pub(in crate::saved) struct Before {
    /// All that there were, whether the document touches them or not.
    masters: BTreeSet<String>,
    bridges: Vec<BridgeDoc>,
    bonds: Vec<BondDoc>,
    /// Whether links were up: what leaves a bond is down.
    up: Vec<(LinkDoc, bool)>,
    devices: Vec<DevlinkHandle>,
}

impl Before {
    /// Reads what a document can change: what it names, what has ports on its devices, and what its ports belong to.
    pub(in crate::saved) fn read(
        host: &Host,
        wanted: Wanted<'_>,
        devices: &[DevlinkHandle],
    ) -> Result<Option<Self>> {
        let Some(found) = Found::read(host)? else { return Ok(None) };
        let mut names: Vec<&str> = Vec::new();
        let mut ports: Vec<LinkDoc> = Vec::new();
        for doc in wanted.bridges.unwrap_or_default() {
            names.push(&doc.bridge);
            ports.extend(doc.ports.iter().map(|port| port.link()));
        }
        for doc in wanted.bonds.unwrap_or_default() {
            names.push(&doc.bond);
            ports.extend(doc.ports.iter().cloned());
        }
        let master = |port: &LinkDoc| found.link(found.find(port)?.master?);
        names.extend(ports.iter().filter_map(master).map(|link| &*link.name));
        let bonds = found.bonds_of(devices, &names);
        let masters = found.bridges.iter().map(|it| &it.name).chain(found.bonds.iter().map(|it| &it.name));
        let in_bonds = bonds.iter().flat_map(|bond| &bond.ports);
        let links = ports.iter().chain(in_bonds).filter_map(|port| found.find(port));
        Ok(Some(Self {
            masters: masters.cloned().collect(),
            bridges: found.bridges_of(devices, &names, Extent::Whole),
            up: links.map(|link| (found.name_of(link), link.up)).collect(),
            bonds,
            devices: devices.to_vec(),
        }))
    }

    /// Removes what is new among what a document names, before the devices go back.
    pub(in crate::saved) fn clear(&self, host: &Host, wanted: Wanted<'_>) -> Result<()> {
        let Some(found) = Found::read(host)? else { return Ok(()) };
        let bridges = wanted.bridges.unwrap_or_default().iter().map(|doc| &doc.bridge);
        let bonds = wanted.bonds.unwrap_or_default().iter().map(|doc| &doc.bond);
        let is_master = |link: IfIndex| {
            found.bridges.iter().any(|it| it.link == link) || found.bonds.iter().any(|it| it.link == link)
        };
        for name in bridges.chain(bonds).filter(|name| !self.masters.contains(*name)) {
            if let Some(link) = found.named(name).filter(|link| is_master(link.ifindex)) {
                host.bridging()?.remove_master(link.ifindex)?;
            }
        }
        Ok(())
    }

    /// Brings all back, after the devices.
    pub(in crate::saved) fn restore(&self, host: &Host) -> Result<()> {
        let wanted = Wanted { bridges: Some(&self.bridges), bonds: Some(&self.bonds) };
        bring(host, wanted, Some(&self.devices), &mut |_, _| {})?;
        let Some(found) = Found::read(host)? else { return Ok(()) };
        for (port, was) in &self.up {
            if let Some(link) = found.find(port).filter(|link| link.up != *was) {
                host.switchdev().set_link_up(link.ifindex, *was)?;
            }
        }
        Ok(())
    }
}

impl fmt::Display for LinkTask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AddBridge { settings, .. } => {
                f.write_str("make the bridge")?;
                bridge_words(settings, f)
            }
            Self::AddBond { settings, .. } => {
                f.write_str("make the bond")?;
                bond_words(settings, f)
            }
            Self::Remove { .. } => f.write_str("remove it"),
            Self::SetBridge { change, .. } => {
                f.write_str("set")?;
                bridge_words(change, f)
            }
            Self::SetBond { change, .. } => {
                f.write_str("set")?;
                bond_words(change, f)
            }
            Self::Up { up, .. } => write!(f, "set it {}", if *up { "up" } else { "down" }),
            Self::Join { port, .. } => write!(f, "take in {port}"),
            Self::Release { port, .. } => write!(f, "take out {port}"),
            Self::SetPort { change, .. } => {
                f.write_str("turn")?;
                for (at, (flag, on)) in change.flags.iter().enumerate() {
                    let and = if at == 0 { "" } else { "," };
                    write!(f, "{and} {flag} {}", if *on { "on" } else { "off" })?;
                }
                Ok(())
            }
            Self::Vlans { vlans, add, .. } => {
                let what = if *add { "let VLAN" } else { "no more let VLAN" };
                write!(f, "{what} {vlans} through")?;
                let ways = [(vlans.pvid && *add, " pvid"), (vlans.untagged && *add, " untagged")];
                ways.iter().filter(|(is, _)| *is).try_for_each(|(_, word)| f.write_str(word))
            }
        }
    }
}

fn bridge_words(change: &BridgeChange, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let BridgeChange { vlan_filtering, vlan_protocol, default_pvid, ageing_time, mcast_snooping } = change;
    let words = [
        vlan_filtering.map(|on| format!("vlan_filtering {}", u8::from(on))),
        vlan_protocol.map(|protocol| format!("vlan_protocol {protocol:#06x}")),
        default_pvid.map(|vlan| format!("vlan_default_pvid {vlan}")),
        ageing_time.map(|time| format!("ageing_time {time}")),
        mcast_snooping.map(|on| format!("mcast_snooping {}", u8::from(on))),
    ];
    words.into_iter().flatten().try_for_each(|word| write!(f, " {word}"))
}

fn bond_words(change: &BondChange, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let BondChange { mode, miimon, hash_policy, active: _ } = change;
    let words = [
        mode.map(|mode| format!("mode {mode}")),
        miimon.map(|time| format!("miimon {time}")),
        hash_policy.map(|policy| format!("xmit_hash_policy {policy}")),
    ];
    words.into_iter().flatten().try_for_each(|word| write!(f, " {word}"))
}
