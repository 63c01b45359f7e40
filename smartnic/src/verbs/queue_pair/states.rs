//! From one state to the next, with what each step needs.

use smartnic_core::rdma::QpState;
use smartnic_core::verbs::{Access, AckTimeout, AddressVector, PathMtu, QpChange, RnrTimer};

use super::QueuePair;
use super::kinds::{HasPeer, Init, RawPacket, Rc, Reset, Rtr, Rts, Uc, Ud, XrcReceive, XrcSend};
use crate::Result;

/// The peer of a connection, and how it is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer {
    /// Its queue pair.
    pub qp: u32,
    /// The number of its first packet: 24 bits.
    pub psn: u32,
    /// The way to it.
    pub address: AddressVector,
    /// The largest payload of a packet.
    pub mtu: PathMtu,
}

/// How a reliable connection receives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Receiving {
    /// Reads and atomics of the peer's that are answered at a time.
    pub max_reads: u8,
    /// How long the peer waits if there is no receive request.
    pub rnr_timer: RnrTimer,
}

impl Default for Receiving {
    /// One read at a time; the peer waits 0.64 ms.
    fn default() -> Self {
        Self { max_reads: 1, rnr_timer: RnrTimer(12) }
    }
}

/// How a reliable connection sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sending {
    /// The number of the first packet: 24 bits.
    pub psn: u32,
    /// How long an answer is waited for.
    pub timeout: AckTimeout,
    /// How often a packet is sent again without an answer: up to 7.
    pub retries: u8,
    /// How often it is sent again because there is no receive request: up to 6, and 7 for ever.
    pub rnr_retries: u8,
    /// Reads and atomics of ours that are under way at a time.
    pub max_reads: u8,
}

impl Default for Sending {
    /// 67 ms for an answer, seven times; for ever for a receive request; one read at a time.
    fn default() -> Self {
        Self { psn: 0, timeout: AckTimeout(14), retries: 7, rnr_retries: 7, max_reads: 1 }
    }
}

impl<T: HasPeer, K> QueuePair<T, Reset, K> {
    /// Binds it to a port and the place of a partition key; `access` is what the peer may do to our memory.
    ///
    /// # Errors
    /// Those of [`crate::verbs::VerbsQp::modify`]; the queue pair is gone then.
    pub fn init(self, port: u8, pkey_index: u16, access: Access) -> Result<QueuePair<T, Init, K>> {
        self.become_(&QpChange {
            port: Some(port),
            pkey_index: Some(pkey_index),
            access: Some(access),
            ..QpChange::to(QpState::Init)
        })
    }
}

impl<K> QueuePair<Ud, Reset, K> {
    /// Binds it to a port and the place of a partition key; datagrams to it must have `qkey`.
    ///
    /// # Errors
    /// Those of [`crate::verbs::VerbsQp::modify`]; the queue pair is gone then.
    pub fn init(self, port: u8, pkey_index: u16, qkey: u32) -> Result<QueuePair<Ud, Init, K>> {
        self.become_(&QpChange {
            port: Some(port),
            pkey_index: Some(pkey_index),
            qkey: Some(qkey),
            ..QpChange::to(QpState::Init)
        })
    }
}

impl<K> QueuePair<RawPacket, Reset, K> {
    /// Binds it to a port.
    ///
    /// # Errors
    /// Those of [`crate::verbs::VerbsQp::modify`]; the queue pair is gone then.
    pub fn init(self, port: u8) -> Result<QueuePair<RawPacket, Init, K>> {
        self.become_(&QpChange { port: Some(port), ..QpChange::to(QpState::Init) })
    }
}

impl<K> QueuePair<RawPacket, Init, K> {
    /// It receives what rules bring.
    ///
    /// # Errors
    /// Those of [`crate::verbs::VerbsQp::modify`]; the queue pair is gone then.
    pub fn ready_to_receive(self) -> Result<QueuePair<RawPacket, Rtr, K>> {
        self.become_(&QpChange::to(QpState::Rtr))
    }
}

impl<K> QueuePair<RawPacket, Rtr, K> {
    /// It sends.
    ///
    /// # Errors
    /// Those of [`crate::verbs::VerbsQp::modify`]; the queue pair is gone then.
    pub fn ready_to_send(self) -> Result<QueuePair<RawPacket, Rts, K>> {
        self.become_(&QpChange::to(QpState::Rts))
    }
}

fn connected(peer: &Peer) -> QpChange {
    QpChange {
        peer: Some(peer.qp),
        receive_psn: Some(peer.psn),
        address: Some(peer.address),
        path_mtu: Some(peer.mtu),
        ..QpChange::to(QpState::Rtr)
    }
}

