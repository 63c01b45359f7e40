use std::os::fd::BorrowedFd;
use std::sync::{Arc, OnceLock, Weak};
use std::time::{Duration, Instant};

use smartnic_core::backend::{CqConfig, VerbsChannel, VerbsCq, VerbsCqEx, VerbsSrq, VerbsXrcd};
use smartnic_core::verbs::{Completion, CompletionEx, CqFields, ReceiveRequest, SrqCapacity};
use smartnic_core::{Error, ErrorKind, Result};

use super::context::Opened;
use super::domain::Domain;
use super::{MOST_ENTRIES, MOST_PIECES, MOST_REQUESTS, after, own, refused, unique};
use crate::model::verbs::{Cq, Piece, Receive, Signal, Srq, Stamp, Wanted};

/// What wakes somebody who waits for completions.
#[derive(Debug)]
pub(super) struct SimChannel {
    opened: Arc<Opened>,
    signal: Arc<Signal<u64>>,
    /// Runs once somebody watches the descriptor.
    clock: OnceLock<()>,
}

impl SimChannel {
    pub(super) fn new(opened: &Arc<Opened>) -> Self {
        Self { opened: Arc::clone(opened), signal: Arc::new(Signal::new()), clock: OnceLock::new() }
    }
}

impl Drop for SimChannel {
    fn drop(&mut self) {
        // Its clock sees that it is gone.
        self.signal.nudge();
    }
}

/// How long a clock sleeps at most before it looks whether its channel is still there.
const TURN: Duration = Duration::from_secs(1);

/// Lets time pass for somebody who watches a descriptor and does not call: requests whose time is over fail only when
/// somebody looks.
fn clock(opened: &Weak<Opened>, signal: &Arc<Signal<u64>>) {
    loop {
        let seen = signal.nudges();
        let due = {
            let Some(opened) = opened.upgrade() else { return };
            let mut locked = opened.machine.lock();
            let fabric = locked.fabric();
            fabric.run_verbs();
            fabric.verbs.next_end()
        };
        // The channel is gone, and its queues with it.
        if Arc::strong_count(signal) == 1 {
            return;
        }
        let look = Instant::now() + TURN;
        signal.sleep(due.map_or(look, |due| due.min(look)), seen);
    }
}

impl VerbsChannel for SimChannel {
    fn wait(&self, most: Option<Duration>) -> Result<Option<u64>> {
        let end = most.map(|most| Instant::now() + most);
        loop {
            let seen = self.signal.nudges();
            // Requests whose time is over fail now; the next wakes us up.
            let due = {
                let mut locked = self.opened.machine.lock();
                let fabric = locked.fabric();
                fabric.run_verbs();
                fabric.verbs.next_end()
            };
            let until = [end, due].into_iter().flatten().min();
            if let Some(id) = self.signal.wait(until, seen) {
                return Ok(Some(id));
            }
            if end.is_some_and(|end| end <= Instant::now()) {
                return Ok(None);
            }
        }
    }

    fn fd(&self) -> Option<BorrowedFd<'_>> {
        self.clock.get_or_init(|| {
            let (opened, signal) = (Arc::downgrade(&self.opened), Arc::clone(&self.signal));
            // Without a thread, what happens by itself is told when somebody calls.
            let _ =
                std::thread::Builder::new().name("verbs clock".into()).spawn(move || clock(&opened, &signal));
        });
        self.signal.fd()
    }
}

/// A completion queue.
#[derive(Debug)]
pub(super) struct SimCq {
    pub(super) opened: Arc<Opened>,
    pub(super) number: u32,
    id: u64,
    capacity: u32,
    channel: Option<Arc<Signal<u64>>>,
    /// What it says, if it is an extended one.
    fields: Option<CqFields>,
}

impl SimCq {
    pub(super) fn new(
        op: &'static str,
        opened: &Arc<Opened>,
        entries: u32,
        channel: Option<&SimChannel>,
    ) -> Result<Self> {
        if !(1..=MOST_ENTRIES).contains(&entries) {
            return Err(refused(op, format!("{entries} entries are not within 1..={MOST_ENTRIES}")));
        }
        if channel.is_some_and(|channel| channel.opened.number != opened.number) {
            return Err(Error::invalid(op, "the channel is of another device"));
        }
        let channel = channel.map(|channel| Arc::clone(&channel.signal));
        let id = unique();
        let mut locked = opened.alive(op)?;
        let verbs = &mut locked.fabric().verbs;
        let number = verbs.number();
        verbs.cqs.insert(number, Cq::new(opened.number, id, entries, channel.clone()));
        drop(locked);
        Ok(Self { opened: Arc::clone(opened), number, id, capacity: entries, channel, fields: None })
    }

