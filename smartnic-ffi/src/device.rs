//! `snic_device_*`: what NICs there are, their versions and ports.

use std::ffi::c_char;
use std::ptr::null;

use smartnic::device::{EswitchMode, FunctionOpstate, FunctionState, Port};
use smartnic::inventory::{Nic, Seat};
use smartnic::types::DevlinkHandle;
use smartnic::{Error, Host};

use crate::argument::{optional_text, place_for, text};
use crate::entry::done;
use crate::error::{snic_error, snic_status};
use crate::handle;
use crate::host::snic_host;
use crate::list::{List, Texts, iterator, number, tri};

/// The NICs of a host, or the one with this handle.
pub(crate) fn nics(host: &Host, device: Option<&str>) -> Result<Vec<Nic>, Error> {
    match device {
        Some(device) => Ok(vec![host.nic(&device.parse()?)?]),
        None => Ok(host.inventory()?.nics),
    }
}

/// A NIC: a devlink device with what belongs to it.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct snic_device {
    /// The size of this structure in the library; fields behind it are not there.
    pub size: usize,
    /// Its handle, such as "pci/0000:03:00.0".
    pub handle: *const c_char,
    /// The kernel driver, such as "mlx5_core".
    pub driver: *const c_char,
    /// The adapter that speaks for it, such as "mlx5".
    pub adapter: *const c_char,
    /// The serial number; NULL if the driver does not tell it.
    pub serial: *const c_char,
    /// The mode of its eswitch in words, such as "switchdev"; NULL if it has none, or if the caller may not see it.
    pub mode: *const c_char,
    /// The mode as a number of `snic_eswitch_mode`; -1 if it is not known.
    pub mode_number: i32,
    /// 1 if its driver has a devlink instance.
    pub has_devlink: i32,
    /// The netdev of the physical port; NULL if there is none.
    pub uplink: *const c_char,
    /// Its number; 0 if there is none.
    pub uplink_ifindex: u32,
    /// How many VFs it has.
    pub vfs: u32,
    /// How many VFs it can have; -1 if that is not told.
    pub max_vfs: i64,
    /// How many representors it has.
    pub representors: u32,
    /// How many devlink ports it has.
    pub ports: u32,
    /// Whose a card with a processor of its own is: "own-processor" if this system is that processor and has the eswitch,
    /// "nic-mode" if this is the host and has it, "host-of-dpu" if this is the host and the card's processor has it,
    /// "untold" while nothing tells (legacy mode); NULL for other cards.
    pub seat: *const c_char,
    /// With "own-processor": how many functions of the host have their ends of the eswitch here; else 0.
    pub host_functions: u32,
}

fn record((nic, seat): &(Nic, Option<Seat>), texts: &mut Texts) -> snic_device {
    let uplink = nic.uplink();
    snic_device {
        size: size_of::<snic_device>(),
        handle: texts.keep(nic.handle()),
        driver: texts.keep(nic.driver()),
        adapter: texts.keep(nic.adapter.name()),
        serial: texts.keep_any(nic.info.serial.as_deref()),
        mode: texts.keep_any(nic.mode()),
        mode_number: mode_number(nic.mode()),
        has_devlink: nic.has_devlink.into(),
        uplink: texts.keep_any(uplink.map(|link| &link.name)),
        uplink_ifindex: uplink.map_or(0, |link| link.ifindex.0),
        vfs: nic.sriov.as_ref().map_or(0, |sriov| sriov.num),
        max_vfs: number(nic.sriov.as_ref().and_then(|sriov| sriov.total)),
        representors: nic.representors().len() as u32,
        ports: nic.ports.len() as u32,
        seat: texts.keep_any(seat.map(Seat::name)),
        host_functions: seat.and_then(Seat::host_functions).unwrap_or(0) as u32,
    }
}

pub(crate) fn mode_number(mode: Option<EswitchMode>) -> i32 {
    mode.map_or(-1, |mode| i32::from(mode.number()))
}

