//! The attributes of a request, checked as the kernel checks them (`lib/nlattr.c`).

use smartnic_netlink::codec::{Attr, Attrs, Header};
use smartnic_netlink::uapi::netlink::*;

use super::answer::ExtAck;
use crate::errno::Errno;

/// One request.
#[derive(Debug, Clone, Copy)]
pub(super) struct Request<'a> {
    /// The whole message.
    pub(super) bytes: &'a [u8],
    pub(super) header: Header,
    /// What follows the netlink header.
    pub(super) payload: &'a [u8],
    /// Whether the sender has CAP_NET_ADMIN.
    pub(super) admin: bool,
}

impl Request<'_> {
    /// Where an attribute stands in the request, counted from its start; none if it is not of this request.
    pub(super) fn offset(&self, attr: &Attr<'_>) -> Option<u32> {
        self.position(attr.payload)?.checked_sub(4)
    }

    fn position(&self, part: &[u8]) -> Option<u32> {
        let start = (part.as_ptr() as usize).checked_sub(self.bytes.as_ptr() as usize)?;
        (start <= self.bytes.len()).then_some(start as u32)
    }
}

/// What the payload of an attribute must be (`NLA_*`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Flag,
    U8,
    U16,
    U32,
    U64,
    /// An integer of 4 or 8 bytes.
    Uint,
    /// Text, with or without a closing NUL, of at most so many bytes.
    Text(usize),
    /// Text with a closing NUL.
    NulText,
    /// At least so many bytes.
    Bytes(usize),
    Nested,
    /// A value and a selector, of which only these bits may be set.
    Bits(u32),
    /// 16 bits of which only these may be set (`NLA_POLICY_MASK`).
    Flags16(u16),
    /// 32 bits in network byte order of which only these may be set.
    FlagsBe32(u32),
    /// At most so many bytes (`NLA_BINARY`).
    AtMost(usize),
}

/// One attribute that a table may have: its number, shape, and largest value.
pub(super) type Policy = (u16, Shape, Option<u64>);

/// How strictly attributes are checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Strictness {
    /// Unknown attributes are passed over (`NL_VALIDATE_LIBERAL`).
    Liberal,
    /// Unknown attributes are refused (`NL_VALIDATE_STRICT`); numbers above this are unknown.
    Strict(u16),
    /// As strict, but lengths and nests are looked at as in old times (`NL_VALIDATE_DEPRECATED_STRICT`).
    DeprecatedStrict(u16),
}

/// Attributes by number; of several with one number the last counts.
#[derive(Debug, Default)]
pub(super) struct Table<'a> {
    attrs: Vec<Attr<'a>>,
}

impl<'a> Table<'a> {
    /// Reads what narrows the dump of `what`: attributes up to `max`, of which the dump takes those in `known`.
    pub(super) fn of_dump(
        request: &Request<'_>,
        attrs: &'a [u8],
        (policy, max): (&[Policy], u16),
        (what, known): (&str, &[u16]),
        ext: &mut ExtAck,
    ) -> Result<Self, Errno> {
        let table = Self::read(request, Attrs::new(attrs), policy, Strictness::DeprecatedStrict(max), ext)?;
        if table.iter().any(|attr| !known.contains(&attr.kind())) {
            ext.note.say(format!("Unsupported attribute in {what} dump request"));
            return Err(Errno::EINVAL);
        }
        Ok(table)
    }

    /// Reads attributes under a policy.
    pub(super) fn read(
        request: &Request<'_>,
        attrs: Attrs<'a>,
        policy: &[Policy],
        strictness: Strictness,
        ext: &mut ExtAck,
    ) -> Result<Self, Errno> {
        let mut table = Self::default();
        for attr in attrs {
            // The kernel reads up to the first attribute whose length cannot be.
            let Ok(attr) = attr else {
                if strictness == Strictness::Liberal {
                    break;
                }
                ext.note.say("bytes leftover after parsing attributes");
                return Err(Errno::EINVAL);
            };
            let unknown = match strictness {
                Strictness::Strict(max) | Strictness::DeprecatedStrict(max) => attr.kind() > max,
                Strictness::Liberal => false,
            };
            if unknown {
                ext.blame(request.offset(&attr), "Unknown attribute type");
                return Err(Errno::EINVAL);
            }
            if let Some((_, shape, max)) = policy.iter().find(|(kind, _, _)| *kind == attr.kind()) {
                check(request, &attr, *shape, *max, strictness, ext)?;
            }
            table.attrs.push(attr);
        }
        Ok(table)
    }

