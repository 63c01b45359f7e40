//! Sub-functions among the changes of a device.

use std::fmt;

use serde::{Deserialize, Serialize};
use smartnic_core::device::{
    EswitchMode, FunctionOpstate, FunctionState, NewPort, Port, PortFlavour, PortFunctionChange,
};
use smartnic_core::types::{DevlinkHandle, SfNumber};

use super::run::Runner;
use super::way::Way;
use super::{Check, DeviceState, Goal, Step};
use crate::{Error, ErrorKind, Host, Result};

/// A sub-function, by the numbers that its user knows it by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SfId {
    /// Its physical function.
    pub pf: u16,
    /// Its number.
    #[serde(rename = "sf")]
    pub number: SfNumber,
    /// The controller, if the card serves several hosts.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub controller: Option<u32>,
}

impl SfId {
    /// That of a sub-function's port.
    #[must_use]
    pub fn of(port: &Port) -> Option<Self> {
        let is = port.flavour == PortFlavour::PciSf;
        let controller = port.controller.filter(|controller| *controller != 0);
        is.then_some(Self { pf: port.pf?, number: port.sf?, controller })
    }
}

impl fmt::Display for SfId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.controller {
            Some(controller) => write!(f, "c{controller}pf{}sf{}", self.pf, self.number),
            None => write!(f, "pf{}sf{}", self.pf, self.number),
        }
    }
}

/// A sub-function as it is at one time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SfState {
    /// Which one.
    pub id: SfId,
    /// The settings of its function, with its state.
    pub function: PortFunctionChange,
    /// True if it belongs to another host.
    pub external: bool,
}

/// The sub-functions among ports.
pub(super) fn read(ports: &[Port]) -> Vec<SfState> {
    let one = |port: &Port| {
        let now = port.function.clone().unwrap_or_default();
        let function = PortFunctionChange {
            hw_addr: now.hw_addr,
            state: now.state,
            roce: now.roce,
            migratable: now.migratable,
            ipsec_crypto: now.ipsec_crypto,
            ipsec_packet: now.ipsec_packet,
            max_io_eqs: now.max_io_eqs,
        };
        Some(SfState { id: SfId::of(port)?, function, external: port.external })
    };
    let mut all: Vec<SfState> = ports.iter().filter_map(one).collect();
    all.sort_by_key(|sf| sf.id);
    all
}

/// What of `wanted` is not so yet.
fn missing(wanted: &PortFunctionChange, now: &PortFunctionChange) -> PortFunctionChange {
    fn differs<T: PartialEq + Clone>(wanted: &Option<T>, now: &Option<T>) -> Option<T> {
        wanted.clone().filter(|wanted| now.as_ref() != Some(wanted))
    }
    PortFunctionChange {
        hw_addr: differs(&wanted.hw_addr, &now.hw_addr),
        state: differs(&wanted.state, &now.state),
        roce: differs(&wanted.roce, &now.roce),
        migratable: differs(&wanted.migratable, &now.migratable),
        ipsec_crypto: differs(&wanted.ipsec_crypto, &now.ipsec_crypto),
        ipsec_packet: differs(&wanted.ipsec_packet, &now.ipsec_packet),
        max_io_eqs: differs(&wanted.max_io_eqs, &now.max_io_eqs),
    }
}

/// Settings as `devlink port function set` takes them.
pub(crate) fn words(function: &PortFunctionChange) -> String {
    let PortFunctionChange { hw_addr, state, roce, migratable, ipsec_crypto, ipsec_packet, max_io_eqs } =
        function;
    let on = |on: bool| if on { "enable" } else { "disable" };
    [
        hw_addr.map(|address| format!("hw_addr {address}")),
        state.map(|state| format!("state {state}")),
        roce.map(|roce| format!("roce {}", on(roce))),
        migratable.map(|migratable| format!("migratable {}", on(migratable))),
        ipsec_crypto.map(|crypto| format!("ipsec_crypto {}", on(crypto))),
        ipsec_packet.map(|packet| format!("ipsec_packet {}", on(packet))),
        max_io_eqs.map(|queues| format!("max_io_eqs {queues}")),
    ]
    .into_iter()
    .flatten()
    .collect::<Vec<_>>()
    .join(" ")
}

fn is_active(function: &PortFunctionChange) -> bool {
    function.state == Some(FunctionState::Active)
}

