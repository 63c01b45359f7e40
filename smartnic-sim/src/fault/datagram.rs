use std::collections::VecDeque;
use std::io;
use std::os::fd::BorrowedFd;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use smartnic_core::types::IfIndex;
use smartnic_netlink::codec::{Encoder, Flags, HEADER_LEN, Header, messages};
use smartnic_netlink::transport::{HeldNetns, Kernel, LogTail, Protocol, Transport};
use smartnic_netlink::uapi::netlink::NLMSG_OVERRUN;

use super::{DatagramFault, FaultPlan, SendFault};
use crate::errno::Errno;

/// A kernel whose datagrams suffer as a plan says; files and everything else pass unharmed.
#[derive(Debug)]
pub struct FaultyKernel<K> {
    inner: K,
    faults: Arc<Mutex<Faults>>,
}

#[derive(Debug)]
struct Faults {
    next: u64,
    waiting: Vec<(u64, DatagramFault)>,
    sent: u64,
    unsent: Vec<(u64, SendFault)>,
}

impl<K: Kernel> FaultyKernel<K> {
    /// Lets the datagrams of a kernel suffer. Those of all its sockets are counted together.
    pub fn new(inner: K, plan: &FaultPlan) -> Self {
        let faults = Faults { next: 0, waiting: plan.datagrams.clone(), sent: 0, unsent: plan.sends.clone() };
        Self { inner, faults: Arc::new(Mutex::new(faults)) }
    }
}

impl<K: Kernel> Kernel for FaultyKernel<K> {
    fn open(&self, protocol: Protocol) -> io::Result<Box<dyn Transport>> {
        let inner = self.inner.open(protocol)?;
        Ok(Box::new(FaultyTransport { inner, faults: self.faults.clone(), kept: VecDeque::new() }))
    }

    fn namespaces(&self) -> io::Result<Vec<String>> {
        self.inner.namespaces()
    }

    fn open_in(&self, netns: &str, protocol: Protocol) -> io::Result<Box<dyn Transport>> {
        let inner = self.inner.open_in(netns, protocol)?;
        Ok(Box::new(FaultyTransport { inner, faults: self.faults.clone(), kept: VecDeque::new() }))
    }

    fn hold_own(&self) -> io::Result<Box<dyn HeldNetns>> {
        self.inner.hold_own()
    }

    fn hold(&self, netns: &str) -> io::Result<Box<dyn HeldNetns>> {
        self.inner.hold(netns)
    }

    fn read(&self, path: &str) -> io::Result<String> {
        self.inner.read(path)
    }

    fn write(&self, path: &str, value: &str) -> io::Result<()> {
        self.inner.write(path, value)
    }

    fn list(&self, path: &str) -> io::Result<Vec<String>> {
        self.inner.list(path)
    }

    fn make(&self, path: &str) -> io::Result<()> {
        self.inner.make(path)
    }

    fn unmake(&self, path: &str) -> io::Result<()> {
        self.inner.unmake(path)
    }

    fn link(&self, path: &str) -> io::Result<String> {
        self.inner.link(path)
    }

    fn ethtool(&self, link: IfIndex, block: &mut [u8]) -> io::Result<()> {
        self.inner.ethtool(link, block)
    }

    fn log(&self) -> io::Result<Box<dyn LogTail>> {
        self.inner.log()
    }

    fn release(&self) -> io::Result<String> {
        self.inner.release()
    }
}

struct FaultyTransport {
    inner: Box<dyn Transport>,
    faults: Arc<Mutex<Faults>>,
    /// Datagrams that come later than they should, or again.
    kept: VecDeque<Vec<u8>>,
}

impl Faults {
    /// What is to happen to the next datagram.
    fn take(&mut self, is_dump: bool) -> Option<DatagramFault> {
        let number = self.next;
        self.next += 1;
        let due = |(at, fault): &(u64, DatagramFault)| match fault {
            DatagramFault::DumpInterrupted => *at <= number && is_dump,
            _ => *at == number,
        };
        let at = self.waiting.iter().position(due)?;
        Some(self.waiting.remove(at).1)
    }

