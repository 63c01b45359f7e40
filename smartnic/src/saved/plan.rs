//! What is to be done so that a host is as a document says, and what must be refused.

use std::fmt;

use serde::Serialize;
use smartnic_core::types::DevlinkHandle;

use super::document::{DeviceDoc, Document};
use super::export::with_functions;
use super::forwarding::{Found, LinkTask, orders, refusals};
use super::planner::Planner;
use super::task::Task;
use crate::cycle::DeviceState;
use crate::{Error, ErrorKind, Host, Result};

/// What may be done although it reaches further than the settings themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Allow {
    /// To start a device anew, which parameters of the mode `driverinit` need: links and representors go and come again.
    pub reload: bool,
    /// To write into the device's own memory, as parameters of the mode `permanent` do.
    pub permanent: bool,
}

/// How a document is brought back.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// What may be done.
    pub allow: Allow,
    /// Also removes what the document does not name, where it names some or none: sub-functions, rates, bridges and bonds
    /// over its devices, and ports of those that it names.
    pub prune: bool,
    /// How each change is carried out.
    pub cycle: crate::cycle::Options,
}

/// A setting that is not brought back, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refusal {
    /// The device; none for bridges and bonds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device: Option<DevlinkHandle>,
    /// The setting, by its place in the document.
    pub setting: String,
    /// Why.
    pub reason: String,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(device) = &self.device {
            write!(f, "{device}: ")?;
        }
        write!(f, "{}: {}", self.setting, self.reason)
    }
}

/// What is to be done to one device; nothing if it is as the document says.
#[derive(Debug, Clone, PartialEq)]
pub struct DevicePlan {
    /// The device.
    pub device: DevlinkHandle,
    /// What is to be done, in this order.
    pub tasks: Vec<Task>,
    /// What is refused.
    pub refused: Vec<Refusal>,
}

/// What is to be done to bridges and bonds. The VLANs and switches of ports that are still to come are not among it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LinkPlan {
    /// What is to be done, in this order.
    pub tasks: Vec<LinkTask>,
    /// What is refused.
    pub refused: Vec<Refusal>,
}

/// What is to be done for a document.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// The devices, in the order of the document.
    pub devices: Vec<DevicePlan>,
    /// Bridges and bonds, behind all devices.
    pub links: LinkPlan,
}

impl Plan {
    /// All that is refused.
    pub fn refused(&self) -> impl Iterator<Item = &Refusal> {
        self.devices.iter().flat_map(|device| &device.refused).chain(&self.links.refused)
    }

    /// Whether nothing is to be done.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.devices.iter().all(|device| device.tasks.is_empty()) && self.links.tasks.is_empty()
    }
}

/// Compares a document with a host; changes nothing.
///
/// # Errors
/// Those of reading the devices' state; a device that is not there is a [`Refusal`].
pub fn plan(host: &Host, document: &Document, options: &Options) -> Result<Plan> {
    let devices: Vec<DevicePlan> =
        document.devices.iter().map(|wanted| plan_one(host, wanted, options)).collect::<Result<_>>()?;
    let wanted = document.forwarding();
    if wanted.is_empty() {
        return Ok(Plan { devices, links: LinkPlan::default() });
    }
    let found = Found::read(host)?;
    let coming = devices.iter().any(|device| !device.tasks.is_empty());
    let may = (options.prune, options.allow.reload);
    let refused = refusals(found.as_ref(), wanted, coming, may).into_iter();
    let refused = refused.map(|(setting, reason)| Refusal { device: None, setting, reason }).collect();
    let prune = doomed(host, document, options)?;
    let tasks = found.map(|found| orders(&found, wanted, prune.as_deref())).unwrap_or_default();
    Ok(Plan { devices, links: LinkPlan { tasks, refused } })
}

/// The devices whose other bridges and bonds are to go.
pub(super) fn doomed(
    host: &Host,
    document: &Document,
    options: &Options,
) -> Result<Option<Vec<DevlinkHandle>>> {
    options.prune.then(|| with_functions(host, &document.handles())).transpose()
}

pub(super) fn plan_one(host: &Host, wanted: &DeviceDoc, options: &Options) -> Result<DevicePlan> {
    let mut plan = Planner { host, wanted, options, tasks: Vec::new(), refused: Vec::new() };
    match DeviceState::read(host, &wanted.device) {
        Ok(now) => plan.all(&now)?,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            plan.refuse("device", "there is no such device on this host");
        }
        Err(error) => return Err(error),
    }
    let Planner { tasks, refused, .. } = plan;
    Ok(DevicePlan { device: wanted.device.clone(), tasks, refused })
}

/// What is refused, as one error.
pub(super) fn refusal(refused: &[&Refusal]) -> Error {
    let lines: Vec<String> = refused.iter().map(ToString::to_string).collect();
    Error::invalid("apply a document of devices", lines.join("; ")).hint("nothing was changed")
}
