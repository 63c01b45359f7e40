use smartnic_core::verbs::{Access, Buffer, CompletionStatus, Remote};

use super::{Binding, Bound, Bytes, Mr, Piece, Verbs};

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

    /// A peer's memory, if the peer may do this with it: of a region, or through a window; `qp` is the queue pair that is
    /// asked, with its domain.
    pub(super) fn remote(
        &self,
        (qp, pd): (u32, u32),
        remote: Remote,
        length: u64,
        right: Access,
    ) -> Option<(&Buffer, usize)> {
        if let Some((mr, offset)) = self.within(pd, remote.key, remote.address, length) {
            return mr.access.contains(right).then_some((&mr.buffer, offset));
        }
        let bound = self.bound(qp, remote.key).filter(|bound| bound.access.contains(right))?;
        let offset = usize::try_from(remote.address.checked_sub(bound.buffer.address())?).ok()?;
        let end = offset.checked_add(usize::try_from(length).ok()?)?;
        (offset >= bound.offset && end <= bound.offset + bound.length).then_some((&bound.buffer, offset))
    }

    /// What a window lends over this queue pair.
    pub(super) fn bound(&self, qp: u32, key: u32) -> Option<&Bound> {
        let window = self.windows.get(&(key >> 8)).filter(|window| window.key == key)?;
        window.bound.as_ref().filter(|bound| bound.qp == qp)
    }

    /// Takes back what a window lends; whether it lent something.
    pub(super) fn unbind(&mut self, qp: u32, key: u32) -> bool {
        self.bound(qp, key).is_some()
            && self.windows.get_mut(&(key >> 8)).is_some_and(|window| window.bound.take().is_some())
    }

    /// Binds a window, if it is not bound and the region is for it.
    pub(super) fn bind(&mut self, qp: u32, pd: u32, binding: &Binding) -> Result<(), CompletionStatus> {
        let writes = Access::REMOTE_WRITE | Access::REMOTE_ATOMIC;
        let mr = self.mrs.get(&binding.region).filter(|mr| {
            let writable = mr.access.contains(Access::LOCAL_WRITE) || !binding.access.intersects(writes);
            mr.pd == pd && mr.access.contains(Access::WINDOW_BIND) && writable
        });
        let bound = mr.map(|mr| Bound {
            qp,
            buffer: mr.buffer.clone(),
            offset: binding.offset,
            length: binding.length,
            access: binding.access,
        });
        let window = self.windows.get_mut(&binding.window);
        match (window.filter(|window| window.pd == pd && window.bound.is_none()), bound) {
            (Some(window), Some(bound)) => {
                (window.key, window.bound) = (binding.key, Some(bound));
                Ok(())
            }
            _ => Err(CompletionStatus::WindowBind),
        }
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
