//! What a request is answered with: messages, a dump in parts, an acknowledgement.

use std::collections::VecDeque;

use smartnic_netlink::codec::{Encoder, Flags, Header};
use smartnic_netlink::uapi::netlink::*;

use crate::errno::Errno;
use crate::note::Note;

/// Bytes of one part of a dump; a message that is longer travels alone.
const DUMP_PART: usize = 16 * 1024;

/// The extended part of an acknowledgement (`struct netlink_ext_ack`).
#[derive(Debug, Default)]
pub(super) struct ExtAck {
    pub(super) note: Note,
    /// The attribute to blame, as an offset into the request.
    pub(super) offset: Option<u32>,
    /// The number of a missing attribute, and the offset of the nest that it is missing from.
    pub(super) missing: Option<(u16, Option<u32>)>,
    /// What the attribute to blame should have been (`NL_ATTR_TYPE_*`), and its largest value.
    pub(super) policy: Option<(u32, Option<u64>)>,
}

impl ExtAck {
    /// Says what is wrong with an attribute.
    pub(super) fn blame(&mut self, offset: Option<u32>, text: impl Into<std::borrow::Cow<'static, str>>) {
        self.note.say(text);
        self.offset = offset;
    }
}

/// The answer to one request.
#[derive(Debug)]
pub(super) struct Answer {
    port: u32,
    seq: u32,
    pub(super) datagrams: Vec<Vec<u8>>,
    pub(super) dump: VecDeque<Vec<u8>>,
    failed: bool,
}

impl Answer {
    /// An empty answer to a request.
    pub(super) fn to(header: &Header, port: u32) -> Self {
        Self { port, seq: header.seq, datagrams: Vec::new(), dump: VecDeque::new(), failed: false }
    }

    /// The port of the socket that is answered.
    pub(super) fn port(&self) -> u32 {
        self.port
    }

    /// Whether a message did not fit its length fields.
    pub(super) fn failed(&self) -> bool {
        self.failed
    }

    /// Adds a message of its own.
    pub(super) fn reply(&mut self, kind: u16, body: impl FnOnce(&mut Encoder<'_>)) {
        let mut bytes = Vec::new();
        self.failed |= !message(&mut bytes, kind, Flags::empty(), self.seq, self.port, body);
        self.datagrams.push(bytes);
    }

    /// Adds one of several messages that answer a request which is no dump.
    pub(super) fn reply_part(&mut self, kind: u16, body: impl FnOnce(&mut Encoder<'_>)) {
        let mut bytes = Vec::new();
        self.failed |= !message(&mut bytes, kind, Flags::MULTI, self.seq, self.port, body);
        self.datagrams.push(bytes);
    }

    /// Ends them; the acknowledgement follows.
    pub(super) fn reply_done(&mut self) {
        self.reply_part(NLMSG_DONE, |e| e.fixed(&0_i32.to_ne_bytes()));
    }

    /// Adds a message of a dump.
    pub(super) fn part(&mut self, kind: u16, body: impl FnOnce(&mut Encoder<'_>)) {
        let mut bytes = self.dump.pop_back().unwrap_or_default();
        let before = bytes.len();
        self.failed |= !message(&mut bytes, kind, Flags::MULTI, self.seq, self.port, body);
        if before > 0 && bytes.len() > DUMP_PART {
            let next = bytes.split_off(before);
            self.dump.push_back(bytes);
            bytes = next;
        }
        self.dump.push_back(bytes);
    }

    /// Adds a message of several that are no dump.
    pub(super) fn piece(&mut self, kind: u16, body: impl FnOnce(&mut Encoder<'_>)) {
        let mut bytes = Vec::new();
        self.failed |= !message(&mut bytes, kind, Flags::MULTI, self.seq, self.port, body);
        self.datagrams.push(bytes);
    }

    /// Ends several messages that are no dump, with nothing in it (`devlink_fmsg_snd`).
    pub(super) fn pieces_end(&mut self) {
        self.piece(NLMSG_DONE, |_| {});
    }

    /// Ends a dump that fails after it was begun, with what was said (`netlink_dump_done`).
    pub(super) fn fail(&mut self, errno: Errno, ext: &ExtAck) {
        let told = ext.note.text.is_some() || ext.offset.is_some();
        let flags = if told { Flags::MULTI | Flags::ACK_TLVS } else { Flags::MULTI };
        let mut bytes = Vec::new();
        self.failed |= !message(&mut bytes, NLMSG_DONE, flags, self.seq, self.port, |e| {
            e.fixed(&(-errno.0).to_ne_bytes());
            if let Some(text) = &ext.note.text {
                e.text(NLMSGERR_ATTR_MSG, text);
            }
            explain(e, ext);
        });
        self.dump.push_back(bytes);
    }

    /// Ends a dump (`NLMSG_DONE`).
    pub(super) fn done(&mut self) {
        self.part(NLMSG_DONE, |e| e.fixed(&0_i32.to_ne_bytes()));
    }

    /// Adds the acknowledgement of a request (`netlink_ack`). Sockets ask for caps and extensions.
    pub(super) fn acknowledge(&mut self, request: &Header, result: Result<(), Errno>, ext: &ExtAck) {
        let errno = result.err().map_or(0, |errno| errno.0);
        let extended = ext.note.text.is_some()
            || (errno != 0 && (ext.offset.is_some() || ext.missing.is_some() || ext.policy.is_some()));
        let flags = if extended { Flags::CAPPED | Flags::ACK_TLVS } else { Flags::CAPPED };
        let mut bytes = Vec::new();
        let fits = message(&mut bytes, NLMSG_ERROR, flags, self.seq, self.port, |e| {
            e.fixed(&(-errno).to_ne_bytes());
            e.fixed(&request.encode());
            if let Some(text) = &ext.note.text {
                e.text(NLMSGERR_ATTR_MSG, text);
            }
            if errno != 0 {
                explain(e, ext);
            }
        });
        self.failed |= !fits;
        self.datagrams.push(bytes);
    }
}

fn explain(e: &mut Encoder<'_>, ext: &ExtAck) {
    if let Some(offset) = ext.offset {
        e.u32(NLMSGERR_ATTR_OFFS, offset);
    }
    if let Some((kind, max)) = ext.policy {
        e.nest(NLMSGERR_ATTR_POLICY | NLA_F_NESTED, |e| {
            e.u32(NL_POLICY_TYPE_ATTR_TYPE, kind);
            if let Some(max) = max {
                e.u64(NL_POLICY_TYPE_ATTR_MIN_VALUE_U, 0);
                e.u64(NL_POLICY_TYPE_ATTR_MAX_VALUE_U, max);
            }
        });
    }
    if let Some((kind, nest)) = ext.missing {
        e.u32(NLMSGERR_ATTR_MISS_TYPE, u32::from(kind));
        if let Some(offset) = nest {
            e.u32(NLMSGERR_ATTR_MISS_NEST, offset);
        }
    }
}

/// Writes a message at the end of `bytes`; false if it does not fit its length fields.
pub(super) fn message(
    bytes: &mut Vec<u8>,
    kind: u16,
    flags: Flags,
    seq: u32,
    port: u32,
    body: impl FnOnce(&mut Encoder<'_>),
) -> bool {
    let mut encoder = Encoder::message(bytes, kind, flags, seq, port);
    body(&mut encoder);
    encoder.finish().is_ok()
}
