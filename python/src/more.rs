//! Parameters, health, sub-functions, the graph, RDMA, DCB, packets: each a conversion and one call.

use std::net::IpAddr;
use std::time::Duration;

use pyo3::prelude::*;
use smartnic::cycle::{self, Goal};
use smartnic::device::{Fmsg, Param, ParamMode, ParamSetting, ParamType, ParamValue, Reporter, ReporterId};
use smartnic::flow::{Attach, Side, trace_at};
use smartnic::rdma::{self, GidType, Wanted};
use smartnic::text::devlink::show;
use smartnic::types::{DevlinkHandle, DevlinkPlace};
use smartnic::{Error, sf, text};

use crate::convert::{from_py, read, to_py};
use crate::error::Result;
use crate::host::{Host, How};
use crate::rule::Rule;

/// The parameters of a device, or one of them.
#[pyfunction]
pub(crate) fn params(py: Python<'_>, host: &Host, handle: &str, name: Option<&str>) -> PyResult<Py<PyAny>> {
    let handle: DevlinkHandle = read(handle)?;
    let found = host.ask(py, |host| match name {
        Some(name) => Ok(vec![host.devlink().param(&handle, name)?]),
        None => host.devlink().params(&handle),
    })?;
    to_py(py, &found)
}

/// What a parameter has in the mode that is asked for, or in the only one.
fn setting(param: &Param, mode: Option<ParamMode>) -> smartnic::Result<&ParamSetting> {
    let modes: Vec<String> = param.values.iter().map(|setting| setting.mode.to_string()).collect();
    let wrong = |why: String| Error::invalid("set a devlink parameter", why).on(&param.name);
    match (mode, &param.values[..]) {
        (Some(mode), _) => param
            .setting(mode)
            .ok_or_else(|| wrong(format!("it has no mode {mode}, only {}", modes.join(" and ")))),
        (None, [only]) => Ok(only),
        (None, _) => {
            Err(wrong(format!("it has several modes: {}", modes.join(", "))).hint("say which with mode="))
        }
    }
}

fn value_of(param: &Param, text: &str) -> smartnic::Result<ParamValue> {
    let value = match show::number_of(&param.name, text).flatten() {
        Some(number) => ParamValue::read(param.kind, &number.to_string()),
        None => ParamValue::read(param.kind, text),
    };
    value.ok_or_else(|| {
        let wanted = match param.kind {
            ParamType::Flag => "true or false".to_owned(),
            kind => format!("a value of type {kind}"),
        };
        Error::invalid("set a devlink parameter", format!("{text:?} is not {wanted}")).on(&param.name)
    })
}

/// Sets a parameter, and tells what it is then.
#[pyfunction]
pub(crate) fn set_param(
    py: Python<'_>,
    host: &Host,
    handle: &str,
    name: &str,
    value: &str,
    mode: Option<&str>,
) -> PyResult<Py<PyAny>> {
    let handle: DevlinkHandle = read(handle)?;
    let mode: Option<ParamMode> = mode.map(read).transpose()?;
    let param = host.change(py, |host| {
        let param = host.devlink().param(&handle, name)?;
        let mode = setting(&param, mode)?.mode;
        host.devlink().set_param(&handle, name, mode, &value_of(&param, value)?)?;
        host.devlink().param(&handle, name)
    })?;
    to_py(py, &param)
}

/// Gives a parameter its default again.
#[pyfunction]
pub(crate) fn reset_param(
    py: Python<'_>,
    host: &Host,
    handle: &str,
    name: &str,
    mode: Option<&str>,
) -> PyResult<Py<PyAny>> {
    let handle: DevlinkHandle = read(handle)?;
    let mode: Option<ParamMode> = mode.map(read).transpose()?;
    let param = host.change(py, |host| {
        let mode = setting(&host.devlink().param(&handle, name)?, mode)?.mode;
        host.devlink().reset_param(&handle, name, mode)?;
        host.devlink().param(&handle, name)
    })?;
    to_py(py, &param)
}

/// A reporter in the package's shape.
#[derive(serde::Serialize)]
struct Told<'a> {
    place: &'a DevlinkPlace,
    name: &'a str,
    state: String,
    errors: u64,
    recoveries: u64,
    has_dump: bool,
    grace_period: Option<u64>,
    burst_period: Option<u64>,
    auto_recover: Option<bool>,
    auto_dump: Option<bool>,
}

impl<'a> Told<'a> {
    fn of(reporter: &'a Reporter) -> Self {
        Self {
            place: &reporter.id.place,
            name: &reporter.id.name,
            state: reporter.state.to_string(),
            errors: reporter.errors,
            recoveries: reporter.recoveries,
            has_dump: reporter.dump_time.is_some() || reporter.dump_uptime.is_some(),
            grace_period: reporter.grace_period,
            burst_period: reporter.burst_period,
            auto_recover: reporter.auto_recover,
            auto_dump: reporter.auto_dump,
        }
    }
}

