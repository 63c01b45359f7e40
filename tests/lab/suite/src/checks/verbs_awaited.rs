//! Futures over tokio on a real kernel: completions, events of a device, connections, and word of links and RDMA devices.
//!
//! They wait by the kernel's own descriptors here; simulated hosts have others.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use smartnic::asynchronous::{
    Completions, ConnectionEvents, DeviceEvents, Events, LinkEvents, RdmaEvents, Source,
};
use smartnic::rdma::{Wanted, loopback_gid};
use smartnic::verbs::{
    Access, AddressVector, AsyncEventKind, Buffer, CmArrival, CmEventKind, CmParameters, Completion,
    CompletionOp, PathMtu, Peer, QpType, QueuePair, Queues, Rc, ReceiveRequest, Receiving, Rts, Sending,
    SrqCapacity, VerbsPd,
};
use smartnic::{Error, Host};

use super::verbs_whole::{ELSEWHERE, rxe};
use crate::check::{Done, During, Outcome, Why, expect, expect_eq};
use crate::lab::{Lab, sh};

/// How long something may take that must happen.
const MOMENT: Duration = Duration::from_secs(10);

pub(crate) fn over_tokio(lab: &Lab) -> Outcome {
    let Some(_rxe) = rxe(lab)? else { return Ok(Done::Skipped(ELSEWHERE.to_owned())) };
    let host = Host::open("linux:")?;
    on_a_runtime(completions(host.clone())).during("completions")?;
    on_a_runtime(limit(host.clone())).during("what happens to a device")?;
    on_a_runtime(connections(host.clone())).during("connections")?;
    on_a_runtime(devices_and_links(host)).during("links and RDMA devices")?;
    Ok(Done::Passed)
}

/// Runs a future on a runtime of one thread: whatever waits must give way to what it waits for. One that never ends leaves its
/// thread behind.
fn on_a_runtime(work: impl Future<Output = Result<(), Why>> + Send + 'static) -> Result<(), Why> {
    let (done, ended) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build();
        let _ = done.send(match runtime {
            Ok(runtime) => runtime.block_on(work),
            Err(error) => Err(error.into()),
        });
    });
    let told = ended.recv_timeout(Duration::from_secs(30));
    told.map_err(|_| Why("what was awaited never came".to_owned()))?
}

/// What a task ends with.
async fn joined<T>(task: tokio::task::JoinHandle<Result<T, Error>>) -> Result<T, Why> {
    Ok(task.await??)
}

/// Two queue pairs of rxe7, each the other's peer.
fn pair(host: &Host, pd: &dyn VerbsPd, queues: &Queues) -> Result<[QueuePair<Rc, Rts>; 2], Error> {
    let gid = loopback_gid(host, &Wanted { device: Some("rxe7"), ..Wanted::default() })?;
    let (port, index) = (gid.port as u8, gid.index as u8);
    let address = AddressVector::to_gid(port, index, gid.gid);
    let new = || QueuePair::<Rc, _>::new(pd, queues)?.init(port, 0, Access::empty());
    let (a, b) = (new()?, new()?);
    let peer = |qp| Peer { qp, psn: 0, address, mtu: PathMtu::Mtu1024 };
    let (of_a, of_b) = (peer(a.number()), peer(b.number()));
    let a = a.ready_to_receive(&of_b, &Receiving::default())?.ready_to_send(&Sending::default())?;
    let b = b.ready_to_receive(&of_a, &Receiving::default())?.ready_to_send(&Sending::default())?;
    Ok([a, b])
}

/// The completion channel: a task sleeps until each message came.
async fn completions(host: Host) -> Result<(), Why> {
    let context = host.verbs()?.open("rxe7")?;
    let mut completions = Completions::new(&*context, 16)?;
    let pd = context.alloc_pd()?;
    let [a, b] = pair(&host, &*pd, &Queues::on(completions.cq()))?;
    let region = pd.register(&Buffer::new(128), Access::LOCAL_WRITE)?;
    let waiting = tokio::spawn(async move {
        let (mut all, mut some) = (Vec::new(), [Completion::default(); 4]);
        while all.len() < 6 {
            let found = completions.next(&mut some).await?;
            all.extend_from_slice(&some[..found]);
        }
        Ok(all)
    });
    for turn in 0..3 {
        // The other task goes to sleep before anything is done.
        tokio::task::yield_now().await;
        b.receive(turn, &[region.sge(64, 64)?])?;
        a.send(turn, &[region.sge(0, 10)?])?;
    }
    let mut told: Vec<_> =
        joined(waiting).await?.iter().map(|it| (it.op.word(), it.id, it.is_success())).collect();
    told.sort_unstable();
    let ops = [CompletionOp::Receive.word(), CompletionOp::Send.word()];
    let wanted: Vec<_> = ops.iter().flat_map(|op| (0..3).map(|id| (*op, id, true))).collect();
    expect_eq(&told, &wanted, "what was awaited")
}

