//! Files about RoCE beside those of the devices: rdma_cm's in configfs (`cma_configfs.c`), congestion control in
//! mlx5's part of debugfs (`mlx5_ib/cong.c`), and with the vendor's own driver in a directory of the link.

use crate::errno::Errno;
use crate::model::{Machine, RdmaDevice, RdmaKind};

const CONFIG: &str = "/sys/kernel/config/rdma_cm";
const DEBUG: &str = "/sys/kernel/debug/mlx5/";
const LINKS: &str = "/sys/class/net/";

/// What a path is here.
enum Place {
    /// The directory of all devices.
    Config,
    /// A device's directory, or `ports`, or a port's: how deep.
    Directory(u8),
    /// A file of the device with this number in the list.
    File(usize, File),
    /// The directory of parameters.
    Parameters(usize),
    /// One of them.
    Parameter(usize, String),
    /// A directory of a link's congestion control, by the names in it.
    Ecn(&'static [&'static str]),
    /// Whether a priority takes part, on the reporting side or on the other.
    EcnSwitch(usize, Side, u8),
}

#[derive(Clone, Copy)]
enum Side {
    Notification,
    Reaction,
}

#[derive(Clone, Copy)]
enum File {
    Mode,
    Tos,
}

/// Whether a path belongs here at all.
pub(super) fn owns(path: &str) -> bool {
    path.starts_with(CONFIG)
        || path.starts_with(DEBUG) && path.contains("/cc_params")
        || ecn_of(path).is_some()
}

/// The link and the words below its directory.
fn ecn_of(path: &str) -> Option<(&str, Vec<&str>)> {
    let mut parts = path.strip_prefix(LINKS)?.split('/');
    let link = parts.next()?;
    (parts.next() == Some("ecn")).then(|| (link, parts.collect()))
}

/// A place in such a directory. NVIDIA's documentation of its driver names the files.
fn find_ecn(machine: &Machine, link: &str, below: &[&str]) -> Result<Place, Errno> {
    let over = |device: &RdmaDevice| {
        device.roce.ecn.is_some() && machine.netdev(device.netdev).is_ok_and(|netdev| netdev.name == link)
    };
    let at = machine.rdma.devices.iter().position(over).ok_or(Errno::ENOENT)?;
    let side = |name: &str| match name {
        "roce_np" => Ok(Side::Notification),
        "roce_rp" => Ok(Side::Reaction),
        _ => Err(Errno::ENOENT),
    };
    match below {
        [] => Ok(Place::Ecn(&["roce_np", "roce_rp"])),
        [name] => side(name).map(|_| Place::Ecn(&["enable"])),
        [name, "enable"] => side(name).map(|_| Place::Ecn(&["0", "1", "2", "3", "4", "5", "6", "7"])),
        [name, "enable", priority] => {
            let priority = priority.parse().ok().filter(|priority| *priority < 8).ok_or(Errno::ENOENT)?;
            Ok(Place::EcnSwitch(at, side(name)?, priority))
        }
        _ => Err(Errno::ENOENT),
    }
}

fn find(machine: &Machine, path: &str) -> Result<Place, Errno> {
    if let Some((link, below)) = ecn_of(path) {
        return find_ecn(machine, link, &below);
    }
    let all = &machine.rdma.devices;
    if let Some(rest) = path.strip_prefix(CONFIG) {
        let parts: Vec<&str> = rest.split('/').filter(|part| !part.is_empty()).collect();
        let Some((name, below)) = parts.split_first() else { return Ok(Place::Config) };
        let open = all.iter().position(|device| device.name == *name && device.roce.view);
        let at = open.ok_or(Errno::ENOENT)?;
        return match below {
            [] => Ok(Place::Directory(0)),
            ["ports"] => Ok(Place::Directory(1)),
            ["ports", "1"] => Ok(Place::Directory(2)),
            ["ports", "1", "default_roce_mode"] => Ok(Place::File(at, File::Mode)),
            ["ports", "1", "default_roce_tos"] => Ok(Place::File(at, File::Tos)),
            _ => Err(Errno::ENOENT),
        };
    }
    let parts: Vec<&str> = path.strip_prefix(DEBUG).unwrap_or_default().split('/').collect();
    let (function, file) = match parts[..] {
        [function, "cc_params"] => (function, None),
        [function, "cc_params", file] => (function, Some(file)),
        _ => return Err(Errno::ENOENT),
    };
    let on = |device: &RdmaDevice| {
        device.kind == RdmaKind::Function
            && machine.rdma_spec(device).driver == "mlx5_ib"
            && machine
                .netdev(device.netdev)
                .ok()
                .and_then(|netdev| machine.parent_of(netdev))
                .is_some_and(|address| address.to_string() == function)
    };
    let at = all.iter().position(on).ok_or(Errno::ENOENT)?;
    match file {
        None => Ok(Place::Parameters(at)),
        Some(file) if all[at].roce.parameters.contains_key(file) => Ok(Place::Parameter(at, file.to_owned())),
        Some(_) => Err(Errno::ENOENT),
    }
}

