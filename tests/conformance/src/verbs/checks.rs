use std::time::{Duration, Instant};

use smartnic::ErrorKind;
use smartnic_core::rdma::{QpState, QpType, ResourceKind, Resources};
use smartnic_core::verbs::{
    Access, AsyncEventKind, Buffer, Completion, CompletionOp, CompletionStatus, Destination, QpChange,
    ReceiveRequest, Remote, SendFlags, SendOp, SendRequest, SrqCapacity, WindowBind,
};

use super::VerbsCheck;
use super::rig::{PATIENCE, QKEY, Rig, Way, applicable, must};
use super::{connections, extended, regions, steering};
use crate::check::{Result, Stop};

pub(super) const ALL: &[VerbsCheck] = &[
    VerbsCheck { name: "messages arrive whole and in order", run: messages },
    VerbsCheck { name: "a peer's memory is written, read and counted up", run: one_sided },
    VerbsCheck { name: "a window lends a piece of memory, and is taken back by either end", run: window },
    VerbsCheck { name: "a window of a domain lends to all of it", run: regions::window_of_a_domain },
    VerbsCheck {
        name: "a region is registered anew, and nobody has its old keys",
        run: regions::registered_anew,
    },
    VerbsCheck { name: "rights that a device may leave out", run: regions::optional_rights },
    VerbsCheck { name: "memory of other devices is reached as any other", run: regions::of_other_devices },
    VerbsCheck { name: "memory of the device itself is reached as any other", run: regions::of_the_device },
    VerbsCheck { name: "memory that a peer may not touch ends both queue pairs", run: wrong_key },
    VerbsCheck { name: "a message that does not fit ends both queue pairs", run: too_long },
    VerbsCheck { name: "a receiver that is not ready is waited for, or not", run: not_ready },
    VerbsCheck { name: "nobody answers, and what was posted fails in order", run: no_answer },
    VerbsCheck { name: "datagrams come with a header, and only with the key", run: datagrams },
    VerbsCheck { name: "queue pairs share receive requests, and the limit is told", run: shared },
    VerbsCheck { name: "states go only forward, with what they need", run: states },
    VerbsCheck { name: "who waits is woken once", run: woken },
    VerbsCheck { name: "a full queue says so, and completions give places back", run: full },
    VerbsCheck { name: "a device says what it can do beyond its limits", run: extended::said },
    VerbsCheck {
        name: "an extended queue says the same, and nothing that nobody wants",
        run: extended::told_more,
    },
    VerbsCheck { name: "completions say when they were done", run: extended::stamped },
    VerbsCheck { name: "a batch is posted whole or not at all", run: extended::batches },
    VerbsCheck { name: "a batch binds windows", run: extended::bound_in_a_batch },
    VerbsCheck {
        name: "words are written at once, and writes are flushed",
        run: extended::words_and_flushes,
    },
    VerbsCheck { name: "raw packets come by rules, and by no others", run: steering::rules },
    VerbsCheck { name: "long segments are cut into packets", run: steering::segments },
    VerbsCheck {
        name: "domains that stand on one another share what is in them",
        run: extended::parent_domain,
    },
    VerbsCheck {
        name: "one connection reaches every shared queue of a domain",
        run: extended::extended_connections,
    },
    VerbsCheck { name: "both ends agree on what the vendor adds", run: extended::enhancements },
    VerbsCheck { name: "ends meet by address, carry data and part", run: connections::connected },
    VerbsCheck { name: "ends meet by an IPv6 address", run: connections::by_ipv6 },
    VerbsCheck { name: "what is chosen of a connection holds, and both ends tell", run: connections::chosen },
    VerbsCheck { name: "an end that goes is told to the other", run: connections::left },
    VerbsCheck { name: "who is refused learns why, and where nobody listens", run: connections::refused },
    VerbsCheck { name: "a connection takes no step before its time", run: connections::in_order },
    VerbsCheck { name: "datagrams find their way by address", run: connections::datagrams },
    VerbsCheck { name: "datagrams to a group reach who joined it", run: connections::group },
    VerbsCheck { name: "nldev shows what is there and whose it is, and nothing afterwards", run: shown },
];

