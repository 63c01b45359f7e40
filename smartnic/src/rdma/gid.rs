//! The choice of a GID: by route, type and address, never by a place in the table.

use std::cmp::Reverse;
use std::net::IpAddr;

use serde::Serialize;
use smartnic_core::rdma::{Gid, GidEntry, GidType, Port, PortState, Route};
use smartnic_core::verbs::VerbsGidEntry;

use crate::{Error, ErrorKind, Host, Result};

/// What is wanted of a GID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Wanted<'a> {
    /// Only of this type.
    pub kind: Option<GidType>,
    /// Only on this device.
    pub device: Option<&'a str>,
    /// Only on this port.
    pub port: Option<u32>,
}

/// A GID that was chosen, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Choice {
    /// The GID.
    pub entry: GidEntry,
    /// Why it was chosen.
    pub reasons: Vec<String>,
    /// The others, with what speaks against them.
    pub passed_over: Vec<Passed>,
}

/// A GID that was not chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Passed {
    /// The GID.
    pub entry: GidEntry,
    /// What speaks against it.
    pub reason: String,
}

/// A change of a GID table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum Change {
    /// A GID came.
    Added {
        /// The GID.
        entry: GidEntry,
    },
    /// A GID went.
    Removed {
        /// The GID.
        entry: GidEntry,
    },
    /// A GID was registered again at another place: whoever kept the place uses another address now.
    Moved {
        /// Where it was.
        from: u32,
        /// The GID, at its new place.
        entry: GidEntry,
    },
}

/// The GIDs of all devices, of one, or of one port.
///
/// # Errors
/// `NotFound` if there is no such device.
pub fn gids(host: &Host, device: Option<&str>, port: Option<u32>) -> Result<Vec<GidEntry>> {
    let read = |device: &str, port| host.rdma()?.rdma_gids(device, port);
    let tables = tables(host, &Wanted { kind: None, device, port }, read)?;
    Ok(tables.into_iter().flat_map(|(_, gids)| gids).collect())
}

/// The ports that are wanted, with their tables, all by one way of reading.
fn tables(
    host: &Host,
    wanted: &Wanted<'_>,
    read: impl Fn(&str, u32) -> Result<Vec<GidEntry>>,
) -> Result<Vec<(Port, Vec<GidEntry>)>> {
    let rdma = host.rdma()?;
    let names: Vec<String> = match wanted.device {
        Some(name) => vec![name.to_owned()],
        None => rdma.rdma_devices()?.into_iter().map(|device| device.name).collect(),
    };
    let mut all = Vec::new();
    for name in names {
        for port in rdma.rdma_ports(&name)? {
            if wanted.port.is_none_or(|number| number == port.number) {
                let gids = read(&name, port.number)?;
                all.push((port, gids));
            }
        }
    }
    Ok(all)
}

/// The same by one call for each port where libibverbs can open the device. Without, each place of a table is a file, and
/// rxe has 1024 of them, which takes seconds on a slow machine.
pub(super) fn tables_to_choose_from(host: &Host, wanted: &Wanted<'_>) -> Result<Vec<(Port, Vec<GidEntry>)>> {
    let links = host.switchdev().links()?;
    let name = |number: u32| links.iter().find(|link| link.ifindex.0 == number).map(|link| link.name.clone());
    tables(host, wanted, |device, port| {
        let Ok(told) = host.verbs().and_then(|verbs| verbs.gids(device)) else {
            return host.rdma()?.rdma_gids(device, port);
        };
        let here = told.into_iter().filter(|told| u32::from(told.port) == port);
        let entry = |told: VerbsGidEntry| GidEntry {
            device: device.to_owned(),
            port,
            index: told.index,
            gid: told.gid,
            kind: told.kind,
            netdev: told.link.and_then(name),
        };
        Ok(here.map(entry).collect())
    })
}