/// Fails if a sub-function is to be made that is there.
pub(super) fn must_be_new(now: &DeviceState, goal: &Goal) -> Result<()> {
    match goal {
        Goal::SfCreate { sf, .. } if now.sfs.iter().any(|is| is.id == *sf) => {
            Err(Error::new(ErrorKind::AlreadyExists, "create a sub-function")
                .on(format_args!("{} {sf}", now.device))
                .reason("there is one with this number"))
        }
        _ => Ok(()),
    }
}

/// Whether the driver makes RDMA devices of sub-functions.
pub(super) fn makes_rdma(host: &Host, now: &DeviceState) -> bool {
    host.adapter(&now.driver, &now.device.bus).facts().sub_function_rdma.is_some()
}

/// The waits behind an activation; the last only if an RDMA device with RoCE is to come.
fn arrival(sf: SfId, rdma: bool) -> impl Iterator<Item = Step> {
    let rdma = rdma.then_some(Step::SfWaitRdma { sf });
    [Step::SfWaitAttached { sf }, Step::SfWaitDevices { sf }].into_iter().chain(rdma)
}

/// The way to a sub-function, from wherever it is; `rdma` says whether the driver makes RDMA devices of them.
pub(super) fn to_sf(now: &DeviceState, goal: &Goal, rdma: bool) -> Result<Way> {
    let (Goal::SfCreate { sf, .. } | Goal::SfChange { sf, .. } | Goal::SfDelete { sf }) = goal else {
        return Ok(Way::default());
    };
    let is = now.sfs.iter().find(|is| is.id == *sf);
    let rdma = |wanted: &PortFunctionChange| {
        // Without being told, drivers let functions have RoCE.
        let roce = wanted.roce.or(is.and_then(|is| is.function.roce)).unwrap_or(true);
        rdma && roce
    };
    let mut way = Way::default();
    if is.is_some_and(|is| is.external) || sf.controller.is_some() {
        way.checks.push(Check {
            what: "the other host's functions are left alone".into(),
            problem: Some(format!("{sf} belongs to the host that the card is in, not to this one")),
        });
    }
    let legacy = now.eswitch.and_then(|eswitch| eswitch.mode) == Some(EswitchMode::Legacy);
    if legacy && is.is_none() && matches!(goal, Goal::SfCreate { .. }) {
        way.checks.push(Check {
            what: "the eswitch is in switchdev mode".into(),
            problem: Some(format!(
                "it is in legacy mode, in which drivers add no ports: snicctl eswitch set {} --mode switchdev",
                now.device
            )),
        });
    }
    match goal {
        Goal::SfDelete { .. } => {
            if let Some(is) = is {
                if is_active(&is.function) {
                    way.steps.push(Step::SfState { sf: *sf, active: false });
                    way.steps.push(Step::SfWaitDetached { sf: *sf });
                }
                way.steps.push(Step::SfRemove { sf: *sf });
            }
        }
        Goal::SfCreate { function, active, .. } => {
            let none = PortFunctionChange::default();
            if is.is_none() {
                way.steps.push(Step::SfAdd { sf: *sf });
            }
            let state = active.then_some(FunctionState::Active);
            let wanted = PortFunctionChange { state, ..function.clone() };
            change(*sf, &wanted, is.map_or(&none, |is| &is.function), &mut way.steps);
            if *active {
                way.steps.extend(arrival(*sf, rdma(function)));
            }
        }
        Goal::SfChange { function, .. } => {
            let is = is.ok_or_else(|| {
                Error::new(ErrorKind::NotFound, "change a sub-function")
                    .on(format_args!("{} {sf}", now.device))
                    .reason("there is no such sub-function")
            })?;
            change(*sf, function, &is.function, &mut way.steps);
            match missing(function, &is.function).state {
                Some(FunctionState::Active) => {
                    way.steps.extend(arrival(*sf, rdma(function)));
                }
                Some(_) => way.steps.push(Step::SfWaitDetached { sf: *sf }),
                None => {}
            }
        }
        _ => {}
    }
    Ok(way)
}

/// Settings first, the state behind them: drivers take settings of inactive functions only.
fn change(sf: SfId, wanted: &PortFunctionChange, now: &PortFunctionChange, steps: &mut Vec<Step>) {
    let missing = missing(wanted, now);
    let function = PortFunctionChange { state: None, ..missing.clone() };
    if function != PortFunctionChange::default() {
        steps.push(Step::SfSet { sf, function: Box::new(function) });
    }
    if let Some(state) = missing.state {
        steps.push(Step::SfState { sf, active: state == FunctionState::Active });
    }
}

