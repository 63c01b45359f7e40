//! Netlink wire formats for SmartNIC management: bytes in, values out.
//!
//! This crate does no I/O. Each family has a module with one object per file; a file holds the requests about its
//! object and the reading of the kernel's answers, straight from and to the types of `smartnic-core`.
//!
//! | module | what is in it |
//! |---|---|
//! | [`codec`] | the grammar that all families share: messages, attributes, batches, exchanges |
//! | [`genl`] | generic netlink's own family, which tells the numbers of the others |
//! | [`devlink`] | devices, ports, eswitch, information, parameters |
//! | [`nldev`] | RDMA devices, ports, resources, counters |
//! | [`rtnl`] | network links |
//! | [`tc`] | qdiscs that carry filters; flower filters and their actions |
//! | [`ethtool`] | features, among them `hw-tc-offload` |
//! | [`transport`] | what a backend needs of a kernel: traits only |
//! | [`uapi`] | the kernel's numbers and names, generated from its headers |
//!
//! Everything that is asked of the kernel is a [`codec::Request`]. Reading is a function `decode` beside it.
#![forbid(unsafe_code)]

pub mod codec;
pub mod dcb;
pub mod devlink;
pub mod ethtool;
pub mod genl;
pub mod nldev;
pub mod rtnl;
pub mod tc;
pub mod transport;
pub mod uapi;
pub mod vdpa;
