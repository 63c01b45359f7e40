//! The data path of verbs over rxe, both ends in this process: what arrives, what fails, who is woken, and what is left.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant};

use smartnic::Host;
use smartnic::verbs::{
    Access, AddressVector, AsyncEventKind, AsyncSource, Buffer, Completion, CompletionOp, CompletionStatus,
    Destination, GidType, Init, PathMtu, Peer, QpCapacity, QpState, QueuePair, Queues, Rc, ReceiveRequest,
    Receiving, Reset, RnrTimer, Rts, SendFlags, SendOp, SendRequest, Sending, SrqCapacity, Uc, Ud,
    VerbsContext, VerbsCq, VerbsMr, VerbsPd,
};

use super::verbs::Rxe;
use crate::check::{Done, During, Outcome, Why, expect, expect_eq};
use crate::lab::{Lab, sh_json};

const SIZE: usize = 64 * 1024;
const MOMENT: Duration = Duration::from_secs(10);
const QKEY: u32 = 0x1122;

/// One open device with what everything needs.
pub(super) struct Rig {
    context: Arc<dyn VerbsContext>,
    pub(super) pd: Arc<dyn VerbsPd>,
    pub(super) cq: Arc<dyn VerbsCq>,
    pub(super) region: Arc<dyn VerbsMr>,
    /// To itself.
    pub(super) way: AddressVector,
}

pub(super) fn everything() -> Access {
    Access::LOCAL_WRITE | Access::REMOTE_WRITE | Access::REMOTE_READ | Access::REMOTE_ATOMIC
}

impl Rig {
    pub(super) fn new(host: &Host) -> Result<Self, Why> {
        let context = host.verbs()?.open("rxe7")?;
        let gids = context.gids()?;
        let gid = gids.iter().find(|gid| gid.kind == Some(GidType::RoceV2) && gid.gid.ipv4().is_some());
        let gid = gid.ok_or_else(|| Why(format!("no GID of the link's address among {gids:?}")))?;
        let way = AddressVector::to_gid(1, u8::try_from(gid.index)?, gid.gid);
        let pd = context.alloc_pd()?;
        let cq = context.create_cq(256, None)?;
        let region = pd.register(&Buffer::new(SIZE), everything())?;
        Ok(Self { context, pd, cq, region, way })
    }

    pub(super) fn queues(&self) -> Queues {
        let capacity = QpCapacity { send_sges: 4, receive_sges: 4, ..QpCapacity::default() };
        Queues { capacity, ..Queues::on(&self.cq) }
    }

    fn peer<S>(&self, number: &QueuePair<S, Init>) -> Peer {
        Peer { qp: number.number(), psn: 0x1234, address: self.way, mtu: PathMtu::Mtu1024 }
    }

    /// Two that are connected to each other.
    fn rc(&self, queues: &Queues, sending: &Sending) -> Result<[QueuePair<Rc, Rts>; 2], Why> {
        let new = || QueuePair::<Rc, Reset>::new(&*self.pd, queues)?.init(1, 0, everything());
        let (a, b) = (new()?, new()?);
        let (of_a, of_b) = (self.peer(&a), self.peer(&b));
        let receiving = Receiving { rnr_timer: RnrTimer(1), ..Receiving::default() };
        let sending = Sending { psn: 0x1234, ..*sending };
        let a = a.ready_to_receive(&of_b, &receiving)?.ready_to_send(&sending)?;
        let b = b.ready_to_receive(&of_a, &receiving)?.ready_to_send(&sending)?;
        Ok([a, b])
    }

    fn completions(&self, count: usize) -> Result<Vec<Completion>, Why> {
        completions(&*self.cq, count)
    }

    /// Bytes at two places must be the same.
    fn same(&self, one: usize, other: usize, length: usize, what: &str) -> Result<(), Why> {
        let buffer = self.region.buffer();
        expect(buffer.bytes(one, length)? == buffer.bytes(other, length)?, || {
            format!("{what}: other bytes arrived")
        })
    }
}