/// Brings the sub-functions back.
pub(super) fn restore(runner: &mut Runner<'_>, before: &DeviceState) -> Result<()> {
    let rdma = makes_rdma(runner.host, before);
    let now = DeviceState::read(runner.host, &before.device)?.sfs;
    for new in now.iter().filter(|is| before.sfs.iter().all(|was| was.id != is.id)) {
        if is_active(&new.function) {
            runner.step(&Step::SfState { sf: new.id, active: false })?;
            runner.step(&Step::SfWaitDetached { sf: new.id })?;
        }
        runner.step(&Step::SfRemove { sf: new.id })?;
    }
    for was in &before.sfs {
        let mut is = now.iter().find(|is| is.id == was.id).map(|is| is.function.clone());
        if is.is_none() {
            runner.step(&Step::SfAdd { sf: was.id })?;
            // A new one comes with settings of the driver's choice.
            let ports = runner.host.devlink().ports(Some(runner.device))?;
            is = read(&ports).into_iter().find(|is| is.id == was.id).map(|is| is.function);
        }
        let is = is.unwrap_or_default();
        let mut steps = Vec::new();
        let settings = PortFunctionChange { state: None, ..missing(&was.function, &is) };
        if settings != PortFunctionChange::default() && is_active(&is) {
            steps.push(Step::SfState { sf: was.id, active: false });
            steps.push(Step::SfWaitDetached { sf: was.id });
            change(
                was.id,
                &was.function,
                &PortFunctionChange { state: Some(FunctionState::Inactive), ..is },
                &mut steps,
            );
        } else {
            change(was.id, &was.function, &is, &mut steps);
        }
        if is_active(&was.function) {
            steps.extend(arrival(was.id, rdma && was.function.roce != Some(false)));
        }
        for step in steps {
            runner.step(&step)?;
        }
    }
    Ok(())
}

/// The port of a sub-function.
fn port_of(host: &Host, device: &DevlinkHandle, sf: SfId) -> Result<Option<Port>> {
    Ok(host.devlink().ports(Some(device))?.into_iter().find(|port| SfId::of(port) == Some(sf)))
}

fn port(host: &Host, device: &DevlinkHandle, sf: SfId) -> Result<Port> {
    port_of(host, device, sf)?.ok_or_else(|| {
        Error::new(ErrorKind::NotFound, "find a sub-function").on(format_args!("{device} {sf}"))
    })
}

pub(super) fn step(runner: &mut Runner<'_>, step: &Step) -> Result<()> {
    let (host, device) = (runner.host, runner.device);
    match step {
        Step::SfAdd { sf } => {
            let new = NewPort {
                controller: sf.controller,
                ..NewPort::sub_function(device.clone(), sf.pf, Some(sf.number))
            };
            host.devlink().add_port(&new).map(drop)
        }
        Step::SfSet { sf, function } => {
            let handle = port(host, device, *sf)?.handle;
            host.devlink().set_port_function(&handle, function).map(drop)
        }
        Step::SfState { sf, active } => {
            let handle = port(host, device, *sf)?.handle;
            let state = if *active { FunctionState::Active } else { FunctionState::Inactive };
            let change = PortFunctionChange { state: Some(state), ..PortFunctionChange::default() };
            host.devlink().set_port_function(&handle, &change).map(drop)
        }
        Step::SfRemove { sf } => {
            let handle = port(host, device, *sf)?.handle;
            host.devlink().remove_port(&handle).map(drop)
        }
        Step::SfWaitAttached { sf } => wait_opstate(runner, *sf, FunctionOpstate::Attached),
        Step::SfWaitDetached { sf } => wait_opstate(runner, *sf, FunctionOpstate::Detached),
        Step::SfWaitDevices { sf } => runner.waiter.until(device, || {
            let found = crate::sf::show(host, device, sf.number)?;
            Ok(match (&found.device, &found.netdev) {
                (None, _) => Some(format!("{sf} has no device on the auxiliary bus")),
                (Some(own), None) if has_eth(host, own) => Some(format!("{sf} has no link on {own}")),
                _ => None,
            })
        }),
        Step::SfWaitRdma { sf } => runner.waiter.until(device, || {
            let found = crate::sf::show(host, device, sf.number)?;
            let own = found.device.as_ref().filter(|_| found.rdma.is_empty());
            Ok(own
                .filter(|own| has_rdma(host, device, own))
                .map(|own| format!("{sf} has no RDMA device on {own}")))
        }),
        _ => Ok(()),
    }
}