    /// What is to happen to the next attempt to send a datagram.
    fn take_send(&mut self) -> Option<SendFault> {
        let number = self.sent;
        self.sent += 1;
        let (_, fault) = self.unsent.iter().find(|(at, _)| *at == number)?;
        Some(*fault)
    }
}

impl Transport for FaultyTransport {
    fn send(&mut self, datagram: &[u8]) -> io::Result<()> {
        let fault = self.faults.lock().unwrap_or_else(PoisonError::into_inner).take_send();
        match fault {
            None => self.inner.send(datagram),
            Some(SendFault::Interrupted) => Err(io::Error::from_raw_os_error(Errno::EINTR.0)),
            Some(SendFault::NoBuffers) => Err(io::Error::from_raw_os_error(Errno::ENOBUFS.0)),
        }
    }

    fn recv(&mut self, buf: &mut Vec<u8>) -> io::Result<()> {
        if let Some(kept) = self.kept.pop_front() {
            *buf = kept;
            return Ok(());
        }
        self.inner.recv(buf)?;
        let is_dump = first_header(buf).is_some_and(|header| header.flags.contains(Flags::MULTI));
        let fault = self.faults.lock().unwrap_or_else(PoisonError::into_inner).take(is_dump);
        let error = |errno: Errno| Err(io::Error::from_raw_os_error(errno.0));
        match fault {
            None => {}
            Some(DatagramFault::Interrupted) => {
                self.kept.push_back(std::mem::take(buf));
                return error(Errno::EINTR);
            }
            Some(DatagramFault::Late) => {
                self.kept.push_back(std::mem::take(buf));
                return error(Errno::EAGAIN);
            }
            Some(DatagramFault::Lost) => {
                buf.clear();
                return error(Errno::ENOBUFS);
            }
            Some(DatagramFault::DumpInterrupted) => mark_interrupted(buf),
            Some(DatagramFault::Truncated) => buf.truncate(buf.len() / 2),
            Some(DatagramFault::Duplicated) => self.kept.push_back(buf.clone()),
            Some(DatagramFault::Overrun) => overrun(buf),
        }
        Ok(())
    }

    fn join_group(&mut self, group: u32) -> io::Result<()> {
        self.inner.join_group(group)
    }

    fn leave_group(&mut self, group: u32) -> io::Result<()> {
        self.inner.leave_group(group)
    }

    fn hear_all(&mut self) -> io::Result<()> {
        self.inner.hear_all()
    }

    fn port_id(&self) -> u32 {
        self.inner.port_id()
    }

    fn set_timeout(&mut self, timeout: Option<Duration>) -> io::Result<()> {
        self.inner.set_timeout(timeout)
    }

    fn fd(&self) -> Option<BorrowedFd<'_>> {
        self.inner.fd()
    }
}

fn first_header(datagram: &[u8]) -> Option<Header> {
    messages(datagram).next()?.ok().map(|message| message.header)
}

/// Sets `NLM_F_DUMP_INTR` in the first message.
fn mark_interrupted(datagram: &mut [u8]) {
    let Some(mut header) = first_header(datagram) else { return };
    header.flags |= Flags::DUMP_INTR;
    if let Some(place) = datagram.first_chunk_mut::<HEADER_LEN>() {
        *place = header.encode();
    }
}

/// Puts a message about lost messages in the place of a datagram.
fn overrun(datagram: &mut Vec<u8>) {
    let Some(header) = first_header(datagram) else { return };
    datagram.clear();
    let e = Encoder::message(datagram, NLMSG_OVERRUN, Flags::empty(), header.seq, header.port);
    // An empty message always fits.
    let _ = e.finish();
}