/// So many completions, in the order of their numbers.
fn completions(cq: &dyn VerbsCq, count: usize) -> Result<Vec<Completion>, Why> {
    let (mut all, mut some) = (Vec::new(), [Completion::default(); 7]);
    let begun = Instant::now();
    while all.len() < count {
        let wanted = (count - all.len()).min(some.len());
        let found = cq.poll(&mut some[..wanted])?;
        all.extend_from_slice(&some[..found]);
        expect(begun.elapsed() < MOMENT, || format!("{count} completions were wanted, these came: {all:?}"))?;
    }
    all.sort_by_key(|completion| completion.id);
    Ok(all)
}

/// How they ended, by their numbers.
fn ended(completions: &[Completion]) -> Vec<(u64, CompletionStatus, CompletionOp)> {
    completions.iter().map(|done| (done.id, done.status, done.op)).collect()
}

fn good(id: u64, op: CompletionOp) -> (u64, CompletionStatus, CompletionOp) {
    (id, CompletionStatus::Success, op)
}

pub(crate) fn arrives(_: &Lab) -> Outcome {
    let Some(_rxe) = Rxe::new()? else { return Ok(Done::Skipped("this kernel has no rxe".to_owned())) };
    let host = Host::open("linux:")?;
    let rig = Rig::new(&host)?;
    let pattern: Vec<u8> = (0..16_384_u32).map(|at| (at * 7 + at / 251) as u8).collect();
    rig.region.buffer().write(0, &pattern)?;
    reliable(&rig)?;
    unreliable(&rig)?;
    datagrams(&rig)?;
    Ok(Done::Passed)
}

/// The second half of the memory is the receiver's.
const THERE: usize = SIZE / 2;

fn reliable(rig: &Rig) -> Result<(), Why> {
    let [a, b] = rig.rc(&rig.queues(), &Sending::default())?;
    let (region, buffer) = (&rig.region, rig.region.buffer());
    let state = a.query()?;
    expect_eq(
        &(state.state, state.peer, state.address.gid),
        &(QpState::Rts, b.number(), rig.way.gid),
        "the sender",
    )?;

    // A message of several packets, gathered from three pieces and scattered over two.
    b.receive(2, &[region.sge(THERE, 1000)?, region.sge(THERE + 1000, 9000)?])?;
    a.send(1, &[region.sge(0, 17)?, region.sge(17, 4000)?, region.sge(4017, 500)?])?;
    let done = rig.completions(2)?;
    expect_eq(
        &ended(&done),
        &vec![good(1, CompletionOp::Send), good(2, CompletionOp::Receive)],
        "a message",
    )?;
    expect_eq(&(done[1].bytes, done[1].imm, done[1].qp), &(4517, None, b.number()), "what was received")?;
    rig.same(0, THERE, 4517, "a message")?;

    // Copied bytes with a number.
    b.receive(4, &[region.sge(THERE, 64)?])?;
    a.post_send(&[SendRequest::inline(3, SendOp::SendImm(0xdead_beef), b"copied at once")])?;
    let done = rig.completions(2)?;
    expect_eq(&(done[1].imm, done[1].bytes), &(Some(0xdead_beef), 14), "a number that came along")?;
    expect_eq(&buffer.bytes(THERE, 14)?.as_slice(), &b"copied at once".as_slice(), "copied bytes")?;

    a.write(5, &[region.sge(0, 9000)?], region.remote(THERE))?;
    expect_eq(&ended(&rig.completions(1)?), &vec![good(5, CompletionOp::Write)], "a write")?;
    rig.same(0, THERE, 9000, "a write")?;

    b.receive(7, &[])?;
    a.write_imm(6, &[region.sge(100, 200)?], region.remote(THERE), 77)?;
    let done = rig.completions(2)?;
    let wanted = vec![good(6, CompletionOp::Write), good(7, CompletionOp::ReceiveWriteImm)];
    expect_eq(&ended(&done), &wanted, "a write with a number")?;
    expect_eq(&(done[1].imm, done[1].bytes), &(Some(77), 200), "the number of a write")?;
    rig.same(100, THERE, 200, "a write with a number")?;

    a.read(8, &[region.sge(THERE, 12_000)?], region.remote(1))?;
    expect_eq(&ended(&rig.completions(1)?), &vec![good(8, CompletionOp::Read)], "a read")?;
    rig.same(1, THERE, 12_000, "a read")?;
    atomics(rig, &a)?;

    // Only what is marked says that it is done.
    let quiet = SendRequest::new(20, SendOp::Write(region.remote(THERE)), &[]).flags(SendFlags::empty());
    let told = SendRequest::new(21, SendOp::Write(region.remote(THERE)), &[])
        .flags(SendFlags::SIGNALED | SendFlags::FENCE);
    a.post_send(&[quiet, quiet, told])?;
    expect_eq(&ended(&rig.completions(1)?), &vec![good(21, CompletionOp::Write)], "marked requests")?;
    many(rig, &a, &b)
}

