//! RoCE from end to end, what is known of drivers, bridges, bonds, tunnels, virtio devices, tc's own words.

use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use pyo3::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use smartnic::adapter::{DriverKind, Facts, Feature, Support};
use smartnic::bridge::{
    BondChange, BridgeChange, BridgePortChange, BridgeVlan, FdbAdd, FdbEntry, FdbFlags, FdbState, MdbEntry,
    VlanSide,
};
use smartnic::device::{TunnelKind, TunnelSettings};
use smartnic::roce::{self, Finding, Profile, RoceState};
use smartnic::types::Mac;
use smartnic::vdpa::{NewVdpa, VirtioFeatures};
use smartnic::{Error, ErrorKind, backend, fabric, tc};

use crate::convert::{from_py, read, to_py};
use crate::error::Result;
use crate::host::{Host, How};

fn states(host: &smartnic::Host, link: Option<&str>) -> smartnic::Result<Vec<RoceState>> {
    match link {
        Some(link) => Ok(vec![RoceState::read(host, link)?]),
        None => RoceState::all(host),
    }
}

/// What links tell of RoCE.
#[pyfunction]
pub(crate) fn roce_states(py: Python<'_>, host: &Host, link: Option<&str>) -> PyResult<Py<PyAny>> {
    to_py(py, &host.ask(py, |host| states(host, link))?)
}

/// A finding in the package's shape.
#[derive(Serialize)]
struct Found {
    link: Option<String>,
    #[serde(flatten)]
    finding: Finding,
}

/// What of links does not fit together, or is otherwise than a profile says.
#[pyfunction]
pub(crate) fn check_roce(
    py: Python<'_>,
    host: &Host,
    link: Option<&str>,
    profile: Option<&str>,
) -> PyResult<Py<PyAny>> {
    let found = host.ask(py, |host| {
        let profile = profile.map(Profile::read).transpose()?;
        let mut all = Vec::new();
        for state in states(host, link)? {
            let found = roce::check(&state, profile.as_ref()).into_iter();
            all.extend(found.map(|finding| Found { link: Some(state.link.clone()), finding }));
        }
        Ok(all)
    })?;
    to_py(py, &found)
}

/// Holds two ends against each other, as `roce_states` told them.
#[pyfunction]
pub(crate) fn compare_roce(
    py: Python<'_>,
    one: &Bound<'_, PyAny>,
    other: &Bound<'_, PyAny>,
) -> PyResult<Py<PyAny>> {
    let op = "read a saved link";
    let (one, other): (RoceState, RoceState) = (from_py(one, op)?, from_py(other, op)?);
    let found = roce::compare(&one, &other).into_iter().map(|finding| Found { link: None, finding });
    to_py(py, &found.collect::<Vec<_>>())
}

/// Makes a link as a profile says.
#[pyfunction]
pub(crate) fn apply_roce(
    py: Python<'_>,
    host: &Host,
    link: &str,
    profile: &str,
    how: How,
) -> PyResult<Py<PyAny>> {
    let profile = Profile::read(profile).map_err(crate::error::Failure::from)?;
    host.carry_out(py, how, |host| roce::plan(host, link, &profile))
}

/// What links are ready for.
#[pyfunction]
pub(crate) fn fabric_report(py: Python<'_>, host: &Host) -> PyResult<Py<PyAny>> {
    to_py(py, &host.ask(py, fabric::report)?)
}

/// What is known of drivers.
#[pyfunction]
pub(crate) fn adapters(py: Python<'_>) -> PyResult<Py<PyAny>> {
    let one = |facts: &Facts| {
        let kind = match facts.kind {
            DriverKind::Ethernet => "ethernet",
            DriverKind::Rdma => "rdma",
            DriverKind::Any => "any",
        };
        json!({
            "name": facts.name,
            "kind": kind,
            "hardware": facts.hardware,
            "drivers": facts.identity.drivers,
            "rdma_drivers": facts.rdma_drivers,
            "modes": facts.modes.settable.iter().map(ToString::to_string).collect::<Vec<_>>(),
        })
    };
    to_py(py, &smartnic::adapters().iter().map(|adapter| one(adapter.facts())).collect::<Vec<_>>())
}

