//! RDMA verbs on simulated devices: the suite, and what goes wrong on purpose.

use std::sync::Arc;

use conformance::verbs::{ALL, run};
use smartnic::Host;
use smartnic_core::backend::Switchdev;
use smartnic_core::verbs::{AsyncEventKind, CompletionStatus};
use smartnic_sim::{FaultPlan, SimHost, SimOptions, VerbsFault};

/// A simulated host whose links are up.
fn host(profile: &str) -> Host {
    let host = Host::open(&format!("sim:{profile}")).unwrap();
    let ports: Vec<_> = host.switchdev().links().unwrap().into_iter().map(|link| link.ifindex).collect();
    ports.into_iter().for_each(|link| host.switchdev().set_link_up(link, true).unwrap());
    host
}

#[test]
fn every_simulated_card_with_rdma_passes_the_suite() {
    // What the vendors of the others do not have.
    let absent =
        ["one connection reaches every shared queue of a domain", "both ends agree on what the vendor adds"];
    for (profile, absent) in [("bluefield3", &[][..]), ("e810", &absent), ("thor2", &absent)] {
        let host = host(profile);
        let device = host.verbs().unwrap().devices().unwrap().remove(0).name;
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
