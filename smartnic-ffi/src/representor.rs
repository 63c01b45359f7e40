//! `snic_representor_*`: the ends of the switch that stand for functions.

use std::ffi::c_char;

use smartnic::device::PortName;
use smartnic::inventory::{Nic, Representor};

use crate::argument::{optional_text, place_for};
use crate::device::nics;
use crate::entry::done;
use crate::error::{snic_error, snic_status};
use crate::handle;
use crate::host::snic_host;
use crate::list::{List, Texts, iterator};

/// The end of the switch that stands for a function.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct snic_representor {
    /// The size of this structure in the library.
    pub size: usize,
    /// Its name on the switch, such as "pf0vf1": rules may use it.
    pub name: *const c_char,
    /// The device that it belongs to.
    pub device: *const c_char,
    /// Its netdev; the name may change at any time, so it is no identity.
    pub netdev: *const c_char,
    /// The number of its netdev.
    pub ifindex: u32,
    /// 1 if it is set up.
    pub up: i32,
    /// The largest payload, in bytes.
    pub mtu: u32,
    /// The VF that it stands for; -1 if it stands for something else.
    pub vf: i64,
    /// The sub-function that it stands for; -1 if it stands for something else.
    pub sf: i64,
    /// Its devlink port; NULL if the driver has none for it.
    pub port: *const c_char,
    /// Its MAC address; NULL if it has none.
    pub mac: *const c_char,
    /// The device of the VF behind it, such as "pci/0000:03:00.2"; NULL if it is not on this host.
    pub function: *const c_char,
}

fn record(nic: &Nic, representor: &Representor, texts: &mut Texts) -> snic_representor {
    let Representor { name, link, port, function } = representor;
    let (vf, sf) = match name {
        PortName::Vf { vf, .. } => (i64::from(vf.0), -1),
        PortName::Sf { sf, .. } => (-1, i64::from(sf.0)),
        _ => (-1, -1),
    };
    snic_representor {
        size: size_of::<snic_representor>(),
        name: texts.keep(name),
        device: texts.keep(nic.handle()),
        netdev: texts.keep(&link.name),
        ifindex: link.ifindex.0,
        up: link.up.into(),
        mtu: link.mtu,
        vf,
        sf,
        port: texts.keep_any(port.as_ref().map(|port| &port.handle).or(link.devlink_port.as_ref())),
        mac: texts.keep_any(link.mac),
        function: texts.keep_any(function.as_ref()),
    }
}

/// Lists representors, in the order of their names; with `device` (else NULL) only those of this one. `*iter` is the
/// caller's; freed with `snic_representor_iter_free`.
///
/// There are none unless the eswitch is in switchdev mode.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_representor_list(
    host: *const snic_host,
    device: *const c_char,
    iter: *mut *mut snic_representor_iter,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let out = place_for(iter, "iter")?;
        let nics = nics(&handle::get(host)?.host, optional_text(device, "device")?)?;
        let all = nics.iter().flat_map(|nic| nic.representors().into_iter().map(move |one| (nic, one)));
        *out = handle::give(List::of(all, |(nic, one), texts| record(nic, &one, texts)));
        Ok(())
    })
}

iterator!(snic_representor_iter of snic_representor, snic_representor_next, snic_representor_iter_free:
    "Representors, one after the other.");
