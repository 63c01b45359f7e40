//! RDMA verbs on simulated devices: the suite, and what goes wrong on purpose.

use std::sync::Arc;

use conformance::verbs::{ALL, run};
use smartnic::Host;
use smartnic_core::backend::Switchdev;
use smartnic_core::rdma::NewLink;
use smartnic_core::verbs::{AsyncEventKind, CompletionStatus};
use smartnic_sim::{FaultPlan, SimHost, SimOptions, VerbsFault};

/// A simulated host whose links are up.
fn host(profile: &str) -> Host {
    let host = Host::open(&format!("sim:{profile}")).unwrap();
    let ports: Vec<_> = host.switchdev().links().unwrap().into_iter().map(|link| link.ifindex).collect();
    ports.into_iter().for_each(|link| host.switchdev().set_link_up(link, true).unwrap());
    host
}

/// Has a simulated host without RDMA devices have one on software alone.
fn rxe(host: &Host) -> String {
    let netdev = host.switchdev().links().unwrap().into_iter().find(|link| link.name != "lo").unwrap().name;
    let new = NewLink { name: "rxe0".into(), kind: "rxe".into(), netdev };
    host.rdma().unwrap().add_rdma_link(&new).unwrap();
    new.name
}

#[test]
fn every_simulated_card_with_rdma_passes_the_suite() {
    // What the vendors of the others do not have.
    let words = "words are written at once, and writes are flushed";
    let memory = "memory of the device itself is reached as any other";
    let absent = [
        memory,
        words,
        "raw packets come by rules, and by no others",
        "long segments are cut into packets",
        "one connection reaches every shared queue of a domain",
        "both ends agree on what the vendor adds",
    ];
    let cases =
        [("bluefield3", false, &[words][..]), ("e810", false, &absent[..]), ("thor2", false, &absent[..])];
    // What every driver on software alone has.
    let of_rxe: Vec<&str> = absent.into_iter().filter(|name| *name != words).collect();
    for (profile, is_rxe, absent) in [&cases[..], &[("agilio", true, &of_rxe[..])]].concat() {
        let host = host(profile);
        let device = match is_rxe {
            true => rxe(&host),
            false => host.verbs().unwrap().devices().unwrap().remove(0).name,
        };
        let mut said = Vec::new();
        let report = run(&host, &device, ALL, &mut |line| said.push(line)).unwrap();
        let skipped: Vec<&str> = report.skipped.iter().map(|(name, _)| *name).collect();
        assert!(report.failed.is_empty() && skipped == absent, "{profile}: {said:#?}");
        let counters = host.rdma().unwrap().rdma_counters(&device, 1).unwrap();
        assert!(counters.iter().any(|counter| counter.value > 0), "{profile} counted nothing");
    }
}

/// Two reliable queue pairs on a host with this fault at the first request: what came of two sends, and of the device.
fn suffer(fault: VerbsFault) -> (Vec<CompletionStatus>, Vec<AsyncEventKind>) {
    let sim = SimHost::open("bluefield3", SimOptions::default()).unwrap();
    for link in sim.links().unwrap() {
        sim.set_link_up(link.ifindex, true).unwrap();
    }
    let sim = sim.with_faults(&FaultPlan::new().request(0, fault));
    let host = Host::on(Arc::new(sim));
    let device = host.verbs().unwrap().devices().unwrap().remove(0).name;
    let (statuses, events) = conformance::verbs::two_sends(&host, &device).unwrap();
    (statuses, events)
}

#[test]
fn every_fault_comes_as_a_device_would_tell_it() {
    use AsyncEventKind::{DeviceFatal, GidChange, PortError, QpAccessError, QpFatal};
    use CompletionStatus::{Flushed, RemoteAccess, RetryExceeded, RnrRetryExceeded};
    for (fault, statuses, events) in [
        (VerbsFault::RetryExceeded, [RetryExceeded, Flushed], vec![]),
        (VerbsFault::ReceiverNotReady, [RnrRetryExceeded, Flushed], vec![]),
        (VerbsFault::RemoteAccess, [RemoteAccess, Flushed], vec![QpAccessError]),
        (VerbsFault::QpFatal, [Flushed, Flushed], vec![QpFatal]),
        (VerbsFault::PortDown, [RetryExceeded, Flushed], vec![PortError, GidChange]),
        (VerbsFault::GidChange, [RetryExceeded, Flushed], vec![GidChange]),
        (VerbsFault::DeviceFatal, [Flushed, Flushed], vec![DeviceFatal]),
    ] {
        assert_eq!(suffer(fault), (statuses.to_vec(), events), "{fault:?}");
    }
}