pub(super) fn succeeded(all: &[Completion]) -> Result {
    must(all.iter().all(Completion::is_success), || format!("not all went well: {all:?}"))
}

pub(super) fn status(completion: &Completion, wanted: CompletionStatus) -> Result {
    must(completion.status == wanted, || format!("{wanted} was to come, not {completion:?}"))
}

fn messages(rig: &Rig<'_>) -> Result {
    // iWARP has reliable connections only, and no numbers with messages.
    let (kinds, last) = match rig.is_iwarp() {
        true => (&[QpType::Rc][..], (SendOp::Send, None)),
        false => (&[QpType::Rc, QpType::Uc][..], (SendOp::SendImm(0x1234_5678), Some(0x1234_5678))),
    };
    for kind in kinds.iter().copied() {
        let [a, b] = rig.pair(kind, Way::default())?;
        let (from, to) = (rig.memory(8192, 7)?, rig.memory(8192, 0)?);
        rig.receive(&b, 1, &to, 0, 4096)?;
        rig.receive(&b, 2, &to, 4096, 64)?;
        let (first, second) = (from.sge(0, 1000)?, from.sge(4000, 2000)?);
        a.post_send(&[
            SendRequest::new(11, SendOp::Send, &[first, second]),
            SendRequest::inline(12, last.0, b"inline"),
        ])?;
        let all = rig.completions(4)?;
        succeeded(&all)?;
        let told: Vec<_> = all.iter().map(|it| (it.id, it.qp, it.op)).collect();
        let (a, b) = (a.number(), b.number());
        let (send, receive) = (CompletionOp::Send, CompletionOp::Receive);
        must(told == [(1, b, receive), (2, b, receive), (11, a, send), (12, a, send)], || {
            format!("{told:?}")
        })?;
        must((all[0].bytes, all[1].bytes, all[1].imm) == (3000, 6, last.1), || format!("{all:?}"))?;
        must(to.buffer().bytes(0, 3001)? == [vec![7; 3000], vec![0]].concat(), || {
            "other bytes came".to_owned()
        })?;
        must(to.buffer().bytes(4096, 6)? == b"inline", || "other inline bytes came".to_owned())?;
    }
    Ok(())
}

fn one_sided(rig: &Rig<'_>) -> Result {
    let [a, b] = rig.pair(QpType::Rc, Way::default())?;
    let (mine, theirs) = (rig.memory(4096, 5)?, rig.memory(4096, 9)?);
    a.post_send(&[SendRequest::new(1, SendOp::Write(theirs.remote(100)), &[mine.sge(0, 300)?])])?;
    succeeded(&rig.completions(1)?)?;
    let written = [vec![9; 100], vec![5; 300], vec![9; 10]].concat();
    let is_there = || Ok::<_, Stop>(theirs.buffer().bytes(0, 410)? == written);
    // Over TCP it is done when it is on its way.
    let end = Instant::now() + PATIENCE;
    while rig.is_iwarp() && !is_there()? && Instant::now() < end {}
    must(is_there()?, || "not what was written".to_owned())?;
    a.post_send(&[SendRequest::new(4, SendOp::Read(theirs.remote(90)), &[mine.sge(1000, 20)?])])?;
    succeeded(&rig.completions(1)?)?;
    must(mine.buffer().bytes(1000, 20)? == [[9; 10], [5; 10]].concat(), || "not what was read".to_owned())?;
    if rig.is_iwarp() {
        return Ok(());
    }
    rig.receive(&b, 2, &theirs, 0, 0)?;
    let numbered = SendOp::WriteImm(theirs.remote(0), 42);
    a.post_send(&[SendRequest::new(3, numbered, &[mine.sge(0, 1)?])])?;
    let all = rig.completions(2)?;
    succeeded(&all)?;
    must((all[0].op, all[0].imm) == (CompletionOp::ReceiveWriteImm, Some(42)), || format!("{all:?}"))?;
    theirs.buffer().write(512, &40u64.to_ne_bytes())?;
    let remote = theirs.remote(512);
    a.post_send(&[
        SendRequest::new(5, SendOp::FetchAdd { remote, add: 2 }, &[mine.sge(2048, 8)?]),
        SendRequest::new(6, SendOp::CompareSwap { remote, compare: 42, swap: 7 }, &[mine.sge(2056, 8)?]),
        SendRequest::new(7, SendOp::CompareSwap { remote, compare: 42, swap: 8 }, &[mine.sge(2064, 8)?]),
    ])?;
    succeeded(&rig.completions(3)?)?;
    let word = |at| -> Result<u64> {
        let mut bytes = [0; 8];
        mine.buffer().read(at, &mut bytes)?;
        Ok(u64::from_ne_bytes(bytes))
    };
    let before = [word(2048)?, word(2056)?, word(2064)?];
    must(before == [40, 42, 7], || format!("before the atomics it was {before:?}"))?;
    must(theirs.buffer().bytes(512, 8)? == 7u64.to_ne_bytes(), || "not the number that was put".to_owned())
}

