//! What we encode is read by other crates, and what they encode by us.
//!
//! The oracles (netlink-packet-core, -generic and -route, neli, ethtool) know parts of the families only: each file
//! under `tests/` says which part it holds against them. What they lack is held against captured bytes and a real
//! kernel elsewhere.

use std::path::PathBuf;

use smartnic_netlink::codec::{Message, Request, messages};

/// The sequence number that [`written`] uses.
pub const SEQ: u32 = 0x1234_5678;
/// The port that [`written`] uses.
pub const PORT: u32 = 4711;

/// The bytes of one request of ours.
///
/// # Panics
/// If it cannot be written.
#[must_use]
pub fn written(request: &impl Request) -> Vec<u8> {
    let mut bytes = Vec::new();
    if let Err(error) = request.write(&mut bytes, SEQ, PORT) {
        panic!("the request cannot be written: {error}");
    }
    bytes
}

/// The messages among captured bytes of this name (see `smartnic-netlink/testdata`).
///
/// # Panics
/// If there are no such bytes, or they are not whole messages.
#[must_use]
pub fn captured(name: &str) -> Vec<Vec<u8>> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../smartnic-netlink/testdata")
        .join(format!("{name}.hex"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let bytes: Vec<u8> = text
        .split_whitespace()
        .map(|byte| u8::from_str_radix(byte, 16).unwrap_or_else(|error| panic!("{name}: {byte}: {error}")))
        .collect();
    let whole = |message: Message<'_>| {
        let mut bytes = message.header.encode().to_vec();
        bytes.extend_from_slice(message.payload);
        bytes
    };
    messages(&bytes).map(|message| whole(message.unwrap_or_else(|error| panic!("{name}: {error}")))).collect()
}

/// One message of ours, from bytes that hold it whole.
///
/// # Panics
/// If they do not.
#[must_use]
pub fn message(bytes: &[u8]) -> Message<'_> {
    Message::decode(bytes).unwrap_or_else(|error| panic!("{error}"))
}
