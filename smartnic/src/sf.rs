//! Sub-functions: created, configured, activated, found; and the way back.
//!
//! A sub-function is a port of its physical function's devlink instance, a function behind it, and once it is active a
//! device on the auxiliary bus with a link and, where the driver makes one, an RDMA device. [`create`] returns when all of it
//! is there.

use serde::Serialize;
use smartnic_core::device::{FunctionOpstate, FunctionState, Link, Port, PortFlavour, PortFunctionChange};
use smartnic_core::types::{DevlinkHandle, HwAddr, IfIndex, PortHandle, SfNumber};

use crate::cycle::{self, Goal, Options, SfId, Step};
use crate::{Error, ErrorKind, Host, Result};

/// How often another number is tried if others take those that are free.
const ATTEMPTS: usize = 64;

/// What a sub-function is to be like.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Spec {
    /// Its number; the lowest that is free if it is left out.
    pub number: Option<SfNumber>,
    /// Its physical function's number; that of the device's own ports if it is left out.
    pub pf: Option<u16>,
    /// The settings of the function; its state is not looked at.
    pub function: PortFunctionChange,
    /// Whether it stays inactive, so that something else can be set before its driver takes it.
    pub inactive: bool,
}

/// A sub-function with all that belongs to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SubFunction {
    /// Which one it is.
    #[serde(flatten)]
    pub id: SfId,
    /// Its devlink port.
    pub port: PortHandle,
    /// The address that it comes up with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hw_addr: Option<HwAddr>,
    /// Whether it is to be used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<FunctionState>,
    /// Whether a driver uses it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub opstate: Option<FunctionOpstate>,
    /// True if it belongs to another host.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub external: bool,
    /// The link that stands for it on the switch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub representor: Option<String>,
    /// Its own device, on the auxiliary bus.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device: Option<DevlinkHandle>,
    /// Its own link, by name and number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub netdev: Option<String>,
    /// The network namespace that its own link lies in, if it is another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub netns: Option<String>,
    /// The number of its own link, in that namespace.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ifindex: Option<IfIndex>,
    /// Its RDMA devices.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rdma: Vec<String>,
}

/// The sub-functions of one device.
///
/// # Errors
/// Those of reading ports and links.
pub fn list(host: &Host, device: &DevlinkHandle) -> Result<Vec<SubFunction>> {
    let ports = host.devlink().ports(Some(device))?;
    let ports: Vec<Port> = ports.into_iter().filter(|port| port.flavour == PortFlavour::PciSf).collect();
    if ports.is_empty() {
        return Ok(Vec::new());
    }
    let mut links = host.switchdev().links()?;
    // What may not be seen is absent.
    links.extend(host.switchdev().links_elsewhere().map(|found| found.links).unwrap_or_default());
    let tree = host.hardware().and_then(|hardware| hardware.tree()).unwrap_or_default();
    Ok(ports.iter().filter_map(|port| one(port, &links, &tree)).collect())
}

/// One sub-function.
///
/// # Errors
/// `NotFound` with the numbers that are there.
pub fn show(host: &Host, device: &DevlinkHandle, number: SfNumber) -> Result<SubFunction> {
    let all = list(host, device)?;
    let known: Vec<String> = all.iter().map(|sf| sf.id.number.to_string()).collect();
    all.into_iter().find(|sf| sf.id.number == number).ok_or_else(|| absent(device, number, &known))
}

fn absent(device: &DevlinkHandle, number: SfNumber, known: &[String]) -> Error {
    let error =
        Error::new(ErrorKind::NotFound, "find a sub-function").on(format_args!("{device} sf {number}"));
    match known {
        [] => error.reason("the device has no sub-functions"),
        known => error.reason(format!("the device has {}", known.join(", "))),
    }
}

fn one(port: &Port, links: &[Link], tree: &smartnic_core::device::Hardware) -> Option<SubFunction> {
    let id = SfId::of(port)?;
    let function = port.function.clone().unwrap_or_default();
    let device = device_of(port, tree);
    let on = |link: &&Link| {
        device.as_ref().is_some_and(|device| {
            (link.parent_bus.as_deref(), link.parent_device.as_deref())
                == (Some(&*device.bus), Some(&*device.device))
        })
    };
    let own = links.iter().find(on);
    let rdma = tree.rdma.iter().filter(|rdma| device.is_some() && rdma.function == device);
    Some(SubFunction {
        id,
        port: port.handle.clone(),
        hw_addr: function.hw_addr,
        state: function.state,
        opstate: function.opstate,
        external: port.external,
        representor: port.netdev.clone(),
        netdev: own.map(|link| link.name.clone()),
        netns: own.and_then(|link| link.netns.clone()),
        ifindex: own.map(|link| link.ifindex),
        rdma: rdma.map(|rdma| rdma.name.clone()).collect(),
        device,
    })
}

