//! What the two sides do. Nothing here asks for memory while it measures.

use std::sync::atomic::Ordering;
use std::thread;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use smartnic_core::backend::VerbsCq;
use smartnic_core::verbs::{
    Completion, Destination, Payload, ReceiveRequest, SendFlags, SendOp, SendRequest, Sge,
};

use super::OP;
use super::job::{Operation, Test, TransportName};
use super::report::{Bandwidth, Latency, Report, histogram};
use super::side::{Connected, GRH, received_at};
use crate::{Error, ErrorKind, Result};

/// So long is waited for what does not come.
const PATIENCE: Duration = Duration::from_secs(10);
/// After so long without a message, those that are still missing are lost.
const IDLE: Duration = Duration::from_millis(300);
/// So often it is looked before the processor is left to others, if there are any,
pub(super) const SPINS: u32 = 32;
/// which there were if it comes back so late.
const SHARED: Duration = Duration::from_micros(2);
/// So many requests are posted at a time.
const CHAIN: usize = 16;
/// So many completions are taken at a time.
const TAKEN: usize = 16;

/// What the leading side measured.
pub(super) struct Measured {
    times: Vec<u64>,
    seen: Seen,
}

/// What either side saw.
#[derive(Serialize, Deserialize)]
pub(super) struct Seen {
    /// How many messages came to it, if any were to come.
    arrived: u64,
    /// From the first to the last.
    all: Duration,
}

/// How far the send queue is: what was posted, and what is known to be done. Requests have their place as number.
struct Pace {
    posted: u64,
    done: u64,
    last: u64,
    room: u64,
    /// Each so-manieth request says when it is done.
    every: u64,
}

impl Pace {
    fn new(last: u64, room: u32) -> Self {
        let room = u64::from(room.max(1));
        Self { posted: 0, done: 0, last, room, every: (room / 4).clamp(1, 32) }
    }
}

impl Connected {
    /// Before the other side may begin: what it sends needs requests to receive it.
    pub(super) fn prepare(&self) -> Result<()> {
        if self.job.operation != Operation::Send {
            return Ok(());
        }
        let pieces = [self.received()?];
        let request = [ReceiveRequest { id: 0, regions: &pieces }; CHAIN];
        let mut left = self.receives() as usize;
        while left > 0 {
            let some = left.min(CHAIN);
            self.qp.post_receive(&request[..some])?;
            left -= some;
        }
        Ok(())
    }

    fn receives(&self) -> u32 {
        // What fits into the completion queue, too.
        self.qp.capacity().receive_requests.min(self.job.depth).max(1)
    }

