//! Bridges in the shape of `bridge -j` (iproute2 7.x).

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use smartnic::bridge::{Bridge, BridgePort, FdbEntry, FdbState, MdbEntry};
use smartnic::names::Names;

/// A bridge with its ports: ours, since `bridge` has no such thing.
#[derive(Debug, Serialize)]
pub(crate) struct BridgeObject {
    #[serde(flatten)]
    bridge: Bridge,
    ports: Vec<String>,
}

impl BridgeObject {
    pub(crate) fn of(bridge: &Bridge, ports: Vec<String>) -> Self {
        Self { bridge: bridge.clone(), ports }
    }
}

/// What `bridge -j fdb show` says of an address.
#[derive(Debug, Serialize)]
pub(crate) struct FdbObject {
    mac: String,
    ifname: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    dst: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    vlan: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    port: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    vni: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    src_vni: Option<u32>,
    #[serde(rename = "viaIf", skip_serializing_if = "Option::is_none")]
    via: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    nhid: Option<u32>,
    flags: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    master: Option<String>,
    state: String,
}

impl FdbObject {
    pub(crate) fn of(entry: &FdbEntry, names: &Names) -> Self {
        Self {
            mac: entry.mac.to_string(),
            ifname: names.name(entry.link),
            dst: entry.dst.map(|dst| dst.to_string()),
            vlan: entry.vlan,
            port: entry.port,
            vni: entry.vni,
            src_vni: entry.src_vni,
            via: entry.via.map(|via| names.name(via)),
            nhid: entry.nexthop,
            flags: entry.flags.names().collect(),
            master: entry.master.map(|master| names.name(master)),
            // Of what was learned and is in use, `bridge` says nothing.
            state: match entry.state {
                FdbState::Dynamic => String::new(),
                state => state.to_string(),
            },
        }
    }
}

/// What `bridge -j vlan show` says of a port.
#[derive(Debug, Serialize)]
pub(crate) struct VlansObject {
    ifname: String,
    vlans: Vec<VlanObject>,
}

#[derive(Debug, Serialize)]
struct VlanObject {
    vlan: u16,
    #[serde(rename = "vlanEnd", skip_serializing_if = "Option::is_none")]
    end: Option<u16>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    flags: Vec<&'static str>,
}

impl VlansObject {
    pub(crate) fn of(port: &BridgePort) -> Self {
        let vlans = port.vlans.iter().map(|vlan| VlanObject {
            vlan: vlan.first,
            end: (vlan.last != vlan.first).then_some(vlan.last),
            flags: [(vlan.pvid, "PVID"), (vlan.untagged, "Egress Untagged")]
                .into_iter()
                .filter(|(on, _)| *on)
                .map(|(_, name)| name)
                .collect(),
        });
        Self { ifname: port.name.clone(), vlans: vlans.collect() }
    }
}

/// What `bridge -j mdb show` says of a member.
#[derive(Debug, Serialize)]
pub(crate) struct MdbObject {
    index: u32,
    dev: String,
    port: String,
    grp: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    src: Option<String>,
    state: &'static str,
    flags: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    vid: Option<u16>,
}

impl MdbObject {
    pub(crate) fn of(entry: &MdbEntry, names: &Names) -> Self {
        Self {
            index: entry.bridge.0,
            dev: names.name(entry.bridge),
            port: names.name(entry.port),
            grp: entry.group.to_string(),
            src: entry.source.map(|source| source.to_string()),
            state: if entry.permanent { "permanent" } else { "temp" },
            flags: entry.flags.names().collect(),
            vid: entry.vlan,
        }
    }
}

/// The flags of a link by the names that `bridge` and `ip` give them, in their order.
const LINK_FLAGS: [(u32, &str); 17] = [
    (1 << 3, "LOOPBACK"),
    (1 << 1, "BROADCAST"),
    (1 << 4, "POINTOPOINT"),
    (1 << 12, "MULTICAST"),
    (1 << 7, "NOARP"),
    (1 << 9, "ALLMULTI"),
    (1 << 8, "PROMISC"),
    (1 << 10, "MASTER"),
    (1 << 11, "SLAVE"),
    (1 << 2, "DEBUG"),
    (1 << 15, "DYNAMIC"),
    (1 << 14, "AUTOMEDIA"),
    (1 << 13, "PORTSEL"),
    (1 << 5, "NOTRAILERS"),
    (1 << 0, "UP"),
    (1 << 16, "LOWER_UP"),
    (1 << 17, "DORMANT"),
];
const UP: u32 = 1 << 0;
const RUNNING: u32 = 1 << 6;

/// What `bridge -d -j link show` says of a port.
#[derive(Debug)]
pub(crate) struct PortObject<'a> {
    port: &'a BridgePort,
    names: &'a Names,
}

impl<'a> PortObject<'a> {
    pub(crate) fn of(port: &'a BridgePort, names: &'a Names) -> Self {
        Self { port, names }
    }
}

impl Serialize for PortObject<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let port = self.port;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("ifindex", &port.link)?;
        if let Some(lower) = port.lower.filter(|lower| *lower != port.link) {
            map.serialize_entry("link", &self.names.name(lower))?;
        }
        map.serialize_entry("ifname", &port.name)?;
        let mut flags: Vec<&str> = Vec::new();
        if port.link_flags & UP != 0 && port.link_flags & RUNNING == 0 {
            flags.push("NO-CARRIER");
        }
        flags.extend(LINK_FLAGS.iter().filter(|(bit, _)| port.link_flags & bit != 0).map(|(_, name)| *name));
        map.serialize_entry("flags", &flags)?;
        if let Some(mtu) = port.mtu {
            map.serialize_entry("mtu", &mtu)?;
        }
        if let Some(master) = port.master {
            map.serialize_entry("master", &self.names.name(master))?;
        }
        if let Some(state) = port.state {
            map.serialize_entry("state", &state)?;
        }
        if let Some(priority) = port.priority {
            map.serialize_entry("priority", &priority)?;
        }
        if let Some(cost) = port.cost {
            map.serialize_entry("cost", &cost)?;
        }
        for (flag, on) in &port.flags {
            map.serialize_entry(&flag.to_string(), on)?;
        }
        if let Some(router) = port.mcast_router {
            map.serialize_entry("mcast_router", &router)?;
        }
        if let Some(backup) = port.backup_port {
            map.serialize_entry("backup_port", &self.names.name(backup))?;
        }
        match port.hw_mode {
            Some(0) => map.serialize_entry("hwmode", "VEB")?,
            Some(1) => map.serialize_entry("hwmode", "VEPA")?,
            Some(other) => map.serialize_entry("hwmode", &format!("{other:#x}"))?,
            None => {}
        }
        map.end()
    }
}
