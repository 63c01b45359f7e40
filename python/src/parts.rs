//! What devices have besides: traps, regions, rates, resources, buffers, firmware, tests, line cards, pipelines.

use pyo3::prelude::*;
use pyo3::types::PyBytes;
use serde::{Deserialize, Serialize};
use smartnic::device::{
    FlashEvent, FlashOverwrite, FlashUpdate, NewParent, PipelineEntry, PipelineHeader, PipelineTable,
    PoolKind, PortTc, RateChange, RateName, RateParent, RegionChunk, RegionId, RegionRead, Reload, Resource,
    Selftest, TargetNetns, ThresholdKind, TrapGroupChange, TrapPolicerChange,
};
use smartnic::types::{DevlinkHandle, PortHandle};
use smartnic::{Error, ErrorKind, Extack};

use crate::convert::{from_py, read, to_py};
use crate::error::Result;
use crate::host::Host;

fn handle_of(text: Option<&str>) -> Result<Option<DevlinkHandle>> {
    text.map(read).transpose()
}

/// What a driver said along with its success.
fn words(note: Option<Extack>) -> Option<String> {
    note.and_then(|note| note.message)
}

/// A list of things of a device or of all: the function that Python calls.
macro_rules! listing {
    ($(#[$doc:meta])* $name:ident, $method:ident) => {
        $(#[$doc])*
        #[pyfunction]
        pub(crate) fn $name(py: Python<'_>, host: &Host, handle: Option<&str>) -> PyResult<Py<PyAny>> {
            let handle = handle_of(handle)?;
            to_py(py, &host.ask(py, |host| host.devlink().$method(handle.as_ref()))?)
        }
    };
}

listing! {
    /// Packet traps.
    traps, traps
}
listing! {
    /// Groups of packet traps.
    trap_groups, trap_groups
}
listing! {
    /// Policers of packet traps.
    trap_policers, trap_policers
}
listing! {
    /// Regions of devices' memory.
    regions, regions
}
listing! {
    /// Rate objects.
    rates, rates
}
listing! {
    /// Shared buffers.
    buffers, buffers
}
listing! {
    /// Pools of shared buffers.
    buffer_pools, buffer_pools
}
listing! {
    /// How much of pools ports may use.
    port_pools, port_pools
}
listing! {
    /// Which pools traffic classes use.
    tc_bindings, tc_bindings
}
listing! {
    /// Tests that devices run on themselves.
    selftests, selftests
}
listing! {
    /// Line cards.
    line_cards, line_cards
}

/// Sets what is done with the packets of a trap.
#[pyfunction]
pub(crate) fn set_trap(
    py: Python<'_>,
    host: &Host,
    handle: &str,
    name: &str,
    action: &str,
) -> Result<Option<String>> {
    let (handle, action): (DevlinkHandle, _) = (read(handle)?, read(action)?);
    host.change(py, |host| host.devlink().set_trap(&handle, name, Some(action))).map(words)
}

/// Changes a group of traps.
#[pyfunction]
pub(crate) fn set_trap_group(
    py: Python<'_>,
    host: &Host,
    handle: &str,
    name: &str,
    action: Option<&str>,
    policer: Option<u32>,
) -> Result<Option<String>> {
    let handle: DevlinkHandle = read(handle)?;
    let change = TrapGroupChange { action: action.map(read).transpose()?, policer };
    host.change(py, |host| host.devlink().set_trap_group(&handle, name, &change)).map(words)
}

/// Changes a policer.
#[pyfunction]
pub(crate) fn set_trap_policer(
    py: Python<'_>,
    host: &Host,
    handle: &str,
    id: u32,
    rate: Option<u64>,
    burst: Option<u64>,
) -> Result<()> {
    let handle: DevlinkHandle = read(handle)?;
    let change = TrapPolicerChange { rate, burst };
    host.change(py, |host| host.devlink().set_trap_policer(&handle, id, &change))
}

/// Takes a snapshot of a region, and tells its number.
#[pyfunction]
pub(crate) fn take_snapshot(py: Python<'_>, host: &Host, region: &str, number: Option<u32>) -> Result<u32> {
    let region: RegionId = read(region)?;
    host.change(py, |host| host.devlink().take_snapshot(&region, number))
}

/// Removes a snapshot.
#[pyfunction]
pub(crate) fn remove_snapshot(py: Python<'_>, host: &Host, region: &str, number: u32) -> Result<()> {
    let region: RegionId = read(region)?;
    host.change(py, |host| host.devlink().remove_snapshot(&region, number))
}

/// Bytes of a snapshot, or of the device itself; without a length, all from the address on.
#[pyfunction]
pub(crate) fn read_region<'py>(
    py: Python<'py>,
    host: &Host,
    region: &str,
    snapshot: Option<u32>,
    address: u64,
    length: Option<u64>,
) -> Result<Bound<'py, PyBytes>> {
    let region: RegionId = read(region)?;
    let bytes = host.ask(py, |host| {
        let devlink = host.devlink();
        let length = match length {
            Some(length) => length,
            None => devlink.region(&region)?.size.unwrap_or(u64::MAX).saturating_sub(address),
        };
        let mut bytes = Vec::new();
        let wanted = RegionRead { snapshot, range: Some((address, length)) };
        devlink.read_region(&region, &wanted, &mut |chunk: &RegionChunk| {
            bytes.extend_from_slice(&chunk.data);
            Ok(())
        })?;
        Ok(bytes)
    })?;
    Ok(PyBytes::new(py, &bytes))
}

