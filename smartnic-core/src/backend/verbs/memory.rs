use std::any::Any;
use std::fmt::Debug;
use std::sync::Arc;

use super::{QpConfig, VerbsCq, VerbsQp, VerbsSrq, VerbsXrcd};
use crate::verbs::within;
use crate::verbs::{
    Access, AddressVector, Buffer, DmaBuf, MrChange, NotReregistered, Prefetch, Remote, Sge, SrqCapacity,
    WindowKind,
};
use crate::{Error, Result};

/// A protection domain: regions, queues and handles of one work together, and with no others.
pub trait VerbsPd: Any + Debug + Send + Sync {
    /// Registers memory with the device.
    ///
    /// # Errors
    /// `Refused` for rights that do not go together, `NoSpace` if the device or the limit of locked memory
    /// (`ulimit -l`) has no more.
    fn register(&self, buffer: &Buffer, access: Access) -> Result<Arc<dyn VerbsMr>>;

    /// Registers memory of another device with this one, by its descriptor.
    ///
    /// # Errors
    /// Those of [`VerbsPd::register`]; `Unsupported` if the device, its driver or the library takes none.
    fn register_dmabuf(&self, memory: &DmaBuf<'_>, access: Access) -> Result<Arc<dyn VerbsRegion>> {
        let _ = (memory, access);
        Err(Error::unsupported("register memory of another device"))
    }

    /// Registers a piece of the device's own memory: requests know its first byte by the address 0
    /// ([`Access::ZERO_BASED`], which need not be said).
    ///
    /// # Errors
    /// Those of [`VerbsPd::register`]; `InvalidInput` beyond its end and for memory of another device.
    fn register_device_memory(
        &self,
        memory: &Arc<dyn VerbsDm>,
        offset: usize,
        length: usize,
        access: Access,
    ) -> Result<Arc<dyn VerbsRegion>> {
        let _ = (memory, offset, length, access);
        Err(Error::unsupported("register memory of the device itself"))
    }