pub(crate) fn reporter_of(place: &str, name: &str) -> Result<ReporterId> {
    Ok(ReporterId::new(read::<DevlinkPlace>(place)?, name))
}

/// The health reporters of a device and its ports, of one port, or of all.
#[pyfunction]
pub(crate) fn reporters(py: Python<'_>, host: &Host, place: Option<&str>) -> PyResult<Py<PyAny>> {
    let place: Option<DevlinkPlace> = place.map(read).transpose()?;
    let found = host.ask(py, |host| host.devlink().reporters(place.as_ref()))?;
    to_py(py, &found.iter().map(Told::of).collect::<Vec<_>>())
}

/// What a reporter knows of the present state.
#[pyfunction]
pub(crate) fn diagnose(py: Python<'_>, host: &Host, place: &str, name: &str) -> PyResult<Py<PyAny>> {
    let id = reporter_of(place, name)?;
    let told: Fmsg = host.ask(py, |host| host.devlink().diagnose(&id))?;
    to_py(py, &told)
}

/// The dump of an error; one is made where there is none.
#[pyfunction]
pub(crate) fn health_dump(
    py: Python<'_>,
    host: &Host,
    place: &str,
    name: &str,
    clear: bool,
) -> PyResult<Py<PyAny>> {
    let id = reporter_of(place, name)?;
    let told = host.change(py, |host| match clear {
        false => host.devlink().health_dump(&id).map(Some),
        true => host.devlink().clear_health_dump(&id).map(|()| None),
    })?;
    to_py(py, &told)
}

/// Recovers from the present error.
#[pyfunction]
pub(crate) fn recover_reporter(py: Python<'_>, host: &Host, place: &str, name: &str) -> PyResult<Py<PyAny>> {
    let id = reporter_of(place, name)?;
    let now = host.change(py, |host| {
        host.devlink().recover(&id)?;
        host.devlink().reporter(&id)
    })?;
    to_py(py, &Told::of(&now))
}

/// Changes what a reporter does by itself.
#[pyfunction]
pub(crate) fn set_reporter(
    py: Python<'_>,
    host: &Host,
    place: &str,
    name: &str,
    change: &Bound<'_, PyAny>,
) -> PyResult<Py<PyAny>> {
    let id = reporter_of(place, name)?;
    let change = from_py(change, "change a health reporter")?;
    let now = host.change(py, |host| {
        host.devlink().set_reporter(&id, &change)?;
        host.devlink().reporter(&id)
    })?;
    to_py(py, &Told::of(&now))
}

/// The sub-functions of a device, or of all.
#[pyfunction]
pub(crate) fn sfs(py: Python<'_>, host: &Host, handle: Option<&str>) -> PyResult<Py<PyAny>> {
    let handle: Option<DevlinkHandle> = handle.map(read).transpose()?;
    let found = host.ask(py, |host| {
        let handles = match handle {
            Some(handle) => vec![handle],
            None => host.inventory()?.nics.iter().map(|nic| nic.handle().clone()).collect(),
        };
        let mut found = Vec::new();
        for handle in handles {
            found.extend(sf::list(host, &handle)?);
        }
        Ok(found)
    })?;
    to_py(py, &found)
}

/// Makes a sub-function (`number` or the next that is free), or with `goal` changes or removes one.
#[pyfunction]
pub(crate) fn change_sf(
    py: Python<'_>,
    host: &Host,
    handle: &str,
    number: Option<u32>,
    verb: &str,
    function: &Bound<'_, PyAny>,
    how: How,
) -> PyResult<Py<PyAny>> {
    let op = "change a sub-function";
    let handle: DevlinkHandle = read(handle)?;
    let function: smartnic::device::PortFunctionChange = from_py(function, op)?;
    let number = number.map(smartnic::types::SfNumber);
    let verb = verb.to_owned();
    host.carry_out(py, how, move |host| {
        let known = || number.ok_or_else(|| Error::invalid(op, "which one is not said"));
        match verb.as_str() {
            "create" => {
                let inactive = function.state == Some(smartnic::device::FunctionState::Inactive);
                let spec = sf::Spec { number, pf: None, function: function.clone(), inactive };
                sf::plan_create(host, &handle, &spec)
            }
            "delete" => {
                let goal = sf::goal_of(host, &handle, known()?, |sf| Goal::SfDelete { sf })?;
                cycle::plan(host, &handle, goal)
            }
            _ => {
                let function = function.clone();
                let goal = sf::goal_of(host, &handle, known()?, |sf| Goal::SfChange { sf, function })?;
                cycle::plan(host, &handle, goal)
            }
        }
    })
}

