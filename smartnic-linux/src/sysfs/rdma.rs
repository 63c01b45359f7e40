//! RDMA devices, as files tell of them.

use smartnic_core::device::{RdmaDevice, RdmaPort};

use super::walk::{Place, Walk};

const DEVICES: &str = "/sys/class/infiniband";

/// The RDMA devices of a tree, each with the place of its function.
pub(crate) fn read(walk: &Walk<'_>, on: &[Place]) -> Vec<(RdmaDevice, Option<Place>)> {
    let mut devices = Vec::new();
    let mut names: Vec<(String, String, Option<Place>)> =
        walk.names(DEVICES).into_iter().map(|name| (format!("{DEVICES}/{name}"), name, None)).collect();
    // A copy may have the devices themselves and no classes.
    for place in on {
        for name in walk.names(&format!("{}/infiniband", place.path)) {
            match names.iter_mut().find(|(_, known, _)| *known == name) {
                Some((_, _, function)) => *function = Some(place.clone()),
                None => names.push((format!("{}/infiniband/{name}", place.path), name, Some(place.clone()))),
            }
        }
    }
    for (path, name, place) in names {
        // A link that leads nowhere is what a device left that went away.
        if walk.names(&path).is_empty() {
            continue;
        }
        let place = place.or_else(|| walk.devices_under(&path).into_iter().next());
        devices.push((device(walk, &path, name, place.as_ref()), place));
    }
    devices
}

fn device(walk: &Walk<'_>, path: &str, name: String, place: Option<&Place>) -> RdmaDevice {
    let text = |file: &str| walk.text(&format!("{path}/{file}"));
    let mut ports: Vec<RdmaPort> = walk
        .names(&format!("{path}/ports"))
        .iter()
        .filter_map(|number| Some(port(walk, &format!("{path}/ports/{number}"), number.parse().ok()?)))
        .collect();
    ports.sort_by_key(|port| port.number);
    RdmaDevice {
        name,
        function: place.map(|place| place.handle.clone()),
        parent_netdev: text("parent"),
        node_type: text("node_type").map(|told| after_number(&told)),
        node_guid: text("node_guid").filter(|guid| !is_zero(guid)),
        system_guid: text("sys_image_guid").filter(|guid| !is_zero(guid)),
        firmware: text("fw_ver"),
        board: text("board_id"),
        protocol: None,
        sub_device_of: None,
        ports,
    }
}

fn port(walk: &Walk<'_>, path: &str, number: u32) -> RdmaPort {
    let text = |file: &str| walk.text(&format!("{path}/{file}"));
    let gids = format!("{path}/gid_attrs/ndevs");
    let mut netdevs: Vec<String> = Vec::new();
    let mut numbers: Vec<(u32, String)> =
        walk.names(&gids).into_iter().filter_map(|name| Some((name.parse().ok()?, name))).collect();
    numbers.sort_unstable();
    for (_, name) in numbers {
        // Of a GID that is not in use the kernel says EINVAL.
        if let Some(netdev) = walk.text(&format!("{gids}/{name}"))
            && !netdevs.contains(&netdev)
        {
            netdevs.push(netdev);
        }
    }
    RdmaPort {
        number,
        state: text("state").map(|told| after_number(&told)),
        link_layer: text("link_layer"),
        rate: text("rate"),
        netdevs,
        netdev_index: None,
    }
}

/// The words behind the kernel's number: `ACTIVE` of `4: ACTIVE`.
fn after_number(told: &str) -> String {
    told.split_once(':').map_or(told, |(_, words)| words).trim().to_owned()
}

fn is_zero(guid: &str) -> bool {
    guid.bytes().all(|byte| matches!(byte, b'0' | b':'))
}
