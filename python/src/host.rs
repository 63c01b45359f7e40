//! A host, and what is asked of its devices.

use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use pyo3::prelude::*;
use serde::Serialize;
use smartnic::Error;
use smartnic::adapter::EswitchTarget;
use smartnic::cycle::{self, Check, Goal, Plan, Step};
use smartnic::device::{EncapMode, EswitchChange, EswitchMode, InlineMode};
use smartnic::inventory::Nic;
use smartnic::types::DevlinkHandle;

use crate::convert::{from_py, read, to_py};
use crate::error::Result;
use crate::inventory::{Device, representors, vfs};

/// An open host; none once it is closed.
#[pyclass(frozen, module = "smartnic._smartnic")]
pub(crate) struct Host {
    host: RwLock<Option<smartnic::Host>>,
    uri: String,
}

impl Host {
    /// The host itself.
    pub(crate) fn open(&self) -> Result<smartnic::Host> {
        let host = self.host.read().unwrap_or_else(PoisonError::into_inner).clone();
        Ok(host.ok_or_else(|| Error::invalid("use a host", "it was closed").on(&self.uri))?)
    }

    /// Makes a call with the interpreter's lock released.
    pub(crate) fn ask<T: Send>(
        &self,
        py: Python<'_>,
        call: impl FnOnce(&smartnic::Host) -> smartnic::Result<T> + Send,
    ) -> Result<T> {
        let host = self.open()?;
        Ok(py.detach(|| call(&host))?)
    }

    /// As [`Host::ask`], and saves what changed, however the call ends.
    pub(crate) fn change<T: Send>(
        &self,
        py: Python<'_>,
        call: impl FnOnce(&smartnic::Host) -> smartnic::Result<T> + Send,
    ) -> Result<T> {
        self.ask(py, |host| {
            let done = call(host);
            let saved = host.save();
            let done = done?;
            saved.map(|()| done)
        })
    }

    /// As [`Host::ask`], with the answer as Python's values.
    fn tell<T: Serialize + Send>(
        &self,
        py: Python<'_>,
        call: impl FnOnce(&smartnic::Host) -> smartnic::Result<T> + Send,
    ) -> PyResult<Py<PyAny>> {
        to_py(py, &self.ask(py, call)?)
    }
}

/// How a change is carried out: dry run, seconds to wait in all, going on although a check fails.
pub(crate) type How = (bool, f64, bool);

/// A plan in the package's shape.
#[derive(Serialize)]
struct Planned<'a> {
    device: &'a DevlinkHandle,
    adapter: &'a str,
    mode: Option<EswitchMode>,
    vfs: u32,
    goal: &'a Goal,
    checks: &'a [Check],
    notes: &'a [String],
    steps: Vec<PlannedStep<'a>>,
    dry_run: bool,
}

#[derive(Serialize)]
struct PlannedStep<'a> {
    text: String,
    commands: Vec<String>,
    step: &'a Step,
}

impl<'a> Planned<'a> {
    fn of(plan: &'a Plan, dry_run: bool) -> Self {
        let step = |step| PlannedStep { text: format!("{step}"), commands: plan.commands(step), step };
        Self {
            device: &plan.device,
            adapter: &plan.before.adapter,
            mode: plan.mode(),
            vfs: plan.before.num_vfs(),
            goal: &plan.goal,
            checks: &plan.checks,
            notes: &plan.notes,
            steps: plan.steps.iter().map(step).collect(),
            dry_run,
        }
    }
}

fn chosen(host: &smartnic::Host, handle: Option<&DevlinkHandle>) -> smartnic::Result<Vec<Nic>> {
    match handle {
        Some(handle) => Ok(vec![host.nic(handle)?]),
        None => Ok(host.inventory()?.nics),
    }
}

/// A time that was given in seconds.
pub(crate) fn seconds(op: &'static str, seconds: f64) -> Result<Duration> {
    Ok(Duration::try_from_secs_f64(seconds).map_err(|wrong| Error::invalid(op, wrong.to_string()))?)
}

fn handle_of(text: Option<&str>) -> Result<Option<DevlinkHandle>> {
    text.map(read).transpose()
}

#[pymethods]
impl Host {
    #[new]
    fn new(py: Python<'_>, uri: &str, lock_wait: f64) -> Result<Self> {
        let wait = seconds("open a host", lock_wait)?;
        let host = py.detach(|| smartnic::Host::open_waiting(uri, wait))?;
        Ok(Self { uri: host.uri().to_owned(), host: RwLock::new(Some(host)) })
    }

    #[getter]
    fn uri(&self) -> &str {
        &self.uri
    }

