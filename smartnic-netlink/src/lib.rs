//! Netlink wire formats for SmartNIC management: bytes in, values out.
//!
//! This crate does no I/O. [`codec`] is the grammar that all families share; [`transport`] names what a
//! backend needs of a kernel; [`uapi`] holds the kernel's numbers.
#![forbid(unsafe_code)]

pub mod codec;
pub mod transport;
pub mod uapi;
