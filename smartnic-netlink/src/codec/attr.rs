//! Attributes (`struct nlattr`): the walk over them and the reading of their payloads.

use std::borrow::Cow;

use smartnic_core::types::UnknownAttr;
use zerocopy::FromBytes;

use super::{WireError, align};
use crate::uapi::netlink::{NLA_F_NESTED, NLA_F_NET_BYTEORDER};

/// Length of `struct nlattr`, in bytes.
const ATTR_LEN: usize = 4;

/// One attribute, borrowed from the bytes it was read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attr<'a> {
    raw_kind: u16,
    /// The value, without header and padding.
    pub payload: &'a [u8],
}

/// The attributes in a stretch of bytes, in order. After an error the walk ends.
#[derive(Clone, Copy, Debug)]
pub struct Attrs<'a> {
    rest: &'a [u8],
}

impl<'a> Attrs<'a> {
    /// Walks over the attributes in `bytes`.
    #[must_use]
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// Walks over the attributes behind a family's fixed header of `len` bytes; too few bytes give none.
    #[must_use]
    pub fn after(payload: &'a [u8], len: usize) -> Self {
        Self { rest: payload.get(align(len)..).unwrap_or_default() }
    }

    /// The first attribute with this number, if there is one.
    ///
    /// # Errors
    /// The error of a malformed attribute met before it.
    pub fn find(self, kind: u16) -> Result<Option<Attr<'a>>, WireError> {
        for attr in self {
            let attr = attr?;
            if attr.kind() == kind {
                return Ok(Some(attr));
            }
        }
        Ok(None)
    }

    fn take_one(&mut self) -> Result<Attr<'a>, WireError> {
        let have = self.rest.len();
        let Some(&[l0, l1, k0, k1]) = self.rest.first_chunk::<ATTR_LEN>() else {
            return Err(WireError::Truncated { what: "nlattr", need: ATTR_LEN, have });
        };
        let len = usize::from(u16::from_ne_bytes([l0, l1]));
        let payload =
            self.rest.get(ATTR_LEN..len).ok_or(WireError::BadLength { what: "nlattr", len, have })?;
        // The last attribute may come without its padding.
        self.rest = self.rest.get(align(len)..).unwrap_or_default();
        Ok(Attr { raw_kind: u16::from_ne_bytes([k0, k1]), payload })
    }
}

impl<'a> Iterator for Attrs<'a> {
    type Item = Result<Attr<'a>, WireError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let attr = self.take_one();
        if attr.is_err() {
            self.rest = &[];
        }
        Some(attr)
    }
}

impl<'a> Attr<'a> {
    /// The attribute number, without the flag bits.
    #[must_use]
    pub const fn kind(&self) -> u16 {
        self.raw_kind & !(NLA_F_NESTED | NLA_F_NET_BYTEORDER)
    }

    /// Whether the sender marked the attribute as a nest (`NLA_F_NESTED`); many nests come without.
    #[must_use]
    pub const fn is_marked_nested(&self) -> bool {
        self.raw_kind & NLA_F_NESTED != 0
    }