pub(super) fn read(machine: &Machine, path: &str) -> Result<String, Errno> {
    let roce = |at: usize| machine.rdma.devices.get(at).map(|device| &device.roce).ok_or(Errno::ENOENT);
    match find(machine, path)? {
        Place::File(at, File::Mode) => Ok(if roce(at)?.v1 { "IB/RoCE v1" } else { "RoCE v2" }.to_owned()),
        Place::File(at, File::Tos) => Ok(roce(at)?.tos.to_string()),
        Place::Parameter(at, name) => {
            roce(at)?.parameters.get(&name).map(ToString::to_string).ok_or(Errno::ENOENT)
        }
        Place::EcnSwitch(at, side, priority) => {
            let ecn = roce(at)?.ecn.ok_or(Errno::ENOENT)?;
            let bits = match side {
                Side::Notification => ecn.notification,
                Side::Reaction => ecn.reaction,
            };
            Ok((bits >> priority & 1).to_string())
        }
        _ => Err(Errno::EISDIR),
    }
}

pub(super) fn list(machine: &Machine, path: &str) -> Result<Vec<String>, Errno> {
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    match find(machine, path)? {
        Place::Config => {
            let open = machine.rdma.devices.iter().filter(|device| device.roce.view);
            Ok(open.map(|device| device.name.clone()).collect())
        }
        Place::Directory(0) => Ok(names(&["ports"])),
        Place::Directory(1) => Ok(names(&["1"])),
        Place::Directory(_) => Ok(names(&["default_roce_mode", "default_roce_tos"])),
        Place::Parameters(at) => {
            let device = machine.rdma.devices.get(at).ok_or(Errno::ENOENT)?;
            Ok(device.roce.parameters.keys().cloned().collect())
        }
        Place::Ecn(inside) => Ok(names(inside)),
        Place::File(..) | Place::Parameter(..) | Place::EcnSwitch(..) => Err(Errno::ENOTDIR),
    }
}

pub(super) fn write(machine: &mut Machine, path: &str, value: &str, admin: bool) -> Result<(), Errno> {
    let place = find(machine, path)?;
    if !admin {
        return Err(Errno::EACCES);
    }
    let value = value.trim();
    let at = match place {
        Place::File(at, _) | Place::Parameter(at, _) | Place::EcnSwitch(at, ..) => at,
        _ => return Err(Errno::EISDIR),
    };
    let roce = &mut machine.rdma.devices.get_mut(at).ok_or(Errno::ENOENT)?.roce;
    match place {
        Place::File(_, File::Mode) => {
            roce.v1 = match value {
                "RoCE v2" => false,
                "IB/RoCE v1" => true,
                _ => return Err(Errno::EINVAL),
            };
        }
        Place::File(_, File::Tos) => roce.tos = value.parse().map_err(|_| Errno::EINVAL)?,
        Place::Parameter(_, name) => {
            let value = value.parse().map_err(|_| Errno::EINVAL)?;
            roce.parameters.insert(name, value);
        }
        Place::EcnSwitch(_, side, priority) => {
            let ecn = roce.ecn.as_mut().ok_or(Errno::ENOENT)?;
            let bits = match side {
                Side::Notification => &mut ecn.notification,
                Side::Reaction => &mut ecn.reaction,
            };
            let on: u8 = value.parse().ok().filter(|on| *on < 2).ok_or(Errno::EINVAL)?;
            *bits = *bits & !(1 << priority) | on << priority;
        }
        _ => return Err(Errno::EISDIR),
    }
    Ok(())
}

/// `make_cma_dev`, and its way back: a view of a device, which changes none of its settings.
pub(super) fn make(machine: &mut Machine, path: &str, open: bool) -> Result<(), Errno> {
    let name = path.strip_prefix(CONFIG).and_then(|rest| rest.strip_prefix('/')).ok_or(Errno::EPERM)?;
    let device = machine.rdma.devices.iter_mut().find(|device| device.name == name);
    let device = device.ok_or(if open { Errno::ENODEV } else { Errno::ENOENT })?;
    match (device.roce.view, open) {
        (true, true) => Err(Errno::EEXIST),
        (false, false) => Err(Errno::ENOENT),
        _ => {
            device.roce.view = open;
            Ok(())
        }
    }
}
