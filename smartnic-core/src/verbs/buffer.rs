use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use crate::{Error, Result};

/// Memory begins at a multiple of this, as pages do.
const ALIGN: usize = 4096;
const WORD: usize = size_of::<u64>();

/// Memory that a device may read and write while this program does.
///
/// It is made of atomic words, so that no order of accesses is undefined: whoever reads while the device writes sees a mix of
/// old and new words, and nothing worse. What came with a completion is whole. Clones are the same memory.
#[derive(Clone)]
pub struct Buffer {
    words: Arc<[AtomicU64]>,
    /// The first word that is used.
    start: usize,
    length: usize,
}

impl Buffer {
    /// Memory of so many bytes, all zero.
    #[must_use]
    pub fn new(length: usize) -> Self {
        // Room to begin at a page's border.
        let count = length.div_ceil(WORD) + ALIGN / WORD;
        let words: Arc<[AtomicU64]> = (0..count).map(|_| AtomicU64::new(0)).collect();
        let start = (words.as_ptr().addr().wrapping_neg() % ALIGN) / WORD;
        Self { words, start, length }
    }

    /// Its length in bytes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.length
    }

    /// Whether it has no bytes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// The words; bytes of the last that are beyond the length are not used.
    #[must_use]
    pub fn words(&self) -> &[AtomicU64] {
        &self.words[self.start..self.start + self.length.div_ceil(WORD)]
    }

    /// The address of its first byte.
    #[must_use]
    pub fn address(&self) -> u64 {
        self.words().as_ptr().expose_provenance() as u64
    }

    /// Whether two are the same memory.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.words, &other.words)
    }

    /// Copies bytes out of it.
    ///
    /// # Errors
    /// `InvalidInput` if it does not have so many at `offset`.
    pub fn read(&self, offset: usize, into: &mut [u8]) -> Result<()> {
        self.check("read memory", offset, into.len())?;
        let (mut word, skip) = (offset / WORD, offset % WORD);
        let words = self.words();
        let (head, rest) = into.split_at_mut(if skip == 0 { 0 } else { (WORD - skip).min(into.len()) });
        if !head.is_empty() {
            let bytes = words[word].load(Relaxed).to_ne_bytes();
            head.copy_from_slice(&bytes[skip..skip + head.len()]);
            word += 1;
        }
        let (whole, tail) = rest.as_chunks_mut::<WORD>();
        for (from, to) in words[word..].iter().zip(&mut *whole) {
            *to = from.load(Relaxed).to_ne_bytes();
        }
        if !tail.is_empty() {
            let bytes = words[word + whole.len()].load(Relaxed).to_ne_bytes();
            tail.copy_from_slice(&bytes[..tail.len()]);
        }
        Ok(())
    }

    /// Copies bytes into it. Words of which only a part is written keep the rest, whoever writes that meanwhile.
    ///
    /// # Errors
    /// As [`Buffer::read`].
    pub fn write(&self, offset: usize, from: &[u8]) -> Result<()> {
        self.check("write memory", offset, from.len())?;
        let (mut word, skip) = (offset / WORD, offset % WORD);
        let words = self.words();
        let (head, rest) = from.split_at(if skip == 0 { 0 } else { (WORD - skip).min(from.len()) });
        if !head.is_empty() {
            part(&words[word], skip, head);
            word += 1;
        }
        let (whole, tail) = rest.as_chunks::<WORD>();
        for (to, from) in words[word..].iter().zip(whole) {
            to.store(u64::from_ne_bytes(*from), Relaxed);
        }
        if !tail.is_empty() {
            part(&words[word + whole.len()], 0, tail);
        }
        Ok(())
    }

    /// The bytes from `offset` on, as a vector.
    ///
    /// # Errors
    /// As [`Buffer::read`].
    pub fn bytes(&self, offset: usize, length: usize) -> Result<Vec<u8>> {
        self.check("read memory", offset, length)?;
        let mut bytes = vec![0; length];
        self.read(offset, &mut bytes).map(|()| bytes)
    }

    /// The word at an offset that is a multiple of 8: what atomic operations of a peer work on.
    ///
    /// # Errors
    /// `InvalidInput` if there is no whole word at `offset`.
    pub fn word(&self, offset: usize) -> Result<&AtomicU64> {
        self.check("use a word of memory", offset, WORD)?;
        if !offset.is_multiple_of(WORD) {
            let reason = format!("{offset} is no multiple of {WORD}");
            return Err(Error::invalid("use a word of memory", reason));
        }
        Ok(&self.words()[offset / WORD])
    }

    pub(crate) fn check(&self, op: &'static str, offset: usize, length: usize) -> Result<()> {
        within(op, offset, length, self.length)
    }
}

/// Whether so many bytes from an offset on are within so many.
#[inline]
pub(crate) fn within(op: &'static str, offset: usize, length: usize, whole: usize) -> Result<()> {
    match offset.checked_add(length) {
        Some(end) if end <= whole => Ok(()),
        _ => Err(beyond(op, offset, length, whole)),
    }
}

#[cold]
fn beyond(op: &'static str, offset: usize, length: usize, whole: usize) -> Error {
    Error::invalid(op, format!("{length} bytes from {offset} on are not within {whole} bytes"))
}

/// Changes some bytes of a word and leaves the others to whoever changes them meanwhile.
fn part(word: &AtomicU64, skip: usize, from: &[u8]) {
    let change = |old: u64| {
        let mut bytes = old.to_ne_bytes();
        bytes[skip..skip + from.len()].copy_from_slice(from);
        Some(u64::from_ne_bytes(bytes))
    };
    // It always has a new value, so it never fails.
    let _ = word.fetch_update(Relaxed, Relaxed, change);
}

impl fmt::Debug for Buffer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Buffer({} bytes at {:#x})", self.length, self.address())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_written_and_read_at_every_offset_and_length_and_their_neighbours_stay() {
        for offset in 0..19 {
            for length in 0..28 {
                let buffer = Buffer::new(47);
                buffer.write(0, &[0xaa; 47]).unwrap();
                let bytes: Vec<u8> = (1..=length).collect();
                buffer.write(offset, &bytes).unwrap();
                let mut wanted = vec![0xaa; 47];
                wanted[offset..offset + bytes.len()].copy_from_slice(&bytes);
                assert_eq!(buffer.bytes(0, 47).unwrap(), wanted, "{length} bytes at {offset}");
                assert_eq!(buffer.bytes(offset, bytes.len()).unwrap(), bytes);
            }
        }
    }

    #[test]
    fn what_is_beyond_it_is_refused() {
        let buffer = Buffer::new(16);
        assert_eq!(buffer.address() % 4096, 0);
        assert!(buffer.write(15, &[1, 2]).is_err() && buffer.bytes(usize::MAX, 2).is_err());
        assert!(buffer.word(8).is_ok() && buffer.word(9).is_err() && buffer.word(4).is_err());
        assert!(Buffer::new(0).bytes(0, 0).is_ok() && Buffer::new(0).bytes(0, 1).is_err());
    }
}