    /// Has pages of regions of this domain brought in before they are used (`ibv_advise_mr`): of those registered with
    /// [`Access::ON_DEMAND`]. It returns when they are there.
    ///
    /// # Errors
    /// `Unsupported` where pages never go, `Refused` for memory of another domain or without the right.
    fn prefetch(&self, pieces: &[Sge<'_>], how: Prefetch) -> Result<()> {
        let _ = (pieces, how);
        Err(Error::unsupported("bring pages in"))
    }

    /// Makes a shared receive queue.
    ///
    /// # Errors
    /// `Refused` if the device cannot have one of this size, `Unsupported` if it has none.
    fn create_srq(&self, capacity: SrqCapacity) -> Result<Arc<dyn VerbsSrq>> {
        let _ = capacity;
        Err(Error::unsupported("make a shared receive queue"))
    }

    /// Makes a shared receive queue that extended reliable connections reach by its number. What comes to it is told by `cq`.
    ///
    /// # Errors
    /// Those of [`VerbsPd::create_srq`]; `InvalidInput` for a domain or a queue of another device.
    fn create_xrc_srq(
        &self,
        capacity: SrqCapacity,
        domain: &Arc<dyn VerbsXrcd>,
        cq: &Arc<dyn VerbsCq>,
    ) -> Result<Arc<dyn VerbsSrq>> {
        let _ = (capacity, domain, cq);
        Err(Error::unsupported("make a shared receive queue of extended connections"))
    }

    /// Makes a queue pair, in the state `Reset`.
    ///
    /// # Errors
    /// `Refused` if the device cannot have one like this, `InvalidInput` for queues of another device.
    fn create_qp(&self, config: &QpConfig<'_>) -> Result<Arc<dyn VerbsQp>>;

    /// Makes a memory window of the second type, which belongs to the queue pair that binds it.
    ///
    /// # Errors
    /// Those of [`VerbsPd::alloc_window_of`].
    fn alloc_window(&self) -> Result<Arc<dyn VerbsMw>> {
        self.alloc_window_of(WindowKind::QueuePair)
    }

    /// Makes a memory window.
    ///
    /// # Errors
    /// `Unsupported` if the device has none of this type, `NoSpace` if it has no more.
    fn alloc_window_of(&self, kind: WindowKind) -> Result<Arc<dyn VerbsMw>> {
        let _ = kind;
        Err(Error::unsupported("make a memory window"))
    }

    /// Makes a handle of the way to a peer, for datagrams.
    ///
    /// # Errors
    /// `Refused` for a way that is none; `Timeout` or `Io` if the peer's hardware address is not found.
    fn create_ah(&self, address: &AddressVector) -> Result<Arc<dyn VerbsAh>>;
}

/// What keeps the queue pairs of one thread apart from those of others: they have a piece of the device to themselves, which
/// is not locked against other threads. Whoever uses them from several threads waits for one another all the same.
pub trait VerbsTd: Any + Debug + Send + Sync {}

/// Memory of the device itself: what is sent from it does not cross PCI. It is given back when it is dropped, which is after
/// the regions over it.
pub trait VerbsDm: Any + Debug + Send + Sync {
    /// How many bytes were asked for.
    fn length(&self) -> usize;

    /// Copies bytes there (`ibv_memcpy_to_dm`).
    ///
    /// # Errors
    /// `InvalidInput` beyond its end; `Refused` where the device copies whole words only (mlx5: offset and length are multiples
    /// of four).
    fn write(&self, offset: usize, bytes: &[u8]) -> Result<()>;

    /// Copies bytes from there (`ibv_memcpy_from_dm`).
    ///
    /// # Errors
    /// Those of [`VerbsDm::write`].
    fn read(&self, offset: usize, into: &mut [u8]) -> Result<()>;
}

/// The way to a peer, for datagrams.
pub trait VerbsAh: Any + Debug + Send + Sync {}

/// A memory window: it lends peers a piece of a region, until it is taken back.
///
/// It is bound by [`super::VerbsQp::bind_window`], and taken back when it is dropped; one of the second type by
/// [`crate::verbs::SendOp::LocalInvalidate`] or the peer's [`crate::verbs::SendOp::SendInvalidate`], too, and one of the first by
/// being bound to no byte. Each time it is bound it has another key.
pub trait VerbsMw: Any + Debug + Send + Sync {
    /// Its type.
    fn kind(&self) -> WindowKind;

    /// The key that peers name it by, since it was bound last.
    fn remote_key(&self) -> u32;
}

/// Memory that a device knows, wherever it is.
pub trait VerbsRegion: Any + Debug + Send + Sync {
    /// How many bytes it has.
    fn length(&self) -> usize;

    /// The address that our own requests know its first byte by.
    fn local_address(&self) -> u64;

    /// The key that our own requests name it by.
    fn local_key(&self) -> u32;

    /// The key that peers name it by.
    fn remote_key(&self) -> u32;

    /// The address that peers know its first byte by.
    fn remote_address(&self) -> u64 {
        self.local_address()
    }

    /// A piece of it for a request.
    ///
    /// # Errors
    /// `InvalidInput` if it does not have so many bytes at `offset`, or more than a request can have.
    fn sge(&self, offset: usize, length: usize) -> Result<Sge<'_>> {
        const OP: &str = "use registered memory";
        within(OP, offset, length, self.length())?;
        let size = u32::try_from(length)
            .map_err(|_| Error::invalid(OP, "a piece of memory has at most 4294967295 bytes"))?;
        Ok(Sge::new(self.local_address().wrapping_add(offset as u64), size, self.local_key()))
    }

    /// Where a peer finds the byte at `offset`.
    fn remote(&self, offset: usize) -> Remote {
        Remote { address: self.remote_address(), key: self.remote_key() }.at(offset as u64)
    }
}

/// Registered memory of this host.
pub trait VerbsMr: VerbsRegion {
    /// The memory.
    fn buffer(&self) -> &Buffer;

    /// Registers it anew, with other memory, other rights or in another protection domain, which is faster than to register
    /// another region, and leaves it in its place. Its keys may be others then. Nobody else may have it, so that nobody has its
    /// old keys; requests that still use it end with an error.
    ///
    /// # Errors
    /// `Busy` if somebody else has it, such as a window that is bound to it; else those of [`VerbsPd::register`], and
    /// `Unsupported` if the driver cannot. The region comes back with the error, unless it came to harm.
    fn reregister(
        self: Arc<Self>,
        change: &MrChange<'_>,
    ) -> std::result::Result<Arc<dyn VerbsMr>, NotReregistered>;
}
