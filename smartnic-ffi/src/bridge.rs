//! `snic_bridge_*`, `snic_master_*`: bridges, and what is a port of what.

use std::ffi::c_char;

use smartnic::Result;
use smartnic::bridge::BridgeChange;

use crate::argument::{known_bits, link_of, optional_link, options, prefixed, text};
use crate::entry::done;
use crate::error::{snic_error, snic_status};
use crate::handle;
use crate::host::snic_host;
use crate::list::{List, iterator, listed, number, tri};

/// A bridge.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct snic_bridge {
    /// The size of this structure in the library.
    pub size: usize,
    /// Its name.
    pub name: *const c_char,
    /// Its number.
    pub ifindex: u32,
    /// 1 if it looks at VLANs, 0 if not, -1 if that is not told.
    pub vlan_filtering: i32,
    /// The VLAN of packets without a tag, 0 for none; -1 if that is not told.
    pub default_pvid: i32,
    /// 1 if it looks who wants which multicast packets, 0 if not, -1 if that is not told.
    pub mcast_snooping: i32,
    /// How long an address is kept that sends nothing, in hundredths of a second; -1 if that is not told.
    pub ageing_time: i64,
}

/// Lists bridges. `*iter` is the caller's; freed with `snic_bridge_iter_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_bridge_list(
    host: *const snic_host,
    iter: *mut *mut snic_bridge_iter,
    error: *mut *mut snic_error,
) -> snic_status {
    listed(host, iter, error, |host| {
        Ok(List::of(&host.bridging()?.bridges()?, |bridge, texts| snic_bridge {
            size: size_of::<snic_bridge>(),
            name: texts.keep(&bridge.name),
            ifindex: bridge.link.0,
            vlan_filtering: tri(bridge.vlan_filtering),
            default_pvid: bridge.default_pvid.map_or(-1, i32::from),
            mcast_snooping: tri(bridge.mcast_snooping),
            ageing_time: number(bridge.ageing_time),
        }))
    })
}

iterator!(snic_bridge_iter of snic_bridge, snic_bridge_next, snic_bridge_iter_free: "Bridges, one after the other.");

/// For `snic_bridge_settings.set`: `vlan_filtering` is given.
pub const SNIC_BRIDGE_VLAN_FILTERING: u32 = 1;
/// For `snic_bridge_settings.set`: `default_pvid` is given.
pub const SNIC_BRIDGE_DEFAULT_PVID: u32 = 2;
/// For `snic_bridge_settings.set`: `mcast_snooping` is given.
pub const SNIC_BRIDGE_MCAST_SNOOPING: u32 = 4;
/// For `snic_bridge_settings.set`: `ageing_time` is given.
pub const SNIC_BRIDGE_AGEING_TIME: u32 = 8;

/// What a bridge is to have.
#[derive(Debug, Clone, Copy, Default)]
#[repr(C)]
pub struct snic_bridge_settings {
    /// `sizeof(snic_bridge_settings)`.
    pub size: usize,
    /// Which of the fields are given: `SNIC_BRIDGE_VLAN_FILTERING` and its like, joined by `|`.
    pub set: u32,
    /// Not 0: it looks at VLANs.
    pub vlan_filtering: i32,
    /// Not 0: it looks who wants which multicast packets.
    pub mcast_snooping: i32,
    /// The VLAN of packets without a tag, 0 for none.
    pub default_pvid: u16,
    /// How long an address is kept that sends nothing, in hundredths of a second.
    pub ageing_time: u32,
}
prefixed!(snic_bridge_settings up to ageing_time: u32);

impl snic_bridge_settings {
    fn change(&self) -> Result<BridgeChange> {
        known_bits(self.set, 15, "snic_bridge_settings.set")?;
        let has = |bit| self.set & bit != 0;
        Ok(BridgeChange {
            vlan_filtering: has(SNIC_BRIDGE_VLAN_FILTERING).then_some(self.vlan_filtering != 0),
            vlan_protocol: None,
            default_pvid: has(SNIC_BRIDGE_DEFAULT_PVID).then_some(self.default_pvid),
            ageing_time: has(SNIC_BRIDGE_AGEING_TIME).then_some(self.ageing_time),
            mcast_snooping: has(SNIC_BRIDGE_MCAST_SNOOPING).then_some(self.mcast_snooping != 0),
        })
    }
}

/// Makes a bridge; it is down at first, as every new link. `settings` may be NULL.
///
/// Fails with ALREADY_EXISTS if there is a link of this name.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_bridge_add(
    host: *const snic_host,
    name: *const c_char,
    settings: *const snic_bridge_settings,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let (name, change) = (text(name, "name")?, options(settings)?.change()?);
        handle::get(host)?.host.bridging()?.add_bridge(name, &change)
    })
}

/// Changes a bridge.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_bridge_set(
    host: *const snic_host,
    name: *const c_char,
    settings: *const snic_bridge_settings,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let (host, change) = (&handle::get(host)?.host, options(settings)?.change()?);
        host.bridging()?.set_bridge(link_of(host, name, "name")?, &change)
    })
}

/// Makes a link a port of a bridge or bond, or with `master` NULL of nothing. A port of a bond must be down before.
///
/// Fails with NOT_FOUND if there is no such link.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_master_set(
    host: *const snic_host,
    link: *const c_char,
    master: *const c_char,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let host = &handle::get(host)?.host;
        let link = link_of(host, link, "link")?;
        let master = optional_link(host, master, "master")?;
        host.bridging()?.set_link_master(link, master)
    })
}

/// Removes a bridge or bond; its ports are free then.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_master_remove(
    host: *const snic_host,
    name: *const c_char,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let host = &handle::get(host)?.host;
        host.bridging()?.remove_master(link_of(host, name, "name")?)
    })
}
