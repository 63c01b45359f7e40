//! The grammar shared by all netlink families: messages, attributes, acknowledgements, batches, exchanges.
//!
//! Contract of this module: every length that comes from outside is checked before it is used, every
//! slice handed out lies inside the bytes given, and nothing here does I/O or panics on input.
//! All integers are in host byte order, unless a name says `be`.

mod ack;
mod attr;
mod batch;
mod encode;
mod error;
mod exchange;
mod fixed;
mod header;
mod names;
mod request;

pub use ack::{Ack, ExtAck, Policy};
pub use attr::{Attr, Attrs};
pub use batch::{AckMode, Batch, BatchStep};
pub use encode::Encoder;
pub use error::WireError;
pub use exchange::{Completion, Exchange, Expect, Sequence, Step};
pub use fixed::{Bitfield32, BrPortMsg, GenlHeader, IfInfo, NdMsg, TcMsg};
pub use header::{Flags, HEADER_LEN, Header, Message, Messages, messages};
pub use names::{AttrSet, Inner, attribute_path};
pub use request::{Names, Request};

/// Rounds up to the four-byte boundary that netlink messages and attributes start on.
#[must_use]
pub const fn align(len: usize) -> usize {
    len.saturating_add(3) & !3
}
