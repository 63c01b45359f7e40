//! Events and completions as futures (feature `tokio`), on simulated hosts.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::task::Poll;
use std::time::Duration;

use smartnic::asynchronous::{Completions, ConnectionEvents, DeviceEvents, Events, LinkEvents, RuleEvents};
use smartnic::flow::{self, ApplyOptions, RuleSet};
use smartnic::inventory::{Change, Node, Watch};
use smartnic::rdma::loopback_gid;
use smartnic::verbs::{
    Access, AddressVector, Buffer, CmArrival, CmEventKind, CmParameters, Completion, CompletionOp, PathMtu,
    Peer, QpType, QueuePair, Queues, Rc, Receiving, Rts, Sending, SrqCapacity, VerbsPd,
};
use smartnic::{ErrorKind, Host, Result};

const MOMENT: Duration = Duration::from_secs(5);

/// A simulated host whose links are up.
fn host() -> Host {
    let host = Host::open("sim:bluefield3").unwrap();
    for link in host.switchdev().links().unwrap() {
        host.switchdev().set_link_up(link.ifindex, true).unwrap();
    }
    host
}

/// Runs a future on a runtime of one thread; one that never ends fails the test.
fn run<T: Send + 'static>(future: impl Future<Output = Result<T>> + Send + 'static) -> T {
    let (done, ended) = channel();
    let thread = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build().unwrap();
        let _ = done.send(runtime.block_on(future));
    });
    match ended.recv_timeout(Duration::from_secs(60)) {
        Ok(outcome) => outcome.unwrap(),
        Err(RecvTimeoutError::Timeout) => panic!("what was awaited never came"),
        Err(RecvTimeoutError::Disconnected) => std::panic::resume_unwind(thread.join().unwrap_err()),
    }
}

/// Two queue pairs on one device, each the other's peer.
fn pair(host: &Host, pd: &dyn VerbsPd, queues: &Queues) -> Result<[QueuePair<Rc, Rts>; 2]> {
    let gid = loopback_gid(host, &smartnic::rdma::Wanted::default())?;
    let port = u8::try_from(gid.port).unwrap();
    let address = AddressVector::to_gid(port, u8::try_from(gid.index).unwrap(), gid.gid);
    let new = || QueuePair::<Rc, _>::new(pd, queues)?.init(port, 0, Access::empty());
    let (a, b) = (new()?, new()?);
    let peer = |qp| Peer { qp, psn: 0, address, mtu: PathMtu::Mtu1024 };
    let (of_a, of_b) = (peer(a.number()), peer(b.number()));
    let a = a.ready_to_receive(&of_b, &Receiving::default())?.ready_to_send(&Sending::default())?;
    let b = b.ready_to_receive(&of_a, &Receiving::default())?.ready_to_send(&Sending::default())?;
    Ok([a, b])
}

#[test]
fn completions_are_awaited() {
    let host = host();
    let came = run(async move {
        let device = loopback_gid(&host, &smartnic::rdma::Wanted::default())?.device;
        let context = host.verbs()?.open(&device)?;
        let mut completions = Completions::new(&*context, 16)?;
        let pd = context.alloc_pd()?;
        let [a, b] = pair(&host, &*pd, &Queues::on(completions.cq()))?;
        let region = pd.register(&Buffer::new(128), Access::LOCAL_WRITE)?;
        let waiting = tokio::spawn(async move {
            let (mut all, mut some) = (Vec::new(), [Completion::default(); 4]);
            while all.len() < 6 {
                let found = completions.next(&mut some).await?;
                assert!(found > 0);
                all.extend_from_slice(&some[..found]);
            }
            assert_eq!(completions.next(&mut []).await?, 0);
            Ok(all)
        });
        for turn in 0..3 {
            // The other task goes to sleep before anything is done.
            tokio::task::yield_now().await;
            b.receive(turn, &[region.sge(64, 64)?])?;
            a.send(turn, &[region.sge(0, 10)?])?;
        }
        waiting.await.unwrap()
    });
    let mut told: Vec<_> = came.iter().map(|it| (it.op.word(), it.id, it.is_success())).collect();
    told.sort_unstable();
    let (receive, send) = (CompletionOp::Receive.word(), CompletionOp::Send.word());
    let wanted = [receive, send].map(|op| (0..3).map(move |id| (op, id, true)));
    assert_eq!(told, wanted.into_iter().flatten().collect::<Vec<_>>());
}

/// Nobody calls while a request waits in vain for a receiver: the descriptor alone tells that its time is over.
#[test]
fn a_request_whose_time_is_over_wakes_who_awaits_it() {
    let host = host();
    let status = run(async move {
        let device = loopback_gid(&host, &smartnic::rdma::Wanted::default())?.device;
        let context = host.verbs()?.open(&device)?;
        let mut completions = Completions::new(&*context, 16)?;
        let pd = context.alloc_pd()?;
        let queues = Queues::on(completions.cq());
        let [a, b] = pair(&host, &*pd, &queues)?;
        let gone = b.fail()?;
        let region = pd.register(&Buffer::new(8), Access::LOCAL_WRITE)?;
        a.send(1, &[region.sge(0, 8)?])?;
        let mut one = [Completion::default(); 1];
        completions.next(&mut one).await?;
        drop(gone);
        Ok(one[0].status)
    });
    assert_eq!(status, smartnic::verbs::CompletionStatus::RetryExceeded);
}