/// Which features a driver has.
#[pyfunction]
pub(crate) fn capabilities(py: Python<'_>, name: &str) -> PyResult<Py<PyAny>> {
    let facts = smartnic::adapter_facts(name).map_err(crate::error::Failure::from)?;
    let one = |feature: &Feature| {
        let support = facts.support(*feature);
        let word = match support {
            Support::Supported => "supported",
            Support::Limited(_) => "limited",
            Support::Absent(_) => "absent",
            Support::Unknown => "unknown",
        };
        let fact = facts.features.iter().find(|fact| fact.feature == *feature);
        json!({
            "adapter": facts.name,
            "feature": feature.name(),
            "support": word,
            "why": support.why(),
            "source": fact.map(|fact| fact.source.to_string()),
        })
    };
    let features = Feature::ALL.iter().filter(|feature| facts.concerns(**feature));
    to_py(py, &features.map(one).collect::<Vec<_>>())
}

/// Asks about the link of this name.
fn on<T: Send>(
    py: Python<'_>,
    host: &Host,
    link: &str,
    call: impl FnOnce(&dyn backend::Bridging, smartnic::types::IfIndex) -> smartnic::Result<T> + Send,
) -> Result<T> {
    host.change(py, |host| call(host.bridging()?, host.names()?.index(link)?))
}

/// The bridges.
#[pyfunction]
pub(crate) fn bridges(py: Python<'_>, host: &Host) -> PyResult<Py<PyAny>> {
    to_py(py, &host.ask(py, |host| host.bridging()?.bridges())?)
}

/// What a bridge is to have.
#[derive(Deserialize)]
struct WantedBridge {
    vlan_filtering: Option<bool>,
    default_pvid: Option<u16>,
    ageing_time: Option<u32>,
    mcast_snooping: Option<bool>,
}

/// Makes a bridge (`add`) or changes it.
#[pyfunction]
pub(crate) fn change_bridge(
    py: Python<'_>,
    host: &Host,
    name: &str,
    wanted: &Bound<'_, PyAny>,
    add: bool,
) -> Result<()> {
    let wanted: WantedBridge = from_py(wanted, "change a bridge")?;
    let WantedBridge { vlan_filtering, default_pvid, ageing_time, mcast_snooping } = wanted;
    let change =
        BridgeChange { vlan_filtering, vlan_protocol: None, default_pvid, ageing_time, mcast_snooping };
    match add {
        true => host.change(py, |host| host.bridging()?.add_bridge(name, &change)),
        false => on(py, host, name, |bridging, link| bridging.set_bridge(link, &change)),
    }
}

/// Makes a link a port of a bridge or bond, or of nothing.
#[pyfunction]
pub(crate) fn set_master(py: Python<'_>, host: &Host, link: &str, master: Option<&str>) -> Result<()> {
    host.change(py, |host| {
        let names = host.names()?;
        let master = master.map(|name| names.index(name)).transpose()?;
        host.bridging()?.set_link_master(names.index(link)?, master)
    })
}

/// Removes a bridge or bond.
#[pyfunction]
pub(crate) fn remove_master(py: Python<'_>, host: &Host, name: &str) -> Result<()> {
    on(py, host, name, |bridging, link| bridging.remove_master(link))
}

/// The ports of bridges.
#[pyfunction]
pub(crate) fn bridge_ports(py: Python<'_>, host: &Host) -> PyResult<Py<PyAny>> {
    let found = host.ask(py, |host| Ok((host.bridging()?.bridge_ports()?, host.names()?)))?;
    let (ports, names) = found;
    let one = |port: &smartnic::bridge::BridgePort| {
        let flags: serde_json::Map<String, Value> =
            port.flags.iter().map(|(flag, on)| (flag.to_string(), (*on).into())).collect();
        json!({
            "link": port.name,
            "ifindex": port.link,
            "bridge": port.master.map(|master| names.name(master)),
            "state": port.state,
            "priority": port.priority,
            "cost": port.cost,
            "flags": flags,
            "vlans": port.vlans,
        })
    };
    to_py(py, &ports.iter().map(one).collect::<Vec<_>>())
}

/// What a port of a bridge is to have.
#[derive(Deserialize)]
struct WantedPort {
    flags: std::collections::BTreeMap<String, bool>,
    state: Option<String>,
    priority: Option<u16>,
    cost: Option<u32>,
}

