//! Requests on their way: from a send queue to the peer and its memory.

use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant};

use smartnic_core::rdma::{Gid, QpState, QpType};
use smartnic_core::verbs::{
    Access, AddressVector, AsyncEvent, AsyncEventKind, AsyncSource, Completion, CompletionOp,
    CompletionStatus, QpAttributes, Remote, RnrTimer, SendFlags, SendOp,
};

use super::group::GROUP;
use super::{Bytes, Counter, LONGEST, Receive, Send, Verbs, Why};
use crate::fault::VerbsFault;
use crate::model::Machine;

/// How long the routing header before a datagram is.
const GRH: usize = 40;
/// Packet numbers have 24 bits.
const PSN: u32 = 0xff_ffff;

/// What became of a request.
pub(super) enum Outcome {
    Done,
    Failed(CompletionStatus),
    Waits(Why),
}

/// The peer that a request goes to.
pub(super) struct Peer {
    pub(super) number: u32,
    pub(super) device: u32,
    pub(super) pd: u32,
    pub(super) now: QpAttributes,
}

impl Machine {
    /// Carries out what can be carried out.
    pub(crate) fn run_verbs(&mut self) {
        loop {
            let mut moved = false;
            for number in self.verbs.busy.iter().copied().collect::<Vec<_>>() {
                while self.step(number) {
                    moved = true;
                }
            }
            if !moved {
                return;
            }
        }
    }

    /// Carries out the first request of a send queue; whether it came to its end.
    fn step(&mut self, number: u32) -> bool {
        let Some(qp) = self.verbs.qps.get_mut(&number) else { return false };
        if qp.now.state != QpState::Rts {
            return false;
        }
        let Some(mut send) = qp.sends.pop_front() else {
            self.verbs.busy.remove(&number);
            return false;
        };
        let fault = if send.tried { None } else { self.verbs.fault() };
        send.tried = true;
        let outcome = match fault {
            Some(fault) => self.suffer(number, fault, &send),
            None => self.carry(number, &send),
        };
        let outcome = match outcome {
            Outcome::Waits(why) => self.wait(number, why),
            outcome => outcome,
        };
        let Some(qp) = self.verbs.qps.get_mut(&number) else { return false };
        // It failed for another reason than this request.
        if qp.now.state == QpState::Err {
            self.verbs.complete_send(number, &send, CompletionStatus::Flushed);
            return true;
        }
        match outcome {
            Outcome::Waits(_) => {
                qp.sends.push_front(send);
                false
            }
            Outcome::Done => {
                qp.wait = None;
                self.verbs.complete_send(number, &send, CompletionStatus::Success);
                true
            }
            Outcome::Failed(status) => {
                let kind = qp.kind;
                self.verbs.complete_send(number, &send, status);
                if let Some(device) = self.verbs.device_of(number) {
                    self.verbs.count(device, Counter::SendErrors, 1);
                }
                match kind {
                    QpType::Ud => self.verbs.stop_sending(number),
                    _ => self.verbs.fail(number, None),
                }
                true
            }
        }
    }

