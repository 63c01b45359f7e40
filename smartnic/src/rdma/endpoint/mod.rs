//! Connections over RDMA without its ceremony: messages both ways, and memory of the other end.
//!
//! ```
//! use smartnic::Host;
//! use smartnic::rdma::{Endpoint, Listener};
//!
//! # fn main() -> smartnic::Result<()> {
//! let host = Host::open("sim:bluefield3")?;
//! # for link in host.switchdev().links()? { host.switchdev().set_link_up(link.ifindex, true)?; }
//! let listener = Listener::bind(&host, "127.0.0.1:0")?;
//! let address = listener.address()?;
//! std::thread::scope(|scope| {
//!     let server = scope.spawn(|| -> smartnic::Result<()> {
//!         let mut peer = listener.accept()?;
//!         let message = peer.receive(None)?.unwrap_or_default();
//!         peer.send(&message)
//!     });
//!     let mut peer = Endpoint::connect(&host, address)?;
//!     peer.send(b"hello")?;
//!     assert_eq!(peer.receive(None)?.as_deref(), Some(&b"hello"[..]));
//!     server.join().expect("the server ran")
//! })
//! # }
//! ```
//!
//! Both ends meet over TCP, tell each other of their queue pairs, and send over RDMA from then on. The GID is chosen by the
//! route to the other end ([`crate::rdma::best_gid`]), never by its place. Where there is librdmacm, they can meet by RDMA
//! alone: [`Listener::bind_cm`] and [`Endpoint::connect_cm`]; the kernel chooses device and GID then.

mod cm;
mod exchange;
mod iwarp;
mod line;
mod listener;
mod memory;
mod parts;
mod place;
mod station;
mod tcp;

pub use listener::Listener;
pub use memory::{RemoteRegion, SharedRegion};
pub use place::loopback_gid;

use std::collections::VecDeque;
use std::net::ToSocketAddrs;
use std::sync::Arc;
use std::time::{Duration, Instant};

use smartnic_core::backend::{VerbsChannel, VerbsContext, VerbsCq, VerbsMr, VerbsPd};
use smartnic_core::verbs::{Access, Buffer, Completion, CompletionOp, CompletionStatus};

use crate::verbs::{QueuePair, Rc, Rts};
use crate::{Error, ErrorKind, Host, Result};
use line::Line;
use parts::ACCESS;

/// Messages that are received before somebody asks for them.
const SLOTS: usize = 32;
/// The longest message, in bytes.
const LONGEST: usize = 16 * 1024;
/// The most that is read or written by one request: half of what devices can.
const PIECE: usize = 1 << 30;
/// How long the ends wait for each other while they meet.
const MEETING: Duration = Duration::from_secs(10);
/// After what time of silence it is looked whether the other end is still there.
const LOOK: Duration = Duration::from_millis(100);

/// One end of a reliable connection.
#[derive(Debug)]
pub struct Endpoint {
    qp: QueuePair<Rc, Rts>,
    cq: Arc<dyn VerbsCq>,
    channel: Arc<dyn VerbsChannel>,
    pd: Arc<dyn VerbsPd>,
    /// What is sent, read and written goes through the first of its slots; the others receive.
    memory: Arc<dyn VerbsMr>,
    line: Line,
    /// Messages that came: their slots and lengths.
    inbox: VecDeque<(usize, usize)>,
    /// What came of the request that is waited for.
    done: Option<Completion>,
    /// What the queue of those that receive says of the end of the connection.
    ended: Option<CompletionStatus>,
    /// The longest message that the other end takes.
    longest: usize,
    /// The device must outlive all.
    _context: Arc<dyn VerbsContext>,
}

impl Endpoint {
    /// Connects to a [`Listener`] at a TCP address.
    ///
    /// # Errors
    /// Those of [`Listener::accept`].
    pub fn connect(host: &Host, address: impl ToSocketAddrs) -> Result<Self> {
        tcp::connect(host, address)
    }

    /// Connects to a [`Listener`] of [`Listener::bind_cm`], by `rdma_cm` alone.
    ///
    /// # Errors
    /// `Unsupported` if librdmacm is missing, `NotFound` if no RDMA device leads there, `Refused` if nobody listens there,
    /// `Timeout` if nobody answers; else those of [`Listener::accept`].
    pub fn connect_cm(host: &Host, address: impl ToSocketAddrs) -> Result<Self> {
        cm::connect(host, address)
    }

    /// Sends a message, and waits until the other end has it; over iWARP, until it is on its way.
    ///
    /// # Errors
    /// `InvalidInput` if it is too long; `Timeout` or `Io` if the connection ended.
    pub fn send(&mut self, message: &[u8]) -> Result<()> {
        self.send_by("send a message over RDMA", message, None)
    }

