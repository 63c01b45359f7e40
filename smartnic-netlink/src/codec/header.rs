//! The message header (`struct nlmsghdr`) and the walk over the messages of one datagram.

use bitflags::bitflags;

use super::{WireError, align};

/// Length of `struct nlmsghdr`, in bytes.
pub const HEADER_LEN: usize = 16;

bitflags! {
    /// The flag field of a message header (`NLM_F_*`).
    ///
    /// Some bits have several names: what they mean depends on whether the message is a dump request,
    /// a creation, a deletion or an acknowledgement.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
    pub struct Flags: u16 {
        /// A request to the kernel (`NLM_F_REQUEST`).
        const REQUEST = 0x01;
        /// One of several messages that `NLMSG_DONE` ends (`NLM_F_MULTI`).
        const MULTI = 0x02;
        /// Asks for an acknowledgement (`NLM_F_ACK`).
        const ACK = 0x04;
        /// Asks that the resulting notification be sent back to the asker (`NLM_F_ECHO`).
        const ECHO = 0x08;
        /// The table changed while it was dumped; the dump may have holes (`NLM_F_DUMP_INTR`).
        const DUMP_INTR = 0x10;
        /// The dump was filtered as the request asked (`NLM_F_DUMP_FILTERED`).
        const DUMP_FILTERED = 0x20;
        /// Reads: start at the root of the table (`NLM_F_ROOT`).
        const ROOT = 0x100;
        /// Reads: return all matching entries (`NLM_F_MATCH`).
        const MATCH = 0x200;
        /// Reads: the whole table (`NLM_F_DUMP`).
        const DUMP = 0x300;
        /// Writes: replace what exists (`NLM_F_REPLACE`).
        const REPLACE = 0x100;
        /// Writes: fail with EEXIST if it exists (`NLM_F_EXCL`).
        const EXCL = 0x200;
        /// Writes: create if it does not exist (`NLM_F_CREATE`).
        const CREATE = 0x400;
        /// A removal of all that fits, not of one (`NLM_F_BULK`).
        const BULK = 0x200;
        /// Writes: add at the end of the list (`NLM_F_APPEND`).
        const APPEND = 0x800;
        /// Acknowledgements: the request's payload is left out (`NLM_F_CAPPED`).
        const CAPPED = 0x100;
        /// Acknowledgements: extended attributes follow (`NLM_F_ACK_TLVS`).
        const ACK_TLVS = 0x200;
        const _ = !0;
    }
}

/// A message header (`struct nlmsghdr`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// Length of the message in bytes, header included (`nlmsg_len`).
    pub len: u32,
    /// What the payload is (`nlmsg_type`): `NLMSG_*` below 16, else the family's own number.
    pub kind: u16,
    /// Flags (`nlmsg_flags`).
    pub flags: Flags,
    /// Number that ties answers to requests (`nlmsg_seq`).
    pub seq: u32,
    /// Port of the asking socket (`nlmsg_pid`); 0 is the kernel.
    pub port: u32,
}

impl Header {
    /// Reads a header from the start of `bytes`. The length field is not judged here.
    ///
    /// # Errors
    /// [`WireError::Truncated`] if there are fewer than 16 bytes.
    pub fn decode(bytes: &[u8]) -> Result<Self, WireError> {
        let Some(&[l0, l1, l2, l3, k0, k1, f0, f1, s0, s1, s2, s3, p0, p1, p2, p3]) =
            bytes.first_chunk::<HEADER_LEN>()
        else {
            return Err(WireError::Truncated { what: "nlmsghdr", need: HEADER_LEN, have: bytes.len() });
        };
        Ok(Self {
            len: u32::from_ne_bytes([l0, l1, l2, l3]),
            kind: u16::from_ne_bytes([k0, k1]),
            flags: Flags::from_bits_retain(u16::from_ne_bytes([f0, f1])),
            seq: u32::from_ne_bytes([s0, s1, s2, s3]),
            port: u32::from_ne_bytes([p0, p1, p2, p3]),
        })
    }

    /// The 16 bytes of this header.
    #[must_use]
    pub fn encode(&self) -> [u8; HEADER_LEN] {
        let mut bytes = [0; HEADER_LEN];
        bytes[0..4].copy_from_slice(&self.len.to_ne_bytes());
        bytes[4..6].copy_from_slice(&self.kind.to_ne_bytes());
        bytes[6..8].copy_from_slice(&self.flags.bits().to_ne_bytes());
        bytes[8..12].copy_from_slice(&self.seq.to_ne_bytes());
        bytes[12..16].copy_from_slice(&self.port.to_ne_bytes());
        bytes
    }
}

/// One whole message of a datagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Message<'a> {
    /// The header.
    pub header: Header,
    /// What follows the header, without trailing padding.
    pub payload: &'a [u8],
}

impl<'a> Message<'a> {
    /// Reads the message at the start of `bytes`, which may hold more messages behind it.
    ///
    /// # Errors
    /// [`WireError::Truncated`] or [`WireError::BadLength`] if header or length do not fit the bytes.
    pub fn decode(bytes: &'a [u8]) -> Result<Self, WireError> {
        let header = Header::decode(bytes)?;
        let len = header.len as usize;
        match bytes.get(HEADER_LEN..len) {
            Some(payload) => Ok(Self { header, payload }),
            None => Err(WireError::BadLength { what: "nlmsghdr", len, have: bytes.len() }),
        }
    }
}

/// The messages of one datagram, in order. After an error the walk ends.
#[derive(Clone, Debug)]
pub struct Messages<'a> {
    rest: &'a [u8],
}

/// Walks over the messages of one datagram.
#[must_use]
pub fn messages(datagram: &[u8]) -> Messages<'_> {
    Messages { rest: datagram }
}

impl<'a> Iterator for Messages<'a> {
    type Item = Result<Message<'a>, WireError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let message = Message::decode(self.rest);
        let step = match &message {
            Ok(message) => align(message.header.len as usize),
            Err(_) => self.rest.len(),
        };
        self.rest = self.rest.get(step..).unwrap_or_default();
        Some(message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(len: u32) -> Header {
        Header { len, kind: 0x24, flags: Flags::REQUEST | Flags::ACK, seq: 7, port: 4711 }
    }

    #[test]
    fn header_round_trip_keeps_unknown_flags() {
        let mut h = header(16);
        h.flags |= Flags::from_bits_retain(0x8000);
        assert_eq!(Header::decode(&h.encode()), Ok(h));
    }

    #[test]
    fn two_messages_with_padding_between() {
        let mut bytes = header(18).encode().to_vec();
        bytes.extend([1, 2, 0, 0]);
        bytes.extend(header(16).encode());
        let all: Vec<_> = messages(&bytes).collect();
        assert_eq!(
            all,
            [
                Ok(Message { header: header(18), payload: &[1, 2] }),
                Ok(Message { header: header(16), payload: &[] })
            ]
        );
    }

    #[test]
    fn lengths_that_lie_end_the_walk() {
        for len in [0, 15, 17, u32::MAX] {
            let bytes = header(len).encode();
            let all: Vec<_> = messages(&bytes).collect();
            let want = WireError::BadLength { what: "nlmsghdr", len: len as usize, have: 16 };
            assert_eq!(all, [Err(want)]);
        }
        let want = WireError::Truncated { what: "nlmsghdr", need: 16, have: 3 };
        assert_eq!(messages(&[0; 3]).collect::<Vec<_>>(), [Err(want)]);
    }
}