/// What a rate object is to have, in the package's shape.
#[derive(Deserialize)]
struct Wanted {
    share: Option<u64>,
    max: Option<u64>,
    priority: Option<u32>,
    weight: Option<u32>,
    tc_shares: Option<[u32; 8]>,
    parent: Option<String>,
    parent_device: Option<String>,
    top: bool,
}

impl Wanted {
    fn change(self) -> Result<RateChange> {
        let device = self.parent_device.as_deref().map(read).transpose()?;
        let parent = self.parent.map(|node| NewParent::Node(RateParent { node, device }));
        Ok(RateChange {
            tx_share: self.share,
            tx_max: self.max,
            tx_priority: self.priority,
            tx_weight: self.weight,
            tc_bw: self.tc_shares,
            parent: if self.top { Some(NewParent::None) } else { parent },
        })
    }
}

/// Makes a rate node (`add`) or changes an object.
#[pyfunction]
pub(crate) fn change_rate(
    py: Python<'_>,
    host: &Host,
    name: &str,
    wanted: &Bound<'_, PyAny>,
    add: bool,
) -> Result<Option<String>> {
    let name: RateName = read(name)?;
    let change = from_py::<Wanted>(wanted, "change a rate object")?.change()?;
    let done = host.change(py, |host| match add {
        true => host.devlink().add_rate(&name, &change),
        false => host.devlink().set_rate(&name, &change),
    });
    done.map(words)
}

/// Removes a rate node.
#[pyfunction]
pub(crate) fn remove_rate(py: Python<'_>, host: &Host, name: &str) -> Result<Option<String>> {
    let name: RateName = read(name)?;
    host.change(py, |host| host.devlink().remove_rate(&name)).map(words)
}

/// A resource with its path, in the package's shape.
#[derive(Serialize)]
struct Told<'a> {
    place: String,
    path: String,
    #[serde(flatten)]
    resource: &'a Resource,
}

fn flat<'a>(place: &str, above: &str, resource: &'a Resource, all: &mut Vec<Told<'a>>) {
    let path = format!("{above}/{}", resource.name);
    all.push(Told { place: place.to_owned(), path: path.clone(), resource });
    resource.parts.iter().for_each(|part| flat(place, &path, part, all));
}

