//! `snic_rdma_*`: RDMA devices, ports and addresses.

use std::ffi::c_char;
use std::net::IpAddr;

use smartnic::Error;
use smartnic::rdma::{Wanted, best_gid, gids};

use crate::argument::{optional_text, place_for, text};
use crate::entry::{done, enter};
use crate::error::{snic_error, snic_status};
use crate::handle::{self, opaque};
use crate::host::snic_host;
use crate::list::{List, Texts};

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

/// RDMA devices, one after the other.
pub struct snic_rdma_device_iter {
    _opaque: [u8; 0],
}
opaque!(snic_rdma_device_iter, List<snic_rdma_device>);

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

/// Lends the next record in `*out`, which lives as long as the iterator. Returns `SNIC_STATUS_END` behind the last.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_rdma_device_next(
    iter: *mut snic_rdma_device_iter,
    out: *mut *const snic_rdma_device,
    error: *mut *mut snic_error,
) -> snic_status {
    enter(error, || handle::get_mut(iter)?.next(out))
}

/// Frees an iterator; NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_rdma_device_iter_free(iter: *mut snic_rdma_device_iter) -> snic_status {
    handle::free(iter)
}

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

/// Addresses, one after the other.
pub struct snic_gid_iter {
    _opaque: [u8; 0],
}
opaque!(snic_gid_iter, List<snic_gid>);

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

/// Lends the next record in `*out`, which lives as long as the iterator. Returns `SNIC_STATUS_END` behind the last.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_gid_next(
    iter: *mut snic_gid_iter,
    out: *mut *const snic_gid,
    error: *mut *mut snic_error,
) -> snic_status {
    enter(error, || handle::get_mut(iter)?.next(out))
}

/// Frees an iterator; NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_gid_iter_free(iter: *mut snic_gid_iter) -> snic_status {
    handle::free(iter)
}

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
