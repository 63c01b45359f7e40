//! A completion queue that is awaited.

use std::os::fd::BorrowedFd;
use std::sync::Arc;
use std::time::Duration;

use smartnic_core::backend::{VerbsChannel, VerbsContext, VerbsCq};
use smartnic_core::verbs::Completion;

use super::{Events, Source};
use crate::Result;

/// A completion queue with a channel of its own, of which completions are awaited.
#[derive(Debug)]
pub struct Completions {
    cq: Arc<dyn VerbsCq>,
    woken: Events<Channel>,
}

#[derive(Debug)]
struct Channel(Arc<dyn VerbsChannel>);

impl Source for Channel {
    type Event = u64;

    fn wait(&mut self, most: Option<Duration>) -> Result<Option<Self::Event>> {
        self.0.wait(most)
    }

    fn fds(&self) -> Vec<BorrowedFd<'_>> {
        self.0.fd().into_iter().collect()
    }
}

impl Completions {
    /// Makes a queue of at least so many entries. It must be called on a runtime, as [`Events::new`].
    ///
    /// # Errors
    /// Those of [`VerbsContext::create_channel`], [`VerbsContext::create_cq`] and [`Events::new`].
    pub fn new(context: &dyn VerbsContext, entries: u32) -> Result<Self> {
        let channel = context.create_channel()?;
        let cq = context.create_cq(entries, Some(&channel))?;
        Ok(Self { cq, woken: Events::new(Channel(channel))? })
    }

    /// The queue, to make queue pairs on ([`crate::verbs::Queues::on`]).
    #[must_use]
    pub fn cq(&self) -> &Arc<dyn VerbsCq> {
        &self.cq
    }

    /// Takes completions, at least one and as many as fit into `into`; how many. A future that is dropped loses none.
    ///
    /// # Errors
    /// Those of [`VerbsCq::poll`], [`VerbsCq::arm`] and [`Events::next`].
    pub async fn next(&mut self, into: &mut [Completion]) -> Result<usize> {
        loop {
            let found = self.cq.poll(into)?;
            if found > 0 || into.is_empty() {
                return Ok(found);
            }
            self.cq.arm(false)?;
            // What came before it was armed wakes nobody.
            let found = self.cq.poll(into)?;
            if found > 0 {
                return Ok(found);
            }
            self.woken.next().await?;
        }
    }
}
