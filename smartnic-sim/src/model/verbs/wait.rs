//! Requests that have to wait, and those that something was planned for.

use std::time::{Duration, Instant};

use smartnic_core::verbs::{AsyncEventKind, CompletionStatus, RnrTimer};

use super::carry::Outcome;
use super::{Counter, Send, Why, is_reliable};
use crate::fault::VerbsFault;
use crate::model::Machine;

impl Machine {
    /// What a request suffers that something was planned for.
    pub(super) fn suffer(&mut self, number: u32, fault: VerbsFault, send: &Send) -> Outcome {
        let reliable = self.verbs.qps.get(&number).is_some_and(|qp| is_reliable(qp.kind));
        let device = self.verbs.device_of(number).unwrap_or_default();
        match fault {
            // Nobody tells the sender of what is lost without a reliable connection.
            VerbsFault::RetryExceeded | VerbsFault::ReceiverNotReady | VerbsFault::RemoteAccess
                if !reliable =>
            {
                Outcome::Done
            }
            VerbsFault::RetryExceeded => {
                self.verbs.count(device, Counter::RetriesExceeded, 1);
                Outcome::Failed(CompletionStatus::RetryExceeded)
            }
            VerbsFault::ReceiverNotReady => {
                self.verbs.count(device, Counter::NotReadyExceeded, 1);
                Outcome::Failed(CompletionStatus::RnrRetryExceeded)
            }
            VerbsFault::RemoteAccess => {
                if let Some(peer) = self.peer(number, None) {
                    self.verbs.fail(peer.number, Some(AsyncEventKind::QpAccessError));
                }
                Outcome::Failed(CompletionStatus::RemoteAccess)
            }
            VerbsFault::QpFatal => {
                self.verbs.fail(number, Some(AsyncEventKind::QpFatal));
                Outcome::Failed(CompletionStatus::Flushed)
            }
            VerbsFault::PortDown => {
                let link = self.rdma_device(device).map(|device| device.netdev);
                if let Ok(link) = link {
                    // The link is there: the device stands on it.
                    let _ = self.set_link_up(link, false);
                }
                self.watch_ports();
                self.carry(number, send)
            }
            VerbsFault::GidChange => {
                self.rdma.moved = self.rdma.moved.wrapping_add(1) % 200;
                self.watch_ports();
                self.carry(number, send)
            }
            VerbsFault::DeviceFatal => {
                self.verbs.kill(device);
                Outcome::Failed(CompletionStatus::Fatal)
            }
        }
    }

    /// A request that cannot be carried out now waits, or has waited long enough.
    pub(super) fn wait(&mut self, number: u32, why: Why) -> Outcome {
        let now = Instant::now();
        let device = self.verbs.device_of(number).unwrap_or_default();
        let theirs = self.peer(number, None).map(|peer| peer.now.rnr_timer);
        let Some(qp) = self.verbs.qps.get_mut(&number) else { return Outcome::Waits(why) };
        let end = match qp.wait {
            Some((before, end)) if before == why => end,
            _ => {
                let most = match why {
                    Why::NoAnswer => {
                        ack_time(qp.now.timeout.0).map(|time| time * (u32::from(qp.now.retries) + 1))
                    }
                    Why::NotReady if qp.now.rnr_retries >= 7 => None,
                    Why::NotReady => {
                        Some(rnr_time(theirs.unwrap_or(RnrTimer(0))) * u32::from(qp.now.rnr_retries))
                    }
                };
                let end = most.map(|most| now + most);
                qp.wait = Some((why, end));
                let counter =
                    if why == Why::NotReady { Counter::NotReadyReceived } else { Counter::Timeouts };
                self.verbs.count(device, counter, 1);
                self.verbs.nudge();
                end
            }
        };
        match (end, why) {
            (Some(end), Why::NoAnswer) if end <= now => {
                self.verbs.count(device, Counter::RetriesExceeded, 1);
                Outcome::Failed(CompletionStatus::RetryExceeded)
            }
            (Some(end), Why::NotReady) if end <= now => {
                self.verbs.count(device, Counter::NotReadyExceeded, 1);
                Outcome::Failed(CompletionStatus::RnrRetryExceeded)
            }
            _ => Outcome::Waits(why),
        }
    }
}

/// 4.096 µs · 2ⁿ; 0 is for ever.
fn ack_time(code: u8) -> Option<Duration> {
    (code > 0).then(|| Duration::from_nanos(4096 << code.min(31)))
}

/// How long a receiver that is not ready asks to wait, in hundredths of a millisecond (InfiniBand's specification, table
/// "RNR NAK timer").
fn rnr_time(RnrTimer(code): RnrTimer) -> Duration {
    const TIMES: [u64; 32] = [
        65536, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048,
        3072, 4096, 6144, 8192, 12288, 16384, 24576, 32768, 49152,
    ];
    Duration::from_micros(TIMES[usize::from(code & 31)] * 10)
}
