//! rtnetlink: network links, bridges and what they know, bonds, tunnel devices.

pub mod bond;
pub mod bridge;
pub mod bridge_notice;
pub mod fdb;
pub mod link;
pub mod master;
pub mod mdb;
pub mod route;
pub mod tunnel;
pub mod vf;

/// The address family of bridges (`AF_BRIDGE` of linux/socket.h, which is no header for user space).
pub(crate) const AF_BRIDGE: u8 = 7;
