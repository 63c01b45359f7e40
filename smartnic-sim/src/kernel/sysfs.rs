//! Files under `/sys`: PCI functions, SR-IOV, drivers, and what is told of links.

use smartnic_core::types::PciAddress;

use super::uevent::device_path;
use super::{roce_files, sysfs_rdma};
use crate::errno::Errno;
use crate::model::sriov::VFIO;
use crate::model::{Function, Machine, Netdev, Role};

const DEVICES: &str = "/sys/bus/pci/devices";
const DRIVERS: &str = "/sys/bus/pci/drivers";
const PROBE: &str = "/sys/bus/pci/drivers_probe";
const LINKS: &str = "/sys/class/net";
const DEBUG: &str = "/sys/kernel/debug/mlx5";
const AUXILIARY: &str = "/sys/bus/auxiliary/devices";

/// A place under `/sys`.
enum Place<'a> {
    /// `/sys/bus/pci/devices` or a file of a function.
    Devices,
    Device(Function, Option<&'a str>),
    /// The directory of the link on a function.
    DeviceLinks(Function),
    Drivers,
    Driver(&'static str, Option<&'a str>),
    /// `/sys/bus/pci/drivers_probe`.
    Probe,
    Links,
    Link(&'a Netdev, Option<&'a str>),
    /// What mlx5 tells of its bond in debugfs (`lag/debugfs.c`).
    Lag(&'a str),
    /// `/sys/bus/auxiliary/devices`, or a file of a sub-function's device.
    Auxiliaries,
    Auxiliary(Auxiliary, Option<&'a str>),
}

/// The auxiliary device of a sub-function.
#[derive(Clone, Copy)]
struct Auxiliary {
    pf: usize,
    sf: u32,
}

/// The rest of a path below the RDMA devices.
fn below_rdma(path: &str) -> Option<&str> {
    let rest = path.strip_prefix(sysfs_rdma::DEVICES)?;
    (rest.is_empty() || rest.starts_with('/')).then_some(rest)
}

pub(super) fn read(machine: &Machine, path: &str) -> Result<String, Errno> {
    if let Some(rest) = below_rdma(path) {
        return sysfs_rdma::read(machine, rest);
    }
    if roce_files::owns(path) {
        return roce_files::read(machine, path);
    }
    match find(machine, path)? {
        Place::Device(function, Some(file)) => device_file(machine, function, file),
        Place::Link(netdev, Some(file)) => link_file(machine, netdev, file),
        Place::Lag(file) => lag_file(machine, file),
        Place::Auxiliary(device, Some("sfnum")) => Ok(device.sf.to_string()),
        Place::Driver(_, Some("bind" | "unbind")) | Place::Probe => Err(Errno::EACCES),
        Place::Driver(_, Some(_)) | Place::Auxiliary(_, Some(_)) => Err(Errno::ENOENT),
        _ => Err(Errno::EISDIR),
    }
}

pub(super) fn list(machine: &Machine, path: &str) -> Result<Vec<String>, Errno> {
    if let Some(rest) = below_rdma(path) {
        return sysfs_rdma::list(machine, rest);
    }
    if roce_files::owns(path) {
        return roce_files::list(machine, path);
    }
    let mut names: Vec<String> = match find(machine, path)? {
        Place::Devices => functions(machine).map(|(_, address)| address.to_string()).collect(),
        Place::Drivers => drivers(machine).into_iter().map(str::to_owned).collect(),
        Place::Links => machine.netdevs.values().map(|netdev| netdev.name.clone()).collect(),
        Place::Device(function, None) => device_names(machine, function),
        Place::Auxiliaries => auxiliaries(machine).filter_map(|it| machine.sf_device(it.pf, it.sf)).collect(),
        Place::Auxiliary(device, None) => {
            let mut names = ["driver", "sfnum", "subsystem", "uevent"].map(str::to_owned).to_vec();
            if !links_of(machine, device).is_empty() {
                names.push("net".into());
            }
            names
        }
        Place::Auxiliary(device, Some("net")) => links_of(machine, device),
        Place::DeviceLinks(function) => links_on(machine, function),
        Place::Driver(driver, None) => {
            let bound =
                functions(machine).filter(|(function, _)| machine.bound_driver(*function) == Some(driver));
            let own = ["bind", "unbind", "uevent"].map(str::to_owned);
            bound.map(|(_, address)| address.to_string()).chain(own).collect()
        }
        Place::Link(netdev, None) => {
            let files = [
                "address",
                "dev_port",
                "device",
                "ifindex",
                "mtu",
                "operstate",
                "phys_port_name",
                "phys_switch_id",
            ];
            let on_device = machine.parent_of(netdev).is_some() || machine.auxiliary_of(netdev).is_some();
            let there = |name: &&str| *name != "device" || on_device;
            files.into_iter().filter(there).map(str::to_owned).collect()
        }
        _ => return Err(Errno::ENOTDIR),
    };
    names.sort_unstable();
    Ok(names)
}

pub(super) fn link(machine: &Machine, path: &str) -> Result<String, Errno> {
    if let Some(rest) = below_rdma(path) {
        return sysfs_rdma::link(machine, rest);
    }
    match find(machine, path)? {
        Place::Device(function, Some(name)) => device_link(machine, function, name),
        Place::Link(netdev, Some("device")) => {
            let parent = machine.parent_of(netdev).map(|address| address.to_string());
            let parent = parent.or_else(|| machine.auxiliary_of(netdev)).ok_or(Errno::ENOENT)?;
            Ok(format!("../../../{parent}"))
        }
        Place::Auxiliary(_, Some("driver")) => {
            let sfs = machine.profile.driver.device().sub_functions.as_ref().ok_or(Errno::ENOENT)?;
            // As in the kernel, the driver's name has its module's before it.
            Ok(format!("../../../../../bus/auxiliary/drivers/{}.sf", sfs.driver))
        }
        Place::Driver(driver, Some(name)) => {
            let address = name.parse::<PciAddress>().map_err(|_| Errno::EINVAL)?;
            let function = machine.function(address).ok_or(Errno::ENOENT)?;
            match machine.bound_driver(function) == Some(driver) {
                true => Ok(format!("../../../..{}", device_path(address))),
                false => Err(Errno::ENOENT),
            }
        }
        _ => Err(Errno::EINVAL),
    }
}

pub(super) fn write(machine: &mut Machine, path: &str, value: &str, admin: bool) -> Result<(), Errno> {
    if roce_files::owns(path) {
        return roce_files::write(machine, path, value, admin);
    }
    let value = value.trim();
    let target = match find(machine, path)? {
        Place::Device(function, Some(file)) => {
            let file = file.to_owned();
            // What cannot be read is not there, except for files that only take orders.
            if !device_names(machine, function).contains(&file) {
                return Err(Errno::ENOENT);
            }
            (Some(function), file)
        }
        Place::Driver(driver, Some(file @ ("bind" | "unbind"))) => (None, format!("{driver}/{file}")),
        Place::Driver(_, Some(_)) => return Err(Errno::ENOENT),
        Place::Probe => (None, "drivers_probe".to_owned()),
        Place::Link(..) | Place::Lag(_) | Place::Auxiliary(_, Some(_)) => return Err(Errno::EACCES),
        _ => return Err(Errno::EISDIR),
    };
    if !admin {
        return Err(Errno::EACCES);
    }
    match target {
        (Some(Function::Pf(pf)), file) if file == "sriov_numvfs" => {
            machine.set_num_vfs(pf, number(value)?.into())
        }
        (Some(Function::Pf(pf)), file) if file == "sriov_drivers_autoprobe" => {
            machine.set_autoprobe(pf, switch(value)?)
        }
        (Some(function), file) if file == "driver_override" => {
            machine.set_driver_override(function, Some(value.to_owned()).filter(|name| !name.is_empty()))
        }
        (Some(_), _) => Err(Errno::EACCES),
        (None, order) if order == "drivers_probe" => {
            let address = value.parse::<PciAddress>().map_err(|_| Errno::ENODEV)?;
            let function = machine.function(address).ok_or(Errno::ENODEV)?;
            machine.probe(function);
            // The kernel says so where no driver took it.
            machine.bound_driver(function).map(drop).ok_or(Errno::EINVAL)
        }
        (None, order) => {
            let (driver, order) = order.split_once('/').ok_or(Errno::EINVAL)?;
            let address = value.parse::<PciAddress>().map_err(|_| Errno::ENODEV)?;
            let function = machine.function(address).ok_or(Errno::ENODEV)?;
            if order == "bind" { machine.bind(function, driver) } else { machine.unbind(function, driver) }
        }
    }
}

fn find<'a>(machine: &'a Machine, path: &'a str) -> Result<Place<'a>, Errno> {
    let below = |root: &str| path.strip_prefix(root).filter(|rest| rest.is_empty() || rest.starts_with('/'));
    if let Some(rest) = below(DEVICES) {
        let Some((name, file)) = part(rest) else { return Ok(Place::Devices) };
        let address = name.parse::<PciAddress>().map_err(|_| Errno::ENOENT)?;
        let function = machine.function(address).ok_or(Errno::ENOENT)?;
        return match file {
            Some("net") if !links_on(machine, function).is_empty() => Ok(Place::DeviceLinks(function)),
            file => Ok(Place::Device(function, file)),
        };
    }
    if path == PROBE {
        return Ok(Place::Probe);
    }
    if let Some(rest) = below(DRIVERS) {
        let Some((name, file)) = part(rest) else { return Ok(Place::Drivers) };
        let driver = drivers(machine).into_iter().find(|driver| *driver == name).ok_or(Errno::ENOENT)?;
        return Ok(Place::Driver(driver, file));
    }
    if let Some(rest) = below(AUXILIARY) {
        let Some((name, file)) = part(rest) else { return Ok(Place::Auxiliaries) };
        let named = |it: &Auxiliary| machine.sf_device(it.pf, it.sf).as_deref() == Some(name);
        let device = auxiliaries(machine).find(named).ok_or(Errno::ENOENT)?;
        return Ok(Place::Auxiliary(device, file));
    }
    if let Some(rest) = below(LINKS) {
        let Some((name, file)) = part(rest) else { return Ok(Place::Links) };
        let netdev = machine.netdevs.values().find(|netdev| netdev.name == name).ok_or(Errno::ENOENT)?;
        return Ok(Place::Link(netdev, file));
    }
    if let Some((name, Some(file))) = below(DEBUG).and_then(part) {
        let address = name.parse::<PciAddress>().map_err(|_| Errno::ENOENT)?;
        let of_pf = machine.pfs.iter().any(|pf| pf.address == address && pf.bound);
        return match file.strip_prefix("lag/") {
            Some(file) if of_pf && machine.profile.driver.has_lag() => Ok(Place::Lag(file)),
            _ => Err(Errno::ENOENT),
        };
    }
    Err(Errno::ENOENT)
}

fn lag_file(machine: &Machine, file: &str) -> Result<String, Errno> {
    let lag = machine.lag_state();
    Ok(match (file, lag) {
        ("state", lag) => if lag.is_some() { "active" } else { "disabled" }.into(),
        ("type" | "port_sel_mode" | "flags", None) => return Err(Errno::EINVAL),
        ("type", Some(lag)) => if lag.switchdev { "switchdev" } else { "roce" }.into(),
        ("port_sel_mode", Some(lag)) => if lag.hash { "hash" } else { "queue_affinity" }.into(),
        // That the eswitches share their tables is ours: firmware decides.
        ("flags", Some(lag)) => {
            let shared = if lag.switchdev { "on" } else { "off" };
            format!("shared_fdb:{shared}\nfdb_selection_mode:affinity")
        }
        _ => return Err(Errno::ENOENT),
    })
}

/// The first name of a path below a root, and the rest behind it.
fn part(rest: &str) -> Option<(&str, Option<&str>)> {
    let rest = rest.trim_matches('/');
    match rest.split_once('/') {
        _ if rest.is_empty() => None,
        Some((name, file)) => Some((name, Some(file))),
        None => Some((rest, None)),
    }
}

fn functions(machine: &Machine) -> impl Iterator<Item = (Function, PciAddress)> {
    machine.pfs.iter().enumerate().flat_map(|(pf, state)| {
        let vfs =
            state.vfs.iter().enumerate().map(move |(vf, state)| (Function::Vf { pf, vf }, state.address));
        std::iter::once((Function::Pf(pf), state.address)).chain(vfs)
    })
}

fn auxiliaries(machine: &Machine) -> impl Iterator<Item = Auxiliary> {
    machine.pfs.iter().enumerate().flat_map(|(pf, state)| {
        let active = state.sfs.iter().filter(|sf| sf.device.is_some());
        active.map(move |sf| Auxiliary { pf, sf: sf.number })
    })
}

fn links_of(machine: &Machine, device: Auxiliary) -> Vec<String> {
    let role = Role::Sf { pf: device.pf, sf: device.sf };
    machine.netdevs.values().filter(|dev| dev.role == role).map(|dev| dev.name.clone()).collect()
}

fn drivers(machine: &Machine) -> Vec<&'static str> {
    let facts = machine.profile.driver.facts();
    let mut drivers = vec![facts.name, facts.vf_name, VFIO];
    drivers.dedup();
    drivers
}

fn links_on(machine: &Machine, function: Function) -> Vec<String> {
    let Some(address) = address_of(machine, function) else { return Vec::new() };
    let on = machine.netdevs.values().filter(|netdev| machine.parent_of(netdev) == Some(address));
    on.map(|netdev| netdev.name.clone()).collect()
}

fn address_of(machine: &Machine, function: Function) -> Option<PciAddress> {
    match function {
        Function::Pf(pf) => machine.pfs.get(pf).map(|pf| pf.address),
        Function::Vf { pf, vf } => machine.pfs.get(pf)?.vfs.get(vf).map(|vf| vf.address),
    }
}

/// The names in a function's directory.
fn device_names(machine: &Machine, function: Function) -> Vec<String> {
    let mut names = ["class", "device", "driver_override", "subsystem", "vendor"].map(str::to_owned).to_vec();
    if machine.bound_driver(function).is_some() {
        names.push("driver".into());
    }
    if !links_on(machine, function).is_empty() {
        names.push("net".into());
    }
    match function {
        Function::Pf(pf) => {
            let files = [
                "sriov_drivers_autoprobe",
                "sriov_numvfs",
                "sriov_offset",
                "sriov_stride",
                "sriov_totalvfs",
                "sriov_vf_device",
            ];
            names.extend(files.map(str::to_owned));
            let vfs = machine.pfs.get(pf).map_or(0, |pf| pf.vfs.len());
            names.extend((0..vfs).map(|vf| format!("virtfn{vf}")));
        }
        Function::Vf { .. } => names.push("physfn".into()),
    }
    names
}

fn device_file(machine: &Machine, function: Function, file: &str) -> Result<String, Errno> {
    let profile = machine.profile;
    let (pf, is_pf) = match function {
        Function::Pf(pf) => (pf, true),
        Function::Vf { pf, .. } => (pf, false),
    };
    let state = machine.pfs.get(pf).ok_or(Errno::ENOENT)?;
    let overridden = match function {
        Function::Pf(_) => state.driver_override.clone(),
        Function::Vf { vf, .. } => state.vfs.get(vf).and_then(|vf| vf.driver_override.clone()),
    };
    Ok(match (file, is_pf) {
        ("vendor", _) => format!("{:#06x}", profile.pci_id.0),
        ("device", true) => format!("{:#06x}", profile.pci_id.1),
        ("device", false) => format!("{:#06x}", profile.vf_device_id),
        ("class", _) => "0x020000".into(),
        ("driver_override", _) => overridden.unwrap_or_else(|| "(null)".into()),
        ("sriov_totalvfs", true) => machine.total_vfs().to_string(),
        ("sriov_numvfs", true) => state.vfs.len().to_string(),
        ("sriov_drivers_autoprobe", true) => u8::from(state.autoprobe).to_string(),
        ("sriov_vf_device", true) => format!("{:x}", profile.vf_device_id),
        ("sriov_offset", true) => machine.vf_offset(pf).to_string(),
        ("sriov_stride", true) => "1".into(),
        _ => return Err(Errno::ENOENT),
    })
}

fn device_link(machine: &Machine, function: Function, name: &str) -> Result<String, Errno> {
    let beside = |address: PciAddress| format!("../{address}");
    let pf = match function {
        Function::Pf(pf) | Function::Vf { pf, .. } => machine.pfs.get(pf).ok_or(Errno::ENOENT)?,
    };
    match (name, function) {
        ("driver", _) => {
            let driver = machine.bound_driver(function).ok_or(Errno::ENOENT)?;
            Ok(format!("../../../../bus/pci/drivers/{driver}"))
        }
        ("subsystem", _) => Ok("../../../../bus/pci".into()),
        ("physfn", Function::Vf { .. }) => Ok(beside(pf.address)),
        (name, Function::Pf(_)) => match name.strip_prefix("virtfn") {
            Some(number) => {
                let vf = number.parse().ok().and_then(|vf: usize| pf.vfs.get(vf));
                vf.map(|vf| beside(vf.address)).ok_or(Errno::ENOENT)
            }
            None if device_names(machine, function).iter().any(|there| there == name) => Err(Errno::EINVAL),
            None => Err(Errno::ENOENT),
        },
        _ => Err(Errno::ENOENT),
    }
}

fn link_file(machine: &Machine, netdev: &Netdev, file: &str) -> Result<String, Errno> {
    Ok(match file {
        "address" if netdev.infiniband => {
            Machine::ipoib_address(netdev).map(|byte| format!("{byte:02x}")).join(":")
        }
        "address" => netdev.mac.to_string(),
        "ifindex" => netdev.ifindex.to_string(),
        "mtu" => netdev.mtu.to_string(),
        // With most drivers links on other ports stand on other functions.
        "dev_port" => netdev.role.port().unwrap_or(0).to_string(),
        "operstate" => if netdev.up { "up" } else { "down" }.into(),
        // These files are always there, and cannot be read where the driver has no answer.
        "phys_port_name" => machine.port_name_of(netdev).ok_or(Errno::EOPNOTSUPP)?,
        "phys_switch_id" => machine.switch_id_of(netdev).ok_or(Errno::EOPNOTSUPP)?.to_string(),
        _ => return Err(Errno::ENOENT),
    })
}

/// `kstrtou16`.
fn number(text: &str) -> Result<u16, Errno> {
    match text.parse::<u64>() {
        Ok(number) => u16::try_from(number).map_err(|_| Errno::ERANGE),
        Err(_) => Err(Errno::EINVAL),
    }
}

/// `kstrtobool`, which looks at the first letters.
fn switch(text: &str) -> Result<bool, Errno> {
    match text.as_bytes() {
        [b'1' | b'y' | b'Y' | b't' | b'T', ..] | [b'o' | b'O', b'n' | b'N', ..] => Ok(true),
        [b'0' | b'n' | b'N' | b'f' | b'F', ..] | [b'o' | b'O', b'f' | b'F', ..] => Ok(false),
        _ => Err(Errno::EINVAL),
    }
}