/// The device of a sub-function: its port tells it (kernel 6.7 and later), or its number does.
fn device_of(port: &Port, tree: &smartnic_core::device::Hardware) -> Option<DevlinkHandle> {
    use smartnic_core::device::FunctionRole;
    let nested = port.function.as_ref().and_then(|function| function.nested.as_ref());
    if let Some(nested) = nested {
        return Some(nested.handle.clone());
    }
    let active = port.function.as_ref().and_then(|function| function.state) == Some(FunctionState::Active);
    let is = |role: &FunctionRole| match role {
        FunctionRole::Sub { of, sf } => *of == port.handle.device && Some(*sf) == port.sf,
        _ => false,
    };
    tree.functions
        .iter()
        .find(|function| active && is(&function.role))
        .map(|function| function.handle.clone())
}

/// Plans the making of a sub-function; changes nothing.
///
/// # Errors
/// `AlreadyExists` if its number is taken, `Unsupported` if the driver has no sub-functions.
pub fn plan_create(host: &Host, device: &DevlinkHandle, spec: &Spec) -> Result<cycle::Plan> {
    let ports = host.devlink().ports(Some(device))?;
    let pf = spec.pf.or_else(|| ports.iter().find_map(|port| port.pf)).unwrap_or_else(|| {
        // The number of the physical function is that of its PCI function.
        device.pci().map_or(0, |address| u16::from(address.function))
    });
    let taken = |number: SfNumber| ports.iter().any(|port| port.pf == Some(pf) && port.sf == Some(number));
    let number = match spec.number {
        Some(number) if taken(number) => {
            return Err(Error::new(ErrorKind::AlreadyExists, "create a sub-function")
                .on(format_args!("{device} sf {number}"))
                .reason("there is one with this number"));
        }
        Some(number) => number,
        // mlx5_core wants to be told a number.
        None => (0..).map(SfNumber).find(|number| !taken(*number)).unwrap_or(SfNumber(0)),
    };
    let function = PortFunctionChange { state: None, ..spec.function.clone() };
    let goal = Goal::SfCreate { sf: SfId { pf, number, controller: None }, function, active: !spec.inactive };
    cycle::plan(host, device, goal)
}

/// Makes a sub-function: adds its port, configures the function, activates it, waits until its driver has taken it,
/// and finds its device and its link. If a step fails, all is as before.
///
/// # Errors
/// Those of [`plan_create`] and [`cycle::Plan::run_with`].
pub fn create(
    host: &Host,
    device: &DevlinkHandle,
    spec: &Spec,
    options: &Options,
    progress: &mut dyn FnMut(&Step),
) -> Result<SubFunction> {
    for _ in 0..ATTEMPTS {
        let made = plan_create(host, device, spec).and_then(|plan| {
            plan.run_with(host, options, progress)?;
            Ok(plan.goal)
        });
        match made {
            Ok(Goal::SfCreate { sf, .. }) => return show(host, device, sf.number),
            Ok(_) => break,
            // Somebody else was faster with the number that was free, while it was planned or done.
            Err(error) if spec.number.is_none() && error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(Error::new(ErrorKind::AlreadyExists, "create a sub-function")
        .on(device)
        .reason(format!("{ATTEMPTS} numbers that were free were taken by others meanwhile")))
}

/// The goal of changing a sub-function that is there.
///
/// # Errors
/// `NotFound` if there is no such sub-function.
pub fn goal_of(
    host: &Host,
    device: &DevlinkHandle,
    number: SfNumber,
    make: impl FnOnce(SfId) -> Goal,
) -> Result<Goal> {
    Ok(make(show(host, device, number)?.id))
}

/// Removes a sub-function: lets its driver go, waits for that, and removes the port.
///
/// # Errors
/// `NotFound` if there is no such sub-function; those of [`cycle::Plan::run_with`].
pub fn delete(
    host: &Host,
    device: &DevlinkHandle,
    number: SfNumber,
    options: &Options,
    progress: &mut dyn FnMut(&Step),
) -> Result<()> {
    let goal = goal_of(host, device, number, |sf| Goal::SfDelete { sf })?;
    cycle::plan(host, device, goal)?.run_with(host, options, progress)
}
