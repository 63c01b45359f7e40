//! What is posted, in the states and over the transports that have it.

use std::sync::Arc;

use smartnic_core::backend::{VerbsFlow, VerbsMw};
use smartnic_core::verbs::{
    Destination, ReceiveRequest, Remote, SendOp, SendRequest, Sge, SteeringRule, WindowBind,
};

use super::QueuePair;
use super::kinds::{Connected, HasQueues, HasReceives, RawPacket, Rc, Receives, Rts, Ud, XrcSend};
use crate::Result;

impl<T: HasReceives, S: Receives, K> QueuePair<T, S, K> {
    /// Posts one request to receive. The first 40 bytes of a datagram are its routing header.
    ///
    /// # Errors
    /// Those of [`crate::verbs::VerbsQp::post_receive`].
    pub fn receive(&self, id: u64, regions: &[Sge<'_>]) -> Result<()> {
        self.qp.post_receive(&[ReceiveRequest { id, regions }])
    }

    /// Posts requests to receive, all or those before the first that is refused.
    ///
    /// # Errors
    /// Those of [`crate::verbs::VerbsQp::post_receive`].
    pub fn post_receive(&self, requests: &[ReceiveRequest<'_>]) -> Result<()> {
        self.qp.post_receive(requests)
    }
}

impl<T: HasQueues, K> QueuePair<T, Rts, K> {
    /// Posts requests to send, all or those before the first that is refused.
    ///
    /// # Errors
    /// Those of [`crate::verbs::VerbsQp::post_send`].
    pub fn post_send(&self, requests: &[SendRequest<'_>]) -> Result<()> {
        self.qp.post_send(requests)
    }
}

impl<T: Connected, K> QueuePair<T, Rts, K> {
    /// Sends a message, and says when it is done.
    ///
    /// # Errors
    /// Those of [`crate::verbs::VerbsQp::post_send`].
    pub fn send(&self, id: u64, regions: &[Sge<'_>]) -> Result<()> {
        self.post_send(&[SendRequest::new(id, SendOp::Send, regions)])
    }

    /// Sends a message that is copied at once, and says when it is done.
    ///
    /// # Errors
    /// Those of [`crate::verbs::VerbsQp::post_send`].
    pub fn send_inline(&self, id: u64, bytes: &[u8]) -> Result<()> {
        self.post_send(&[SendRequest::inline(id, SendOp::Send, bytes)])
    }

    /// Sends a message that takes a window of the peer's back, by its key, and says when it is done.
    ///
    /// # Errors
    /// Those of [`crate::verbs::VerbsQp::post_send`].
    pub fn send_invalidate(&self, id: u64, regions: &[Sge<'_>], key: u32) -> Result<()> {
        self.post_send(&[SendRequest::new(id, SendOp::SendInvalidate(key), regions)])
    }

    /// Lends the peer a piece of a region through a window, and says when it is done: where the peer finds it.
    ///
    /// # Errors
    /// Those of [`crate::verbs::VerbsQp::bind_window`].
    pub fn bind_window(&self, id: u64, window: &dyn VerbsMw, bind: &WindowBind<'_>) -> Result<Remote> {
        self.qp.bind_window(id, window, bind)
    }

    /// Takes a window of our own back, by its key, and says when it is done.
    ///
    /// # Errors
    /// Those of [`crate::verbs::VerbsQp::post_send`].
    pub fn invalidate(&self, id: u64, key: u32) -> Result<()> {
        self.post_send(&[SendRequest::new(id, SendOp::LocalInvalidate(key), &[])])
    }

    /// Writes into the peer's memory, and says when it is done.
    ///
    /// # Errors
    /// Those of [`crate::verbs::VerbsQp::post_send`].
    pub fn write(&self, id: u64, regions: &[Sge<'_>], remote: Remote) -> Result<()> {
        self.post_send(&[SendRequest::new(id, SendOp::Write(remote), regions)])
    }

    /// Writes into the peer's memory and has the peer's next receive request end with a number.
    ///
    /// # Errors
    /// Those of [`crate::verbs::VerbsQp::post_send`].
    pub fn write_imm(&self, id: u64, regions: &[Sge<'_>], remote: Remote, imm: u32) -> Result<()> {
        self.post_send(&[SendRequest::new(id, SendOp::WriteImm(remote, imm), regions)])
    }
}

impl<K> QueuePair<Rc, Rts, K> {
    /// Reads the peer's memory into ours, and says when it is done.
    ///
    /// # Errors
    /// Those of [`crate::verbs::VerbsQp::post_send`].
    pub fn read(&self, id: u64, regions: &[Sge<'_>], remote: Remote) -> Result<()> {
        self.post_send(&[SendRequest::new(id, SendOp::Read(remote), regions)])
    }

    /// Puts `swap` into eight bytes of the peer's if `compare` is there; what was there comes into `region`.
    ///
    /// # Errors
    /// Those of [`crate::verbs::VerbsQp::post_send`].
    pub fn compare_swap(
        &self,
        id: u64,
        region: Sge<'_>,
        remote: Remote,
        compare: u64,
        swap: u64,
    ) -> Result<()> {
        self.post_send(&[SendRequest::new(id, SendOp::CompareSwap { remote, compare, swap }, &[region])])
    }

    /// Adds to eight bytes of the peer's; what was there comes into `region`.
    ///
    /// # Errors
    /// Those of [`crate::verbs::VerbsQp::post_send`].
    pub fn fetch_add(&self, id: u64, region: Sge<'_>, remote: Remote, add: u64) -> Result<()> {
        self.post_send(&[SendRequest::new(id, SendOp::FetchAdd { remote, add }, &[region])])
    }
}

impl<K> QueuePair<Ud, Rts, K> {
    /// Sends a datagram, and says when it is done.
    ///
    /// # Errors
    /// Those of [`crate::verbs::VerbsQp::post_send`].
    pub fn send_to(&self, id: u64, regions: &[Sge<'_>], to: Destination<'_>) -> Result<()> {
        self.post_send(&[SendRequest::new(id, SendOp::Send, regions).to(to)])
    }
}

impl<K> QueuePair<RawPacket, Rts, K> {
    /// Sends a packet, which begins with its Ethernet header, and says when it is done.
    ///
    /// # Errors
    /// Those of [`crate::verbs::VerbsQp::post_send`].
    pub fn send_packet(&self, id: u64, regions: &[Sge<'_>]) -> Result<()> {
        self.post_send(&[SendRequest::new(id, SendOp::Send, regions)])
    }
}

impl<S, K> QueuePair<RawPacket, S, K> {
    /// Has packets come to it that a rule says, until the rule is dropped.
    ///
    /// # Errors
    /// Those of [`crate::verbs::VerbsQp::steer`].
    pub fn steer(&self, rule: &SteeringRule<'_>) -> Result<Arc<dyn VerbsFlow>> {
        Arc::clone(&self.qp).steer(rule)
    }
}

impl<K> QueuePair<XrcSend, Rts, K> {
    /// Sends a message to a shared receive queue of the peer's, and says when it is done.
    ///
    /// # Errors
    /// Those of [`crate::verbs::VerbsQp::post_send`].
    pub fn send_to_srq(&self, id: u64, regions: &[Sge<'_>], srq: u32) -> Result<()> {
        self.post_send(&[SendRequest::new(id, SendOp::Send, regions).to_srq(srq)])
    }

    /// Writes into memory of the domain of a shared receive queue of the peer's, and says when it is done.
    ///
    /// # Errors
    /// Those of [`crate::verbs::VerbsQp::post_send`].
    pub fn write_by_srq(&self, id: u64, regions: &[Sge<'_>], remote: Remote, srq: u32) -> Result<()> {
        self.post_send(&[SendRequest::new(id, SendOp::Write(remote), regions).to_srq(srq)])
    }

    /// Reads memory of the domain of a shared receive queue of the peer's into ours, and says when it is done.
    ///
    /// # Errors
    /// Those of [`crate::verbs::VerbsQp::post_send`].
    pub fn read_by_srq(&self, id: u64, regions: &[Sge<'_>], remote: Remote, srq: u32) -> Result<()> {
        self.post_send(&[SendRequest::new(id, SendOp::Read(remote), regions).to_srq(srq)])
    }
}
