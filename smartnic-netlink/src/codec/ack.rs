//! Acknowledgements (`NLMSG_ERROR`) and the extended part that says why (`NLMSGERR_ATTR_*`).

use std::borrow::Cow;

use smartnic_core::types::UnknownAttr;

use super::{AttrSet, Attrs, Flags, HEADER_LEN, Header, Message, WireError, align, attribute_path};
use crate::uapi::netlink::*;

/// An acknowledgement: success or failure of one request (`struct nlmsgerr` and what follows it).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ack<'a> {
    /// The kernel's error number, positive; 0 is success.
    pub errno: i32,
    /// Header of the request it answers.
    pub request: Header,
    /// What else the kernel said; on success this is information, not an error.
    pub extack: ExtAck<'a>,
}

impl<'a> Ack<'a> {
    /// Reads an `NLMSG_ERROR` message.
    ///
    /// # Errors
    /// A [`WireError`] if the message is cut short or its attributes are malformed.
    pub fn decode(message: &Message<'a>) -> Result<Self, WireError> {
        let (errno, rest) = split_errno(message.payload)?;
        let request = Header::decode(rest)?;
        // Without CAPPED the request's own payload lies between its header and the attributes.
        let echoed = if message.header.flags.contains(Flags::CAPPED) {
            HEADER_LEN
        } else {
            align((request.len as usize).max(HEADER_LEN))
        };
        let extack = if message.header.flags.contains(Flags::ACK_TLVS) {
            ExtAck::decode(Attrs::new(rest.get(echoed..).unwrap_or_default()))?
        } else {
            ExtAck::default()
        };
        Ok(Self { errno, request, extack })
    }

    /// Reads an `NLMSG_DONE` message, whose payload is an error number and perhaps attributes.
    ///
    /// # Errors
    /// A [`WireError`] if the attributes are malformed. An empty payload is success.
    pub fn decode_done(message: &Message<'a>) -> Result<(i32, ExtAck<'a>), WireError> {
        if message.payload.is_empty() {
            return Ok((0, ExtAck::default()));
        }
        let (errno, rest) = split_errno(message.payload)?;
        let has_attrs = message.header.flags.contains(Flags::ACK_TLVS);
        let extack = if has_attrs { ExtAck::decode(Attrs::new(rest))? } else { ExtAck::default() };
        Ok((errno, extack))
    }
}

fn split_errno(payload: &[u8]) -> Result<(i32, &[u8]), WireError> {
    let short = WireError::Truncated { what: "nlmsgerr", need: 4, have: payload.len() };
    let (error, rest) = payload.split_first_chunk::<4>().ok_or(short)?;
    // The kernel sends -errno. i32::MIN has no positive twin; any non-zero stand-in keeps it a failure.
    Ok((i32::from_ne_bytes(*error).checked_neg().unwrap_or(i32::MAX), rest))
}

/// The extended part of an acknowledgement.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExtAck<'a> {
    /// Text for people (`NLMSGERR_ATTR_MSG`).
    pub message: Option<Cow<'a, str>>,
    /// Where in the request the culprit is, in bytes from its start (`NLMSGERR_ATTR_OFFS`).
    pub offset: Option<u32>,
    /// Family-specific answer on success (`NLMSGERR_ATTR_COOKIE`).
    pub cookie: Option<&'a [u8]>,
    /// What the attribute at `offset` should have been (`NLMSGERR_ATTR_POLICY`).
    pub policy: Option<Box<Policy>>,
    /// Number of an attribute that is missing (`NLMSGERR_ATTR_MISS_TYPE`).
    pub missing: Option<u32>,
    /// Offset of the nest it is missing from; none means the top (`NLMSGERR_ATTR_MISS_NEST`).
    pub missing_in: Option<u32>,
    /// Attributes this crate does not know.
    pub unknown: Vec<UnknownAttr>,
}

impl<'a> ExtAck<'a> {
    /// Reads the `NLMSGERR_ATTR_*` attributes.
    ///
    /// # Errors
    /// A [`WireError`] if they are malformed.
    pub fn decode(attrs: Attrs<'a>) -> Result<Self, WireError> {
        let mut this = Self::default();
        for attr in attrs {
            let attr = attr?;
            match attr.kind() {
                NLMSGERR_ATTR_MSG => this.message = Some(attr.text_lossy()),
                NLMSGERR_ATTR_OFFS => this.offset = Some(attr.u32()?),
                NLMSGERR_ATTR_COOKIE => this.cookie = Some(attr.payload),
                NLMSGERR_ATTR_POLICY => this.policy = Some(Box::new(Policy::decode(attr.nested())?)),
                NLMSGERR_ATTR_MISS_TYPE => this.missing = Some(attr.u32()?),
                NLMSGERR_ATTR_MISS_NEST => this.missing_in = Some(attr.u32()?),
                _ => this.unknown.push(attr.to_unknown()),
            }
        }
        Ok(this)
    }

    /// The attribute this is about, as a path of kernel names; see [`attribute_path`].
    #[must_use]
    pub fn path(&self, request: &[u8], fixed_len: usize, names: &'static AttrSet) -> Option<String> {
        match self.missing {
            Some(_) => attribute_path(request, fixed_len, names, self.missing_in, self.missing),
            None => attribute_path(request, fixed_len, names, self.offset, None),
        }
    }
}