/// Changes a port of a bridge; `own` means the device's own bridge.
#[pyfunction]
pub(crate) fn set_bridge_port(
    py: Python<'_>,
    host: &Host,
    link: &str,
    wanted: &Bound<'_, PyAny>,
    own: bool,
) -> Result<()> {
    let WantedPort { flags, state, priority, cost } = from_py(wanted, "change a port of a bridge")?;
    let flags = flags.iter().map(|(name, on)| Ok((read(name)?, *on))).collect::<Result<Vec<_>>>()?;
    let state = state.as_deref().map(read).transpose()?;
    let change = BridgePortChange { flags, state, priority, cost, own };
    on(py, host, link, |bridging, link| bridging.set_bridge_port(link, &change))
}

/// Lets VLANs through a port, or no more; `how` is whether it is that of packets without a tag, whether packets leave
/// without one, and whether the bridge itself is meant.
#[pyfunction]
pub(crate) fn change_vlans(
    py: Python<'_>,
    host: &Host,
    link: &str,
    vlans: &str,
    how: (bool, bool, bool),
    add: bool,
) -> Result<()> {
    let (pvid, untagged, own) = how;
    let vlan = BridgeVlan { pvid, untagged, ..read(vlans)? };
    let side = if own { VlanSide::Own } else { VlanSide::Master };
    on(py, host, link, |bridging, link| {
        vlan.check()?;
        if add { bridging.add_vlans(link, vlan, side) } else { bridging.remove_vlans(link, vlan, side) }
    })
}

/// Addresses that bridges, devices and tunnels forward by.
#[pyfunction]
pub(crate) fn fdb(
    py: Python<'_>,
    host: &Host,
    bridge: Option<&str>,
    link: Option<&str>,
) -> PyResult<Py<PyAny>> {
    let (all, names) = host.ask(py, |host| {
        let names = host.names()?;
        let index = |name: Option<&str>| name.map(|name| names.index(name)).transpose();
        Ok((host.bridging()?.fdb(index(bridge)?, index(link)?)?, names.clone()))
    })?;
    let one = |entry: &FdbEntry| {
        json!({
            "link": names.name(entry.link),
            "mac": entry.mac,
            "vlan": entry.vlan,
            "state": entry.state.to_string(),
            "flags": entry.flags.names().collect::<Vec<_>>(),
            "bridge": entry.master.map(|master| names.name(master)),
            "dst": entry.dst,
            "vni": entry.vni,
        })
    };
    to_py(py, &all.iter().map(one).collect::<Vec<_>>())
}

/// Which address.
#[derive(Deserialize)]
struct Address {
    state: String,
    master: bool,
    sticky: bool,
    vlan: Option<u16>,
    dst: Option<IpAddr>,
    vni: Option<u32>,
}

/// Adds an address (`verb` is `add` or `replace`) or removes it.
#[pyfunction]
pub(crate) fn change_fdb(
    py: Python<'_>,
    host: &Host,
    link: &str,
    mac: &str,
    address: &Bound<'_, PyAny>,
    verb: &str,
) -> Result<()> {
    let op = "change an address";
    let mac: Mac = read(mac)?;
    let Address { state, master, sticky, vlan, dst, vni } = from_py(address, op)?;
    let state = match state.as_str() {
        "static" => FdbState::Static,
        "dynamic" => FdbState::Dynamic,
        "permanent" => FdbState::Permanent,
        _ => return Err(Error::invalid(op, "expected static, dynamic or permanent").on(state).into()),
    };
    let mut flags = if master { FdbFlags::MASTER } else { FdbFlags::SELF };
    flags.set(FdbFlags::STICKY, sticky);
    let verb = verb.to_owned();
    on(py, host, link, |bridging, link| {
        let entry = FdbEntry { state, flags, vlan, dst, vni, ..FdbEntry::new(link, mac) };
        match verb.as_str() {
            "remove" => bridging.remove_fdb(&entry),
            "replace" => bridging.add_fdb(&entry, FdbAdd::Replace),
            _ => bridging.add_fdb(&entry, FdbAdd::New),
        }
    })
}

/// The members of multicast groups.
#[pyfunction]
pub(crate) fn mdb(py: Python<'_>, host: &Host) -> PyResult<Py<PyAny>> {
    let (all, names) = host.ask(py, |host| Ok((host.bridging()?.mdb()?, host.names()?)))?;
    let one = |entry: &MdbEntry| {
        json!({
            "bridge": names.name(entry.bridge),
            "port": names.name(entry.port),
            "group": entry.group,
            "source": entry.source,
            "vlan": entry.vlan,
            "permanent": entry.permanent,
            "flags": entry.flags.names().collect::<Vec<_>>(),
        })
    };
    to_py(py, &all.iter().map(one).collect::<Vec<_>>())
}

