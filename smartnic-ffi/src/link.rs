//! `snic_link_*`: netdevs, those of NICs and all others.

use std::ffi::c_char;
use std::ptr::null;

use smartnic::device::Link;
use smartnic::inventory::Nic;

use crate::argument::{optional_text, text};
use crate::device::nics;
use crate::entry::done;
use crate::error::{snic_error, snic_status};
use crate::handle;
use crate::host::snic_host;
use crate::list::{List, Texts, iterator, listed};

/// A network link.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct snic_link {
    /// The size of this structure in the library.
    pub size: usize,
    /// Its name, which may change at any time, so it is no identity.
    pub name: *const c_char,
    /// Its number, which another link has in another network namespace.
    pub ifindex: u32,
    /// The largest payload, in bytes.
    pub mtu: u32,
    /// 1 if it is set up.
    pub up: i32,
    /// 1 if it also has a carrier.
    pub carrier: i32,
    /// The NIC that it belongs to, such as "pci/0000:03:00.0"; NULL if it belongs to none.
    pub device: *const c_char,
    /// The network namespace that it lies in; NULL for the host's own.
    pub netns: *const c_char,
    /// Its MAC address; NULL if it has none.
    pub mac: *const c_char,
    /// The kind of a software link, such as "vxlan"; NULL if it is none.
    pub kind: *const c_char,
    /// The kernel's name of its port on its switch, such as "pf0vf1"; NULL if it has none.
    pub port_name: *const c_char,
    /// The switch that it belongs to; NULL if it belongs to none.
    pub switch_id: *const c_char,
    /// The devlink port that it stands on; NULL if it stands on none.
    pub devlink_port: *const c_char,
    /// The number of the bridge or bond that it is a port of; 0 if it is none.
    pub master: u32,
    /// The number of the link that it stands on, or of its other end; 0 if there is none.
    pub lower: u32,
}

fn record(nic: Option<&Nic>, link: &Link, texts: &mut Texts) -> snic_link {
    snic_link {
        size: size_of::<snic_link>(),
        name: texts.keep(&link.name),
        ifindex: link.ifindex.0,
        mtu: link.mtu,
        up: link.up.into(),
        carrier: link.carrier.into(),
        device: nic.map_or(null(), |nic| texts.keep(nic.handle())),
        netns: texts.keep_any(link.netns.as_ref()),
        mac: texts.keep_any(link.mac),
        kind: texts.keep_any(link.kind.as_ref()),
        port_name: texts.keep_any(link.port_name.as_ref()),
        switch_id: texts.keep_any(link.switch_id.as_ref()),
        devlink_port: texts.keep_any(link.devlink_port.as_ref()),
        master: link.master.map_or(0, |master| master.0),
        lower: link.lower.map_or(0, |lower| lower.0),
    }
}

/// Lists links: those of NICs, then those that belong to none (loopback, bridges, tunnels); with `device` (else NULL) only
/// those of this NIC. `*iter` is the caller's; freed with `snic_link_iter_free`.
///
/// Links of NICs that lie in other network namespaces are among them, as far as these have a name. Fails with NOT_FOUND if
/// there is no such device.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_link_list(
    host: *const snic_host,
    device: *const c_char,
    iter: *mut *mut snic_link_iter,
    error: *mut *mut snic_error,
) -> snic_status {
    listed(host, iter, error, |host| {
        let (nics, others) = match optional_text(device, "device")? {
            Some(device) => (nics(host, Some(device))?, Vec::new()),
            None => {
                let all = host.inventory()?;
                (all.nics, all.other_links)
            }
        };
        let of_nics = nics.iter().flat_map(|nic| {
            let links = nic.links.iter().chain(&nic.elsewhere);
            links.map(move |link| (Some(nic), link))
        });
        let all = of_nics.chain(others.iter().map(|link| (None, link)));
        Ok(List::of(all, |(nic, link), texts| record(nic, link, texts)))
    })
}

iterator!(snic_link_iter of snic_link, snic_link_next, snic_link_iter_free: "Links, one after the other.");

/// Sets a link up (1) or down (0).
///
/// Fails with NOT_FOUND if there is no such link.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_link_set_up(
    host: *const snic_host,
    link: *const c_char,
    up: i32,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let host = &handle::get(host)?.host;
        host.switchdev().set_link_up(host.names()?.index(text(link, "link")?)?, up != 0)
    })
}
