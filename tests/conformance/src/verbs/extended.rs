//! What came to verbs later: completions with time stamps, batches, parent domains.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use smartnic::{Error, ErrorKind};
use smartnic_core::backend::{CqConfig, QpConfig, VerbsBatch, VerbsCq, VerbsCqEx, VerbsQp, VerbsSrq};
use smartnic_core::rdma::{QpState, QpType};
use smartnic_core::verbs::{
    Access, Buffer, Completion, CompletionEx, CompletionOp, CompletionStatus, CqFields, Destination, Ece,
    Flush, QpChange, ReceiveRequest, Remote, SendOp, SendOps, SendRequest, Sge, SrqCapacity, WindowBind,
};

use super::checks::succeeded;
use super::rig::{PATIENCE, QKEY, Rig, Way, applicable, must};
use crate::check::{Result, Stop};

pub(super) fn said(rig: &Rig<'_>) -> Result {
    let (limits, more) = (rig.context.limits()?, rig.context.extended()?);
    must(more.ports == u32::from(limits.ports), || format!("{} and {} ports", limits.ports, more.ports))?;
    let stamped = more.timestamp_mask != 0;
    must(!stamped || more.core_clock_khz != 0, || format!("stamps without a clock: {more:?}"))?;
    if !rig.is_simulated() {
        return Ok(());
    }
    let (one, other) = (rig.context.clock()?, rig.context.clock()?);
    must(more.between(one, other).is_some_and(|time| time < PATIENCE), || format!("{one} and {other}"))
}

/// The next completions of an extended queue.
pub(super) fn polled(cq: &dyn VerbsCqEx, count: usize) -> Result<Vec<CompletionEx>> {
    let (end, mut all) = (Instant::now() + PATIENCE, Vec::new());
    while all.len() < count {
        // Fewer places than completions, so that some stay.
        let mut some = [CompletionEx::default(); 2];
        let found = cq.poll_ex(&mut some)?;
        all.extend_from_slice(&some[..found]);
        if found == 0 && Instant::now() > end {
            return Err(Stop::Failed(format!("only {} of {count} completions came: {all:?}", all.len())));
        }
    }
    Ok(all)
}

fn pair_on(rig: &Rig<'_>, cq: &Arc<dyn VerbsCq>) -> Result<[Arc<dyn VerbsQp>; 2]> {
    let config = QpConfig { send_cq: cq, receive_cq: cq, ..rig.config(QpType::Rc) };
    let pair = [rig.pd.create_qp(&config)?, rig.pd.create_qp(&config)?];
    rig.join(&pair[0], pair[1].number(), Way::default())?;
    rig.join(&pair[1], pair[0].number(), Way::default())?;
    Ok(pair)
}

/// Messages with a number, whose completions an extended queue tells.
pub(super) fn told_more(rig: &Rig<'_>) -> Result {
    let cq = applicable(rig.context.create_cq_ex(&CqConfig::new(64)))?;
    let [a, b] = pair_on(rig, &(Arc::clone(&cq) as Arc<dyn VerbsCq>))?;
    let memory = rig.memory(4096, 7)?;
    let exchange = || -> Result {
        for id in 1..=3 {
            rig.receive(&b, id, &memory, 1024 * id as usize, 64)?;
        }
        let piece = [memory.sge(0, 10)?];
        a.post_send(&[4, 5, 6].map(|id| SendRequest::new(id, SendOp::SendImm(id as u32 * 100), &piece)))?;
        Ok(())
    };
    exchange()?;
    let mut all = polled(&*cq, 6)?;
    all.sort_by_key(|told| told.completion.id);
    let plain: Vec<Completion> = all.iter().map(|told| told.completion).collect();
    succeeded(&plain)?;
    let short: Vec<_> = plain.iter().map(|it| (it.id, it.op, it.imm, it.qp)).collect();
    let received = |id, imm| (id, CompletionOp::Receive, Some(imm), b.number());
    let sent = |id| (id, CompletionOp::Send, None, a.number());
    let wanted = [received(1, 400), received(2, 500), received(3, 600), sent(4), sent(5), sent(6)];
    must(short == wanted && plain[..3].iter().all(|it| it.bytes == 10), || format!("{plain:?}"))?;
    must(all.iter().all(|told| told.timestamp.is_none()), || "a stamp that nobody wants".to_owned())?;
    // As any other queue it says the same.
    exchange()?;
    let mut again = Vec::new();
    let end = Instant::now() + PATIENCE;
    while again.len() < 6 && Instant::now() < end {
        let mut some = [Completion::default(); 4];
        let found = cq.poll(&mut some)?;
        again.extend_from_slice(&some[..found]);
    }
    again.sort_by_key(|completion| completion.id);
    must(again == plain, || format!("{again:?} and {plain:?}"))?;
    must(cq.poll_ex(&mut [CompletionEx::default()])? == 0, || "there are more".to_owned())?;
    // What waits is flushed, and told as an error.
    rig.receive(&b, 9, &memory, 0, 8)?;
    b.modify(&QpChange::to(QpState::Err))?;
    let told = polled(&*cq, 1)?;
    must(told[0].completion.id == 9 && !told[0].completion.is_success(), || format!("{told:?}"))
}

