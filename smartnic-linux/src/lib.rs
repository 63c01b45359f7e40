//! The Linux backend of the SmartNIC offload SDK: netlink sockets, network namespaces, and files under `/sys`.
//!
//! | module | what is in it |
//! |---|---|
//! | [`Socket`] | one netlink socket, set up the way that the whole SDK wants it |
//! | [`Netns`] | a network namespace found by name, path or process, and work done inside it |
//! | [`System`] | this machine as a [`smartnic_netlink::transport::Kernel`]: sockets, files, release |
//!
//! `unsafe` is allowed in this crate alone, and only where the system's C interface is called.

#![deny(unsafe_code)]

mod bpf;
mod bridging;
mod clock;
mod connection;
mod dcb;
mod devlink;
mod elsewhere;
mod ethtool;
mod fabric;
mod flow;
#[cfg(test)]
mod generic_tests;
mod guard;
mod hardware;
mod host;
mod ioctl;
mod kmsg;
mod listener;
mod netns;
mod rdma;
mod socket;
mod switchdev;
mod sysfs;
mod system;
mod traffic_control;
mod tree;
mod tunnels;
mod vdpa;
mod verbs;

pub use clock::{LocalTime, local_time};
pub use host::LinuxHost;
pub use netns::Netns;
pub use socket::{Socket, wait_readable};
pub use system::System;
