use std::fs::File;
use std::os::unix::fs::FileExt;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use smartnic_core::verbs::{Buffer, SendOp};

/// Where the bytes of a region are.
#[derive(Debug, Clone)]
pub(crate) enum Store {
    /// In memory of the program.
    Buffer(Buffer),
    /// In memory of the device itself, whose first byte is known by 0.
    Device { memory: Buffer, offset: usize, length: usize },
    /// In a file, which stands for the memory of another device.
    File(Arc<FileStore>),
}

#[derive(Debug)]
pub(crate) struct FileStore {
    pub(crate) file: File,
    pub(crate) offset: u64,
    pub(crate) length: usize,
    pub(crate) address: u64,
}

impl Store {
    /// The address that the first byte is known by.
    pub(crate) fn address(&self) -> u64 {
        match self {
            Self::Buffer(buffer) => buffer.address(),
            Self::Device { .. } => 0,
            Self::File(file) => file.address,
        }
    }

    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Buffer(buffer) => buffer.len(),
            Self::Device { length, .. } => *length,
            Self::File(file) => file.length,
        }
    }

    /// Bytes from an offset on, if they can be read.
    pub(super) fn bytes(&self, offset: usize, length: usize) -> Option<Vec<u8>> {
        match self {
            Self::Buffer(buffer) => buffer.bytes(offset, length).ok(),
            Self::Device { memory, offset: at, .. } => memory.bytes(at + offset, length).ok(),
            Self::File(file) => {
                let mut bytes = vec![0; length];
                file.file.read_exact_at(&mut bytes, file.offset + offset as u64).ok().map(|()| bytes)
            }
        }
    }

    /// Puts bytes there; none if they cannot be written.
    pub(super) fn write(&self, offset: usize, bytes: &[u8]) -> Option<()> {
        match self {
            Self::Buffer(buffer) => buffer.write(offset, bytes).ok(),
            Self::Device { memory, offset: at, .. } => memory.write(at + offset, bytes).ok(),
            Self::File(file) => file.file.write_all_at(bytes, file.offset + offset as u64).ok(),
        }
    }

    /// Puts eight bytes there at once; none if they cannot be written.
    pub(super) fn write_word(&self, offset: usize, word: &[u8; 8]) -> Option<()> {
        match self {
            Self::Buffer(buffer) => {
                buffer.word(offset).ok()?.store(u64::from_ne_bytes(*word), Relaxed);
                Some(())
            }
            Self::Device { .. } | Self::File(_) => self.write(offset, word),
        }
    }

    /// Carries out an atomic operation, and says what was there. A file is changed by one at a time: the machine is locked.
    pub(super) fn atomic(&self, offset: usize, op: &SendOp) -> Option<u64> {
        let within = match self {
            Self::Buffer(buffer) => Some((buffer, offset)),
            Self::Device { memory, offset: at, .. } => Some((memory, at + offset)),
            Self::File(_) => None,
        };
        if let Some((buffer, offset)) = within {
            let word = buffer.word(offset).ok()?;
            return match *op {
                SendOp::CompareSwap { compare, swap, .. } => {
                    let done = word.compare_exchange(compare, swap, Relaxed, Relaxed);
                    Some(done.unwrap_or_else(|before| before))
                }
                SendOp::FetchAdd { add, .. } => Some(word.fetch_add(add, Relaxed)),
                _ => None,
            };
        }
        let before = u64::from_ne_bytes(self.bytes(offset, 8)?.try_into().ok()?);
        let after = match *op {
            SendOp::CompareSwap { compare, swap, .. } if before == compare => swap,
            SendOp::CompareSwap { .. } => before,
            SendOp::FetchAdd { add, .. } => before.wrapping_add(add),
            _ => return None,
        };
        self.write(offset, &after.to_ne_bytes()).map(|()| before)
    }
}