pub(super) fn stamped(rig: &Rig<'_>) -> Result {
    let more = rig.context.extended()?;
    let fields = CqFields::default() | CqFields::TIMESTAMP | CqFields::WALL_CLOCK;
    let made = rig.context.create_cq_ex(&CqConfig { fields, ..CqConfig::new(16) });
    if more.timestamp_mask == 0 {
        // A device without a clock does not take the wish and say nothing.
        let error = made.err();
        must(error.is_some(), || "stamps of a device that has no clock".to_owned())?;
        return Err(Stop::NotApplicable(error.map_or_else(String::new, |error| error.to_string())));
    }
    let cq = applicable(made)?;
    let [a, _b] = pair_on(rig, &(Arc::clone(&cq) as Arc<dyn VerbsCq>))?;
    let memory = rig.memory(64, 7)?;
    let nanos = || SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_nanos() as u64);
    let (begun, day) = (rig.context.clock()?, nanos());
    let mut before = begun;
    for id in 0..3 {
        a.post_send(&[SendRequest::new(id, SendOp::Write(memory.remote(32)), &[memory.sge(0, 8)?])])?;
        let told = polled(&*cq, 1)?[0];
        let stamp = told.timestamp.ok_or_else(|| Stop::Failed(format!("no stamp: {told:?}")))?;
        let passed = more.between(before, stamp);
        must(passed.is_some_and(|passed| passed < PATIENCE), || format!("{before}, then {stamp}"))?;
        let wall = told.wall_clock.unwrap_or(0);
        must((day..=nanos()).contains(&wall), || format!("{wall} is not between {day} and now"))?;
        before = stamp;
    }
    let whole = more.between(begun, rig.context.clock()?);
    must(whole.is_some_and(|whole| whole < PATIENCE + Duration::from_secs(1)), || format!("{whole:?}"))
}

