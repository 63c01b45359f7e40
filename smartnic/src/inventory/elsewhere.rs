//! Links in other network namespaces: which are told, and how one that was moved is known again.

use std::collections::BTreeSet;

use smartnic_core::device::Link;
use smartnic_core::types::IfIndex;

use super::graph::{Facts, Node, NodeId};

/// Of links in other namespaces, those of devices, and what these are ports of there: containers are full of others.
pub(super) fn of_devices(links: Vec<Link>) -> Vec<Link> {
    let of_device =
        |link: &Link| link.parent_device.is_some() || link.devlink_port.is_some() || link.switch_id.is_some();
    let mut wanted: BTreeSet<NodeId> =
        links.iter().filter(|link| of_device(link)).map(NodeId::of_link).collect();
    let masters = |wanted: &BTreeSet<NodeId>| -> BTreeSet<NodeId> {
        let ports = links.iter().filter(|link| wanted.contains(&NodeId::of_link(link)));
        ports.filter_map(|port| Some(beside(port, port.master?))).collect()
    };
    loop {
        let more = masters(&wanted);
        let before = wanted.len();
        wanted.extend(more);
        if wanted.len() == before {
            break;
        }
    }
    links.into_iter().filter(|link| wanted.contains(&NodeId::of_link(link))).collect()
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
