//! Queue pairs: their states, and what is posted to them.

use std::sync::Arc;

use pyo3::prelude::*;
use serde::{Deserialize, Serialize};
use smartnic::Error;
use smartnic::verbs::{
    AckTimeout, AddressVector, PathMtu, QpChange, QpState, ReceiveRequest, RnrTimer, Sge, VerbsQp,
};

use super::device::gid;
use super::held::Held;
use super::memory::access;
use super::request::{self, Parts, Piece, Request};
use crate::convert::{from_py, to_py};
use crate::error::Result;

/// The way to a peer.
#[derive(Deserialize)]
pub(super) struct Way {
    port: u8,
    gid: Option<String>,
    gid_index: u8,
    hop_limit: u8,
    traffic_class: u8,
    flow_label: u32,
    lid: u16,
    service_level: u8,
}

impl Way {
    pub(super) fn address(&self) -> Result<AddressVector> {
        Ok(AddressVector {
            port: self.port,
            gid: self.gid.as_deref().map(gid).transpose()?,
            gid_index: self.gid_index,
            hop_limit: self.hop_limit,
            traffic_class: self.traffic_class,
            flow_label: self.flow_label,
            lid: self.lid,
            service_level: self.service_level,
            ..AddressVector::default()
        })
    }
}

/// A change in the package's shape.
#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
struct Change {
    state: Option<QpState>,
    pkey_index: Option<u16>,
    port: Option<u8>,
    access: Option<Vec<String>>,
    qkey: Option<u32>,
    way: Option<Way>,
    mtu: Option<u32>,
    peer: Option<u32>,
    receive_psn: Option<u32>,
    send_psn: Option<u32>,
    max_answered_reads: Option<u8>,
    max_reads: Option<u8>,
    rnr_timer: Option<u8>,
    timeout: Option<u8>,
    retries: Option<u8>,
    rnr_retries: Option<u8>,
}

impl Change {
    fn read(self) -> Result<QpChange> {
        Ok(QpChange {
            state: self.state,
            pkey_index: self.pkey_index,
            port: self.port,
            access: self.access.as_deref().map(access).transpose()?,
            qkey: self.qkey,
            address: self.way.as_ref().map(Way::address).transpose()?,
            path_mtu: self.mtu.map(mtu).transpose()?,
            peer: self.peer,
            receive_psn: self.receive_psn,
            send_psn: self.send_psn,
            max_answered_reads: self.max_answered_reads,
            max_reads: self.max_reads,
            rnr_timer: self.rnr_timer.map(RnrTimer),
            timeout: self.timeout.map(AckTimeout),
            retries: self.retries,
            rnr_retries: self.rnr_retries,
        })
    }
}

fn mtu(bytes: u32) -> Result<PathMtu> {
    let known = PathMtu::ALL.iter().find(|mtu| mtu.word() == bytes.to_string()).copied();
    Ok(known.ok_or_else(|| {
        let error =
            Error::invalid("change a queue pair", format!("packets do not have {bytes} bytes at most"));
        error.hint("it is 256, 512, 1024, 2048 or 4096")
    })?)
}

/// A queue pair as it is, in the package's shape.
#[derive(Serialize)]
struct Now {
    number: u32,
    state: QpState,
    port: u8,
    pkey_index: u16,
    peer: u32,
    mtu: String,
    receive_psn: u32,
    send_psn: u32,
    max_answered_reads: u8,
    max_reads: u8,
    send_requests: u32,
    receive_requests: u32,
    inline: u32,
}

/// A queue pair.
#[pyclass(frozen, module = "smartnic._smartnic")]
pub(crate) struct QueuePair {
    qp: Held<Arc<dyn VerbsQp>>,
}

impl QueuePair {
    pub(super) fn new(qp: Arc<dyn VerbsQp>) -> Self {
        Self { qp: Held::new("use a queue pair", qp) }
    }
}

#[pymethods]
impl QueuePair {
    #[getter]
    fn number(&self) -> Result<u32> {
        Ok(self.qp.get()?.number())
    }

    fn query(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        let now = self.qp.ask(py, |qp| {
            let now = qp.query()?;
            Ok(Now {
                number: qp.number(),
                state: now.state,
                port: now.port,
                pkey_index: now.pkey_index,
                peer: now.peer,
                mtu: now.path_mtu.to_string(),
                receive_psn: now.receive_psn,
                send_psn: now.send_psn,
                max_answered_reads: now.max_answered_reads,
                max_reads: now.max_reads,
                send_requests: now.capacity.send_requests,
                receive_requests: now.capacity.receive_requests,
                inline: now.capacity.inline,
            })
        })?;
        to_py(py, &now)
    }

    fn modify(&self, py: Python<'_>, change: &Bound<'_, PyAny>) -> PyResult<()> {
        let change = from_py::<Change>(change, "change a queue pair")?.read()?;
        Ok(self.qp.ask(py, |qp| qp.modify(&change))?)
    }

    /// Posts a request to send.
    fn post(&self, py: Python<'_>, request: Parts<'_>) -> PyResult<()> {
        let request = Request::read(request)?;
        Ok(self.qp.ask(py, move |qp| {
            let pieces = request.pieces()?;
            qp.post_send(&[request.send(&pieces)])
        })?)
    }

    /// Posts a request to receive.
    fn post_receive(&self, py: Python<'_>, id: u64, pieces: Vec<Piece<'_>>) -> PyResult<()> {
        let pieces = request::regions(&pieces)?;
        Ok(self.qp.ask(py, move |qp| {
            let regions: Vec<Sge<'_>> = request::sges(&pieces)?;
            qp.post_receive(&[ReceiveRequest { id, regions: &regions }])
        })?)
    }

    #[getter]
    fn closed(&self) -> bool {
        self.qp.is_closed()
    }

    fn close(&self, py: Python<'_>) {
        self.qp.close(py);
    }
}
