//! `snic_resource_*`: what a device has only so much of.

use std::ffi::c_char;

use smartnic::device::{Resource, Resources};
use smartnic::{Error, ErrorKind};

use crate::argument::{optional_text, text};
use crate::entry::done;
use crate::error::{snic_error, snic_status};
use crate::handle;
use crate::host::snic_host;
use crate::list::{List, count, iterator, listed};

/// Something of which a device has only so much.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct snic_resource {
    /// The size of this structure in the library.
    pub size: usize,
    /// The device or port that it belongs to.
    pub place: *const c_char,
    /// Its path, such as "/IPv4/fib".
    pub path: *const c_char,
    /// What it is counted in, such as "entry".
    pub unit: *const c_char,
    /// Its number on the device.
    pub id: u64,
    /// Its size; UINT64_MAX for no limit.
    pub amount: u64,
    /// The size that it has after the next reload.
    pub amount_new: u64,
    /// The least that it can have.
    pub least: u64,
    /// The most that it can have; UINT64_MAX for no limit.
    pub most: u64,
    /// Its size is a multiple of this.
    pub granularity: u64,
    /// How much is in use; -1 if the driver does not tell.
    pub in_use: i64,
    /// 1 if its parts fit in, 0 if not, -1 if it has none.
    pub fits: i32,
}

/// Resources with their paths, parts behind what they are parts of.
fn flat<'a>(place: &str, above: &str, resource: &'a Resource, all: &mut Vec<(String, String, &'a Resource)>) {
    let path = format!("{above}/{}", resource.name);
    all.push((place.to_owned(), path.clone(), resource));
    resource.parts.iter().for_each(|part| flat(place, &path, part, all));
}

fn place_of(all: &Resources) -> String {
    all.port.map_or_else(|| all.device.to_string(), |port| all.device.port(port).to_string())
}

/// Lists resources of a device, or with `device` NULL of all devices and their ports (kernel 7.1 and later), parts behind
/// what they are parts of. `*iter` is the caller's; freed with `snic_resource_iter_free`.
///
/// Fails with UNSUPPORTED if the driver has none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_resource_list(
    host: *const snic_host,
    device: *const c_char,
    iter: *mut *mut snic_resource_iter,
    error: *mut *mut snic_error,
) -> snic_status {
    listed(host, iter, error, |host| {
        let owners = match optional_text(device, "device")? {
            Some(device) => vec![host.devlink().resources(&device.parse()?)?],
            None => host.devlink().all_resources(None, None)?,
        };
        let mut all = Vec::new();
        for owner in &owners {
            let place = place_of(owner);
            owner.resources.iter().for_each(|resource| flat(&place, "", resource, &mut all));
        }
        Ok(List::of(&all, |(place, path, resource), texts| snic_resource {
            size: size_of::<snic_resource>(),
            place: texts.keep(place),
            path: texts.keep(path),
            unit: texts.keep(resource.unit),
            id: resource.id,
            amount: resource.size,
            amount_new: resource.size_new.unwrap_or(resource.size),
            least: resource.size_min,
            most: resource.size_max,
            granularity: resource.granularity,
            in_use: count(resource.occupancy),
            fits: crate::list::tri(resource.size_valid),
        }))
    })
}

iterator!(snic_resource_iter of snic_resource, snic_resource_next, snic_resource_iter_free:
    "Resources of devices, one after the other.");

/// Changes the size of a resource of a device, by its path; it takes effect with the next reload.
///
/// Fails with NOT_FOUND if there is none at the path, INVALID_INPUT for a size that it cannot have.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_resource_set(
    host: *const snic_host,
    device: *const c_char,
    path: *const c_char,
    amount: u64,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let (device, path) = (text(device, "device")?.parse()?, text(path, "path")?);
        let devlink = handle::get(host)?.host.devlink();
        let all = devlink.resources(&device)?;
        let found = all.at(path).ok_or_else(|| {
            Error::new(ErrorKind::NotFound, "change a resource's size").on(format_args!("{device} {path}"))
        })?;
        devlink.set_resource(&device, found.id, amount)
    })
}
