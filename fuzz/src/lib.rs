//! What the fuzz targets share.

use smartnic_netlink::codec::{Message, messages};

/// Hands every message of a datagram to a reader, until one is malformed.
pub fn each(datagram: &[u8], mut read: impl FnMut(&Message<'_>)) {
    for message in messages(datagram) {
        match message {
            Ok(message) => read(&message),
            Err(_) => return,
        }
    }
}
