use std::marker::PhantomData;
use std::sync::Arc;

use bitflags::bitflags;

use crate::backend::{VerbsAh, VerbsMr};
use crate::rdma::QpType;
use crate::verbs::{Access, QpCapacity};
use crate::{Error, Result};

/// A piece of registered memory that a request reads from or writes to. It is laid out as `struct ibv_sge`.
///
/// It is made by [`VerbsRegion::sge`](crate::backend::VerbsRegion::sge) and borrows the region, so that nothing is posted over a region that is
/// gone. A region that goes after the post is safe, too: the device loses its right to the memory before the memory goes,
/// and the request ends with an error.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct Sge<'a> {
    address: u64,
    length: u32,
    key: u32,
    region: PhantomData<&'a ()>,
}

impl Sge<'_> {
    /// For backends: memory at `address` of the region with the local key `key`.
    #[must_use]
    pub fn new(address: u64, length: u32, key: u32) -> Self {
        Self { address, length, key, region: PhantomData }
    }

    /// Where it begins.
    #[must_use]
    pub fn address(&self) -> u64 {
        self.address
    }

    /// How many bytes it has.
    #[must_use]
    pub fn length(&self) -> u32 {
        self.length
    }

    /// The local key of its region.
    #[must_use]
    pub fn key(&self) -> u32 {
        self.key
    }
}

/// A place in a peer's memory: what the peer tells of its region so that others can reach it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub struct Remote {
    /// The address.
    pub address: u64,
    /// The remote key of the region.
    pub key: u32,
}

impl Remote {
    /// The place so many bytes further on.
    #[must_use]
    pub fn at(self, offset: u64) -> Self {
        Self { address: self.address.wrapping_add(offset), ..self }
    }
}

/// What is done (`enum ibv_wr_opcode`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SendOp {
    /// A message, into the memory of the receive request that is next at the peer (`IBV_WR_SEND`).
    Send,
    /// A message with a number of the sender's (`IBV_WR_SEND_WITH_IMM`).
    SendImm(u32),
    /// A message that takes a remote key of the peer's away (`IBV_WR_SEND_WITH_INV`).
    SendInvalidate(u32),
    /// Takes a key of our own away, of a memory window; nothing is sent (`IBV_WR_LOCAL_INV`).
    LocalInvalidate(u32),
    /// Into the peer's memory, of which the peer learns nothing (`IBV_WR_RDMA_WRITE`).
    Write(Remote),
    /// The same, and the peer's next receive request ends with a number (`IBV_WR_RDMA_WRITE_WITH_IMM`).
    WriteImm(Remote, u32),
    /// From the peer's memory into ours (`IBV_WR_RDMA_READ`).
    Read(Remote),
    /// Puts `swap` where `compare` was; our memory gets what was there (`IBV_WR_ATOMIC_CMP_AND_SWP`).
    CompareSwap {
        /// Eight bytes of the peer's, at a multiple of eight.
        remote: Remote,
        /// What must be there.
        compare: u64,
        /// What comes there.
        swap: u64,
    },
    /// Adds to what is there; our memory gets what was there (`IBV_WR_ATOMIC_FETCH_AND_ADD`).
    FetchAdd {
        /// Eight bytes of the peer's, at a multiple of eight.
        remote: Remote,
        /// What is added.
        add: u64,
    },
    /// Puts eight bytes there at once, so that nobody sees some of them without the others (`IBV_WR_ATOMIC_WRITE`). It goes in
    /// batches only.
    AtomicWrite {
        /// Eight bytes of the peer's, at a multiple of eight.
        remote: Remote,
        /// What comes there.
        word: [u8; 8],
    },
    /// Has what was written before reach its place (`IBV_WR_FLUSH`). It goes in batches only.
    Flush {
        /// Where that begins.
        remote: Remote,
        /// How far it is to reach.
        to: Flush,
        /// So many bytes; all of the region if none is said (`IBV_FLUSH_MR`).
        length: Option<usize>,
    },
}

