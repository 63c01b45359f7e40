use std::collections::VecDeque;
use std::sync::Arc;

use smartnic_core::backend::{VerbsChannel, VerbsContext, VerbsCq, VerbsMr, VerbsPd};
use smartnic_core::verbs::{Access, Buffer};

use super::line::Line;
use super::{Endpoint, LONGEST, SLOTS, post};
use crate::verbs::{QueuePair, Queues, Rc, Receives, Reset, Rts};
use crate::{Host, Result};

/// What the other end may do to memory of ours that was shared with it.
pub(super) const ACCESS: Access =
    Access::REMOTE_READ.union(Access::REMOTE_WRITE).union(Access::REMOTE_ATOMIC);

/// What an end is made of before it is connected.
pub(super) struct Parts {
    pub(super) context: Arc<dyn VerbsContext>,
    pd: Arc<dyn VerbsPd>,
    channel: Arc<dyn VerbsChannel>,
    cq: Arc<dyn VerbsCq>,
    memory: Arc<dyn VerbsMr>,
}

impl Parts {
    pub(super) fn on(host: &Host, device: &str) -> Result<Self> {
        let context = host.verbs()?.open(device)?;
        let (pd, channel) = (context.alloc_pd()?, context.create_channel()?);
        let cq = context.create_cq(4 * SLOTS as u32, Some(&channel))?;
        let memory = pd.register(&Buffer::new((SLOTS + 1) * LONGEST), Access::LOCAL_WRITE)?;
        Ok(Self { context, pd, channel, cq, memory })
    }

    pub(super) fn queue_pair(&self) -> Result<QueuePair<Rc, Reset>> {
        QueuePair::new(&*self.pd, &Queues::on(&self.cq))
    }

    /// Gives all slots to the receive queue.
    pub(super) fn post_all<S: Receives>(&self, qp: &QueuePair<Rc, S>) -> Result<()> {
        (1..=SLOTS).try_for_each(|slot| post(qp, &self.memory, slot))
    }

    /// The end, with the longest message that the other one takes.
    pub(super) fn connected(self, qp: QueuePair<Rc, Rts>, line: Line, theirs: u32) -> Endpoint {
        let Self { context, pd, channel, cq, memory } = self;
        let longest = LONGEST.min(theirs as usize);
        let (inbox, done, ended, _context) = (VecDeque::new(), None, None, context);
        Endpoint { qp, cq, channel, pd, memory, line, inbox, done, ended, longest, _context }
    }
}
