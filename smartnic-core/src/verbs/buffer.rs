use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering::Relaxed};

use super::Access;
use crate::{Error, Result};

/// Memory begins at a multiple of this, as pages do.
const ALIGN: usize = 4096;
const WORD: usize = size_of::<u64>();

/// Memory that somebody else made, for a [`Buffer`] to stand on: an array of another language, a mapped file, huge pages.
///
/// It is the same memory for as long as this value is there, which is as long as a buffer or a region stands on it.
pub trait Memory: Send + Sync {
    /// The bytes before the first word that is aligned, the aligned words, and the bytes behind them: one after the other in
    /// memory.
    fn parts(&self) -> Parts<'_>;

    /// Whether it may be written. If not, no region over it has a right to be written to.
    fn is_writable(&self) -> bool {
        true
    }
}

/// The parts of memory, as atomics: see [`Memory::parts`].
pub type Parts<'a> = (&'a [AtomicU8], &'a [AtomicU64], &'a [AtomicU8]);

/// Memory that a device may read and write while this program does.
///
/// It is made of atomic words, so that no order of accesses is undefined: whoever reads while the device writes sees a mix of
/// old and new words, and nothing worse. What came with a completion is whole. Clones are the same memory.
#[derive(Clone)]
pub struct Buffer {
    store: Store,
    length: usize,
    /// Of its first byte; every request asks for it.
    address: u64,
}

#[derive(Clone)]
enum Store {
    Own {
        words: Arc<[AtomicU64]>,
        /// The first word that is used.
        start: usize,
    },
    Lent(Arc<dyn Memory>),
}

impl Buffer {
    /// Memory of so many bytes, all zero.
    #[must_use]
    pub fn new(length: usize) -> Self {
        // Room to begin at a page's border.
        let count = length.div_ceil(WORD) + ALIGN / WORD;
        let words: Arc<[AtomicU64]> = (0..count).map(|_| AtomicU64::new(0)).collect();
        let start = (words.as_ptr().addr().wrapping_neg() % ALIGN) / WORD;
        let address = words[start..].as_ptr().expose_provenance() as u64;
        Self { store: Store::Own { words, start }, length, address }
    }

    /// Memory that somebody else made.
    #[must_use]
    pub fn over(memory: Arc<dyn Memory>) -> Self {
        let (head, words, tail) = memory.parts();
        let length = head.len() + words.len() * WORD + tail.len();
        let first = match (head.is_empty(), words.is_empty() && !tail.is_empty()) {
            (false, _) => head.as_ptr().expose_provenance(),
            (true, false) => words.as_ptr().expose_provenance(),
            (true, true) => tail.as_ptr().expose_provenance(),
        };
        Self { store: Store::Lent(memory), length, address: first as u64 }
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

    /// Whether it may be written.
    #[must_use]
    pub fn is_writable(&self) -> bool {
        match &self.store {
            Store::Own { .. } => true,
            Store::Lent(memory) => memory.is_writable(),
        }
    }

    /// Bytes before the first word, words, and bytes behind them; of the last word of our own those beyond the length are not
    /// used.
    fn parts(&self) -> Parts<'_> {
        match &self.store {
            Store::Own { words, start } => (&[], &words[*start..*start + self.length.div_ceil(WORD)], &[]),
            Store::Lent(memory) => memory.parts(),
        }
    }

    /// The address of its first byte.
    #[must_use]
    pub fn address(&self) -> u64 {
        self.address
    }

