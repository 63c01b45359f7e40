//! Requests on their way: from a send queue to the peer and its memory.

use smartnic_core::rdma::{Gid, QpState, QpType};
use smartnic_core::verbs::{AddressVector, AsyncEventKind, CompletionStatus, QpAttributes, SendOp};

use super::group::GROUP;
use super::{Bytes, Counter, LONGEST, Send, Verbs, Why, is_reliable};
use crate::model::Machine;

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
    /// The domain whose memory is reached.
    pub(super) pd: u32,
    /// The shared receive queue that is named, of extended connections.
    pub(super) srq: Option<u32>,
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

    /// The queue pair that a request goes to, if packets get there and it takes them.
    pub(super) fn peer(&self, number: u32, to: Option<(AddressVector, u32)>) -> Option<Peer> {
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
        let kind = if qp.kind == QpType::XrcIni { QpType::XrcTgt } else { qp.kind };
        (listens && connected && theirs.kind == kind).then_some(Peer {
            number: peer,
            device: there,
            pd: theirs.pd,
            srq: None,
            now: theirs.now,
        })
    }

    pub(super) fn carry(&mut self, number: u32, send: &Send) -> Outcome {
        let Some(qp) = self.verbs.qps.get(&number) else { return Outcome::Done };
        let (kind, now, pd, reliable) = (qp.kind, qp.now, qp.pd, is_reliable(qp.kind));
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
        if kind == QpType::RawPacket {
            return self.carry_packet(here, pd, send);
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
            _ if reliable => Outcome::Waits(Why::NoAnswer),
            _ => Outcome::Done,
        };
        if let Some(to) = send.to.filter(|to| to.qp == GROUP) {
            self.carry_to_group(number, &to, send, &bytes);
            return Outcome::Done;
        }
        let Some(mut peer) = self.peer(number, send.to.map(|to| (to.address, to.qp))) else { return lost };
        // Whoever expects another packet answers nothing that helps.
        if reliable && peer.now.receive_psn != now.send_psn {
            return lost;
        }
        if let Some(srq) = send.srq {
            let domain = self.verbs.qps.get(&peer.number).and_then(|qp| qp.xrcd);
            let named = self.verbs.srqs.get(&srq);
            let reached =
                named.filter(|srq| srq.extended.map(|(xrcd, _)| xrcd) == domain && domain.is_some());
            // Its memory is that of the queue's domain, whatever is done with it.
            match reached.map(|srq| srq.pd) {
                Some(pd) => (peer.srq, peer.pd) = (Some(srq), pd),
                None => {
                    self.verbs.fail(peer.number, Some(AsyncEventKind::QpRequestError));
                    return Outcome::Failed(CompletionStatus::RemoteInvalidRequest);
                }
            }
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
            SendOp::SendInvalidate(key) if !self.verbs.can_unbind(peer.number, key) => {
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
            SendOp::AtomicWrite { remote, word } => self.write_word(&peer, remote, &word),
            SendOp::Flush { remote, to, length } => self.flushed(&peer, remote, to, length),
        };
        match arrived {
            Outcome::Done => {}
            Outcome::Failed(status) => {
                if matches!(status, CompletionStatus::RemoteAccess | CompletionStatus::RemoteInvalidRequest) {
                    self.verbs.fail(peer.number, Some(AsyncEventKind::QpAccessError));
                }
                // Without a reliable connection nobody tells the sender.
                return if reliable { Outcome::Failed(status) } else { Outcome::Done };
            }
            Outcome::Waits(why) => {
                self.verbs.count(peer.device, Counter::NotReadySent, 1);
                return if reliable { Outcome::Waits(why) } else { Outcome::Done };
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
}
