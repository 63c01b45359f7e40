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
//! route to the other end ([`crate::rdma::best_gid`]), never by its place.

mod exchange;
mod place;

pub use place::loopback_gid;

use std::collections::VecDeque;
use std::io::ErrorKind as IoKind;
use std::net::{SocketAddr, TcpListener, TcpStream, ToSocketAddrs};
use std::sync::Arc;
use std::time::{Duration, Instant};

use smartnic_core::backend::{VerbsChannel, VerbsContext, VerbsCq, VerbsMr, VerbsPd};
use smartnic_core::verbs::{
    Access, AddressVector, Buffer, Completion, CompletionOp, CompletionStatus, PathMtu, Remote,
};

use crate::rdma::Wanted;
use crate::verbs::{Peer, QueuePair, Queues, Rc, Receiving, Reset, Rts, Sending};
use crate::{Error, ErrorKind, Host, Result};
use exchange::{Greeting, greet, meet};

/// Messages that are received before somebody asks for them.
const SLOTS: usize = 32;
/// The longest message, in bytes.
const LONGEST: usize = 16 * 1024;
/// How long the ends wait for each other while they meet.
const MEETING: Duration = Duration::from_secs(10);
/// After what time of silence it is looked whether the other end is still there.
const LOOK: Duration = Duration::from_millis(100);

/// Waits for other ends.
#[derive(Debug)]
pub struct Listener<'h> {
    host: &'h Host,
    socket: TcpListener,
}

impl<'h> Listener<'h> {
    /// Waits at a TCP address; port 0 takes a free one.
    ///
    /// # Errors
    /// `Io` if the address cannot be used.
    pub fn bind(host: &'h Host, address: impl ToSocketAddrs) -> Result<Self> {
        let socket = TcpListener::bind(address).map_err(|error| Error::io("listen for RDMA peers", error))?;
        Ok(Self { host, socket })
    }

    /// Where it waits.
    ///
    /// # Errors
    /// `Io` if the socket does not tell.
    pub fn address(&self) -> Result<SocketAddr> {
        self.socket.local_addr().map_err(|error| Error::io("listen for RDMA peers", error))
    }

    /// The next other end.
    ///
    /// # Errors
    /// `NotFound` if no GID leads there; `Io`, `Timeout` or `Protocol` if the two do not come to terms; those of the device.
    pub fn accept(&self) -> Result<Endpoint> {
        let (stream, from) = self.socket.accept().map_err(|error| Error::io("accept an RDMA peer", error))?;
        Endpoint::over(self.host, stream, from)
    }
}

/// One end of a reliable connection.
#[derive(Debug)]
pub struct Endpoint {
    qp: QueuePair<Rc, Rts>,
    cq: Arc<dyn VerbsCq>,
    channel: Arc<dyn VerbsChannel>,
    pd: Arc<dyn VerbsPd>,
    /// What is sent, read and written goes through the first of its slots; the others receive.
    memory: Arc<dyn VerbsMr>,
    stream: TcpStream,
    /// Messages that came: their slots and lengths.
    inbox: VecDeque<(usize, usize)>,
    /// What came of the request that is waited for.
    done: Option<Completion>,
    /// The longest message that the other end takes.
    longest: usize,
    /// The device must outlive all.
    _context: Arc<dyn VerbsContext>,
}

/// Memory of one end that the other may read and write.
#[derive(Debug, Clone)]
pub struct SharedRegion(Arc<dyn VerbsMr>);

/// The same memory, as the other end knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct RemoteRegion {
    /// Where it begins.
    pub remote: Remote,
    /// How many bytes it has.
    pub length: u64,
}

impl SharedRegion {
    /// The memory.
    #[must_use]
    pub fn buffer(&self) -> &Buffer {
        self.0.buffer()
    }

    /// What the other end must know of it, to be sent there.
    #[must_use]
    pub fn remote(&self) -> RemoteRegion {
        RemoteRegion { remote: self.0.remote(0), length: self.0.buffer().len() as u64 }
    }
}

