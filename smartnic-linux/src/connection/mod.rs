//! Requests and their answers over one kind of socket, with the repetitions that netlink asks for.
//!
//! [`Channel`] is what the rest of the crate uses. It keeps sockets that are free, takes one per request, and
//! repeats reads that the kernel says were torn. [`Connection`] is one socket and the course of one request on it.

mod advice;
mod ahead;
mod batch;
mod call;
mod channel;
#[cfg(test)]
pub(crate) mod script;

pub(crate) use advice::advised;
pub(crate) use call::Call;
pub(crate) use channel::Channel;

use std::io;
use std::time::Duration;

use smartnic_core::{Error, ErrorKind, Extack, Result};
use smartnic_netlink::codec::{Exchange, Message, Request, Sequence, Step, messages};
use smartnic_netlink::transport::{Kernel, Protocol, Transport};

/// How long an answer may take. The kernel works while the request is being sent, so an answer is there at once
/// or was lost.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);
/// How many times in a row a wait may be interrupted by signals before it is given up.
const MOST_SIGNALS: u32 = 1000;

/// Why a request did not end as it should.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The kernel refused it, or the connection failed.
    Final(Error),
    /// The answer has holes; a read can be repeated.
    Torn(Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Final(error)
    }
}

/// One socket, its sequence numbers and its buffers.
pub(crate) struct Connection {
    transport: Box<dyn Transport>,
    sequence: Sequence,
    outbox: Vec<u8>,
    inbox: Vec<u8>,
    /// Answers may still be on their way: the socket cannot be used for another request.
    busy: bool,
    /// Long answers are received while what came before is read.
    reads_ahead: bool,
}

impl Connection {
    pub(crate) fn open(kernel: &dyn Kernel, protocol: Protocol) -> io::Result<Self> {
        let mut transport = kernel.open(protocol)?;
        transport.set_timeout(Some(PATIENCE))?;
        Ok(Self {
            transport,
            sequence: Sequence::default(),
            outbox: Vec::new(),
            inbox: Vec::new(),
            busy: false,
            reads_ahead: kernel.lanes() > 1,
        })
    }

    pub(crate) fn is_busy(&self) -> bool {
        self.busy
    }

    /// Sends one request and hands every part of its answer to `each`. Returns the text that came with a success.
    pub(crate) fn run(
        &mut self,
        call: &Call<'_>,
        request: &dyn Request,
        each: &mut dyn FnMut(Message<'_>) -> Result<()>,
    ) -> Result<Option<Extack>, Failure> {
        let (seq, port) = (self.sequence.take(), self.transport.port_id());
        self.outbox.clear();
        let exchange = request.write(&mut self.outbox, seq, port).map_err(|error| call.unwritable(error))?;
        self.busy = true;
        send(&mut *self.transport, &self.outbox).map_err(|error| call.failed(error))?;
        let mut answer = Answer { exchange, call, request: &self.outbox, each, ended: false };
        let end = match self.reads_ahead {
            true => ahead::receive_all(&mut *self.transport, &mut self.inbox, &mut answer),
            false => receive_some(&mut *self.transport, &mut self.inbox, &mut answer),
        };
        self.busy = !answer.ended;
        end.map(Option::flatten)
    }
}

/// Receives an answer, or the rest of it, to its end. Returns the text that came with it, if one did.
fn receive_some(
    transport: &mut dyn Transport,
    inbox: &mut Vec<u8>,
    answer: &mut Answer<'_>,
) -> Result<Option<Option<Extack>>, Failure> {
    loop {
        let received = receive(transport, inbox);
        let end = answer.take(received, inbox)?;
        if end.is_some() {
            return Ok(end);
        }
    }
}

/// The answer to one request, as it arrives.
struct Answer<'a> {
    exchange: Exchange,
    call: &'a Call<'a>,
    request: &'a [u8],
    each: &'a mut dyn FnMut(Message<'_>) -> Result<()>,
    /// Its end has come, good or bad: nothing is on its way any more.
    ended: bool,
}

impl Answer<'_> {
    /// Takes one datagram. At the end of the answer, returns the text that came with it, if one did.
    fn take(&mut self, received: io::Result<()>, inbox: &[u8]) -> Result<Option<Option<Extack>>, Failure> {
        let Self { exchange, call, request, each, ended } = self;
        received.map_err(|error| lost(call, error))?;
        for message in messages(inbox) {
            let message = message.map_err(|error| call.malformed(error))?;
            match exchange.accept(message).map_err(|error| call.malformed(error))? {
                Step::Data(message) => each(message)?,
                Step::Done(end) => {
                    *ended = true;
                    if end.errno != 0 {
                        return Err(call.refused(end.errno, &end.extack, request).into());
                    }
                    if end.must_repeat() {
                        return Err(Failure::Torn(call.torn(end.overrun)));
                    }
                    if let Some(reply) = end.reply {
                        each(reply)?;
                    }
                    return Ok(Some(call.note(&end.extack, request)));
                }
                Step::Notification(_) | Step::Stale(_) => {}
            }
        }
        Ok(None)
    }
}

/// Sends, however often signals interrupt.
fn send(transport: &mut dyn Transport, datagram: &[u8]) -> io::Result<()> {
    patiently(|| transport.send(datagram))
}

/// Receives, however often signals interrupt.
fn receive(transport: &mut dyn Transport, inbox: &mut Vec<u8>) -> io::Result<()> {
    patiently(|| transport.recv(inbox))
}

/// As [`receive`], with others that have come already.
fn receive_waiting(transport: &mut dyn Transport, inbox: &mut Vec<u8>) -> io::Result<()> {
    patiently(|| transport.recv_waiting(inbox))
}

fn patiently(mut attempt: impl FnMut() -> io::Result<()>) -> io::Result<()> {
    let mut signals = 0;
    loop {
        match attempt() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted && signals < MOST_SIGNALS => {
                signals += 1;
            }
            result => return result,
        }
    }
}

/// What a failed receive means: lost datagrams tear the answer, all else ends the connection.
fn lost(call: &Call<'_>, error: io::Error) -> Failure {
    if error.raw_os_error() == Some(libc::ENOBUFS) {
        return Failure::Torn(call.torn(true).source(error));
    }
    match error.kind() {
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => {
            let reason = format!("no answer within {} s", PATIENCE.as_secs());
            Failure::Final(call.error(ErrorKind::Timeout).reason(reason))
        }
        _ => Failure::Final(call.failed(error)),
    }
}

#[cfg(test)]
mod tests;
