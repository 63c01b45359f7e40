use std::sync::Arc;

use smartnic_core::backend::{VerbsMr, VerbsPd};
use smartnic_core::verbs::{Buffer, Remote};

use crate::{Error, Result};

/// Memory of one end that the other may read and write.
#[derive(Debug, Clone)]
pub struct SharedRegion {
    pub(super) mr: Arc<dyn VerbsMr>,
    /// Whose it is.
    pub(super) pd: Arc<dyn VerbsPd>,
}

/// The same memory, as the other end knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct RemoteRegion {
    /// Where it begins.
    pub remote: Remote,
    /// How many bytes it has.
    pub length: u64,
}

impl SharedRegion {
    /// The memory.
    #[must_use]
    pub fn buffer(&self) -> &Buffer {
        self.mr.buffer()
    }

    /// What the other end must know of it, to be sent there.
    #[must_use]
    pub fn remote(&self) -> RemoteRegion {
        RemoteRegion { remote: self.mr.remote(0), length: self.mr.buffer().len() as u64 }
    }
}

impl RemoteRegion {
    /// As bytes of a message.
    #[must_use]
    pub fn to_bytes(self) -> [u8; 20] {
        let mut bytes = [0; 20];
        bytes[..8].copy_from_slice(&self.remote.address.to_be_bytes());
        bytes[8..16].copy_from_slice(&self.length.to_be_bytes());
        bytes[16..].copy_from_slice(&self.remote.key.to_be_bytes());
        bytes
    }

    /// From the bytes of a message.
    ///
    /// # Errors
    /// `Protocol` if they are not so many.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let part = |at: usize| bytes.get(at..at + 8)?.try_into().ok().map(u64::from_be_bytes);
        let key = bytes.get(16..20).and_then(|key| key.try_into().ok()).map(u32::from_be_bytes);
        match (part(0), part(8), key, bytes.len()) {
            (Some(address), Some(length), Some(key), 20) => {
                Ok(Self { remote: Remote { address, key }, length })
            }
            _ => Err(Error::protocol("read a description of memory", "it does not have 20 bytes")),
        }
    }

    /// Whether it has so many bytes at an offset, for the error of an operation.
    ///
    /// # Errors
    /// `InvalidInput` if it has not.
    pub fn check(&self, op: &'static str, offset: u64, length: usize) -> Result<()> {
        match offset.checked_add(length as u64) {
            Some(end) if end <= self.length => Ok(()),
            _ => {
                let reason = format!("{length} bytes from {offset} on are not within {} bytes", self.length);
                Err(Error::invalid(op, reason))
            }
        }
    }
}