impl RemoteRegion {
    /// As bytes of a message.
    #[must_use]
    pub fn to_bytes(self) -> [u8; 20] {
        let mut bytes = [0; 20];
        bytes[..8].copy_from_slice(&self.remote.address.to_be_bytes());
        bytes[8..16].copy_from_slice(&self.length.to_be_bytes());
        bytes[16..].copy_from_slice(&self.remote.key.to_be_bytes());
        bytes
    }

    /// From the bytes of a message.
    ///
    /// # Errors
    /// `Protocol` if they are not so many.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let part = |at: usize| bytes.get(at..at + 8)?.try_into().ok().map(u64::from_be_bytes);
        let key = bytes.get(16..20).and_then(|key| key.try_into().ok()).map(u32::from_be_bytes);
        match (part(0), part(8), key, bytes.len()) {
            (Some(address), Some(length), Some(key), 20) => {
                Ok(Self { remote: Remote { address, key }, length })
            }
            _ => Err(Error::protocol("read a description of memory", "it does not have 20 bytes")),
        }
    }

    fn part(&self, op: &'static str, offset: u64, length: usize) -> Result<Remote> {
        match offset.checked_add(length as u64) {
            Some(end) if end <= self.length => Ok(self.remote.at(offset)),
            _ => {
                let reason = format!("{length} bytes from {offset} on are not within {} bytes", self.length);
                Err(Error::invalid(op, reason))
            }
        }
    }
}

impl Endpoint {
    /// Connects to a [`Listener`] at a TCP address.
    ///
    /// # Errors
    /// Those of [`Listener::accept`].
    pub fn connect(host: &Host, address: impl ToSocketAddrs) -> Result<Self> {
        let stream =
            TcpStream::connect(address).map_err(|error| Error::io("connect to an RDMA peer", error))?;
        let to = stream.peer_addr().map_err(|error| Error::io("connect to an RDMA peer", error))?;
        Self::over(host, stream, to)
    }

    fn over(host: &Host, mut stream: TcpStream, to: SocketAddr) -> Result<Self> {
        const OP: &str = "connect to an RDMA peer";
        let lost = |error| Error::io(OP, error).on(to);
        stream.set_read_timeout(Some(MEETING)).map_err(lost)?;
        let gid = place::gid_for(host, to.ip(), &Wanted::default())?;
        let port = u8::try_from(gid.port).map_err(|_| Error::invalid(OP, "a port beyond 255"))?;
        let index = u8::try_from(gid.index).map_err(|_| Error::invalid(OP, "a GID at a place beyond 255"))?;
        let context = host.verbs()?.open(&gid.device)?;
        let (pd, channel) = (context.alloc_pd()?, context.create_channel()?);
        let cq = context.create_cq(4 * SLOTS as u32, Some(&channel))?;
        let memory = pd.register(&Buffer::new((SLOTS + 1) * LONGEST), Access::LOCAL_WRITE)?;
        let mtu = context.port(port)?.active_mtu.unwrap_or(1024);

        let access = Access::REMOTE_READ | Access::REMOTE_WRITE | Access::REMOTE_ATOMIC;
        let qp = QueuePair::<Rc, Reset>::new(&*pd, &Queues::on(&cq))?.init(port, 0, access)?;
        for slot in 1..=SLOTS {
            post(&qp, &memory, slot)?;
        }
        // Any number will do; that it differs from one connection to the next keeps stray packets out.
        let psn = qp.number().wrapping_mul(0x9e37) & 0xff_ffff;
        let ours = Greeting { qp: qp.number(), psn, gid: gid.gid, mtu, longest: LONGEST as u32 };
        let theirs = greet(&mut stream, &ours).map_err(|error| error.on(to))?;
        let peer = Peer {
            qp: theirs.qp,
            psn: theirs.psn,
            address: AddressVector::to_gid(port, index, theirs.gid),
            mtu: PathMtu::within(mtu.min(theirs.mtu)),
        };
        let qp = qp.ready_to_receive(&peer, &Receiving::default())?;
        let qp = qp.ready_to_send(&Sending { psn, ..Sending::default() })?;
        meet(&mut stream).map_err(|error| error.on(to))?;
        stream.set_nonblocking(true).map_err(lost)?;
        let longest = LONGEST.min(theirs.longest as usize);
        let (inbox, done, _context) = (VecDeque::new(), None, context);
        Ok(Self { qp, cq, channel, pd, memory, stream, inbox, done, longest, _context })
    }

