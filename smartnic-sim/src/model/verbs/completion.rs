use std::collections::VecDeque;
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use smartnic_core::rdma::QpState;
use smartnic_core::verbs::{
    AsyncEvent, AsyncEventKind, AsyncSource, Completion, CompletionOp, CompletionStatus,
};

use super::{Receive, Send, Signal, Verbs, state};

/// A completion queue.
#[derive(Debug)]
pub(crate) struct Cq {
    pub(crate) context: u32,
    pub(crate) id: u64,
    pub(crate) capacity: u32,
    pub(crate) channel: Option<Arc<Signal<u64>>>,
    /// Whether the channel is told of the next completion, or of the next that is solicited.
    pub(crate) armed: Option<Wanted>,
    /// Whether more came than it holds; it is of no use then.
    pub(crate) overflowed: bool,
    /// Whether nobody is told of what it does not hold.
    pub(crate) ignores_overrun: bool,
    entries: VecDeque<Entry>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    Any,
    Solicited,
}

#[derive(Debug)]
struct Entry {
    completion: Completion,
    stamp: Stamp,
    /// How many places of the send queue it gives back.
    gives: u32,
}

/// When a request was done, and by which rule it came.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stamp {
    /// By the device's clock.
    pub(crate) ticks: u64,
    /// In nanoseconds since 1970.
    pub(crate) wall_clock: u64,
    /// The number of the steering rule, of raw packets that came.
    pub(crate) flow_tag: Option<u32>,
}

impl Stamp {
    /// The bits that a device's clock has.
    pub(crate) const MASK: u64 = (1 << 48) - 1;
    /// How fast it goes, in kHz: a tick is a nanosecond.
    pub(crate) const KHZ: u64 = 1_000_000;

    pub(crate) fn now() -> Self {
        static BEGIN: LazyLock<Instant> = LazyLock::new(Instant::now);
        let nanos = |time: Duration| u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        let today = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self { ticks: nanos(BEGIN.elapsed()) & Self::MASK, wall_clock: nanos(today), flow_tag: None }
    }
}

impl Cq {
    pub(crate) fn new(context: u32, id: u64, capacity: u32, channel: Option<Arc<Signal<u64>>>) -> Self {
        Self {
            context,
            id,
            capacity,
            channel,
            armed: None,
            overflowed: false,
            ignores_overrun: false,
            entries: VecDeque::new(),
        }
    }

    /// Forgets what came of the requests of a queue pair that is gone.
    pub(super) fn forget(&mut self, qp: u32) {
        self.entries.retain(|entry| entry.completion.qp != qp);
    }
}

impl Verbs {
    /// Takes completions off a queue; none if it overflowed.
    pub(crate) fn poll(
        &mut self,
        cq: u32,
        most: usize,
        mut take: impl FnMut(usize, Completion, Stamp),
    ) -> Option<usize> {
        let cq = self.cqs.get_mut(&cq)?;
        if cq.overflowed {
            return None;
        }
        let count = most.min(cq.entries.len());
        for (place, entry) in cq.entries.drain(..count).enumerate() {
            if let Some(qp) = self.qps.get_mut(&entry.completion.qp) {
                qp.taken = qp.taken.saturating_sub(entry.gives);
            }
            take(place, entry.completion, entry.stamp);
        }
        Some(count)
    }

    /// A request of a send queue came to its end.
    pub(super) fn complete_send(&mut self, number: u32, send: &Send, status: CompletionStatus) {
        let length = Self::length(&send.bytes);
        let Some(qp) = self.qps.get_mut(&number) else { return };
        let signaled = qp.signal_all || send.flags.contains(smartnic_core::verbs::SendFlags::SIGNALED);
        if status == CompletionStatus::Success && !signaled {
            qp.silent += 1;
            return;
        }
        let gives = std::mem::take(&mut qp.silent) + 1;
        use smartnic_core::verbs::SendOp;
        let op = match send.op {
            _ if send.binding.is_some() => CompletionOp::BindWindow,
            SendOp::LocalInvalidate(_) => CompletionOp::LocalInvalidate,
            SendOp::Send | SendOp::SendImm(_) | SendOp::SendInvalidate(_) => CompletionOp::Send,
            SendOp::Write(_) | SendOp::WriteImm(..) => CompletionOp::Write,
            SendOp::Read(_) => CompletionOp::Read,
            SendOp::CompareSwap { .. } => CompletionOp::CompareSwap,
            SendOp::FetchAdd { .. } => CompletionOp::FetchAdd,
            SendOp::AtomicWrite { .. } => CompletionOp::AtomicWrite,
            SendOp::Flush { .. } => CompletionOp::Flush,
        };
        let bytes = u32::try_from(length).unwrap_or(u32::MAX);
        let cq = qp.send_cq;
        let completion = Completion { id: send.id, status, op, bytes, qp: number, ..Completion::default() };
        self.complete(cq, Entry { completion, stamp: Stamp::now(), gives }, false);
    }

