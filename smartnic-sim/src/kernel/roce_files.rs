//! Files about RoCE beside those of the devices: rdma_cm's in configfs (`cma_configfs.c`), and congestion control in
//! mlx5's part of debugfs (`mlx5_ib/cong.c`).

use crate::errno::Errno;
use crate::model::{Machine, RdmaDevice, RdmaKind};

const CONFIG: &str = "/sys/kernel/config/rdma_cm";
const DEBUG: &str = "/sys/kernel/debug/mlx5/";

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
}

#[derive(Clone, Copy)]
enum File {
    Mode,
    Tos,
}

/// Whether a path belongs here at all.
pub(super) fn owns(path: &str) -> bool {
    path.starts_with(CONFIG) || path.starts_with(DEBUG) && path.contains("/cc_params")
}

fn find(machine: &Machine, path: &str) -> Result<Place, Errno> {
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
        Place::File(..) | Place::Parameter(..) => Err(Errno::ENOTDIR),
    }
}

pub(super) fn write(machine: &mut Machine, path: &str, value: &str, admin: bool) -> Result<(), Errno> {
    let place = find(machine, path)?;
    if !admin {
        return Err(Errno::EACCES);
    }
    let value = value.trim();
    let at = match place {
        Place::File(at, _) | Place::Parameter(at, _) => at,
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
