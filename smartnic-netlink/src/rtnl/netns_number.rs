//! The numbers by which network namespaces know each other (`RTM_GETNSID`).

use crate::codec::{AttrSet, Attrs, Encoder, Flags, Message, Names, Request, WireError};
use crate::uapi::net_namespace::*;
use crate::uapi::rtnetlink::{RTM_GETNSID, SIZEOF_RTGENMSG};

/// `struct rtgenmsg` is one byte; attributes begin at a multiple of four.
const HEADER: usize = SIZEOF_RTGENMSG.next_multiple_of(4);

static NAMES: Names = Names { fixed_len: HEADER, set: &AttrSet::flat(NETNSA_NAMES) };

/// Asks by which number the socket's namespace knows another.
#[derive(Clone, Copy, Debug)]
pub struct Get {
    /// A descriptor of the other one, open in this process.
    pub descriptor: i32,
}

impl Request for Get {
    fn kind(&self) -> u16 {
        RTM_GETNSID
    }

    fn flags(&self) -> Flags {
        Flags::empty()
    }

    fn names(&self) -> &'static Names {
        &NAMES
    }

    fn encode(&self, e: &mut Encoder<'_>) -> Result<(), WireError> {
        e.fixed(&[0_u8; HEADER]);
        e.u32(NETNSA_FD, self.descriptor.cast_unsigned());
        Ok(())
    }
}

/// Reads the number (`RTM_NEWNSID`); none if the other namespace has none here (`NETNSA_NSID_NOT_ASSIGNED`).
///
/// # Errors
/// A [`WireError`] if the message is malformed or tells nothing of a number.
pub fn decode(message: &Message<'_>) -> Result<Option<i32>, WireError> {
    for attr in Attrs::after(message.payload, HEADER) {
        let attr = attr?;
        if attr.kind() == NETNSA_NSID {
            return Ok(Some(attr.u32()?.cast_signed()).filter(|number| *number >= 0));
        }
    }
    Err(WireError::Missing { attr: "NETNSA_NSID" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::uapi::rtnetlink::RTM_NEWNSID;

    fn told(number: Option<i32>) -> Result<Option<i32>, WireError> {
        let mut bytes = Vec::new();
        let mut e = Encoder::message(&mut bytes, RTM_NEWNSID, Flags::empty(), 1, 1);
        e.fixed(&[0_u8; HEADER]);
        if let Some(number) = number {
            e.u32(NETNSA_NSID, number.cast_unsigned());
        }
        e.finish().unwrap();
        decode(&Message::decode(&bytes).unwrap())
    }

    #[test]
    fn a_number_is_read_and_none_is_none() {
        assert_eq!(told(Some(7)), Ok(Some(7)));
        assert_eq!(told(Some(-1)), Ok(None));
        assert_eq!(told(None), Err(WireError::Missing { attr: "NETNSA_NSID" }));
    }
}