    #[getter]
    fn closed(&self) -> bool {
        self.host.read().unwrap_or_else(PoisonError::into_inner).is_none()
    }

    fn close(&self, py: Python<'_>) {
        // Closing sockets is the kernel's work too.
        py.detach(|| drop(self.host.write().unwrap_or_else(PoisonError::into_inner).take()));
    }

    fn kernel(&self, py: Python<'_>) -> Result<String> {
        self.ask(py, |host| host.backend().kernel_release())
    }

    #[pyo3(signature = (handle=None))]
    fn devices(&self, py: Python<'_>, handle: Option<&str>) -> PyResult<Py<PyAny>> {
        let handle = handle_of(handle)?;
        let nics = self.ask(py, |host| {
            let with_seat = |nic: Nic| nic.seat(host).map(|seat| (nic, seat));
            chosen(host, handle.as_ref())?.into_iter().map(with_seat).collect::<smartnic::Result<Vec<_>>>()
        })?;
        to_py(py, &nics.iter().map(Device::of).collect::<Vec<_>>())
    }

    fn other_links(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        self.tell(py, |host| Ok(host.inventory()?.other_links))
    }

    #[pyo3(signature = (handle=None))]
    fn vfs(&self, py: Python<'_>, handle: Option<&str>) -> PyResult<Py<PyAny>> {
        let handle = handle_of(handle)?;
        self.tell(py, |host| {
            let handles = match &handle {
                Some(handle) => vec![handle.clone()],
                None => host.inventory()?.nics.iter().map(|nic| nic.handle().clone()).collect(),
            };
            let mut all = Vec::new();
            for handle in handles {
                all.extend(vfs(host, &handle)?);
            }
            Ok(all)
        })
    }

    #[pyo3(signature = (handle=None))]
    fn representors(&self, py: Python<'_>, handle: Option<&str>) -> PyResult<Py<PyAny>> {
        let handle = handle_of(handle)?;
        self.tell(py, |host| {
            Ok(chosen(host, handle.as_ref())?.iter().flat_map(representors).collect::<Vec<_>>())
        })
    }

    fn set_eswitch(
        &self,
        py: Python<'_>,
        handle: &str,
        mode: Option<&str>,
        vfs: Option<u32>,
        how: How,
    ) -> PyResult<Py<PyAny>> {
        let mode: Option<EswitchMode> = mode.map(read).transpose()?;
        let goal = match mode {
            Some(mode) => Goal::eswitch(&EswitchTarget { mode, num_vfs: vfs }),
            None => Goal::Functions { mode: None, vfs, autoprobe: None },
        };
        let handle: DevlinkHandle = read(handle)?;
        self.carry_out(py, how, |host| cycle::plan(host, &handle, goal))
    }

    fn reach(&self, py: Python<'_>, handle: &str, goal: &Bound<'_, PyAny>, how: How) -> PyResult<Py<PyAny>> {
        let goal = from_py(goal, "change a device")?;
        let handle: DevlinkHandle = read(handle)?;
        self.carry_out(py, how, |host| cycle::plan(host, &handle, goal))
    }

    #[pyo3(signature = (handle, inline_mode=None, encap_mode=None))]
    fn tune_eswitch(
        &self,
        py: Python<'_>,
        handle: &str,
        inline_mode: Option<&str>,
        encap_mode: Option<&str>,
    ) -> Result<Option<String>> {
        let handle: DevlinkHandle = read(handle)?;
        let inline_mode: Option<InlineMode> = inline_mode.map(read).transpose()?;
        let encap_mode: Option<EncapMode> = encap_mode.map(read).transpose()?;
        let change = EswitchChange { mode: None, inline_mode, encap_mode };
        let note = self.change(py, |host| host.devlink().set_eswitch(&handle, &change))?;
        Ok(note.and_then(|note| note.message))
    }
}

impl Host {
    /// Plans steps, carries them out unless it is a dry run, and tells them.
    pub(crate) fn carry_out(
        &self,
        py: Python<'_>,
        how: How,
        make: impl FnOnce(&smartnic::Host) -> smartnic::Result<Plan> + Send,
    ) -> PyResult<Py<PyAny>> {
        let (dry_run, timeout, force) = how;
        let options = cycle::Options { timeout: seconds("change a device", timeout)?, force };
        let plan = if dry_run {
            self.ask(py, make)?
        } else {
            self.change(py, |host| {
                let plan = make(host)?;
                plan.run_with(host, &options, &mut |_| {})?;
                Ok(plan)
            })?
        };
        to_py(py, &Planned::of(&plan, dry_run))
    }
}
