//! Faults on purpose, decided by a seed: operations that fail, datagrams that are lost or spoilt.
//!
//! A [`FaultPlan`] says what goes wrong and when. [`crate::SimHost::with_faults`] and
//! [`crate::SimKernel::with_faults`] let operations fail; [`FaultyKernel`] spoils the datagrams of any kernel.
//! Each fault happens once, so that what is tried again can succeed.

mod datagram;
mod verbs;

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use crate::errno::Errno;
use crate::model::{Function, Machine};
use crate::random::Random;

pub use datagram::FaultyKernel;
pub use verbs::VerbsFault;

/// Purposes of random numbers; see [`Random::new`].
const PLAN: u64 = 10;
/// Within how many operations and datagrams, received and sent, [`FaultPlan::from_seed`] lets things go wrong.
const OPERATIONS: u64 = 200;
const DATAGRAMS: u64 = 60;
const SENDS: u64 = 30;
/// The same of requests over RDMA.
const REQUESTS: u64 = 20;

/// How an operation that changes something fails; it then changes nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OperationFault {
    /// EBUSY: something else holds the device.
    Busy,
    /// ENOSPC: a table is full.
    NoSpace,
    /// EPERM: the privilege was taken away.
    NotPermitted,
    /// ENOBUFS: no memory for the answer or for a notification.
    NoBuffers,
    /// EINTR: a signal came while the kernel waited for a lock.
    Interrupted,
    /// ENODEV, once: the device was away for a moment.
    Away,
    /// ENODEV, and the first physical function is really gone with its links, VFs and rules.
    Removed,
}

/// What happens to a datagram on its way from the kernel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DatagramFault {
    /// The wait for it is interrupted (EINTR); it comes with the next attempt.
    Interrupted,
    /// It is lost, and the socket says so (ENOBUFS).
    Lost,
    /// It says that its dump has holes (`NLM_F_DUMP_INTR`); the first datagram of a dump from there on.
    DumpInterrupted,
    /// Its second half is missing.
    Truncated,
    /// It comes twice.
    Duplicated,
    /// In its place comes a message that messages were lost (`NLMSG_OVERRUN`).
    Overrun,
    /// It comes only after the time to wait for it ran out.
    Late,
}

/// How a datagram fails to go to the kernel, which then does nothing of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SendFault {
    /// A signal interrupts (EINTR); the next attempt succeeds.
    Interrupted,
    /// There is no memory for it (ENOBUFS).
    NoBuffers,
}

impl OperationFault {
    fn errno(self) -> Errno {
        match self {
            Self::Busy => Errno::EBUSY,
            Self::NoSpace => Errno::ENOSPC,
            Self::NotPermitted => Errno::EPERM,
            Self::NoBuffers => Errno::ENOBUFS,
            Self::Interrupted => Errno::EINTR,
            Self::Away | Self::Removed => Errno::ENODEV,
        }
    }
}

/// What goes wrong, and when: operations and datagrams are counted from 0.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FaultPlan {
    seed: u64,
    operations: Vec<(u64, OperationFault)>,
    datagrams: Vec<(u64, DatagramFault)>,
    sends: Vec<(u64, SendFault)>,
    verbs: Vec<(u64, VerbsFault)>,
}

