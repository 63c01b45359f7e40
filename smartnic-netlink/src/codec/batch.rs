//! Several requests in one send, each answer tied to its request.

use super::{Ack, Encoder, Flags, Message, Request, Sequence, WireError, align};
use crate::uapi::netlink::NLMSG_ERROR;

/// Which messages of a batch ask to be acknowledged. Failures are always reported one by one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AckMode {
    /// Every message: needed to receive what the kernel says on success.
    Each,
    /// Only the last, and those pushed with `ACK` among their flags: fewer datagrams. A message that does not ask and
    /// is not reported as failed has succeeded.
    Last,
}

/// Requests that go to the kernel in one send. The kernel works through them in order and goes on after a
/// failure.
///
/// A batch is emptied and used again; once its buffers have grown, filling it allocates nothing.
#[derive(Debug)]
pub struct Batch {
    bytes: Vec<u8>,
    requests: Vec<Slot>,
    mode: AckMode,
    port: u32,
    max_messages: usize,
    max_bytes: usize,
    done: bool,
}

#[derive(Debug)]
struct Slot {
    seq: u32,
    start: usize,
    /// It is answered on success too.
    asks: bool,
    answered: bool,
}

/// What one arriving message means to a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BatchStep<'a> {
    /// A message sent back for the request of this index: an echo (`NLM_F_ECHO`) or a reply.
    Data(usize, Message<'a>),
    /// The outcome of the request of this index.
    Outcome(usize, Ack<'a>),
    /// Not about this batch.
    Unrelated(Message<'a>),
}

impl Batch {
    /// Messages per send that pay off: below 16 system calls dominate, above 64 nothing more is gained and
    /// the acknowledgements may overflow the socket's receive buffer.
    pub const DEFAULT_MESSAGES: usize = 64;
    /// Bytes per send that fit the default send buffer of a socket with room to spare.
    pub const DEFAULT_BYTES: usize = 64 * 1024;

    /// An empty batch for the socket with port `port`, of at most [`Batch::DEFAULT_MESSAGES`] messages and
    /// [`Batch::DEFAULT_BYTES`] bytes.
    #[must_use]
    pub fn new(port: u32, mode: AckMode) -> Self {
        Self::with_limits(port, mode, Self::DEFAULT_MESSAGES, Self::DEFAULT_BYTES)
    }

    /// An empty batch with other limits. At least one message is always taken, whatever its size.
    #[must_use]
    pub fn with_limits(port: u32, mode: AckMode, max_messages: usize, max_bytes: usize) -> Self {
        Self { bytes: Vec::new(), requests: Vec::new(), mode, port, max_messages, max_bytes, done: false }
    }

    /// Empties the batch and keeps its buffers.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.requests.clear();
        self.done = false;
    }

    /// Adds a request, whose body (fixed header and attributes) `body` writes, and returns its index.
    ///
    /// `flags` need not hold `REQUEST`; with `ACK` a success is answered too, whatever the mode. Returns nothing if
    /// the batch is full: send it first.
    ///
    /// # Errors
    /// What `body` returned, or a [`WireError`] in its type if the message does not fit its length fields.
    /// The batch is then as it was.
    pub fn push<E: From<WireError>>(
        &mut self,
        sequence: &mut Sequence,
        kind: u16,
        flags: Flags,
        body: impl FnOnce(&mut Encoder<'_>) -> Result<(), E>,
    ) -> Result<Option<usize>, E> {
        if self.requests.len() >= self.max_messages.max(1) {
            return Ok(None);
        }
        let start = align(self.bytes.len());
        let seq = sequence.take();
        let ack = if self.mode == AckMode::Each { Flags::ACK } else { Flags::empty() };
        let flags = flags | Flags::REQUEST | ack;
        let mut encoder = Encoder::message(&mut self.bytes, kind, flags, seq, self.port);
        if let Err(error) = body(&mut encoder) {
            encoder.abandon();
            return Err(error);
        }
        encoder.finish()?;
        if self.bytes.len() > self.max_bytes && !self.requests.is_empty() {
            self.bytes.truncate(start);
            return Ok(None);
        }
        self.requests.push(Slot { seq, start, asks: flags.contains(Flags::ACK), answered: false });
        self.done = false;
        Ok(Some(self.requests.len() - 1))
    }

    /// Adds a request; `flags` come on top of the request's own, such as `ACK`. Otherwise as [`Batch::push`].
    ///
    /// # Errors
    /// What the request returned, or that it does not fit its length fields.
    pub fn push_request(
        &mut self,
        sequence: &mut Sequence,
        request: &dyn Request,
        flags: Flags,
    ) -> Result<Option<usize>, WireError> {
        self.push(sequence, request.kind(), request.flags() | flags, |encoder| request.encode(encoder))
    }

    /// The bytes of the request that was added last.
    #[must_use]
    pub fn last(&self) -> Option<&[u8]> {
        self.request(self.requests.len().checked_sub(1)?)
    }

    /// Takes the request that was added last out again.
    pub fn pop(&mut self) {
        if let Some(last) = self.requests.pop() {
            self.bytes.truncate(last.start);
        }
    }

    /// Number of requests in the batch.
    #[must_use]
    pub fn len(&self) -> usize {
        self.requests.len()
    }

    /// Whether the batch holds no request.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.requests.is_empty()
    }

    /// The bytes to send, all requests in one datagram. The last one is made to ask for an answer.
    #[must_use]
    pub fn datagram(&mut self) -> &[u8] {
        if let Some(last) = self.requests.last_mut().filter(|last| !last.asks) {
            last.asks = true;
            let at = last.start + 6;
            if let Some(field) = self.bytes.get_mut(at..at + 2) {
                let flags = u16::from_ne_bytes([field[0], field[1]]) | Flags::ACK.bits();
                field.copy_from_slice(&flags.to_ne_bytes());
            }
        }
        &self.bytes
    }

    /// The bytes of one request, to resolve an extended acknowledgement's offset against.
    #[must_use]
    pub fn request(&self, index: usize) -> Option<&[u8]> {
        let request = self.requests.get(index)?;
        let end = self.requests.get(index + 1).map_or(self.bytes.len(), |next| next.start);
        self.bytes.get(request.start..end)
    }

    /// Takes one arriving message.
    ///
    /// # Errors
    /// A [`WireError`] if it belongs to this batch and is malformed.
    pub fn accept<'a>(&mut self, message: Message<'a>) -> Result<BatchStep<'a>, WireError> {
        let header = message.header;
        if header.port != self.port {
            return Ok(BatchStep::Unrelated(message));
        }
        let Some(index) = self.find(header.seq) else { return Ok(BatchStep::Unrelated(message)) };
        if header.kind != NLMSG_ERROR {
            return Ok(BatchStep::Data(index, message));
        }
        if let Some(request) = self.requests.get_mut(index) {
            request.answered = true;
        }
        // The kernel answers in order: after the last outcome nothing more comes.
        self.done |= index + 1 == self.requests.len();
        Ok(BatchStep::Outcome(index, Ack::decode(&message)?))
    }

    /// How many answers come if every request succeeds.
    #[must_use]
    pub fn answers(&self) -> usize {
        self.requests.iter().filter(|request| request.asks).count()
    }

    /// Whether the outcome of the last request has arrived, after which nothing more comes.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.done || self.requests.is_empty()
    }

    /// Requests whose outcome has not arrived, and whether an answer was asked for. Once [`Batch::is_done`], those
    /// that did not ask have succeeded if no datagram was lost (ENOBUFS); the answers of the others were lost, and
    /// the state must be read back.
    pub fn unanswered(&self) -> impl Iterator<Item = (usize, bool)> {
        let left = self.requests.iter().enumerate().filter(|(_, request)| !request.answered);
        left.map(|(index, request)| (index, request.asks))
    }

    /// The index of the request with this sequence number. Numbers follow one another, so it is known where to look;
    /// only behind a number that was given up, or that skipped 0, it must be looked for.
    fn find(&self, seq: u32) -> Option<usize> {
        let first = self.requests.first()?;
        let near = usize::try_from(seq.wrapping_sub(first.seq)).ok()?;
        match self.requests.get(near) {
            Some(request) if request.seq == seq => Some(near),
            _ => self.requests.iter().position(|request| request.seq == seq),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::{Header, messages};

    fn fill(batch: &mut Batch, sequence: &mut Sequence, count: u8) {
        for n in 0..count {
            let index = batch.push::<WireError>(sequence, 44, Flags::CREATE, |e| {
                e.u8(1, n);
                Ok(())
            });
            assert_eq!(index, Ok(Some(usize::from(n))));
        }
    }

    fn ack(seq: u32, errno: i32) -> Vec<u8> {
        let mut buf = Vec::new();
        let mut e = Encoder::message(&mut buf, NLMSG_ERROR, Flags::CAPPED, seq, 9);
        e.fixed(&(-errno).to_ne_bytes());
        e.fixed(&Header { len: 24, kind: 44, flags: Flags::REQUEST, seq, port: 9 }.encode());
        e.finish().unwrap();
        buf
    }

    fn outcomes(batch: &mut Batch, datagram: &[u8]) -> Vec<(usize, i32)> {
        messages(datagram)
            .filter_map(|message| match batch.accept(message.unwrap()).unwrap() {
                BatchStep::Outcome(index, ack) => Some((index, ack.errno)),
                _ => None,
            })
            .collect()
    }

    #[test]
    fn each_failure_is_tied_to_its_request() {
        let mut batch = Batch::new(9, AckMode::Each);
        let mut sequence = Sequence::starting_at(u32::MAX);
        fill(&mut batch, &mut sequence, 3);
        assert!(!batch.is_done());
        let seqs: Vec<_> = messages(batch.datagram()).map(|m| m.unwrap().header.seq).collect();
        assert_eq!(seqs, [u32::MAX, 1, 2]);
        assert_eq!(outcomes(&mut batch, &ack(u32::MAX, 0)), [(0, 0)]);
        assert_eq!(outcomes(&mut batch, &[ack(1, 95), ack(2, 0)].concat()), [(1, 95), (2, 0)]);
        assert!(batch.is_done());
        assert_eq!(batch.unanswered().count(), 0);
        let request = Message::decode(batch.request(1).unwrap()).unwrap();
        assert_eq!((request.header.seq, request.payload[4]), (1, 1));
    }

    #[test]
    fn last_mode_marks_only_the_last_and_hears_earlier_failures() {
        let mut batch = Batch::new(9, AckMode::Last);
        let mut sequence = Sequence::default();
        fill(&mut batch, &mut sequence, 3);
        let marked: Vec<_> =
            messages(batch.datagram()).map(|m| m.unwrap().header.flags.contains(Flags::ACK)).collect();
        assert_eq!(marked, [false, false, true]);
        assert_eq!(outcomes(&mut batch, &[ack(2, 17), ack(3, 0)].concat()), [(1, 17), (2, 0)]);
        assert!(batch.is_done());
        assert_eq!(batch.unanswered().collect::<Vec<_>>(), [(0, false)]);
    }

    #[test]
    fn one_message_can_ask_for_an_answer_where_only_the_last_must() {
        let mut batch = Batch::new(9, AckMode::Last);
        let mut sequence = Sequence::default();
        for flags in [Flags::ACK, Flags::empty(), Flags::empty()] {
            batch.push(&mut sequence, 44, flags, |_| Ok::<_, WireError>(())).unwrap();
        }
        let marked: Vec<_> =
            messages(batch.datagram()).map(|m| m.unwrap().header.flags.contains(Flags::ACK)).collect();
        assert_eq!(marked, [true, false, true]);
        assert_eq!(batch.answers(), 2);
        assert_eq!(outcomes(&mut batch, &ack(3, 0)), [(2, 0)]);
        assert_eq!(batch.unanswered().collect::<Vec<_>>(), [(0, true), (1, false)]);
    }

    #[test]
    fn requests_behind_a_number_given_up_are_found() {
        let mut batch = Batch::new(9, AckMode::Last);
        let mut sequence = Sequence::default();
        fill(&mut batch, &mut sequence, 1);
        let refused = |_: &mut Encoder<'_>| Err(WireError::Missing { attr: "X" });
        batch.push(&mut sequence, 44, Flags::empty(), refused).unwrap_err();
        batch.push(&mut sequence, 44, Flags::empty(), |_| Ok::<_, WireError>(())).unwrap();
        assert_eq!(outcomes(&mut batch, &[ack(2, 5), ack(3, 17)].concat()), [(1, 17)]);
    }

    #[test]
    fn echoes_and_strangers() {
        let mut batch = Batch::new(9, AckMode::Each);
        fill(&mut batch, &mut Sequence::default(), 1);
        let message = |seq, port| Message {
            header: Header { len: 16, kind: 44, flags: Flags::empty(), seq, port },
            payload: &[],
        };
        assert_eq!(batch.accept(message(1, 9)), Ok(BatchStep::Data(0, message(1, 9))));
        assert_eq!(batch.accept(message(2, 9)), Ok(BatchStep::Unrelated(message(2, 9))));
        assert_eq!(batch.accept(message(1, 0)), Ok(BatchStep::Unrelated(message(1, 0))));
    }

    #[test]
    fn full_batches_and_failed_bodies_leave_the_batch_as_it_was() {
        let mut sequence = Sequence::default();
        let mut batch = Batch::with_limits(9, AckMode::Each, 8, 40);
        fill(&mut batch, &mut sequence, 1);
        let before = batch.datagram().to_vec();
        let big = |e: &mut Encoder<'_>| {
            e.attr(1, &[0; 64]);
            Ok::<_, WireError>(())
        };
        assert_eq!(batch.push(&mut sequence, 44, Flags::empty(), big), Ok(None));
        let fail = |e: &mut Encoder<'_>| {
            e.attr(1, &[0; 4]);
            Err(WireError::Missing { attr: "X" })
        };
        assert_eq!(
            batch.push(&mut sequence, 44, Flags::empty(), fail),
            Err(WireError::Missing { attr: "X" })
        );
        assert_eq!(batch.datagram(), before);
        batch.clear();
        assert!(batch.is_done());
        assert_eq!(batch.push(&mut sequence, 44, Flags::empty(), big), Ok(Some(0)));
    }
}
