//! Requests that are put together, and posted as one or not at all.

use smartnic_core::backend::{VerbsBatch, VerbsMw};
use smartnic_core::verbs::{Remote, Segments, SendOps, SendRequest, WindowBind, WindowKind};
use smartnic_core::{Error, Result};

use super::context::Opened;
use super::queue_pair::SimQp;
use crate::model::verbs::Send;

/// Requests that are put together.
pub(super) struct Batch<'a> {
    pub(super) qp: &'a SimQp,
    pub(super) ops: SendOps,
    pub(super) requests: Vec<Send>,
    /// Whether a request did not fit, so that nothing is posted whatever its owner made of the error.
    pub(super) is_broken: bool,
}

impl VerbsBatch for Batch<'_> {
    fn push(&mut self, request: &SendRequest<'_>) -> Result<()> {
        const OP: &str = "put a request into a batch";
        let sent = match self.ops.contains(request.op.kind()) {
            true => {
                let fits = request.check_batched(self.qp.kind, &self.qp.capacity);
                fits.and_then(|()| self.qp.send(OP, request))
            }
            false => {
                let reason = "the queue pair was not made for such requests (its configuration `batches`)";
                Err(Error::invalid(OP, reason))
            }
        };
        let sent = sent.map_err(|error| self.qp.error(error));
        self.is_broken |= sent.is_err();
        self.requests.push(sent?);
        Ok(())
    }

    fn bind_window(&mut self, id: u64, window: &dyn VerbsMw, bind: &WindowBind<'_>) -> Result<Remote> {
        const OP: &str = "bind a memory window in a batch";
        let bound = if !self.ops.contains(SendOps::BIND_WINDOW) {
            let reason = "the queue pair was not made for it (its configuration `batches`)";
            Err(self.qp.error(Error::invalid(OP, reason)))
        } else if window.kind() == WindowKind::Domain {
            Err(self.qp.error(Error::invalid(OP, "windows of a domain are bound alone")))
        } else {
            self.qp.binding(OP, id, window, bind)
        };
        self.is_broken |= bound.is_err();
        let (request, remote) = bound?;
        self.requests.push(request);
        Ok(remote)
    }

    fn send_segments(&mut self, id: u64, segments: &Segments<'_>) -> Result<()> {
        const OP: &str = "send long segments in a batch";
        let sent = match self.ops.contains(SendOps::SEGMENTS) {
            true => self.qp.segments(OP, id, segments),
            false => {
                let reason = "the queue pair was not made for it (its configuration `batches`)";
                Err(Error::invalid(OP, reason))
            }
        };
        let sent = sent.map_err(|error| self.qp.error(error));
        self.is_broken |= sent.is_err();
        self.requests.push(sent?);
        Ok(())
    }
}

/// Whether a device writes words at once, and flushes.
pub(super) fn flushes(opened: &Opened, op: &'static str) -> Result<bool> {
    let locked = opened.alive(op)?;
    Ok(locked.rdma_device(opened.index).is_ok_and(|device| locked.rdma_spec(device).flushes))
}