    /// The same, with an end to the waiting: for while the ends meet. Whoever fails at it has an end that cannot be used.
    fn send_until(&mut self, op: &'static str, message: &[u8], until: Instant) -> Result<()> {
        self.send_by(op, message, Some(until))
    }

    fn send_by(&mut self, op: &'static str, message: &[u8], until: Option<Instant>) -> Result<()> {
        if message.len() > self.longest {
            let reason = format!("{} bytes, and {} are the most", message.len(), self.longest);
            return Err(Error::invalid(op, reason).hint("let the other end read shared memory instead"));
        }
        self.memory.buffer().write(0, message)?;
        self.qp.send(0, &[self.memory.sge(0, message.len())?])?;
        self.finish_by(op, until)
    }

    /// The next message; waits for it at most so long, and `None` if none came.
    ///
    /// # Errors
    /// `Io` if the connection ended.
    pub fn receive(&mut self, most: Option<Duration>) -> Result<Option<Vec<u8>>> {
        const OP: &str = "receive a message over RDMA";
        let end = most.map(|most| Instant::now() + most);
        loop {
            self.take(OP)?;
            if let Some((slot, length)) = self.inbox.pop_front() {
                let message = self.memory.buffer().bytes(slot * LONGEST, length)?;
                if self.ended.is_none() {
                    post(&self.qp, &self.memory, slot)?;
                }
                return Ok(Some(message));
            }
            self.goes_on(OP)?;
            if end.is_some_and(|end| end <= Instant::now()) {
                return Ok(None);
            }
            self.wait(OP, end)?;
        }
    }

    /// Lets the other end read and write memory.
    ///
    /// # Errors
    /// Those of [`VerbsPd::register`].
    pub fn share(&self, buffer: &Buffer) -> Result<SharedRegion> {
        self.share_for(buffer, ACCESS | Access::LOCAL_WRITE)
    }

    /// The same with these rights only: of memory that may only be read, [`Access::REMOTE_READ`].
    ///
    /// # Errors
    /// Those of [`VerbsPd::register`].
    pub fn share_for(&self, buffer: &Buffer, access: Access) -> Result<SharedRegion> {
        let (mr, pd) = (self.pd.register(buffer, access)?, Arc::clone(&self.pd));
        Ok(SharedRegion { mr, pd })
    }

    /// Reads memory of the other end, which does nothing for it.
    ///
    /// # Errors
    /// `InvalidInput` beyond its end; `Refused` if the other end does not share it any more; `Timeout` or `Io` if the
    /// connection ended.
    pub fn read(&mut self, region: &RemoteRegion, offset: u64, into: &mut [u8]) -> Result<()> {
        const OP: &str = "read memory over RDMA";
        region.check(OP, offset, into.len())?;
        let mut at = offset;
        for some in into.chunks_mut(LONGEST) {
            self.qp.read(0, &[self.memory.sge(0, some.len())?], region.remote.at(at))?;
            self.finish(OP)?;
            self.memory.buffer().read(0, some)?;
            at += some.len() as u64;
        }
        Ok(())
    }

    /// Writes into memory of the other end, which learns nothing of it.
    ///
    /// # Errors
    /// Those of [`Endpoint::read`].
    pub fn write(&mut self, region: &RemoteRegion, offset: u64, bytes: &[u8]) -> Result<()> {
        const OP: &str = "write memory over RDMA";
        region.check(OP, offset, bytes.len())?;
        let mut at = offset;
        for some in bytes.chunks(LONGEST) {
            self.memory.buffer().write(0, some)?;
            self.qp.write(0, &[self.memory.sge(0, some.len())?], region.remote.at(at))?;
            self.finish(OP)?;
            at += some.len() as u64;
        }
        Ok(())
    }

    /// Reads memory of the other end straight into memory of ours that was shared by this end: nothing is copied.
    ///
    /// # Errors
    /// Those of [`Endpoint::read`]; `InvalidInput` also if our memory is too short or is not for it.
    pub fn read_into(
        &mut self,
        region: &RemoteRegion,
        offset: u64,
        into: &SharedRegion,
        at: usize,
        length: usize,
    ) -> Result<()> {
        const OP: &str = "read memory over RDMA";
        region.check(OP, offset, length)?;
        self.own(OP, into)?;
        for (from, size) in pieces(length) {
            let piece = into.mr.sge(at.saturating_add(from), size)?;
            self.qp.read(0, &[piece], region.remote.at(offset + from as u64))?;
            self.finish(OP)?;
        }
        Ok(())
    }