    /// Whether two are the same memory.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        self.length == other.length && self.address() == other.address()
    }

    /// Copies bytes out of it.
    ///
    /// # Errors
    /// `InvalidInput` if it does not have so many at `offset`.
    pub fn read(&self, offset: usize, into: &mut [u8]) -> Result<()> {
        self.check("read memory", offset, into.len())?;
        let (head, words, tail) = self.parts();
        let (first, rest) = into.split_at_mut(head.len().saturating_sub(offset).min(into.len()));
        read_bytes(head, offset, first);
        let offset = offset.saturating_sub(head.len());
        let (middle, last) = rest.split_at_mut((words.len() * WORD).saturating_sub(offset).min(rest.len()));
        read_words(words, offset, middle);
        read_bytes(tail, offset.saturating_sub(words.len() * WORD), last);
        Ok(())
    }

    /// Copies bytes into it. Words of which only a part is written keep the rest, whoever writes that meanwhile.
    ///
    /// # Errors
    /// As [`Buffer::read`]; `InvalidInput` also if it may not be written.
    pub fn write(&self, offset: usize, from: &[u8]) -> Result<()> {
        const OP: &str = "write memory";
        self.check(OP, offset, from.len())?;
        self.check_writable(OP)?;
        let (head, words, tail) = self.parts();
        let (first, rest) = from.split_at(head.len().saturating_sub(offset).min(from.len()));
        write_bytes(head, offset, first);
        let offset = offset.saturating_sub(head.len());
        let (middle, last) = rest.split_at((words.len() * WORD).saturating_sub(offset).min(rest.len()));
        write_words(words, offset, middle);
        write_bytes(tail, offset.saturating_sub(words.len() * WORD), last);
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

    /// The word at an offset whose address is a multiple of 8: what atomic operations of a peer work on. Memory of our own
    /// begins at such an address.
    ///
    /// # Errors
    /// `InvalidInput` if there is no whole word at `offset`, or if it may not be written.
    pub fn word(&self, offset: usize) -> Result<&AtomicU64> {
        const OP: &str = "use a word of memory";
        self.check(OP, offset, WORD)?;
        self.check_writable(OP)?;
        let (head, words, _) = self.parts();
        let within = offset.checked_sub(head.len()).filter(|at| at.is_multiple_of(WORD));
        within.and_then(|at| words.get(at / WORD)).ok_or_else(|| {
            Error::invalid(OP, format!("the address of byte {offset} is no multiple of {WORD}"))
        })
    }

    /// For backends: whether a region over it can have these rights.
    ///
    /// # Errors
    /// `InvalidInput` if it may not be written, and the rights have it written.
    pub fn permits(&self, op: &'static str, access: Access) -> Result<()> {
        let writes = Access::LOCAL_WRITE | Access::REMOTE_WRITE | Access::REMOTE_ATOMIC | Access::WINDOW_BIND;
        if access.intersects(writes) { self.check_writable(op) } else { Ok(()) }
    }

    fn check_writable(&self, op: &'static str) -> Result<()> {
        match self.is_writable() {
            true => Ok(()),
            false => Err(Error::invalid(op, "the memory may only be read")),
        }
    }

    pub(crate) fn check(&self, op: &'static str, offset: usize, length: usize) -> Result<()> {
        within(op, offset, length, self.length)
    }
}

fn read_bytes(from: &[AtomicU8], offset: usize, into: &mut [u8]) {
    for (from, to) in from.iter().skip(offset).zip(into) {
        *to = from.load(Relaxed);
    }
}

fn write_bytes(to: &[AtomicU8], offset: usize, from: &[u8]) {
    for (to, from) in to.iter().skip(offset).zip(from) {
        to.store(*from, Relaxed);
    }
}

/// Copies bytes out of words that have so many.
fn read_words(words: &[AtomicU64], offset: usize, into: &mut [u8]) {
    let (mut word, skip) = (offset / WORD, offset % WORD);
    let (head, rest) = into.split_at_mut(if skip == 0 { 0 } else { (WORD - skip).min(into.len()) });
    if !head.is_empty() {
        let bytes = words[word].load(Relaxed).to_ne_bytes();
        head.copy_from_slice(&bytes[skip..skip + head.len()]);
        word += 1;
    }
    let (whole, tail) = rest.as_chunks_mut::<WORD>();
    for (from, to) in words.iter().skip(word).zip(&mut *whole) {
        *to = from.load(Relaxed).to_ne_bytes();
    }
    if !tail.is_empty() {
        let bytes = words[word + whole.len()].load(Relaxed).to_ne_bytes();
        tail.copy_from_slice(&bytes[..tail.len()]);
    }
}