/// Resources of a device, or of all devices and their ports; parts stand behind what they are parts of.
#[pyfunction]
pub(crate) fn resources(py: Python<'_>, host: &Host, handle: Option<&str>) -> PyResult<Py<PyAny>> {
    let handle = handle_of(handle)?;
    let found = host.ask(py, |host| match &handle {
        Some(handle) => Ok(vec![host.devlink().resources(handle)?]),
        None => host.devlink().all_resources(None, None),
    })?;
    let mut all = Vec::new();
    for owner in &found {
        let place =
            owner.port.map_or_else(|| owner.device.to_string(), |port| owner.device.port(port).to_string());
        owner.resources.iter().for_each(|resource| flat(&place, "", resource, &mut all));
    }
    to_py(py, &all)
}

/// Changes the size of a resource, by its path.
#[pyfunction]
pub(crate) fn set_resource(py: Python<'_>, host: &Host, handle: &str, path: &str, size: u64) -> Result<()> {
    let handle: DevlinkHandle = read(handle)?;
    host.change(py, |host| {
        let all = host.devlink().resources(&handle)?;
        let found = all.at(path).ok_or_else(|| {
            Error::new(ErrorKind::NotFound, "change a resource's size").on(format_args!("{handle} {path}"))
        })?;
        host.devlink().set_resource(&handle, found.id, size)
    })
}

/// Changes a pool of a shared buffer.
#[pyfunction]
pub(crate) fn set_buffer_pool(
    py: Python<'_>,
    host: &Host,
    handle: &str,
    buffer: u32,
    pool: u16,
    size: u32,
    thresholds: &str,
) -> Result<()> {
    let (handle, kind): (DevlinkHandle, ThresholdKind) = (read(handle)?, read(thresholds)?);
    host.change(py, |host| host.devlink().set_buffer_pool(&handle, buffer, pool, size, kind))
}

/// Changes how much of a pool a port may use.
#[pyfunction]
pub(crate) fn set_port_pool(
    py: Python<'_>,
    host: &Host,
    port: &str,
    buffer: u32,
    pool: u16,
    threshold: u32,
) -> Result<()> {
    let port: PortHandle = read(port)?;
    host.change(py, |host| host.devlink().set_port_pool(&port, buffer, pool, threshold))
}

/// Lets a traffic class of a port use a pool; `binding` is the buffer, the class and the way its packets go.
#[pyfunction]
pub(crate) fn bind_tc(
    py: Python<'_>,
    host: &Host,
    port: &str,
    binding: (u32, u16, String),
    pool: u16,
    threshold: u32,
) -> Result<()> {
    let (buffer, tc, way) = binding;
    let kind: PoolKind = read(&way)?;
    let tc = PortTc { port: read(port)?, buffer, tc, kind };
    host.change(py, |host| host.devlink().bind_tc(&tc, pool, threshold))
}

/// Lets a device note how full a buffer is, or with `clear` lets the marks begin anew.
#[pyfunction]
pub(crate) fn note_occupancy(
    py: Python<'_>,
    host: &Host,
    handle: &str,
    buffer: u32,
    clear: bool,
) -> Result<()> {
    let handle: DevlinkHandle = read(handle)?;
    host.change(py, |host| match clear {
        true => host.devlink().clear_max_occupancy(&handle, buffer),
        false => host.devlink().snapshot_occupancy(&handle, buffer),
    })
}

/// Writes firmware into a device; `tell` hears of what happens meanwhile.
#[pyfunction]
pub(crate) fn flash(
    py: Python<'_>,
    host: &Host,
    handle: &str,
    file: String,
    component: Option<String>,
    overwrite: (bool, bool),
    tell: Option<Py<PyAny>>,
) -> PyResult<Option<String>> {
    let handle: DevlinkHandle = read(handle)?;
    let (settings, identifiers) = overwrite;
    let update = FlashUpdate { file, component, overwrite: FlashOverwrite { settings, identifiers } };
    let mut failed = None;
    let mut hear = |event: FlashEvent| {
        let (FlashEvent::Status(status), Some(tell), None) = (event, &tell, &failed) else { return };
        failed = Python::attach(|py| tell.call1(py, (to_py(py, &status)?,))).err();
    };
    let note = host.change(py, |host| host.devlink().flash(&handle, &update, &mut hear))?;
    failed.map_or(Ok(words(note)), Err)
}

