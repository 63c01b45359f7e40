//! What every request is, whatever its family.

use super::{AttrSet, Encoder, Exchange, Expect, ExtAck, Flags, WireError};

/// The names of the attributes in a family's requests.
#[derive(Debug)]
pub struct Names {
    /// Length in bytes of the family's own header, between the netlink header and the attributes.
    pub fixed_len: usize,
    /// The attributes.
    pub set: &'static AttrSet,
}

impl Names {
    /// The attribute of `request` (the whole message as sent) that an extended acknowledgement is about.
    #[must_use]
    pub fn path(&self, extack: &ExtAck<'_>, request: &[u8]) -> Option<String> {
        extack.path(request, self.fixed_len, self.set)
    }
}

/// A request that can be written as a netlink message.
pub trait Request {
    /// The message type (`nlmsg_type`).
    fn kind(&self) -> u16;

    /// The flags that make the request what it is; `REQUEST` and `ACK` are not among them. With `DUMP` the
    /// answer is a list.
    fn flags(&self) -> Flags;

    /// The names of its attributes.
    fn names(&self) -> &'static Names;

    /// Writes the family's header and the attributes.
    ///
    /// # Errors
    /// [`WireError::Unwritable`] if the request holds a value that has no form on the wire.
    fn encode(&self, encoder: &mut Encoder<'_>) -> Result<(), WireError>;

    /// Writes the whole message at the end of `buf` and returns the exchange to follow its answer with.
    ///
    /// Everything but a dump is acknowledged.
    ///
    /// # Errors
    /// As [`Request::encode`], or if the message does not fit its length fields; `buf` is then as it was.
    fn write(&self, buf: &mut Vec<u8>, seq: u32, port: u32) -> Result<Exchange, WireError> {
        let flags = Flags::REQUEST | self.flags();
        let (flags, expect) = match flags.contains(Flags::DUMP) {
            true => (flags, Expect::Dump),
            false => (flags | Flags::ACK, Expect::Ack),
        };
        let mut encoder = Encoder::message(buf, self.kind(), flags, seq, port);
        if let Err(error) = self.encode(&mut encoder) {
            encoder.abandon();
            return Err(error);
        }
        encoder.finish()?;
        Ok(Exchange::new(seq, port, expect))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::{AckMode, Batch, Message, Sequence};

    static NAMES: Names = Names { fixed_len: 4, set: &AttrSet::flat(&[(1, "X")]) };

    struct Ask(Flags, bool);

    impl Request for Ask {
        fn kind(&self) -> u16 {
            20
        }
        fn flags(&self) -> Flags {
            self.0
        }
        fn names(&self) -> &'static Names {
            &NAMES
        }
        fn encode(&self, encoder: &mut Encoder<'_>) -> Result<(), WireError> {
            encoder.fixed(&[0_u8; 4]);
            if self.1 { Ok(()) } else { Err(WireError::Unwritable { what: "X", why: "it is broken" }) }
        }
    }

    #[test]
    fn dumps_are_not_acknowledged_and_all_else_is() {
        for (own, want) in [
            (Flags::DUMP, Flags::REQUEST | Flags::DUMP),
            (Flags::empty(), Flags::REQUEST | Flags::ACK),
            (Flags::CREATE | Flags::EXCL, Flags::REQUEST | Flags::ACK | Flags::CREATE | Flags::EXCL),
        ] {
            let mut buf = Vec::new();
            Ask(own, true).write(&mut buf, 3, 4).unwrap();
            assert_eq!(Message::decode(&buf).unwrap().header.flags, want);
        }
    }

    #[test]
    fn a_request_that_cannot_be_written_leaves_buffer_and_batch_as_they_were() {
        let ask = &Ask(Flags::empty(), false);
        let mut buf = vec![1, 2, 3, 4];
        assert!(ask.write(&mut buf, 3, 4).is_err());
        assert_eq!(buf, [1, 2, 3, 4]);
        let mut batch = Batch::new(4, AckMode::Each);
        assert!(batch.push_request(&mut Sequence::default(), ask, Flags::ECHO).is_err());
        assert!(batch.is_empty());
    }
}