fn atomics(rig: &Rig, a: &QueuePair<Rc, Rts>) -> Result<(), Why> {
    let (region, buffer) = (&rig.region, rig.region.buffer());
    let word = buffer.word(THERE + 8)?;
    word.store(40, Relaxed);
    a.fetch_add(9, region.sge(THERE, 8)?, region.remote(THERE + 8), 2)?;
    expect_eq(&ended(&rig.completions(1)?), &vec![good(9, CompletionOp::FetchAdd)], "an addition")?;
    expect_eq(
        &(buffer.word(THERE)?.load(Relaxed), word.load(Relaxed)),
        &(40, 42),
        "before and after an addition",
    )?;
    for (id, compare, now) in [(10, 42, 7), (11, 42, 7)] {
        a.compare_swap(id, region.sge(THERE, 8)?, region.remote(THERE + 8), compare, 7)?;
        expect_eq(&ended(&rig.completions(1)?), &vec![good(id, CompletionOp::CompareSwap)], "a swap")?;
        expect_eq(&word.load(Relaxed), &now, "after a swap")?;
    }
    expect_eq(&buffer.word(THERE)?.load(Relaxed), &7, "what a swap that did not fit found")
}

/// Posts of more requests than are handed over at a time.
fn many(rig: &Rig, a: &QueuePair<Rc, Rts>, b: &QueuePair<Rc, Rts>) -> Result<(), Why> {
    let pieces = [rig.region.sge(THERE, 8)?];
    let receives: Vec<ReceiveRequest<'_>> =
        (0..40).map(|id| ReceiveRequest { id: 100 + id, regions: &pieces }).collect();
    b.post_receive(&receives)?;
    let bytes = [5; 8];
    let sends: Vec<SendRequest<'_>> =
        (0..40).map(|id| SendRequest::inline(id, SendOp::Send, &bytes)).collect();
    a.post_send(&sends)?;
    let done = rig.completions(80)?;
    let ids: Vec<u64> = done.iter().map(|done| done.id).collect();
    let wanted: Vec<u64> = (0..40).chain(100..140).collect();
    expect_eq(&ids, &wanted, "forty messages at a time")?;
    expect(done.iter().all(Completion::is_success), || format!("forty messages: {done:?}"))
}

fn unreliable(rig: &Rig) -> Result<(), Why> {
    let new = || QueuePair::<Uc, Reset>::new(&*rig.pd, &rig.queues())?.init(1, 0, everything());
    let (a, b) = (new()?, new()?);
    let (of_a, of_b) = (rig.peer(&a), rig.peer(&b));
    let a = a.ready_to_receive(&of_b)?.ready_to_send(0x1234)?;
    let b = b.ready_to_receive(&of_a)?.ready_to_send(0x1234)?;
    b.receive(2, &[rig.region.sge(THERE, 8000)?])?;
    a.send(1, &[rig.region.sge(50, 5000)?])?;
    let wanted = vec![good(1, CompletionOp::Send), good(2, CompletionOp::Receive)];
    expect_eq(&ended(&rig.completions(2)?), &wanted, "a message without answers")?;
    rig.same(50, THERE, 5000, "a message without answers")?;
    b.receive(4, &[])?;
    a.write_imm(3, &[rig.region.sge(0, 3000)?], rig.region.remote(THERE), 1)?;
    let done = rig.completions(2)?;
    expect_eq(&(done[0].id, done[1].imm), &(3, Some(1)), "a write without answers")?;
    rig.same(0, THERE, 3000, "a write without answers")
}

