//! Many changes in one send.

use smartnic_core::{Error, ErrorKind, Extack, Result};
use smartnic_netlink::codec::{
    AckMode, Batch, BatchStep, Encoder, Exchange, Expect, Flags, Message, Request, Step, WireError, messages,
};
use smartnic_netlink::uapi::netlink::{NLMSG_NOOP, NLMSG_OVERRUN};

use super::{Call, Connection, Failure, lost, receive, receive_waiting, send};

/// What became of one request of a batch: the text that came with its success, or its error.
type Outcome = Result<Option<Extack>>;

impl Connection {
    /// An empty batch for this connection.
    pub(crate) fn batch(&self, messages: usize) -> Batch {
        Batch::with_limits(self.transport.port_id(), AckMode::Last, messages, Batch::DEFAULT_BYTES)
    }

    /// Adds a request to a batch; false if the batch is full and must be sent first. What the kernel says on a
    /// success arrives only if the request `asks` for it, and that costs a datagram.
    pub(crate) fn push(
        &mut self,
        batch: &mut Batch,
        request: &dyn Request,
        asks: bool,
    ) -> Result<bool, WireError> {
        let flags = if asks { Flags::ACK } else { Flags::empty() };
        Ok(batch.push_request(&mut self.sequence, request, flags)?.is_some())
    }

    /// Sends a batch and hands the outcome of each request to `outcome`, with its index. `call` says what each
    /// request is.
    ///
    /// If the kernel dropped answers, the requests that got none receive an error of kind `Overrun`: it is not known
    /// whether they were carried out.
    ///
    /// # Errors
    /// Only if the connection fails as a whole.
    pub(crate) fn submit<'c>(
        &mut self,
        batch: &mut Batch,
        call: &dyn Fn(usize) -> Call<'c>,
        outcome: &mut dyn FnMut(usize, Outcome),
    ) -> Result<()> {
        self.busy = true;
        send(&mut *self.transport, batch.datagram()).map_err(|error| call(0).failed(error))?;
        // An answer alone is fetched with less ado.
        let fetch = if batch.answers() > 1 { receive_waiting } else { receive };
        let mut barrier = None;
        while !batch.is_done() && !barrier.as_ref().is_some_and(Exchange::is_done) {
            match fetch(&mut *self.transport, &mut self.inbox).map_err(|error| lost(&call(0), error)) {
                Ok(()) => {}
                Err(Failure::Torn(_)) => {
                    self.raise_barrier(&mut barrier, &call(0))?;
                    continue;
                }
                Err(Failure::Final(error)) => return Err(error),
            }
            let mut overrun = false;
            for message in messages(&self.inbox) {
                let message = message.map_err(|error| call(0).malformed(error))?;
                match batch.accept(message).map_err(|error| call(0).malformed(error))? {
                    BatchStep::Outcome(index, ack) => {
                        let (call, request) = (call(index), batch.request(index).unwrap_or_default());
                        outcome(
                            index,
                            match ack.errno {
                                0 => Ok(call.note(&ack.extack, request)),
                                errno => Err(call.refused(errno, &ack.extack, request)),
                            },
                        );
                    }
                    BatchStep::Unrelated(message) => pass(barrier.as_mut(), message, &call(0))?,
                    BatchStep::Data(_, message) => overrun |= message.header.kind == NLMSG_OVERRUN,
                }
            }
            if overrun {
                self.raise_barrier(&mut barrier, &call(0))?;
            }
        }
        let torn = barrier.is_some();
        // A barrier that was not needed in the end is still on its way.
        self.busy = barrier.is_some_and(|barrier| !barrier.is_done());
        for (index, asked) in batch.unanswered() {
            // What is not reported as failed was done, unless the report is among what was dropped.
            outcome(index, if torn || asked { Err(unknown(&call(index))) } else { Ok(None) });
        }
        Ok(())
    }

    /// Answers are missing. What follows them is still to come, and ends with the answer to a message that does
    /// nothing, which is sent here unless it is under way already.
    fn raise_barrier(&mut self, barrier: &mut Option<Exchange>, call: &Call<'_>) -> Result<()> {
        if barrier.is_some() {
            return Ok(());
        }
        let (seq, port) = (self.sequence.take(), self.transport.port_id());
        self.outbox.clear();
        let message = Encoder::message(&mut self.outbox, NLMSG_NOOP, Flags::REQUEST | Flags::ACK, seq, port);
        message.finish().map_err(|error| call.unwritable(error))?;
        send(&mut *self.transport, &self.outbox).map_err(|error| call.failed(error))?;
        *barrier = Some(Exchange::new(seq, port, Expect::Ack));
        Ok(())
    }
}

fn pass(barrier: Option<&mut Exchange>, message: Message<'_>, call: &Call<'_>) -> Result<()> {
    let Some(barrier) = barrier else { return Ok(()) };
    match barrier.accept(message).map_err(|error| call.malformed(error))? {
        Step::Done(_) | Step::Data(_) | Step::Notification(_) | Step::Stale(_) => Ok(()),
    }
}

/// The error of a change whose answer was dropped.
pub(super) fn unknown(call: &Call<'_>) -> Error {
    call.error(ErrorKind::Overrun)
        .reason("the kernel's answer was lost; the change may have been made")
        .hint("read the state again")
}