/// Everything that was found, as a graph.
#[pyfunction]
pub(crate) fn graph(py: Python<'_>, host: &Host) -> PyResult<Py<PyAny>> {
    to_py(py, &host.ask(py, smartnic::Host::graph)?)
}

/// The RDMA devices.
#[pyfunction]
pub(crate) fn rdma_devices(py: Python<'_>, host: &Host) -> PyResult<Py<PyAny>> {
    to_py(py, &host.ask(py, |host| host.rdma()?.rdma_devices())?)
}

/// The ports of an RDMA device.
#[pyfunction]
pub(crate) fn rdma_ports(py: Python<'_>, host: &Host, device: &str) -> PyResult<Py<PyAny>> {
    to_py(py, &host.ask(py, |host| host.rdma()?.rdma_ports(device))?)
}

/// The counters of an RDMA port.
#[pyfunction]
pub(crate) fn rdma_counters(py: Python<'_>, host: &Host, device: &str, port: u32) -> PyResult<Py<PyAny>> {
    to_py(py, &host.ask(py, |host| rdma::counters(host, device, port))?)
}

/// The GIDs of a port, of a device, or of all.
#[pyfunction]
pub(crate) fn gids(
    py: Python<'_>,
    host: &Host,
    device: Option<&str>,
    port: Option<u32>,
) -> PyResult<Py<PyAny>> {
    to_py(py, &host.ask(py, |host| rdma::gids(host, device, port))?)
}

/// The GID for the way to an address.
#[pyfunction]
pub(crate) fn best_gid(
    py: Python<'_>,
    host: &Host,
    to: &str,
    kind: Option<&str>,
    device: Option<&str>,
    port: Option<u32>,
) -> PyResult<Py<PyAny>> {
    let op = "choose a GID";
    let to: IpAddr = to
        .parse()
        .map_err(|_| Error::invalid(op, "it is no IP address").on(to))
        .map_err(crate::error::Failure::from)?;
    let kind: Option<GidType> = kind.map(read).transpose()?;
    let choice = host.ask(py, |host| rdma::best_gid(host, to, &Wanted { kind, device, port }))?;
    to_py(py, &choice)
}

/// Data centre bridging of a link.
#[pyfunction]
pub(crate) fn dcb(py: Python<'_>, host: &Host, link: &str) -> PyResult<Py<PyAny>> {
    to_py(py, &host.ask(py, |host| host.dcb()?.dcb(link))?)
}

/// Changes data centre bridging of a link.
#[pyfunction]
pub(crate) fn set_dcb(
    py: Python<'_>,
    host: &Host,
    link: &str,
    change: &Bound<'_, PyAny>,
    remove: bool,
) -> PyResult<Py<PyAny>> {
    let change = from_py(change, "change data centre bridging")?;
    let now = host.change(py, |host| {
        let dcb = host.dcb()?;
        if remove {
            dcb.remove_dcb(link, &change)?
        } else {
            dcb.set_dcb(link, &change)?
        }
        dcb.dcb(link)
    })?;
    to_py(py, &now)
}

/// Sends packets into a simulated NIC; true if the NIC handled them alone.
#[pyfunction]
pub(crate) fn send_packet(py: Python<'_>, host: &Host, dev: &str, packet: &str, count: u64) -> Result<bool> {
    let packet = text::packet(packet)?;
    host.change(py, |host| {
        let from = host.names()?.index(dev)?;
        Ok(host.datapath()?.send(from, &packet, count)?.in_hardware)
    })
}

/// Lets what a reporter of a simulated NIC watches have an error; true if the driver recovered.
#[pyfunction]
pub(crate) fn report_error(
    py: Python<'_>,
    host: &Host,
    place: &str,
    name: &str,
    error: &str,
) -> Result<bool> {
    let id = reporter_of(place, name)?;
    host.change(py, |host| host.datapath()?.report_error(&id, error, Duration::from_secs(1)))
}

/// The rules that a packet meets at a link, and whether the NIC handles it alone; nothing is sent.
#[pyfunction]
pub(crate) fn trace(
    py: Python<'_>,
    host: &Host,
    dev: &str,
    packet: &str,
) -> PyResult<(Vec<Rule>, Py<PyAny>, bool, usize)> {
    let packet = text::packet(packet).map_err(crate::error::Failure::from)?;
    let (report, names) = host.ask(py, |host| {
        let names = host.names()?;
        let place = Attach::Dev { dev: names.index(dev)?.into(), side: Side::Ingress };
        Ok((trace_at(host, &place, &packet)?, names))
    })?;
    let met = report.met.into_iter().map(|entry| {
        let mut rule = entry.rule;
        names.put_names(&mut rule);
        Rule::from(rule)
    });
    let met = met.collect();
    Ok((met, to_py(py, &report.path)?, report.in_hardware, report.rules))
}