    /// What a request suffers that something was planned for.
    fn suffer(&mut self, number: u32, fault: VerbsFault, send: &Send) -> Outcome {
        let reliable = self.verbs.qps.get(&number).is_some_and(|qp| qp.kind == QpType::Rc);
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
    fn wait(&mut self, number: u32, why: Why) -> Outcome {
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

    /// The queue pair that a request goes to, if packets get there and it takes them.
    fn peer(&self, number: u32, to: Option<(AddressVector, u32)>) -> Option<Peer> {
        let qp = self.verbs.qps.get(&number)?;
        let (address, peer) = to.unwrap_or((qp.now.address, qp.now.peer));
        let here = self.verbs.device_of(number)?;
        let up = |index: u32| {
            let device = self.rdma_device(index).ok()?;
            self.netdev(device.netdev).ok().filter(|netdev| netdev.up && !self.verbs.is_dead(index))?;
            Some(self.gids(device))
        };
        // Both ends must be up, and the sender's own address still there.
        up(here)?.get(usize::from(address.gid_index))?;
        let theirs = self.verbs.qps.get(&peer)?;
        let there = self.verbs.device_of(peer)?;
        let Gid(gid) = address.gid?;
        up(there)?.iter().find(|entry| entry.gid == gid)?;
        let listens = matches!(theirs.now.state, QpState::Rtr | QpState::Rts | QpState::Sqd | QpState::Sqe);
        let connected = qp.kind == QpType::Ud || theirs.now.peer == number;
        (listens && connected && theirs.kind == qp.kind).then_some(Peer {
            number: peer,
            device: there,
            pd: theirs.pd,
            now: theirs.now,
        })
    }

    fn carry(&mut self, number: u32, send: &Send) -> Outcome {
        let Some(qp) = self.verbs.qps.get(&number) else { return Outcome::Done };
        let (kind, now, pd) = (qp.kind, qp.now, qp.pd);
        let Some(here) = self.verbs.device_of(number) else { return Outcome::Done };
        if let Some(binding) = &send.binding {
            return self.verbs.bind(number, pd, binding).map_or_else(Outcome::Failed, |()| Outcome::Done);
        }
        if let SendOp::LocalInvalidate(key) = send.op {
            return match self.verbs.unbind(number, key) {
                true => Outcome::Done,
                false => Outcome::Failed(CompletionStatus::LocalQpOperation),
            };
        }
        let length = Verbs::length(&send.bytes);
        let mtu = if kind == QpType::Ud { self.verbs_mtu(here) } else { 128 << now.path_mtu.number() };
        if length > if kind == QpType::Ud { u64::from(mtu) } else { LONGEST.into() } {
            return Outcome::Failed(CompletionStatus::LocalLength);
        }
        let reads = matches!(send.op, SendOp::Read(_) | SendOp::CompareSwap { .. } | SendOp::FetchAdd { .. });
        let bytes = match (&send.bytes, reads) {
            (Bytes::Pieces(pieces), true) => self.verbs.writable(pd, pieces).map(|()| Vec::new()),
            (bytes, _) => self.verbs.gather(pd, bytes),
        };
        let bytes = match bytes {
            Ok(bytes) => bytes,
            Err(status) => return Outcome::Failed(status),
        };
        let packets = length.div_ceil(u64::from(mtu)).max(1);
        let lost = match kind {
            QpType::Rc => Outcome::Waits(Why::NoAnswer),
            _ => Outcome::Done,
        };
        if let Some(to) = send.to.filter(|to| to.qp == GROUP) {
            self.carry_to_group(number, &to, send, &bytes);
            return Outcome::Done;
        }
        let Some(peer) = self.peer(number, send.to.map(|to| (to.address, to.qp))) else { return lost };
        // Whoever expects another packet answers nothing that helps.
        if kind == QpType::Rc && peer.now.receive_psn != now.send_psn {
            return lost;
        }
        if peer.now.state == QpState::Rtr && kind != QpType::Ud {
            self.verbs.tell_of_qp(peer.number, AsyncEventKind::CommunicationEstablished);
        }
        let arrived = match send.op {
            SendOp::Send | SendOp::SendImm(_) if kind == QpType::Ud => {
                self.datagram(number, &peer, send, &bytes)
            }
            SendOp::Send => self.message(&peer, kind, send, &bytes, None),
            SendOp::SendImm(imm) => self.message(&peer, kind, send, &bytes, Some(imm)),
            // Memory that programs registered is not taken away by peers: only what a window lends.
            SendOp::SendInvalidate(key) if self.verbs.bound(peer.number, key).is_none() => {
                Outcome::Failed(CompletionStatus::RemoteOperation)
            }
            SendOp::SendInvalidate(key) => {
                let arrived = self.message(&peer, kind, send, &bytes, None);
                if matches!(arrived, Outcome::Done) {
                    self.verbs.unbind(peer.number, key);
                }
                arrived
            }
            SendOp::LocalInvalidate(_) => Outcome::Done,
            SendOp::Write(remote) => self.write(&peer, remote, &bytes, None, send),
            SendOp::WriteImm(remote, imm) => self.write(&peer, remote, &bytes, Some(imm), send),
            SendOp::Read(remote) => self.read(pd, &peer, remote, send),
            SendOp::CompareSwap { remote, .. } | SendOp::FetchAdd { remote, .. } => {
                self.atomic(pd, &peer, remote, send)
            }
        };
        match arrived {
            Outcome::Done => {}
            Outcome::Failed(status) => {
                if matches!(status, CompletionStatus::RemoteAccess | CompletionStatus::RemoteInvalidRequest) {
                    self.verbs.fail(peer.number, Some(AsyncEventKind::QpAccessError));
                }
                // Without a reliable connection nobody tells the sender.
                return if kind == QpType::Rc { Outcome::Failed(status) } else { Outcome::Done };
            }
            Outcome::Waits(why) => {
                self.verbs.count(peer.device, Counter::NotReadySent, 1);
                return if kind == QpType::Rc { Outcome::Waits(why) } else { Outcome::Done };
            }
        }
        let sends = matches!(send.op, SendOp::Send | SendOp::SendImm(_) | SendOp::SendInvalidate(_));
        self.passed(number, here, &peer, packets, length, sends);
        Outcome::Done
    }

    /// A request got through: both ends count it and its packets.
    fn passed(&mut self, number: u32, here: u32, peer: &Peer, packets: u64, length: u64, sends: bool) {
        let next = |psn: u32| psn.wrapping_add(packets as u32) & PSN;
        let mut psn = 0;
        if let Some(qp) = self.verbs.qps.get_mut(&number) {
            qp.now.send_psn = next(qp.now.send_psn);
            psn = qp.now.send_psn;
        }
        if let Some(qp) = self.verbs.qps.get_mut(&peer.number)
            && qp.kind != QpType::Ud
        {
            qp.now.receive_psn = psn;
        }
        for (device, counter, by) in [
            (here, Counter::TxPackets, packets),
            (here, Counter::TxBytes, length),
            (here, Counter::Sends, sends.into()),
            (peer.device, Counter::RxPackets, packets),
            (peer.device, Counter::RxBytes, length),
        ] {
            self.verbs.count(device, counter, by);
        }
    }

    /// The next receive request of a queue pair, if the message fits into it: with the domain that its memory is of.
    fn receive(&mut self, peer: &Peer, length: u64) -> Result<(Receive, u32), Outcome> {
        let verbs = &mut self.verbs;
        let Some(qp) = verbs.qps.get_mut(&peer.number) else { return Err(Outcome::Waits(Why::NotReady)) };
        let srq = qp.srq.and_then(|srq| verbs.srqs.get_mut(&srq));
        let (queue, pd) = match srq {
            Some(srq) => (&mut srq.receives, srq.pd),
            None => (&mut qp.receives, peer.pd),
        };
        let Some(receive) = queue.pop_front() else { return Err(Outcome::Waits(Why::NotReady)) };
        let (shared, reliable) = (qp.srq, qp.kind == QpType::Rc);
        if let Some(srq) = shared.and_then(|srq| verbs.srqs.get_mut(&srq))
            && srq.receives.len() < srq.limit as usize
        {
            srq.limit = 0;
            let event = AsyncEvent { kind: AsyncEventKind::SrqLimit, source: AsyncSource::Srq(srq.id) };
            if let Some(context) = verbs.pds.get(&pd).map(|pd| pd.context) {
                verbs.tell(context, event);
            }
        }
        let room: u64 = receive.pieces.iter().map(|piece| u64::from(piece.length)).sum();
        let wrong = match verbs.writable(pd, &receive.pieces) {
            Err(status) => Some((status, CompletionStatus::RemoteOperation)),
            Ok(()) if room < length => {
                Some((CompletionStatus::LocalLength, CompletionStatus::RemoteInvalidRequest))
            }
            Ok(()) => None,
        };
        let Some((status, remote)) = wrong else { return Ok((receive, pd)) };
        let failed =
            Completion { id: receive.id, status, op: CompletionOp::Receive, ..Completion::default() };
        verbs.complete_receive(peer.number, failed, false);
        if reliable {
            verbs.fail(peer.number, None);
        }
        Err(Outcome::Failed(remote))
    }

    fn message(&mut self, peer: &Peer, kind: QpType, send: &Send, bytes: &[u8], imm: Option<u32>) -> Outcome {
        let (receive, pd) = match self.receive(peer, bytes.len() as u64) {
            Ok(found) => found,
            // Whoever is not connected reliably loses it.
            Err(Outcome::Waits(_)) if kind != QpType::Rc => {
                return Outcome::Failed(CompletionStatus::General);
            }
            Err(outcome) => return outcome,
        };
        if let Err(status) = self.verbs.scatter(pd, &receive.pieces, 0, bytes) {
            return Outcome::Failed(status);
        }
        self.arrived(peer, receive.id, CompletionOp::Receive, bytes.len(), imm, send, None);
        Outcome::Done
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one completion")]
    fn arrived(
        &mut self,
        peer: &Peer,
        id: u64,
        op: CompletionOp,
        length: usize,
        imm: Option<u32>,
        send: &Send,
        source: Option<u32>,
    ) {
        let invalidated = if let SendOp::SendInvalidate(key) = send.op { Some(key) } else { None };
        let completion = Completion {
            id,
            op,
            imm,
            invalidated,
            bytes: u32::try_from(length).unwrap_or(u32::MAX),
            source_qp: source.unwrap_or(0),
            has_grh: source.is_some(),
            ..Completion::default()
        };
        self.verbs.complete_receive(peer.number, completion, send.flags.contains(SendFlags::SOLICITED));
        self.verbs.count(peer.device, Counter::Receives, 1);
    }

    /// A datagram comes with a routing header of 40 bytes before it.
    pub(super) fn datagram(&mut self, number: u32, peer: &Peer, send: &Send, bytes: &[u8]) -> Outcome {
        let Some(to) = send.to else { return Outcome::Done };
        if to.qkey != peer.now.qkey {
            return Outcome::Failed(CompletionStatus::General);
        }
        let imm = if let SendOp::SendImm(imm) = send.op { Some(imm) } else { None };
        let header = self.routing_header(number, &to.address, bytes.len());
        let (receive, pd) = match self.receive(peer, (bytes.len() + GRH) as u64) {
            Ok(found) => found,
            Err(_) => return Outcome::Failed(CompletionStatus::General),
        };
        let put = self.verbs.scatter(pd, &receive.pieces, 0, &header);
        if put.and_then(|()| self.verbs.scatter(pd, &receive.pieces, GRH, bytes)).is_err() {
            return Outcome::Failed(CompletionStatus::General);
        }
        let length = bytes.len() + GRH;
        self.arrived(peer, receive.id, CompletionOp::Receive, length, imm, send, Some(number));
        Outcome::Done
    }

    /// For IPv4 the IP header is in the last 20 bytes; else it has the form of an IPv6 header.
    fn routing_header(&self, number: u32, to: &AddressVector, length: usize) -> [u8; GRH] {
        let mut header = [0; GRH];
        let device = self.verbs.device_of(number).and_then(|index| self.rdma_device(index).ok());
        let gids = device.map(|device| self.gids(device)).unwrap_or_default();
        let Some(from) = gids.get(usize::from(to.gid_index)) else { return header };
        let (from_gid, to_gid) = (Gid(from.gid), to.gid.unwrap_or_default());
        let length = u16::try_from(length).unwrap_or(u16::MAX);
        match (from_gid.ipv4(), to_gid.ipv4()) {
            (Some(from), Some(to_address)) => {
                header[20] = 0x45;
                header[21] = to.traffic_class;
                header[22..24].copy_from_slice(&length.saturating_add(GRH as u16).to_be_bytes());
                header[28] = to.hop_limit;
                // UDP
                header[29] = 17;
                header[32..36].copy_from_slice(&from.octets());
                header[36..40].copy_from_slice(&to_address.octets());
            }
            _ => {
                let first = 6 << 28 | u32::from(to.traffic_class) << 20 | to.flow_label & 0xf_ffff;
                header[..4].copy_from_slice(&first.to_be_bytes());
                header[4..6].copy_from_slice(&length.to_be_bytes());
                // UDP of RoCE v2; InfiniBand's own of v1
                header[6] = if from.v2 { 17 } else { 0x1b };
                header[7] = to.hop_limit;
                header[8..24].copy_from_slice(&from_gid.0);
                header[24..40].copy_from_slice(&to_gid.0);
            }
        }
        header
    }

    fn write(&mut self, peer: &Peer, remote: Remote, bytes: &[u8], imm: Option<u32>, send: &Send) -> Outcome {
        let right = Access::REMOTE_WRITE;
        let allowed = bytes.is_empty()
            || peer.now.access.contains(right)
                && self.verbs.remote((peer.number, peer.pd), remote, bytes.len() as u64, right).is_some();
        if !allowed {
            return Outcome::Failed(CompletionStatus::RemoteAccess);
        }
        // A number is told by a receive request, of which no memory is used.
        let told = match imm.map(|_| self.receive(peer, 0)) {
            Some(Ok((receive, _))) => Some(receive.id),
            Some(Err(outcome)) => return outcome,
            None => None,
        };
        if !bytes.is_empty()
            && let Some((buffer, offset)) =
                self.verbs.remote((peer.number, peer.pd), remote, bytes.len() as u64, right)
            && buffer.write(offset, bytes).is_err()
        {
            return Outcome::Failed(CompletionStatus::RemoteAccess);
        }
        if let Some(id) = told {
            self.arrived(peer, id, CompletionOp::ReceiveWriteImm, bytes.len(), imm, send, None);
        }
        self.verbs.count(peer.device, Counter::WriteRequests, 1);
        Outcome::Done
    }

    fn read(&mut self, pd: u32, peer: &Peer, remote: Remote, send: &Send) -> Outcome {
        let Bytes::Pieces(pieces) = &send.bytes else {
            return Outcome::Failed(CompletionStatus::LocalQpOperation);
        };
        if peer.now.max_answered_reads == 0 {
            return Outcome::Failed(CompletionStatus::RemoteInvalidRequest);
        }
        let (length, right) = (Verbs::length(&send.bytes), Access::REMOTE_READ);
        if length > 0 {
            let found = self.verbs.remote((peer.number, peer.pd), remote, length, right);
            let Some((buffer, offset)) = found.filter(|_| peer.now.access.contains(right)) else {
                return Outcome::Failed(CompletionStatus::RemoteAccess);
            };
            let Ok(bytes) = buffer.bytes(offset, length as usize) else {
                return Outcome::Failed(CompletionStatus::RemoteAccess);
            };
            if let Err(status) = self.verbs.scatter(pd, pieces, 0, &bytes) {
                return Outcome::Failed(status);
            }
        }
        self.verbs.count(peer.device, Counter::ReadRequests, 1);
        Outcome::Done
    }

    fn atomic(&mut self, pd: u32, peer: &Peer, remote: Remote, send: &Send) -> Outcome {
        let Bytes::Pieces(pieces) = &send.bytes else {
            return Outcome::Failed(CompletionStatus::LocalQpOperation);
        };
        if Verbs::length(&send.bytes) != 8 {
            return Outcome::Failed(CompletionStatus::LocalLength);
        }
        if !remote.address.is_multiple_of(8) || peer.now.max_answered_reads == 0 {
            return Outcome::Failed(CompletionStatus::RemoteInvalidRequest);
        }
        let right = Access::REMOTE_ATOMIC;
        let found = self.verbs.remote((peer.number, peer.pd), remote, 8, right);
        let found = found.filter(|_| peer.now.access.contains(right));
        let word = found.and_then(|(buffer, offset)| buffer.word(offset).ok());
        let Some(word) = word else { return Outcome::Failed(CompletionStatus::RemoteAccess) };
        let before = match send.op {
            SendOp::CompareSwap { compare, swap, .. } => {
                word.compare_exchange(compare, swap, Relaxed, Relaxed).unwrap_or_else(|before| before)
            }
            SendOp::FetchAdd { add, .. } => word.fetch_add(add, Relaxed),
            _ => return Outcome::Failed(CompletionStatus::LocalQpOperation),
        };
        if let Err(status) = self.verbs.scatter(pd, pieces, 0, &before.to_ne_bytes()) {
            return Outcome::Failed(status);
        }
        self.verbs.count(peer.device, Counter::AtomicRequests, 1);
        Outcome::Done
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