bitflags! {
    /// How far what was written is to reach (`enum ibv_placement_type`).
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
    pub struct Flush: u8 {
        /// Everybody at the peer sees it, which gave that right ([`Access::FLUSH_GLOBAL`]).
        const GLOBAL = 1;
        /// It outlasts a loss of power ([`Access::FLUSH_PERSISTENT`]).
        const PERSISTENT = 1 << 1;
    }
}

impl Flush {
    /// The rights that the peer must have given for it.
    #[must_use]
    pub fn rights(self) -> Access {
        let pairs = [(Self::GLOBAL, Access::FLUSH_GLOBAL), (Self::PERSISTENT, Access::FLUSH_PERSISTENT)];
        pairs.into_iter().filter(|(how, _)| self.contains(*how)).map(|(_, right)| right).collect()
    }
}

bitflags! {
    /// Kinds of requests that a queue pair can be made for, to post them in batches (`enum ibv_qp_create_send_ops_flags`).
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
    pub struct SendOps: u64 {
        /// [`SendOp::Write`].
        const WRITE = 1;
        /// [`SendOp::WriteImm`].
        const WRITE_IMM = 1 << 1;
        /// [`SendOp::Send`].
        const SEND = 1 << 2;
        /// [`SendOp::SendImm`].
        const SEND_IMM = 1 << 3;
        /// [`SendOp::Read`].
        const READ = 1 << 4;
        /// [`SendOp::CompareSwap`].
        const COMPARE_SWAP = 1 << 5;
        /// [`SendOp::FetchAdd`].
        const FETCH_ADD = 1 << 6;
        /// [`SendOp::LocalInvalidate`].
        const LOCAL_INVALIDATE = 1 << 7;
        /// [`crate::backend::VerbsBatch::bind_window`].
        const BIND_WINDOW = 1 << 8;
        /// [`SendOp::SendInvalidate`].
        const SEND_INVALIDATE = 1 << 9;
        /// [`crate::backend::VerbsBatch::send_segments`].
        const SEGMENTS = 1 << 10;
        /// [`SendOp::Flush`].
        const FLUSH = 1 << 11;
        /// [`SendOp::AtomicWrite`].
        const ATOMIC_WRITE = 1 << 12;
    }
}

/// What brings something from the peer, which needs memory to come to.
const READS: SendOps = SendOps::READ.union(SendOps::COMPARE_SWAP).union(SendOps::FETCH_ADD);

/// What goes in batches only, as a request of its own or by a function of its own.
const BATCHED: SendOps =
    SendOps::BIND_WINDOW.union(SendOps::FLUSH).union(SendOps::ATOMIC_WRITE).union(SendOps::SEGMENTS);

impl SendOps {
    /// The kinds that queue pairs of a type have in batches, if their driver has them: those of [`SendOps::of`], and bindings of
    /// windows, flushes and writes of a word, and of raw packets long segments.
    #[must_use]
    pub const fn batched(kind: QpType) -> Self {
        match kind {
            QpType::Uc => Self::of(kind).union(Self::BIND_WINDOW),
            QpType::Rc | QpType::XrcIni => Self::all().difference(Self::SEGMENTS),
            QpType::RawPacket => Self::of(kind).union(Self::SEGMENTS),
            _ => Self::of(kind),
        }
    }

    /// The kinds that queue pairs of a type have.
    #[must_use]
    #[inline]
    pub const fn of(kind: QpType) -> Self {
        match kind {
            QpType::Ud => Self::SEND.union(Self::SEND_IMM),
            QpType::Uc => Self::all().difference(READS.union(BATCHED)),
            QpType::RawPacket => Self::SEND,
            QpType::Rc | QpType::XrcIni => Self::all().difference(BATCHED),
            _ => Self::empty(),
        }
    }
}