fn window(rig: &Rig<'_>) -> Result {
    rig.not_iwarp("the devices that are tried have no windows")?;
    let window = applicable(rig.pd.alloc_window())?;
    let [a, b] = rig.pair(QpType::Rc, Way::default())?;
    let (mine, lent) = (rig.memory(64, 5)?, Buffer::new(4096));
    // Peers may do nothing with the region itself.
    let region = rig.pd.register(&lent, Access::LOCAL_WRITE | Access::WINDOW_BIND)?;
    let access = Access::REMOTE_WRITE | Access::REMOTE_READ;
    let bind = WindowBind { region: &region, offset: 1024, length: 128, access };
    let mut keys = Vec::new();
    for by_peer in [true, false] {
        let remote = b.bind_window(1, &*window, &bind)?;
        let done = rig.completion()?;
        must((done.id, done.op) == (1, CompletionOp::BindWindow) && done.is_success(), || {
            format!("{done:?}")
        })?;
        must(remote.key == window.remote_key() && !keys.contains(&remote.key), || format!("{remote:?}"))?;
        keys.push(remote.key);
        lent.write(1024, &[0; 128])?;
        a.post_send(&[SendRequest::new(2, SendOp::Write(remote.at(64)), &[mine.sge(0, 64)?])])?;
        succeeded(&rig.completions(1)?)?;
        must(lent.bytes(1024, 128)? == [[0; 64], [5; 64]].concat(), || "not what was written".to_owned())?;
        if by_peer {
            rig.receive(&b, 3, &mine, 0, 8)?;
            a.post_send(&[SendRequest::new(4, SendOp::SendInvalidate(remote.key), &[mine.sge(0, 8)?])])?;
            let all = rig.completions(2)?;
            succeeded(&all)?;
            // rxe marks it by the kernel's number of the flag, which libibverbs takes for that of a good checksum.
            let silent = all[0].invalidated.is_none() && !rig.is_simulated();
            must(silent || all[0].invalidated == Some(remote.key), || format!("{all:?}"))?;
        } else {
            b.post_send(&[SendRequest::new(5, SendOp::LocalInvalidate(remote.key), &[])])?;
            let done = rig.completion()?;
            must(done.is_success() && done.op == CompletionOp::LocalInvalidate, || format!("{done:?}"))?;
        }
    }
    // What was taken back lends nothing any more.
    let gone = Remote { key: keys[1], ..region.remote(1024) };
    a.post_send(&[SendRequest::new(6, SendOp::Write(gone), &[mine.sge(0, 8)?])])?;
    status(&rig.completion()?, CompletionStatus::RemoteAccess)?;
    drop((a, b));
    // Nor does a window lend more than its piece, or without the right to.
    for (access, at) in [(access, 124), (Access::REMOTE_READ, 0)] {
        let [a, b] = rig.pair(QpType::Rc, Way::default())?;
        let window = rig.pd.alloc_window()?;
        let remote = b.bind_window(1, &*window, &WindowBind { access, ..bind })?;
        succeeded(&rig.completions(1)?)?;
        a.post_send(&[SendRequest::new(2, SendOp::Write(remote.at(at)), &[mine.sge(0, 8)?])])?;
        let told = rig.completion()?;
        // rxe looks at the window's rights, but at the region's end instead of the window's.
        let excused = at > 0 && told.is_success() && !rig.is_simulated();
        if !excused {
            status(&told, CompletionStatus::RemoteAccess)?;
        }
    }
    // A region that was not registered for windows cannot be lent.
    let [_a, b] = rig.pair(QpType::Rc, Way::default())?;
    let window = rig.pd.alloc_window()?;
    b.bind_window(1, &*window, &WindowBind { region: &mine, offset: 0, length: 8, access })?;
    // rxe flushes all that it has once something failed, what failed too.
    let told = rig.completion()?;
    let excused = told.status == CompletionStatus::Flushed && !rig.is_simulated();
    if excused { Ok(()) } else { status(&told, CompletionStatus::WindowBind) }
}