impl FaultPlan {
    /// A plan in which nothing goes wrong yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A plan that follows from a seed: one operation of the first 200 fails, up to three of the first 60 datagrams
    /// suffer, and perhaps one of the first 30 cannot be sent, and one of the first 20 requests over RDMA suffers.
    #[must_use]
    pub fn from_seed(seed: u64) -> Self {
        let mut random = Random::new(seed, PLAN);
        let mut plan = Self { seed, ..Self::default() };
        let failures = [
            OperationFault::Busy,
            OperationFault::NoSpace,
            OperationFault::NotPermitted,
            OperationFault::Away,
            OperationFault::NoBuffers,
            OperationFault::Interrupted,
        ];
        plan = plan.operation(random.below(OPERATIONS), pick(&mut random, &failures));
        let sufferings = [
            DatagramFault::Interrupted,
            DatagramFault::Lost,
            DatagramFault::DumpInterrupted,
            DatagramFault::Truncated,
            DatagramFault::Duplicated,
            DatagramFault::Overrun,
            DatagramFault::Late,
        ];
        for _ in 0..random.below(4) {
            plan = plan.datagram(random.below(DATAGRAMS), pick(&mut random, &sufferings));
        }
        if random.below(2) == 0 {
            let failures = [SendFault::Interrupted, SendFault::NoBuffers];
            plan = plan.send(random.below(SENDS), pick(&mut random, &failures));
        }
        if random.below(2) == 0 {
            plan = plan.request(random.below(REQUESTS), pick(&mut random, &VerbsFault::ALL));
        }
        plan
    }

    /// Lets the operation of this number fail.
    #[must_use]
    pub fn operation(mut self, number: u64, fault: OperationFault) -> Self {
        self.operations.push((number, fault));
        self
    }

    /// Lets the datagram of this number suffer.
    #[must_use]
    pub fn datagram(mut self, number: u64, fault: DatagramFault) -> Self {
        self.datagrams.push((number, fault));
        self
    }

    /// Lets the datagram of this number, among those that are sent, fail to go.
    #[must_use]
    pub fn send(mut self, number: u64, fault: SendFault) -> Self {
        self.sends.push((number, fault));
        self
    }

    /// Lets the RDMA request of this number suffer.
    #[must_use]
    pub fn request(mut self, number: u64, fault: VerbsFault) -> Self {
        self.verbs.push((number, fault));
        self
    }

    /// What RDMA requests suffer.
    pub(crate) fn verbs(&self) -> &[(u64, VerbsFault)] {
        &self.verbs
    }

    /// The seed it follows from; 0 for a plan made by hand.
    #[must_use]
    pub fn seed(&self) -> u64 {
        self.seed
    }
}

fn pick<T: Copy, const N: usize>(random: &mut Random, choices: &[T; N]) -> T {
    choices[random.below(N as u64) as usize]
}

impl fmt::Display for FaultPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "faults of seed {}:", self.seed)?;
        for (number, fault) in &self.operations {
            write!(f, " operation {number} {fault:?};")?;
        }
        for (number, fault) in &self.datagrams {
            write!(f, " datagram {number} {fault:?};")?;
        }
        for (number, fault) in &self.sends {
            write!(f, " send {number} {fault:?};")?;
        }
        for (number, fault) in &self.verbs {
            write!(f, " request {number} {fault:?};")?;
        }
        Ok(())
    }
}

/// The operations of a plan, counted as they come. A clone counts together with its origin.
#[derive(Debug, Clone, Default)]
pub(crate) struct Operations(Arc<Mutex<Count>>);

#[derive(Debug, Default)]
struct Count {
    next: u64,
    faults: Vec<(u64, OperationFault)>,
}

impl Operations {
    pub(crate) fn of(plan: &FaultPlan) -> Self {
        Self(Arc::new(Mutex::new(Count { next: 0, faults: plan.operations.clone() })))
    }

    /// Counts one operation; it fails if the plan says so.
    pub(crate) fn count(&self, machine: &mut Machine) -> Result<(), Errno> {
        let mut count = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let number = count.next;
        count.next += 1;
        let Some((_, fault)) = count.faults.iter().find(|(at, _)| *at == number).copied() else {
            return Ok(());
        };
        if fault == OperationFault::Removed {
            let first = Function::Pf(0);
            let driver = machine.bound_driver(first).unwrap_or_default().to_owned();
            // Without a driver there is nothing left to remove.
            let _ = machine.unbind(first, &driver);
        }
        Err(fault.errno())
    }
}