    /// The attribute of this number.
    pub(super) fn get(&self, kind: u16) -> Option<&Attr<'a>> {
        self.attrs.iter().rfind(|attr| attr.kind() == kind)
    }

    /// All attributes, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Attr<'a>> {
        self.attrs.iter()
    }

    pub(super) fn u8(&self, kind: u16) -> Option<u8> {
        self.get(kind)?.payload.first().copied()
    }

    pub(super) fn u16(&self, kind: u16) -> Option<u16> {
        self.head(kind).map(u16::from_ne_bytes)
    }

    pub(super) fn u16_be(&self, kind: u16) -> Option<u16> {
        self.head(kind).map(u16::from_be_bytes)
    }

    pub(super) fn u32(&self, kind: u16) -> Option<u32> {
        self.head(kind).map(u32::from_ne_bytes)
    }

    pub(super) fn u64(&self, kind: u16) -> Option<u64> {
        self.head(kind).map(u64::from_ne_bytes)
    }

    /// The first bytes of an attribute, as the kernel copies them (`nla_get_*`).
    pub(super) fn head<const N: usize>(&self, kind: u16) -> Option<[u8; N]> {
        self.get(kind)?.payload.first_chunk().copied()
    }

    /// The text of an attribute, up to its first NUL.
    pub(super) fn text(&self, kind: u16) -> Option<&'a str> {
        self.get(kind)?.text().ok()
    }

    pub(super) fn has(&self, kind: u16) -> bool {
        self.get(kind).is_some()
    }
}

fn check(
    request: &Request<'_>,
    attr: &Attr<'_>,
    shape: Shape,
    max: Option<u64>,
    strictness: Strictness,
    ext: &mut ExtAck,
) -> Result<(), Errno> {
    let length = attr.payload.len();
    let exact = match shape {
        Shape::U8 => Some(1),
        Shape::U16 | Shape::Flags16(_) => Some(2),
        Shape::U32 | Shape::FlagsBe32(_) => Some(4),
        Shape::U64 | Shape::Bits(_) => Some(8),
        _ => None,
    };
    let strict = matches!(strictness, Strictness::Strict(_));
    let mut refuse = |text: &'static str, errno| {
        ext.blame(request.offset(attr), text);
        ext.policy = Some((type_number(shape), max));
        Err(errno)
    };
    if strict && exact.is_some_and(|exact| exact != length) {
        return refuse("invalid attribute length", Errno::EINVAL);
    }
    if strict && shape == Shape::Nested && !attr.is_marked_nested() {
        return refuse("NLA_F_NESTED is missing", Errno::EINVAL);
    }
    let fits = match shape {
        Shape::Flag => length == 0,
        Shape::Uint => length == 4 || length == 8,
        Shape::Text(most) => length.saturating_sub(usize::from(attr.payload.ends_with(&[0]))) <= most,
        Shape::NulText => attr.payload.contains(&0),
        Shape::Bytes(least) => length >= least,
        Shape::AtMost(most) => length <= most,
        Shape::Nested => true,
        _ => exact.is_none_or(|exact| length >= exact),
    };
    if !fits {
        let errno = if shape == Shape::NulText { Errno::EINVAL } else { Errno::ERANGE };
        return refuse("Attribute failed policy validation", errno);
    }
    if let Shape::Bits(allowed) = shape {
        let word = |at: usize| attr.payload.get(at..)?.first_chunk().copied().map(u32::from_ne_bytes);
        let (value, selector) = (word(0).unwrap_or(0), word(4).unwrap_or(0));
        if selector & !allowed != 0 || value & !selector != 0 {
            return refuse("Attribute failed policy validation", Errno::EINVAL);
        }
    }
    let reserved = match shape {
        Shape::Flags16(allowed) => {
            attr.payload.first_chunk().is_some_and(|bits| u16::from_ne_bytes(*bits) & !allowed != 0)
        }
        Shape::FlagsBe32(allowed) => {
            attr.payload.first_chunk().is_some_and(|bits| u32::from_be_bytes(*bits) & !allowed != 0)
        }
        _ => false,
    };
    if reserved {
        return refuse("reserved bit set", Errno::EINVAL);
    }
    let value = match shape {
        Shape::U8 => attr.payload.first().map(|byte| u64::from(*byte)),
        Shape::U16 => attr.payload.first_chunk().map(|bytes| u64::from(u16::from_ne_bytes(*bytes))),
        Shape::U32 => attr.payload.first_chunk().map(|bytes| u64::from(u32::from_ne_bytes(*bytes))),
        _ => None,
    };
    if let (Some(value), Some(max)) = (value, max)
        && value > max
    {
        return refuse("integer out of range", Errno::ERANGE);
    }
    Ok(())
}

fn type_number(shape: Shape) -> u32 {
    match shape {
        Shape::Flag => NL_ATTR_TYPE_FLAG,
        Shape::U8 => NL_ATTR_TYPE_U8,
        Shape::U16 | Shape::Flags16(_) => NL_ATTR_TYPE_U16,
        Shape::U32 | Shape::FlagsBe32(_) => NL_ATTR_TYPE_U32,
        Shape::U64 => NL_ATTR_TYPE_U64,
        Shape::Uint => NL_ATTR_TYPE_UINT,
        Shape::Text(_) => NL_ATTR_TYPE_STRING,
        Shape::NulText => NL_ATTR_TYPE_NUL_STRING,
        Shape::Bytes(_) | Shape::AtMost(_) => NL_ATTR_TYPE_BINARY,
        Shape::Nested => NL_ATTR_TYPE_NESTED,
        Shape::Bits(_) => NL_ATTR_TYPE_BITFIELD32,
    }
}
