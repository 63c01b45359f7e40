//! Writing one message into a caller's buffer.

use zerocopy::{Immutable, IntoBytes};

use smartnic_core::types::UnknownAttr;

use super::{Flags, HEADER_LEN, Header, WireError, align};
use crate::uapi::netlink::{NLA_F_NESTED, NLA_F_NET_BYTEORDER};

/// Bytes of an attribute before its payload (`NLA_HDRLEN`).
const ATTR_HEADER: usize = 4;

/// Writes one message at the end of a buffer: header, fixed part, attributes.
///
/// The buffer is the caller's and is only appended to, so a buffer that has been used before is written
/// without allocating. The first thing that does not fit is remembered and reported by
/// [`Encoder::finish`]; the calls in between need no checks.
#[derive(Debug)]
#[must_use = "a message is complete only after finish()"]
pub struct Encoder<'b> {
    buf: &'b mut Vec<u8>,
    start: usize,
    error: Option<WireError>,
}

impl<'b> Encoder<'b> {
    /// Starts a message at the end of `buf`.
    pub fn message(buf: &'b mut Vec<u8>, kind: u16, flags: Flags, seq: u32, port: u32) -> Self {
        buf.resize(align(buf.len()), 0);
        let start = buf.len();
        buf.extend_from_slice(&Header { len: 0, kind, flags, seq, port }.encode());
        Self { buf, start, error: None }
    }

    /// Appends a fixed structure, padded to four bytes.
    pub fn fixed<T: IntoBytes + Immutable + ?Sized>(&mut self, value: &T) {
        self.buf.extend_from_slice(value.as_bytes());
        self.pad();
    }

    /// Appends an attribute. The number may carry `NLA_F_NESTED` or `NLA_F_NET_BYTEORDER`.
    pub fn attr(&mut self, kind: u16, payload: &[u8]) {
        self.ended(kind, payload, 0);
    }

    /// Appends an attribute whose payload is a fixed structure.
    pub fn attr_fixed<T: IntoBytes + Immutable + ?Sized>(&mut self, kind: u16, value: &T) {
        self.attr(kind, value.as_bytes());
    }

    /// Appends an attribute without payload, whose presence is its meaning (`NLA_FLAG`).
    pub fn flag(&mut self, kind: u16) {
        self.attr(kind, &[]);
    }

    /// Appends a one-byte attribute.
    pub fn u8(&mut self, kind: u16, value: u8) {
        self.short(kind, 1, [value, 0, 0, 0]);
    }

    /// Appends a 16-bit attribute in host byte order.
    pub fn u16(&mut self, kind: u16, value: u16) {
        let [first, second] = value.to_ne_bytes();
        self.short(kind, 2, [first, second, 0, 0]);
    }

    /// Appends a 16-bit attribute in network byte order.
    pub fn u16_be(&mut self, kind: u16, value: u16) {
        let [first, second] = value.to_be_bytes();
        self.short(kind, 2, [first, second, 0, 0]);
    }

    /// Appends a 32-bit attribute in host byte order.
    pub fn u32(&mut self, kind: u16, value: u32) {
        self.short(kind, 4, value.to_ne_bytes());
    }

    /// Appends a 32-bit attribute in network byte order.
    pub fn u32_be(&mut self, kind: u16, value: u32) {
        self.short(kind, 4, value.to_be_bytes());
    }

    /// Appends a 64-bit attribute in host byte order.
    pub fn u64(&mut self, kind: u16, value: u64) {
        self.attr(kind, &value.to_ne_bytes());
    }

    /// Appends a text attribute with its closing NUL (`NLA_NUL_STRING`).
    pub fn text(&mut self, kind: u16, value: &str) {
        self.ended(kind, value.as_bytes(), 1);
    }

    /// Appends an attribute that was kept as it came.
    pub fn raw(&mut self, attr: &UnknownAttr) {
        self.attr(attr.kind, &attr.bytes);
    }

    /// Appends an attribute that holds the attributes which `body` writes.
    ///
    /// The nest is marked `NLA_F_NESTED` only if `kind` carries that bit: some families demand the mark,
    /// others never use it.
    pub fn nest(&mut self, kind: u16, body: impl FnOnce(&mut Self)) {
        let at = self.open(kind);
        body(self);
        self.close(at, kind);
    }

    /// Like [`Encoder::nest`], for a body that can fail.
    ///
    /// # Errors
    /// What `body` returned; the message is then incomplete and must be given up by dropping the encoder
    /// through [`Encoder::abandon`].
    pub fn try_nest<E>(&mut self, kind: u16, body: impl FnOnce(&mut Self) -> Result<(), E>) -> Result<(), E> {
        let at = self.open(kind);
        let result = body(self);
        self.close(at, kind);
        result
    }

    /// Bytes of the message so far, header included.
    #[must_use]
    pub fn written(&self) -> usize {
        self.buf.len() - self.start
    }

    /// Completes the message and returns its length in bytes.
    ///
    /// # Errors
    /// [`WireError::TooLong`] for the first attribute that outgrew its length field, or
    /// [`WireError::MessageTooLong`]. The buffer then holds what it held before this message.
    pub fn finish(self) -> Result<usize, WireError> {
        let len = self.written();
        let error = match (self.error, u32::try_from(len)) {
            (None, Ok(field)) => {
                self.buf[self.start..self.start + 4].copy_from_slice(&field.to_ne_bytes());
                return Ok(len);
            }
            (Some(error), _) => error,
            (None, Err(_)) => WireError::MessageTooLong { len, limit: u32::MAX as usize },
        };
        self.abandon();
        Err(error)
    }