impl SendOp {
    /// Its kind.
    #[must_use]
    #[inline]
    pub const fn kind(&self) -> SendOps {
        match self {
            Self::Send => SendOps::SEND,
            Self::SendImm(_) => SendOps::SEND_IMM,
            Self::SendInvalidate(_) => SendOps::SEND_INVALIDATE,
            Self::LocalInvalidate(_) => SendOps::LOCAL_INVALIDATE,
            Self::Write(_) => SendOps::WRITE,
            Self::WriteImm(..) => SendOps::WRITE_IMM,
            Self::Read(_) => SendOps::READ,
            Self::CompareSwap { .. } => SendOps::COMPARE_SWAP,
            Self::FetchAdd { .. } => SendOps::FETCH_ADD,
            Self::AtomicWrite { .. } => SendOps::ATOMIC_WRITE,
            Self::Flush { .. } => SendOps::FLUSH,
        }
    }
}

bitflags! {
    /// How a request is carried out (`enum ibv_send_flags`).
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
    pub struct SendFlags: u32 {
        /// Not before the reads and atomics that were posted earlier are done (`IBV_SEND_FENCE`).
        const FENCE = 1;
        /// It ends with a completion even if all goes well (`IBV_SEND_SIGNALED`).
        const SIGNALED = 2;
        /// The peer is woken that waits for such messages only (`IBV_SEND_SOLICITED`).
        const SOLICITED = 4;
    }
}

/// The bytes of a request.
#[derive(Debug, Clone, Copy)]
pub enum Payload<'a> {
    /// Registered memory, which must stay as it is until the request is done.
    Regions(&'a [Sge<'a>]),
    /// Any memory, which is copied while the request is posted (`IBV_SEND_INLINE`).
    Inline(&'a [u8]),
}

/// What peers may do through a memory window (`struct ibv_mw_bind_info`).
#[derive(Debug, Clone, Copy)]
pub struct WindowBind<'a> {
    /// The region that it opens, registered with [`Access::WINDOW_BIND`].
    pub region: &'a Arc<dyn VerbsMr>,
    /// Where in the region it begins.
    pub offset: usize,
    /// How many bytes it has.
    pub length: usize,
    /// The rights of peers, which the region itself need not give them.
    pub access: Access,
}

impl WindowBind<'_> {
    /// For backends: whether the region has this piece.
    ///
    /// # Errors
    /// `InvalidInput` if it has not.
    pub fn check(&self, op: &'static str) -> Result<()> {
        self.region.buffer().check(op, self.offset, self.length)
    }
}

/// A TCP segment that is too long for one packet: the device cuts it, and makes the headers of each from those of the first
/// (`ibv_wr_send_tso`).
#[derive(Debug, Clone, Copy)]
pub struct Segments<'a> {
    /// The headers: Ethernet, IP and TCP, as if all went in one packet; at most [`Segments::LONGEST_HEADER`] bytes.
    pub header: &'a [u8],
    /// How many bytes of the payload each packet has, the last one perhaps fewer.
    pub size: u16,
    /// The payload.
    pub regions: &'a [Sge<'a>],
}

impl Segments<'_> {
    /// The longest headers that queue pairs are made for: Ethernet with a VLAN, IPv6 and TCP with all of its options.
    pub const LONGEST_HEADER: usize = 128;

    /// For backends: whether a queue pair with so much room can send it.
    ///
    /// # Errors
    /// `InvalidInput` with what does not fit.
    pub fn check(&self, op: &'static str, capacity: &QpCapacity) -> Result<()> {
        let (header, pieces, most) = (self.header.len(), self.regions.len(), capacity.send_sges as usize);
        let reason = match () {
            () if self.size == 0 => "no byte would go into a packet".to_owned(),
            () if header == 0 || header > Self::LONGEST_HEADER => {
                format!("headers of {header} bytes, and {} are the most", Self::LONGEST_HEADER)
            }
            () if pieces > most => {
                format!("it has {pieces} pieces of memory, the queue pair takes {most} (`send_sges`)")
            }
            () => return Ok(()),
        };
        Err(Error::invalid(op, reason))
    }
}

