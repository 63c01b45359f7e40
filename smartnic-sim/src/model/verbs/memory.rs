use smartnic_core::verbs::{Access, CompletionStatus, Remote};

use super::{Bytes, Mr, Piece, Verbs};

impl Verbs {
    /// Where a piece of memory is: its region and how far in.
    fn place(&self, pd: u32, piece: &Piece, needed: Access) -> Result<(&Mr, usize), CompletionStatus> {
        let found = self.within(pd, piece.key, piece.address, piece.length.into());
        let (mr, offset) = found.ok_or(CompletionStatus::LocalProtection)?;
        if mr.access.contains(needed) { Ok((mr, offset)) } else { Err(CompletionStatus::LocalProtection) }
    }

    fn within(&self, pd: u32, key: u32, address: u64, length: u64) -> Option<(&Mr, usize)> {
        let mr = self.mrs.get(&key).filter(|mr| mr.pd == pd)?;
        let offset = address.checked_sub(mr.buffer.address())?;
        let end = offset.checked_add(length)?;
        let offset = usize::try_from(offset).ok()?;
        (end <= mr.buffer.len() as u64).then_some((mr, offset))
    }

    /// A peer's memory, if the peer may do this with it; `pd` is that of the queue pair that is asked.
    pub(super) fn remote(&self, pd: u32, remote: Remote, length: u64, right: Access) -> Option<(&Mr, usize)> {
        self.within(pd, remote.key, remote.address, length).filter(|(mr, _)| mr.access.contains(right))
    }

    /// How many bytes a request has.
    pub(super) fn length(bytes: &Bytes) -> u64 {
        match bytes {
            Bytes::Inline(bytes) => bytes.len() as u64,
            Bytes::Pieces(pieces) => pieces.iter().map(|piece| u64::from(piece.length)).sum(),
        }
    }

    /// The bytes of a request.
    pub(super) fn gather(&self, pd: u32, bytes: &Bytes) -> Result<Vec<u8>, CompletionStatus> {
        let pieces = match bytes {
            Bytes::Inline(bytes) => return Ok(bytes.clone()),
            Bytes::Pieces(pieces) => pieces,
        };
        let mut all = Vec::new();
        for piece in pieces {
            let (mr, offset) = self.place(pd, piece, Access::empty())?;
            let read = mr.buffer.bytes(offset, piece.length as usize);
            all.extend(read.map_err(|_| CompletionStatus::LocalProtection)?);
        }
        Ok(all)
    }

    /// Whether memory can be written to.
    pub(super) fn writable(&self, pd: u32, pieces: &[Piece]) -> Result<(), CompletionStatus> {
        pieces.iter().try_for_each(|piece| self.place(pd, piece, Access::LOCAL_WRITE).map(drop))
    }

    /// Puts bytes into pieces of memory that have room for them, from `skip` bytes on.
    pub(super) fn scatter(
        &self,
        pd: u32,
        pieces: &[Piece],
        skip: usize,
        mut bytes: &[u8],
    ) -> Result<(), CompletionStatus> {
        let mut skip = skip;
        for piece in pieces {
            let length = piece.length as usize;
            if skip >= length {
                skip -= length;
                continue;
            }
            let (mr, offset) = self.place(pd, piece, Access::LOCAL_WRITE)?;
            let (now, later) = bytes.split_at(bytes.len().min(length - skip));
            mr.buffer.write(offset + skip, now).map_err(|_| CompletionStatus::LocalProtection)?;
            (bytes, skip) = (later, 0);
            if bytes.is_empty() {
                return Ok(());
            }
        }
        if bytes.is_empty() { Ok(()) } else { Err(CompletionStatus::LocalLength) }
    }
}