fn wrong_key(rig: &Rig<'_>) -> Result {
    rig.not_iwarp("a write is done when it is on its way")?;
    let [a, b] = rig.pair(QpType::Rc, Way::default())?;
    let (mine, theirs) = (rig.memory(64, 5)?, rig.memory(64, 9)?);
    let beyond = Remote { key: theirs.remote_key(), address: theirs.remote_address() + 60 };
    a.post_send(&[
        SendRequest::new(1, SendOp::Write(beyond), &[mine.sge(0, 8)?]),
        SendRequest::new(2, SendOp::Send, &[mine.sge(0, 8)?]),
    ])?;
    let all = rig.completions(2)?;
    status(&all[0], CompletionStatus::RemoteAccess)?;
    status(&all[1], CompletionStatus::Flushed)?;
    must(a.query()?.state == QpState::Err, || "the sender goes on".to_owned())?;
    must(theirs.buffer().bytes(0, 64)? == [9; 64], || "something was written".to_owned())?;
    // What is posted to a queue pair that failed is flushed. A receive need not be: rxe hears of it only with the next packet.
    a.post_send(&[SendRequest::new(3, SendOp::Send, &[mine.sge(0, 8)?])])?;
    status(&rig.completion()?, CompletionStatus::Flushed)?;
    drop(b);
    // Memory of which the right was not given.
    let [a, _b] = rig.pair(QpType::Rc, Way { access: Access::REMOTE_READ, ..Way::default() })?;
    a.post_send(&[SendRequest::new(4, SendOp::Write(theirs.remote(0)), &[mine.sge(0, 8)?])])?;
    // rxe takes a request that the queue pair gives no right for as one of a kind that it does not know.
    let told = rig.completion()?.status;
    let good = [CompletionStatus::RemoteAccess, CompletionStatus::RemoteInvalidRequest];
    let strict = if rig.is_simulated() { &good[..1] } else { &good };
    must(strict.contains(&told), || format!("without the right it is told {told:?}"))
}

fn too_long(rig: &Rig<'_>) -> Result {
    rig.not_iwarp("a message is done when it is on its way")?;
    let [a, b] = rig.pair(QpType::Rc, Way::default())?;
    let memory = rig.memory(4096, 1)?;
    rig.receive(&b, 1, &memory, 0, 16)?;
    a.post_send(&[SendRequest::new(2, SendOp::Send, &[memory.sge(0, 17)?])])?;
    let all = rig.completions(2)?;
    // rxe takes the receive request for malformed.
    let told = (all[0].status, all[1].status);
    let good = [
        (CompletionStatus::LocalLength, CompletionStatus::RemoteInvalidRequest),
        (CompletionStatus::LocalQpOperation, CompletionStatus::RemoteOperation),
    ];
    must(good.contains(&told), || format!("receiver and sender are told {told:?}"))
}

