//! `snic_region_*`: regions of a device's memory, and snapshots of them.

use std::ffi::c_char;

use smartnic::Result;
use smartnic::device::{RegionChunk, RegionId, RegionRead};

use crate::argument::{device_if_any, place, text};
use crate::entry::{done, misuse};
use crate::error::{snic_error, snic_status};
use crate::handle;
use crate::host::snic_host;
use crate::list::{List, count, iterator, listed, number};

/// A region of a device's memory.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct snic_region {
    /// The size of this structure in the library.
    pub size: usize,
    /// Its name with what it belongs to, as the other functions take it: "pci/0000:03:00.0/nvm-flash".
    pub region: *const c_char,
    /// What it belongs to: a device or a port.
    pub place: *const c_char,
    /// Its name.
    pub name: *const c_char,
    /// Its size in bytes; -1 if that is not told.
    pub bytes: i64,
    /// How many snapshots are kept.
    pub snapshots: u32,
    /// Their numbers, with spaces between them.
    pub snapshot_ids: *const c_char,
    /// How many can be kept; -1 if that is not told.
    pub max_snapshots: i64,
}

/// Lists regions; with `device` (else NULL) only those of this one and its ports. `*iter` is the caller's; freed with
/// `snic_region_iter_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_region_list(
    host: *const snic_host,
    device: *const c_char,
    iter: *mut *mut snic_region_iter,
    error: *mut *mut snic_error,
) -> snic_status {
    listed(host, iter, error, |host| {
        let all = host.devlink().regions(device_if_any(device)?.as_ref())?;
        Ok(List::of(&all, |region, texts| {
            let ids = region.snapshots.as_deref().unwrap_or_default();
            snic_region {
                size: size_of::<snic_region>(),
                region: texts.keep(&region.id),
                place: texts.keep(&region.id.place),
                name: texts.keep(&region.id.name),
                bytes: count(region.size),
                snapshots: ids.len() as u32,
                snapshot_ids: texts.keep(ids.iter().map(u32::to_string).collect::<Vec<_>>().join(" ")),
                max_snapshots: number(region.max_snapshots),
            }
        }))
    })
}

iterator!(snic_region_iter of snic_region, snic_region_next, snic_region_iter_free:
    "Regions of devices' memory, one after the other.");

fn region_of(region: *const c_char) -> Result<RegionId> {
    text(region, "region")?.parse()
}

/// A number, or -1 for none.
fn optional(given: i64, name: &str) -> Result<Option<u32>> {
    match given {
        -1 => Ok(None),
        given => u32::try_from(given).map(Some).map_err(|_| misuse(name, "it must be a number, or -1")),
    }
}

/// Takes a snapshot of a region ("pci/0000:03:00.0/nvm-flash") under the number `number`, or with -1 under a free one.
/// `*taken`, unless NULL, becomes the number.
///
/// Fails with ALREADY_EXISTS if the number is in use, NO_SPACE if no more can be kept.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_region_snapshot(
    host: *const snic_host,
    region: *const c_char,
    number: i64,
    taken: *mut u32,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let number = optional(number, "number")?;
        let id = handle::get(host)?.host.devlink().take_snapshot(&region_of(region)?, number)?;
        if !taken.is_null() {
            *place(taken, "taken")? = id;
        }
        Ok(())
    })
}

/// Removes a snapshot.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_region_remove(
    host: *const snic_host,
    region: *const c_char,
    snapshot: u32,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || handle::get(host)?.host.devlink().remove_snapshot(&region_of(region)?, snapshot))
}

/// Reads `length` bytes of a snapshot (with -1 of the device itself, which few drivers allow) from `address` on into the
/// caller's buffer, which has room for them. `*read` becomes how many there were: fewer at the end of the region.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_region_read(
    host: *const snic_host,
    region: *const c_char,
    snapshot: i64,
    address: u64,
    buffer: *mut u8,
    length: usize,
    read: *mut usize,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let out = place(read, "read")?;
        *out = 0;
        if buffer.is_null() {
            return Err(misuse("buffer", "it is NULL"));
        }
        let wanted =
            RegionRead { snapshot: optional(snapshot, "snapshot")?, range: Some((address, length as u64)) };
        let mut put = |chunk: &RegionChunk| {
            // Drivers answer what was asked for; what lies elsewhere has no place here.
            let Some(at) = chunk.address.checked_sub(address).and_then(|at| usize::try_from(at).ok()) else {
                return Ok(());
            };
            let room = length.saturating_sub(at).min(chunk.data.len());
            if room > 0 {
                // SAFETY: the caller promises `length` bytes, and the piece ends within them.
                unsafe { std::ptr::copy_nonoverlapping(chunk.data.as_ptr(), buffer.add(at), room) };
                *out = (*out).max(at + room);
            }
            Ok(())
        };
        handle::get(host)?.host.devlink().read_region(&region_of(region)?, &wanted, &mut put)
    })
}
