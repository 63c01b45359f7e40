//! Our side of the border over the device that is none.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use smartnic_core::backend::{CqConfig, QpConfig, Verbs, VerbsCq, VerbsMr};
use smartnic_core::rdma::QpType;
use smartnic_core::verbs::{
    Access, AddressVector, Buffer, Completion, CompletionEx, CounterKind, CqFields, Destination, Flush,
    MrChange, QpCapacity, ReceiveRequest, Segments, SendOp, SendOps, SendRequest, SrqCapacity, SteeringRule,
    SteeringSpec, WindowBind, WindowKind,
};

use super::{ASKED, library};

fn config(kind: QpType, cq: &Arc<dyn VerbsCq>, capacity: QpCapacity) -> QpConfig<'_> {
    let (send_cq, receive_cq) = (cq, cq);
    QpConfig { kind, send_cq, receive_cq, srq: None, capacity, signal_all: true, batches: None }
}

/// The count of what was posted is of all that is there, so tests go one after the other.
static ALONE: Mutex<()> = Mutex::new(());

fn alone() -> MutexGuard<'static, ()> {
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

#[test]
fn batches_and_extended_queues_ask_for_no_memory() {
    let _alone = alone();
    let context = library().open("stub0").unwrap();
    let fields = CqFields::BYTES | CqFields::TIMESTAMP;
    let cq = context.create_cq_ex(&CqConfig { fields, ..CqConfig::new(64) }).unwrap();
    let plain: Arc<dyn VerbsCq> = cq.clone();
    let pd = context.alloc_pd().unwrap();
    let capacity = QpCapacity { send_requests: 64, inline: 64, ..QpCapacity::default() };
    let config = QpConfig { batches: Some(SendOps::SEND), ..config(QpType::Rc, &plain, capacity) };
    let qp = pd.create_qp(&config).unwrap();
    let region = pd.register(&Buffer::new(4096), Access::LOCAL_WRITE).unwrap();
    let pieces = [region.sge(0, 64).unwrap()];
    let mut some = [CompletionEx::default(); 4];
    let before = ASKED.get();
    qp.post_batch(&mut |batch| {
        batch.push(&SendRequest::new(1, SendOp::Send, &pieces))?;
        batch.push(&SendRequest::inline(2, SendOp::Send, b"copied"))
    })
    .unwrap();
    let polled = cq.poll_ex(&mut some).unwrap();
    assert_eq!((ASKED.get() - before, polled), (0, 2), "requests for memory, completions");
    assert_eq!((some[0].timestamp, some[0].wall_clock), (Some(7), None));
    // Nothing of a batch is posted that its owner takes back, or in which something does not fit.
    let again = SendRequest::inline(3, SendOp::Send, b"never");
    let failed = qp.post_batch(&mut |batch| {
        batch.push(&again)?;
        let _ = batch.push(&SendRequest { op: SendOp::SendImm(1), ..again });
        Ok(())
    });
    assert!(failed.is_err(), "it was not made for numbers");
    assert_eq!(plain.poll(&mut [Completion::default()]).unwrap(), 0);
}

#[test]
fn words_flushes_and_bindings_go_in_batches_and_ask_for_no_memory() {
    let _alone = alone();
    let context = library().open("stub0").unwrap();
    let (pd, cq) = (context.alloc_pd().unwrap(), context.create_cq(8, None).unwrap());
    let batches = SendOps::ATOMIC_WRITE | SendOps::FLUSH | SendOps::BIND_WINDOW;
    let config = QpConfig { batches: Some(batches), ..config(QpType::Rc, &cq, QpCapacity::default()) };
    let qp = pd.create_qp(&config).unwrap();
    let region = pd.register(&Buffer::new(64), Access::LOCAL_WRITE | Access::WINDOW_BIND).unwrap();
    let window = pd.alloc_window_of(WindowKind::QueuePair).unwrap();
    let bind = WindowBind { region: &region, offset: 8, length: 8, access: Access::REMOTE_READ };
    let (remote, mut keys) = (region.remote(0), [0; 2]);
    let word = SendRequest::new(1, SendOp::AtomicWrite { remote, word: [7; 8] }, &[]);
    let flush = SendRequest::new(2, SendOp::Flush { remote, to: Flush::GLOBAL, length: Some(8) }, &[]);
    qp.post_batch(&mut |batch| batch.bind_window(0, &*window, &bind).map(|at| keys[0] = at.key)).unwrap();
    let before = ASKED.get();
    qp.post_batch(&mut |batch| {
        batch.push(&word)?;
        batch.push(&flush)?;
        batch.bind_window(3, &*window, &bind).map(|at| keys[1] = at.key)
    })
    .unwrap();
    let polled = cq.poll(&mut [Completion::default(); 8]).unwrap();
    assert_eq!((ASKED.get() - before, polled), (0, 4), "requests for memory, completions");
    assert_eq!((keys, window.remote_key(), Arc::strong_count(&region)), ([1, 2], 2, 2));
    // Alone they do not go, and a window of a domain is bound alone only.
    assert!(qp.post_send(&[word]).is_err() && qp.post_send(&[flush]).is_err());
    let other = pd.alloc_window_of(WindowKind::Domain).unwrap();
    assert!(qp.post_batch(&mut |batch| batch.bind_window(4, &*other, &bind).map(drop)).is_err());
}

