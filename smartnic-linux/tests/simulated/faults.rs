//! Datagrams that are lost or spoilt: a read is right or fails, a change is made, not made, or said to be unknown.

use smartnic_core::backend::{FlowOp, FlowScope, Hook, Outcome};
use smartnic_core::flow::{Action, Attach, Rule};
use smartnic_core::types::EtherType;
use smartnic_sim::{DatagramFault, FaultPlan, FaultyKernel};

use super::*;

/// How many seeds are tried.
const SEEDS: u64 = 300;

/// A machine whose datagrams suffer by a plan, and the face that tells the truth.
fn faulty(plan: &FaultPlan) -> (LinuxHost, SimHost) {
    let (_, model) = machine("bluefield3");
    let kernel = FaultyKernel::new(SimKernel::new(model.machine().clone()), plan);
    (LinuxHost::new("test:", Arc::new(kernel)), model)
}

/// True if the error leaves open what became of a change.
fn is_open(error: &Error) -> bool {
    use ErrorKind::{Interrupted, Overrun, Protocol, Timeout};
    matches!(error.kind(), Overrun | Protocol | Timeout | Interrupted)
}

#[test]
fn whatever_happens_to_datagrams_nothing_false_is_said() {
    let (mut whole, mut open) = (0, 0);
    for seed in 0..SEEDS {
        let plan = FaultPlan::from_seed(seed);
        let (linux, model) = faulty(&plan);
        let uplink = port(&model, "p0");
        model.flow().add_hook(&Hook::clsact(uplink)).unwrap();

        for attempt in 0..3 {
            match linux.links() {
                Ok(links) => assert_eq!(links, model.switchdev().links().unwrap(), "{plan} {attempt}"),
                Err(error) => assert!(is_open(&error), "{plan} {error}"),
            }
            match linux.ports(None) {
                Ok(ports) => assert_eq!(ports, model.devlink().ports(None).unwrap(), "{plan} {attempt}"),
                Err(error) => assert!(is_open(&error), "{plan} {error}"),
            }
        }

        let rule = |prio| {
            let attach = Attach::ingress(uplink);
            Rule::new(attach).prio(prio).handle(1).protocol(EtherType::IPV4).action(Action::drop())
        };
        let rules: Vec<_> = (1..=100).map(rule).collect();
        let ops: Vec<_> = rules.iter().map(FlowOp::Add).collect();
        let outcomes = match linux.submit(&ops, false) {
            Ok(outcomes) => outcomes,
            Err(error) => {
                assert!(is_open(&error), "{plan} {error}");
                open += 1;
                continue;
            }
        };
        let truth = model.flow().entries(&FlowScope::at(Attach::ingress(uplink))).unwrap();
        for (rule, outcome) in rules.iter().zip(&outcomes) {
            let there = truth.iter().any(|entry| entry.rule == *rule);
            match outcome {
                Outcome::Done(_) => assert!(there, "{plan} {rule}"),
                Outcome::NotTried => assert!(!there, "{plan} {rule}"),
                Outcome::Failed(error) => assert!(is_open(error) || !there, "{plan} {error}"),
            }
        }
        if outcomes.iter().all(|outcome| matches!(outcome, Outcome::Done(_))) {
            whole += 1;
        } else {
            open += 1;
        }
        match linux.entries(&FlowScope::at(Attach::ingress(uplink))) {
            Ok(entries) => assert_eq!(entries, truth, "{plan}"),
            Err(error) => assert!(is_open(&error), "{plan} {error}"),
        }
    }
    println!("{whole} of {SEEDS} runs made every change, {open} left some open");
    assert!(whole > 50 && open > 50, "the faults hit too many runs or too few: {whole}, {open}");
}

#[test]
fn what_a_read_can_survive_it_survives() {
    use DatagramFault::{DumpInterrupted, Duplicated, Interrupted, Lost, Overrun};
    for fault in [DumpInterrupted, Duplicated, Interrupted, Lost, Overrun] {
        for at in 0..4 {
            let (linux, model) = faulty(&FaultPlan::new().datagram(at, fault));
            assert_eq!(linux.links().unwrap(), model.switchdev().links().unwrap(), "{fault:?} {at}");
            assert_eq!(linux.ports(None).unwrap(), model.devlink().ports(None).unwrap(), "{fault:?} {at}");
            assert_eq!(linux.info(&pf()).unwrap(), model.devlink().info(&pf()).unwrap(), "{fault:?} {at}");
        }
    }
}
