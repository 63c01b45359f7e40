//! `snic_bridge_port_*`, `snic_bridge_vlan_*`: ports of bridges and their VLANs.

use std::ffi::c_char;

use smartnic::bridge::{BridgePortChange, BridgeVlan, PortFlag, StpState, VlanSide};
use smartnic::{Error, Result};

use crate::argument::{known_bits, link_of};
use crate::entry::done;
use crate::error::{snic_error, snic_status};
use crate::handle;
use crate::host::snic_host;
use crate::list::{List, iterator, listed, number};
use crate::setting::snic_pair;

/// A port of a bridge.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct snic_bridge_port {
    /// The size of this structure in the library.
    pub size: usize,
    /// The link.
    pub link: *const c_char,
    /// Its number.
    pub ifindex: u32,
    /// The number of the bridge; 0 for one that bridges by itself.
    pub master: u32,
    /// What it does with packets: "forwarding", "blocking" and so on; NULL if that is not told.
    pub state: *const c_char,
    /// Its priority; -1 if that is not told.
    pub priority: i32,
    /// Its cost; -1 if that is not told.
    pub cost: i64,
    /// Its switches that are on, such as "learning flood", with spaces between them.
    pub flags_on: *const c_char,
    /// Its switches that are off.
    pub flags_off: *const c_char,
    /// The VLANs that it lets through: ranges with spaces between them; behind one "p" if it is that of packets without a tag,
    /// "u" if its packets leave without one.
    pub vlans: *const c_char,
}

fn vlan_text(vlan: &BridgeVlan) -> String {
    let marks = [(vlan.pvid, "p"), (vlan.untagged, "u")];
    let marks: String = marks.iter().filter(|(on, _)| *on).map(|(_, mark)| *mark).collect();
    format!("{vlan}{marks}")
}

/// Lists the ports of all bridges, and the bridges as far as they have VLANs. `*iter` is the caller's; freed with
/// `snic_bridge_port_iter_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_bridge_port_list(
    host: *const snic_host,
    iter: *mut *mut snic_bridge_port_iter,
    error: *mut *mut snic_error,
) -> snic_status {
    listed(host, iter, error, |host| {
        Ok(List::of(&host.bridging()?.bridge_ports()?, |port, texts| {
            let flags = |wanted: bool| {
                let chosen = port.flags.iter().filter(|(_, on)| *on == wanted);
                chosen.map(|(flag, _)| flag.to_string()).collect::<Vec<_>>().join(" ")
            };
            snic_bridge_port {
                size: size_of::<snic_bridge_port>(),
                link: texts.keep(&port.name),
                ifindex: port.link.0,
                master: port.master.map_or(0, |master| master.0),
                state: texts.keep_any(port.state),
                priority: port.priority.map_or(-1, i32::from),
                cost: number(port.cost),
                flags_on: texts.keep(flags(true)),
                flags_off: texts.keep(flags(false)),
                vlans: texts.keep(port.vlans.iter().map(vlan_text).collect::<Vec<_>>().join(" ")),
            }
        }))
    })
}

iterator!(snic_bridge_port_iter of snic_bridge_port, snic_bridge_port_next, snic_bridge_port_iter_free:
    "Ports of bridges, one after the other.");

/// Changes a port of a bridge, with `count` pairs of names and values: a switch ("learning", "flood", "isolated", …) with "on" or
/// "off"; "state", "priority", "cost". `own` not 0 means the device's own bridge instead of the kernel's.
///
/// Fails with INVALID_INPUT for what a port does not have.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_bridge_port_set(
    host: *const snic_host,
    link: *const c_char,
    pairs: *const snic_pair,
    count: usize,
    own: i32,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let mut change = BridgePortChange { own: own != 0, ..BridgePortChange::default() };
        for (name, value) in crate::setting::pairs(pairs, count)? {
            let wrong =
                || Error::invalid("change a port of a bridge", format!("{name} cannot be {value}")).on(name);
            match name {
                "state" => change.state = Some(value.parse::<StpState>()?),
                "priority" => change.priority = Some(value.parse().map_err(|_| wrong())?),
                "cost" => change.cost = Some(value.parse().map_err(|_| wrong())?),
                flag => {
                    let on = match value {
                        "on" => true,
                        "off" => false,
                        _ => return Err(wrong()),
                    };
                    change.flags.push((flag.parse::<PortFlag>()?, on));
                }
            }
        }
        let host = &handle::get(host)?.host;
        host.bridging()?.set_bridge_port(link_of(host, link, "link")?, &change)
    })
}

/// For `snic_bridge_vlan_add`: the VLAN is that of packets without a tag.
pub const SNIC_VLAN_PVID: u32 = 1;
/// For `snic_bridge_vlan_add`: packets of the VLAN leave without a tag.
pub const SNIC_VLAN_UNTAGGED: u32 = 2;
/// For `snic_bridge_vlan_add` and `snic_bridge_vlan_remove`: the link itself, as a bridge needs it for its own packets.
pub const SNIC_VLAN_SELF: u32 = 4;

fn vlans(first: u16, last: u16, flags: u32) -> Result<(BridgeVlan, VlanSide)> {
    known_bits(flags, 7, "flags")?;
    let has = |bit| flags & bit != 0;
    let vlan = BridgeVlan { first, last, pvid: has(SNIC_VLAN_PVID), untagged: has(SNIC_VLAN_UNTAGGED) };
    vlan.check()?;
    Ok((vlan, if has(SNIC_VLAN_SELF) { VlanSide::Own } else { VlanSide::Master }))
}

/// Lets VLANs (`first` to `last`) through a port of a bridge, or with `SNIC_VLAN_SELF` through the bridge itself. `flags` are
/// `SNIC_VLAN_PVID` and its like, joined by `|`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_bridge_vlan_add(
    host: *const snic_host,
    link: *const c_char,
    first: u16,
    last: u16,
    flags: u32,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let (host, (vlan, side)) = (&handle::get(host)?.host, vlans(first, last, flags)?);
        host.bridging()?.add_vlans(link_of(host, link, "link")?, vlan, side)
    })
}

/// Lets VLANs through no more.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_bridge_vlan_remove(
    host: *const snic_host,
    link: *const c_char,
    first: u16,
    last: u16,
    flags: u32,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let (host, (vlan, side)) = (&handle::get(host)?.host, vlans(first, last, flags)?);
        host.bridging()?.remove_vlans(link_of(host, link, "link")?, vlan, side)
    })
}
