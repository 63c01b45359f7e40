//! What the kernel tells of devices coming and going (`NETLINK_KOBJECT_UEVENT`).

use smartnic_core::types::PciAddress;

use crate::model::{Event, Machine, Netdev, RdmaEvent, RdmaParent};

/// The kernel's own group.
pub(super) const GROUP: u32 = 1;

/// The datagram for a change, if it is about a device: texts that end in NUL.
pub(super) fn write(machine: &Machine, event: &Event) -> Option<Vec<u8>> {
    match event {
        Event::LinkNew(index) => Some(link(machine, "add", machine.netdevs.get(&index.0)?)),
        Event::LinkGone(netdev) => Some(link(machine, "remove", netdev)),
        Event::Function { address, there } => {
            let action = if *there { "add" } else { "remove" };
            Some(text(
                action,
                &device_path(*address),
                &[("SUBSYSTEM", "pci".into()), ("PCI_SLOT_NAME", address.to_string())],
            ))
        }
        Event::Auxiliary { name, parent, there } => {
            let action = if *there { "add" } else { "remove" };
            let path = format!("{}/{name}", device_path(*parent));
            Some(text(action, &path, &[("SUBSYSTEM", "auxiliary".into()), ("MODALIAS", alias_of(name))]))
        }
        Event::Rdma(event) => rdma(event),
        _ => None,
    }
}

/// RDMA devices that come or go; of those without a parent the kernel tells likewise.
fn rdma(event: &RdmaEvent) -> Option<Vec<u8>> {
    use smartnic_core::rdma::EventKind::{Register, Unregister};
    let action = match event.kind {
        kind if kind == Register.number() => "add",
        kind if kind == Unregister.number() => "remove",
        _ => return None,
    };
    let under = event.parent.as_ref().map_or_else(|| "/devices/virtual".to_owned(), rdma_parent_path);
    let path = format!("{under}/infiniband/{}", event.name);
    Some(text(action, &path, &[("SUBSYSTEM", "infiniband".into()), ("NAME", event.name.clone())]))
}

/// Where the device under an RDMA device stands.
pub(super) fn rdma_parent_path(parent: &RdmaParent) -> String {
    let function = device_path(parent.pci);
    match &parent.auxiliary {
        Some(name) => format!("{function}/{name}"),
        None => function,
    }
}

/// What the driver of an auxiliary device is found by: its name without the number.
fn alias_of(name: &str) -> String {
    format!("auxiliary:{}", name.rsplit_once('.').map_or(name, |(name, _)| name))
}

fn link(machine: &Machine, action: &str, netdev: &Netdev) -> Vec<u8> {
    let on_auxiliary = || {
        let parent = machine.pfs.get(netdev.role.pf()?)?.address;
        Some(format!("{}/{}", device_path(parent), machine.auxiliary_of(netdev)?))
    };
    let device = machine.parent_of(netdev).map(device_path).or_else(on_auxiliary);
    let device = device.unwrap_or_else(|| "/devices/virtual".to_owned());
    text(
        action,
        &format!("{device}/net/{}", netdev.name),
        &[
            ("SUBSYSTEM", "net".into()),
            ("INTERFACE", netdev.name.clone()),
            ("IFINDEX", netdev.ifindex.to_string()),
        ],
    )
}

/// Where a function stands in the tree of devices.
pub(super) fn device_path(address: PciAddress) -> String {
    format!("/devices/pci0000:00/0000:00:01.0/{address}")
}

fn text(action: &str, path: &str, fields: &[(&str, String)]) -> Vec<u8> {
    let mut bytes = format!("{action}@{path}\0ACTION={action}\0DEVPATH={path}\0").into_bytes();
    for (name, value) in fields {
        bytes.extend(format!("{name}={value}\0").into_bytes());
    }
    bytes
}