    /// Sends a message, and waits until the other end has it.
    ///
    /// # Errors
    /// `InvalidInput` if it is too long; `Timeout` or `Io` if the connection ended.
    pub fn send(&mut self, message: &[u8]) -> Result<()> {
        const OP: &str = "send a message over RDMA";
        if message.len() > self.longest {
            let reason = format!("{} bytes, and {} are the most", message.len(), self.longest);
            return Err(Error::invalid(OP, reason).hint("let the other end read shared memory instead"));
        }
        self.memory.buffer().write(0, message)?;
        self.qp.send(0, &[self.memory.sge(0, message.len())?])?;
        self.finish(OP)
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
                post(&self.qp, &self.memory, slot)?;
                return Ok(Some(message));
            }
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
        let access = Access::LOCAL_WRITE | Access::REMOTE_READ | Access::REMOTE_WRITE | Access::REMOTE_ATOMIC;
        self.pd.register(buffer, access).map(SharedRegion)
    }

    /// Reads memory of the other end, which does nothing for it.
    ///
    /// # Errors
    /// `InvalidInput` beyond its end; `Refused` if the other end does not share it any more; `Timeout` or `Io` if the
    /// connection ended.
    pub fn read(&mut self, region: &RemoteRegion, offset: u64, into: &mut [u8]) -> Result<()> {
        const OP: &str = "read memory over RDMA";
        region.part(OP, offset, into.len())?;
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
        region.part(OP, offset, bytes.len())?;
        let mut at = offset;
        for some in bytes.chunks(LONGEST) {
            self.memory.buffer().write(0, some)?;
            self.qp.write(0, &[self.memory.sge(0, some.len())?], region.remote.at(at))?;
            self.finish(OP)?;
            at += some.len() as u64;
        }
        Ok(())
    }

    /// Waits until the request under way is done.
    fn finish(&mut self, op: &'static str) -> Result<()> {
        loop {
            self.take(op)?;
            if self.done.take().is_some() {
                return Ok(());
            }
            self.wait(op, None)?;
        }
    }

    /// Takes what came off the completion queue.
    fn take(&mut self, op: &'static str) -> Result<()> {
        let mut some = [Completion::default(); 16];
        loop {
            let count = self.cq.poll(&mut some)?;
            for completion in &some[..count] {
                if !completion.is_success() {
                    return Err(failure(op, completion.status));
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
        let before = (self.inbox.len(), self.done.is_some());
        self.take(op)?;
        if before != (self.inbox.len(), self.done.is_some()) {
            return Ok(());
        }
        let left = end.map_or(LOOK, |end| end.saturating_duration_since(Instant::now()).min(LOOK));
        if self.channel.wait(Some(left))?.is_some() {
            return Ok(());
        }
        match self.stream.peek(&mut [0]) {
            Err(error) if error.kind() == IoKind::WouldBlock => Ok(()),
            _ => {
                // What it sent before it went has arrived by now.
                self.take(op)?;
                match self.inbox.is_empty() && self.done.is_none() {
                    true => Err(Error::new(ErrorKind::Io, op).reason("the other end closed the connection")),
                    false => Ok(()),
                }
            }
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

fn failure(op: &'static str, status: CompletionStatus) -> Error {
    let kind = match status {
        CompletionStatus::RetryExceeded | CompletionStatus::RnrRetryExceeded => ErrorKind::Timeout,
        CompletionStatus::RemoteAccess => ErrorKind::Refused,
        _ => ErrorKind::Io,
    };
    Error::new(kind, op).reason(format!("{status}; the connection ended")).hint("connect anew")
}