fn not_ready(rig: &Rig<'_>) -> Result {
    rig.not_iwarp("a receiver that is not ready ends the connection")?;
    let memory = rig.memory(64, 1)?;
    let [a, _b] = rig.pair(QpType::Rc, Way { rnr_retries: 1, ..Way::default() })?;
    a.post_send(&[SendRequest::new(1, SendOp::Send, &[memory.sge(0, 8)?])])?;
    status(&rig.completion()?, CompletionStatus::RnrRetryExceeded)?;
    let [a, b] = rig.pair(QpType::Rc, Way::default())?;
    a.post_send(&[SendRequest::new(2, SendOp::Send, &[memory.sge(0, 8)?])])?;
    must(rig.cq.poll(&mut [Completion::default()])? == 0, || "it arrived nowhere".to_owned())?;
    rig.receive(&b, 3, &memory, 16, 8)?;
    succeeded(&rig.completions(2)?)
}

fn no_answer(rig: &Rig<'_>) -> Result {
    rig.not_iwarp("nobody is connected without an answer")?;
    let qp = rig.qp(QpType::Rc, None)?;
    // Its peer is one that never came to life.
    let other = rig.qp(QpType::Rc, None)?;
    rig.join(&qp, other.number(), Way { timeout: 1, ..Way::default() })?;
    let memory = rig.memory(64, 1)?;
    let sge = [memory.sge(0, 8)?];
    qp.post_send(&[SendRequest::new(1, SendOp::Send, &sge), SendRequest::new(2, SendOp::Send, &sge)])?;
    let all = rig.completions(2)?;
    status(&all[0], CompletionStatus::RetryExceeded)?;
    status(&all[1], CompletionStatus::Flushed)
}

fn datagrams(rig: &Rig<'_>) -> Result {
    rig.not_iwarp("there are no datagrams")?;
    let [a, b] = [rig.datagrams(None)?, rig.datagrams(None)?];
    let memory = rig.memory(4096, 3)?;
    let handle = rig.pd.create_ah(&rig.address)?;
    rig.receive(&b, 1, &memory, 0, 1024)?;
    let to = |qkey| Destination { handle: &*handle, qp: b.number(), qkey };
    let sge = [memory.sge(2048, 100)?];
    a.post_send(&[SendRequest::new(2, SendOp::Send, &sge).to(to(QKEY + 1))])?;
    succeeded(&rig.completions(1)?)?;
    a.post_send(&[SendRequest::new(3, SendOp::Send, &sge).to(to(QKEY))])?;
    let all = rig.completions(2)?;
    succeeded(&all)?;
    let [received, _] = &all[..] else { return Err(Stop::Failed(format!("{all:?}"))) };
    let told = (received.bytes, received.source_qp, received.has_grh, received.id);
    must(told == (140, a.number(), true, 1), || format!("{received:?}"))?;
    must(memory.buffer().bytes(40, 101)? == [vec![3; 100], vec![3]].concat(), || "other bytes".to_owned())?;
    let gid = rig.address.gid.unwrap_or_default();
    let header = memory.buffer().bytes(0, 40)?;
    let source = if gid.ipv4().is_some() { header[32..36] == gid.0[12..] } else { header[8..24] == gid.0 };
    must(source, || format!("the header {header:?} is not from {gid}"))
}

fn shared(rig: &Rig<'_>) -> Result {
    rig.not_iwarp("queue pairs are joined by address")?;
    let srq = rig.pd.create_srq(SrqCapacity { requests: 16, sges: 1 })?;
    let memory = rig.memory(4096, 2)?;
    for id in 0..4 {
        srq.post_receive(&[ReceiveRequest { id, regions: &[memory.sge(id as usize * 64, 64)?] }])?;
    }
    srq.set_limit(3)?;
    let mut held = Vec::new();
    for _ in 0..2 {
        let (a, b) = (rig.qp(QpType::Rc, None)?, rig.qp(QpType::Rc, Some(&srq))?);
        rig.join(&a, b.number(), Way::default())?;
        rig.join(&b, a.number(), Way::default())?;
        a.post_send(&[SendRequest::new(100, SendOp::Send, &[memory.sge(1024, 5)?])])?;
        let all = rig.completions(2)?;
        succeeded(&all)?;
        must(all[0].qp == b.number() && all[1].id == 100, || format!("{all:?}"))?;
        let refused = b.post_receive(&[ReceiveRequest { id: 9, regions: &[memory.sge(0, 1)?] }]);
        must(refused.is_err(), || "it has a receive queue of its own".to_owned())?;
        held.push((a, b));
    }
    let event = rig.context.next_event(Some(PATIENCE))?;
    must(event.is_some_and(|event| event.kind == AsyncEventKind::SrqLimit), || format!("{event:?}"))
}