fn datagrams(rig: &Rig) -> Result<(), Why> {
    let new = || {
        QueuePair::<Ud, Reset>::new(&*rig.pd, &rig.queues())?
            .init(1, 0, QKEY)?
            .ready_to_receive()?
            .ready_to_send(5)
    };
    let (a, b) = (new()?, new()?);
    let handle = rig.pd.create_ah(&rig.way)?;
    let to = |qkey| Destination { handle: &*handle, qp: b.number(), qkey };
    b.receive(2, &[rig.region.sge(THERE, 40 + 512)?])?;
    // The first has the wrong key, so nobody receives it.
    a.send_to(0, &[rig.region.sge(0, 8)?], to(QKEY + 1))?;
    a.send_to(1, &[rig.region.sge(9, 500)?], to(QKEY))?;
    let done = rig.completions(3)?;
    let wanted =
        vec![good(0, CompletionOp::Send), good(1, CompletionOp::Send), good(2, CompletionOp::Receive)];
    expect_eq(&ended(&done), &wanted, "datagrams")?;
    let told = (done[2].bytes, done[2].source_qp, done[2].has_grh);
    expect_eq(&told, &(540, a.number(), true), "what a datagram says of its sender")?;
    rig.same(9, THERE + 40, 500, "a datagram")
}

pub(crate) fn fails(_: &Lab) -> Outcome {
    let Some(_rxe) = Rxe::new()? else { return Ok(Done::Skipped("this kernel has no rxe".to_owned())) };
    let host = Host::open("linux:")?;
    let rig = Rig::new(&host)?;
    let quick = Sending { rnr_retries: 1, retries: 1, ..Sending::default() };
    let first = |what: &str, post: &dyn Fn(&QueuePair<Rc, Rts>) -> smartnic::Result<()>, status| {
        let [a, b] = rig.rc(&rig.queues(), &quick)?;
        post(&a)?;
        let found = rig.completions(1).during(what)?[0];
        expect_eq(&(found.id, found.status), &(1, status), what)?;
        expect_eq(&a.query()?.state, &QpState::Err, what)?;
        // What is posted from now on comes back at once.
        a.send_inline(2, &[])?;
        let flushed = rig.completions(1).during(format_args!("{what}, and a request after it"))?[0];
        expect_eq(&(flushed.id, flushed.status), &(2, CompletionStatus::Flushed), what)?;
        drop(b);
        Ok::<_, Why>(())
    };
    let region = &rig.region;
    let piece = region.sge(0, 64)?;
    let wrong_key = smartnic::verbs::Remote { key: region.remote_key() ^ 0xff, ..region.remote(0) };
    first("a wrong key", &|a| a.write(1, &[piece], wrong_key), CompletionStatus::RemoteAccess)?;
    first(
        "beyond the end",
        &|a| a.read(1, &[piece], region.remote(SIZE - 8)),
        CompletionStatus::RemoteAccess,
    )?;
    let guarded = rig.pd.register(&Buffer::new(4096), Access::LOCAL_WRITE | Access::REMOTE_READ)?;
    first("no right", &|a| a.write(1, &[piece], guarded.remote(0)), CompletionStatus::RemoteAccess)?;
    first("no receive request", &|a| a.send(1, &[piece]), CompletionStatus::RnrRetryExceeded)?;

    // Both ends of a message that does not fit are told; rxe takes the receive request for malformed.
    let [a, b] = rig.rc(&rig.queues(), &quick)?;
    b.receive(2, &[region.sge(THERE, 16)?])?;
    a.send(1, &[piece])?;
    let found = rig.completions(2).during("a message that does not fit")?;
    let found: Vec<_> = found.iter().map(|done| (done.id, done.status)).collect();
    let wanted = vec![(1, CompletionStatus::RemoteOperation), (2, CompletionStatus::LocalQpOperation)];
    expect_eq(&found, &wanted, "a message that does not fit")?;

    // What waits when it is failed comes back.
    let [a, b] = rig.rc(&rig.queues(), &quick)?;
    b.receive(3, &[])?;
    b.receive(4, &[])?;
    let b = b.fail()?;
    let found = rig.completions(2).during("what waits")?;
    let found: Vec<_> = found.iter().map(|done| (done.id, done.status)).collect();
    expect_eq(&found, &vec![(3, CompletionStatus::Flushed), (4, CompletionStatus::Flushed)], "flushed")?;
    // A region that goes takes the device's right with it.
    let gone = rig.pd.register(&Buffer::new(4096), everything())?;
    let remote = gone.remote(0);
    drop(gone);
    let b = b.reset()?;
    expect_eq(&b.query()?.state, &QpState::Reset, "the state after a reset")?;
    drop((a, b));
    first("a region that is gone", &|a| a.write(1, &[piece], remote), CompletionStatus::RemoteAccess)?;
    refused(&rig)?;
    Ok(Done::Passed)
}