#[test]
fn rules_keep_their_queue_pair_and_who_lacks_the_right_is_told() {
    let _alone = alone();
    let context = library().open("stub0").unwrap();
    let (pd, cq) = (context.alloc_pd().unwrap(), context.create_cq(8, None).unwrap());
    let qp = pd.create_qp(&config(QpType::RawPacket, &cq, QpCapacity::default())).unwrap();
    let counters = context.create_counters(&[CounterKind::Packets, CounterKind::Bytes]).unwrap();
    let specs = [SteeringSpec::udp_to(53)];
    let rule = SteeringRule { counters: Some(&counters), tag: Some(7), ..SteeringRule::new(&specs) };
    let flow = Arc::clone(&qp).steer(&rule).unwrap();
    assert_eq!((Arc::strong_count(&qp), Arc::strong_count(&counters)), (2, 2));
    assert_eq!(counters.read().unwrap(), [5, 6]);
    let refused = Arc::clone(&qp).steer(&SteeringRule { port: 2, ..rule }).unwrap_err();
    assert!(refused.next_step().is_some_and(|step| step.contains("CAP_NET_RAW")), "{refused:?}");
    drop(flow);
    assert_eq!((Arc::strong_count(&qp), Arc::strong_count(&counters)), (1, 1));
}

#[test]
fn a_region_comes_back_with_the_error_unless_it_came_to_harm() {
    let _alone = alone();
    let context = library().open("stub0").unwrap();
    let pd = context.alloc_pd().unwrap();
    let region = pd.register(&Buffer::new(64), Access::LOCAL_WRITE).unwrap();
    let changed = |region: Arc<dyn VerbsMr>, length: usize| {
        let buffer = Buffer::new(length);
        region.reregister(&MrChange { buffer: Some(&buffer), ..MrChange::default() })
    };
    let region = changed(region, 128).unwrap();
    assert_eq!((region.length(), region.local_key()), (128, 1));
    let failed = changed(region, 1).unwrap_err();
    let region = failed.region.unwrap();
    assert_eq!((region.length(), failed.error.errno()), (128, Some(libc::EINVAL)));
    let held = Arc::clone(&region);
    let region = changed(region, 256).unwrap_err().region.unwrap();
    drop(held);
    let region = changed(region, 3).unwrap();
    assert_eq!(region.length(), 3, "the pages of the old memory are nobody's");
    let failed = changed(region, 2).unwrap_err();
    assert!(failed.region.is_none(), "{failed}");
}

#[test]
fn a_window_of_a_domain_is_bound_by_the_drivers_own_function() {
    let _alone = alone();
    let context = library().open("stub0").unwrap();
    let (pd, cq) = (context.alloc_pd().unwrap(), context.create_cq(8, None).unwrap());
    let qp = pd.create_qp(&config(QpType::Rc, &cq, QpCapacity::default())).unwrap();
    let region = pd.register(&Buffer::new(64), Access::LOCAL_WRITE | Access::WINDOW_BIND).unwrap();
    let window = pd.alloc_window_of(WindowKind::Domain).unwrap();
    let bind = WindowBind { region: &region, offset: 8, length: 8, access: Access::REMOTE_READ };
    let keys: Vec<u32> = (0..3).map(|id| qp.bind_window(id, &*window, &bind).unwrap().key).collect();
    assert_eq!((keys, window.remote_key()), (vec![1, 2, 3], 3));
    assert_eq!(Arc::strong_count(&region), 2, "it is held once");
    assert_eq!(cq.poll(&mut [Completion::default(); 4]).unwrap(), 3);
}