    pub(super) fn new_ex(opened: &Arc<Opened>, config: &CqConfig<'_>) -> Result<Self> {
        const OP: &str = "make an extended completion queue";
        let known = CqFields::all().difference(CqFields::PATH_BITS);
        if !known.contains(config.fields) {
            let reason = format!("it does not say {:?}", config.fields.difference(known));
            return Err(Error::unsupported(OP).reason(reason));
        }
        if config.vector != 0 {
            return Err(refused(OP, "the simulated device has one interrupt, number 0"));
        }
        let channel = config.channel.map(|channel| own::<SimChannel>(OP, channel.as_ref())).transpose()?;
        let mut cq = Self::new(OP, opened, config.entries, channel)?;
        if let Some(made) = opened.machine.lock().fabric().verbs.cqs.get_mut(&cq.number) {
            made.ignores_overrun = config.ignore_overrun;
        }
        cq.fields = Some(config.fields);
        Ok(cq)
    }

    /// Takes completions off.
    fn take(&self, most: usize, take: impl FnMut(usize, Completion, Stamp)) -> Result<usize> {
        const OP: &str = "poll a completion queue";
        let mut locked = self.opened.machine.lock();
        let fabric = locked.fabric();
        fabric.run_verbs();
        fabric.verbs.poll(self.number, most, take).ok_or_else(|| {
            let reason = format!("it overflowed: more than {} completions waited", self.capacity);
            Error::new(ErrorKind::Io, OP).reason(reason).hint("make it larger, or poll it more often")
        })
    }
}

impl Drop for SimCq {
    fn drop(&mut self) {
        self.opened.machine.lock().fabric().verbs.cqs.remove(&self.number);
        if let Some(channel) = &self.channel {
            channel.retain(|id| *id != self.id);
        }
    }
}

impl VerbsCq for SimCq {
    fn id(&self) -> u64 {
        self.id
    }

    fn capacity(&self) -> u32 {
        self.capacity
    }

    fn poll(&self, into: &mut [Completion]) -> Result<usize> {
        let fields = self.fields;
        self.take(into.len(), |place, completion, stamp| {
            into[place] = match fields {
                None => completion,
                Some(fields) => told(fields, completion, stamp).completion,
            };
        })
    }

    fn arm(&self, solicited_only: bool) -> Result<()> {
        const OP: &str = "arm a completion queue";
        if self.channel.is_none() {
            return Err(Error::invalid(OP, "it has no channel").hint("make it with one"));
        }
        let mut locked = self.opened.machine.lock();
        if let Some(cq) = locked.fabric().verbs.cqs.get_mut(&self.number) {
            // Who waits for all is not made to wait for some.
            cq.armed = match (solicited_only, cq.armed) {
                (true, None | Some(Wanted::Solicited)) => Some(Wanted::Solicited),
                _ => Some(Wanted::Any),
            };
        }
        Ok(())
    }
}

impl VerbsCqEx for SimCq {
    fn fields(&self) -> CqFields {
        self.fields.unwrap_or_default()
    }

    fn poll_ex(&self, into: &mut [CompletionEx]) -> Result<usize> {
        let fields = VerbsCqEx::fields(self);
        self.take(into.len(), |place, completion, stamp| into[place] = told(fields, completion, stamp))
    }
}

/// What a queue says of a request that was made to say these things.
fn told(fields: CqFields, all: Completion, stamp: Stamp) -> CompletionEx {
    let has = |field| fields.contains(field);
    let good = all.is_success();
    let number = |field: CqFields, value: u32| if has(field) { value } else { 0 };
    let completion = Completion {
        bytes: number(CqFields::BYTES, all.bytes),
        imm: all.imm.filter(|_| has(CqFields::IMM)),
        invalidated: all.invalidated.filter(|_| has(CqFields::IMM)),
        qp: number(CqFields::QP, all.qp),
        source_qp: number(CqFields::SOURCE_QP, all.source_qp),
        ..all
    };
    CompletionEx {
        completion,
        timestamp: (good && has(CqFields::TIMESTAMP)).then_some(stamp.ticks),
        wall_clock: (good && has(CqFields::WALL_CLOCK)).then_some(stamp.wall_clock),
        flow_tag: stamp.flow_tag.filter(|_| good && has(CqFields::FLOW_TAG)),
        ..CompletionEx::default()
    }
}