pub(super) fn batches(rig: &Rig<'_>) -> Result {
    let batches = SendOps::of(QpType::Rc).difference(SendOps::FETCH_ADD);
    let config = QpConfig { batches: Some(batches), ..rig.config(QpType::Rc) };
    let (a, b) = (applicable(rig.pd.create_qp(&config))?, rig.qp(QpType::Rc, None)?);
    rig.join(&a, b.number(), Way::default())?;
    rig.join(&b, a.number(), Way::default())?;
    let (mine, theirs) = (rig.memory(4096, 5)?, rig.memory(4096, 9)?);
    let pieces = [mine.sge(0, 8)?, mine.sge(1000, 8)?];
    theirs.buffer().write(512, &40u64.to_ne_bytes())?;
    let swap = SendOp::CompareSwap { remote: theirs.remote(512), compare: 40, swap: 7 };
    rig.receive(&b, 1, &theirs, 2048, 64)?;
    rig.receive(&b, 2, &theirs, 3072, 64)?;
    rig.receive(&b, 3, &theirs, 0, 0)?;
    a.post_batch(&mut |batch| {
        batch.push(&SendRequest::new(11, SendOp::Write(theirs.remote(0)), &pieces))?;
        batch.push(&SendRequest::inline(12, SendOp::SendImm(77), b"copied"))?;
        batch.push(&SendRequest::new(13, SendOp::Read(theirs.remote(100)), &[mine.sge(2000, 8)?]))?;
        batch.push(&SendRequest::new(14, swap, &[mine.sge(2008, 8)?]))?;
        batch.push(&SendRequest::new(15, SendOp::Send, &pieces[..1]))?;
        batch.push(&SendRequest::inline(16, SendOp::WriteImm(theirs.remote(200), 78), b"numbered"))
    })?;
    let all = rig.completions(9)?;
    succeeded(&all)?;
    let told: Vec<_> = all.iter().map(|it| (it.id, it.imm)).collect();
    let silent = |id| (id, None);
    must(told[..3] == [(1, Some(77)), (2, None), (3, Some(78))], || format!("{told:?}"))?;
    must(told[3..] == [11, 12, 13, 14, 15, 16].map(silent), || format!("{told:?}"))?;
    let there = |at, length| theirs.buffer().bytes(at, length);
    must(there(0, 17)? == [vec![5; 16], vec![9]].concat(), || "not what was written".to_owned())?;
    must(there(2048, 6)? == b"copied" && there(3072, 9)? == [5, 5, 5, 5, 5, 5, 5, 5, 9], || {
        "other messages".to_owned()
    })?;
    must(there(200, 8)? == b"numbered" && there(512, 8)? == 7u64.to_ne_bytes(), || {
        "not what was put".to_owned()
    })?;
    let read = mine.buffer().bytes(2000, 16)?;
    must(read == [[9; 8], 40u64.to_ne_bytes()].concat(), || format!("{read:?} was read"))?;
    nothing_is_posted(rig, &a, &b, &pieces)?;
    // It posts as any other does, too.
    a.post_send(&[SendRequest::new(17, SendOp::Write(theirs.remote(0)), &pieces)])?;
    succeeded(&rig.completions(1)?)?;
    let refused = b.post_batch(&mut |_| Ok(())).map_err(|error| error.kind());
    must(refused == Err(ErrorKind::Unsupported), || format!("{refused:?} of one that was not made for it"))
}

type Fill<'a> = &'a mut dyn FnMut(&mut dyn VerbsBatch) -> smartnic::Result<()>;

