//! How fast a device is.

use std::net::TcpStream;

use pyo3::prelude::*;
use serde::Deserialize;
use smartnic::Error;
use smartnic::verbs::measure::{Client, Job, Local, Operation, Test, TransportName, loopback};

use crate::convert::{from_py, read, to_py};
use crate::host::Host;

/// What is measured, in the package's shape; what is not said is what is usual.
#[derive(Deserialize)]
struct Wanted {
    test: String,
    operation: String,
    size: u32,
    transport: Option<String>,
    iterations: Option<u64>,
    depth: Option<u32>,
    bidirectional: bool,
    device: Option<String>,
    port: Option<u8>,
    gid_index: Option<u32>,
}

/// Measures a device with itself, or with the one that serves at an address.
#[pyfunction]
pub(crate) fn measure_rdma(
    py: Python<'_>,
    host: &Host,
    peer: Option<&str>,
    wanted: &Bound<'_, PyAny>,
) -> PyResult<Py<PyAny>> {
    const OP: &str = "measure an RDMA device";
    let wanted: Wanted = from_py(wanted, OP)?;
    let (test, operation): (Test, Operation) = (read(&wanted.test)?, read(&wanted.operation)?);
    let usual = Job::new(test, operation, wanted.size);
    let transport: Option<TransportName> = wanted.transport.as_deref().map(read).transpose()?;
    let job = Job {
        transport: transport.unwrap_or(usual.transport),
        iterations: wanted.iterations.unwrap_or(usual.iterations),
        depth: wanted.depth.unwrap_or(usual.depth),
        bidirectional: wanted.bidirectional,
        ..usual
    };
    let mut local = Local { device: wanted.device, port: wanted.port, gid_index: wanted.gid_index, to: None };
    let report = host.ask(py, |host| match peer {
        None => Ok(loopback(host, &local, &[job], &mut |_| {})?.pop()),
        Some(address) => {
            let lost = |error| Error::io(OP, error).on(address);
            let stream = TcpStream::connect(address).map_err(lost)?;
            stream.set_nodelay(true).map_err(lost)?;
            local.to = Some(stream.peer_addr().map_err(lost)?.ip());
            Client::new(host, &local, stream).measure(&job, &mut |_| {}).map(Some)
        }
    })?;
    to_py(py, &report)
}
