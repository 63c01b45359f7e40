//! Links: what they tell, count, and let change.

use std::time::Duration;

use pyo3::prelude::*;
use pyo3::types::PyBytes;
use serde::Serialize;
use serde_json::{Map, Value as Json};
use smartnic::ethtool::module::{Module, Part};
use smartnic::ethtool::{ModuleFlash, Ntuple, NtupleAction, RESETS, Record, Rss, Value};
use smartnic::settings::{self, Setting, Topic};
use smartnic::types::IfIndex;
use smartnic::{Error, backend};

use crate::convert::{from_py, read, to_py};
use crate::error::Result;
use crate::host::{Host, seconds};

/// Names and values, to change something by.
type Pairs = Vec<(String, String)>;

fn lent(pairs: &Pairs) -> Vec<(&str, &str)> {
    pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

/// A setting in the package's shape.
#[derive(Serialize)]
struct Told {
    link: String,
    topic: &'static str,
    name: &'static str,
    value: Json,
    choices: Option<Vec<String>>,
    part: Option<u32>,
}

fn told(link: &str, part: Option<u32>, setting: Setting) -> Told {
    let value = settings::plain(&setting.value);
    let choices = match setting.value {
        Value::Bits(bits) => bits.of,
        _ => None,
    };
    Told { link: link.to_owned(), topic: setting.topic, name: setting.name, value, choices, part }
}

fn all_of(link: &str, topic: &'static str, part: Option<u32>, record: &dyn Record) -> Vec<Told> {
    Setting::of(topic, record).into_iter().map(|setting| told(link, part, setting)).collect()
}

/// Asks ethtool about the link of this name.
fn asked<T: Send>(
    py: Python<'_>,
    host: &Host,
    link: &str,
    ask: impl FnOnce(&dyn backend::Ethtool, IfIndex) -> smartnic::Result<T> + Send,
) -> Result<T> {
    host.ask(py, |host| about(host, link, ask))
}

/// As [`asked`], where something changes.
fn changed<T: Send>(
    py: Python<'_>,
    host: &Host,
    link: &str,
    ask: impl FnOnce(&dyn backend::Ethtool, IfIndex) -> smartnic::Result<T> + Send,
) -> Result<T> {
    host.change(py, |host| about(host, link, ask))
}

fn about<T>(
    host: &smartnic::Host,
    link: &str,
    ask: impl FnOnce(&dyn backend::Ethtool, IfIndex) -> smartnic::Result<T>,
) -> smartnic::Result<T> {
    let index = host.names()?.index(link)?;
    ask(host.ethtool()?, index).map_err(|error| error.on(link))
}

/// Sets a link up or down.
#[pyfunction]
pub(crate) fn set_link_up(py: Python<'_>, host: &Host, link: &str, up: bool) -> Result<()> {
    host.change(py, |host| host.switchdev().set_link_up(host.names()?.index(link)?, up))
}

/// What links tell of a topic, or of all.
#[pyfunction]
pub(crate) fn link_settings(
    py: Python<'_>,
    host: &Host,
    link: Option<&str>,
    topic: Option<&str>,
) -> PyResult<Py<PyAny>> {
    let found = host.ask(py, |host| {
        let topic = topic.map(Topic::named).transpose()?;
        settings::of_links(host, link, topic)
    })?;
    to_py(py, &found.into_iter().map(|(link, setting)| told(&link, None, setting)).collect::<Vec<_>>())
}

/// Changes settings of a topic of a link.
#[pyfunction]
pub(crate) fn set_link(py: Python<'_>, host: &Host, link: &str, topic: &str, pairs: Pairs) -> Result<()> {
    host.change(py, |host| Topic::named(topic)?.set(host, link, &lent(&pairs)))
}

/// How interrupts of one queue are held back.
#[pyfunction]
pub(crate) fn queue_settings(py: Python<'_>, host: &Host, link: &str, queue: u16) -> PyResult<Py<PyAny>> {
    let found = host.ask(py, |host| settings::queue_coalesce(host, link, queue))?;
    to_py(py, &all_of(link, "coalesce", Some(queue.into()), &found))
}

/// Changes how interrupts of one queue are held back.
#[pyfunction]
pub(crate) fn set_queue(py: Python<'_>, host: &Host, link: &str, queue: u16, pairs: Pairs) -> Result<()> {
    host.change(py, |host| settings::set_queue_coalesce(host, link, queue, &lent(&pairs)))
}

/// The features of a link.
#[pyfunction]
pub(crate) fn features(py: Python<'_>, host: &Host, link: &str) -> PyResult<Py<PyAny>> {
    to_py(py, &host.ask(py, |host| settings::features(host, link))?)
}

/// Turns features on or off.
#[pyfunction]
pub(crate) fn set_features(
    py: Python<'_>,
    host: &Host,
    link: &str,
    wishes: Vec<(String, bool)>,
) -> Result<()> {
    host.change(py, |host| settings::set_features(host, link, &wishes))
}

/// What a link counts.
#[pyfunction]
pub(crate) fn link_counters(
    py: Python<'_>,
    host: &Host,
    link: &str,
    groups: Option<Vec<String>>,
    source: Option<&str>,
) -> PyResult<Py<PyAny>> {
    let source = source.map(read).transpose()?;
    let groups = groups.as_ref().map(|groups| groups.iter().map(String::as_str).collect::<Vec<_>>());
    to_py(py, &host.ask(py, |host| settings::counters(host, link, groups.as_deref(), source))?)
}

/// How a link and its contexts spread packets.
#[pyfunction]
pub(crate) fn rss(py: Python<'_>, host: &Host, link: &str) -> PyResult<Py<PyAny>> {
    let found = asked(py, host, link, |ethtool, index| ethtool.all_rss(index))?;
    let each = found.iter().flat_map(|rss| all_of(link, "rss", rss.context, rss));
    to_py(py, &each.filter(|field| field.name != "context").collect::<Vec<_>>())
}

/// Changes how a link or a context spreads packets.
#[pyfunction]
pub(crate) fn set_rss(
    py: Python<'_>,
    host: &Host,
    link: &str,
    context: Option<u32>,
    pairs: Pairs,
) -> Result<()> {
    let asked = Rss { context, ..settings::spread_wish(&lent(&pairs))? };
    host.change(py, |host| settings::set_spread(host, link, &asked))
}

/// Makes a context, and tells its number.
#[pyfunction]
pub(crate) fn create_rss(py: Python<'_>, host: &Host, link: &str, pairs: Pairs) -> Result<Option<u32>> {
    let wish = settings::spread_wish(&lent(&pairs))?;
    Ok(changed(py, host, link, |ethtool, index| ethtool.create_rss(index, &wish))?.context)
}

/// Deletes a context.
#[pyfunction]
pub(crate) fn delete_rss(py: Python<'_>, host: &Host, link: &str, context: u32) -> Result<()> {
    changed(py, host, link, |ethtool, index| ethtool.delete_rss(index, context))
}

/// An n-tuple rule in the package's shape.
#[derive(Serialize)]
struct ToldRule {
    location: Option<u32>,
    kind: String,
    #[serde(rename = "match")]
    looks: Map<String, Json>,
    action: String,
    queue: Option<u32>,
    vf: Option<u8>,
    context: Option<u32>,
}

/// The n-tuple rules of a link.
#[pyfunction]
pub(crate) fn ntuples(py: Python<'_>, host: &Host, link: &str) -> PyResult<Py<PyAny>> {
    let found = asked(py, host, link, |ethtool, index| ethtool.ntuples(index))?;
    let one = |rule: &Ntuple| {
        let (queue, vf) = match rule.action {
            NtupleAction::Queue { queue, vf } => (Some(queue), vf),
            NtupleAction::Drop | NtupleAction::Wake => (None, None),
        };
        let looks = settings::ntuple_text(rule).into_iter().map(|(name, text)| (name, text.into())).collect();
        let (kind, action) = (rule.kind.to_string(), rule.action.to_string());
        ToldRule { location: rule.location, kind, looks, action, queue, vf, context: rule.context }
    };
    to_py(py, &found.rules.iter().map(one).collect::<Vec<_>>())
}

/// Adds an n-tuple rule, and tells its place; `to` is what becomes of packets, as serde has it.
#[pyfunction]
#[pyo3(signature = (host, link, kind, pairs, to, location, context))]
#[allow(clippy::too_many_arguments)]
pub(crate) fn add_ntuple(
    py: Python<'_>,
    host: &Host,
    link: &str,
    kind: &str,
    pairs: Pairs,
    to: &Bound<'_, PyAny>,
    location: Option<u32>,
    context: Option<u32>,
) -> Result<u32> {
    let action = from_py(to, "add an n-tuple rule")?;
    let rule = settings::ntuple(read(kind)?, action, &lent(&pairs))?;
    let rule = Ntuple { location, context, ..rule };
    changed(py, host, link, |ethtool, index| ethtool.add_ntuple(index, &rule))
}

/// Removes the n-tuple rule at a place.
#[pyfunction]
pub(crate) fn remove_ntuple(py: Python<'_>, host: &Host, link: &str, location: u32) -> Result<()> {
    changed(py, host, link, |ethtool, index| ethtool.remove_ntuple(index, location))
}

/// Lets a device test itself.
#[pyfunction]
pub(crate) fn test_link(py: Python<'_>, host: &Host, link: &str, offline: bool) -> PyResult<Py<PyAny>> {
    to_py(py, &changed(py, host, link, |ethtool, index| ethtool.test_link(index, offline))?)
}

/// Lets a port's lamp blink.
#[pyfunction]
pub(crate) fn identify(py: Python<'_>, host: &Host, link: &str, how_long: f64) -> Result<()> {
    let how_long = seconds("let a port blink", how_long)?;
    changed(py, host, link, |ethtool, index| ethtool.identify(index, how_long))
}

/// Resets parts of a device; the parts that were not.
#[pyfunction]
pub(crate) fn reset_link(
    py: Python<'_>,
    host: &Host,
    link: &str,
    parts: Vec<String>,
) -> Result<Vec<&'static str>> {
    let mut bits = 0;
    for part in &parts {
        let known = RESETS.iter().find(|(name, _)| name == part).ok_or_else(|| {
            let names = RESETS.iter().map(|(name, _)| *name).collect::<Vec<_>>();
            Error::invalid("reset a device", format!("expected one of: {}", names.join(" "))).on(part)
        })?;
        bits |= known.1;
    }
    let left = changed(py, host, link, |ethtool, index| ethtool.reset(index, bits))? & bits;
    let single = RESETS.iter().filter(|(_, bit)| bit.is_power_of_two() && left & bit != 0);
    Ok(single.map(|(name, _)| *name).collect())
}

