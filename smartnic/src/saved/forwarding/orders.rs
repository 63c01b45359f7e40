use std::collections::{BTreeMap, BTreeSet};

use smartnic_core::bridge::{BondChange, BondMode, BridgeChange, BridgePortChange, BridgeVlan};
use smartnic_core::types::{DevlinkHandle, IfIndex};

use super::carry_out::LinkTask;
use super::{BondDoc, BridgeDoc, Found, LinkDoc, VlanDoc, Wanted};

/// What is to be done next, from what is there: first the bridges and bonds themselves and their ports, then, once those
/// are there, what ports have of their own. `prune` holds the devices whose other bridges and bonds are removed, and lets
/// other ports be taken out.
pub(in crate::saved) fn orders(
    found: &Found,
    wanted: Wanted<'_>,
    prune: Option<&[DevlinkHandle]>,
) -> Vec<LinkTask> {
    let mut orders = Orders { found, prune: prune.is_some(), all: Vec::new() };
    if let Some(devices) = prune {
        let doomed = |link: IfIndex| found.is_over(link, devices);
        let named = |name: &str| wanted.bridges.is_none_or(|docs| docs.iter().any(|doc| doc.bridge == name));
        let bridges = found.bridges.iter().filter(|it| !named(&it.name) && doomed(it.link));
        orders.all.extend(bridges.map(|it| LinkTask::Remove { name: it.name.clone() }));
        let named = |name: &str| wanted.bonds.is_none_or(|docs| docs.iter().any(|doc| doc.bond == name));
        let bonds = found.bonds.iter().filter(|it| !named(&it.name) && doomed(it.link));
        orders.all.extend(bonds.map(|it| LinkTask::Remove { name: it.name.clone() }));
    }
    wanted.bonds.unwrap_or_default().iter().for_each(|doc| orders.bond(doc));
    wanted.bridges.unwrap_or_default().iter().for_each(|doc| orders.bridge(doc));
    orders.all
}

/// What of two values is to be set.
fn differs<T: PartialEq + Copy>(wanted: Option<T>, now: Option<T>) -> Option<T> {
    wanted.filter(|wanted| now != Some(*wanted))
}

struct Orders<'a> {
    found: &'a Found,
    prune: bool,
    all: Vec<LinkTask>,
}

