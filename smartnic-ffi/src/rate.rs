//! `snic_rate_*`: how much ports, and groups of them, may send.

use std::ffi::c_char;
use std::ptr::null;

use smartnic::Result;
use smartnic::device::{NewParent, RateChange, RateName, RateParent};

use crate::argument::{device_if_any, known_bits, optional_text, options, prefixed, text};
use crate::entry::done;
use crate::error::{snic_error, snic_status};
use crate::handle;
use crate::host::snic_host;
use crate::list::{List, iterator, listed};

/// A rate object: the leaf of a port, or a node that groups others.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct snic_rate {
    /// The size of this structure in the library.
    pub size: usize,
    /// Its name: "pci/0000:03:00.0/1" is the leaf of a port, "pci/0000:03:00.0/tenants" a node.
    pub name: *const c_char,
    /// 1 if it is a node, 0 if it is a leaf.
    pub is_node: i32,
    /// 1 if the shares of traffic classes are told.
    pub has_tc_shares: i32,
    /// What it is to have at least, in bytes a second; 0 for nothing promised.
    pub share: u64,
    /// What it has at most, in bytes a second; 0 for no limit.
    pub max: u64,
    /// Its place in strict priority, the highest first.
    pub priority: u32,
    /// Its weight among those of the same priority.
    pub weight: u32,
    /// The shares of the traffic classes.
    pub tc_shares: [u32; 8],
    /// The node that it hangs below; NULL if it stands at the top.
    pub parent: *const c_char,
    /// The device of that node, if it is another one; else NULL.
    pub parent_device: *const c_char,
}

/// Lists rate objects; with `device` (else NULL) only those of this one. `*iter` is the caller's; freed with
/// `snic_rate_iter_free`. Most drivers have them in switchdev mode, one for each port of a function.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_rate_list(
    host: *const snic_host,
    device: *const c_char,
    iter: *mut *mut snic_rate_iter,
    error: *mut *mut snic_error,
) -> snic_status {
    listed(host, iter, error, |host| {
        let all = host.devlink().rates(device_if_any(device)?.as_ref())?;
        Ok(List::of(&all, |rate, texts| snic_rate {
            size: size_of::<snic_rate>(),
            name: texts.keep(&rate.name),
            is_node: matches!(rate.name, RateName::Node { .. }).into(),
            has_tc_shares: rate.tc_bw.is_some().into(),
            share: rate.tx_share,
            max: rate.tx_max,
            priority: rate.tx_priority,
            weight: rate.tx_weight,
            tc_shares: rate.tc_bw.unwrap_or_default(),
            parent: texts.keep_any(rate.parent.as_ref().map(|parent| &parent.node)),
            parent_device: texts.keep_any(rate.parent.as_ref().and_then(|parent| parent.device.as_ref())),
        }))
    })
}

iterator!(snic_rate_iter of snic_rate, snic_rate_next, snic_rate_iter_free: "Rate objects, one after the other.");

/// For `snic_rate_settings.set`: `share` is given.
pub const SNIC_RATE_SHARE: u32 = 1;
/// For `snic_rate_settings.set`: `max` is given.
pub const SNIC_RATE_MAX: u32 = 2;
/// For `snic_rate_settings.set`: `priority` is given.
pub const SNIC_RATE_PRIORITY: u32 = 4;
/// For `snic_rate_settings.set`: `weight` is given.
pub const SNIC_RATE_WEIGHT: u32 = 8;
/// For `snic_rate_settings.set`: `tc_shares` are given.
pub const SNIC_RATE_TC_SHARES: u32 = 16;
/// For `snic_rate_settings.set`: `parent` is given.
pub const SNIC_RATE_PARENT: u32 = 32;

/// What a rate object is to have.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct snic_rate_settings {
    /// `sizeof(snic_rate_settings)`.
    pub size: usize,
    /// Which of the fields are given: `SNIC_RATE_SHARE` and its like, joined by `|`. All others stay as they are.
    pub set: u32,
    /// Its place in strict priority, the highest first.
    pub priority: u32,
    /// Its weight among those of the same priority.
    pub weight: u32,
    /// What it is to have at least, in bytes a second; 0 for nothing.
    pub share: u64,
    /// What it has at most, in bytes a second; 0 for no limit.
    pub max: u64,
    /// The shares of the traffic classes.
    pub tc_shares: [u32; 8],
    /// The node to hang it below, by its name on the device; NULL hangs it at the top.
    pub parent: *const c_char,
    /// The device of that node, if it is another one; else NULL.
    pub parent_device: *const c_char,
}
prefixed!(snic_rate_settings up to parent_device: *const c_char);

impl Default for snic_rate_settings {
    fn default() -> Self {
        let (size, set, priority, weight, share, max, tc_shares) = (0, 0, 0, 0, 0, 0, [0; 8]);
        Self { size, set, priority, weight, share, max, tc_shares, parent: null(), parent_device: null() }
    }
}

impl snic_rate_settings {
    fn change(&self) -> Result<RateChange> {
        known_bits(self.set, 63, "snic_rate_settings.set")?;
        let has = |bit| self.set & bit != 0;
        let parent = || -> Result<NewParent> {
            let Some(node) = optional_text(self.parent, "parent")? else { return Ok(NewParent::None) };
            let device = optional_text(self.parent_device, "parent_device")?.map(str::parse).transpose()?;
            Ok(NewParent::Node(RateParent { node: node.to_owned(), device }))
        };
        Ok(RateChange {
            tx_share: has(SNIC_RATE_SHARE).then_some(self.share),
            tx_max: has(SNIC_RATE_MAX).then_some(self.max),
            tx_priority: has(SNIC_RATE_PRIORITY).then_some(self.priority),
            tx_weight: has(SNIC_RATE_WEIGHT).then_some(self.weight),
            tc_bw: has(SNIC_RATE_TC_SHARES).then_some(self.tc_shares),
            parent: has(SNIC_RATE_PARENT).then(parent).transpose()?,
        })
    }
}

/// Makes a node ("pci/0000:03:00.0/tenants"). `settings` may be NULL. Leaves come with their ports and cannot be made.
///
/// Fails with UNSUPPORTED if the driver has no nodes, ALREADY_EXISTS if there is one of this name.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_rate_add(
    host: *const snic_host,
    name: *const c_char,
    settings: *const snic_rate_settings,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let (name, change) = (text(name, "name")?.parse()?, options(settings)?.change()?);
        handle::get(host)?.host.devlink().add_rate(&name, &change).map(drop)
    })
}

/// Changes a leaf or a node. The kernel goes through the settings one by one, the parent last: what came before a refused one
/// stays changed.
///
/// Fails with NOT_FOUND if there is no such object.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_rate_set(
    host: *const snic_host,
    name: *const c_char,
    settings: *const snic_rate_settings,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let (name, change) = (text(name, "name")?.parse()?, options(settings)?.change()?);
        handle::get(host)?.host.devlink().set_rate(&name, &change).map(drop)
    })
}

/// Removes a node; nothing may hang below it.
///
/// Fails with NOT_FOUND if there is no such node, BUSY while something hangs below it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_rate_remove(
    host: *const snic_host,
    name: *const c_char,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || handle::get(host)?.host.devlink().remove_rate(&text(name, "name")?.parse()?).map(drop))
}
