//! RDMA verbs: [`Verbs`] finds and opens devices; from a [`VerbsContext`] on, objects make one another.
//!
//! Objects keep alive what they need: a queue pair its completion queues and its protection domain, a region its
//! memory. They are destroyed when the last handle to them goes. All of them can be shared between threads.
//!
//! Each trait stands on [`std::any::Any`], so that a backend can know its own objects again when they come back to it.

mod connection;
mod context;
mod memory;
mod queue;
mod queue_pair;
mod steering;
mod xrc;

pub use connection::{CmArrival, VerbsCm, VerbsCmId};
pub use context::VerbsContext;
pub use memory::{VerbsAh, VerbsDm, VerbsMr, VerbsMw, VerbsPd, VerbsRegion, VerbsTd};
pub use queue::{CqConfig, VerbsChannel, VerbsCq, VerbsCqEx, VerbsSrq};
pub use queue_pair::{QpConfig, VerbsBatch, VerbsQp};
pub use steering::{VerbsCounters, VerbsFlow};
pub use xrc::VerbsXrcd;

use std::sync::Arc;

use crate::verbs::{VerbsDevice, VerbsGidEntry, VerbsLimits, VerbsPort};
use crate::{Error, Result};

/// RDMA verbs: the devices that a program can open, and what they say of themselves.
pub trait Verbs: Send + Sync {
    /// Every device, in the order of the library.
    ///
    /// # Errors
    /// `Io` if they cannot be listed; a host without RDMA has none, which is no error.
    fn devices(&self) -> Result<Vec<VerbsDevice>> {
        Err(Error::unsupported("list RDMA devices"))
    }

    /// Opens a device.
    ///
    /// # Errors
    /// `NotFound` if there is no such device, `PermissionDenied` if it must not be opened.
    fn open(&self, device: &str) -> Result<Arc<dyn VerbsContext>> {
        Err(Error::unsupported("open an RDMA device").on(device))
    }

    /// Connections by IP address, told of by a channel of their own.
    ///
    /// # Errors
    /// `Unsupported` where there are none, with what to install if a library is missing.
    fn connections(&self) -> Result<Arc<dyn VerbsCm>> {
        Err(Error::unsupported("connect RDMA by address"))
    }

    /// What a device can do.
    ///
    /// # Errors
    /// As [`Verbs::open`].
    fn limits(&self, device: &str) -> Result<VerbsLimits> {
        self.open(device)?.limits()
    }

    /// A port, by its number from 1.
    ///
    /// # Errors
    /// As [`Verbs::open`]; `Refused` if there is no such port.
    fn port(&self, device: &str, port: u8) -> Result<VerbsPort> {
        self.open(device)?.port(port)
    }

    /// The GID tables of all ports of a device, without the places that are empty.
    ///
    /// # Errors
    /// As [`Verbs::open`].
    fn gids(&self, device: &str) -> Result<Vec<VerbsGidEntry>> {
        self.open(device)?.gids()
    }
}
