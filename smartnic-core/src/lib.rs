//! The vocabulary and the traits of the SmartNIC offload SDK.
//!
//! This crate holds no I/O, no netlink, no `unsafe` and no async code. It says *what* a NIC, a flow rule or a
//! switch mode is and *what can be asked* of a host; the other crates say how.
//!
//! | module | what is in it |
//! |---|---|
//! | [`types`] | small values with one spelling each: [`types::Mac`], [`types::DevlinkHandle`], … |
//! | [`device`] | what is found on a host: devlink devices and ports, links, SR-IOV functions |
//! | [`flow`] | flow rules: match keys, actions, counters, the offload verdict, a packet and its path |
//! | [`bridge`] | bridges, their ports, addresses, VLANs and groups; bonds |
//! | [`rdma`] | RDMA devices, ports, resources, counters, GIDs |
//! | [`dcb`] | data centre bridging: priorities, pauses, shares of the wire |
//! | [`ethtool`] | rings, channels, coalescing, pausing, error correction, features of links |
//! | [`vdpa`] | virtio devices carried by a NIC |
//! | [`verbs`] | RDMA verbs: devices, ports and GIDs as programs see them |
//! | [`backend`] | the traits, one per file, and [`backend::Host`] that joins them |
//! | [`adapter`] | what a vendor's driver wants and can do, as data and pure decisions |
//! | [`error`] | one error type for every face, with numbers that never change |

#![forbid(unsafe_code)]

pub mod adapter;
pub mod backend;
pub mod bridge;
pub mod dcb;
pub mod device;
pub mod error;
pub mod ethtool;
pub mod flow;
pub mod rdma;
pub mod types;
pub mod vdpa;
pub mod verbs;

pub use error::{Error, ErrorKind, Extack, Result};
