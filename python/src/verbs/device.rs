//! Devices that are open.

use std::sync::Arc;

use pyo3::prelude::*;
use serde::Serialize;
use smartnic::Error;
use smartnic::verbs::{self, AsyncSource, VerbsGidEntry, VerbsLimits, VerbsPort};

use super::domain::ProtectionDomain;
use super::held::Held;
use super::queue::CompletionQueue;
use crate::convert::to_py;
use crate::error::Result;
use crate::host::{Host, seconds};

/// The devices that can be opened.
#[pyfunction]
pub(crate) fn verbs_devices(py: Python<'_>, host: &Host) -> PyResult<Py<PyAny>> {
    to_py(py, &host.ask(py, |host| host.verbs()?.devices())?)
}

/// Opens a device.
#[pyfunction]
pub(crate) fn open_rdma(py: Python<'_>, host: &Host, device: &str) -> Result<VerbsContext> {
    let context = host.ask(py, |host| host.verbs()?.open(device))?;
    Ok(VerbsContext { name: device.to_owned(), context: Held::new("use an RDMA device", context) })
}

/// A device that is open.
#[pyclass(frozen, module = "smartnic._smartnic")]
pub(crate) struct VerbsContext {
    name: String,
    context: Held<Arc<dyn verbs::VerbsContext>>,
}

/// What a device is and has.
#[derive(Serialize)]
struct Whole {
    limits: VerbsLimits,
    ports: Vec<VerbsPort>,
    gids: Vec<VerbsGidEntry>,
}

#[pymethods]
impl VerbsContext {
    #[getter]
    fn name(&self) -> &str {
        &self.name
    }

    fn query(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        let whole = self.context.ask(py, |context| {
            let limits = context.limits()?;
            let ports = (1..=limits.ports).map(|port| context.port(port)).collect::<smartnic::Result<_>>()?;
            Ok(Whole { limits, ports, gids: context.gids()? })
        })?;
        to_py(py, &whole)
    }

    fn pkey(&self, py: Python<'_>, port: u8, index: u16) -> Result<u16> {
        self.context.ask(py, |context| context.pkey(port, index))
    }

    fn alloc_pd(&self, py: Python<'_>) -> Result<ProtectionDomain> {
        Ok(ProtectionDomain::new(self.context.ask(py, |context| context.alloc_pd())?))
    }

    fn create_cq(&self, py: Python<'_>, entries: u32) -> Result<CompletionQueue> {
        let (channel, cq) = self.context.ask(py, |context| {
            let channel = context.create_channel()?;
            let cq = context.create_cq(entries, Some(&channel))?;
            Ok((channel, cq))
        })?;
        Ok(CompletionQueue::new(channel, cq))
    }

    /// The next thing that happens to the device within so many seconds: what, to what kind of object, and its number.
    fn next_event(&self, py: Python<'_>, timeout: f64) -> Result<Option<(String, &'static str, u64)>> {
        let most = seconds("wait for what happens to an RDMA device", timeout)?;
        let event = self.context.ask(py, |context| context.next_event(Some(most)))?;
        Ok(event.map(|event| {
            let (kind, number) = match event.source {
                AsyncSource::Device => ("device", 0),
                AsyncSource::Port(port) => ("port", port.into()),
                AsyncSource::Qp(number) => ("qp", number.into()),
                AsyncSource::Cq(id) => ("cq", id),
                AsyncSource::Srq(id) => ("srq", id),
            };
            (event.kind.to_string(), kind, number)
        }))
    }

    #[getter]
    fn closed(&self) -> bool {
        self.context.is_closed()
    }

    fn close(&self, py: Python<'_>) {
        self.context.close(py);
    }
}

/// A GID as people write it.
pub(super) fn gid(text: &str) -> Result<verbs::Gid> {
    let known = text.parse().map_err(|error: Error| error.on(text));
    Ok(known?)
}