    /// A receive request came to its end: of the queue pair, or of a shared queue that tells of it by its own completion
    /// queue.
    pub(super) fn complete_receive(
        &mut self,
        number: u32,
        srq: Option<u32>,
        completion: Completion,
        solicited: bool,
    ) {
        let told = srq.and_then(|srq| self.srqs.get(&srq)?.extended).map(|(_, cq)| cq);
        let Some(cq) = told.or(self.qps.get(&number).map(|qp| qp.receive_cq)) else { return };
        let completion = Completion { qp: number, ..completion };
        self.complete(cq, Entry { completion, stamp: Stamp::now(), gives: 0 }, solicited);
    }

    /// A raw packet came to a queue pair, by a rule with this number.
    pub(super) fn complete_packet(&mut self, number: u32, completion: Completion, tag: u32) {
        let Some(cq) = self.qps.get(&number).map(|qp| qp.receive_cq) else { return };
        let completion = Completion { qp: number, ..completion };
        let stamp = Stamp { flow_tag: Some(tag), ..Stamp::now() };
        self.complete(cq, Entry { completion, stamp, gives: 0 }, false);
    }

    fn complete(&mut self, number: u32, entry: Entry, solicited: bool) {
        let Some(cq) = self.cqs.get_mut(&number) else { return };
        if cq.overflowed {
            return;
        }
        if cq.entries.len() >= cq.capacity as usize && cq.ignores_overrun {
            return;
        }
        if cq.entries.len() >= cq.capacity as usize {
            cq.overflowed = true;
            let event = AsyncEvent { kind: AsyncEventKind::CqError, source: AsyncSource::Cq(cq.id) };
            let context = cq.context;
            self.tell(context, event);
            let users = self.qps.iter().filter(|(_, qp)| [qp.send_cq, qp.receive_cq].contains(&number));
            let users: Vec<u32> = users.map(|(number, _)| *number).collect();
            for qp in users {
                self.fail(qp, Some(AsyncEventKind::QpFatal));
            }
            return;
        }
        let failed = !entry.completion.is_success();
        cq.entries.push_back(entry);
        let wakes = match cq.armed {
            Some(Wanted::Any) => true,
            Some(Wanted::Solicited) => solicited || failed,
            None => false,
        };
        if wakes && let Some(channel) = &cq.channel {
            cq.armed = None;
            channel.push(cq.id);
        }
    }

    /// Lets a queue pair fail: everything that waits in it is flushed.
    pub(super) fn fail(&mut self, number: u32, event: Option<AsyncEventKind>) {
        let Some(qp) = self.qps.get_mut(&number) else { return };
        if qp.now.state == QpState::Err {
            return;
        }
        qp.now.state = QpState::Err;
        self.flush(number);
        if let Some(kind) = event {
            self.tell_of_qp(number, kind);
        }
        if self.qps.get(&number).is_some_and(|qp| qp.srq.is_some()) {
            self.tell_of_qp(number, AsyncEventKind::LastRequestReached);
        }
    }

    /// Ends what waits in a queue pair that failed.
    pub(crate) fn flush(&mut self, number: u32) {
        self.flush_sends(number);
        let Some(qp) = self.qps.get_mut(&number) else { return };
        let receives = std::mem::take(&mut qp.receives);
        for Receive { id, .. } in receives {
            let (status, op) = (CompletionStatus::Flushed, CompletionOp::Receive);
            let completion = Completion { id, status, op, ..Completion::default() };
            self.complete_receive(number, None, completion, false);
        }
    }

    /// Ends the send queue of a queue pair without connection, which goes on receiving.
    pub(super) fn stop_sending(&mut self, number: u32) {
        if let Some(qp) = self.qps.get_mut(&number) {
            qp.now.state = QpState::Sqe;
        }
        self.flush_sends(number);
    }

    /// Ends what waits in a send queue.
    pub(crate) fn flush_sends(&mut self, number: u32) {
        self.busy.remove(&number);
        let Some(qp) = self.qps.get_mut(&number) else { return };
        qp.wait = None;
        for send in std::mem::take(&mut qp.sends) {
            self.complete_send(number, &send, CompletionStatus::Flushed);
        }
    }

    /// Throws away what waits in a queue pair that begins anew, with what came of its requests.
    pub(crate) fn reset(&mut self, number: u32) {
        self.busy.remove(&number);
        let Some(qp) = self.qps.get_mut(&number) else { return };
        (qp.taken, qp.silent, qp.wait) = (0, 0, None);
        qp.sends.clear();
        qp.receives.clear();
        qp.now = state::fresh(qp.capacity);
        for cq in [qp.send_cq, qp.receive_cq] {
            if let Some(cq) = self.cqs.get_mut(&cq) {
                cq.forget(number);
            }
        }
    }
}