impl Orders<'_> {
    fn bond(&mut self, doc: &BondDoc) {
        let name = &doc.bond;
        let now = self.found.bonds.iter().find(|bond| bond.name == *name);
        let change = BondChange {
            mode: differs(doc.mode, now.and_then(|now| now.mode)),
            miimon: differs(doc.miimon, now.and_then(|now| now.miimon)),
            hash_policy: differs(doc.hash_policy, now.and_then(|now| now.hash_policy)),
            active: None,
        };
        let mut up = now.is_some_and(|now| now.up);
        let mut emptied = false;
        match now {
            None => self.all.push(LinkTask::AddBond { name: name.clone(), settings: change }),
            Some(_) if change == BondChange::default() => {}
            Some(now) => {
                // The kernel changes the mode of bonds that are down and empty only.
                if change.mode.is_some() {
                    emptied = true;
                    for link in self.found.below(now.link) {
                        let port = self.found.name_of(link);
                        self.all.push(LinkTask::Release { port, of: name.clone() });
                    }
                    if up {
                        self.all.push(LinkTask::Up { name: name.clone(), up: false });
                        up = false;
                    }
                }
                self.all.push(LinkTask::SetBond { name: name.clone(), change });
            }
        }
        self.up(name, doc.up, up);
        let master = now.map(|now| now.link).filter(|_| !emptied);
        self.ports(name, doc.ports.iter().cloned(), master);
    }

    fn bridge(&mut self, doc: &BridgeDoc) {
        let name = &doc.bridge;
        let now = self.found.bridges.iter().find(|bridge| bridge.name == *name);
        let protocol = doc.vlan_protocol.map(|protocol| protocol.0);
        let change = BridgeChange {
            vlan_filtering: differs(doc.vlan_filtering, now.and_then(|now| now.vlan_filtering)),
            vlan_protocol: differs(protocol, now.and_then(|now| now.vlan_protocol)),
            default_pvid: differs(doc.default_pvid, now.and_then(|now| now.default_pvid)),
            ageing_time: differs(doc.ageing_time, now.and_then(|now| now.ageing_time)),
            mcast_snooping: differs(doc.mcast_snooping, now.and_then(|now| now.mcast_snooping)),
        };
        let link = now.and_then(|now| self.found.link(now.link));
        match now {
            None => self.all.push(LinkTask::AddBridge { name: name.clone(), settings: change }),
            Some(_) if change == BridgeChange::default() => {}
            Some(_) => self.all.push(LinkTask::SetBridge { name: name.clone(), change }),
        }
        self.up(name, doc.up, link.is_some_and(|link| link.up));
        let master = now.map(|now| now.link);
        self.ports(name, doc.ports.iter().map(|port| port.link()), master);
        let Some(master) = master else { return };
        let own = LinkDoc { link: Some(name.clone()), ..LinkDoc::default() };
        self.vlans(&own, master, doc.vlans.as_deref(), true);
        for port in &doc.ports {
            let Some(link) = self.found.find(&port.link()).filter(|link| link.master == Some(master)) else {
                continue;
            };
            self.vlans(&port.link(), link.ifindex, port.vlans.as_deref(), false);
            let told = self.found.ports.iter().find(|told| told.link == link.ifindex);
            let is = |flag| told.and_then(|told| told.flag(flag));
            let flags = port.switches.iter().map(|(flag, on)| (*flag, *on));
            let flags: Vec<_> = flags.filter(|(flag, on)| is(*flag) != Some(*on)).collect();
            if !flags.is_empty() {
                let change = BridgePortChange { flags, ..BridgePortChange::default() };
                self.all.push(LinkTask::SetPort { port: port.link(), change });
            }
        }
    }

    fn up(&mut self, name: &str, wanted: bool, now: bool) {
        if wanted != now {
            self.all.push(LinkTask::Up { name: name.to_owned(), up: wanted });
        }
    }

    fn ports(&mut self, name: &str, wanted: impl Iterator<Item = LinkDoc>, master: Option<IfIndex>) {
        let mut named = BTreeSet::new();
        for port in wanted {
            let link = self.found.find(&port);
            named.extend(link.map(|link| link.ifindex));
            if master.is_none() || link.is_none_or(|link| link.master != master) {
                self.all.push(LinkTask::Join { port, to: name.to_owned() });
            }
        }
        for link in master.filter(|_| self.prune).into_iter().flat_map(|master| self.found.below(master)) {
            if !named.contains(&link.ifindex) {
                let port = self.found.name_of(link);
                self.all.push(LinkTask::Release { port, of: name.to_owned() });
            }
        }
    }

    fn vlans(&mut self, on: &LinkDoc, link: IfIndex, wanted: Option<&[VlanDoc]>, own: bool) {
        let Some(wanted) = wanted else { return };
        let now = self.found.ports.iter().find(|told| told.link == link);
        let now: Vec<BridgeVlan> = now.map(|told| told.vlans.clone()).unwrap_or_default();
        let wanted: Vec<BridgeVlan> = wanted.iter().map(BridgeVlan::from).collect();
        let (is, to_be) = (one_by_one(&now), one_by_one(&wanted));
        let gone: BTreeMap<u16, Way> = is
            .iter()
            .filter(|(vlan, _)| !to_be.contains_key(vlan))
            .map(|(vlan, way)| (*vlan, *way))
            .collect();
        let new: BTreeMap<u16, Way> =
            to_be.into_iter().filter(|(vlan, way)| is.get(vlan) != Some(way)).collect();
        let task = |vlans, add| LinkTask::Vlans { link: on.clone(), vlans, own, add };
        self.all.extend(in_a_row(&gone).into_iter().map(|vlans| task(vlans, false)));
        self.all.extend(in_a_row(&new).into_iter().map(|vlans| task(vlans, true)));
    }
}

/// Whether a VLAN is that of untagged packets, and goes out untagged.
type Way = (bool, bool);

fn one_by_one(vlans: &[BridgeVlan]) -> BTreeMap<u16, Way> {
    vlans
        .iter()
        .flat_map(|vlans| (vlans.first..=vlans.last).map(|vlan| (vlan, (vlans.pvid, vlans.untagged))))
        .collect()
}

fn in_a_row(vlans: &BTreeMap<u16, Way>) -> Vec<BridgeVlan> {
    let mut all: Vec<BridgeVlan> = Vec::new();
    for (vlan, (pvid, untagged)) in vlans {
        match all.last_mut() {
            Some(last)
                if last.last + 1 == *vlan && !pvid && (last.pvid, last.untagged) == (false, *untagged) =>
            {
                last.last = *vlan;
            }
            _ => all.push(BridgeVlan { first: *vlan, last: *vlan, pvid: *pvid, untagged: *untagged }),
        }
    }
    all
}

