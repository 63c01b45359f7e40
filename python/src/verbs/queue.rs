//! Completion queues, each with a channel of its own.

use std::os::fd::AsRawFd;
use std::sync::Arc;
use std::time::Duration;

use pyo3::prelude::*;
use smartnic::verbs::{Completion, VerbsChannel, VerbsCq};

use super::held::Held;
use crate::error::Result;
use crate::host::seconds;

/// Id, status, whether that is success, what was done, bytes, number, queue pair, the peer's of datagrams, whether they have a
/// routing header, what the device says beside, the key that was taken away.
type Told = (u64, String, bool, String, u32, Option<u32>, u32, u32, bool, u32, Option<u32>);

/// The most that is taken off a queue at a time.
const MOST: usize = 4096;

/// A completion queue.
#[pyclass(frozen, module = "smartnic._smartnic")]
pub(crate) struct CompletionQueue {
    queue: Held<(Arc<dyn VerbsChannel>, Arc<dyn VerbsCq>)>,
    fd: Option<i32>,
}

impl CompletionQueue {
    pub(super) fn new(channel: Arc<dyn VerbsChannel>, cq: Arc<dyn VerbsCq>) -> Self {
        let fd = channel.fd().map(|fd| fd.as_raw_fd());
        Self { queue: Held::new("use a completion queue", (channel, cq)), fd }
    }

    pub(super) fn cq(&self) -> Result<Arc<dyn VerbsCq>> {
        self.queue.get().map(|(_, cq)| cq)
    }
}

fn take(cq: &dyn VerbsCq, most: usize) -> smartnic::Result<Vec<Completion>> {
    let mut some = vec![Completion::default(); most.clamp(1, MOST)];
    let count = cq.poll(&mut some)?;
    some.truncate(count);
    Ok(some)
}

fn told(completion: Completion) -> Told {
    (
        completion.id,
        completion.status.to_string(),
        completion.is_success(),
        completion.op.to_string(),
        completion.bytes,
        completion.imm,
        completion.qp,
        completion.source_qp,
        completion.has_grh,
        completion.vendor_error,
        completion.invalidated,
    )
}

#[pymethods]
impl CompletionQueue {
    #[getter]
    fn capacity(&self) -> Result<u32> {
        Ok(self.cq()?.capacity())
    }

    /// Takes completions off it, and does not wait.
    fn poll(&self, py: Python<'_>, most: usize) -> Result<Vec<Told>> {
        let some = self.queue.ask(py, |(_, cq)| take(&**cq, most))?;
        Ok(some.into_iter().map(told).collect())
    }

    /// The same, and waits so many seconds for the first.
    fn wait(&self, py: Python<'_>, most: usize, timeout: f64) -> Result<Vec<Told>> {
        let timeout = seconds("wait for completions", timeout)?;
        let some = self.queue.ask(py, |(channel, cq)| {
            let some = take(&**cq, most)?;
            if !some.is_empty() || timeout.is_zero() {
                return Ok(some);
            }
            cq.arm(false)?;
            // What came before it was armed tells nobody.
            let some = take(&**cq, most)?;
            if !some.is_empty() {
                return Ok(some);
            }
            channel.wait(Some(timeout))?;
            take(&**cq, most)
        })?;
        Ok(some.into_iter().map(told).collect())
    }

    /// Has the descriptor become readable when something comes; what the channel has told is forgotten.
    fn arm(&self, py: Python<'_>) -> Result<()> {
        self.queue.ask(py, |(channel, cq)| {
            while channel.wait(Some(Duration::ZERO))?.is_some() {}
            cq.arm(false)
        })
    }

    /// A descriptor that becomes readable when something comes to a queue that was armed; none if there is no such thing.
    fn fileno(&self) -> Option<i32> {
        self.fd
    }

    #[getter]
    fn closed(&self) -> bool {
        self.queue.is_closed()
    }

    fn close(&self, py: Python<'_>) {
        self.queue.close(py);
    }
}