/// What happens to a device: a shared queue reached its limit.
async fn limit(host: Host) -> Result<(), Why> {
    let context = host.verbs()?.open("rxe7")?;
    let mut events = Events::new(DeviceEvents(Arc::clone(&context)))?;
    let (pd, cq) = (context.alloc_pd()?, context.create_cq(16, None)?);
    let srq = pd.create_srq(SrqCapacity { requests: 4, sges: 1 })?;
    let queues = Queues { shared: Some(Arc::clone(&srq)), ..Queues::on(&cq) };
    let waiting = tokio::spawn(async move {
        loop {
            // Queue pairs that begin to talk may be told of first.
            let event = events.next().await?;
            if event.kind == AsyncEventKind::SrqLimit {
                return Ok(event.kind);
            }
        }
    });
    tokio::task::yield_now().await;
    let region = pd.register(&Buffer::new(8), Access::LOCAL_WRITE)?;
    let pieces = [region.sge(0, 8)?];
    srq.post_receive(&[1, 2].map(|id| ReceiveRequest { id, regions: &pieces }))?;
    srq.set_limit(2)?;
    let [a, _b] = pair(&host, &*pd, &queues)?;
    a.send(3, &pieces)?;
    expect_eq(&joined(waiting).await?, &AsyncEventKind::SrqLimit, "what was awaited")
}

async fn next(events: &mut Events<ConnectionEvents>, kind: CmEventKind) -> Result<CmArrival, Error> {
    let arrival = events.next().await?;
    match arrival.event.kind == kind {
        true => Ok(arrival),
        false => Err(Error::protocol("await a connection", format!("{} came", arrival.event.kind))),
    }
}

/// Both ends of a connection that is refused, on one thread.
async fn connections(host: Host) -> Result<(), Why> {
    let verbs = host.verbs()?;
    let (asking, listening) = (verbs.connections()?, verbs.connections()?);
    let mut asked = Events::new(ConnectionEvents(Arc::clone(&asking)))?;
    let mut heard = Events::new(ConnectionEvents(Arc::clone(&listening)))?;
    let listener = listening.create_id(QpType::Rc)?;
    listener.bind(([10, 77, 0, 1], 0).into())?;
    listener.listen(1)?;
    let at = listener.local_address().ok_or_else(|| Why("the listener has no address".to_owned()))?;
    let answering = tokio::spawn(async move {
        let arrival = next(&mut heard, CmEventKind::ConnectRequest).await?;
        if let Some(request) = arrival.request {
            request.reject(b"not today")?;
        }
        Ok(arrival.event.private_data)
    });
    let id = asking.create_id(QpType::Rc)?;
    id.resolve_address(None, at, MOMENT)?;
    next(&mut asked, CmEventKind::AddressResolved).await?;
    id.resolve_route(MOMENT)?;
    next(&mut asked, CmEventKind::RouteResolved).await?;
    id.connect(&CmParameters::of_qp(77), b"hello")?;
    let refused = next(&mut asked, CmEventKind::Rejected).await?.event.private_data;
    let theirs = joined(answering).await?;
    expect(theirs.starts_with(b"hello\0") && refused.starts_with(b"not today\0"), || {
        format!("what the ends said: {theirs:?} {refused:?}")
    })
}

/// The first of what is told that is meant.
async fn until<S: Source>(mut events: Events<S>, is: fn(&S::Event) -> bool) -> Result<S::Event, Error> {
    loop {
        let event = events.next().await?;
        if is(&event) {
            return Ok(event);
        }
    }
}

/// Word of netlink: a link that goes down and an RDMA device that comes.
async fn devices_and_links(host: Host) -> Result<(), Why> {
    let links = Events::new(LinkEvents(host.ethtool()?.watch_links()?))?;
    let devices = Events::new(RdmaEvents(host.rdma()?.watch_rdma()?))?;
    let links = tokio::spawn(until(links, |notice| format!("{notice:?}").contains("rxe-b")));
    let devices = tokio::spawn(until(devices, |event| format!("{event:?}").contains("rxe9")));
    tokio::task::yield_now().await;
    sh("rdma link add rxe9 type rxe netdev rxe-b")?;
    sh("ip link set rxe-b mtu 1400")?;
    let told = (joined(links).await, joined(devices).await);
    sh("rdma link delete rxe9")?;
    told.0.during("links")?;
    told.1.during("RDMA devices").map(drop)
}