#[test]
fn posting_and_polling_ask_for_no_memory() {
    let _alone = alone();
    let context = library().open("stub0").unwrap();
    assert!(ASKED.get() > 0, "opening asks for memory, so that the count works");
    let (pd, cq) = (context.alloc_pd().unwrap(), context.create_cq(64, None).unwrap());
    let capacity =
        QpCapacity { send_requests: 64, receive_requests: 64, send_sges: 2, receive_sges: 2, inline: 64 };
    let qp = |kind| pd.create_qp(&config(kind, &cq, capacity)).unwrap();
    // The stub gives back the capacity that was asked for.
    let (rc, ud) = (qp(QpType::Rc), qp(QpType::Ud));
    let srq = pd.create_srq(SrqCapacity { requests: 64, sges: 2 }).unwrap();
    let region = pd.register(&Buffer::new(4096), Access::LOCAL_WRITE).unwrap();
    let handle = pd.create_ah(&AddressVector::to_lid(1, 1)).unwrap();
    let mut some = [Completion::default(); 48];
    let mut asked = |what: &str, posted: usize, work: &mut dyn FnMut(&mut [Completion]) -> usize| {
        let before = ASKED.get();
        let polled = work(&mut some);
        assert_eq!((ASKED.get() - before, polled), (0, posted), "{what}: requests for memory, completions");
    };
    let pieces = [region.sge(0, 64).unwrap(), region.sge(64, 8).unwrap()];
    let remote = region.remote(0);
    let ops = [
        SendOp::Send,
        SendOp::SendImm(1),
        SendOp::SendInvalidate(7),
        SendOp::LocalInvalidate(7),
        SendOp::Write(remote),
        SendOp::WriteImm(remote, 1),
        SendOp::Read(remote),
    ];
    for op in ops {
        asked(&format!("{op:?}"), 40, &mut |some| {
            rc.post_send(&[SendRequest::new(1, op, &pieces); 40]).unwrap();
            cq.poll(some).unwrap()
        });
    }
    let atomics = [SendOp::FetchAdd { remote, add: 1 }, SendOp::CompareSwap { remote, compare: 0, swap: 1 }];
    for op in atomics {
        asked(&format!("{op:?}"), 1, &mut |some| {
            rc.post_send(&[SendRequest::new(1, op, &pieces[1..])]).unwrap();
            cq.poll(some).unwrap()
        });
    }
    asked("copied bytes", 1, &mut |some| {
        rc.post_send(&[SendRequest::inline(1, SendOp::Send, b"copied")]).unwrap();
        cq.poll(some).unwrap()
    });
    asked("datagrams", 20, &mut |some| {
        let to = Destination { handle: &*handle, qp: 1, qkey: 1 };
        ud.post_send(&[SendRequest::new(1, SendOp::Send, &pieces).to(to); 20]).unwrap();
        cq.poll(some).unwrap()
    });
    asked("receives", 48, &mut |some| {
        let request = ReceiveRequest { id: 1, regions: &pieces };
        rc.post_receive(&[request; 40]).unwrap();
        srq.post_receive(&[request; 8]).unwrap();
        cq.poll(some).unwrap()
    });
}

#[test]
fn long_segments_go_with_their_headers() {
    let _alone = alone();
    let context = library().open("stub0").unwrap();
    let (pd, cq) = (context.alloc_pd().unwrap(), context.create_cq(64, None).unwrap());
    let config =
        |ops| QpConfig { batches: Some(ops), ..config(QpType::RawPacket, &cq, QpCapacity::default()) };
    let qp = pd.create_qp(&config(SendOps::SEGMENTS)).unwrap();
    let region = pd.register(&Buffer::new(4096), Access::LOCAL_WRITE).unwrap();
    let pieces = [region.sge(0, 4096).unwrap()];
    let good = Segments { header: b"head", size: 1000, regions: &pieces };
    qp.post_batch(&mut |batch| batch.send_segments(1, &good)).unwrap();
    assert_eq!(cq.poll(&mut [Completion::default(); 4]).unwrap(), 1);
    let wrong = [
        Segments { size: 0, ..good },
        Segments { header: &[], ..good },
        Segments { header: &[0; 129], ..good },
        Segments { regions: &[pieces[0]; 9], ..good },
    ];
    for wrong in wrong {
        assert!(qp.post_batch(&mut |batch| batch.send_segments(1, &wrong)).is_err(), "{wrong:?}");
    }
    let without = pd.create_qp(&config(SendOps::SEND)).unwrap();
    let error = without.post_batch(&mut |batch| batch.send_segments(1, &good)).unwrap_err();
    assert!(error.to_string().contains("was not made for it"), "{error}");
    assert_eq!(cq.poll(&mut [Completion::default(); 4]).unwrap(), 0);
}