    /// The attributes inside this one.
    #[must_use]
    pub const fn nested(&self) -> Attrs<'a> {
        Attrs::new(self.payload)
    }

    /// A copy to keep.
    #[must_use]
    pub fn to_unknown(&self) -> UnknownAttr {
        UnknownAttr { kind: self.raw_kind, bytes: self.payload.to_vec() }
    }

    /// The payload as exactly `N` bytes.
    ///
    /// # Errors
    /// [`WireError::WrongSize`] if it has another length.
    pub fn array<const N: usize>(&self) -> Result<[u8; N], WireError> {
        self.payload.try_into().map_err(|_| self.wrong_size(N))
    }

    /// The payload as one byte.
    ///
    /// # Errors
    /// [`WireError::WrongSize`] if it has another length. The same holds for the other integers.
    pub fn u8(&self) -> Result<u8, WireError> {
        self.array::<1>().map(|[byte]| byte)
    }

    /// The payload as a 16-bit integer in host byte order.
    ///
    /// # Errors
    /// [`WireError::WrongSize`]
    pub fn u16(&self) -> Result<u16, WireError> {
        self.array().map(u16::from_ne_bytes)
    }

    /// The payload as a 16-bit integer in network byte order.
    ///
    /// # Errors
    /// [`WireError::WrongSize`]
    pub fn u16_be(&self) -> Result<u16, WireError> {
        self.array().map(u16::from_be_bytes)
    }

    /// The payload as a 32-bit integer in host byte order.
    ///
    /// # Errors
    /// [`WireError::WrongSize`]
    pub fn u32(&self) -> Result<u32, WireError> {
        self.array().map(u32::from_ne_bytes)
    }

    /// The payload as a 32-bit integer in network byte order.
    ///
    /// # Errors
    /// [`WireError::WrongSize`]
    pub fn u32_be(&self) -> Result<u32, WireError> {
        self.array().map(u32::from_be_bytes)
    }

    /// The payload as a signed 32-bit integer in host byte order.
    ///
    /// # Errors
    /// [`WireError::WrongSize`]
    pub fn i32(&self) -> Result<i32, WireError> {
        self.array().map(i32::from_ne_bytes)
    }

    /// The payload as a 64-bit integer in host byte order.
    ///
    /// # Errors
    /// [`WireError::WrongSize`]
    pub fn u64(&self) -> Result<u64, WireError> {
        self.array().map(u64::from_ne_bytes)
    }

    /// An unsigned integer of whatever width the kernel chose: 4 or 8 bytes (`NLA_UINT`).
    ///
    /// # Errors
    /// [`WireError::WrongSize`] for any other width.
    pub fn uint(&self) -> Result<u64, WireError> {
        if self.payload.len() == 4 { self.u32().map(u64::from) } else { self.u64() }
    }

    /// The payload as text, up to the first NUL if it has one.
    ///
    /// # Errors
    /// [`WireError::NotText`] if it is not UTF-8; [`Attr::text_lossy`] takes that too.
    pub fn text(&self) -> Result<&'a str, WireError> {
        std::str::from_utf8(self.until_nul()).map_err(|_| WireError::NotText { attr: self.kind() })
    }

    /// The payload as text, up to the first NUL, with bytes that are not UTF-8 replaced by U+FFFD.
    #[must_use]
    pub fn text_lossy(&self) -> Cow<'a, str> {
        String::from_utf8_lossy(self.until_nul())
    }

    /// A fixed structure at the start of the payload. Kernels may append fields, so more bytes are fine.
    ///
    /// # Errors
    /// [`WireError::WrongSize`] if the payload is shorter than the structure.
    pub fn fixed<T: FromBytes>(&self) -> Result<T, WireError> {
        T::read_from_prefix(self.payload).map(|(value, _)| value).map_err(|_| self.wrong_size(size_of::<T>()))
    }

    fn until_nul(&self) -> &'a [u8] {
        self.payload.split(|&byte| byte == 0).next().unwrap_or_default()
    }

    fn wrong_size(&self, want: usize) -> WireError {
        WireError::WrongSize { attr: self.kind(), want, have: self.payload.len() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attr(len: u16, kind: u16, payload: &[u8]) -> Vec<u8> {
        [&len.to_ne_bytes()[..], &kind.to_ne_bytes(), payload].concat()
    }

    #[test]
    fn walks_over_padding_and_marks() {
        let bytes = [attr(5, 1, &[9, 0, 0, 0]), attr(8, 0x8002, &[1, 2, 3, 4])].concat();
        let all: Vec<_> = Attrs::new(&bytes).collect();
        let want = [Attr { raw_kind: 1, payload: &[9] }, Attr { raw_kind: 0x8002, payload: &[1, 2, 3, 4] }];
        assert_eq!(all, want.map(Ok));
        assert_eq!(
            (want[1].kind(), want[1].is_marked_nested(), want[1].u32_be()),
            (2, true, Ok(0x0102_0304))
        );
        assert_eq!(want[1].to_unknown(), UnknownAttr { kind: 0x8002, bytes: vec![1, 2, 3, 4] });
    }

    #[test]
    fn last_attribute_may_lack_padding() {
        let bytes = attr(5, 1, &[9]);
        assert_eq!(Attrs::new(&bytes).collect::<Vec<_>>(), [Ok(Attr { raw_kind: 1, payload: &[9] })]);
    }

    #[test]
    fn wrong_lengths_end_the_walk_with_an_error() {
        for len in [0, 3, 9, u16::MAX] {
            let bytes = [attr(len, 1, &[0; 4]), vec![]].concat();
            let want = WireError::BadLength { what: "nlattr", len: usize::from(len), have: 8 };
            assert_eq!(Attrs::new(&bytes).collect::<Vec<_>>(), [Err(want)]);
        }
        let short = WireError::Truncated { what: "nlattr", need: 4, have: 2 };
        assert_eq!(Attrs::new(&[0, 0]).collect::<Vec<_>>(), [Err(short)]);
    }

    #[test]
    fn typed_reads_refuse_other_sizes() {
        let a = Attr { raw_kind: 0x4003, payload: &[1, 2, 3] };
        let wrong = |want| WireError::WrongSize { attr: 3, want, have: 3 };
        assert_eq!(a.u8(), Err(wrong(1)));
        assert_eq!(a.u16_be(), Err(wrong(2)));
        assert_eq!(a.u32(), Err(wrong(4)));
        assert_eq!(a.uint(), Err(wrong(8)));
        assert_eq!(a.fixed::<[u8; 4]>(), Err(wrong(4)));
        assert_eq!(a.fixed::<[u8; 2]>(), Ok([1, 2]));
    }

    #[test]
    fn text_ends_at_the_first_nul() {
        let text = |payload| Attr { raw_kind: 1, payload }.text();
        assert_eq!(text(b"eth0\0junk"), Ok("eth0"));
        assert_eq!(text(b"eth0"), Ok("eth0"));
        assert_eq!(text(b""), Ok(""));
        assert_eq!(text(b"\xff\0"), Err(WireError::NotText { attr: 1 }));
        assert_eq!(Attr { raw_kind: 1, payload: b"\xffa\0" }.text_lossy(), "\u{fffd}a");
    }
}