fn states(rig: &Rig<'_>) -> Result {
    rig.not_iwarp("the device changes states")?;
    let qp = rig.qp(QpType::Rc, None)?;
    let memory = rig.memory(64, 1)?;
    let sge = [memory.sge(0, 1)?];
    let send = [SendRequest::new(1, SendOp::Send, &sge)];
    must(qp.post_send(&send).is_err(), || "it sends in RESET".to_owned())?;
    for change in [QpChange::to(QpState::Rts), QpChange::to(QpState::Init)] {
        let error = qp.modify(&change).expect_err("a step too far or too bare");
        must(error.kind() == ErrorKind::Refused, || format!("{error}"))?;
    }
    must(qp.query()?.state == QpState::Reset, || "it is not where it was".to_owned())?;
    rig.join_until(&qp, qp.number(), Way::default(), QpState::Init)?;
    must(qp.post_send(&send).is_err(), || "it sends in INIT".to_owned())?;
    rig.receive(&qp, 2, &memory, 0, 8)?;
    qp.modify(&QpChange::to(QpState::Err))?;
    status(&rig.completion()?, CompletionStatus::Flushed)?;
    qp.modify(&QpChange::to(QpState::Reset))?;
    rig.join(&qp, qp.number(), Way::default())?;
    must(qp.query()?.state == QpState::Rts, || "it does not begin anew".to_owned())
}

fn woken(rig: &Rig<'_>) -> Result {
    let [a, b] = rig.pair(QpType::Rc, Way::default())?;
    let memory = rig.memory(64, 1)?;
    must(rig.channel.wait(Some(Duration::ZERO))?.is_none(), || "nobody asked".to_owned())?;
    for id in 1..=2 {
        rig.receive(&b, id, &memory, 0, 8)?;
    }
    let sge = [memory.sge(0, 8)?];
    let plain = SendRequest::new(3, SendOp::Send, &sge).flags(SendFlags::empty());
    if rig.is_iwarp() {
        // siw marks no message that comes (siw_rqe_complete leaves the flag out), so that only all of them can be waited for.
        rig.cq.arm(false)?;
    } else {
        rig.cq.arm(true)?;
    }
    a.post_send(&[plain])?;
    if rig.is_iwarp() {
        return woken_for(rig, 1);
    }
    let first = rig.completion()?;
    must(first.id == 1, || format!("{first:?}"))?;
    must(rig.channel.wait(Some(Duration::ZERO))?.is_none(), || "it was not marked".to_owned())?;
    a.post_send(&[plain.flags(SendFlags::SOLICITED)])?;
    woken_for(rig, 2)
}

/// Whoever waits is told once, and this is done.
fn woken_for(rig: &Rig<'_>, id: u64) -> Result {
    let told = rig.channel.wait(Some(PATIENCE))?;
    must(told == Some(rig.cq.id()), || format!("{told:?} was told"))?;
    must(rig.completion()?.id == id, || "another one".to_owned())?;
    must(rig.channel.wait(Some(Duration::ZERO))?.is_none(), || "it was told twice".to_owned())
}

