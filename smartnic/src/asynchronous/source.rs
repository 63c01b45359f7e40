//! Everything that can be waited for.

use std::fmt;
use std::os::fd::BorrowedFd;
use std::sync::Arc;
use std::time::Duration;

use smartnic_core::backend::{
    BridgeWatch, CmArrival, DevlinkWatch, LinkWatch, RdmaWatch, VerbsCm, VerbsContext, Watch,
};
use smartnic_core::bridge::BridgeNotice;
use smartnic_core::device::DevlinkNotice;
use smartnic_core::ethtool::LinkNotice;
use smartnic_core::flow::TcMessage;
use smartnic_core::rdma::Event;
use smartnic_core::verbs::AsyncEvent;

use crate::{Result, inventory};

/// Something that tells of events, one after the other.
pub trait Source: Send + 'static {
    /// What it tells.
    type Event: Send + 'static;

    /// Waits for the next event, at most so long; `None` if none came.
    ///
    /// # Errors
    /// Those of the source. It can be asked again.
    fn wait(&mut self, most: Option<Duration>) -> Result<Option<Self::Event>>;

    /// Descriptors of which one becomes readable when an event waits, and is not readable when none does. A source without
    /// descriptors is waited for by a thread.
    fn fds(&self) -> Vec<BorrowedFd<'_>> {
        Vec::new()
    }
}

macro_rules! watches {
    ($($(#[$about:meta])* $name:ident($watch:ident) => $event:ty, $fds:expr;)*) => {
        $(
            $(#[$about])*
            pub struct $name(
                /// What is listened to.
                pub Box<dyn $watch>,
            );

            impl Source for $name {
                type Event = $event;

                fn wait(&mut self, most: Option<Duration>) -> Result<Option<Self::Event>> {
                    self.0.wait(most)
                }

                fn fds(&self) -> Vec<BorrowedFd<'_>> {
                    let fds: fn(&dyn $watch) -> Vec<BorrowedFd<'_>> = $fds;
                    fds(&*self.0)
                }
            }

            impl fmt::Debug for $name {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    f.debug_struct(stringify!($name)).finish_non_exhaustive()
                }
            }
        )*
    };
}

watches! {
    /// Rules, chains, actions and qdiscs, whoever changes them.
    RuleEvents(Watch) => TcMessage, |watch| watch.fd().into_iter().collect();
    /// Bridges: addresses, groups, ports and VLANs.
    BridgeEvents(BridgeWatch) => BridgeNotice, |watch| watch.fd().into_iter().collect();
    /// What devlink tells.
    DevlinkEvents(DevlinkWatch) => DevlinkNotice, |watch| watch.fd().into_iter().collect();
    /// RDMA devices that come, go and change.
    RdmaEvents(RdmaWatch) => Event, |watch| watch.fd().into_iter().collect();
    /// Links, and what ethtool tells of them.
    LinkEvents(LinkWatch) => LinkNotice, |watch| watch.fds();
}

/// It reads the host to know what changed, which takes a while: a thread does it.
impl Source for inventory::Watch {
    type Event = inventory::Change;

    fn wait(&mut self, most: Option<Duration>) -> Result<Option<Self::Event>> {
        inventory::Watch::wait(self, most)
    }
}

/// What happens to connections by address ([`VerbsCm::next_event`]).
#[derive(Debug, Clone)]
pub struct ConnectionEvents(
    /// The channel.
    pub Arc<dyn VerbsCm>,
);

impl Source for ConnectionEvents {
    type Event = CmArrival;

    fn wait(&mut self, most: Option<Duration>) -> Result<Option<Self::Event>> {
        self.0.next_event(most)
    }

    fn fds(&self) -> Vec<BorrowedFd<'_>> {
        self.0.fd().into_iter().collect()
    }
}

/// What happens to an open RDMA device and to its objects ([`VerbsContext::next_event`]).
#[derive(Debug, Clone)]
pub struct DeviceEvents(
    /// The device.
    pub Arc<dyn VerbsContext>,
);

impl Source for DeviceEvents {
    type Event = AsyncEvent;

    fn wait(&mut self, most: Option<Duration>) -> Result<Option<Self::Event>> {
        self.0.next_event(most)
    }

    fn fds(&self) -> Vec<BorrowedFd<'_>> {
        self.0.event_fd().into_iter().collect()
    }
}
