//! Writes, reads and atomics: a peer's memory is touched, and the peer learns nothing.

use smartnic_core::verbs::{Access, CompletionOp, CompletionStatus, Flush, Remote};

use super::carry::{Outcome, Peer};
use super::{Bytes, Counter, Send, Verbs};
use crate::model::Machine;

impl Machine {
    pub(super) fn write(
        &mut self,
        peer: &Peer,
        remote: Remote,
        bytes: &[u8],
        imm: Option<u32>,
        send: &Send,
    ) -> Outcome {
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
            && let Some((store, offset)) =
                self.verbs.remote((peer.number, peer.pd), remote, bytes.len() as u64, right)
            && store.write(offset, bytes).is_none()
        {
            return Outcome::Failed(CompletionStatus::RemoteAccess);
        }
        if let Some(id) = told {
            self.arrived(peer, id, CompletionOp::ReceiveWriteImm, bytes.len(), imm, send, None);
        }
        self.verbs.count(peer.device, Counter::WriteRequests, 1);
        Outcome::Done
    }

    pub(super) fn read(&mut self, pd: u32, peer: &Peer, remote: Remote, send: &Send) -> Outcome {
        let Bytes::Pieces(pieces) = &send.bytes else {
            return Outcome::Failed(CompletionStatus::LocalQpOperation);
        };
        if peer.now.max_answered_reads == 0 {
            return Outcome::Failed(CompletionStatus::RemoteInvalidRequest);
        }
        let (length, right) = (Verbs::length(&send.bytes), Access::REMOTE_READ);
        if length > 0 {
            let found = self.verbs.remote((peer.number, peer.pd), remote, length, right);
            let Some((store, offset)) = found.filter(|_| peer.now.access.contains(right)) else {
                return Outcome::Failed(CompletionStatus::RemoteAccess);
            };
            let Some(bytes) = store.bytes(offset, length as usize) else {
                return Outcome::Failed(CompletionStatus::RemoteAccess);
            };
            if let Err(status) = self.verbs.scatter(pd, pieces, 0, &bytes) {
                return Outcome::Failed(status);
            }
        }
        self.verbs.count(peer.device, Counter::ReadRequests, 1);
        Outcome::Done
    }

    /// Puts eight bytes there at once.
    pub(super) fn write_word(&mut self, peer: &Peer, remote: Remote, word: &[u8; 8]) -> Outcome {
        if !remote.address.is_multiple_of(8) {
            return Outcome::Failed(CompletionStatus::RemoteInvalidRequest);
        }
        let right = Access::REMOTE_WRITE;
        let found = self.verbs.remote((peer.number, peer.pd), remote, 8, right);
        let found = found.filter(|_| peer.now.access.contains(right));
        if found.and_then(|(store, offset)| store.write_word(offset, word)).is_none() {
            return Outcome::Failed(CompletionStatus::RemoteAccess);
        }
        self.verbs.count(peer.device, Counter::WriteRequests, 1);
        Outcome::Done
    }

    /// Memory here is seen by all as soon as it is written: what is left of a flush is whether it may be.
    pub(super) fn flushed(
        &mut self,
        peer: &Peer,
        remote: Remote,
        to: Flush,
        length: Option<usize>,
    ) -> Outcome {
        let (place, right) = ((peer.number, peer.pd), to.rights());
        let found = self.verbs.remote(place, remote, length.unwrap_or(0) as u64, right);
        match found.filter(|_| peer.now.access.contains(right)) {
            Some(_) => Outcome::Done,
            None => Outcome::Failed(CompletionStatus::RemoteAccess),
        }
    }

    pub(super) fn atomic(&mut self, pd: u32, peer: &Peer, remote: Remote, send: &Send) -> Outcome {
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
        let before = found.and_then(|(store, offset)| store.atomic(offset, &send.op));
        let Some(before) = before else { return Outcome::Failed(CompletionStatus::RemoteAccess) };
        if let Err(status) = self.verbs.scatter(pd, pieces, 0, &before.to_ne_bytes()) {
            return Outcome::Failed(status);
        }
        self.verbs.count(peer.device, Counter::AtomicRequests, 1);
        Outcome::Done
    }
}
