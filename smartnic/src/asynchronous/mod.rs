//! Events as futures, on a tokio runtime (feature `tokio`).
//!
//! [`Events`] makes a future of whatever waits: the watches of rules ([`RuleEvents`]), links, bridges, devlink and RDMA devices, the
//! inventory's [`Watch`](crate::inventory::Watch), connections by address ([`ConnectionEvents`]), and what happens to an open RDMA
//! device ([`DeviceEvents`]). [`Completions`] is a completion queue that is awaited.
//!
//! ```
//! use smartnic::Host;
//! use smartnic::asynchronous::Events;
//! use smartnic::inventory::{Change, Watch};
//!
//! # fn main() -> smartnic::Result<()> {
//! # let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build().unwrap();
//! # runtime.block_on(async {
//! let host = Host::open("sim:bluefield3")?;
//! let mut changes = Events::new(Watch::new(&host)?)?;
//! let links = host.switchdev().links()?;
//! let link = links.iter().find(|link| !link.up).expect("one is down");
//! host.switchdev().set_link_up(link.ifindex, true)?;
//! assert!(matches!(changes.next().await?, Change::Changed { .. }));
//! # Ok(())
//! # })
//! # }
//! ```
//!
//! Nothing is lost by a future that is dropped: the next one goes on where it was. For combinators that want a stream,
//! [`Events::poll_next`] is its step.

mod completions;
mod events;
mod source;

pub use completions::Completions;
pub use events::Events;
pub use source::{
    BridgeEvents, ConnectionEvents, DeviceEvents, DevlinkEvents, LinkEvents, RdmaEvents, RuleEvents, Source,
};