fn reliable(peer: &Peer, receiving: &Receiving) -> QpChange {
    QpChange {
        max_answered_reads: Some(receiving.max_reads),
        rnr_timer: Some(receiving.rnr_timer),
        ..connected(peer)
    }
}

fn sends(sending: &Sending) -> QpChange {
    QpChange {
        send_psn: Some(sending.psn),
        timeout: Some(sending.timeout),
        retries: Some(sending.retries),
        rnr_retries: Some(sending.rnr_retries),
        max_reads: Some(sending.max_reads),
        ..QpChange::to(QpState::Rts)
    }
}

impl<K> QueuePair<Rc, Init, K> {
    /// Connects it to its peer: it receives.
    ///
    /// # Errors
    /// Those of [`crate::verbs::VerbsQp::modify`]; the queue pair is gone then.
    pub fn ready_to_receive(self, peer: &Peer, receiving: &Receiving) -> Result<QueuePair<Rc, Rtr, K>> {
        self.become_(&reliable(peer, receiving))
    }
}

impl<K> QueuePair<XrcSend, Init, K> {
    /// Connects it to its peer, of which it receives answers only.
    ///
    /// # Errors
    /// Those of [`crate::verbs::VerbsQp::modify`]; the queue pair is gone then.
    pub fn ready_to_receive(self, peer: &Peer) -> Result<QueuePair<XrcSend, Rtr, K>> {
        self.become_(&connected(peer))
    }
}

impl<K> QueuePair<XrcReceive, Init, K> {
    /// Connects it to its peer: it receives, and answers. There is no further state that it needs.
    ///
    /// # Errors
    /// Those of [`crate::verbs::VerbsQp::modify`]; the queue pair is gone then.
    pub fn ready_to_receive(
        self,
        peer: &Peer,
        receiving: &Receiving,
    ) -> Result<QueuePair<XrcReceive, Rtr, K>> {
        self.become_(&reliable(peer, receiving))
    }
}

impl<K> QueuePair<Uc, Init, K> {
    /// Connects it to its peer: it receives.
    ///
    /// # Errors
    /// Those of [`crate::verbs::VerbsQp::modify`]; the queue pair is gone then.
    pub fn ready_to_receive(self, peer: &Peer) -> Result<QueuePair<Uc, Rtr, K>> {
        self.become_(&connected(peer))
    }
}

impl<K> QueuePair<Ud, Init, K> {
    /// It receives, from everyone.
    ///
    /// # Errors
    /// Those of [`crate::verbs::VerbsQp::modify`]; the queue pair is gone then.
    pub fn ready_to_receive(self) -> Result<QueuePair<Ud, Rtr, K>> {
        self.become_(&QpChange::to(QpState::Rtr))
    }
}

impl<K> QueuePair<Rc, Rtr, K> {
    /// It sends.
    ///
    /// # Errors
    /// Those of [`crate::verbs::VerbsQp::modify`]; the queue pair is gone then.
    pub fn ready_to_send(self, sending: &Sending) -> Result<QueuePair<Rc, Rts, K>> {
        self.become_(&sends(sending))
    }
}

impl<K> QueuePair<XrcSend, Rtr, K> {
    /// It sends.
    ///
    /// # Errors
    /// Those of [`crate::verbs::VerbsQp::modify`]; the queue pair is gone then.
    pub fn ready_to_send(self, sending: &Sending) -> Result<QueuePair<XrcSend, Rts, K>> {
        self.become_(&sends(sending))
    }
}

impl<K> QueuePair<Uc, Rtr, K> {
    /// It sends; `psn` is the number of the first packet.
    ///
    /// # Errors
    /// Those of [`crate::verbs::VerbsQp::modify`]; the queue pair is gone then.
    pub fn ready_to_send(self, psn: u32) -> Result<QueuePair<Uc, Rts, K>> {
        self.become_(&QpChange { send_psn: Some(psn), ..QpChange::to(QpState::Rts) })
    }
}

impl<K> QueuePair<Ud, Rtr, K> {
    /// It sends; `psn` is the number of the first packet.
    ///
    /// # Errors
    /// Those of [`crate::verbs::VerbsQp::modify`]; the queue pair is gone then.
    pub fn ready_to_send(self, psn: u32) -> Result<QueuePair<Ud, Rts, K>> {
        self.become_(&QpChange { send_psn: Some(psn), ..QpChange::to(QpState::Rts) })
    }
}
