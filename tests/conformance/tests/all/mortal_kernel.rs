//! A simulated machine in netlink bytes whose user dies at one of their changes, as after SIGKILL.

use std::io;
use std::os::fd::BorrowedFd;
use std::sync::Arc;
use std::time::Duration;

use smartnic::Host;
use smartnic_core::Result;
use smartnic_core::backend::{
    self, Dcb, Devlink, Ethtool, FlowOffload, Guard, Hardware, Rdma, Switchdev, Turn,
};
use smartnic_linux::LinuxHost;
use smartnic_netlink::codec::{Flags, messages};
use smartnic_netlink::transport::{Kernel, LogTail, Protocol, Transport};
use smartnic_sim::{FaultPlan, SimKernel, SimMachine};

use crate::mortal::Lifetime;

/// The machine in netlink bytes with a guard, whose user dies at the change with this number: writes to files,
/// requests that change something, and journals are counted.
pub(crate) fn mortal(machine: &SimMachine, dies_at: usize) -> Host {
    host(machine, SimKernel::new(machine.clone()), Arc::new(Lifetime::new(dies_at)))
}

/// The same, whose user lives on.
pub(crate) fn guarded(machine: &SimMachine) -> Host {
    mortal(machine, usize::MAX)
}

/// The same, with operations that fail.
pub(crate) fn netlink_guarded(machine: &SimMachine, plan: &FaultPlan) -> Host {
    host(machine, SimKernel::new(machine.clone()).with_faults(plan), Arc::new(Lifetime::new(usize::MAX)))
}

fn host(machine: &SimMachine, kernel: SimKernel, life: Arc<Lifetime>) -> Host {
    let kernel = MortalKernel { kernel, life: life.clone() };
    let linux = LinuxHost::new("sim:netlink", Arc::new(kernel));
    Host::on(Arc::new(Guarded { linux, machine: machine.clone(), life }))
}

struct Guarded {
    linux: LinuxHost,
    machine: SimMachine,
    life: Arc<Lifetime>,
}

impl backend::Host for Guarded {
    fn uri(&self) -> &str {
        self.linux.uri()
    }

    fn kernel_release(&self) -> Result<String> {
        self.linux.kernel_release()
    }

    fn devlink(&self) -> &dyn Devlink {
        self.linux.devlink()
    }

    fn switchdev(&self) -> &dyn Switchdev {
        self.linux.switchdev()
    }

    fn hardware(&self) -> Result<&dyn Hardware> {
        backend::Host::hardware(&self.linux)
    }

    fn dcb(&self) -> Result<&dyn Dcb> {
        backend::Host::dcb(&self.linux)
    }

    fn ethtool(&self) -> Result<&dyn Ethtool> {
        backend::Host::ethtool(&self.linux)
    }

    fn rdma(&self) -> Result<&dyn Rdma> {
        backend::Host::rdma(&self.linux)
    }

    fn flow(&self) -> &dyn FlowOffload {
        self.linux.flow()
    }

    fn guard(&self) -> Result<Option<&dyn Guard>> {
        Ok(Some(self))
    }
}

impl Guard for Guarded {
    fn turn(&self, wait: Duration, who: &str) -> Result<Box<dyn Turn>> {
        self.machine.turn(wait, who)
    }

    fn journal(&self) -> Result<Option<Vec<u8>>> {
        Guard::journal(&self.machine)
    }

    fn keep_journal(&self, journal: &[u8]) -> Result<()> {
        self.life.step();
        self.machine.keep_journal(journal)
    }

    fn drop_journal(&self) -> Result<()> {
        self.life.step();
        self.machine.drop_journal()
    }

    fn place(&self) -> String {
        self.machine.place()
    }

    fn boot(&self) -> Result<String> {
        self.machine.boot()
    }
}

struct MortalKernel {
    kernel: SimKernel,
    life: Arc<Lifetime>,
}

impl Kernel for MortalKernel {
    fn open(&self, protocol: Protocol) -> io::Result<Box<dyn Transport>> {
        let transport = self.kernel.open(protocol)?;
        Ok(Box::new(MortalTransport { transport, protocol, life: self.life.clone() }))
    }

    fn read(&self, path: &str) -> io::Result<String> {
        self.kernel.read(path)
    }

    fn write(&self, path: &str, value: &str) -> io::Result<()> {
        self.life.step();
        self.kernel.write(path, value)
    }

    fn list(&self, path: &str) -> io::Result<Vec<String>> {
        self.kernel.list(path)
    }

    fn link(&self, path: &str) -> io::Result<String> {
        self.kernel.link(path)
    }

    // What is made there is a view: it changes nothing.
    fn make(&self, path: &str) -> io::Result<()> {
        self.kernel.make(path)
    }

    fn unmake(&self, path: &str) -> io::Result<()> {
        self.kernel.unmake(path)
    }

    fn log(&self) -> io::Result<Box<dyn LogTail>> {
        self.kernel.log()
    }

    fn release(&self) -> io::Result<String> {
        self.kernel.release()
    }
}

struct MortalTransport {
    transport: Box<dyn Transport>,
    protocol: Protocol,
    life: Arc<Lifetime>,
}

impl Transport for MortalTransport {
    fn send(&mut self, datagram: &[u8]) -> io::Result<()> {
        let changes = |message: smartnic_netlink::codec::Message<'_>| match self.protocol {
            Protocol::Route => message.header.kind % 4 != 2,
            _ => message.header.flags.contains(Flags::ACK),
        };
        if messages(datagram).any(|message| message.is_ok_and(changes)) {
            self.life.step();
        }
        self.transport.send(datagram)
    }

    fn recv(&mut self, buf: &mut Vec<u8>) -> io::Result<()> {
        self.transport.recv(buf)
    }

    fn join_group(&mut self, group: u32) -> io::Result<()> {
        self.transport.join_group(group)
    }

    fn leave_group(&mut self, group: u32) -> io::Result<()> {
        self.transport.leave_group(group)
    }

    fn port_id(&self) -> u32 {
        self.transport.port_id()
    }

    fn set_timeout(&mut self, timeout: Option<Duration>) -> io::Result<()> {
        self.transport.set_timeout(timeout)
    }

    fn fd(&self) -> Option<BorrowedFd<'_>> {
        self.transport.fd()
    }
}