    /// Where messages come to.
    fn received(&self) -> Result<Sge<'_>> {
        let header = if self.job.transport == TransportName::Ud { GRH } else { 0 };
        self.region.sge(received_at(self.job.size), header + self.job.size as usize)
    }

    /// Measures.
    pub(super) fn lead(&self, each: &mut dyn FnMut(u64)) -> Result<Measured> {
        match self.job.test {
            Test::Latency => self.lead_one_by_one(each),
            Test::Bandwidth => {
                let seen = if self.job.bidirectional { self.exchange() } else { self.lead_many() }?;
                Ok(Measured { times: Vec::new(), seen })
            }
        }
    }

    /// Does what the leading side needs.
    pub(super) fn follow(&self) -> Result<Seen> {
        if self.job.bidirectional {
            return self.exchange();
        }
        let begun = Instant::now();
        let arrived = match (self.job.test, self.job.operation) {
            (Test::Latency, Operation::Send | Operation::Write) => self.follow_one_by_one()?,
            (Test::Bandwidth, Operation::Send) => self.follow_many()?,
            // The device answers by itself.
            _ => self.job.iterations,
        };
        Ok(Seen { arrived, all: begun.elapsed() })
    }

    fn lead_one_by_one(&self, each: &mut dyn FnMut(u64)) -> Result<Measured> {
        let job = &self.job;
        let count = usize::try_from(job.iterations).unwrap_or(usize::MAX);
        let mut times = Vec::new();
        times.try_reserve_exact(count).map_err(|error| Error::invalid(OP, error.to_string()))?;
        let mut pace = Pace::new(job.iterations, self.job.depth);
        if job.is_one_sided() {
            pace.every = 1;
        }
        let pieces = [self.region.sge(0, job.size as usize)?];
        let mut bytes = vec![0_u8; job.size as usize];
        let begun = Instant::now();
        // One ends where the next begins: to look at the clock takes time, too.
        let mut start = begun;
        for at in 0..job.iterations {
            if at > 0 && job.pause > 0 {
                thread::sleep(Duration::from_millis(job.pause));
                start = Instant::now();
            }
            self.say(&mut pace, at, &pieces, &mut bytes)?;
            // While it is on its way.
            if at > 0 {
                self.renew(false)?;
            }
            if job.is_one_sided() {
                self.drain(&mut pace)?;
            } else {
                self.hear(at)?;
            }
            let now = Instant::now();
            let time = u64::try_from((now - start).as_nanos()).unwrap_or(u64::MAX);
            start = now;
            times.push(time);
            each(time);
        }
        let all = begun.elapsed();
        self.drain(&mut pace)?;
        Ok(Measured { times, seen: Seen { arrived: job.iterations, all } })
    }

    fn follow_one_by_one(&self) -> Result<u64> {
        let mut pace = Pace::new(self.job.iterations, self.job.depth);
        let pieces = [self.region.sge(0, self.job.size as usize)?];
        let mut bytes = vec![0_u8; self.job.size as usize];
        for at in 0..self.job.iterations {
            self.hear(at)?;
            self.say(&mut pace, at, &pieces, &mut bytes)?;
            self.renew(false)?;
            // The next one does not come for a while.
            if self.job.pause > 0 && at + 1 < self.job.iterations {
                thread::sleep(Duration::from_millis(self.job.pause * 9 / 10));
            }
        }
        self.drain(&mut pace)?;
        Ok(self.job.iterations)
    }

    fn lead_many(&self) -> Result<Seen> {
        let mut pace = self.pace_of_many();
        let pieces = [self.region.sge(0, self.job.size as usize)?];
        let bytes = vec![0_u8; self.job.size as usize];
        let request = self.request(&pieces, &bytes);
        let begun = Instant::now();
        while pace.posted < pace.last {
            self.post::<CHAIN>(&mut pace, request)?;
        }
        self.drain(&mut pace)?;
        Ok(Seen { arrived: self.job.iterations, all: begun.elapsed() })
    }

    fn pace_of_many(&self) -> Pace {
        Pace::new(self.job.iterations, self.job.depth.min(self.qp.capacity().send_requests))
    }

    fn follow_many(&self) -> Result<u64> {
        let pieces = [self.received()?];
        let mut arrived = 0;
        while arrived < self.job.iterations {
            let patience = if self.is_lossy() && arrived > 0 { IDLE } else { PATIENCE };
            let before = arrived;
            let came = self.within(patience, || {
                self.receive(&pieces, &mut arrived)?;
                Ok(arrived > before)
            })?;
            if !came {
                return if self.is_lossy() { Ok(arrived) } else { Err(late()) };
            }
        }
        Ok(arrived)
    }

    /// Sends and receives at the same time, as the other side does.
    fn exchange(&self) -> Result<Seen> {
        let (mut pace, wanted) = (self.pace_of_many(), self.job.iterations);
        let (pieces, received) = ([self.region.sge(0, self.job.size as usize)?], [self.received()?]);
        let bytes = vec![0_u8; self.job.size as usize];
        let request = self.request(&pieces, &bytes);
        // Of all but messages the device knows alone.
        let mut arrived = if self.job.operation == Operation::Send { 0 } else { wanted };
        let begun = Instant::now();
        let mut last = begun;
        while pace.done < wanted || arrived < wanted {
            let all_went = pace.done >= wanted;
            let patience = if self.is_lossy() && all_went && arrived > 0 { IDLE } else { PATIENCE };
            let moved = self.within(patience, || {
                let before = (pace.posted, pace.done, arrived);
                if pace.posted < wanted {
                    self.post_some::<CHAIN>(&mut pace, request)?;
                } else {
                    self.reap(&mut pace)?;
                }
                if arrived < wanted {
                    self.receive(&received, &mut arrived)?;
                }
                Ok(before != (pace.posted, pace.done, arrived))
            })?;
            match moved {
                true => last = Instant::now(),
                // What is waited for was lost.
                false if self.is_lossy() && all_went => break,
                false => return Err(late()),
            }
        }
        Ok(Seen { arrived, all: last - begun })
    }

    /// Takes messages that came, and gives their places back.
    fn receive(&self, pieces: &[Sge<'_>], arrived: &mut u64) -> Result<()> {
        let mut some = [Completion::default(); TAKEN];
        let found = take(&*self.receive_cq, &mut some)?;
        if found > 0 {
            self.qp.post_receive(&[ReceiveRequest { id: 0, regions: pieces }; TAKEN][..found])?;
            *arrived += found as u64;
        }
        Ok(())
    }

    fn is_lossy(&self) -> bool {
        self.job.transport != TransportName::Rc
    }

    /// One towards the other side. Writes carry their place in their last byte, which the other side looks at.
    fn say(&self, pace: &mut Pace, at: u64, pieces: &[Sge<'_>], bytes: &mut [u8]) -> Result<()> {
        if self.job.operation == Operation::Write {
            let last = bytes.len() - 1;
            bytes[last] = mark(at);
            self.region.buffer().write(last, &bytes[last..])?;
        }
        self.post::<1>(pace, self.request(pieces, bytes))
    }

    /// One from the other side.
    fn hear(&self, at: u64) -> Result<()> {
        let patience = PATIENCE + Duration::from_millis(self.job.pause);
        if self.job.operation == Operation::Write {
            let last = received_at(self.job.size) + self.job.size as usize - 1;
            let word = self.region.buffer().word(last / 8 * 8)?;
            let came = self
                .within(patience, || Ok(word.load(Ordering::Acquire).to_ne_bytes()[last % 8] == mark(at)))?;
            return if came { Ok(()) } else { Err(late()) };
        }
        let mut one = [Completion::default(); 1];
        if !self.within(patience, || Ok(take(&*self.receive_cq, &mut one)? > 0))? {
            return Err(late());
        }
        self.renew(true)
    }

    /// Gives the place of a message that came back to the receive queue: at once if it is the only one, else when there is
    /// time for it, which is after the answer, and several by one call, as long as half of them are left.
    fn renew(&self, at_once: bool) -> Result<()> {
        let places = self.receives() as usize;
        if self.job.operation != Operation::Send || at_once != (places == 1) {
            return Ok(());
        }
        let owed = self.owed.get() + 1;
        if owed < CHAIN.min(places / 2) {
            self.owed.set(owed);
            return Ok(());
        }
        self.owed.set(0);
        let pieces = [self.received()?];
        self.qp.post_receive(&[ReceiveRequest { id: 0, regions: &pieces }; CHAIN][..owed])
    }

    fn request<'a>(&'a self, pieces: &'a [Sge<'a>], bytes: &'a [u8]) -> SendRequest<'a> {
        let remote = self.theirs.memory;
        let op = match self.job.operation {
            Operation::Send => SendOp::Send,
            Operation::Write => SendOp::Write(remote),
            Operation::Read => SendOp::Read(remote),
            Operation::FetchAdd => SendOp::FetchAdd { remote, add: 1 },
            Operation::CompareSwap => SendOp::CompareSwap { remote, compare: 0, swap: 0 },
        };
        let is_copied = !self.job.is_one_sided() && bytes.len() <= self.qp.capacity().inline as usize;
        let payload = if is_copied { Payload::Inline(bytes) } else { Payload::Regions(pieces) };
        let to = self.handle.as_ref().map(|handle| Destination {
            handle: &**handle,
            qp: self.theirs.qp,
            qkey: self.theirs.qkey,
        });
        SendRequest { id: 0, op, payload, flags: SendFlags::empty(), to, srq: None }
    }

    /// Posts it up to `MOST` times, as often as there is room and it is wanted, but at least once.
    fn post<const MOST: usize>(&self, pace: &mut Pace, request: SendRequest<'_>) -> Result<()> {
        let posted = self.within(PATIENCE, || Ok(self.post_some::<MOST>(pace, request)? > 0))?;
        if posted { Ok(()) } else { Err(late()) }
    }

    /// The same, without waiting for room.
    fn post_some<const MOST: usize>(&self, pace: &mut Pace, request: SendRequest<'_>) -> Result<usize> {
        // What is done need not be known before its room is needed.
        if pace.posted + MOST as u64 > pace.done + pace.room {
            self.reap(pace)?;
        }
        let room = (pace.room - (pace.posted - pace.done)).min(pace.last - pace.posted);
        let count = MOST.min(usize::try_from(room).unwrap_or(MOST));
        if count == 0 {
            return Ok(0);
        }
        let mut chain = [request; MOST];
        for one in &mut chain[..count] {
            pace.posted += 1;
            one.id = pace.posted;
            if pace.posted.is_multiple_of(pace.every) || pace.posted == pace.last {
                one.flags |= SendFlags::SIGNALED;
            }
        }
        self.qp.post_send(&chain[..count])?;
        Ok(count)
    }

    /// Notes what is done already.
    fn reap(&self, pace: &mut Pace) -> Result<()> {
        let mut some = [Completion::default(); TAKEN];
        let found = take(&*self.send_cq, &mut some)?;
        // They come in the order of their posts.
        if let Some(last) = some[..found].last() {
            pace.done = last.id;
        }
        Ok(())
    }

    /// Waits until all that says when it is done is done.
    fn drain(&self, pace: &mut Pace) -> Result<()> {
        let until = if pace.posted == pace.last { pace.last } else { pace.posted / pace.every * pace.every };
        let came = self.within(PATIENCE, || {
            self.reap(pace)?;
            Ok(pace.done >= until)
        })?;
        if came { Ok(()) } else { Err(late()) }
    }

    /// Looks again and again; false if the time is over. The processor is left to others after a while: drivers in
    /// software need it to go on. Where they were seen to, it is left to them at once.
    fn within(&self, patience: Duration, mut holds: impl FnMut() -> Result<bool>) -> Result<bool> {
        let mut begun = None;
        for spins in 1_u32.. {
            if holds()? {
                return Ok(true);
            }
            if !spins.is_multiple_of(self.spins.get()) {
                std::hint::spin_loop();
                continue;
            }
            let left = Instant::now();
            if left - *begun.get_or_insert(left) > patience {
                return Ok(false);
            }
            thread::yield_now();
            self.spins.set(if left.elapsed() > SHARED { 1 } else { SPINS });
        }
        Ok(false)
    }

    /// What was measured, with what the other side saw.
    pub(super) fn report(&self, measured: Measured, theirs: &Seen) -> Report {
        let job = self.job;
        let legs = if job.is_one_sided() { 1 } else { 2 };
        let is_latency = job.test == Test::Latency;
        let Measured { mut times, seen: ours } = measured;
        times.sort_unstable();
        let lost = |seen: &Seen| job.iterations.saturating_sub(seen.arrived);
        // Both begin at once, and the slower one ends the measurement.
        let (all, lost) = match job.bidirectional {
            true => (ours.all.max(theirs.all), lost(&ours) + lost(theirs)),
            false => (ours.all, lost(theirs)),
        };
        Report {
            place: self.place.clone(),
            gid: self.gid.clone(),
            mtu: self.mtu,
            seconds: all.as_secs_f64(),
            bandwidth: (!is_latency).then(|| Bandwidth::of(&job, all)),
            latency: is_latency.then(|| Latency::of(&times, legs)),
            histogram: histogram(&times, legs),
            lost,
            job,
        }
    }
}

/// What stands in the last byte of a write; never what stood there before.
fn mark(at: u64) -> u8 {
    (at % 255) as u8 + 1
}

/// Takes completions, all of which must be good.
fn take(cq: &dyn VerbsCq, into: &mut [Completion]) -> Result<usize> {
    let found = cq.poll(into)?;
    match into[..found].iter().find(|completion| !completion.is_success()) {
        None => Ok(found),
        Some(failed) => {
            let reason =
                format!("a request failed: {} (vendor error {:#x})", failed.status, failed.vendor_error);
            Err(Error::new(ErrorKind::Refused, OP).reason(reason))
        }
    }
}

fn late() -> Error {
    Error::new(ErrorKind::Timeout, OP)
        .reason("the other side does not answer")
        .hint("both must reach each other by the GIDs that were chosen: see `snicctl rdma gid best ADDRESS`")
}
