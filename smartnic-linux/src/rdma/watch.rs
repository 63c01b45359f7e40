//! Word of devices that come, go and change.

use std::os::fd::BorrowedFd;
use std::time::Duration;

use smartnic_core::Result;
use smartnic_core::backend::RdmaWatch;
use smartnic_core::rdma::Event;
use smartnic_netlink::nldev::{GROUP, decode_event};
use smartnic_netlink::transport::Protocol;

use crate::LinuxHost;
use crate::listener::Listener;

pub(super) fn open(host: &LinuxHost) -> Result<Box<dyn RdmaWatch>> {
    let listener = Listener::open(host, "watch RDMA devices", Protocol::Rdma, &[GROUP], decode_event)?;
    Ok(Box::new(Ear(listener)))
}

/// A socket that is a member of the group.
struct Ear(Listener<Event>);

impl RdmaWatch for Ear {
    fn wait(&mut self, most: Option<Duration>) -> Result<Option<Event>> {
        self.0.wait(most)
    }

    fn fd(&self) -> Option<BorrowedFd<'_>> {
        self.0.fd()
    }
}
