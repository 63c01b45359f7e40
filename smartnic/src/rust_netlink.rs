//! devlink for programs on the `rust-netlink` crates (feature `rust-netlink`): a payload for `netlink-packet-generic`.
//!
//! Those crates have sockets, families and generic messages, but nothing of devlink. [`Devlink`] is what they put into a
//! `GenlMessage`: every request of [`wire`] can be sent with it, and every answer read into the values of this SDK. `genetlink`
//! finds out the family's number by itself.
//!
//! ```
//! use netlink_packet_core::NLM_F_DUMP;
//! use smartnic::rust_netlink::{Devlink, wire};
//!
//! # fn main() -> Result<(), wire::WireError> {
//! let ports = Devlink::of(&wire::port::Dump { family: 0, device: None })?;
//! let message = ports.into_message(); // to be handed to genetlink's `GenetlinkHandle::request`
//! assert_eq!(message.header.flags & NLM_F_DUMP, NLM_F_DUMP);
//! // Of each answer: answer.payload.read(wire::port::decode)?
//! # Ok(())
//! # }
//! ```

use netlink_packet_core::{DecodeError, Emitable, NetlinkMessage, NetlinkPayload, ParseableParametrized};
use netlink_packet_generic::{GenlFamily, GenlHeader, GenlMessage};
use smartnic_netlink::codec::{Encoder, Flags, Header, Message, Request, WireError};
use smartnic_netlink::devlink;

/// The requests of devlink, one module for each kind of object, with what reads the answers. Their `family` may be 0 here:
/// who sends the message fills it in.
pub mod wire {
    pub use smartnic_netlink::codec::{Request, WireError};
    pub use smartnic_netlink::devlink::*;
}

/// Of a netlink message (`struct nlmsghdr`).
const HEADER: usize = 16;
/// Of a generic netlink message (`struct genlmsghdr`).
const GENERIC: usize = 4;

/// The payload of a devlink message: a command with its attributes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Devlink {
    /// The generic header and the attributes, as on the wire.
    bytes: Vec<u8>,
    /// The flags that make a request what it is; none of an answer.
    flags: u16,
}

impl Devlink {
    /// The payload of a request.
    ///
    /// # Errors
    /// [`WireError::Unwritable`] if the request holds a value that has no form on the wire.
    pub fn of(request: &impl Request) -> Result<Self, WireError> {
        let mut message = Vec::new();
        let mut encoder = Encoder::message(&mut message, request.kind(), request.flags(), 0, 0);
        if let Err(error) = request.encode(&mut encoder) {
            encoder.abandon();
            return Err(error);
        }
        encoder.finish()?;
        let flags = Flags::REQUEST | request.flags();
        let flags = if flags.contains(Flags::DUMP) { flags } else { flags | Flags::ACK };
        Ok(Self { bytes: message.split_off(HEADER), flags: flags.bits() })
    }

    /// The whole message, with the flags of the request: dumps are asked for, all else is acknowledged.
    #[must_use]
    pub fn into_message(self) -> NetlinkMessage<GenlMessage<Self>> {
        let flags = self.flags;
        let mut message = NetlinkMessage::from(GenlMessage::from_payload(self));
        message.header.flags = flags;
        message
    }

    /// The command (`DEVLINK_CMD_*`).
    #[must_use]
    pub fn command(&self) -> u8 {
        self.bytes[0]
    }

    /// The attributes, as on the wire.
    #[must_use]
    pub fn attributes(&self) -> &[u8] {
        &self.bytes[GENERIC..]
    }

    /// Reads the value of an answer with one of the functions of [`wire`], such as `wire::port::decode`.
    ///
    /// # Errors
    /// Those of the function: what the message lacks, or has that does not fit.
    pub fn read<T>(&self, by: impl FnOnce(&Message<'_>) -> Result<T, WireError>) -> Result<T, WireError> {
        let len = u32::try_from(HEADER + self.bytes.len()).map_err(|_| WireError::BadLength {
            what: "nlmsghdr",
            len: self.bytes.len(),
            have: u32::MAX as usize,
        })?;
        let header = Header { len, kind: 0, flags: Flags::empty(), seq: 0, port: 0 };
        by(&Message { header, payload: &self.bytes })
    }
}

impl GenlFamily for Devlink {
    fn family_name() -> &'static str {
        devlink::FAMILY
    }

    fn command(&self) -> u8 {
        self.command()
    }

    fn version(&self) -> u8 {
        self.bytes[1]
    }
}

impl Emitable for Devlink {
    fn buffer_len(&self) -> usize {
        self.attributes().len()
    }

    fn emit(&self, buffer: &mut [u8]) {
        buffer[..self.attributes().len()].copy_from_slice(self.attributes());
    }
}

impl ParseableParametrized<[u8], GenlHeader> for Devlink {
    fn parse_with_param(attributes: &[u8], header: GenlHeader) -> Result<Self, DecodeError> {
        let bytes = [&[header.cmd, header.version, 0, 0], attributes].concat();
        Ok(Self { bytes, flags: 0 })
    }
}

impl From<Devlink> for NetlinkPayload<GenlMessage<Devlink>> {
    fn from(payload: Devlink) -> Self {
        Self::InnerMessage(GenlMessage::from_payload(payload))
    }
}
