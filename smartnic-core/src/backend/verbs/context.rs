use std::any::Any;
use std::fmt::Debug;
use std::os::fd::BorrowedFd;
use std::sync::Arc;
use std::time::Duration;

use super::{
    CqConfig, VerbsChannel, VerbsCounters, VerbsCq, VerbsCqEx, VerbsDm, VerbsPd, VerbsTd, VerbsXrcd,
};
use crate::verbs::{
    AsyncEvent, CounterKind, DirectCaps, DirectVerbs, DmConfig, VerbsExtended, VerbsGidEntry, VerbsLimits,
    VerbsPort,
};
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

    /// What the device can do beyond that (`ibv_query_device_ex`).
    ///
    /// # Errors
    /// `Io` if it does not answer.
    fn extended(&self) -> Result<VerbsExtended> {
        Err(Error::unsupported("query what an RDMA device can do").on(self.device()))
    }

    /// What the device can do by a library of its vendor's own (`mlx5dv_query_device`, `efadv_query_device`). Which one a
    /// driver's devices have, its adapter says ([`crate::adapter::RdmaFacts::direct`]).
    ///
    /// # Errors
    /// `Unsupported` for devices of other vendors, with the reason, and where the vendor's library is missing, with the package
    /// to install.
    fn direct(&self, library: DirectVerbs) -> Result<DirectCaps> {
        Err(Error::unsupported("query what a vendor adds to RDMA").on(self.device()).reason(library.name()))
    }

    /// The device's clock as it is now, in ticks: what the time stamps of completions are of (`ibv_query_rt_values_ex`).
    ///
    /// # Errors
    /// `Unsupported` if it has none that can be read.
    fn clock(&self) -> Result<u64> {
        Err(Error::unsupported("read the clock of an RDMA device").on(self.device()))
    }

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

    /// Takes some of the device's own memory (`ibv_alloc_dm`). It has at least so many bytes.
    ///
    /// # Errors
    /// `Unsupported` if it has none, `NoSpace` if it has no more, `Refused` for more than it can have or a border that it cannot
    /// keep.
    fn alloc_device_memory(&self, config: DmConfig) -> Result<Arc<dyn VerbsDm>> {
        let _ = config;
        Err(Error::unsupported("take memory of an RDMA device").on(self.device()))
    }

    /// Makes a thread domain, for [`VerbsContext::alloc_parent_domain`].
    ///
    /// # Errors
    /// `Unsupported` if the driver has none, `NoSpace` if the device has no more.
    fn alloc_thread_domain(&self) -> Result<Arc<dyn VerbsTd>> {
        Err(Error::unsupported("make a thread domain").on(self.device()))
    }

    /// Makes a protection domain that stands on another one: what is registered there can be used here, and the other way
    /// round. Queue pairs that are made in it share the resources of a thread domain, if there is one.
    ///
    /// # Errors
    /// `Unsupported` if the driver has none, `InvalidInput` for domains of another device.
    fn alloc_parent_domain(
        &self,
        domain: &Arc<dyn VerbsPd>,
        thread: Option<&Arc<dyn VerbsTd>>,
    ) -> Result<Arc<dyn VerbsPd>> {
        let _ = (domain, thread);
        Err(Error::unsupported("make a parent domain").on(self.device()))
    }

    /// Makes a domain of extended reliable connections, for this process alone (`ibv_open_xrcd`).
    ///
    /// # Errors
    /// `Unsupported` if the device has none, `NoSpace` if it has no more.
    fn open_xrcd(&self) -> Result<Arc<dyn VerbsXrcd>> {
        Err(Error::unsupported("make a domain of extended connections").on(self.device()))
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

    /// Makes a completion queue that says of each request what it is told to, such as when it was done.
    ///
    /// # Errors
    /// Those of [`VerbsContext::create_cq`]; `Unsupported` if the driver has none that says all of this.
    fn create_cq_ex(&self, config: &CqConfig<'_>) -> Result<Arc<dyn VerbsCqEx>> {
        let _ = config;
        Err(Error::unsupported("make an extended completion queue").on(self.device()))
    }

    /// Makes what counts the packets of steering rules: these things of them ([`crate::verbs::SteeringRule::counters`]).
    ///
    /// # Errors
    /// `Unsupported` if the driver has none, `NoSpace` if the device has no more.
    fn create_counters(&self, kinds: &[CounterKind]) -> Result<Arc<dyn VerbsCounters>> {
        let _ = kinds;
        Err(Error::unsupported("make counters of steering rules").on(self.device()))
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