/// Adds a member to a multicast group, or removes it.
#[pyfunction]
#[pyo3(signature = (host, bridge, port, group, vlan, permanent, add))]
#[allow(clippy::too_many_arguments)]
pub(crate) fn change_mdb(
    py: Python<'_>,
    host: &Host,
    bridge: &str,
    port: &str,
    group: &str,
    vlan: Option<u16>,
    permanent: bool,
    add: bool,
) -> Result<()> {
    let group = read(group)?;
    host.change(py, |host| {
        let names = host.names()?;
        let (bridge, port) = (names.index(bridge)?, names.index(port)?);
        let flags = Default::default();
        let entry =
            MdbEntry { bridge, port, group, source: None, vlan, permanent, flags, unknown: Vec::new() };
        match add {
            true => host.bridging()?.add_mdb(&entry),
            false => host.bridging()?.remove_mdb(&entry),
        }
    })
}

/// The bonds.
#[pyfunction]
pub(crate) fn bonds(py: Python<'_>, host: &Host) -> PyResult<Py<PyAny>> {
    to_py(py, &host.ask(py, |host| host.bridging()?.bonds())?)
}

/// Makes a bond (`add`) or changes it.
#[pyfunction]
#[pyo3(signature = (host, name, mode, miimon, active, add))]
pub(crate) fn change_bond(
    py: Python<'_>,
    host: &Host,
    name: &str,
    mode: Option<&str>,
    miimon: Option<u32>,
    active: Option<&str>,
    add: bool,
) -> Result<()> {
    let mode = mode.map(read).transpose()?;
    host.change(py, |host| {
        let names = host.names()?;
        let active = active.map(|name| names.index(name)).transpose()?;
        let change = BondChange { mode, miimon, hash_policy: None, active };
        match add {
            true => host.bridging()?.add_bond(name, &change),
            false => host.bridging()?.set_bond(names.index(name)?, &change),
        }
    })
}

/// The tunnel devices.
#[pyfunction]
pub(crate) fn tunnels(py: Python<'_>, host: &Host) -> PyResult<Py<PyAny>> {
    to_py(py, &host.ask(py, |host| host.tunnels()?.tunnels())?)
}

/// What a tunnel device is to be like.
#[derive(Deserialize)]
struct WantedTunnel {
    id: Option<u32>,
    port: Option<u16>,
    remote: Option<IpAddr>,
    local: Option<IpAddr>,
}

/// Makes a tunnel device.
#[pyfunction]
pub(crate) fn add_tunnel(
    py: Python<'_>,
    host: &Host,
    name: &str,
    kind: &str,
    wanted: &Bound<'_, PyAny>,
) -> Result<()> {
    let kind: TunnelKind = read(kind)?;
    let WantedTunnel { id, port, remote, local } = from_py(wanted, "make a tunnel device")?;
    let external = id.is_none();
    let usual = TunnelSettings::external(kind);
    let settings = TunnelSettings { id, port: port.or(usual.port), remote, local, external, ..usual };
    host.change(py, |host| {
        settings.check()?;
        host.tunnels()?.add_tunnel(name, &settings)
    })
}

/// Removes a tunnel device.
#[pyfunction]
pub(crate) fn remove_tunnel(py: Python<'_>, host: &Host, name: &str) -> Result<()> {
    host.change(py, |host| host.tunnels()?.remove_tunnel(host.names()?.index(name)?))
}

/// What can carry virtio devices.
#[pyfunction]
pub(crate) fn vdpa_mgmts(py: Python<'_>, host: &Host) -> PyResult<Py<PyAny>> {
    let found = host.ask(py, |host| host.vdpa()?.management_devices())?;
    let one = |mgmt: &smartnic::vdpa::MgmtDevice| {
        let kind = mgmt.kinds.first().copied();
        json!({
            "handle": mgmt.handle.to_string(),
            "kinds": mgmt.kinds.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "max_vqs": mgmt.max_vqs,
            "features": mgmt.features.map(|features| features.names(kind)),
        })
    };
    to_py(py, &found.iter().map(one).collect::<Vec<_>>())
}

