//! `snic_counter_*`: what links, their drivers and their PHYs count.

use std::ffi::c_char;

use smartnic::settings;

use crate::argument::{optional_text, text};
use crate::error::{snic_error, snic_status};
use crate::host::snic_host;
use crate::list::{List, iterator, listed};

/// A counter of a link.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct snic_counter {
    /// The size of this structure in the library.
    pub size: usize,
    /// The group: "eth-phy", "eth-mac", "eth-ctrl", "rmon", "phydev"; "private" for the driver's own, "phy" for the PHY's own.
    pub group: *const c_char,
    /// The counter, as the standard or the driver names it. Of frames by their length: "received" or "sent".
    pub name: *const c_char,
    /// What was counted.
    pub value: u64,
    /// Of frames by their length: the least, in bytes; else 0.
    pub low: u32,
    /// Of frames by their length: the greatest, in bytes; else 0.
    pub high: u32,
}

/// Lists counters of a link. `groups` names those that are wanted with commas between them (see `snic_counter.group`); NULL
/// stands for all groups of standards that the kernel has. `source` (else NULL) is "emac" or "pmac" where frames that give
/// way have a MAC of their own. `*iter` is the caller's; freed with `snic_counter_iter_free`.
///
/// Fails with UNSUPPORTED if the driver counts nothing of a group that is named.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_counter_list(
    host: *const snic_host,
    link: *const c_char,
    groups: *const c_char,
    source: *const c_char,
    iter: *mut *mut snic_counter_iter,
    error: *mut *mut snic_error,
) -> snic_status {
    listed(host, iter, error, |host| {
        let groups = optional_text(groups, "groups")?.map(|words| words.split(',').collect::<Vec<_>>());
        let source = optional_text(source, "source")?.map(str::parse).transpose()?;
        let all = settings::counters(host, text(link, "link")?, groups.as_deref(), source)?;
        Ok(List::of(&all, |counter, texts| {
            let (low, high) = counter.bytes.unwrap_or_default();
            snic_counter {
                size: size_of::<snic_counter>(),
                group: texts.keep(&counter.group),
                name: texts.keep(&counter.name),
                value: counter.value,
                low,
                high,
            }
        }))
    })
}

iterator!(snic_counter_iter of snic_counter, snic_counter_next, snic_counter_iter_free:
    "Counters of a link, one after the other.");
