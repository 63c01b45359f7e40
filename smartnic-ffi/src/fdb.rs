//! `snic_fdb_*`: the addresses that bridges, devices and tunnels forward by.

use std::ffi::c_char;

use smartnic::bridge::{FdbAdd, FdbEntry, FdbFlags, FdbState};
use smartnic::types::IfIndex;
use smartnic::{Error, Result};

use crate::argument::{link_of, optional_link, optional_text, options, prefixed, text};
use crate::entry::{done, misuse};
use crate::error::{snic_error, snic_status};
use crate::handle;
use crate::host::snic_host;
use crate::list::{List, iterator, listed, number};

/// An address that a bridge, a device or a tunnel forwards by.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct snic_fdb {
    /// The size of this structure in the library.
    pub size: usize,
    /// The link behind which it is.
    pub link: *const c_char,
    /// The MAC address.
    pub mac: *const c_char,
    /// The VLAN; -1 for none.
    pub vlan: i32,
    /// "permanent", "static", "dynamic", "stale".
    pub state: *const c_char,
    /// What the kernel says of it, such as "master offload", with spaces between them.
    pub flags: *const c_char,
    /// 1 if a NIC forwards by it itself.
    pub offloaded: i32,
    /// The number of the bridge; 0 for none.
    pub master: u32,
    /// Of a tunnel: the other end; NULL otherwise.
    pub dst: *const c_char,
    /// Of a tunnel: the network identifier; -1 for none.
    pub vni: i64,
}

/// Lists addresses: all, those of a bridge, or those behind one link (each NULL for any). `*iter` is the caller's; freed with
/// `snic_fdb_iter_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_fdb_list(
    host: *const snic_host,
    bridge: *const c_char,
    link: *const c_char,
    iter: *mut *mut snic_fdb_iter,
    error: *mut *mut snic_error,
) -> snic_status {
    listed(host, iter, error, |host| {
        let bridge = optional_link(host, bridge, "bridge")?;
        let link = optional_link(host, link, "link")?;
        let (all, names) = (host.bridging()?.fdb(bridge, link)?, host.names()?);
        Ok(List::of(&all, |entry, texts| snic_fdb {
            size: size_of::<snic_fdb>(),
            link: texts.keep(names.name(entry.link)),
            mac: texts.keep(entry.mac),
            vlan: entry.vlan.map_or(-1, i32::from),
            state: texts.keep(entry.state),
            flags: texts.keep(entry.flags.names().collect::<Vec<_>>().join(" ")),
            offloaded: entry.flags.contains(FdbFlags::OFFLOAD).into(),
            master: entry.master.map_or(0, |master| master.0),
            dst: texts.keep_any(entry.dst),
            vni: number(entry.vni),
        }))
    })
}

iterator!(snic_fdb_iter of snic_fdb, snic_fdb_next, snic_fdb_iter_free: "Addresses, one after the other.");

/// Which address, and where it is kept.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct snic_fdb_options {
    /// `sizeof(snic_fdb_options)`.
    pub size: usize,
    /// Not 0: it is kept by the bridge; otherwise by the device itself, as with `bridge`.
    pub master: i32,
    /// Not 0: it takes the place of one that there is.
    pub replace: i32,
    /// Not 0: it is not kept for ever but forgotten when it sends nothing.
    pub dynamic: i32,
    /// Not 0: packets to it are for this machine (permanent).
    pub permanent: i32,
    /// Not 0: it stays although it is seen behind another port.
    pub sticky: i32,
    /// The VLAN, if `in_vlan` is not 0.
    pub vlan: u16,
    /// Not 0: it is of the VLAN `vlan`.
    pub in_vlan: i32,
    /// Of a tunnel: the other end; NULL for none.
    pub dst: *const c_char,
    /// Of a tunnel: the network identifier, if `in_network` is not 0.
    pub vni: u32,
    /// Not 0: it is of the network `vni`.
    pub in_network: i32,
}
prefixed!(snic_fdb_options up to in_network: i32);

impl Default for snic_fdb_options {
    fn default() -> Self {
        let (size, master, replace, dynamic, permanent, sticky, vlan, in_vlan) = (0, 0, 0, 0, 0, 0, 0, 0);
        let dst = std::ptr::null();
        Self { size, master, replace, dynamic, permanent, sticky, vlan, in_vlan, dst, vni: 0, in_network: 0 }
    }
}

impl snic_fdb_options {
    fn entry(&self, link: IfIndex, mac: &str) -> Result<FdbEntry> {
        let mut entry = FdbEntry::new(link, mac.parse()?);
        entry.state = match (self.permanent != 0, self.dynamic != 0) {
            (true, true) => {
                return Err(misuse("snic_fdb_options", "an address is permanent or dynamic, not both"));
            }
            (true, false) => FdbState::Permanent,
            (false, true) => FdbState::Dynamic,
            (false, false) => FdbState::Static,
        };
        entry.flags = if self.master != 0 { FdbFlags::MASTER } else { FdbFlags::SELF };
        if self.sticky != 0 {
            entry.flags |= FdbFlags::STICKY;
        }
        entry.vlan = (self.in_vlan != 0).then_some(self.vlan);
        let dst = optional_text(self.dst, "dst")?;
        let wrong = |_| Error::parse("add an address", "expected an IP address");
        entry.dst = dst.map(|dst| dst.parse().map_err(wrong)).transpose()?;
        entry.vni = (self.in_network != 0).then_some(self.vni);
        Ok(entry)
    }
}

/// Adds an address behind a link. `options` may be NULL.
///
/// Fails with ALREADY_EXISTS if it is there and is not to be replaced.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_fdb_add(
    host: *const snic_host,
    link: *const c_char,
    mac: *const c_char,
    options: *const snic_fdb_options,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let (host, given) = (&handle::get(host)?.host, self::options(options)?);
        let entry = given.entry(link_of(host, link, "link")?, text(mac, "mac")?)?;
        let how = if given.replace != 0 { FdbAdd::Replace } else { FdbAdd::New };
        host.bridging()?.add_fdb(&entry, how)
    })
}

/// Removes an address behind a link. `options` may be NULL; what is said of its state does not count.
///
/// Fails with NOT_FOUND if it is not there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_fdb_remove(
    host: *const snic_host,
    link: *const c_char,
    mac: *const c_char,
    options: *const snic_fdb_options,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let (host, given) = (&handle::get(host)?.host, self::options(options)?);
        host.bridging()?.remove_fdb(&given.entry(link_of(host, link, "link")?, text(mac, "mac")?)?)
    })
}
