//! A socket that hears what changes, for each family that has a watch.

use std::io;
use std::os::fd::BorrowedFd;
use std::time::{Duration, Instant};

use smartnic_core::{Error, ErrorKind, Result};
use smartnic_netlink::codec::{Message, Request, Sequence, Step, WireError, messages};
use smartnic_netlink::transport::{Protocol, Transport};

use crate::LinuxHost;
use crate::connection::{Call, advised};
use crate::socket::wait_readable;

/// How often sockets without a descriptor are looked at.
const LOOK: Duration = Duration::from_millis(10);

/// Waits until one of several sockets has something, at most so long. Where one has no descriptor, it is time to look again
/// after a while.
pub(crate) fn wait_for_one(sockets: &[Option<BorrowedFd<'_>>], left: Option<Duration>) -> io::Result<()> {
    let descriptors: Option<Vec<_>> = sockets.iter().copied().collect();
    match descriptors {
        Some(descriptors) => wait_readable(&descriptors, left),
        None => {
            std::thread::sleep(left.map_or(LOOK, |left| left.min(LOOK)));
            Ok(())
        }
    }
}

type Decode<T> = fn(&Message<'_>) -> Result<Option<T>, WireError>;

/// A member of one multicast group or several.
pub(crate) struct Listener<T> {
    transport: Box<dyn Transport>,
    op: &'static str,
    decode: Decode<T>,
    sequence: Sequence,
    inbox: Vec<u8>,
    /// What came and was not handed out yet, the last first.
    waiting: Vec<T>,
}

impl<T> Listener<T> {
    /// Opens a socket and joins the groups; `decode` reads its messages and leaves out those about something else.
    pub(crate) fn open(
        host: &LinuxHost,
        op: &'static str,
        protocol: Protocol,
        groups: &[u32],
        decode: Decode<T>,
    ) -> Result<Self> {
        let failed =
            |error: io::Error| advised(Error::io(op, error)).on(smartnic_core::backend::Host::uri(host));
        let mut transport = host.kernel.open(protocol).map_err(failed)?;
        for group in groups {
            transport.join_group(*group).map_err(failed)?;
        }
        let (inbox, waiting) = Default::default();
        Ok(Self { transport, op, decode, sequence: Sequence::default(), inbox, waiting })
    }

    /// Waits for the next message, at most so long.
    pub(crate) fn wait(&mut self, most: Option<Duration>) -> Result<Option<T>> {
        let end = most.map(|most| Instant::now() + most);
        loop {
            if let Some(message) = self.waiting.pop() {
                return Ok(Some(message));
            }
            if !self.receive(end)? {
                return Ok(None);
            }
            self.take_in()?;
        }
    }

    /// Asks for something that concerns this very socket; what is heard meanwhile is kept.
    pub(crate) fn ask(&mut self, op: &'static str, request: &dyn Request) -> Result<()> {
        let call = Call { op, object: &"", names: request.names() };
        let mut outbox = Vec::new();
        let (seq, port) = (self.sequence.take(), self.transport.port_id());
        let mut exchange = request.write(&mut outbox, seq, port).map_err(|error| call.unwritable(error))?;
        self.transport.send(&outbox).map_err(|error| call.failed(error))?;
        let end = Some(Instant::now() + crate::connection::PATIENCE);
        loop {
            if !self.receive(end)? {
                return Err(call.error(ErrorKind::Timeout));
            }
            let mut heard = Vec::new();
            let mut ended = None;
            for message in messages(&self.inbox) {
                let message = message.map_err(|error| call.malformed(error))?;
                match exchange.accept(message).map_err(|error| call.malformed(error))? {
                    Step::Done(end) if end.errno != 0 => {
                        ended = Some(Err(call.refused(end.errno, &end.extack, &outbox)));
                    }
                    Step::Done(_) => ended = Some(Ok(())),
                    Step::Notification(message) => {
                        heard.extend((self.decode)(&message).map_err(|error| call.malformed(error))?);
                    }
                    Step::Data(_) | Step::Stale(_) => {}
                }
            }
            heard.reverse();
            heard.append(&mut self.waiting);
            self.waiting = heard;
            if let Some(ended) = ended {
                return ended;
            }
        }
    }

    pub(crate) fn fd(&self) -> Option<BorrowedFd<'_>> {
        self.transport.fd()
    }

    /// Receives one datagram; false if nothing came in time.
    fn receive(&mut self, end: Option<Instant>) -> Result<bool> {
        loop {
            let left = end.map(|end| end.saturating_duration_since(Instant::now()));
            self.transport.set_timeout(left).map_err(|error| Error::io(self.op, error))?;
            let Err(error) = self.transport.recv(&mut self.inbox) else { return Ok(true) };
            match error.kind() {
                io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => return Ok(false),
                io::ErrorKind::Interrupted => {}
                _ if error.raw_os_error() == Some(libc::ENOBUFS) => {
                    let lost = Error::new(ErrorKind::Overrun, self.op).reason("the kernel dropped messages");
                    return Err(lost.hint("read the state again; the watch goes on"));
                }
                _ => return Err(Error::io(self.op, error)),
            }
        }
    }

    fn take_in(&mut self) -> Result<()> {
        let malformed = |error| Error::protocol(self.op, "a message is malformed").source(error);
        for message in messages(&self.inbox) {
            self.waiting.extend((self.decode)(&message.map_err(malformed)?).map_err(malformed)?);
        }
        self.waiting.reverse();
        Ok(())
    }
}
