//! `snic_bridge_*`, `snic_bond_*`, `snic_master_*`: bridges and bonds, and what of them the NIC does itself.

use std::ffi::c_char;

use smartnic::bridge::{
    BondChange, BondMode, BridgeChange, BridgePortChange, BridgeVlan, FdbAdd, FdbEntry, FdbFlags, FdbState,
    LagOffload, MdbEntry, PortFlag, StpState, VlanSide,
};
use smartnic::types::IfIndex;
use smartnic::{Error, Result};

use crate::argument::{known_bits, optional_text, options, prefixed, text};
use crate::entry::{done, misuse};
use crate::error::{snic_error, snic_status};
use crate::handle;
use crate::host::snic_host;
use crate::list::{List, iterator, listed, number, tri};
use crate::setting::{number as index_of, snic_pair};

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
        host.bridging()?.set_bridge(index_of(host, text(name, "name")?)?, &change)
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
        let link = index_of(host, text(link, "link")?)?;
        let master = optional_text(master, "master")?.map(|name| index_of(host, name)).transpose()?;
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
        host.bridging()?.remove_master(index_of(host, text(name, "name")?)?)
    })
}

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
        host.bridging()?.set_bridge_port(index_of(host, text(link, "link")?)?, &change)
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
        host.bridging()?.add_vlans(index_of(host, text(link, "link")?)?, vlan, side)
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
        host.bridging()?.remove_vlans(index_of(host, text(link, "link")?)?, vlan, side)
    })
}

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
        let bridge = optional_text(bridge, "bridge")?.map(|name| index_of(host, name)).transpose()?;
        let link = optional_text(link, "link")?.map(|name| index_of(host, name)).transpose()?;
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
        let entry = given.entry(index_of(host, text(link, "link")?)?, text(mac, "mac")?)?;
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
        host.bridging()?.remove_fdb(&given.entry(index_of(host, text(link, "link")?)?, text(mac, "mac")?)?)
    })
}

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
        let vlan = match vlan {
            -1 => None,
            vlan => Some(u16::try_from(vlan).map_err(|_| misuse("vlan", "it must be a VLAN, or -1"))?),
        };
        let entry = MdbEntry {
            bridge: index_of(host, text(bridge, "bridge")?)?,
            port: index_of(host, text(port, "port")?)?,
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
        let miimon = match miimon {
            -1 => None,
            given => {
                Some(u32::try_from(given).map_err(|_| misuse("miimon", "it must be milliseconds, or -1"))?)
            }
        };
        let change = BondChange {
            mode: optional_text(mode, "mode")?.map(str::parse::<BondMode>).transpose()?,
            miimon,
            hash_policy: None,
            active: optional_text(active, "active")?.map(|name| index_of(host, name)).transpose()?,
        };
        let name = text(name, "name")?;
        match add != 0 {
            true => host.bridging()?.add_bond(name, &change),
            false => host.bridging()?.set_bond(index_of(host, name)?, &change),
        }
    })
}