/// Where a datagram goes.
#[derive(Debug, Clone, Copy)]
pub struct Destination<'a> {
    /// The way.
    pub handle: &'a dyn VerbsAh,
    /// The peer's queue pair.
    pub qp: u32,
    /// The peer's key for datagrams.
    pub qkey: u32,
}

/// A request for the send queue (`struct ibv_send_wr`).
#[derive(Debug, Clone, Copy)]
pub struct SendRequest<'a> {
    /// Comes back with the completion.
    pub id: u64,
    /// What is done.
    pub op: SendOp,
    /// Its bytes.
    pub payload: Payload<'a>,
    /// How it is done.
    pub flags: SendFlags,
    /// Where a datagram goes; connected queue pairs have none.
    pub to: Option<Destination<'a>>,
    /// The number of the peer's shared receive queue, of extended reliable connections.
    pub srq: Option<u32>,
}

impl<'a> SendRequest<'a> {
    /// A request over registered memory, which says when it is done.
    #[must_use]
    pub fn new(id: u64, op: SendOp, regions: &'a [Sge<'a>]) -> Self {
        Self { id, op, payload: Payload::Regions(regions), flags: SendFlags::SIGNALED, to: None, srq: None }
    }

    /// A request whose bytes are copied while it is posted, which says when it is done.
    #[must_use]
    pub fn inline(id: u64, op: SendOp, bytes: &'a [u8]) -> Self {
        Self { id, op, payload: Payload::Inline(bytes), flags: SendFlags::SIGNALED, to: None, srq: None }
    }

    /// The same as a datagram to this destination.
    #[must_use]
    pub fn to(mut self, destination: Destination<'a>) -> Self {
        self.to = Some(destination);
        self
    }

    /// The same to this shared receive queue of the peer's.
    #[must_use]
    pub fn to_srq(mut self, number: u32) -> Self {
        self.srq = Some(number);
        self
    }

    /// The same with these flags and no others.
    #[must_use]
    pub fn flags(mut self, flags: SendFlags) -> Self {
        self.flags = flags;
        self
    }

    /// For backends: whether a queue pair of this type, which has room for so much, can carry it out.
    ///
    /// # Errors
    /// `InvalidInput` with what does not fit.
    #[inline]
    pub fn check(&self, kind: QpType, capacity: &QpCapacity) -> Result<()> {
        let fits = match self.payload {
            Payload::Regions(regions) => regions.len() <= capacity.send_sges as usize,
            Payload::Inline(bytes) => {
                bytes.len() <= capacity.inline as usize && !self.op.kind().intersects(READS)
            }
        };
        let is_of = SendOps::of(kind).contains(self.op.kind());
        let is_there =
            self.to.is_some() == (kind == QpType::Ud) && self.srq.is_some() == (kind == QpType::XrcIni);
        match fits && is_of && is_there {
            true => Ok(()),
            false => Err(self.misfit(kind, capacity)),
        }
    }

    /// For backends: the same of a request of a batch.
    ///
    /// # Errors
    /// `InvalidInput` with what does not fit.
    pub fn check_batched(&self, kind: QpType, capacity: &QpCapacity) -> Result<()> {
        let is_batched = SendOps::batched(kind).intersection(BATCHED).contains(self.op.kind());
        if !is_batched {
            return self.check(kind, capacity);
        }
        if !matches!(self.payload, Payload::Regions([])) {
            return Err(Error::invalid("post a send request", "such a request has no memory of its own"));
        }
        // The rest of it is that of any other.
        Self { op: SendOp::Send, ..*self }.check(kind, capacity)
    }

    /// Why it does not fit.
    #[cold]
    fn misfit(&self, kind: QpType, capacity: &QpCapacity) -> Error {
        let reads = self.op.kind().intersects(READS);
        let batched = SendOps::batched(kind).intersection(BATCHED).contains(self.op.kind());
        let reason = match (kind, self.payload) {
            _ if batched => "such requests go in batches only (`post_batch`)".to_owned(),
            (QpType::Ud, _) if !SendOps::of(kind).contains(self.op.kind()) => {
                "datagrams can only be sent, not written or read".to_owned()
            }
            (QpType::Ud, _) if self.to.is_none() => "a datagram needs a destination".to_owned(),
            (QpType::Uc, _) if reads => "reads and atomics need a reliable connection".to_owned(),
            (QpType::XrcIni, _) if self.srq.is_none() => {
                "the peer's shared receive queue must be named (`to_srq`)".to_owned()
            }
            (_, _) if self.srq.is_some() && kind != QpType::XrcIni => {
                "only extended reliable connections reach shared receive queues by number".to_owned()
            }
            (_, _) if self.to.is_some() && kind != QpType::Ud => {
                "a connected queue pair has one destination, which cannot be chosen".to_owned()
            }
            (_, Payload::Inline(_)) if reads => "what is read needs registered memory to go to".to_owned(),
            (_, Payload::Inline(bytes)) if bytes.len() > capacity.inline as usize => {
                let (length, most) = (bytes.len(), capacity.inline);
                format!(
                    "{length} bytes cannot be copied, the queue pair has room for {most} (its capacity `inline`)"
                )
            }
            (_, Payload::Regions(regions)) if regions.len() > capacity.send_sges as usize => {
                let (pieces, most) = (regions.len(), capacity.send_sges);
                format!("it has {pieces} pieces of memory, the queue pair takes {most} (`send_sges`)")
            }
            _ => format!("{kind} queue pairs have no such request"),
        };
        Error::invalid("post a send request", reason)
    }
}

