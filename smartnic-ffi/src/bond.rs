//! `snic_bond_*`: bonds, and what of them the NIC does itself.

use std::ffi::c_char;

use smartnic::bridge::{BondChange, BondMode, LagOffload};

use crate::argument::{optional_link, optional_number, optional_text, text};
use crate::entry::done;
use crate::error::{snic_error, snic_status};
use crate::handle;
use crate::host::snic_host;
use crate::list::{List, iterator, listed, number, tri};

/// A port of a bond.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct snic_bond_port {
    /// The size of this structure in the library.
    pub size: usize,
    /// The bond.
    pub bond: *const c_char,
    /// Its number.
    pub bond_ifindex: u32,
    /// How it shares: "802.3ad", "active-backup" and so on; NULL if that is not told.
    pub mode: *const c_char,
    /// 1 if the NIC itself sends over its ports, 0 if not, -1 if that is not known.
    pub offloaded: i32,
    /// How, or why not, in words.
    pub why: *const c_char,
    /// The port; NULL for a bond that has none.
    pub port: *const c_char,
    /// 1 if it carries packets, 0 if it waits, -1 if that is not told.
    pub active: i32,
    /// How often its link was lost; -1 if that is not told.
    pub failures: i64,
}

/// Lists bonds port by port, with what is known of their offload. `*iter` is the caller's; freed with
/// `snic_bond_port_iter_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_bond_list(
    host: *const snic_host,
    iter: *mut *mut snic_bond_port_iter,
    error: *mut *mut snic_error,
) -> snic_status {
    listed(host, iter, error, |host| {
        let all = host.bridging()?.bonds()?;
        let rows = all.iter().flat_map(|bond| {
            let ports: Vec<_> = match &bond.ports[..] {
                [] => vec![None],
                ports => ports.iter().map(Some).collect(),
            };
            ports.into_iter().map(move |port| (bond, port))
        });
        Ok(List::of(rows, |(bond, port), texts| {
            let (offloaded, why) = match &bond.offload {
                LagOffload::Active { how } => (1, how),
                LagOffload::Inactive { why } => (0, why),
                LagOffload::Unknown { why } => (-1, why),
            };
            snic_bond_port {
                size: size_of::<snic_bond_port>(),
                bond: texts.keep(&bond.name),
                bond_ifindex: bond.link.0,
                mode: texts.keep_any(bond.mode),
                offloaded,
                why: texts.keep(why),
                port: texts.keep_any(port.map(|port| &port.name)),
                active: tri(port.and_then(|port| port.active)),
                failures: number(port.and_then(|port| port.failures)),
            }
        }))
    })
}

iterator!(snic_bond_port_iter of snic_bond_port, snic_bond_port_next, snic_bond_port_iter_free:
    "Bonds, one port after the other.");

/// Changes a bond, or with `add` not 0 makes it; it is down at first. `mode` ("802.3ad", "active-backup", …) is NULL to keep it;
/// `miimon`, how often links are looked at in milliseconds, is -1 to keep it; `active` names the port that is to carry packets,
/// NULL to keep it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_bond_set(
    host: *const snic_host,
    name: *const c_char,
    add: i32,
    mode: *const c_char,
    miimon: i64,
    active: *const c_char,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let host = &handle::get(host)?.host;
        let miimon = optional_number(miimon, "miimon", "milliseconds")?;
        let change = BondChange {
            mode: optional_text(mode, "mode")?.map(str::parse::<BondMode>).transpose()?,
            miimon,
            hash_policy: None,
            active: optional_link(host, active, "active")?,
        };
        let name = text(name, "name")?;
        match add != 0 {
            true => host.bridging()?.add_bond(name, &change),
            false => host.bridging()?.set_bond(host.names()?.index(name)?, &change),
        }
    })
}
