//! What can be wrong with bytes, coming in or going out.

use std::fmt;

/// A reason why bytes could not be read as netlink, or a value could not be written as netlink.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WireError {
    /// Fewer bytes than the item needs.
    Truncated {
        /// The item that was being read, by its kernel name.
        what: &'static str,
        /// Bytes needed.
        need: usize,
        /// Bytes there.
        have: usize,
    },
    /// A length field that contradicts itself: smaller than its own header, or beyond the bytes given.
    BadLength {
        /// The item that carries the length, by its kernel name.
        what: &'static str,
        /// The length it claims, in bytes.
        len: usize,
        /// Bytes there.
        have: usize,
    },
    /// An attribute whose payload has another size than its type demands.
    WrongSize {
        /// Attribute number, without the two flag bits.
        attr: u16,
        /// Bytes the type demands.
        want: usize,
        /// Bytes there.
        have: usize,
    },
    /// A text attribute that is not UTF-8.
    NotText {
        /// Attribute number, without the two flag bits.
        attr: u16,
    },
    /// A message that lacks an attribute without which it means nothing.
    Missing {
        /// The attribute, by its kernel name.
        attr: &'static str,
    },
    /// A value that has no form on the wire.
    Unwritable {
        /// What was to be written, by its kernel name.
        what: &'static str,
        /// Why it has no form there.
        why: &'static str,
    },
    /// An attribute or nest too long for its 16-bit length field.
    TooLong {
        /// Attribute number, without the two flag bits.
        attr: u16,
        /// Length it would need, header included, in bytes.
        len: usize,
    },
    /// Nests in nests, deeper than anything sensible goes.
    TooDeep {
        /// The attribute that holds them.
        attr: u16,
        /// How deep they may go.
        limit: usize,
    },
    /// A message too long for its 32-bit length field, or a batch that has no room for it.
    MessageTooLong {
        /// Length of the message in bytes.
        len: usize,
        /// The limit in bytes.
        limit: usize,
    },
}

impl fmt::Display for WireError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Truncated { what, need, have } => {
                write!(f, "{what} is cut short: {need} bytes needed, {have} there")
            }
            Self::BadLength { what, len, have } => {
                write!(f, "{what} claims a length of {len} bytes, with {have} bytes there")
            }
            Self::WrongSize { attr, want, have } => {
                write!(f, "attribute {attr} has {have} bytes where its type has {want}")
            }
            Self::NotText { attr } => write!(f, "attribute {attr} should be text and is not UTF-8"),
            Self::Missing { attr } => write!(f, "the message lacks {attr}"),
            Self::Unwritable { what, why } => write!(f, "{what} cannot be written: {why}"),
            Self::TooLong { attr, len } => {
                write!(f, "attribute {attr} needs {len} bytes, and netlink attributes end at 65535")
            }
            Self::TooDeep { attr, limit } => write!(f, "attribute {attr} nests deeper than {limit} levels"),
            Self::MessageTooLong { len, limit } => {
                write!(f, "the message needs {len} bytes, and {limit} bytes are the limit")
            }
        }
    }
}

impl std::error::Error for WireError {}