/// Copies bytes into words that have room for so many.
fn write_words(words: &[AtomicU64], offset: usize, from: &[u8]) {
    let (mut word, skip) = (offset / WORD, offset % WORD);
    let (head, rest) = from.split_at(if skip == 0 { 0 } else { (WORD - skip).min(from.len()) });
    if !head.is_empty() {
        part(&words[word], skip, head);
        word += 1;
    }
    let (whole, tail) = rest.as_chunks::<WORD>();
    for (to, from) in words.iter().skip(word).zip(whole) {
        to.store(u64::from_ne_bytes(*from), Relaxed);
    }
    if !tail.is_empty() {
        part(&words[word + whole.len()], 0, tail);
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

    /// Memory at any address, of which some may only be read.
    struct Some(Vec<AtomicU8>, Vec<AtomicU64>, Vec<AtomicU8>, bool);

    impl Memory for Some {
        fn parts(&self) -> Parts<'_> {
            (&self.0, &self.1, &self.2)
        }

        fn is_writable(&self) -> bool {
            self.3
        }
    }

    fn lent(head: usize, words: usize, tail: usize, writable: bool) -> Buffer {
        let bytes = |count| (0..count).map(|_| AtomicU8::new(0xaa)).collect();
        let words = (0..words).map(|_| AtomicU64::new(u64::MAX / 3 * 2)).collect();
        Buffer::over(Arc::new(Some(bytes(head), words, bytes(tail), writable)))
    }

    #[test]
    fn memory_of_others_is_written_and_read_across_its_parts() {
        for (head, words, tail) in [(0, 0, 3), (3, 0, 0), (0, 2, 0), (5, 2, 7), (7, 1, 0), (0, 0, 0)] {
            let whole = head + words * 8 + tail;
            for offset in 0..=whole {
                for length in 0..=whole - offset {
                    let buffer = lent(head, words, tail, true);
                    assert_eq!(buffer.len(), whole);
                    let bytes: Vec<u8> = (1..).take(length).collect();
                    buffer.write(offset, &bytes).unwrap();
                    let mut wanted = vec![0xaa; whole];
                    wanted[offset..offset + length].copy_from_slice(&bytes);
                    assert_eq!(buffer.bytes(0, whole).unwrap(), wanted, "{length} bytes at {offset}");
                    assert_eq!(buffer.bytes(offset, length).unwrap(), bytes);
                }
            }
        }
        let buffer = lent(3, 2, 4, true);
        assert!(buffer.word(3).is_ok() && buffer.word(11).is_ok() && buffer.is_same(&buffer.clone()));
        assert!(buffer.word(0).is_err() && buffer.word(8).is_err() && buffer.word(19).is_err());
        assert!(!buffer.is_same(&lent(3, 2, 4, true)));
    }

    #[test]
    fn memory_that_may_only_be_read_is_not_written() {
        let buffer = lent(1, 1, 1, false);
        assert_eq!(buffer.bytes(0, 10).unwrap(), [0xaa; 10]);
        assert!(buffer.write(0, &[1]).is_err() && buffer.word(1).is_err());
        assert!(buffer.permits("register memory", Access::REMOTE_READ).is_ok());
        for access in [Access::LOCAL_WRITE, Access::REMOTE_WRITE, Access::REMOTE_ATOMIC, Access::WINDOW_BIND]
        {
            assert!(buffer.permits("register memory", Access::REMOTE_READ | access).is_err());
        }
        assert!(Buffer::new(8).permits("register memory", Access::all()).is_ok());
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