/// Chooses the GID to reach an address with.
///
/// The kernel's route decides the link and the address to send from; a GID must be on that link, of the same family, on
/// a port that carries data, and of a type that gets there: RoCE v1 does not pass routers. Of those that are left, the one
/// that is the address to send from goes first, then RoCE v2 before v1.
///
/// # Errors
/// `NotFound` if no GID fits, with what speaks against each; `NotFound` or `Io` if there is no route.
pub fn best_gid(host: &Host, to: IpAddr, wanted: &Wanted<'_>) -> Result<Choice> {
    let op = "choose a GID";
    let tables = tables_to_choose_from(host, wanted)?;
    let route = host.rdma()?.route(to, None)?;
    let links = host.switchdev().links()?;
    let link = links.iter().find(|link| link.ifindex.0 == route.link).map(|link| link.name.clone());
    let link = link.unwrap_or_else(|| format!("link {}", route.link));
    let way = Way { to, route, link };
    let (mut fitting, mut passed_over) = (Vec::new(), Vec::new());
    for (port, entries) in tables {
        for entry in entries {
            match way.against(&port, &entry, wanted) {
                None => fitting.push(entry),
                Some(reason) => passed_over.push(Passed { entry, reason }),
            }
        }
    }
    // The kernel puts no order into the table that could be relied on; the place only makes the choice certain.
    fitting.sort_by_key(|entry| {
        (Reverse(way.is_source(entry)), Reverse(entry.kind), entry.device.clone(), entry.port, entry.index)
    });
    if fitting.is_empty() {
        let against: Vec<String> = passed_over
            .iter()
            .map(|it| format!("{} of {}: {}", it.entry.gid, it.entry.device, it.reason))
            .collect();
        let error = Error::new(ErrorKind::NotFound, op).on(to);
        return Err(match against.is_empty() {
            true => error.reason("there is no GID at all").hint("snicctl rdma gid list shows the tables"),
            false => error.reason(against.join("; ")),
        });
    }
    let entry = fitting.remove(0);
    let mut reasons = vec![way.said()];
    reasons.push(match way.is_source(&entry) {
        true => "it is the address that the route sends from".to_owned(),
        false => {
            format!("it is of the same family as {to}, and no GID is the address that the route sends from")
        }
    });
    reasons.extend(entry.kind.map(|kind| match kind {
        GidType::RoceV2 => "RoCE v2 is routed, and goes before RoCE v1".to_owned(),
        GidType::RoceV1 => {
            "RoCE v1 was asked for, or nothing else is there; the destination is on the same link".to_owned()
        }
        GidType::Infiniband => "the port is InfiniBand".to_owned(),
    }));
    passed_over.extend(fitting.into_iter().map(|other| {
        let reason = match (way.is_source(&entry) && !way.is_source(&other), other.kind < entry.kind) {
            (true, _) => "not the address that the route sends from".to_owned(),
            (_, true) => {
                format!("{} goes behind", other.kind.map_or_else(String::new, |kind| kind.to_string()))
            }
            _ => "as good; the first was taken".to_owned(),
        };
        Passed { entry: other, reason }
    }));
    Ok(Choice { entry, reasons, passed_over })
}

/// The way to a destination.
struct Way {
    to: IpAddr,
    route: Route,
    link: String,
}

impl Way {
    fn said(&self) -> String {
        let over = match (self.route.local, self.route.gateway) {
            (true, _) => format!("{} is this host's own", self.to),
            (false, Some(gateway)) => {
                format!("the route to {} goes through {gateway} over {}", self.to, self.link)
            }
            (false, None) => format!("the route to {} goes straight over {}", self.to, self.link),
        };
        match self.route.source {
            Some(source) if source != self.to => format!("{over}, from {source}"),
            _ => over,
        }
    }

    fn is_source(&self, entry: &GidEntry) -> bool {
        let source = if self.route.local { Some(self.to) } else { self.route.source };
        source.is_some_and(|source| gid_of(source) == entry.gid)
    }

    /// What speaks against a GID.
    fn against(&self, port: &Port, entry: &GidEntry, wanted: &Wanted<'_>) -> Option<String> {
        if port.state != Some(PortState::Active) {
            let state = port.state.map_or("unknown", |state| state.word());
            return Some(format!("port {}/{} is not active: {state}", entry.device, entry.port));
        }
        if let Some(kind) = wanted.kind
            && entry.kind != Some(kind)
        {
            return Some(format!("not {kind}"));
        }
        // A local destination is reached over the link that has its address, though the route says loopback.
        let on_link = self.route.local || entry.netdev.as_deref() == Some(&self.link);
        if !on_link && entry.kind != Some(GidType::Infiniband) {
            let on = entry.netdev.as_deref().unwrap_or("no link");
            return Some(format!("on {on}, and the route goes over {}", self.link));
        }
        if entry.kind == Some(GidType::RoceV1) && self.route.gateway.is_some() {
            return Some("RoCE v1 does not pass routers, and the route has one".to_owned());
        }
        match self.to {
            IpAddr::V4(_) if entry.gid.ipv4().is_none() => Some("no IPv4 address".to_owned()),
            IpAddr::V6(_) if entry.gid.ipv4().is_some() => Some("an IPv4 address".to_owned()),
            IpAddr::V6(to) if entry.gid.is_link_local() != to.is_unicast_link_local() => {
                let scope = if entry.gid.is_link_local() { "of one link only" } else { "not of one link" };
                Some(format!("{scope}, unlike the destination"))
            }
            _ if self.route.local && !self.is_source(entry) => Some(format!("not {}", self.to)),
            _ => None,
        }
    }
}

