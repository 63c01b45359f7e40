//! The simulated kernel's netlink face: real bytes in, real bytes out, and files under `/sys`.
//!
//! It has a mapping between bytes and the model of its own, written from the kernel's sources. Of
//! `smartnic-netlink` it uses the grammar and the kernel's numbers only, so that a mistake in that crate's families
//! cannot hide here.

mod action_read;
mod action_table;
mod action_write;
mod answer;
mod below_ip;
mod bit_names;
mod bitset;
mod bridge;
mod chain;
mod control;
mod dcb;
mod devlink;
pub(crate) mod eeprom;
mod fdb;
mod features;
mod features_names;
mod filter;
mod flower_read;
mod flower_write;
pub(crate) mod ioctl;
mod link;
mod link_info;
mod matchall;
mod mdb;
mod netns_number;
mod notify;
mod phy;
mod qdisc;
mod queues;
mod queues_tables;
mod rdma;
mod rdma_cm_id;
mod rdma_pool;
mod rdma_resource;
mod roce_files;
mod route;
mod rss;
pub(crate) mod rss_contexts;
mod serve;
mod socket;
pub(crate) mod statistics;
mod sysfs;
mod sysfs_rdma;
mod table;
mod topics;
pub(crate) mod tunnel;
mod tunnel_info;
mod uevent;
pub(crate) mod upkeep;
mod vdpa;
mod vf;

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use smartnic_core::types::IfIndex;
use smartnic_netlink::transport::{HeldNetns, Kernel, LogTail, Protocol, Transport};

use crate::backend::RELEASE;
use crate::fault::{FaultPlan, Operations};
use crate::machine::SimMachine;
use crate::model::FIRST_NETNS;

pub(crate) use features::{feature_names, set_features};
pub(crate) use notify::{Origin, spread};
pub(crate) use socket::Mailbox;
use socket::SimSocket;
pub(crate) use topics::Topic;

/// A kernel on a simulated machine.
#[derive(Debug, Clone)]
pub struct SimKernel {
    machine: SimMachine,
    rights: Rights,
    ports: Arc<AtomicU32>,
    faults: Operations,
}

/// What the process that uses a kernel may do, and what the kernel has.
#[derive(Debug, Clone, Copy)]
struct Rights {
    /// Whether the process has CAP_NET_ADMIN and may write files.
    admin: bool,
    /// Whether the kernel has devlink.
    devlink: bool,
}

impl SimKernel {
    /// A kernel on this machine, as root sees it.
    #[must_use]
    pub fn new(machine: SimMachine) -> Self {
        let rights = Rights { admin: true, devlink: true };
        let ports = Arc::new(AtomicU32::new(4000));
        Self { machine, rights, ports, faults: Operations::default() }
    }

    /// The same kernel as a user without privileges sees it: changes are refused with EPERM or EACCES.
    #[must_use]
    pub fn unprivileged(mut self) -> Self {
        self.rights.admin = false;
        self
    }

    /// The same kernel built without devlink (`CONFIG_NET_DEVLINK`).
    #[must_use]
    pub fn without_devlink(mut self) -> Self {
        self.rights.devlink = false;
        self
    }

    /// Lets operations fail as a plan says. Requests and written files that change something are counted.
    #[must_use]
    pub fn with_faults(mut self, plan: &FaultPlan) -> Self {
        self.faults = Operations::of(plan);
        self
    }

    /// The machine, for another face.
    #[must_use]
    pub fn machine(&self) -> &SimMachine {
        &self.machine
    }
}

impl SimKernel {
    fn view(&self, path: &str, open: bool) -> io::Result<()> {
        match self.rights.admin {
            true => roce_files::make(&mut self.machine.lock(), path, open).map_err(os_error),
            false => Err(os_error(crate::errno::Errno::EACCES)),
        }
    }
}