/// A receive queue that queue pairs share.
#[derive(Debug)]
pub(super) struct SimSrq {
    pub(super) domain: Arc<Domain>,
    pub(super) number: u32,
    id: u64,
    capacity: SrqCapacity,
    /// What it stands on, of extended connections.
    extended: Option<(Arc<dyn VerbsXrcd>, Arc<dyn VerbsCq>)>,
}

impl SimSrq {
    /// One that extended connections reach has their domain's number, and that of the queue that tells of what comes.
    pub(super) fn new(
        domain: &Arc<Domain>,
        capacity: SrqCapacity,
        numbers: Option<(u32, u32)>,
        extended: Option<(Arc<dyn VerbsXrcd>, Arc<dyn VerbsCq>)>,
    ) -> Result<Self> {
        const OP: &str = "make a shared receive queue";
        let fits =
            (1..=MOST_REQUESTS).contains(&capacity.requests) && (1..=MOST_PIECES).contains(&capacity.sges);
        if !fits {
            return Err(refused(OP, format!("the most is {MOST_REQUESTS} requests of {MOST_PIECES} pieces")));
        }
        let id = unique();
        let mut locked = domain.opened.alive(OP)?;
        let verbs = &mut locked.fabric().verbs;
        let number = verbs.number();
        let srq = Srq { pd: domain.number, id, limit: 0, receives: Default::default(), extended: numbers };
        verbs.srqs.insert(number, srq);
        drop(locked);
        Ok(Self { domain: Arc::clone(domain), number, id, capacity, extended })
    }
}

impl Drop for SimSrq {
    fn drop(&mut self) {
        self.domain.opened.machine.lock().fabric().verbs.srqs.remove(&self.number);
    }
}

impl VerbsSrq for SimSrq {
    fn id(&self) -> u64 {
        self.id
    }

    fn capacity(&self) -> SrqCapacity {
        self.capacity
    }

    fn number(&self) -> Option<u32> {
        self.extended.as_ref().map(|_| self.number)
    }

    fn post_receive(&self, requests: &[ReceiveRequest<'_>]) -> Result<()> {
        const OP: &str = "post a receive request";
        let mut locked = self.domain.opened.alive(OP)?;
        let fabric = locked.fabric();
        for (posted, request) in requests.iter().enumerate() {
            let Some(srq) = fabric.verbs.srqs.get_mut(&self.number) else { break };
            let receive = receive(OP, request, self.capacity.sges).map_err(|error| after(error, posted))?;
            if srq.receives.len() >= self.capacity.requests as usize {
                let error = Error::new(ErrorKind::NoSpace, OP);
                return Err(after(
                    error.reason(format!("the queue holds {}", self.capacity.requests)),
                    posted,
                ));
            }
            srq.receives.push_back(receive);
        }
        fabric.run_verbs();
        Ok(())
    }

    fn set_limit(&self, limit: u32) -> Result<()> {
        const OP: &str = "set the limit of a shared receive queue";
        if limit > self.capacity.requests {
            return Err(refused(OP, format!("{limit} is more than the {} that fit", self.capacity.requests)));
        }
        let mut locked = self.domain.opened.alive(OP)?;
        if let Some(srq) = locked.fabric().verbs.srqs.get_mut(&self.number) {
            srq.limit = limit;
        }
        Ok(())
    }

    fn limit(&self) -> Result<u32> {
        let locked = self.domain.opened.alive("read the limit of a shared receive queue")?;
        Ok(locked.verbs.srqs.get(&self.number).map_or(0, |srq| srq.limit))
    }
}

/// A receive request as the model keeps it.
pub(super) fn receive(op: &'static str, request: &ReceiveRequest<'_>, most: u32) -> Result<Receive> {
    if request.regions.len() > most as usize {
        return Err(refused(
            op,
            format!("{} pieces of memory, and {most} are the most", request.regions.len()),
        ));
    }
    Ok(Receive { id: request.id, pieces: pieces(request.regions) })
}

pub(super) fn pieces(regions: &[smartnic_core::verbs::Sge<'_>]) -> Vec<Piece> {
    let one = |sge: &smartnic_core::verbs::Sge<'_>| Piece {
        address: sge.address(),
        length: sge.length(),
        key: sge.key(),
    };
    regions.iter().map(one).collect()
}
