use std::any::Any;
use std::fmt::Debug;
use std::sync::Arc;

use super::VerbsQp;
use crate::Result;

/// A domain of extended reliable connections: one connection between two processes reaches all shared receive queues of the
/// domain there, by their numbers ([`super::VerbsSrq::number`]), where it takes one for each of them otherwise.
///
/// The sending end is a queue pair of [`crate::rdma::QpType::XrcIni`], each of whose requests names the peer's queue
/// ([`crate::verbs::SendRequest::to_srq`]).
pub trait VerbsXrcd: Any + Debug + Send + Sync {
    /// Makes the receiving end of a connection, of [`crate::rdma::QpType::XrcTgt`]. It sends nothing and has no queue of its
    /// own: what comes is told by the completion queues of the shared receive queues.
    ///
    /// # Errors
    /// `NoSpace` if the device has no more.
    fn create_target(&self) -> Result<Arc<dyn VerbsQp>>;
}
