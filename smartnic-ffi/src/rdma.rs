//! `snic_rdma_*`: RDMA devices, ports and addresses.

use std::ffi::c_char;
use std::net::IpAddr;

use smartnic::Error;
use smartnic::adapter::Unit;
use smartnic::rdma::{Wanted, best_gid, gids};

use crate::argument::{optional_text, place_for, text};
use crate::entry::done;
use crate::error::{snic_error, snic_status};
use crate::handle;
use crate::host::snic_host;
use crate::list::{List, Texts, iterator, listed};

/// An RDMA device.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct snic_rdma_device {
    /// The size of this structure in the library.
    pub size: usize,
    /// Its name, such as "mlx5_0".
    pub name: *const c_char,
    /// Its number.
    pub index: u32,
    /// How many ports it has; they are numbered from 1.
    pub ports: u32,
    /// What it carries: "ib", "roce", "iw" and so on; NULL if that is not told.
    pub protocol: *const c_char,
    /// The version of its firmware; NULL if that is not told.
    pub firmware: *const c_char,
    /// Its GUID; NULL if that is not told.
    pub node_guid: *const c_char,
}

/// Lists the RDMA devices of a host. `*iter` is the caller's; freed with `snic_rdma_device_iter_free`.
///
/// Fails with UNSUPPORTED if the kernel has no RDMA.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_rdma_device_list(
    host: *const snic_host,
    iter: *mut *mut snic_rdma_device_iter,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let out = place_for(iter, "iter")?;
        let all = handle::get(host)?.host.rdma()?.rdma_devices()?;
        *out = handle::give(List::of(&all, |device, texts| snic_rdma_device {
            size: size_of::<snic_rdma_device>(),
            name: texts.keep(&device.name),
            index: device.index,
            ports: device.ports,
            protocol: texts.keep_any(device.protocol.as_ref()),
            firmware: texts.keep_any(device.firmware.as_ref()),
            node_guid: texts.keep_any(device.node_guid),
        }));
        Ok(())
    })
}

iterator!(snic_rdma_device_iter of snic_rdma_device, snic_rdma_device_next, snic_rdma_device_iter_free:
    "RDMA devices, one after the other.");

/// A port of an RDMA device.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct snic_rdma_port {
    /// The size of this structure in the library.
    pub size: usize,
    /// The device.
    pub device: *const c_char,
    /// Its number, from 1.
    pub port: u32,
    /// Its local identifier (InfiniBand); 0 if there is none.
    pub lid: u32,
    /// The local identifier of its subnet manager (InfiniBand); 0 if there is none.
    pub sm_lid: u32,
    /// Its logical state: "DOWN", "INIT", "ARMED", "ACTIVE"; NULL if that is not told.
    pub state: *const c_char,
    /// Its physical state: "LINK_UP", "POLLING" and so on; NULL if that is not told.
    pub phys_state: *const c_char,
    /// The network link under it; NULL if there is none.
    pub netdev: *const c_char,
    /// The number of that link; 0 if there is none.
    pub ifindex: u32,
}

/// Lists the ports of an RDMA device. `*iter` is the caller's; freed with `snic_rdma_port_iter_free`.
///
/// Fails with NOT_FOUND if there is no such device.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_rdma_port_list(
    host: *const snic_host,
    device: *const c_char,
    iter: *mut *mut snic_rdma_port_iter,
    error: *mut *mut snic_error,
) -> snic_status {
    listed(host, iter, error, |host| {
        let all = host.rdma()?.rdma_ports(text(device, "device")?)?;
        Ok(List::of(&all, |port, texts| snic_rdma_port {
            size: size_of::<snic_rdma_port>(),
            device: texts.keep(&port.device),
            port: port.number,
            lid: port.lid.unwrap_or(0),
            sm_lid: port.sm_lid.unwrap_or(0),
            state: texts.keep_any(port.state),
            phys_state: texts.keep_any(port.phys_state),
            netdev: texts.keep_any(port.netdev.as_ref()),
            ifindex: port.netdev_index.unwrap_or(0),
        }))
    })
}

iterator!(snic_rdma_port_iter of snic_rdma_port, snic_rdma_port_next, snic_rdma_port_iter_free:
    "Ports of RDMA devices, one after the other.");

/// A counter of an RDMA port.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct snic_rdma_counter {
    /// The size of this structure in the library.
    pub size: usize,
    /// The driver's name for it.
    pub name: *const c_char,
    /// What was counted.
    pub value: u64,
    /// The name that it has for every vendor; NULL if that is not known.
    pub canonical: *const c_char,
    /// In what it counts; NULL if that is not known.
    pub unit: *const c_char,
    /// What it tells; NULL if that is not known.
    pub meaning: *const c_char,
    /// 1 if the driver counts it beside those that every port has.
    pub hardware: i32,
}

