//! Links, as files tell of them.

use std::collections::BTreeMap;

use smartnic_core::device::Link;
use smartnic_core::types::{DevlinkHandle, IfIndex};

use super::walk::Walk;

const LINKS: &str = "/sys/class/net";
/// `IFF_UP` in `flags`.
const UP: u32 = 1;

/// The links of a tree in the order of their numbers. Where a number is not told, one is given out from the end.
pub(crate) fn read(walk: &Walk<'_>) -> Vec<Link> {
    // Files that are no links stand beside them: bonding_masters.
    let names = walk.names(LINKS).into_iter().filter(|name| name != "bonding_masters");
    let mut numbers = BTreeMap::new();
    let mut unnumbered = u32::MAX;
    let names: Vec<String> = names
        .filter(|name| {
            let path = format!("{LINKS}/{name}");
            if walk.names(&path).is_empty() {
                return false;
            }
            let number = walk
                .number(&format!("{path}/ifindex"))
                .or_else(|| walk.uevent(&path, "IFINDEX")?.parse().ok());
            let number = number.unwrap_or_else(|| {
                unnumbered -= 1;
                unnumbered
            });
            numbers.insert(name.clone(), IfIndex(number));
            true
        })
        .collect();
    let mut links: Vec<Link> = names.iter().map(|name| link(walk, name, &numbers)).collect();
    links.sort_by_key(|link| link.ifindex);
    links
}

fn link(walk: &Walk<'_>, name: &str, numbers: &BTreeMap<String, IfIndex>) -> Link {
    let path = format!("{LINKS}/{name}");
    let file = |file: &str| format!("{path}/{file}");
    let index = numbers.get(name).copied().unwrap_or(IfIndex(0));
    let mut link = Link::new(index, name);
    link.up = walk.hex(&file("flags")).is_some_and(|flags| flags & UP != 0);
    // A link that is down has no carrier to tell of.
    link.carrier = link.up && walk.number::<u32>(&file("carrier")) == Some(1);
    link.mtu = walk.number(&file("mtu")).unwrap_or_default();
    link.mac = walk.text(&file("address")).and_then(|address| address.parse().ok());
    link.kind = kind(walk, &path);
    link.switch_id = walk.text(&file("phys_switch_id")).and_then(|id| id.parse().ok());
    link.port_name = walk.text(&file("phys_port_name"));
    // Every link has the file; it says something of those that stand on a device.
    let device = walk.devices_under(&path).into_iter().next().map(|place| place.handle);
    link.dev_port = device.as_ref().and_then(|_| walk.number(&file("dev_port")));
    if let Some(DevlinkHandle { bus, device }) = device {
        (link.parent_bus, link.parent_device) = (Some(bus), Some(device));
    }
    link.master = walk.link_name(&file("master")).and_then(|master| numbers.get(&master).copied());
    // The number of another link; whether it is one of this namespace is not told.
    let lower = walk.number(&file("iflink")).map(IfIndex);
    link.lower = lower.filter(|lower| *lower != index && numbers.values().any(|known| known == lower));
    link
}

/// The kind of a software link, by what only such a one has.
fn kind(walk: &Walk<'_>, path: &str) -> Option<String> {
    let has = |name: &str| !walk.names(&format!("{path}/{name}")).is_empty();
    if has("bonding") {
        return Some("bond".into());
    }
    if has("bridge") {
        return Some("bridge".into());
    }
    if walk.text(&format!("{path}/tun_flags")).is_some() {
        return Some("tun".into());
    }
    walk.uevent(path, "DEVTYPE")
        .filter(|kind| matches!(&**kind, "vlan" | "vxlan" | "geneve" | "macvlan" | "gre"))
}