/// The registers of a device, and the number of their layout.
#[pyfunction]
pub(crate) fn registers<'py>(py: Python<'py>, host: &Host, link: &str) -> Result<(u32, Bound<'py, PyBytes>)> {
    let found = asked(py, host, link, |ethtool, index| ethtool.registers(index))?;
    Ok((found.version, PyBytes::new(py, &found.bytes)))
}

/// Bytes of a device's EEPROM.
#[pyfunction]
pub(crate) fn eeprom<'py>(
    py: Python<'py>,
    host: &Host,
    link: &str,
    offset: u32,
    length: Option<u32>,
) -> Result<Bound<'py, PyBytes>> {
    let found = asked(py, host, link, |ethtool, index| ethtool.eeprom(index, offset, length))?;
    Ok(PyBytes::new(py, &found))
}

/// What is plugged into a port.
#[pyfunction]
pub(crate) fn module(py: Python<'_>, host: &Host, link: &str) -> PyResult<Py<PyAny>> {
    let found =
        asked(py, host, link, |ethtool, index| Module::read(&mut |part| ethtool.module_memory(index, part)))?;
    to_py(py, &found)
}

/// Bytes of a module's memory; `part` is the address on the bus, page, bank, first byte and length.
#[pyfunction]
pub(crate) fn module_memory<'py>(
    py: Python<'py>,
    host: &Host,
    link: &str,
    part: (u8, u8, u8, u8, u8),
) -> Result<Bound<'py, PyBytes>> {
    let (i2c, page, bank, offset, length) = part;
    let part = Part { i2c, page, bank, offset, length };
    let found = asked(py, host, link, |ethtool, index| ethtool.module_memory(index, part))?;
    Ok(PyBytes::new(py, &found))
}

