//! The course of one request: which of the messages that arrive belong to it, and when it is over.
//!
//! No I/O happens here. The owner of a socket sends the request, hands every arriving message to
//! [`Exchange::accept`], and stops at [`Step::Done`].

use super::{Ack, ExtAck, Flags, Message, WireError};
use crate::uapi::netlink::{NLMSG_DONE, NLMSG_ERROR, NLMSG_NOOP, NLMSG_OVERRUN};

/// A source of sequence numbers, never 0: that is what notifications carry.
#[derive(Clone, Debug, Default)]
pub struct Sequence(u32);

impl Sequence {
    /// A source whose next number is `first`, or 1 if that is 0.
    #[must_use]
    pub const fn starting_at(first: u32) -> Self {
        Self(first.wrapping_sub(1))
    }

    /// The next number.
    pub fn take(&mut self) -> u32 {
        self.0 = self.0.wrapping_add(1);
        if self.0 == 0 {
            self.0 = 1;
        }
        self.0
    }
}

/// What a request is answered with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expect {
    /// Any number of messages, then an acknowledgement: requests sent with `NLM_F_ACK`.
    Ack,
    /// One message, or an acknowledgement that carries an error: reads sent without `NLM_F_ACK`.
    Reply,
    /// Messages until `NLMSG_DONE`: requests sent with `NLM_F_DUMP`.
    Dump,
}

/// The course of one request.
#[derive(Clone, Debug)]
pub struct Exchange {
    seq: u32,
    port: u32,
    expect: Expect,
    interrupted: bool,
    done: bool,
}

