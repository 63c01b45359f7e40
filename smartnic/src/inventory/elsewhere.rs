//! Links in other network namespaces: which are told, and how one that was moved is known again.

use std::collections::BTreeSet;

use smartnic_core::device::{Link, NetnsNumber};
use smartnic_core::types::IfIndex;

use super::graph::{Facts, Node, NodeId};

/// Of links in other namespaces, those of devices, and what these are ports of there; and those that stand on a device's link
/// in yet another namespace. Containers are full of others.
pub(super) fn of_devices(links: Vec<Link>, here: &[Link], numbers: &[NetnsNumber]) -> Vec<Link> {
    let of_device = |link: &&Link| {
        link.parent_device.is_some() || link.devlink_port.is_some() || link.switch_id.is_some()
    };
    let mut wanted: BTreeSet<NodeId> = links.iter().filter(of_device).map(NodeId::of_link).collect();
    let below: BTreeSet<NodeId> = here.iter().filter(of_device).map(NodeId::of_link).collect();
    let more = |wanted: &BTreeSet<NodeId>| -> BTreeSet<NodeId> {
        let ports = links.iter().filter(|link| wanted.contains(&NodeId::of_link(link)));
        let masters = ports.filter_map(|port| Some(beside(port, port.master?)));
        let is_above = |link: &&Link| {
            let lower = lower_of(link, numbers).filter(|_| link.lower_netns.is_some());
            lower.is_some_and(|lower| below.contains(&lower) || wanted.contains(&lower))
        };
        masters.chain(links.iter().filter(is_above).map(NodeId::of_link)).collect()
    };
    loop {
        let more = more(&wanted);
        let before = wanted.len();
        wanted.extend(more);
        if wanted.len() == before {
            break;
        }
    }
    links.into_iter().filter(|link| wanted.contains(&NodeId::of_link(link))).collect()
}

/// The link that a link stands on. Where that is in another namespace, its number means another link in this one.
pub(super) fn lower_of(link: &Link, numbers: &[NetnsNumber]) -> Option<NodeId> {
    let ifindex = link.lower?;
    match link.lower_netns {
        None => Some(beside(link, ifindex)),
        Some(_) => Some(NodeId::Netdev { netns: NetnsNumber::find(numbers, link)?, ifindex }),
    }
}

/// The link of a number in the namespace of another.
pub(super) fn beside(link: &Link, ifindex: IfIndex) -> NodeId {
    NodeId::Netdev { netns: link.netns.clone(), ifindex }
}

/// True if a netdev is the one that it was, in another namespace. Number and name may be others there; what it stands on and
/// its address are not.
pub(super) fn moved(before: &Node, after: &Node) -> bool {
    let (Facts::Netdev { link: was, .. }, Facts::Netdev { link: is, .. }) = (&before.facts, &after.facts)
    else {
        return false;
    };
    let on_device = was.parent_device.is_some() || was.devlink_port.is_some();
    let place = |link: &Link| {
        let parent = (link.parent_bus.clone(), link.parent_device.clone());
        (parent, link.devlink_port.clone(), link.port_name.clone(), link.mac)
    };
    on_device && was.netns != is.netns && place(was) == place(is)
}
