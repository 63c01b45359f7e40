//! Ends of connections, which need no ceremony.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use pyo3::prelude::*;
use pyo3::types::PyBytes;
use smartnic::Error;
use smartnic::rdma::{self, RemoteRegion};
use smartnic::verbs::Remote;

use super::held::Held;
use super::memory::{access, copied, lent};
use crate::error::Result;
use crate::host::{Host, seconds};

/// Memory of the other end: its address, its length and its key.
type Place = (u64, u64, u32);

fn region((address, length, key): Place) -> RemoteRegion {
    RemoteRegion { remote: Remote { address, key }, length }
}

fn place(region: RemoteRegion) -> Place {
    (region.remote.address, region.length, region.remote.key)
}

/// What a description of memory is as bytes of a message.
#[pyfunction]
pub(crate) fn remote_bytes(py: Python<'_>, of: Place) -> Bound<'_, PyBytes> {
    PyBytes::new(py, &region(of).to_bytes())
}

/// The way back.
#[pyfunction]
pub(crate) fn remote_from_bytes(bytes: &Bound<'_, PyAny>) -> PyResult<Place> {
    let bytes = copied(bytes)?;
    Ok(place(RemoteRegion::from_bytes(&bytes).map_err(crate::error::Failure::from)?))
}

/// Whether both meet by `rdma_cm` alone.
fn by_cm(op: &'static str, by: &str) -> Result<bool> {
    match by {
        "tcp" => Ok(false),
        "rdma_cm" => Ok(true),
        other => {
            let error = Error::invalid(op, format!("ends do not meet by {other:?}"));
            Err(error.hint("they meet by tcp or by rdma_cm").into())
        }
    }
}

/// Waits for other ends at an address.
#[pyfunction]
pub(crate) fn listen_rdma(py: Python<'_>, host: &Host, address: &str, by: &str) -> Result<Listener> {
    const OP: &str = "listen for RDMA peers";
    let by_cm = by_cm(OP, by)?;
    let listener = host.ask(py, |host| match by_cm {
        true => rdma::Listener::bind_cm(host, address),
        false => rdma::Listener::bind(host, address),
    })?;
    Ok(Listener { listener: Held::new(OP, Arc::new(listener)) })
}

/// Connects to somebody who listens.
#[pyfunction]
pub(crate) fn connect_rdma(py: Python<'_>, host: &Host, address: &str, by: &str) -> Result<Endpoint> {
    let by_cm = by_cm("connect to an RDMA peer", by)?;
    let end = host.ask(py, |host| match by_cm {
        true => rdma::Endpoint::connect_cm(host, address),
        false => rdma::Endpoint::connect(host, address),
    })?;
    Ok(end.into())
}

/// Waits for other ends.
#[pyclass(frozen, module = "smartnic._smartnic")]
pub(crate) struct Listener {
    listener: Held<Arc<rdma::Listener>>,
}

#[pymethods]
impl Listener {
    fn address(&self, py: Python<'_>) -> Result<String> {
        self.listener.ask(py, |listener| Ok(listener.address()?.to_string()))
    }

    /// The next other end; none if none comes within so many seconds.
    fn accept(&self, py: Python<'_>, timeout: f64) -> Result<Option<Endpoint>> {
        let most = seconds("accept an RDMA peer", timeout)?;
        Ok(self.listener.ask(py, |listener| listener.accept_within(most))?.map(Endpoint::from))
    }

    #[getter]
    fn closed(&self) -> bool {
        self.listener.is_closed()
    }

    fn close(&self, py: Python<'_>) {
        self.listener.close(py);
    }
}

/// One end of a reliable connection.
#[pyclass(frozen, module = "smartnic._smartnic")]
pub(crate) struct Endpoint {
    end: Held<Arc<Mutex<rdma::Endpoint>>>,
}

impl From<rdma::Endpoint> for Endpoint {
    fn from(end: rdma::Endpoint) -> Self {
        Self { end: Held::new("use an RDMA connection", Arc::new(Mutex::new(end))) }
    }
}

/// Whoever comes second waits for the first.
fn one(end: &Mutex<rdma::Endpoint>) -> MutexGuard<'_, rdma::Endpoint> {
    end.lock().unwrap_or_else(PoisonError::into_inner)
}

#[pymethods]
impl Endpoint {
    fn send(&self, py: Python<'_>, message: &Bound<'_, PyAny>) -> PyResult<()> {
        let message = copied(message)?;
        Ok(self.end.ask(py, |end| one(end).send(&message))?)
    }

    /// The next message; none if none comes within so many seconds.
    fn receive<'py>(&self, py: Python<'py>, timeout: f64) -> Result<Option<Bound<'py, PyBytes>>> {
        let most = seconds("receive a message over RDMA", timeout)?;
        let came = self.end.ask(py, |end| one(end).receive(Some(most)))?;
        Ok(came.map(|message| PyBytes::new(py, &message)))
    }

    /// Lets the other end touch memory of Python's.
    fn share(
        &self,
        py: Python<'_>,
        object: &Bound<'_, PyAny>,
        writable: bool,
        rights: Vec<String>,
    ) -> PyResult<SharedRegion> {
        let (buffer, access) = (lent(object, writable)?, access(&rights)?);
        let shared = self.end.ask(py, move |end| one(end).share_for(&buffer, access))?;
        Ok(SharedRegion { region: Held::new("use shared memory", shared) })
    }

    fn read<'py>(
        &self,
        py: Python<'py>,
        of: Place,
        offset: u64,
        length: usize,
    ) -> Result<Bound<'py, PyBytes>> {
        let of = region(of);
        let bytes = self.end.ask(py, |end| {
            // What is too long is refused before there is memory for it.
            of.check("read memory over RDMA", offset, length)?;
            let mut bytes = vec![0; length];
            one(end).read(&of, offset, &mut bytes).map(|()| bytes)
        })?;
        Ok(PyBytes::new(py, &bytes))
    }

    fn write(&self, py: Python<'_>, of: Place, offset: u64, bytes: &Bound<'_, PyAny>) -> PyResult<()> {
        let bytes = copied(bytes)?;
        Ok(self.end.ask(py, |end| one(end).write(&region(of), offset, &bytes))?)
    }

    fn read_into(
        &self,
        py: Python<'_>,
        of: Place,
        offset: u64,
        into: &SharedRegion,
        at: usize,
        length: usize,
    ) -> Result<()> {
        let into = into.region.get()?;
        self.end.ask(py, move |end| one(end).read_into(&region(of), offset, &into, at, length))
    }

    fn write_from(
        &self,
        py: Python<'_>,
        of: Place,
        offset: u64,
        from_: &SharedRegion,
        at: usize,
        length: usize,
    ) -> Result<()> {
        let from = from_.region.get()?;
        self.end.ask(py, move |end| one(end).write_from(&region(of), offset, &from, at, length))
    }

    #[getter]
    fn closed(&self) -> bool {
        self.end.is_closed()
    }

    fn close(&self, py: Python<'_>) {
        self.end.close(py);
    }
}

/// Memory of Python's that the other end may touch.
#[pyclass(frozen, module = "smartnic._smartnic")]
pub(crate) struct SharedRegion {
    region: Held<rdma::SharedRegion>,
}

#[pymethods]
impl SharedRegion {
    /// What the other end must know of it.
    fn remote(&self, py: Python<'_>) -> Result<Place> {
        self.region.ask(py, |region| Ok(place(region.remote())))
    }

    #[getter]
    fn closed(&self) -> bool {
        self.region.is_closed()
    }

    fn close(&self, py: Python<'_>) {
        self.region.close(py);
    }
}
