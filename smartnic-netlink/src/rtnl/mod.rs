//! rtnetlink: network links, bridges and what they know, bonds, tunnel devices, numbers of network namespaces.

pub mod bond;
pub mod bridge;
pub mod bridge_notice;
pub mod fdb;
pub mod link;
pub mod master;
pub mod mdb;
pub mod netns_number;
pub mod route;
pub mod tunnel;
pub mod vf;

/// The address family of bridges (`AF_BRIDGE` of linux/socket.h, which is no header for user space).
pub(crate) const AF_BRIDGE: u8 = 7;
