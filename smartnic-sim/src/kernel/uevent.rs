//! What the kernel tells of devices coming and going (`NETLINK_KOBJECT_UEVENT`).

use smartnic_core::types::PciAddress;

use crate::model::{Event, Machine, Netdev};

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
        _ => None,
    }
}

fn link(machine: &Machine, action: &str, netdev: &Netdev) -> Vec<u8> {
    let device = machine.parent_of(netdev).map_or("/devices/virtual".to_owned(), device_path);
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