/// What an attribute's policy allows (`NL_POLICY_TYPE_ATTR_*`). Absent fields set no limit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// The attribute's type (`NL_ATTR_TYPE_*`).
    pub kind: Option<u32>,
    /// Smallest and largest signed value.
    pub signed: (Option<i64>, Option<i64>),
    /// Smallest and largest unsigned value.
    pub unsigned: (Option<u64>, Option<u64>),
    /// Smallest and largest payload length in bytes.
    pub length: (Option<u32>, Option<u32>),
    /// Bits that may be set.
    pub mask: Option<u64>,
    /// Attributes this crate does not know.
    pub unknown: Vec<UnknownAttr>,
}

impl Policy {
    fn decode(attrs: Attrs<'_>) -> Result<Self, WireError> {
        let mut this = Self::default();
        for attr in attrs {
            let attr = attr?;
            match attr.kind() {
                NL_POLICY_TYPE_ATTR_TYPE => this.kind = Some(attr.u32()?),
                NL_POLICY_TYPE_ATTR_MIN_VALUE_S => {
                    this.signed.0 = Some(attr.array().map(i64::from_ne_bytes)?)
                }
                NL_POLICY_TYPE_ATTR_MAX_VALUE_S => {
                    this.signed.1 = Some(attr.array().map(i64::from_ne_bytes)?)
                }
                NL_POLICY_TYPE_ATTR_MIN_VALUE_U => this.unsigned.0 = Some(attr.u64()?),
                NL_POLICY_TYPE_ATTR_MAX_VALUE_U => this.unsigned.1 = Some(attr.u64()?),
                NL_POLICY_TYPE_ATTR_MIN_LENGTH => this.length.0 = Some(attr.u32()?),
                NL_POLICY_TYPE_ATTR_MAX_LENGTH => this.length.1 = Some(attr.u32()?),
                NL_POLICY_TYPE_ATTR_BITFIELD32_MASK => this.mask = Some(u64::from(attr.u32()?)),
                NL_POLICY_TYPE_ATTR_PAD => {}
                NL_POLICY_TYPE_ATTR_MASK => this.mask = Some(attr.u64()?),
                _ => this.unknown.push(attr.to_unknown()),
            }
        }
        Ok(this)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::Encoder;

    static NAMES: AttrSet = AttrSet::flat(&[(1, "TCA_KIND")]);

    fn request() -> Vec<u8> {
        let mut buf = Vec::new();
        let mut e = Encoder::message(&mut buf, 44, Flags::REQUEST | Flags::ACK, 9, 0);
        e.fixed(&[0_u8; 20]);
        e.text(1, "flower");
        e.finish().unwrap();
        buf
    }

    fn refusal(flags: Flags, echo: &[u8]) -> Vec<u8> {
        let mut buf = Vec::new();
        let mut e = Encoder::message(&mut buf, NLMSG_ERROR, flags, 9, 77);
        e.fixed(&(-95_i32).to_ne_bytes());
        e.fixed(echo);
        e.text(NLMSGERR_ATTR_MSG, "not offloaded");
        e.u32(NLMSGERR_ATTR_OFFS, 36);
        e.nest(NLMSGERR_ATTR_POLICY, |e| {
            e.u32(1, 4);
            e.u64(5, 255);
        });
        e.u32(99, 1);
        e.finish().unwrap();
        buf
    }

    #[test]
    fn a_refusal_says_the_same_capped_or_not() {
        let request = request();
        let want = Ack {
            errno: 95,
            request: Header::decode(&request).unwrap(),
            extack: ExtAck {
                message: Some("not offloaded".into()),
                offset: Some(36),
                policy: Some(Box::new(Policy {
                    kind: Some(4),
                    unsigned: (None, Some(255)),
                    ..Policy::default()
                })),
                unknown: vec![UnknownAttr { kind: 99, bytes: 1_u32.to_ne_bytes().to_vec() }],
                ..ExtAck::default()
            },
        };
        let whole = refusal(Flags::ACK_TLVS, &request);
        let capped = refusal(Flags::ACK_TLVS | Flags::CAPPED, &request[..16]);
        for bytes in [whole, capped] {
            let ack = Ack::decode(&Message::decode(&bytes).unwrap()).unwrap();
            assert_eq!(ack, want);
            assert_eq!(ack.extack.path(&request, 20, &NAMES).unwrap(), "TCA_KIND");
        }
    }

    #[test]
    fn a_done_message_may_be_empty_plain_or_a_failure_with_text() {
        let done = |flags, payload: &[u8]| {
            let message =
                Message { header: Header { len: 0, kind: NLMSG_DONE, flags, seq: 1, port: 1 }, payload };
            let (errno, extack) = Ack::decode_done(&message).unwrap();
            (errno, extack.message.map(Cow::into_owned))
        };
        assert_eq!(done(Flags::MULTI, &[]), (0, None));
        assert_eq!(done(Flags::MULTI, &[0; 4]), (0, None));
        let text = [
            &(-16_i32).to_ne_bytes()[..],
            &9_u16.to_ne_bytes(),
            &NLMSGERR_ATTR_MSG.to_ne_bytes(),
            b"busy\0\0\0\0",
        ]
        .concat();
        assert_eq!(done(Flags::MULTI | Flags::ACK_TLVS, &text), (16, Some("busy".into())));
    }

    #[test]
    fn every_cut_is_an_error_or_a_shorter_answer() {
        let bytes = refusal(Flags::ACK_TLVS | Flags::CAPPED, &request()[..16]);
        let message = Message::decode(&bytes).unwrap();
        for cut in 0..message.payload.len() {
            let cut = Message { payload: &message.payload[..cut], ..message };
            assert_ne!(Ack::decode(&cut), Ack::decode(&message));
        }
    }
}
