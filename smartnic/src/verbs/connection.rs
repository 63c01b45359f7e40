//! Queue pairs that are brought to send by what an id of `rdma_cm` says of the other end.

use smartnic_core::backend::VerbsCmId;
use smartnic_core::rdma::QpState;
use smartnic_core::verbs::{Access, QpChange, RnrTimer};

use super::queue_pair::{Init, QueuePair, Rc, Reset, Rtr, Rts, Ud};
use crate::Result;

impl<K> QueuePair<Rc, Reset, K> {
    /// Binds it to the port that an id leads to; `access` is what the peer may do to our memory. Receives can be posted from
    /// here on, and are best posted before the other end is asked or answered.
    ///
    /// # Errors
    /// Those of [`VerbsCmId::qp_change`] and [`crate::verbs::VerbsQp::modify`]; the queue pair is gone then.
    pub fn init_by(self, id: &dyn VerbsCmId, access: Access) -> Result<QueuePair<Rc, Init, K>> {
        self.become_(&QpChange { access: Some(access), ..id.qp_change(QpState::Init)? })
    }
}

impl<K> QueuePair<Rc, Init, K> {
    /// Connects it to the other end, which asked or answered: it receives and sends. `rnr_timer` is how long the other end
    /// waits if there is no receive request, of which an id says the longest there is.
    ///
    /// On iWARP nothing is changed: the device does it when the connection comes about, and refuses requests before.
    ///
    /// # Errors
    /// Those of [`VerbsCmId::qp_change`] and [`crate::verbs::VerbsQp::modify`]; the queue pair is gone then.
    pub fn ready_by(self, id: &dyn VerbsCmId, rnr_timer: RnrTimer) -> Result<QueuePair<Rc, Rts, K>> {
        let (receives, sends) = (id.qp_change(QpState::Rtr)?, id.qp_change(QpState::Rts)?);
        if sends.state.is_none() {
            return Ok(self.known_as());
        }
        let receiving: QueuePair<Rc, Rtr, K> =
            self.become_(&QpChange { rnr_timer: Some(rnr_timer), ..receives })?;
        receiving.become_(&sends)
    }
}

impl<K> QueuePair<Ud, Reset, K> {
    /// Binds it to the port that an id leads to, with the key that datagrams between ids have. Receives can be posted from
    /// here on.
    ///
    /// # Errors
    /// Those of [`VerbsCmId::qp_change`] and [`crate::verbs::VerbsQp::modify`]; the queue pair is gone then.
    pub fn init_by(self, id: &dyn VerbsCmId) -> Result<QueuePair<Ud, Init, K>> {
        self.become_(&id.qp_change(QpState::Init)?)
    }
}
