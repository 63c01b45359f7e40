//! RDMA verbs: memory of Python registered where it is, ends of connections, and the objects below them.
//!
//! Everything that waits, and everything that ends an object, happens with the interpreter's lock released: the last handle to
//! memory of Python takes the lock to give it back.

mod device;
mod domain;
mod endpoint;
mod held;
mod measure;
mod memory;
mod queue;
mod queue_pair;
mod request;

pub(crate) use device::{VerbsContext, open_rdma, verbs_devices};
pub(crate) use domain::{AddressHandle, MemoryRegion, ProtectionDomain};
pub(crate) use endpoint::{
    Endpoint, Listener, SharedRegion, connect_rdma, listen_rdma, remote_bytes, remote_from_bytes,
};
pub(crate) use measure::measure_rdma;
pub(crate) use queue::CompletionQueue;
pub(crate) use queue_pair::QueuePair;
