use smartnic_core::verbs::{Access, CompletionStatus, Remote, WindowKind};

use super::{Binding, Bound, Bytes, Mr, Piece, Store, Verbs};

impl Verbs {
    /// Where a piece of memory is: its region and how far in.
    fn place(&self, pd: u32, piece: &Piece, needed: Access) -> Result<(&Mr, usize), CompletionStatus> {
        let found = self.within(pd, piece.key, piece.address, piece.length.into());
        let (mr, offset) = found.ok_or(CompletionStatus::LocalProtection)?;
        if mr.access.contains(needed) { Ok((mr, offset)) } else { Err(CompletionStatus::LocalProtection) }
    }

    /// Whether pieces of memory are of regions of a domain that are made for it.
    pub(crate) fn can_prefetch(&self, pd: u32, pieces: &[Piece], needed: Access) -> bool {
        pieces.iter().all(|piece| self.place(pd, piece, needed | Access::ON_DEMAND).is_ok())
    }

    fn within(&self, pd: u32, key: u32, address: u64, length: u64) -> Option<(&Mr, usize)> {
        let mr = self.mrs.get(&key).filter(|mr| mr.pd == pd)?;
        let offset = address.checked_sub(mr.store.address())?;
        let end = offset.checked_add(length)?;
        let offset = usize::try_from(offset).ok()?;
        (end <= mr.store.len() as u64).then_some((mr, offset))
    }

    /// A peer's memory, if the peer may do this with it: of a region, or through a window; `qp` is the queue pair that is
    /// asked, with its domain.
    pub(super) fn remote(
        &self,
        (qp, pd): (u32, u32),
        remote: Remote,
        length: u64,
        right: Access,
    ) -> Option<(&Store, usize)> {
        if let Some((mr, offset)) = self.within(pd, remote.key, remote.address, length) {
            return mr.access.contains(right).then_some((&mr.store, offset));
        }
        let bound = self.bound((qp, pd), remote.key).filter(|bound| bound.access.contains(right))?;
        let offset = usize::try_from(remote.address.checked_sub(bound.store.address())?).ok()?;
        let end = offset.checked_add(usize::try_from(length).ok()?)?;
        (offset >= bound.offset && end <= bound.offset + bound.length).then_some((&bound.store, offset))
    }

    /// What a window lends over a queue pair, with its domain.
    pub(super) fn bound(&self, (qp, pd): (u32, u32), key: u32) -> Option<&Bound> {
        let window = self.windows.get(&(key >> 8)).filter(|window| window.key == key)?;
        window.bound.as_ref().filter(|bound| match window.kind {
            WindowKind::QueuePair => bound.qp == qp,
            WindowKind::Domain => window.pd == pd,
        })
    }

    /// Whether what a window lends over a queue pair can be taken back by its key.
    pub(super) fn can_unbind(&self, qp: u32, key: u32) -> bool {
        self.windows.get(&(key >> 8)).is_some_and(|window| {
            let lends = window.bound.as_ref().is_some_and(|bound| bound.qp == qp);
            window.key == key && window.kind == WindowKind::QueuePair && lends
        })
    }

    /// Takes it back; whether it could be.
    pub(super) fn unbind(&mut self, qp: u32, key: u32) -> bool {
        self.can_unbind(qp, key)
            && self.windows.get_mut(&(key >> 8)).is_some_and(|window| window.bound.take().is_some())
    }

    /// Binds a window, if it can be and the region is for it. One of the first type is bound again and again, and to nothing.
    pub(super) fn bind(&mut self, qp: u32, pd: u32, binding: &Binding) -> Result<(), CompletionStatus> {
        let writes = Access::REMOTE_WRITE | Access::REMOTE_ATOMIC;
        let mr = self.mrs.get(&binding.region).filter(|mr| {
            let writable = mr.access.contains(Access::LOCAL_WRITE) || !binding.access.intersects(writes);
            mr.pd == pd && mr.access.contains(Access::WINDOW_BIND) && writable
        });
        let bound = mr.map(|mr| Bound {
            qp,
            store: mr.store.clone(),
            offset: binding.offset,
            length: binding.length,
            access: binding.access,
        });
        let window = self.windows.get_mut(&binding.window).filter(|window| window.pd == pd);
        let window = window.ok_or(CompletionStatus::WindowBind)?;
        let ends = binding.length == 0;
        let fits = match window.kind {
            WindowKind::QueuePair => window.bound.is_none() && bound.is_some() && !ends,
            WindowKind::Domain => ends || bound.is_some(),
        };
        if !fits {
            return Err(CompletionStatus::WindowBind);
        }
        (window.key, window.bound) = (binding.key, bound.filter(|_| !ends));
        Ok(())
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
            let read = mr.store.bytes(offset, piece.length as usize);
            all.extend(read.ok_or(CompletionStatus::LocalProtection)?);
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
            mr.store.write(offset + skip, now).ok_or(CompletionStatus::LocalProtection)?;
            (bytes, skip) = (later, 0);
            if bytes.is_empty() {
                return Ok(());
            }
        }
        if bytes.is_empty() { Ok(()) } else { Err(CompletionStatus::LocalLength) }
    }
}