#[test]
fn what_happens_to_a_device_is_awaited() {
    let host = host();
    let event = run(async move {
        let device = loopback_gid(&host, &smartnic::rdma::Wanted::default())?.device;
        let context = host.verbs()?.open(&device)?;
        let mut events = Events::new(DeviceEvents(Arc::clone(&context)))?;
        let (pd, cq) = (context.alloc_pd()?, context.create_cq(16, None)?);
        let srq = pd.create_srq(SrqCapacity { requests: 4, sges: 1 })?;
        let queues = Queues { shared: Some(Arc::clone(&srq)), ..Queues::on(&cq) };
        let waiting = tokio::spawn(async move { events.next().await });
        tokio::task::yield_now().await;
        let region = pd.register(&Buffer::new(8), Access::LOCAL_WRITE)?;
        srq.post_receive(&[smartnic::verbs::ReceiveRequest { id: 1, regions: &[region.sge(0, 8)?] }])?;
        srq.set_limit(1)?;
        let [a, _b] = pair(&host, &*pd, &queues)?;
        a.send(2, &[region.sge(0, 8)?])?;
        waiting.await.unwrap()
    });
    assert_eq!(event.kind, smartnic::verbs::AsyncEventKind::SrqLimit);
}

async fn next(events: &mut Events<ConnectionEvents>, kind: CmEventKind) -> Result<CmArrival> {
    let arrival = events.next().await?;
    assert_eq!(arrival.event.kind, kind);
    Ok(arrival)
}

#[test]
fn connections_are_awaited() {
    let host = host();
    let words = run(async move {
        let verbs = host.verbs()?;
        let (asking, listening) = (verbs.connections()?, verbs.connections()?);
        let (mut asked, mut heard) = (
            Events::new(ConnectionEvents(Arc::clone(&asking)))?,
            Events::new(ConnectionEvents(Arc::clone(&listening)))?,
        );
        let gid = loopback_gid(&host, &smartnic::rdma::Wanted::default())?.gid;
        let listener = listening.create_id(QpType::Rc)?;
        listener.bind(SocketAddr::new(gid.ipv4().unwrap().into(), 0))?;
        listener.listen(1)?;
        let at = listener.local_address().unwrap();
        let answering = tokio::spawn(async move {
            let arrival = next(&mut heard, CmEventKind::ConnectRequest).await?;
            arrival.request.unwrap().reject(b"not today")?;
            Ok(arrival.event.private_data)
        });
        let id = asking.create_id(QpType::Rc)?;
        id.resolve_address(None, at, MOMENT)?;
        next(&mut asked, CmEventKind::AddressResolved).await?;
        id.resolve_route(MOMENT)?;
        next(&mut asked, CmEventKind::RouteResolved).await?;
        id.connect(&CmParameters::of_qp(77), b"hello")?;
        let refused = next(&mut asked, CmEventKind::Rejected).await?;
        let (ours, theirs): (_, Result<Vec<u8>>) = (refused.event.private_data, answering.await.unwrap());
        drop(listener);
        Ok([theirs?, ours])
    });
    assert!(words[0].starts_with(b"hello\0") && words[1].starts_with(b"not today\0"), "{words:?}");
}

#[test]
fn rules_links_and_devices_are_awaited() {
    let host = host();
    run(async move {
        let rules = host.traffic_control()?.watch()?;
        let mut rules = Events::new(RuleEvents(rules))?;
        let links = host.ethtool()?.watch_links()?;
        let mut links = Events::new(LinkEvents(links))?;
        let set = RuleSet::from_tc("filter add dev p0 ingress protocol ip pref 1 flower action drop")?;
        flow::apply(&host, &set, &ApplyOptions::default())?;
        let told = rules.next().await?;
        assert_ne!(told.told, flow::Told::Deleted);
        let link = host.switchdev().links()?.remove(0);
        host.switchdev().set_link_up(link.ifindex, false)?;
        links.next().await.map(drop)
    });
}

#[test]
fn the_inventory_is_awaited_and_a_future_that_is_dropped_loses_nothing() {
    let host = host();
    let change = run(async move {
        let mut changes = Events::new(Watch::new(&host)?)?;
        let link = host.switchdev().links()?.remove(0);
        // Once it is begun, and let go.
        std::future::poll_fn(|cx| {
            assert!(changes.poll_next(cx).is_pending());
            Poll::Ready(())
        })
        .await;
        host.switchdev().set_link_up(link.ifindex, false)?;
        Ok((changes.next().await?, link.name))
    });
    let (Change::Changed { after: Node { .. }, .. }, _name) = &change else { panic!("{change:?}") };
}

#[test]
fn outside_of_a_runtime_it_is_refused() {
    let host = host();
    let error = Events::new(Watch::new(&host).unwrap()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert!(error.to_string().contains("tokio"), "{error}");
}