/// A request for a receive queue (`struct ibv_recv_wr`).
#[derive(Debug, Clone, Copy)]
pub struct ReceiveRequest<'a> {
    /// Comes back with the completion.
    pub id: u64,
    /// Where the message goes; the first 40 bytes of a datagram are its global routing header.
    pub regions: &'a [Sge<'a>],
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_in_batches_only_is_refused_elsewhere() {
        let (remote, room) = (Remote { address: 0, key: 0 }, QpCapacity::default());
        let word = SendRequest::new(1, SendOp::AtomicWrite { remote, word: [1; 8] }, &[]);
        assert!(
            word.check(QpType::Rc, &room).is_err_and(|error| error.to_string().contains("in batches only"))
        );
        assert!(word.check_batched(QpType::Rc, &room).is_ok());
        assert!(word.check_batched(QpType::Uc, &room).is_err(), "nobody answers there");
        let pieces = [Sge::new(0, 1, 1)];
        let more = SendRequest { payload: Payload::Regions(&pieces), ..word };
        assert!(more.check_batched(QpType::Rc, &room).is_err(), "it has its bytes with it");
        assert_eq!((Flush::GLOBAL | Flush::PERSISTENT).rights().bits(), 3 << 8);
    }

    #[test]
    fn requests_that_a_queue_pair_cannot_carry_out_are_refused() {
        let remote = Remote { address: 0, key: 0 };
        let room = |inline| QpCapacity { inline, ..QpCapacity::default() };
        let read = SendRequest::new(1, SendOp::Read(remote), &[]);
        assert!(read.check(QpType::Rc, &room(0)).is_ok());
        assert!(read.check(QpType::Uc, &room(0)).is_err() && read.check(QpType::Ud, &room(0)).is_err());
        let send = SendRequest::inline(1, SendOp::Send, &[0; 5]);
        assert!(send.check(QpType::Uc, &room(5)).is_ok() && send.check(QpType::Uc, &room(4)).is_err());
        assert!(send.check(QpType::Ud, &room(5)).is_err(), "it has no destination");
        let add = SendRequest::inline(1, SendOp::FetchAdd { remote, add: 1 }, &[]);
        assert!(add.check(QpType::Rc, &room(9)).is_err(), "nothing registered takes the answer");
        let pieces = [Sge::new(0, 1, 1); 2];
        let twice = SendRequest::new(1, SendOp::Send, &pieces);
        assert!(twice.check(QpType::Rc, &room(0)).is_err(), "one piece of memory is what it takes");
    }
}
