//! Bridges, their ports, and what they know: addresses, VLANs, multicast groups. Bonds.
//!
//! A NIC whose driver offloads bridges forwards by these tables itself, and says so entry by entry.

mod bond;
mod fdb;
mod mdb;
mod notice;
mod port;
mod vlan;

pub use bond::{Bond, BondChange, BondMode, BondPort, LagOffload};
pub use fdb::{FdbAdd, FdbEntry, FdbFlags, FdbFlush, FdbState};
pub use mdb::{MdbEntry, MdbFlags, MdbGroup};
pub use notice::{BridgeChanged, BridgeNotice};
pub use port::{Bridge, BridgeChange, BridgePort, BridgePortChange, PortFlag, StpState};
pub use vlan::{BridgeVlan, VlanSide};