    /// Gives the message up: the buffer holds again what it held before.
    pub fn abandon(self) {
        self.buf.truncate(self.start);
    }

    /// Appends an attribute whose payload ends with so many zeros, at most one, which count beside those that fill it up.
    #[inline]
    fn ended(&mut self, kind: u16, payload: &[u8], zeros: usize) {
        let len = ATTR_HEADER + payload.len() + zeros;
        let Ok(field) = u16::try_from(len) else { return self.is_too_long(kind, len) };
        self.buf.extend_from_slice(&attr_header(field, kind));
        self.buf.extend_from_slice(payload);
        self.buf.extend_from_slice(&[0; 4][..zeros + len.wrapping_neg() % 4]);
    }

    /// Appends an attribute of at most four bytes, which come with what fills them up: most are such, and are written at
    /// once.
    #[inline]
    fn short(&mut self, kind: u16, len: u16, [a, b, c, d]: [u8; 4]) {
        let [e, f, g, h] = attr_header(ATTR_HEADER as u16 + len, kind);
        self.buf.extend_from_slice(&[e, f, g, h, a, b, c, d]);
    }

    fn open(&mut self, kind: u16) -> usize {
        let at = self.buf.len();
        self.buf.extend_from_slice(&attr_header(0, kind));
        at
    }

    fn close(&mut self, at: usize, kind: u16) {
        let len = self.buf.len() - at;
        match u16::try_from(len) {
            Ok(field) => self.buf[at..at + 2].copy_from_slice(&field.to_ne_bytes()),
            Err(_) => self.is_too_long(kind, len),
        }
        self.pad();
    }

    #[cold]
    fn is_too_long(&mut self, kind: u16, len: usize) {
        let attr = kind & !(NLA_F_NESTED | NLA_F_NET_BYTEORDER);
        self.error.get_or_insert(WireError::TooLong { attr, len });
    }

    fn pad(&mut self) {
        debug_assert!(self.written() >= HEADER_LEN);
        let aligned = self.start + align(self.written());
        self.buf.resize(aligned, 0);
    }
}

/// The beginning of an attribute (`struct nlattr`).
const fn attr_header(len: u16, kind: u16) -> [u8; ATTR_HEADER] {
    let ([a, b], [c, d]) = (len.to_ne_bytes(), kind.to_ne_bytes());
    [a, b, c, d]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::{Attrs, Message};

    #[test]
    fn writes_what_the_reader_reads() {
        let mut buf = Vec::new();
        let mut e = Encoder::message(&mut buf, 44, Flags::REQUEST, 1, 2);
        e.fixed(&[0xaa_u8; 20]);
        e.text(1, "flower");
        e.nest(0x8002, |e| {
            e.u16_be(3, 0x0800);
            e.nest(4, |e| e.u8(5, 6));
        });
        assert_eq!(e.finish(), Ok(16 + 20 + 12 + 4 + 8 + 4 + 8));

        let message = Message::decode(&buf).unwrap();
        let top: Vec<_> = Attrs::after(message.payload, 20).map(Result::unwrap).collect();
        assert_eq!((top[0].kind(), top[0].payload), (1, &b"flower\0"[..]));
        assert_eq!((top[1].kind(), top[1].is_marked_nested()), (2, true));
        let inner: Vec<_> = top[1].nested().map(Result::unwrap).collect();
        assert_eq!((inner[0].kind(), inner[0].u16_be()), (3, Ok(0x0800)));
        assert_eq!(inner[1].nested().find(5).unwrap().unwrap().u8(), Ok(6));
    }

    #[test]
    fn a_nest_over_64k_is_an_error_and_leaves_the_buffer_as_it_was() {
        let mut buf = vec![1, 2, 3, 4];
        let mut e = Encoder::message(&mut buf, 44, Flags::REQUEST, 1, 2);
        e.nest(2, |e| {
            for _ in 0..66 {
                e.attr(9, &[0; 1000]);
            }
        });
        e.u8(7, 1);
        assert_eq!(e.finish(), Err(WireError::TooLong { attr: 2, len: 4 + 66 * 1004 }));
        assert_eq!(buf, [1, 2, 3, 4]);
    }

    #[test]
    fn the_largest_attribute_fits_and_one_more_byte_does_not() {
        for (len, fits) in [(65531, true), (65532, false)] {
            let mut buf = Vec::new();
            let mut e = Encoder::message(&mut buf, 44, Flags::REQUEST, 1, 2);
            e.attr(9, &vec![7; len]);
            assert_eq!(e.finish().is_ok(), fits);
        }
    }

    #[test]
    fn a_used_buffer_is_not_reallocated() {
        let mut buf = Vec::with_capacity(256);
        let place = buf.as_ptr();
        for _ in 0..3 {
            buf.clear();
            let mut e = Encoder::message(&mut buf, 44, Flags::REQUEST, 1, 2);
            e.nest(2, |e| e.attr(9, &[0; 100]));
            e.finish().unwrap();
        }
        assert_eq!((buf.as_ptr(), buf.capacity()), (place, 256));
    }
}