/// The virtio devices that NICs carry.
#[pyfunction]
pub(crate) fn vdpas(py: Python<'_>, host: &Host) -> PyResult<Py<PyAny>> {
    let (devices, configs) = host.ask(py, |host| {
        let vdpa = host.vdpa()?;
        let configs = match vdpa.vdpa_configs(None) {
            // Kernels before 5.19 do not tell; neither do devices that are just being set up.
            Err(error) if matches!(error.kind(), ErrorKind::Unsupported | ErrorKind::Busy) => Vec::new(),
            told => told?,
        };
        Ok((vdpa.vdpa_devices()?, configs))
    })?;
    let one = |device: &smartnic::vdpa::VdpaDevice| {
        let config = configs.iter().find(|config| config.name == device.name);
        let names = |features: VirtioFeatures| features.names(Some(device.kind));
        json!({
            "name": device.name,
            "mgmt": device.mgmt.to_string(),
            "kind": device.kind.to_string(),
            "max_vqs": device.max_vqs,
            "mac": config.and_then(|config| config.mac),
            "mtu": config.and_then(|config| config.mtu),
            "negotiated": config.and_then(|config| config.negotiated).map(names),
        })
    };
    to_py(py, &devices.iter().map(one).collect::<Vec<_>>())
}

/// Makes a virtio device.
#[pyfunction]
pub(crate) fn add_vdpa(
    py: Python<'_>,
    host: &Host,
    name: String,
    mgmt: &str,
    mac: Option<&str>,
    mtu: Option<u16>,
    max_vq_pairs: Option<u16>,
) -> Result<()> {
    let mac = mac.map(read).transpose()?;
    let device = NewVdpa { name, mgmt: read(mgmt)?, mac, mtu, max_vq_pairs, features: None };
    host.change(py, |host| host.vdpa()?.add_vdpa(&device))
}

/// Removes a virtio device.
#[pyfunction]
pub(crate) fn remove_vdpa(py: Python<'_>, host: &Host, name: &str) -> Result<()> {
    host.change(py, |host| host.vdpa()?.remove_vdpa(name))
}

/// Gives a virtio device another MAC address.
#[pyfunction]
pub(crate) fn set_vdpa_mac(py: Python<'_>, host: &Host, name: &str, mac: &str) -> Result<()> {
    let mac: Mac = read(mac)?;
    host.change(py, |host| host.vdpa()?.set_vdpa_mac(name, mac))
}

/// The counters of a queue of a virtio device.
#[pyfunction]
pub(crate) fn vdpa_counters(py: Python<'_>, host: &Host, name: &str, queue: u32) -> PyResult<Py<PyAny>> {
    let found = host.ask(py, |host| host.vdpa()?.vdpa_stats(name, queue))?;
    let counters: serde_json::Map<String, Value> =
        found.counters.into_iter().map(|(name, value)| (name, value.into())).collect();
    to_py(py, &counters)
}

/// Carries out a line in tc's words; what `tc -s -j` prints, and what the kernel says beside.
#[pyfunction]
pub(crate) fn run_tc(py: Python<'_>, host: &Host, words: &str) -> Result<(String, Vec<String>)> {
    let answer = host.change(py, |host| tc::run(host, words))?;
    Ok((answer.json, answer.remarks))
}

/// The kernel's log from one moment on.
#[pyclass(frozen, module = "smartnic._smartnic")]
pub(crate) struct KernelLog(Mutex<Box<dyn backend::KernelLog>>);

#[pymethods]
impl KernelLog {
    /// What was written since the last call.
    fn lines(&self, py: Python<'_>) -> Result<Vec<String>> {
        Ok(py.detach(|| self.0.lock().unwrap_or_else(PoisonError::into_inner).lines())?)
    }
}

/// Opens the kernel's log.
#[pyfunction]
pub(crate) fn kernel_log(py: Python<'_>, host: &Host) -> Result<KernelLog> {
    Ok(KernelLog(Mutex::new(host.ask(py, |host| host.backend().kernel_log())?)))
}

/// Makes or ends a network namespace of a simulated host.
#[pyfunction]
pub(crate) fn change_netns(py: Python<'_>, host: &Host, name: &str, add: bool) -> Result<()> {
    host.change(py, |host| match add {
        true => host.datapath()?.add_netns(name),
        false => host.datapath()?.remove_netns(name),
    })
}

/// Moves a link of a simulated host to another network namespace.
#[pyfunction]
pub(crate) fn move_link(
    py: Python<'_>,
    host: &Host,
    link: &str,
    source: Option<&str>,
    to: Option<&str>,
) -> Result<()> {
    host.change(py, |host| host.datapath()?.move_link(link, source, to))
}