    /// Writes memory of ours that was shared by this end straight into memory of the other: nothing is copied.
    ///
    /// # Errors
    /// Those of [`Endpoint::read_into`].
    pub fn write_from(
        &mut self,
        region: &RemoteRegion,
        offset: u64,
        from: &SharedRegion,
        at: usize,
        length: usize,
    ) -> Result<()> {
        const OP: &str = "write memory over RDMA";
        region.check(OP, offset, length)?;
        self.own(OP, from)?;
        for (start, size) in pieces(length) {
            let piece = from.mr.sge(at.saturating_add(start), size)?;
            self.qp.write(0, &[piece], region.remote.at(offset + start as u64))?;
            self.finish(OP)?;
        }
        Ok(())
    }

    /// Memory of another protection domain would fail the request, and with it the connection.
    fn own(&self, op: &'static str, region: &SharedRegion) -> Result<()> {
        match Arc::ptr_eq(&self.pd, &region.pd) {
            true => Ok(()),
            false => Err(Error::invalid(op, "the memory was not shared by this end of a connection")),
        }
    }

    /// Waits until the request under way is done.
    fn finish(&mut self, op: &'static str) -> Result<()> {
        self.finish_by(op, None)
    }

    fn finish_by(&mut self, op: &'static str, until: Option<Instant>) -> Result<()> {
        loop {
            self.take(op)?;
            if self.done.take().is_some() {
                return Ok(());
            }
            self.goes_on(op)?;
            if until.is_some_and(|until| until <= Instant::now()) {
                let reason = "what was sent was not taken in time";
                return Err(Error::new(ErrorKind::Timeout, op).reason(reason));
            }
            self.wait(op, until)?;
        }
    }

    /// Takes what came off the completion queue.
    fn take(&mut self, op: &'static str) -> Result<()> {
        let mut some = [Completion::default(); 16];
        loop {
            let count = self.cq.poll(&mut some)?;
            for completion in &some[..count] {
                if !completion.is_success() {
                    // What is sent has the first slot. Messages that came before the end are still to be had.
                    if completion.id == 0 {
                        return Err(failure(op, completion.status));
                    }
                    self.ended.get_or_insert(completion.status);
                    continue;
                }
                match completion.op {
                    CompletionOp::Receive => {
                        self.inbox.push_back((completion.id as usize, completion.bytes as usize));
                    }
                    _ => self.done = Some(*completion),
                }
            }
            if count < some.len() {
                return Ok(());
            }
        }
    }

    /// Waits for something to come, and looks now and then whether the other end is still there.
    fn wait(&mut self, op: &'static str, end: Option<Instant>) -> Result<()> {
        self.cq.arm(false)?;
        // What came before it was armed tells nobody.
        let seen = |end: &Self| (end.inbox.len(), end.done.is_some(), end.ended.is_some());
        let before = seen(self);
        self.take(op)?;
        if before != seen(self) {
            return Ok(());
        }
        let left = end.map_or(LOOK, |end| end.saturating_duration_since(Instant::now()).min(LOOK));
        if self.channel.wait(Some(left))?.is_some() {
            return Ok(());
        }
        if !self.line.is_over()? {
            return Ok(());
        }
        // What it sent before it went has arrived by now.
        self.take(op)?;
        match self.inbox.is_empty() && self.done.is_none() {
            true => Err(closed(op)),
            false => Ok(()),
        }
    }

    /// Fails if the connection ended. Queue pairs of iWARP fail by themselves when the other end goes.
    fn goes_on(&self, op: &'static str) -> Result<()> {
        match self.ended {
            None => Ok(()),
            Some(CompletionStatus::Flushed) => Err(closed(op)),
            Some(status) => Err(failure(op, status)),
        }
    }
}

/// Gives a slot to the receive queue.
fn post<S: crate::verbs::Receives>(
    qp: &QueuePair<Rc, S>,
    memory: &Arc<dyn VerbsMr>,
    slot: usize,
) -> Result<()> {
    qp.receive(slot as u64, &[memory.sge(slot * LONGEST, LONGEST)?])
}

fn closed(op: &'static str) -> Error {
    Error::new(ErrorKind::Io, op).reason("the other end closed the connection")
}

/// Where pieces of so many bytes begin, and how long they are.
fn pieces(length: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..length).step_by(PIECE).map(move |start| (start, PIECE.min(length - start)))
}

fn failure(op: &'static str, status: CompletionStatus) -> Error {
    let kind = match status {
        CompletionStatus::RetryExceeded | CompletionStatus::RnrRetryExceeded => ErrorKind::Timeout,
        CompletionStatus::RemoteAccess => ErrorKind::Refused,
        _ => ErrorKind::Io,
    };
    Error::new(kind, op).reason(format!("{status}; the connection ended")).hint("connect anew")
}