/// What is refused before it reaches the device.
fn refused(rig: &Rig) -> Result<(), Why> {
    let [a, _b] = rig.rc(&rig.queues(), &Sending::default())?;
    let kind = |answer: smartnic::Result<()>| answer.err().map(|error| error.kind());
    let too_long = [0; 4096];
    expect_eq(
        &kind(a.send_inline(1, &too_long)),
        &Some(smartnic::ErrorKind::InvalidInput),
        "too many copied bytes",
    )?;
    let full = a.raw().capacity().receive_requests as usize + 1;
    let receives = vec![ReceiveRequest { id: 0, regions: &[] }; full + 64];
    expect_eq(&kind(a.post_receive(&receives)), &Some(smartnic::ErrorKind::NoSpace), "a full queue")?;
    let fresh = QueuePair::<Rc, Reset>::new(&*rig.pd, &rig.queues())?;
    let early = smartnic::verbs::QpChange::to(QpState::Rts);
    expect_eq(&kind(fresh.raw().modify(&early)), &Some(smartnic::ErrorKind::Refused), "a state left out")?;
    let other = Rig::new(&Host::open("linux:")?)?;
    let foreign = Queues::on(&other.cq);
    let answer = QueuePair::<Rc, Reset>::new(&*rig.pd, &foreign).map(drop);
    expect_eq(&kind(answer), &Some(smartnic::ErrorKind::InvalidInput), "a queue of another device")
}