/// Writes new firmware into a module; `tell` hears of how far it is.
#[pyfunction]
pub(crate) fn flash_module(
    py: Python<'_>,
    host: &Host,
    link: &str,
    file: &str,
    password: Option<u32>,
    tell: Option<Py<PyAny>>,
) -> PyResult<()> {
    let mut failed = None;
    let mut hear = |how: &ModuleFlash| {
        let Some(tell) = tell.as_ref().filter(|_| failed.is_none()) else { return };
        failed = Python::attach(|py| tell.call1(py, (to_py(py, how)?,))).err();
    };
    changed(py, host, link, |ethtool, index| ethtool.flash_module(index, file, password, &mut hear))?;
    failed.map_or(Ok(()), Err)
}

/// The PHYs of a link.
#[pyfunction]
pub(crate) fn phys(py: Python<'_>, host: &Host, link: &str) -> PyResult<Py<PyAny>> {
    to_py(py, &asked(py, host, link, |ethtool, index| ethtool.phys(index))?)
}

/// How far off the received signal is.
#[pyfunction]
pub(crate) fn signal_error(py: Python<'_>, host: &Host, link: &str) -> PyResult<Py<PyAny>> {
    to_py(py, &asked(py, host, link, |ethtool, index| ethtool.signal_error(index))?)
}

/// Tests a cable; with a reach, as serde has it, raw reflections are measured.
#[pyfunction]
pub(crate) fn test_cable(
    py: Python<'_>,
    host: &Host,
    link: &str,
    reach: Option<&Bound<'_, PyAny>>,
    most: f64,
) -> PyResult<Py<PyAny>> {
    let most: Duration = seconds("test a cable", most)?;
    let reach = reach.map(|reach| from_py(reach, "test a cable")).transpose()?;
    let found = changed(py, host, link, |ethtool, index| ethtool.test_cable(index, reach.as_ref(), most))?;
    to_py(py, &settings::cable_places(&found.findings))
}

/// The tables of UDP ports by which a device knows tunnels.
#[pyfunction]
pub(crate) fn udp_ports(py: Python<'_>, host: &Host, link: &str) -> PyResult<Py<PyAny>> {
    to_py(py, &asked(py, host, link, |ethtool, index| ethtool.udp_ports(index))?)
}
