//! The device tree, and word of changes.

use std::io;
use std::time::{Duration, Instant};

use smartnic_core::backend::{Alarm, Hardware};
use smartnic_core::device::Hardware as Tree;
use smartnic_core::{Error, ErrorKind, Result};
use smartnic_netlink::devlink::{FAMILY, GROUP};
use smartnic_netlink::genl;
use smartnic_netlink::transport::{Protocol, Transport};
use smartnic_netlink::uapi::rtnetlink::{RTNLGRP_LINK, RTNLGRP_NSID};

use crate::LinuxHost;
use crate::connection::advised;
use crate::listener::wait_for_one;
use crate::sysfs::function::{Functions, search};
use crate::sysfs::walk::Walk;
use crate::sysfs::{netdev, rdma};

const WATCH: &str = "watch devices";
/// The kernel's own group of `NETLINK_KOBJECT_UEVENT`.
const UEVENTS: u32 = 1;

impl Hardware for LinuxHost {
    fn tree(&self) -> Result<Tree> {
        let walk = Walk::new(&*self.kernel);
        let mut functions = Functions::default();
        search(&walk, &mut functions);
        let links = netdev::read(&walk);
        for link in &links {
            let chain = walk.devices_under(&format!("/sys/class/net/{}", link.name));
            let Some(nearest) = chain.first() else { continue };
            functions.add(&walk, nearest);
            // A virtio device stands on a NIC's function; a USB adapter on one that is none.
            if let (None, Some(above)) = (nearest.handle.pci(), chain.get(1))
                && functions.has(&above.handle)
            {
                functions.adopt(&nearest.handle, &above.handle);
            }
        }
        let places = functions.places();
        let mut devices = Vec::new();
        for (device, place) in rdma::read(&walk, &places) {
            if let Some(place) = place {
                functions.add(&walk, &place);
            }
            devices.push(device);
        }
        Ok(Tree { functions: functions.into_list(), links, rdma: devices, unreadable: walk.unreadable() })
    }

    fn alarm(&self) -> Result<Box<dyn Alarm>> {
        let failed =
            |error: io::Error| advised(Error::io(WATCH, error)).on(smartnic_core::backend::Host::uri(self));
        let join = |protocol, group| {
            let mut socket = self.kernel.open(protocol)?;
            socket.join_group(group)?;
            Ok::<_, io::Error>(socket)
        };
        let mut links = join(Protocol::Route, RTNLGRP_LINK).map_err(failed)?;
        // A namespace gets a number here when a link moves there, and loses it when it ends. Its links are heard without a
        // socket in it, which would keep it from ending.
        let _ = links.hear_all().and_then(|()| links.join_group(RTNLGRP_NSID));
        let mut sockets = vec![links];
        // A kernel without devlink, or one that must not tell of devices, still tells of links.
        let devlink = self.generic.fetch(WATCH, &FAMILY, &genl::GetFamily { name: FAMILY }, &genl::decode);
        if let Some(group) = devlink.ok().and_then(|family| family.group(GROUP)) {
            sockets.extend(join(Protocol::Generic, group).ok());
        }
        sockets.extend(join(Protocol::KobjectUevent, UEVENTS).ok());
        Ok(Box::new(Sockets { sockets, inbox: Vec::new() }))
    }
}

/// Sockets that are members of the groups of links, devlink and devices.
struct Sockets {
    sockets: Vec<Box<dyn Transport>>,
    inbox: Vec<u8>,
}

impl Alarm for Sockets {
    fn wait(&mut self, most: Option<Duration>) -> Result<bool> {
        let end = most.map(|most| Instant::now() + most);
        loop {
            if self.heard()? {
                return Ok(true);
            }
            let left = end.map(|end| end.saturating_duration_since(Instant::now()));
            if left == Some(Duration::ZERO) {
                return Ok(false);
            }
            let descriptors: Vec<_> = self.sockets.iter().map(|socket| socket.fd()).collect();
            wait_for_one(&descriptors, left).map_err(|error| Error::io(WATCH, error))?;
        }
    }
}

impl Sockets {
    /// Takes all that waits in the sockets; true if it was anything.
    fn heard(&mut self) -> Result<bool> {
        let mut any = false;
        for socket in &mut self.sockets {
            socket.set_timeout(Some(Duration::ZERO)).map_err(|error| Error::io(WATCH, error))?;
            loop {
                match socket.recv(&mut self.inbox) {
                    Ok(()) => any = true,
                    Err(error) => match error.kind() {
                        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => break,
                        io::ErrorKind::Interrupted => {}
                        // Whatever was lost, something changed.
                        _ if error.raw_os_error() == Some(libc::ENOBUFS) => any = true,
                        _ => return Err(Error::io(WATCH, error).of_kind(ErrorKind::Io)),
                    },
                }
            }
        }
        Ok(any)
    }
}