pub(crate) fn shared_and_woken(_: &Lab) -> Outcome {
    let Some(_rxe) = Rxe::new()? else { return Ok(Done::Skipped("this kernel has no rxe".to_owned())) };
    let host = Host::open("linux:")?;
    let rig = Rig::new(&host)?;
    let srq = rig.pd.create_srq(SrqCapacity { requests: 16, sges: 1 })?;
    let channel = rig.context.create_channel()?;
    let cq = rig.context.create_cq(64, Some(&channel))?;
    let queues = Queues { receive: Arc::clone(&cq), shared: Some(Arc::clone(&srq)), ..rig.queues() };
    let pairs = [rig.rc(&queues, &Sending::default())?, rig.rc(&queues, &Sending::default())?];
    let pieces = [rig.region.sge(THERE, 64)?];
    let requests: Vec<ReceiveRequest<'_>> =
        (0..4).map(|id| ReceiveRequest { id, regions: &pieces }).collect();
    srq.post_receive(&requests)?;
    srq.set_limit(3)?;
    expect_eq(&srq.limit()?, &3, "the limit of a shared queue")?;

    expect_eq(&channel.wait(Some(Duration::from_millis(1)))?, &None, "nobody was woken yet")?;
    cq.arm(false)?;
    for (at, [sender, _]) in pairs.iter().enumerate() {
        sender.send_inline(at as u64, &[7; 24])?;
    }
    expect_eq(&channel.wait(Some(MOMENT))?, &Some(cq.id()), "the queue that was woken for")?;
    let done = completions(&*cq, 2)?;
    let mut into: Vec<u32> = done.iter().map(|done| done.qp).collect();
    into.sort_unstable();
    let mut wanted: Vec<u32> = pairs.iter().map(|[_, receiver]| receiver.number()).collect();
    wanted.sort_unstable();
    expect_eq(&into, &wanted, "two queue pairs that share a queue")?;
    rig.completions(2)?;

    let mut told = Vec::new();
    while let Some(event) = rig.context.next_event(Some(Duration::from_millis(500)))? {
        told.push((event.kind, event.source));
        if event.kind == AsyncEventKind::SrqLimit {
            break;
        }
    }
    let limit = (AsyncEventKind::SrqLimit, AsyncSource::Srq(srq.id()));
    expect(told.contains(&limit), || format!("the limit was reached, but only this was told: {told:?}"))?;
    let refused = pairs[0][0].receive(9, &[]).err().map(|error| error.kind());
    expect_eq(&refused, &Some(smartnic::ErrorKind::InvalidInput), "a receive beside the shared queue")?;
    Ok(Done::Passed)
}

/// How many objects of each kind this process has on rxe7, as `rdma` counts them.
fn ours() -> Result<Vec<(&'static str, usize)>, Why> {
    let pid = std::process::id();
    let count = |kind: &'static str| {
        let all = sh_json(&format!("rdma -j resource show {kind}"))?;
        let mine = |entry: &&serde_json::Value| entry["ifname"] == "rxe7" && entry["pid"] == pid;
        Ok((kind, all.as_array().into_iter().flatten().filter(mine).count()))
    };
    ["ctx", "pd", "mr", "cq", "qp", "srq"].into_iter().map(count).collect()
}

pub(crate) fn shown_and_gone(_: &Lab) -> Outcome {
    let Some(_rxe) = Rxe::new()? else { return Ok(Done::Skipped("this kernel has no rxe".to_owned())) };
    let host = Host::open("linux:")?;
    let rig = Rig::new(&host)?;
    let srq = rig.pd.create_srq(SrqCapacity { requests: 16, sges: 1 })?;
    let pair = rig.rc(&rig.queues(), &Sending::default())?;
    let wanted = vec![("ctx", 1), ("pd", 1), ("mr", 1), ("cq", 1), ("qp", 2), ("srq", 1)];
    expect_eq(&ours()?, &wanted, "our objects")?;
    let shown = sh_json("rdma -j resource show qp link rxe7/1 type RC")?;
    let numbers = pair.each_ref().map(|qp| u64::from(qp.number()));
    let states: Vec<_> = shown
        .as_array()
        .into_iter()
        .flatten()
        .filter(|qp| numbers.contains(&qp["lqpn"].as_u64().unwrap_or(0)))
        .map(|qp| qp["state"].as_str().unwrap_or_default().to_owned())
        .collect();
    expect_eq(&states, &vec!["RTS".to_owned(); 2], "the states of our queue pairs")?;
    // What is needed by others stays until they are gone.
    let Rig { context, pd, cq, region, .. } = rig;
    drop((context, pd, cq));
    expect_eq(&ours()?, &wanted, "objects that others need")?;
    drop((region, srq));
    drop(pair);
    let none = wanted.iter().map(|(kind, _)| (*kind, 0)).collect();
    expect_eq(&ours()?, &none, "what is left")?;
    Ok(Done::Passed)
}
