//! `snic_mdb_*`: members of multicast groups behind ports of bridges.

use std::ffi::c_char;

use smartnic::bridge::MdbEntry;

use crate::argument::{link_of, optional_number, text};
use crate::entry::done;
use crate::error::{snic_error, snic_status};
use crate::handle;
use crate::host::snic_host;
use crate::list::{List, iterator, listed};

/// A member of a multicast group.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct snic_mdb {
    /// The size of this structure in the library.
    pub size: usize,
    /// The bridge.
    pub bridge: *const c_char,
    /// The port behind which it is.
    pub port: *const c_char,
    /// The group: an IP address or a MAC address.
    pub group: *const c_char,
    /// The only sender that it wants; NULL for any.
    pub source: *const c_char,
    /// The VLAN; -1 for none.
    pub vlan: i32,
    /// 1 if it stays until somebody removes it.
    pub permanent: i32,
    /// What the kernel says of it, with spaces between them.
    pub flags: *const c_char,
}

/// Lists the members of multicast groups. `*iter` is the caller's; freed with `snic_mdb_iter_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_mdb_list(
    host: *const snic_host,
    iter: *mut *mut snic_mdb_iter,
    error: *mut *mut snic_error,
) -> snic_status {
    listed(host, iter, error, |host| {
        let (all, names) = (host.bridging()?.mdb()?, host.names()?);
        Ok(List::of(&all, |entry, texts| snic_mdb {
            size: size_of::<snic_mdb>(),
            bridge: texts.keep(names.name(entry.bridge)),
            port: texts.keep(names.name(entry.port)),
            group: texts.keep(entry.group),
            source: texts.keep_any(entry.source),
            vlan: entry.vlan.map_or(-1, i32::from),
            permanent: entry.permanent.into(),
            flags: texts.keep(entry.flags.names().collect::<Vec<_>>().join(" ")),
        }))
    })
}

iterator!(snic_mdb_iter of snic_mdb, snic_mdb_next, snic_mdb_iter_free:
    "Members of multicast groups, one after the other.");

/// Adds a member behind a port to a multicast group, or with `remove` not 0 removes it. `vlan` is -1 for none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_mdb_set(
    host: *const snic_host,
    bridge: *const c_char,
    port: *const c_char,
    group: *const c_char,
    vlan: i32,
    permanent: i32,
    remove: i32,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let host = &handle::get(host)?.host;
        let vlan = optional_number(vlan.into(), "vlan", "a VLAN")?;
        let entry = MdbEntry {
            bridge: link_of(host, bridge, "bridge")?,
            port: link_of(host, port, "port")?,
            group: text(group, "group")?.parse()?,
            source: None,
            vlan,
            permanent: permanent != 0,
            flags: Default::default(),
            unknown: Vec::new(),
        };
        match remove != 0 {
            true => host.bridging()?.remove_mdb(&entry),
            false => host.bridging()?.add_mdb(&entry),
        }
    })
}