/// Starts a device anew; what was performed.
#[pyfunction]
pub(crate) fn reload(
    py: Python<'_>,
    host: &Host,
    handle: &str,
    action: Option<&str>,
    limit: Option<&str>,
    netns: Option<String>,
) -> Result<Vec<String>> {
    let handle: DevlinkHandle = read(handle)?;
    let reload = Reload {
        action: action.map(read).transpose()?,
        limit: limit.map(read).transpose()?,
        netns: netns.map(TargetNetns::Name),
    };
    let done = host.change(py, |host| host.devlink().reload(&handle, &reload))?;
    Ok(done.iter().map(ToString::to_string).collect())
}

/// Runs tests of a device, or all that it has; how each ended.
#[pyfunction]
pub(crate) fn run_selftests(
    py: Python<'_>,
    host: &Host,
    handle: &str,
    tests: Option<Vec<String>>,
) -> PyResult<Py<PyAny>> {
    let handle: DevlinkHandle = read(handle)?;
    let named = tests.map(|tests| tests.iter().map(|test| read(test)).collect::<Result<Vec<Selftest>>>());
    let named = named.transpose()?;
    let found = host.change(py, |host| {
        let tests = match named {
            Some(named) => named,
            None => host.devlink().selftests(Some(&handle))?.into_iter().flat_map(|one| one.tests).collect(),
        };
        host.devlink().run_selftests(&handle, &tests)
    })?;
    to_py(py, &found)
}

/// Sets the type that a slot is provisioned for, or takes it away.
#[pyfunction]
pub(crate) fn set_line_card(
    py: Python<'_>,
    host: &Host,
    handle: &str,
    index: u32,
    kind: Option<&str>,
) -> Result<Option<String>> {
    let handle: DevlinkHandle = read(handle)?;
    host.change(py, |host| host.devlink().set_line_card(&handle, index, kind)).map(words)
}

/// A device's pipeline in the package's shape.
#[derive(Serialize)]
struct Pipeline {
    headers: Vec<PipelineHeader>,
    tables: Vec<ToldTable>,
}

#[derive(Serialize)]
struct ToldTable {
    #[serde(flatten)]
    table: PipelineTable,
    entries: Vec<PipelineEntry>,
}

/// The tables of a device's pipeline with their entries, and the headers that they look at.
#[pyfunction]
pub(crate) fn pipeline(
    py: Python<'_>,
    host: &Host,
    handle: &str,
    table: Option<&str>,
) -> PyResult<Py<PyAny>> {
    let handle: DevlinkHandle = read(handle)?;
    let found = host.ask(py, |host| {
        let devlink = host.devlink();
        let headers = devlink.pipeline_headers(&handle)?;
        let mut tables = Vec::new();
        for table in devlink.pipeline_tables(&handle, table)? {
            let entries = devlink.pipeline_entries(&handle, &table.name)?;
            tables.push(ToldTable { table, entries });
        }
        Ok(Pipeline { headers, tables })
    })?;
    to_py(py, &found)
}

/// Lets the entries of a table be counted or not.
#[pyfunction]
pub(crate) fn count_pipeline(py: Python<'_>, host: &Host, handle: &str, table: &str, on: bool) -> Result<()> {
    let handle: DevlinkHandle = read(handle)?;
    host.change(py, |host| host.devlink().set_pipeline_counters(&handle, table, on))
}

/// Lets a device have an error, to try what comes of it.
#[pyfunction]
pub(crate) fn test_reporter(py: Python<'_>, host: &Host, place: &str, name: &str) -> Result<()> {
    let id = crate::more::reporter_of(place, name)?;
    host.change(py, |host| host.devlink().test_reporter(&id))
}