fn full(rig: &Rig<'_>) -> Result {
    rig.not_iwarp("a receiver that is not ready ends the connection")?;
    let [a, b] = rig.pair(QpType::Rc, Way::default())?;
    let (memory, room) = (rig.memory(64, 1)?, a.capacity().send_requests);
    let sge = [memory.sge(0, 1)?];
    let write = SendRequest::new(1, SendOp::Write(memory.remote(32)), &sge).flags(SendFlags::empty());
    let mut posted = 0;
    let refused = loop {
        // These stay, since the other end receives nothing; what is done already would give its place back.
        match a.post_send(&[SendRequest { op: SendOp::Send, ..write }]) {
            Ok(()) if posted <= room => posted += 1,
            Ok(()) => return Err(Stop::Failed(format!("{posted} fit where {room} do"))),
            Err(error) => break error,
        }
    };
    must(refused.kind() == ErrorKind::NoSpace && posted == room, || format!("after {posted}: {refused}"))?;
    drop((a, b));
    let [a, _b] = rig.pair(QpType::Rc, Way::default())?;
    for round in 0..2 {
        let silent = vec![write; room as usize - 1];
        a.post_send(&silent)?;
        a.post_send(&[write.flags(SendFlags::SIGNALED)])?;
        let done = rig.completion()?;
        must(done.is_success(), || format!("round {round}: {done:?}"))?;
    }
    Ok(())
}

fn shown(rig: &Rig<'_>) -> Result {
    let (device, rdma) = (rig.context.device(), rig.host.rdma()?);
    let me = std::process::id();
    let count = || -> Result<[usize; 4]> {
        let read = |kind| rdma.rdma_resources(device, kind);
        let mine = |pid: Option<u32>| pid == Some(me);
        let qps = match read(ResourceKind::Qp)? {
            Resources::Qp(all) => all.iter().filter(|it| mine(it.owner.pid)).count(),
            _ => 0,
        };
        let mrs = match read(ResourceKind::Mr)? {
            Resources::Mr(all) => all.iter().filter(|it| mine(it.owner.pid)).count(),
            _ => 0,
        };
        let cqs = match read(ResourceKind::Cq)? {
            Resources::Cq(all) => all.iter().filter(|it| mine(it.owner.pid)).count(),
            _ => 0,
        };
        let pds = match read(ResourceKind::Pd)? {
            Resources::Pd(all) => all.iter().filter(|it| mine(it.owner.pid)).count(),
            _ => 0,
        };
        Ok([qps, mrs, cqs, pds])
    };
    let before = count()?;
    let pair = rig.pair(QpType::Rc, Way::default())?;
    // librdmacm opens devices for itself, with a domain of its own.
    let of_ids = usize::from(rig.is_iwarp());
    let (memory, cq) = (rig.memory(64, 0)?, rig.context.create_cq(1, None)?);
    let pd = rig.context.alloc_pd()?;
    let during = count()?;
    must(during == [before[0] + 2, before[1] + 1, before[2] + 1, before[3] + 1 + of_ids], || {
        format!("{during:?} queue pairs, regions, queues, domains; before {before:?}")
    })?;
    let Resources::Qp(all) = rdma.rdma_resources(device, ResourceKind::Qp)? else {
        return Err(Stop::Failed("no queue pairs".to_owned()));
    };
    let shown = all.iter().find(|qp| qp.number == pair[0].number());
    let told = shown.map(|qp| (qp.kind, qp.state, qp.remote));
    // A connection over TCP has no number at the other end.
    let remote = if rig.is_iwarp() { Some(0) } else { Some(pair[1].number()) };
    must(told == Some((QpType::Rc, QpState::Rts, remote)), || format!("{shown:?}"))?;
    drop((pair, memory, cq, pd));
    rig.let_go();
    let after = count()?;
    must(after == before, || format!("{after:?} are left, of {before:?}"))
}

pub(super) fn two_sends(rig: &Rig<'_>) -> Result<(Vec<CompletionStatus>, Vec<AsyncEventKind>)> {
    let [a, b] = rig.pair(QpType::Rc, Way { timeout: 1, ..Way::default() })?;
    let memory = rig.memory(64, 1)?;
    let sge = [memory.sge(0, 8)?];
    a.post_send(&[SendRequest::new(1, SendOp::Send, &sge), SendRequest::new(2, SendOp::Send, &sge)])?;
    let statuses = rig.completions(2)?.iter().map(|completion| completion.status).collect();
    let mut events = Vec::new();
    while let Some(event) = rig.context.next_event(Some(Duration::ZERO))? {
        events.push(event.kind);
    }
    drop(b);
    Ok((statuses, events))
}