/// Batches that fail leave nothing behind.
fn nothing_is_posted(
    rig: &Rig<'_>,
    a: &Arc<dyn VerbsQp>,
    b: &Arc<dyn VerbsQp>,
    pieces: &[Sge<'_>],
) -> Result {
    let good = SendRequest::inline(21, SendOp::Send, b"never");
    let remote = Remote { address: 0, key: 0 };
    let add = SendOp::FetchAdd { remote, add: 1 };
    let too_many = vec![pieces[0]; a.capacity().send_sges as usize + 1];
    let tries: [(&str, Fill<'_>); 4] = [
        ("its owner fails", &mut |batch| {
            batch.push(&good)?;
            Err(Error::invalid("put a batch together", "on second thoughts"))
        }),
        ("a kind that it was not made for", &mut |batch| {
            batch.push(&good)?;
            batch.push(&SendRequest::new(22, add, &pieces[..1]))
        }),
        ("too many pieces, and its owner goes on", &mut |batch| {
            batch.push(&good)?;
            let _ = batch.push(&SendRequest::new(23, SendOp::Send, &too_many));
            Ok(())
        }),
        ("more than fit", &mut |batch| (0..300).try_for_each(|id| batch.push(&SendRequest { id, ..good }))),
    ];
    for (what, fill) in tries {
        must(a.post_batch(fill).is_err(), || format!("{what}: it was posted"))?;
    }
    let told = rig.cq.poll(&mut [Completion::default()])?;
    must(told == 0, || "something of it came to an end".to_owned())?;
    // Nor did anything arrive: the next receive request waits for the next message.
    let memory = rig.memory(64, 0)?;
    rig.receive(b, 31, &memory, 0, 64)?;
    let message = SendRequest::inline(32, SendOp::Send, b"at last");
    a.post_batch(&mut |batch| batch.push(&message))?;
    let all = rig.completions(2)?;
    succeeded(&all)?;
    must(all[0].bytes == 7, || format!("{all:?}"))
}

/// Two ends, of which the second posts batches of these kinds.
fn batched(rig: &Rig<'_>, ops: SendOps, access: Access) -> Result<[Arc<dyn VerbsQp>; 2]> {
    let config = QpConfig { batches: Some(ops), ..rig.config(QpType::Rc) };
    let pair = [rig.qp(QpType::Rc, None)?, applicable(rig.pd.create_qp(&config))?];
    let way = Way { access: Way::default().access | access, ..Way::default() };
    rig.join(&pair[0], pair[1].number(), way)?;
    rig.join(&pair[1], pair[0].number(), way)?;
    Ok(pair)
}

/// A window is lent, and its peer told of it, by one batch.
pub(super) fn bound_in_a_batch(rig: &Rig<'_>) -> Result {
    rig.not_iwarp("the devices that are tried have no windows")?;
    let window = applicable(rig.pd.alloc_window())?;
    let ops = SendOps::SEND | SendOps::BIND_WINDOW;
    let [a, b] = batched(rig, ops, Access::empty())?;
    let (mine, lent) = (rig.memory(64, 5)?, Buffer::new(4096));
    let region = rig.pd.register(&lent, Access::LOCAL_WRITE | Access::WINDOW_BIND)?;
    let bind = WindowBind { region: &region, offset: 1024, length: 128, access: Access::REMOTE_WRITE };
    rig.receive(&a, 1, &mine, 0, 8)?;
    let mut remote = None;
    b.post_batch(&mut |batch| {
        remote = Some(batch.bind_window(2, &*window, &bind)?);
        batch.push(&SendRequest::inline(3, SendOp::Send, b"lent"))
    })?;
    let remote = remote.ok_or_else(|| Stop::Failed("nothing was bound".to_owned()))?;
    let all = rig.completions(3)?;
    succeeded(&all)?;
    let ops: Vec<_> = all.iter().map(|done| done.op).collect();
    must(ops == [CompletionOp::Receive, CompletionOp::BindWindow, CompletionOp::Send], || {
        format!("{ops:?}")
    })?;
    must(window.remote_key() == remote.key, || format!("{remote:?} is not of {window:?}"))?;
    a.post_send(&[SendRequest::new(4, SendOp::Write(remote), &[mine.sge(32, 8)?])])?;
    succeeded(&rig.completions(1)?)?;
    must(lent.bytes(1024, 9)? == [5, 5, 5, 5, 5, 5, 5, 5, 0], || "not what was written".to_owned())?;
    b.post_send(&[SendRequest::new(5, SendOp::LocalInvalidate(remote.key), &[])])?;
    succeeded(&rig.completions(1)?)?;
    // A batch that is taken back lends nothing.
    let mut never = remote;
    let failed = b.post_batch(&mut |batch| {
        never = batch.bind_window(6, &*window, &bind)?;
        Err(Error::invalid("put a batch together", "on second thoughts"))
    });
    must(failed.is_err() && never != remote, || format!("{never:?} and {remote:?}"))?;
    a.post_send(&[SendRequest::new(7, SendOp::Write(never), &[mine.sge(32, 8)?])])?;
    let done = rig.completion()?;
    must(done.status == CompletionStatus::RemoteAccess, || format!("{done:?}"))
}

/// What goes in batches only, of devices that have it.
pub(super) fn words_and_flushes(rig: &Rig<'_>) -> Result {
    rig.not_iwarp("there are neither writes of a word nor flushes")?;
    let ops = SendOps::WRITE | SendOps::ATOMIC_WRITE | SendOps::FLUSH;
    let [_a, b] = batched(rig, ops, Access::FLUSH_GLOBAL)?;
    let (mine, buffer) = (rig.memory(64, 5)?, Buffer::new(4096));
    let access = Access::LOCAL_WRITE | Access::REMOTE_WRITE;
    let theirs = rig.pd.register(&buffer, access | Access::FLUSH_GLOBAL)?;
    let remote = theirs.remote(64);
    let (word, flush) = (
        |at| SendOp::AtomicWrite { remote: theirs.remote(at), word: *b"at once!" },
        |length| SendOp::Flush { remote, to: Flush::GLOBAL, length },
    );
    b.post_batch(&mut |batch| {
        batch.push(&SendRequest::new(1, SendOp::Write(remote), &[mine.sge(0, 8)?]))?;
        batch.push(&SendRequest::new(2, flush(Some(8)), &[]))?;
        batch.push(&SendRequest::new(3, flush(None), &[]))?;
        batch.push(&SendRequest::new(4, word(72), &[]))
    })?;
    let all = rig.completions(4)?;
    succeeded(&all)?;
    let told: Vec<_> = all.iter().map(|done| done.op).collect();
    let wanted = [CompletionOp::Write, CompletionOp::Flush, CompletionOp::Flush, CompletionOp::AtomicWrite];
    must(told == wanted, || format!("{told:?}"))?;
    let there = buffer.bytes(64, 17)?;
    must(there == *b"\x05\x05\x05\x05\x05\x05\x05\x05at once!\0", || format!("{there:?}"))?;
    let alone = b.post_send(&[SendRequest::new(5, word(72), &[])]);
    must(alone.is_err(), || "a word was written alone".to_owned())?;
    // What may be written need not be flushed.
    let other = rig.memory(64, 0)?;
    let refused = SendOp::Flush { remote: other.remote(0), to: Flush::GLOBAL, length: Some(8) };
    b.post_batch(&mut |batch| batch.push(&SendRequest::new(6, refused, &[])))?;
    let done = rig.completion()?;
    must(done.status == CompletionStatus::RemoteAccess, || format!("{done:?}"))
}

pub(super) fn parent_domain(rig: &Rig<'_>) -> Result {
    let thread = match rig.context.alloc_thread_domain() {
        Err(error) if error.kind() == ErrorKind::Unsupported => None,
        thread => Some(thread?),
    };
    let parent = applicable(rig.context.alloc_parent_domain(&rig.pd, thread.as_ref()))?;
    // Queue pairs of the one and regions of the other go together, both ways.
    let (mine, theirs) =
        (rig.memory(64, 5)?, parent.register(&Buffer::new(64), Access::LOCAL_WRITE | Access::REMOTE_WRITE)?);
    let (a, b) = (parent.create_qp(&rig.config(QpType::Rc))?, rig.qp(QpType::Rc, None)?);
    rig.join(&a, b.number(), Way::default())?;
    rig.join(&b, a.number(), Way::default())?;
    a.post_send(&[SendRequest::new(1, SendOp::Write(theirs.remote(0)), &[mine.sge(0, 8)?])])?;
    b.post_send(&[SendRequest::new(2, SendOp::Write(theirs.remote(8)), &[mine.sge(0, 8)?])])?;
    succeeded(&rig.completions(2)?)?;
    must(theirs.buffer().bytes(0, 17)? == [vec![5; 16], vec![0]].concat(), || {
        "not what was written".to_owned()
    })?;
    // So do handles and queue pairs for datagrams.
    let (from, to) = (rig.datagrams(None)?, rig.datagrams(None)?);
    let handle = parent.create_ah(&rig.address)?;
    rig.receive(&to, 3, &theirs, 0, 64)?;
    let way = Destination { handle: &*handle, qp: to.number(), qkey: QKEY };
    from.post_send(&[SendRequest::inline(4, SendOp::Send, b"hello").to(way)])?;
    succeeded(&rig.completions(2)?)?;
    // A domain that stands on a parent stands on what that stands on.
    let again = rig.context.alloc_parent_domain(&parent, None)?;
    drop((thread, parent));
    let region = again.register(&Buffer::new(8), Access::LOCAL_WRITE)?;
    b.post_send(&[SendRequest::new(5, SendOp::Read(theirs.remote(0)), &[region.sge(0, 8)?])])?;
    let done = rig.completion()?;
    must(done.status == CompletionStatus::RemoteAccess, || format!("{done:?}: nobody may read it"))?;
    let other = rig.host.verbs()?.open(rig.context.device())?;
    let refused = other.alloc_parent_domain(&rig.pd, None).map(drop);
    must(refused.is_err(), || "a domain of another device was taken".to_owned())
}

/// One connection, and two shared receive queues behind it.
pub(super) fn extended_connections(rig: &Rig<'_>) -> Result {
    let domain = applicable(rig.context.open_xrcd())?;
    let other_cq = rig.context.create_cq(16, None)?;
    let capacity = SrqCapacity { requests: 16, sges: 1 };
    let queues = [&rig.cq, &other_cq].map(|cq| rig.pd.create_xrc_srq(capacity, &domain, cq));
    let [first, second] = queues;
    let (first, second) = (first?, second?);
    let number = |srq: &Arc<dyn VerbsSrq>| {
        srq.number().ok_or_else(|| Stop::Failed("a queue that nobody can name".to_owned()))
    };
    let (to_first, to_second) = (number(&first)?, number(&second)?);
    let (a, b) = (rig.qp(QpType::XrcIni, None)?, domain.create_target()?);
    rig.join(&a, b.number(), Way::default())?;
    rig.join(&b, a.number(), Way::default())?;
    let (mine, theirs) = (rig.memory(4096, 5)?, rig.memory(4096, 9)?);
    first.post_receive(&[ReceiveRequest { id: 1, regions: &[theirs.sge(0, 64)?] }])?;
    second.post_receive(&[ReceiveRequest { id: 2, regions: &[theirs.sge(64, 64)?] }])?;
    let piece = [mine.sge(0, 8)?];
    a.post_send(&[
        SendRequest::new(11, SendOp::Send, &piece).to_srq(to_second),
        SendRequest::new(12, SendOp::SendImm(7), &piece).to_srq(to_first),
        SendRequest::new(13, SendOp::Write(theirs.remote(128)), &piece).to_srq(to_first),
        SendRequest::new(14, SendOp::Read(theirs.remote(126)), &[mine.sge(100, 4)?]).to_srq(to_second),
    ])?;
    let all = rig.completions(5)?;
    succeeded(&all)?;
    let told: Vec<_> = all.iter().map(|it| (it.id, it.imm)).collect();
    must(told == [(1, Some(7)), (11, None), (12, None), (13, None), (14, None)], || format!("{told:?}"))?;
    let mut other = [Completion::default(); 2];
    must(other_cq.poll(&mut other)? == 1 && other[0].id == 2, || format!("{other:?}"))?;
    let wanted = [vec![5; 8], vec![9; 56], vec![5; 8], vec![9; 56], vec![5; 8], vec![9]].concat();
    must(theirs.buffer().bytes(0, 137)? == wanted, || "other bytes came".to_owned())?;
    must(mine.buffer().bytes(100, 4)? == [9, 9, 5, 5], || "not what was read".to_owned())?;
    let nowhere = a.post_send(&[SendRequest::new(15, SendOp::Send, &piece)]).map_err(|error| error.kind());
    must(nowhere == Err(ErrorKind::InvalidInput), || format!("{nowhere:?} of a message to no queue"))?;
    must(b.post_receive(&[]).is_err(), || "the receiving end has a queue of its own".to_owned())?;
    // A queue that is not of the domain is reached by nobody.
    let foreign = rig.context.open_xrcd()?;
    let stranger = number(&rig.pd.create_xrc_srq(capacity, &foreign, &rig.cq)?)?;
    a.post_send(&[SendRequest::new(16, SendOp::Send, &piece).to_srq(stranger)])?;
    let done = rig.completion()?;
    must(!done.is_success() && done.id == 16, || format!("{done:?}"))
}

pub(super) fn enhancements(rig: &Rig<'_>) -> Result {
    let (a, b) = (rig.qp(QpType::Rc, None)?, rig.qp(QpType::Rc, None)?);
    let can = applicable(a.ece())?;
    let less = Ece { options: can.options & !1, ..can };
    rig.join_until(&a, b.number(), Way::default(), QpState::Init)?;
    a.set_ece(&less)?;
    a.modify(&QpChange::to(QpState::Reset))?;
    rig.join(&a, b.number(), Way::default())?;
    let agreed = a.ece()?;
    must(agreed.vendor_id == can.vendor_id && agreed.options & !can.options == 0, || format!("{agreed:?}"))?;
    must(a.set_ece(&can).is_err(), || "it is connected already".to_owned())?;
    let strange = Ece { vendor_id: can.vendor_id ^ 1, options: 1 };
    must(b.set_ece(&strange).is_err(), || "another vendor's were taken".to_owned())
}
