//! `snic_trap_*`: packets that a device gives to the processor, their groups, and the limits on them.

use std::ffi::c_char;

use smartnic::Error;
use smartnic::device::{TrapAction, TrapGroupChange, TrapPolicerChange, TrapStats};

use crate::argument::{device_if_any, device_of, optional_number, optional_text, text};
use crate::entry::done;
use crate::error::{snic_error, snic_status};
use crate::handle;
use crate::host::snic_host;
use crate::list::{List, count, iterator, listed, number};

/// A packet trap.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct snic_trap {
    /// The size of this structure in the library.
    pub size: usize,
    /// The device.
    pub device: *const c_char,
    /// Its name, such as "ingress_vlan_filter".
    pub name: *const c_char,
    /// Why packets are trapped: "drop", "exception", "control".
    pub kind: *const c_char,
    /// What is done with them: "drop", "trap", "mirror".
    pub action: *const c_char,
    /// The group that it belongs to.
    pub group: *const c_char,
    /// 1 if many drivers share its meaning.
    pub generic: i32,
    /// Packets that reached the processor; -1 if they are not counted.
    pub packets: i64,
    /// Their bytes; -1 if they are not counted.
    pub bytes: i64,
    /// Packets that the device dropped before; -1 if they are not counted.
    pub dropped: i64,
}

fn counted(stats: TrapStats) -> (i64, i64, i64) {
    (count(stats.packets), count(stats.bytes), count(stats.dropped))
}

/// Lists packet traps; with `device` (else NULL) only those of this one. `*iter` is the caller's; freed with
/// `snic_trap_iter_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_trap_list(
    host: *const snic_host,
    device: *const c_char,
    iter: *mut *mut snic_trap_iter,
    error: *mut *mut snic_error,
) -> snic_status {
    listed(host, iter, error, |host| {
        let all = host.devlink().traps(device_if_any(device)?.as_ref())?;
        Ok(List::of(&all, |trap, texts| {
            let (packets, bytes, dropped) = counted(trap.stats);
            snic_trap {
                size: size_of::<snic_trap>(),
                device: texts.keep(&trap.device),
                name: texts.keep(&trap.name),
                kind: texts.keep(trap.kind),
                action: texts.keep(trap.action),
                group: texts.keep(&trap.group),
                generic: trap.generic.into(),
                packets,
                bytes,
                dropped,
            }
        }))
    })
}

iterator!(snic_trap_iter of snic_trap, snic_trap_next, snic_trap_iter_free: "Packet traps, one after the other.");

/// Sets what is done with the packets of a trap: "drop", "trap" or "mirror". The kernel keeps the action of traps that do not
/// drop, and the call succeeds: read it back.
///
/// Fails with NOT_FOUND if there is no such trap.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_trap_set(
    host: *const snic_host,
    device: *const c_char,
    name: *const c_char,
    action: *const c_char,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let action: TrapAction = text(action, "action")?.parse()?;
        let device = device_of(device)?;
        handle::get(host)?.host.devlink().set_trap(&device, text(name, "name")?, Some(action)).map(drop)
    })
}

/// A group of packet traps, which share a policer.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct snic_trap_group {
    /// The size of this structure in the library.
    pub size: usize,
    /// The device.
    pub device: *const c_char,
    /// Its name, such as "l2_drops".
    pub name: *const c_char,
    /// 1 if many drivers share its meaning.
    pub generic: i32,
    /// The policer that limits its packets; -1 for none.
    pub policer: i64,
    /// Packets that reached the processor; -1 if they are not counted.
    pub packets: i64,
    /// Their bytes; -1 if they are not counted.
    pub bytes: i64,
    /// Packets that the device dropped before; -1 if they are not counted.
    pub dropped: i64,
}

/// Lists groups of packet traps; with `device` (else NULL) only those of this one. `*iter` is the caller's; freed with
/// `snic_trap_group_iter_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_trap_group_list(
    host: *const snic_host,
    device: *const c_char,
    iter: *mut *mut snic_trap_group_iter,
    error: *mut *mut snic_error,
) -> snic_status {
    listed(host, iter, error, |host| {
        let all = host.devlink().trap_groups(device_if_any(device)?.as_ref())?;
        Ok(List::of(&all, |group, texts| {
            let (packets, bytes, dropped) = counted(group.stats);
            snic_trap_group {
                size: size_of::<snic_trap_group>(),
                device: texts.keep(&group.device),
                name: texts.keep(&group.name),
                generic: group.generic.into(),
                policer: number(group.policer),
                packets,
                bytes,
                dropped,
            }
        }))
    })
}

iterator!(snic_trap_group_iter of snic_trap_group, snic_trap_group_next, snic_trap_group_iter_free:
    "Groups of packet traps, one after the other.");

/// Changes a group: the action of all its traps that drop ("drop", "trap", "mirror"; NULL keeps them), and its policer (-1
/// keeps it, 0 takes it away).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_trap_group_set(
    host: *const snic_host,
    device: *const c_char,
    name: *const c_char,
    action: *const c_char,
    policer: i64,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let action = optional_text(action, "action")?.map(str::parse).transpose()?;
        let policer = optional_number(policer, "policer", "a number")?;
        if action.is_none() && policer.is_none() {
            return Err(Error::invalid("set a group of packet traps", "nothing is to be set"));
        }
        let change = TrapGroupChange { action, policer };
        let (device, name) = (device_of(device)?, text(name, "name")?);
        handle::get(host)?.host.devlink().set_trap_group(&device, name, &change).map(drop)
    })
}

/// A limit on packets that reach the processor.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct snic_trap_policer {
    /// The size of this structure in the library.
    pub size: usize,
    /// The device.
    pub device: *const c_char,
    /// Its number.
    pub id: u32,
    /// Packets in a second.
    pub rate: u64,
    /// Packets at once.
    pub burst: u64,
    /// Packets that it dropped; -1 if they are not counted.
    pub dropped: i64,
}

/// Lists policers of packet traps; with `device` (else NULL) only those of this one. `*iter` is the caller's; freed with
/// `snic_trap_policer_iter_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_trap_policer_list(
    host: *const snic_host,
    device: *const c_char,
    iter: *mut *mut snic_trap_policer_iter,
    error: *mut *mut snic_error,
) -> snic_status {
    listed(host, iter, error, |host| {
        let all = host.devlink().trap_policers(device_if_any(device)?.as_ref())?;
        Ok(List::of(&all, |policer, texts| snic_trap_policer {
            size: size_of::<snic_trap_policer>(),
            device: texts.keep(&policer.device),
            id: policer.id,
            rate: policer.rate,
            burst: policer.burst,
            dropped: count(policer.stats.and_then(|stats| stats.dropped)),
        }))
    })
}

iterator!(snic_trap_policer_iter of snic_trap_policer, snic_trap_policer_next, snic_trap_policer_iter_free:
    "Policers of packet traps, one after the other.");

/// Changes how many packets a policer lets pass in a second and at once; 0 keeps what there is.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_trap_policer_set(
    host: *const snic_host,
    device: *const c_char,
    id: u32,
    rate: u64,
    burst: u64,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let given = |number: u64| (number != 0).then_some(number);
        let change = TrapPolicerChange { rate: given(rate), burst: given(burst) };
        let device = device_of(device)?;
        handle::get(host)?.host.devlink().set_trap_policer(&device, id, &change)
    })
}
