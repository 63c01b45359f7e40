use std::any::Any;
use std::fmt::Debug;
use std::os::fd::BorrowedFd;
use std::sync::Arc;
use std::time::Duration;

use super::{VerbsChannel, VerbsCq, VerbsPd};
use crate::verbs::{AsyncEvent, VerbsGidEntry, VerbsLimits, VerbsPort};
use crate::{Error, Result};

/// A device that is open.
pub trait VerbsContext: Any + Debug + Send + Sync {
    /// The device's name.
    fn device(&self) -> &str;

    /// What the device can do.
    ///
    /// # Errors
    /// `Io` if it does not answer.
    fn limits(&self) -> Result<VerbsLimits>;

    /// A port, by its number from 1.
    ///
    /// # Errors
    /// `Refused` if there is no such port.
    fn port(&self, port: u8) -> Result<VerbsPort>;

    /// The GID tables of all ports, without the places that are empty.
    ///
    /// # Errors
    /// `Io` if they cannot be read.
    fn gids(&self) -> Result<Vec<VerbsGidEntry>>;

    /// The partition key at a place of a port's table.
    ///
    /// # Errors
    /// `Refused` or `Io` if there is no such port or place.
    fn pkey(&self, port: u8, index: u16) -> Result<u16> {
        let _ = (port, index);
        Err(Error::unsupported("read a partition key").on(self.device()))
    }

    /// Makes a protection domain.
    ///
    /// # Errors
    /// `NoSpace` if the device has no more.
    fn alloc_pd(&self) -> Result<Arc<dyn VerbsPd>> {
        Err(Error::unsupported("make a protection domain").on(self.device()))
    }

    /// Makes a channel that completion queues can wake somebody through.
    ///
    /// # Errors
    /// `NoSpace` or `Io` if there can be no more.
    fn create_channel(&self) -> Result<Arc<dyn VerbsChannel>> {
        Err(Error::unsupported("make a completion channel").on(self.device()))
    }

    /// Makes a completion queue of at least so many entries. It tells `channel`, if there is one, what comes.
    ///
    /// # Errors
    /// `Refused` if the device cannot have one of this size, `InvalidInput` if the channel is of another device.
    fn create_cq(&self, entries: u32, channel: Option<&Arc<dyn VerbsChannel>>) -> Result<Arc<dyn VerbsCq>> {
        let _ = (entries, channel);
        Err(Error::unsupported("make a completion queue").on(self.device()))
    }

    /// Waits for the next thing that happens to the device or to its objects, at most so long; `None` if nothing did.
    ///
    /// # Errors
    /// `DeviceGone` or `Io` if nothing more can be heard.
    fn next_event(&self, most: Option<Duration>) -> Result<Option<AsyncEvent>> {
        let _ = most;
        Err(Error::unsupported("wait for what happens to an RDMA device").on(self.device()))
    }

    /// A descriptor that becomes readable when an event waits; a simulated device may have none.
    fn event_fd(&self) -> Option<BorrowedFd<'_>> {
        None
    }
}
