//! A netlink socket of the simulated kernel.

use std::collections::{BTreeSet, VecDeque};
use std::io;
use std::os::fd::BorrowedFd;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use smartnic_netlink::transport::{Protocol, Transport};

use super::devlink::{DevlinkFilter, DevlinkSubject};
use super::{SimKernel, os_error, serve};
use crate::errno::Errno;

/// Bytes of notifications that a socket holds (`net.core.rmem_default`); more are lost, with ENOBUFS.
const RECEIVE_BUFFER: usize = 212_992;
/// What a datagram costs beside its bytes.
const OVERHEAD: usize = 768;

/// The receiving side of a socket.
#[derive(Debug)]
pub(crate) struct Mailbox {
    pub(super) protocol: Protocol,
    pub(super) port: u32,
    /// The network namespace that it was opened in.
    netns: Option<String>,
    queue: Mutex<Queue>,
    ready: Condvar,
}

#[derive(Debug, Default)]
struct Queue {
    datagrams: VecDeque<Vec<u8>>,
    /// Parts of a dump that come one by one as their forerunners are read.
    dump: VecDeque<Vec<u8>>,
    notified_bytes: usize,
    /// Notifications were lost.
    overrun: bool,
    groups: BTreeSet<u32>,
    /// Whether it hears of other network namespaces too.
    hears_all: bool,
    /// What of devlink the socket wants to hear (`DEVLINK_CMD_NOTIFY_FILTER_SET`).
    devlink: DevlinkFilter,
}

impl Mailbox {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the socket is in any group.
    pub(crate) fn is_listening(&self) -> bool {
        !self.lock().groups.is_empty()
    }

    /// Whether the socket is in this group.
    pub(super) fn is_in(&self, group: u32) -> bool {
        self.lock().groups.contains(&group)
    }

    /// Whether the socket hears of what happens in a namespace. That all have a number in all others is ours.
    pub(super) fn hears(&self, netns: Option<&str>) -> bool {
        self.netns.as_deref() == netns || self.lock().hears_all
    }

    /// Limits what the socket hears of devlink.
    pub(super) fn set_devlink_filter(&self, filter: DevlinkFilter) {
        self.lock().devlink = filter;
    }

    /// Whether the socket wants to hear of this.
    pub(super) fn wants(&self, subject: &DevlinkSubject) -> bool {
        self.lock().devlink.wants(subject)
    }

    /// Hands the socket an answer to its own request.
    pub(super) fn answer(&self, datagrams: Vec<Vec<u8>>, dump: VecDeque<Vec<u8>>) {
        let mut queue = self.lock();
        queue.datagrams.extend(datagrams);
        queue.dump.extend(dump);
        if let Some(first) = queue.dump.pop_front() {
            queue.datagrams.push_back(first);
        }
        self.ready.notify_all();
    }

    /// Whether parts of a dump are still to come.
    pub(super) fn is_dumping(&self) -> bool {
        !self.lock().dump.is_empty()
    }

    /// Hands the socket a notification, unless its buffer is full.
    pub(super) fn notify(&self, datagram: Vec<u8>) {
        let mut queue = self.lock();
        let cost = datagram.len() + OVERHEAD;
        if queue.notified_bytes + cost > RECEIVE_BUFFER {
            queue.overrun = true;
        } else {
            queue.notified_bytes += cost;
            queue.datagrams.push_back(datagram);
        }
        self.ready.notify_all();
    }
}

/// A socket.
pub(super) struct SimSocket {
    kernel: SimKernel,
    mailbox: Arc<Mailbox>,
    timeout: Option<Duration>,
}

impl SimSocket {
    pub(super) fn open(kernel: SimKernel, protocol: Protocol, port: u32) -> Self {
        let queue = Mutex::new(Queue::default());
        let netns = kernel.machine.netns().map(str::to_owned);
        let mailbox = Arc::new(Mailbox { protocol, port, netns, queue, ready: Condvar::new() });
        kernel.machine.attach(&mailbox);
        Self { kernel, mailbox, timeout: None }
    }

    fn set_group(&self, group: u32, change: impl FnOnce(&mut BTreeSet<u32>)) -> io::Result<()> {
        if group == 0 {
            return Err(os_error(Errno::EINVAL));
        }
        change(&mut self.mailbox.lock().groups);
        self.kernel.machine.count_listeners();
        Ok(())
    }
}

impl Transport for SimSocket {
    fn send(&mut self, datagram: &[u8]) -> io::Result<()> {
        serve::datagram(&self.kernel, &self.mailbox, datagram);
        Ok(())
    }

    fn recv(&mut self, buf: &mut Vec<u8>) -> io::Result<()> {
        let give_up = self.timeout.map(|timeout| Instant::now() + timeout);
        let mut queue = self.mailbox.lock();
        loop {
            if std::mem::take(&mut queue.overrun) {
                return Err(os_error(Errno::ENOBUFS));
            }
            if let Some(datagram) = queue.datagrams.pop_front() {
                if let Some(next) = queue.dump.pop_front() {
                    queue.datagrams.push_back(next);
                }
                queue.notified_bytes = queue.notified_bytes.saturating_sub(datagram.len() + OVERHEAD);
                *buf = datagram;
                return Ok(());
            }
            let ready = &self.mailbox.ready;
            queue = match give_up.map(|end| end.saturating_duration_since(Instant::now())) {
                None => ready.wait(queue).unwrap_or_else(PoisonError::into_inner),
                Some(Duration::ZERO) => {
                    drop(queue);
                    // Who waits lets time pass: on a slow machine too, what is due comes nearer.
                    self.kernel.machine.lock().contact();
                    return Err(os_error(Errno::EAGAIN));
                }
                Some(left) => ready.wait_timeout(queue, left).unwrap_or_else(PoisonError::into_inner).0,
            };
        }
    }

    fn join_group(&mut self, group: u32) -> io::Result<()> {
        self.set_group(group, |groups| {
            groups.insert(group);
        })
    }

    fn leave_group(&mut self, group: u32) -> io::Result<()> {
        self.set_group(group, |groups| {
            groups.remove(&group);
        })
    }

    fn hear_all(&mut self) -> io::Result<()> {
        self.mailbox.lock().hears_all = true;
        Ok(())
    }

    fn port_id(&self) -> u32 {
        self.mailbox.port
    }

    fn set_timeout(&mut self, timeout: Option<Duration>) -> io::Result<()> {
        self.timeout = timeout;
        Ok(())
    }

    fn fd(&self) -> Option<BorrowedFd<'_>> {
        None
    }
}

impl Drop for SimSocket {
    fn drop(&mut self) {
        self.mailbox.lock().groups.clear();
        self.kernel.machine.count_listeners();
    }
}