impl Kernel for SimKernel {
    fn open(&self, protocol: Protocol) -> io::Result<Box<dyn Transport>> {
        let port = self.ports.fetch_add(1, Ordering::Relaxed);
        Ok(Box::new(SimSocket::open(self.clone(), protocol, port)))
    }

    fn namespaces(&self) -> io::Result<Vec<String>> {
        Ok(self.machine.lock().netns_names())
    }

    fn open_in(&self, netns: &str, protocol: Protocol) -> io::Result<Box<dyn Transport>> {
        if !self.rights.admin {
            return Err(os_error(crate::errno::Errno::EPERM));
        }
        let machine = self.machine.within(netns).map_err(|_| os_error(crate::errno::Errno::ENOENT))?;
        Self { machine, ..self.clone() }.open(protocol)
    }

    fn hold_own(&self) -> io::Result<Box<dyn HeldNetns>> {
        let machine = self.machine.lock();
        let own = machine.netns().map_or_else(|| FIRST_NETNS.to_owned(), str::to_owned);
        let held = machine.hold_netns(&own);
        Ok(Box::new(Held(held.ok_or_else(|| os_error(crate::errno::Errno::ENOENT))?)))
    }

    fn hold(&self, netns: &str) -> io::Result<Box<dyn HeldNetns>> {
        let held = self.machine.lock().hold_netns(netns);
        Ok(Box::new(Held(held.ok_or_else(|| os_error(crate::errno::Errno::ENOENT))?)))
    }

    fn read(&self, path: &str) -> io::Result<String> {
        let mut machine = self.machine.lock();
        if machine.slow > 0 {
            machine.contact();
        }
        sysfs::read(&machine, path).map_err(os_error)
    }

    fn write(&self, path: &str, value: &str) -> io::Result<()> {
        let mut machine = self.machine.lock();
        let fate = self.faults.count(&mut machine);
        fate.and_then(|()| sysfs::write(&mut machine, path, value, self.rights.admin)).map_err(os_error)
    }

    fn list(&self, path: &str) -> io::Result<Vec<String>> {
        sysfs::list(&self.machine.lock(), path).map_err(os_error)
    }

    fn link(&self, path: &str) -> io::Result<String> {
        sysfs::link(&self.machine.lock(), path).map_err(os_error)
    }

    fn make(&self, path: &str) -> io::Result<()> {
        self.view(path, true)
    }

    fn unmake(&self, path: &str) -> io::Result<()> {
        self.view(path, false)
    }

    fn ethtool(&self, link: IfIndex, block: &mut [u8]) -> io::Result<()> {
        let mut machine = self.machine.lock();
        let fate = if ioctl::changes(block) { self.faults.count(&mut machine) } else { Ok(()) };
        fate.and_then(|()| ioctl::serve(&mut machine, link, block, self.rights.admin)).map_err(os_error)
    }

    fn log(&self) -> io::Result<Box<dyn LogTail>> {
        Ok(Box::new(SimLog::open(self.machine.clone())))
    }

    fn release(&self) -> io::Result<String> {
        Ok(RELEASE.into())
    }
}

/// The number that requests name a namespace by.
struct Held(i32);

impl HeldNetns for Held {
    fn descriptor(&self) -> i32 {
        self.0
    }
}

/// The simulated kernel's log from one moment on.
#[derive(Debug)]
pub(crate) struct SimLog {
    machine: SimMachine,
    seen: u64,
}

impl SimLog {
    pub(crate) fn open(machine: SimMachine) -> Self {
        let (_, seen) = machine.log_since(u64::MAX);
        Self { machine, seen }
    }

    pub(crate) fn take(&mut self) -> Vec<String> {
        let (lines, seen) = self.machine.log_since(self.seen);
        self.seen = seen;
        lines
    }
}

impl LogTail for SimLog {
    fn lines(&mut self) -> io::Result<Vec<String>> {
        Ok(self.take())
    }
}

fn os_error(errno: crate::errno::Errno) -> io::Error {
    io::Error::from_raw_os_error(errno.0)
}
