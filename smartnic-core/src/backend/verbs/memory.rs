use std::any::Any;
use std::fmt::Debug;
use std::sync::Arc;

use super::{QpConfig, VerbsQp, VerbsSrq};
use crate::verbs::{Access, AddressVector, Buffer, Remote, Sge, SrqCapacity};
use crate::{Error, Result};

/// A protection domain: regions, queues and handles of one work together, and with no others.
pub trait VerbsPd: Any + Debug + Send + Sync {
    /// Registers memory with the device.
    ///
    /// # Errors
    /// `Refused` for rights that do not go together, `NoSpace` if the device or the limit of locked memory
    /// (`ulimit -l`) has no more.
    fn register(&self, buffer: &Buffer, access: Access) -> Result<Arc<dyn VerbsMr>>;

    /// Makes a shared receive queue.
    ///
    /// # Errors
    /// `Refused` if the device cannot have one of this size, `Unsupported` if it has none.
    fn create_srq(&self, capacity: SrqCapacity) -> Result<Arc<dyn VerbsSrq>> {
        let _ = capacity;
        Err(Error::unsupported("make a shared receive queue"))
    }

    /// Makes a queue pair, in the state `Reset`.
    ///
    /// # Errors
    /// `Refused` if the device cannot have one like this, `InvalidInput` for queues of another device.
    fn create_qp(&self, config: &QpConfig<'_>) -> Result<Arc<dyn VerbsQp>>;

    /// Makes a memory window (of type 2, which a queue pair binds by a request of its own).
    ///
    /// # Errors
    /// `Unsupported` if the device has none, `NoSpace` if it has no more.
    fn alloc_window(&self) -> Result<Arc<dyn VerbsMw>> {
        Err(Error::unsupported("make a memory window"))
    }

    /// Makes a handle of the way to a peer, for datagrams.
    ///
    /// # Errors
    /// `Refused` for a way that is none; `Timeout` or `Io` if the peer's hardware address is not found.
    fn create_ah(&self, address: &AddressVector) -> Result<Arc<dyn VerbsAh>>;
}

/// The way to a peer, for datagrams.
pub trait VerbsAh: Any + Debug + Send + Sync {}

/// A memory window: it lends peers a piece of a region, until it is taken back.
///
/// It is bound by [`super::VerbsQp::bind_window`], and taken back by [`crate::verbs::SendOp::LocalInvalidate`], by the
/// peer's [`crate::verbs::SendOp::SendInvalidate`], or when it is dropped. Each time it is bound it has another key.
pub trait VerbsMw: Any + Debug + Send + Sync {
    /// The key that peers name it by, since it was bound last.
    fn remote_key(&self) -> u32;
}

/// Registered memory.
pub trait VerbsMr: Any + Debug + Send + Sync {
    /// The memory.
    fn buffer(&self) -> &Buffer;

    /// The key that our own requests name it by.
    fn local_key(&self) -> u32;

    /// The key that peers name it by.
    fn remote_key(&self) -> u32;

    /// The address that peers know its first byte by.
    fn remote_address(&self) -> u64 {
        self.buffer().address()
    }

    /// A piece of it for a request.
    ///
    /// # Errors
    /// `InvalidInput` if it does not have so many bytes at `offset`, or more than a request can have.
    fn sge(&self, offset: usize, length: usize) -> Result<Sge<'_>> {
        const OP: &str = "use registered memory";
        self.buffer().check(OP, offset, length)?;
        let size = u32::try_from(length)
            .map_err(|_| Error::invalid(OP, "a piece of memory has at most 4294967295 bytes"))?;
        Ok(Sge::new(self.buffer().address() + offset as u64, size, self.local_key()))
    }

    /// Where a peer finds the byte at `offset`.
    fn remote(&self, offset: usize) -> Remote {
        Remote { address: self.remote_address(), key: self.remote_key() }.at(offset as u64)
    }
}