/// Why what is wanted cannot be: each with its place. `coming` says whether devices are still to get links; `interrupts`
/// whether ports may be taken out for a while.
pub(in crate::saved) fn refusals(
    found: Option<&Found>,
    wanted: Wanted<'_>,
    coming: bool,
    (prune, interrupts): (bool, bool),
) -> Vec<(String, String)> {
    let (bridges, bonds) = (wanted.bridges.unwrap_or_default(), wanted.bonds.unwrap_or_default());
    let mut all = Vec::new();
    let Some(found) = found else {
        if !bridges.is_empty() || !bonds.is_empty() {
            all.push(("bridges, bonds".to_owned(), "this host has no bridges and bonds".to_owned()));
        }
        return all;
    };
    let mut refuse = |place: &str, why: String| all.push((place.to_owned(), why));
    let mut masters: BTreeMap<&str, &str> = BTreeMap::new();
    let kinds = bridges.iter().map(|doc| (&*doc.bridge, "bridge"));
    for (name, kind) in kinds.chain(bonds.iter().map(|doc| (&*doc.bond, "bond"))) {
        if masters.insert(name, kind).is_some() {
            refuse(name, "the name stands there twice".to_owned());
        }
        let is = found.named(name).map(|link| match () {
            () if found.bridges.iter().any(|it| it.link == link.ifindex) => "bridge",
            () if found.bonds.iter().any(|it| it.link == link.ifindex) => "bond",
            () => "link of another kind",
        });
        if let Some(is) = is.filter(|is| *is != kind) {
            refuse(name, format!("there is a {is} of this name"));
        }
    }
    for doc in bonds {
        let now = found.bonds.iter().find(|bond| bond.name == doc.bond);
        if let Some(BondMode::Unknown(mode)) = doc.mode {
            refuse(&doc.bond, format!("there is no mode {mode}"));
        }
        let mode = now.and_then(|now| differs(doc.mode, now.mode)).zip(now.and_then(|now| now.mode));
        if let (Some((_, is)), Some(now)) = (mode, now)
            && !now.ports.is_empty()
            && !interrupts
        {
            let why =
                "and is changed only while it has no ports, which are taken out for that; allow it with";
            refuse(&doc.bond, format!("its mode is {is}, {why} --allow reload"));
        }
    }
    for doc in bridges {
        let now = found.bridges.iter().find(|bridge| bridge.name == doc.bridge);
        let stp = now.and_then(|now| now.stp).unwrap_or(0);
        if let Some(wanted) = doc.stp.filter(|wanted| *wanted != stp) {
            refuse(
                &doc.bridge,
                format!("stp is {stp} and not {wanted}: spanning trees are not started or ended here"),
            );
        }
        let own = doc.vlans.iter().flatten();
        let of_ports = doc.ports.iter().flat_map(|port| port.vlans.iter().flatten());
        for vlans in own.chain(of_ports).map(BridgeVlan::from) {
            if let Err(error) = vlans.check() {
                refuse(&doc.bridge, error.to_string());
            }
        }
    }
    let of_bridges = bridges.iter().flat_map(|doc| doc.ports.iter().map(|port| (&doc.bridge, port.link())));
    let of_bonds = bonds.iter().flat_map(|doc| doc.ports.iter().map(|port| (&doc.bond, port.clone())));
    let mut seen = BTreeSet::new();
    for (master, port) in of_bridges.chain(of_bonds) {
        if port == LinkDoc::default() || (port.link.is_some() && port.device.is_some()) {
            refuse(master, "a port is named by its link, or by its device and the port there".to_owned());
            continue;
        }
        if !seen.insert(port.clone()) {
            refuse(master, format!("{port} is to be a port twice"));
        }
        match found.find(&port) {
            None => {
                let made = port.link.as_deref().is_some_and(|name| masters.get(name) == Some(&"bond"));
                let comes = coming && port.device.is_some();
                if !made && !comes {
                    refuse(master, format!("there is no link {port} on this host"));
                }
            }
            Some(link) => {
                let now = link.master.and_then(|index| found.link(index));
                if let Some(now) = now.filter(|now| !masters.contains_key(&*now.name) && !prune) {
                    refuse(
                        master,
                        format!(
                            "{port} is a port of {}, which the document does not name; allow it with --prune",
                            now.name
                        ),
                    );
                }
            }
        }
    }
    all
}
