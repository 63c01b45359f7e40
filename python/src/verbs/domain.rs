//! Protection domains, and what is registered and made in them.

use std::sync::Arc;

use pyo3::prelude::*;
use smartnic::Error;
use smartnic::verbs::{QpCapacity, QpConfig, QpType, VerbsAh, VerbsMr, VerbsPd};

use super::held::Held;
use super::memory::{access, lent};
use super::queue::CompletionQueue;
use super::queue_pair::{QueuePair, Way};
use crate::convert::from_py;
use crate::error::Result;

/// A protection domain.
#[pyclass(frozen, module = "smartnic._smartnic")]
pub(crate) struct ProtectionDomain {
    pd: Held<Arc<dyn VerbsPd>>,
}

impl ProtectionDomain {
    pub(super) fn new(pd: Arc<dyn VerbsPd>) -> Self {
        Self { pd: Held::new("use a protection domain", pd) }
    }
}

/// The types of queue pairs that can be made.
fn kind(name: &str) -> Result<QpType> {
    match name {
        "rc" => Ok(QpType::Rc),
        "uc" => Ok(QpType::Uc),
        "ud" => Ok(QpType::Ud),
        other => {
            let error = Error::invalid("make a queue pair", format!("there is no type {other:?}"));
            Err(error.hint("types are rc, uc and ud").into())
        }
    }
}

#[pymethods]
impl ProtectionDomain {
    /// Registers memory of Python's.
    fn register(
        &self,
        py: Python<'_>,
        object: &Bound<'_, PyAny>,
        writable: bool,
        rights: Vec<String>,
    ) -> PyResult<MemoryRegion> {
        let (buffer, access) = (lent(object, writable)?, access(&rights)?);
        let region = self.pd.ask(py, move |pd| pd.register(&buffer, access))?;
        Ok(MemoryRegion { region: Held::new("use registered memory", region) })
    }

    /// Makes a queue pair of a type; `capacity` is send requests, receive requests, pieces of each, bytes that are copied.
    fn create_qp(
        &self,
        py: Python<'_>,
        name: &str,
        send: &CompletionQueue,
        receive: &CompletionQueue,
        capacity: (u32, u32, u32, u32, u32),
    ) -> Result<QueuePair> {
        let kind = kind(name)?;
        let (send, receive) = (send.cq()?, receive.cq()?);
        let (send_requests, receive_requests, send_sges, receive_sges, inline) = capacity;
        let capacity = QpCapacity { send_requests, receive_requests, send_sges, receive_sges, inline };
        let qp = self.pd.ask(py, move |pd| {
            let (send_cq, receive_cq) = (&send, &receive);
            let (srq, signal_all, batches) = (None, false, None);
            pd.create_qp(&QpConfig { kind, send_cq, receive_cq, srq, capacity, signal_all, batches })
        })?;
        Ok(QueuePair::new(qp))
    }

    /// The way to a peer, for datagrams.
    fn create_ah(&self, py: Python<'_>, way: &Bound<'_, PyAny>) -> PyResult<AddressHandle> {
        let way: Way = from_py(way, "make an address handle")?;
        let address = way.address()?;
        let ah = self.pd.ask(py, |pd| pd.create_ah(&address))?;
        Ok(AddressHandle { ah: Held::new("use an address handle", ah) })
    }

    #[getter]
    fn closed(&self) -> bool {
        self.pd.is_closed()
    }

    fn close(&self, py: Python<'_>) {
        self.pd.close(py);
    }
}

/// Registered memory of Python's.
#[pyclass(frozen, module = "smartnic._smartnic")]
pub(crate) struct MemoryRegion {
    region: Held<Arc<dyn VerbsMr>>,
}

impl MemoryRegion {
    pub(super) fn get(&self) -> Result<Arc<dyn VerbsMr>> {
        self.region.get()
    }
}

#[pymethods]
impl MemoryRegion {
    /// Its first byte's address for peers, its length, and its keys: for peers and for ourselves.
    fn place(&self, py: Python<'_>) -> Result<(u64, usize, u32, u32)> {
        self.region.ask(py, |region| {
            Ok((region.remote_address(), region.length(), region.remote_key(), region.local_key()))
        })
    }

    #[getter]
    fn closed(&self) -> bool {
        self.region.is_closed()
    }

    fn close(&self, py: Python<'_>) {
        self.region.close(py);
    }
}

/// The way to a peer, for datagrams.
#[pyclass(frozen, module = "smartnic._smartnic")]
pub(crate) struct AddressHandle {
    ah: Held<Arc<dyn VerbsAh>>,
}

impl AddressHandle {
    pub(super) fn get(&self) -> Result<Arc<dyn VerbsAh>> {
        self.ah.get()
    }
}

#[pymethods]
impl AddressHandle {
    #[getter]
    fn closed(&self) -> bool {
        self.ah.is_closed()
    }

    fn close(&self, py: Python<'_>) {
        self.ah.close(py);
    }
}
