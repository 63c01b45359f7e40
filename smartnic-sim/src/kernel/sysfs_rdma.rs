//! `/sys/class/infiniband`: what files tell of RDMA devices.

use super::uevent::rdma_parent_path;
use crate::errno::Errno;
use crate::model::{Machine, RdmaDevice, RdmaKind};

/// Where the devices are.
pub(super) const DEVICES: &str = "/sys/class/infiniband";

/// How long GID tables are. Ours.
const GIDS: usize = 16;

/// What a path below [`DEVICES`] is: a file's text, or a directory's names.
enum Found {
    Text(String),
    Names(Vec<String>),
}

pub(super) fn read(machine: &Machine, rest: &str) -> Result<String, Errno> {
    match find(machine, rest)? {
        Found::Text(text) => Ok(text),
        Found::Names(_) => Err(Errno::EISDIR),
    }
}

pub(super) fn list(machine: &Machine, rest: &str) -> Result<Vec<String>, Errno> {
    match find(machine, rest)? {
        Found::Text(_) => Err(Errno::ENOTDIR),
        Found::Names(mut names) => {
            names.sort_unstable();
            Ok(names)
        }
    }
}

pub(super) fn link(machine: &Machine, rest: &str) -> Result<String, Errno> {
    let parts: Vec<&str> = rest.split('/').filter(|part| !part.is_empty()).collect();
    let (name, link) = match parts[..] {
        [name] => (name, None),
        [name, link] => (name, Some(link)),
        _ => return Err(Errno::EINVAL),
    };
    let device = device(machine, name)?;
    let parent = machine.rdma_parent(device);
    match (link, parent) {
        (None, Some(parent)) => Ok(format!("../..{}/infiniband/{name}", rdma_parent_path(&parent))),
        (None, None) => Ok(format!("../../devices/virtual/infiniband/{name}")),
        (Some("device"), Some(parent)) => Ok(format!("../../../{}", parent.handle().device)),
        _ => Err(Errno::EINVAL),
    }
}

fn device<'m>(machine: &'m Machine, name: &str) -> Result<&'m RdmaDevice, Errno> {
    machine.rdma.devices.iter().find(|device| device.name == name).ok_or(Errno::ENOENT)
}

fn find(machine: &Machine, rest: &str) -> Result<Found, Errno> {
    let names = |names: &[&str]| Ok(Found::Names(names.iter().map(|name| (*name).to_owned()).collect()));
    let parts: Vec<&str> = rest.split('/').filter(|part| !part.is_empty()).collect();
    let Some((name, below)) = parts.split_first() else {
        let all = machine.rdma.devices.iter().map(|device| device.name.clone());
        return Ok(Found::Names(all.collect()));
    };
    let device = device(machine, name)?;
    let spec = machine.rdma_spec(device);
    let netdev = machine.netdev(device.netdev)?;
    let text = |text: &str| Ok(Found::Text(text.to_owned()));
    match below {
        [] => match machine.rdma_parent(device) {
            Some(_) => names(&["device", "fw_ver", "node_guid", "node_type", "ports", "sys_image_guid"]),
            None => names(&["node_guid", "node_type", "parent", "ports", "sys_image_guid"]),
        },
        ["fw_ver"] => text(spec.firmware.ok_or(Errno::ENOENT)?),
        ["node_type"] => text("1: CA"),
        ["parent"] if device.kind == RdmaKind::Rxe => text(&netdev.name),
        ["node_guid" | "sys_image_guid"] => {
            let [a, b, c, d] = [48, 32, 16, 0].map(|shift| machine.node_guid(device) >> shift & 0xffff);
            text(&format!("{a:04x}:{b:04x}:{c:04x}:{d:04x}"))
        }
        ["ports"] => names(&["1"]),
        ["ports", "1"] => {
            names(&["gid_attrs", "gids", "hw_counters", "link_layer", "phys_state", "rate", "state"])
        }
        ["ports", "1", "link_layer"] => text(if netdev.infiniband { "InfiniBand" } else { "Ethernet" }),
        ["ports", "1", "state"] => text(if netdev.up { "4: ACTIVE" } else { "1: DOWN" }),
        ["ports", "1", "phys_state"] => text(if netdev.up { "5: LinkUp" } else { "3: Disabled" }),
        ["ports", "1", "rate"] => text("100 Gb/sec (4X EDR)"),
        ["ports", "1", "gid_attrs"] => names(&["ndevs", "types"]),
        ["ports", "1", "gids"] | ["ports", "1", "gid_attrs", "ndevs" | "types"] => {
            Ok(Found::Names((0..GIDS).map(|index| index.to_string()).collect()))
        }
        ["ports", "1", which @ ..] => {
            let (what, index) = match which {
                ["gids", index] => ("gids", index),
                ["gid_attrs", what @ ("ndevs" | "types"), index] => (*what, index),
                ["hw_counters"] => {
                    let all = device.counters(spec).into_iter().map(|(name, _)| name.to_owned());
                    return Ok(Found::Names(all.collect()));
                }
                ["hw_counters", name] if device.counters(spec).iter().any(|(known, _)| known == name) => {
                    return text(&machine.verbs.counter(device.index, name).to_string());
                }
                _ => return Err(Errno::ENOENT),
            };
            let index: usize = index.parse().map_err(|_| Errno::ENOENT)?;
            let all = machine.gids(device);
            match (what, all.get(index)) {
                _ if index >= GIDS => Err(Errno::ENOENT),
                ("gids", Some(entry)) => text(&smartnic_core::rdma::Gid(entry.gid).to_string()),
                ("gids", None) => text(&smartnic_core::rdma::Gid::default().to_string()),
                // Of a place that is empty the kernel tells neither.
                (_, None) => Err(Errno::EINVAL),
                ("types", Some(entry)) => text(if entry.v2 { "RoCE v2" } else { "IB/RoCE v1" }),
                (_, Some(_)) if netdev.infiniband => Err(Errno::EINVAL),
                (_, Some(_)) => text(&netdev.name),
            }
        }
        _ => Err(Errno::ENOENT),
    }
}