/// What a unit is called.
fn word(unit: Unit) -> Option<String> {
    serde_json::to_value(unit).ok()?.as_str().map(str::to_owned)
}

/// Lists the counters of an RDMA port: first the driver's own, then those that every port has. `*iter` is the caller's; freed
/// with `snic_rdma_counter_iter_free`.
///
/// Fails with NOT_FOUND if there is no such device.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_rdma_counter_list(
    host: *const snic_host,
    device: *const c_char,
    port: u32,
    iter: *mut *mut snic_rdma_counter_iter,
    error: *mut *mut snic_error,
) -> snic_status {
    listed(host, iter, error, |host| {
        let all = smartnic::rdma::counters(host, text(device, "device")?, port)?;
        Ok(List::of(&all, |counter, texts| snic_rdma_counter {
            size: size_of::<snic_rdma_counter>(),
            name: texts.keep(&counter.name),
            value: counter.value,
            canonical: texts.keep_any(counter.canonical),
            unit: texts.keep_any(counter.unit.and_then(word)),
            meaning: texts.keep_any(counter.meaning),
            hardware: counter.hardware.into(),
        }))
    })
}

iterator!(snic_rdma_counter_iter of snic_rdma_counter, snic_rdma_counter_next, snic_rdma_counter_iter_free:
    "Counters of an RDMA port, one after the other.");

/// An address in an RDMA fabric.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct snic_gid {
    /// The size of this structure in the library.
    pub size: usize,
    /// The device that it belongs to.
    pub device: *const c_char,
    /// The port of the device.
    pub port: u32,
    /// Its place in the table, which changes as addresses come and go.
    pub index: u32,
    /// Its 16 bytes, the first as printed.
    pub raw: [u8; 16],
    /// In words: eight groups of four digits.
    pub gid: *const c_char,
    /// How packets with it travel: "IB", "RoCE v1" or "RoCE v2"; NULL if that is not told.
    pub kind: *const c_char,
    /// The network link that it belongs to; NULL if there is none.
    pub netdev: *const c_char,
    /// Why it was chosen, a line each; NULL in lists.
    pub reasons: *const c_char,
}

fn gid_record(entry: &smartnic::rdma::GidEntry, reasons: Option<String>, texts: &mut Texts) -> snic_gid {
    snic_gid {
        size: size_of::<snic_gid>(),
        device: texts.keep(&entry.device),
        port: entry.port,
        index: entry.index,
        raw: entry.gid.0,
        gid: texts.keep(entry.gid),
        kind: texts.keep_any(entry.kind),
        netdev: texts.keep_any(entry.netdev.as_ref()),
        reasons: texts.keep_any(reasons),
    }
}

/// Lists addresses; with `device` (else NULL) only those of this one, with `port` (else 0) only those of this port. `*iter`
/// is the caller's; freed with `snic_gid_iter_free`.
///
/// Fails with NOT_FOUND if there is no such device.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_gid_list(
    host: *const snic_host,
    device: *const c_char,
    port: u32,
    iter: *mut *mut snic_gid_iter,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let out = place_for(iter, "iter")?;
        let device = optional_text(device, "device")?;
        let all = gids(&handle::get(host)?.host, device, (port != 0).then_some(port))?;
        *out = handle::give(List::of(&all, |entry, texts| gid_record(entry, None, texts)));
        Ok(())
    })
}

iterator!(snic_gid_iter of snic_gid, snic_gid_next, snic_gid_iter_free: "Addresses, one after the other.");

/// Chooses the address to reach an IP address with, by the kernel's route, never by a place in a table. With `device` (else
/// NULL) only on this one; with `kind` (else NULL) only of this type: "ib", "roce-v1", "roce-v2". `*iter` has it as its only
/// record, with the reasons; it is the caller's, freed with `snic_gid_iter_free`.
///
/// Fails with NOT_FOUND if no address fits, with what speaks against each.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_gid_best(
    host: *const snic_host,
    to: *const c_char,
    device: *const c_char,
    kind: *const c_char,
    iter: *mut *mut snic_gid_iter,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let out = place_for(iter, "iter")?;
        let to = text(to, "to")?;
        let wrong = |_| Error::parse("choose a GID", "expected an IP address").on(to);
        let address: IpAddr = to.parse().map_err(wrong)?;
        let kind = optional_text(kind, "kind")?.map(str::parse).transpose()?;
        let wanted = Wanted { kind, device: optional_text(device, "device")?, port: None };
        let choice = best_gid(&handle::get(host)?.host, address, &wanted)?;
        *out = handle::give(List::of([choice], |choice, texts| {
            gid_record(&choice.entry, Some(choice.reasons.join("\n")), texts)
        }));
        Ok(())
    })
}
