use std::os::fd::BorrowedFd;
use std::time::Duration;

use smartnic_core::backend::{DevlinkNotices, DevlinkWatch};
use smartnic_core::device::DevlinkNotice;
use smartnic_core::types::{DevlinkHandle, PortIndex};
use smartnic_core::{Error, Result};
use smartnic_netlink::codec::{Message, WireError};
use smartnic_netlink::devlink::{FAMILY, GROUP, notice};
use smartnic_netlink::genl;
use smartnic_netlink::transport::Protocol;

use crate::LinuxHost;
use crate::listener::Listener;

const WATCH: &str = "watch devlink";

impl DevlinkNotices for LinuxHost {
    fn watch(&self) -> Result<Box<dyn DevlinkWatch>> {
        let family = self.family(FAMILY, WATCH, &"")?;
        let found = self.generic.fetch(WATCH, &"", &genl::GetFamily { name: FAMILY }, &genl::decode)?;
        let group = found.group(GROUP).ok_or_else(|| Error::unsupported(WATCH))?;
        let listener = Listener::open(self, WATCH, Protocol::Generic, &[group], decode)?;
        Ok(Box::new(Ear { listener, family }))
    }
}

fn decode(message: &Message<'_>) -> Result<Option<DevlinkNotice>, WireError> {
    notice::decode(message).map(Some)
}

/// A socket that is a member of devlink's group.
struct Ear {
    listener: Listener<DevlinkNotice>,
    family: u16,
}

impl DevlinkWatch for Ear {
    fn wait(&mut self, most: Option<Duration>) -> Result<Option<DevlinkNotice>> {
        self.listener.wait(most)
    }

    fn limit_to(&mut self, device: Option<&DevlinkHandle>, port: Option<PortIndex>) -> Result<()> {
        let request = notice::SetFilter { family: self.family, device, port };
        self.listener.ask("limit what is heard of devlink", &request)
    }

    fn fd(&self) -> Option<BorrowedFd<'_>> {
        self.listener.fd()
    }
}