fn wait_opstate(runner: &mut Runner<'_>, sf: SfId, wanted: FunctionOpstate) -> Result<()> {
    let (host, device) = (runner.host, runner.device);
    runner.waiter.until(device, || {
        let Some(port) = port_of(host, device, sf)? else { return Ok(Some(format!("{sf} has no port"))) };
        let is = port.function.and_then(|function| function.opstate);
        Ok(is.filter(|is| *is != wanted).map(|is| format!("{sf} is {is}, not {wanted},")))
    })
}

/// Whether the device of a sub-function is to have a link: `enable_eth` can be off.
fn has_eth(host: &Host, own: &DevlinkHandle) -> bool {
    is_on(host, own, "enable_eth")
}

/// Whether nothing says that a parameter is off.
fn is_on(host: &Host, own: &DevlinkHandle, name: &str) -> bool {
    use smartnic_core::device::ParamValue;
    let param = host.devlink().param(own, name);
    !param.is_ok_and(|param| param.values.iter().any(|value| value.value == ParamValue::Bool(false)))
}

/// Whether the device of a sub-function is to have an RDMA device: `enable_rdma` can be off, and the driver of RDMA devices
/// may not be loaded, which shows in that no function of this driver has any.
fn has_rdma(host: &Host, device: &DevlinkHandle, own: &DevlinkHandle) -> bool {
    let tree = host.hardware().and_then(|hardware| hardware.tree()).unwrap_or_default();
    let driver = |handle: &DevlinkHandle| {
        let function = tree.functions.iter().find(|function| function.handle == *handle)?;
        function.driver.as_deref()
    };
    let loaded = tree
        .rdma
        .iter()
        .filter_map(|rdma| rdma.function.as_ref())
        .any(|function| driver(function).is_some_and(|name| Some(name) == driver(device)));
    loaded && is_on(host, own, "enable_rdma")
}

#[cfg(test)]
mod tests {
    use super::*;
    use smartnic_core::types::{PortHandle, PortIndex};

    /// A port of a sub-function as a DPU's own processor sees one of the host that the card is in.
    fn of_the_host(number: u32) -> Port {
        let device: DevlinkHandle = "pci/0000:03:00.0".parse().unwrap();
        let mut port = Port::new(PortHandle { device, index: PortIndex(number) }, PortFlavour::PciSf);
        (port.pf, port.sf, port.controller, port.external) = (Some(0), Some(SfNumber(number)), Some(1), true);
        port
    }

    fn card(ports: &[Port]) -> DeviceState {
        DeviceState {
            device: "pci/0000:03:00.0".parse().unwrap(),
            driver: "mlx5_core".into(),
            adapter: "mlx5".into(),
            eswitch: None,
            sriov: None,
            externals: ports.iter().filter(|port| port.external).count(),
            sfs: read(ports),
            vfs: Vec::new(),
            links: Vec::new(),
            link: None,
            roce: None,
        }
    }

    #[test]
    fn the_other_hosts_functions_are_left_alone() {
        let card = card(&[of_the_host(4)]);
        let sf = SfId { pf: 0, number: SfNumber(4), controller: Some(1) };
        let other = SfId { number: SfNumber(5), ..sf };
        let goals = [
            Goal::SfDelete { sf },
            Goal::SfChange { sf, function: PortFunctionChange { roce: Some(false), ..Default::default() } },
            Goal::SfCreate { sf: other, function: PortFunctionChange::default(), active: true },
        ];
        for goal in goals {
            let way = to_sf(&card, &goal, false).unwrap();
            let problems: Vec<_> = way.checks.iter().filter_map(|check| check.problem.as_deref()).collect();
            assert!(
                problems.iter().any(|text| text.contains("belongs to the host")),
                "{goal:?}: {problems:?}"
            );
        }
        // One of its own is no obstacle.
        let own = SfId { controller: None, ..other };
        let goal = Goal::SfCreate { sf: own, function: PortFunctionChange::default(), active: true };
        assert_eq!(to_sf(&card, &goal, false).unwrap().checks, []);
    }

    #[test]
    fn an_rdma_device_is_waited_for_where_one_comes() {
        let card = card(&[]);
        let sf = SfId { pf: 0, number: SfNumber(5), controller: None };
        let waits = |roce, active, rdma| {
            let function = PortFunctionChange { roce, ..Default::default() };
            let goal = Goal::SfCreate { sf, function, active };
            to_sf(&card, &goal, rdma).unwrap().steps.contains(&Step::SfWaitRdma { sf })
        };
        assert!(waits(None, true, true) && waits(Some(true), true, true));
        assert!(!waits(None, true, false) && !waits(Some(false), true, true) && !waits(None, false, true));
    }
}