/// Lists the NICs of a host; with `device` (else NULL) only the one with this handle.
///
/// What is listed is how it was when it was read. `*iter` is the caller's; freed with `snic_device_iter_free`; it may
/// live longer than the host. Fails with NOT_FOUND if there is no such device.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_device_list(
    host: *const snic_host,
    device: *const c_char,
    iter: *mut *mut snic_device_iter,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let out = place_for(iter, "iter")?;
        let host = &handle::get(host)?.host;
        let nics = nics(host, optional_text(device, "device")?)?;
        let with_seat = |nic: Nic| nic.seat(host).map(|seat| (nic, seat));
        let seated = nics.into_iter().map(with_seat).collect::<Result<Vec<_>, Error>>()?;
        *out = handle::give(List::of(&seated, record));
        Ok(())
    })
}

iterator!(snic_device_iter of snic_device, snic_device_next, snic_device_iter_free:
    "NICs, one after the other.");

/// A named version of a device's component.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct snic_device_version {
    /// The size of this structure in the library.
    pub size: usize,
    /// Which set it belongs to: "fixed", "running" or "stored".
    pub kind: *const c_char,
    /// The component, such as "fw.version".
    pub name: *const c_char,
    /// The version as the driver writes it.
    pub value: *const c_char,
}

/// Lists the versions of a device's firmware and parts. `*iter` is the caller's; freed with
/// `snic_device_version_iter_free`.
///
/// Fails with NOT_FOUND if there is no such device and UNSUPPORTED if its driver tells no versions.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_device_version_list(
    host: *const snic_host,
    device: *const c_char,
    iter: *mut *mut snic_device_version_iter,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let out = place_for(iter, "iter")?;
        let device: DevlinkHandle = text(device, "device")?.parse()?;
        let info = handle::get(host)?.host.devlink().info(&device)?;
        *out = handle::give(List::of(&info.versions, |version, texts| snic_device_version {
            size: size_of::<snic_device_version>(),
            kind: texts.keep(version.kind),
            name: texts.keep(&version.name),
            value: texts.keep(&version.value),
        }));
        Ok(())
    })
}

iterator!(snic_device_version_iter of snic_device_version, snic_device_version_next, snic_device_version_iter_free:
    "Versions of a device, one after the other.");

/// A devlink port.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct snic_port {
    /// The size of this structure in the library.
    pub size: usize,
    /// Its handle, such as "pci/0000:03:00.0/1".
    pub handle: *const c_char,
    /// What it stands for: "physical", "pcipf", "pcivf", "pcisf" and so on.
    pub flavour: *const c_char,
    /// Its name on the switch, such as "pf0vf1"; NULL if it has none.
    pub name: *const c_char,
    /// The netdev on it; NULL if there is none.
    pub netdev: *const c_char,
    /// The number of the netdev; 0 if there is none.
    pub ifindex: u32,
    /// 1 if the function behind it is to be used, 0 if not, -1 if that is not told.
    pub active: i32,
    /// 1 if a driver uses the function behind it, 0 if none does, -1 if that is not told.
    pub attached: i32,
    /// The address of the function behind it; NULL if it is not told.
    pub hw_addr: *const c_char,
}

fn port_record(port: &Port, texts: &mut Texts) -> snic_port {
    let function = port.function.as_ref();
    snic_port {
        size: size_of::<snic_port>(),
        handle: texts.keep(&port.handle),
        flavour: texts.keep(port.flavour),
        name: texts.keep_any(port.name()),
        netdev: port.netdev.as_ref().map_or(null(), |name| texts.keep(name)),
        ifindex: port.ifindex.map_or(0, |index| index.0),
        active: tri(function.and_then(|own| own.state).map(|state| state == FunctionState::Active)),
        attached: tri(function.and_then(|own| own.opstate).map(|state| state == FunctionOpstate::Attached)),
        hw_addr: texts.keep_any(function.and_then(|own| own.hw_addr.as_ref())),
    }
}

/// Lists devlink ports; with `device` (else NULL) only those of this one. `*iter` is the caller's; freed with
/// `snic_port_iter_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_port_list(
    host: *const snic_host,
    device: *const c_char,
    iter: *mut *mut snic_port_iter,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let out = place_for(iter, "iter")?;
        let device = optional_text(device, "device")?.map(str::parse::<DevlinkHandle>).transpose()?;
        let ports = handle::get(host)?.host.devlink().ports(device.as_ref())?;
        *out = handle::give(List::of(&ports, port_record));
        Ok(())
    })
}

iterator!(snic_port_iter of snic_port, snic_port_next, snic_port_iter_free: "Ports, one after the other.");