fn gid_of(address: IpAddr) -> Gid {
    match address {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => address.into(),
    }
}

/// What changed from one reading of tables to the next: a GID that is at another place was registered again.
#[must_use]
pub fn changes(before: &[GidEntry], after: &[GidEntry]) -> Vec<Change> {
    let same = |a: &GidEntry, b: &GidEntry| {
        (&a.device, a.port, a.gid, a.kind, &a.netdev) == (&b.device, b.port, b.gid, b.kind, &b.netdev)
    };
    let mut all = Vec::new();
    for entry in before {
        match after.iter().find(|now| same(entry, now)) {
            None => all.push(Change::Removed { entry: entry.clone() }),
            Some(now) if now.index != entry.index => {
                all.push(Change::Moved { from: entry.index, entry: now.clone() });
            }
            Some(_) => {}
        }
    }
    let new = after.iter().filter(|entry| !before.iter().any(|was| same(was, entry)));
    all.extend(new.map(|entry| Change::Added { entry: entry.clone() }));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(index: u32, gid: &str, kind: GidType) -> GidEntry {
        let gid = gid.parse().unwrap();
        GidEntry {
            device: "mlx5_0".into(),
            port: 1,
            index,
            gid,
            kind: Some(kind),
            netdev: Some("eth0".into()),
        }
    }

    fn way(gateway: bool) -> Way {
        let gateway = gateway.then_some([10, 0, 0, 1].into());
        let route = Route { link: 3, source: Some([10, 0, 0, 2].into()), gateway, local: false };
        Way { to: [10, 1, 0, 9].into(), route, link: "eth0".into() }
    }

    fn port(state: PortState) -> Port {
        Port {
            device_index: 0,
            device: "mlx5_0".into(),
            number: 1,
            caps: None,
            subnet_prefix: None,
            lid: None,
            sm_lid: None,
            lmc: None,
            state: Some(state),
            phys_state: None,
            netdev: None,
            netdev_index: None,
            unknown: Vec::new(),
        }
    }

    #[test]
    fn routers_stop_roce_v1_and_other_families_do_not_fit() {
        let active = port(PortState::Active);
        let against = |way: &Way, entry: &GidEntry| way.against(&active, entry, &Wanted::default());
        let v1 = entry(0, "::ffff:10.0.0.2", GidType::RoceV1);
        let v2 = entry(1, "::ffff:10.0.0.2", GidType::RoceV2);
        assert_eq!(against(&way(false), &v1), None);
        assert!(against(&way(true), &v1).unwrap().contains("routers"));
        assert_eq!(against(&way(true), &v2), None);
        assert!(against(&way(false), &entry(2, "fe80::1", GidType::RoceV2)).unwrap().contains("IPv4"));
        let down = port(PortState::Down);
        assert!(way(false).against(&down, &v2, &Wanted::default()).unwrap().contains("not active"));
        let other = GidEntry { netdev: Some("eth1".into()), ..v2 };
        assert!(against(&way(false), &other).unwrap().contains("eth1"));
    }

    #[test]
    fn a_gid_at_another_place_was_registered_again() {
        let (a, b) = (entry(0, "fe80::1", GidType::RoceV2), entry(1, "::ffff:10.0.0.2", GidType::RoceV2));
        let moved = GidEntry { index: 3, ..b.clone() };
        assert_eq!(
            changes(&[a.clone(), b], std::slice::from_ref(&moved)),
            [Change::Removed { entry: a }, Change::Moved { from: 1, entry: moved }]
        );
    }
}
