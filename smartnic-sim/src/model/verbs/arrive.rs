//! Messages at their end: the receive request that takes one, and the completion that tells of it.

use smartnic_core::rdma::{Gid, QpType};
use smartnic_core::verbs::{
    AddressVector, AsyncEvent, AsyncEventKind, AsyncSource, Completion, CompletionOp, CompletionStatus,
    SendFlags, SendOp,
};

use super::carry::{Outcome, Peer};
use super::{Counter, Receive, Send, Why, is_reliable};
use crate::model::Machine;

/// How long the routing header before a datagram is.
const GRH: usize = 40;

impl Machine {
    /// The next receive request of a queue pair, if the message fits into it: with the domain that its memory is of.
    pub(super) fn receive(&mut self, peer: &Peer, length: u64) -> Result<(Receive, u32), Outcome> {
        let verbs = &mut self.verbs;
        let Some(qp) = verbs.qps.get_mut(&peer.number) else { return Err(Outcome::Waits(Why::NotReady)) };
        let shared = peer.srq.or(qp.srq);
        let srq = shared.and_then(|srq| verbs.srqs.get_mut(&srq));
        let (queue, pd) = match srq {
            Some(srq) => (&mut srq.receives, srq.pd),
            None => (&mut qp.receives, peer.pd),
        };
        let Some(receive) = queue.pop_front() else { return Err(Outcome::Waits(Why::NotReady)) };
        let reliable = is_reliable(qp.kind);
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
        verbs.complete_receive(peer.number, peer.srq, failed, false);
        if reliable {
            verbs.fail(peer.number, None);
        }
        Err(Outcome::Failed(remote))
    }

    pub(super) fn message(
        &mut self,
        peer: &Peer,
        kind: QpType,
        send: &Send,
        bytes: &[u8],
        imm: Option<u32>,
    ) -> Outcome {
        let (receive, pd) = match self.receive(peer, bytes.len() as u64) {
            Ok(found) => found,
            // Whoever is not connected reliably loses it.
            Err(Outcome::Waits(_)) if !is_reliable(kind) => {
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
    pub(super) fn arrived(
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
        let solicited = send.flags.contains(SendFlags::SOLICITED);
        self.verbs.complete_receive(peer.number, peer.srq, completion, solicited);
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
}