/// What one arriving message means to an exchange.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step<'a> {
    /// A part of the answer.
    Data(Message<'a>),
    /// The end of the exchange. Under [`Expect::Reply`] the answer itself comes along.
    Done(Completion<'a>),
    /// Not an answer to any request of this socket's.
    Notification(Message<'a>),
    /// A late answer to an earlier request, or a message without meaning; to be dropped.
    Stale(Message<'a>),
}

/// How an exchange ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Completion<'a> {
    /// The kernel's error number, positive; 0 is success.
    pub errno: i32,
    /// What else the kernel said, on success as well.
    pub extack: ExtAck<'a>,
    /// The one reply, under [`Expect::Reply`].
    pub reply: Option<Message<'a>>,
    /// The table changed during the dump (`NLM_F_DUMP_INTR`): what arrived may have holes; ask again.
    pub interrupted: bool,
    /// Messages were lost (`NLMSG_OVERRUN`): ask again.
    pub overrun: bool,
}

impl Completion<'_> {
    /// Whether the request was a dump that must be repeated to be trusted.
    #[must_use]
    pub const fn must_repeat(&self) -> bool {
        self.errno == 0 && (self.interrupted || self.overrun)
    }
}

impl Exchange {
    /// Starts an exchange for a request sent with sequence number `seq` from the socket with port `port`.
    #[must_use]
    pub const fn new(seq: u32, port: u32, expect: Expect) -> Self {
        Self { seq, port, expect, interrupted: false, done: false }
    }

    /// Whether the exchange is over.
    #[must_use]
    pub const fn is_done(&self) -> bool {
        self.done
    }

    /// Takes one arriving message.
    ///
    /// # Errors
    /// A [`WireError`] if it belongs to this exchange and is malformed. The exchange is then over.
    pub fn accept<'a>(&mut self, message: Message<'a>) -> Result<Step<'a>, WireError> {
        let header = message.header;
        if self.done || header.port != self.port || header.seq != self.seq {
            return Ok(self.unrelated(message));
        }
        self.interrupted |= header.flags.contains(Flags::DUMP_INTR);
        let end = match header.kind {
            NLMSG_NOOP => return Ok(Step::Stale(message)),
            NLMSG_ERROR => {
                self.done = true;
                let Ack { errno, extack, .. } = Ack::decode(&message)?;
                Completion { errno, extack, ..Completion::default() }
            }
            NLMSG_DONE => {
                self.done = true;
                let (errno, extack) = Ack::decode_done(&message)?;
                Completion { errno, extack, ..Completion::default() }
            }
            NLMSG_OVERRUN => Completion { overrun: true, ..Completion::default() },
            _ if self.expect == Expect::Reply && !header.flags.contains(Flags::MULTI) => {
                Completion { reply: Some(message), ..Completion::default() }
            }
            _ => return Ok(Step::Data(message)),
        };
        self.done = true;
        Ok(Step::Done(Completion { interrupted: self.interrupted, ..end }))
    }

    fn unrelated<'a>(&self, message: Message<'a>) -> Step<'a> {
        let header = message.header;
        let control = header.kind <= NLMSG_OVERRUN || header.flags.contains(Flags::MULTI);
        // Notifications about what this very socket did carry its port too, but are never control messages.
        if control { Step::Stale(message) } else { Step::Notification(message) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::Header;

    fn message(kind: u16, flags: Flags, seq: u32, port: u32, payload: &[u8]) -> Message<'_> {
        Message { header: Header { len: 16, kind, flags, seq, port }, payload }
    }

    fn ack(errno: i32) -> Vec<u8> {
        [&(-errno).to_ne_bytes()[..], &[0; 16]].concat()
    }

    #[test]
    fn a_dump_with_strangers_in_between() {
        let mut exchange = Exchange::new(5, 100, Expect::Dump);
        let part = message(28, Flags::MULTI, 5, 100, &[1]);
        let torn = message(28, Flags::MULTI | Flags::DUMP_INTR, 5, 100, &[2]);
        let event = message(44, Flags::empty(), 0, 0, &[3]);
        let late = message(28, Flags::MULTI, 4, 100, &[4]);
        let other_socket = message(NLMSG_DONE, Flags::MULTI, 5, 101, &[0; 4]);
        let done = message(NLMSG_DONE, Flags::MULTI, 5, 100, &[0; 4]);
        let steps: Vec<_> =
            [part, event, late, torn, other_socket, done].map(|m| exchange.accept(m).unwrap()).to_vec();
        let end = Completion { interrupted: true, ..Completion::default() };
        assert!(end.must_repeat());
        let want = [
            Step::Data(part),
            Step::Notification(event),
            Step::Stale(late),
            Step::Data(torn),
            Step::Stale(other_socket),
            Step::Done(end),
        ];
        assert_eq!(steps, want);
        assert!(exchange.is_done());
        assert_eq!(exchange.accept(done), Ok(Step::Stale(done)));
    }

    #[test]
    fn a_dump_can_fail_at_either_end() {
        let refused = ack(1);
        let busy = (-16_i32).to_ne_bytes();
        for (kind, payload, errno) in [(NLMSG_ERROR, &refused[..], 1), (NLMSG_DONE, &busy[..], 16)] {
            let mut exchange = Exchange::new(5, 100, Expect::Dump);
            let step = exchange.accept(message(kind, Flags::empty(), 5, 100, payload));
            assert_eq!(step, Ok(Step::Done(Completion { errno, ..Completion::default() })));
        }
    }

    #[test]
    fn overrun_asks_for_repetition() {
        let mut exchange = Exchange::new(5, 100, Expect::Dump);
        let Ok(Step::Done(end)) = exchange.accept(message(NLMSG_OVERRUN, Flags::MULTI, 5, 100, &[])) else {
            panic!()
        };
        assert!(end.must_repeat());
    }

    #[test]
    fn a_reply_alone_or_before_its_ack() {
        let reply = message(16, Flags::empty(), 5, 100, &[1]);
        let mut alone = Exchange::new(5, 100, Expect::Reply);
        let want = Completion { reply: Some(reply), ..Completion::default() };
        assert_eq!(alone.accept(reply), Ok(Step::Done(want)));

        let mut acked = Exchange::new(5, 100, Expect::Ack);
        assert_eq!(acked.accept(reply), Ok(Step::Data(reply)));
        let ok = ack(0);
        let end = acked.accept(message(NLMSG_ERROR, Flags::CAPPED, 5, 100, &ok));
        assert_eq!(end, Ok(Step::Done(Completion::default())));
    }

    #[test]
    fn a_malformed_ack_ends_the_exchange() {
        let mut exchange = Exchange::new(5, 100, Expect::Ack);
        assert!(exchange.accept(message(NLMSG_ERROR, Flags::empty(), 5, 100, &[0; 3])).is_err());
        assert!(exchange.is_done());
    }

    #[test]
    fn sequences_skip_zero() {
        let mut sequence = Sequence::starting_at(u32::MAX);
        assert_eq!([sequence.take(), sequence.take()], [u32::MAX, 1]);
        assert_eq!(Sequence::default().take(), 1);
        assert_eq!(Sequence::starting_at(0).take(), 1);
    }
}
