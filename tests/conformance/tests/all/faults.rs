//! Rules are applied while the host fails now and then: each run ends in exactly the old or exactly the new state.

use conformance::random::Random;
use conformance::state::{State, difference};
use conformance::{Bench, Rig, catalogue};
use smartnic::flow::{ApplyOptions, RuleLine, RuleSet, apply};
use smartnic::{ErrorKind, Host};
use smartnic_core::device::EswitchMode;
use smartnic_core::flow::{Action, Attach, Rule};
use smartnic_sim::{DatagramFault, FaultPlan, OperationFault, SendFault, SimMachine};

use crate::faces::{direct, machine, netlink};

const SEEDS: u64 = 1000;
const PROFILES: [&str; 3] = ["bluefield3", "e810", "thor2"];

/// How a run is seen from outside.
type Face = fn(&SimMachine, &FaultPlan) -> Host;

/// A machine with rules on it, the rules that are wanted there, and how they are to be applied.
pub(crate) struct Scene {
    pub(crate) machine: SimMachine,
    pub(crate) wanted: RuleSet,
    pub(crate) options: ApplyOptions,
}

/// The same scene for the same seed.
pub(crate) fn scene(seed: u64) -> Scene {
    let mut random = Random::new(seed);
    let machine = machine(PROFILES[random.below(PROFILES.len())], seed);
    let host = direct(&machine, &FaultPlan::new());
    let bench = Bench::new(&host, None).unwrap();
    bench.go(EswitchMode::Switchdev, 4).unwrap();
    let rig = Rig::find(&bench).unwrap();
    let all = catalogue::many(&rig, 40);
    let (old, new) = all.split_at(12);
    bench.host.flow().add_hook(&smartnic_core::backend::Hook::clsact(rig.uplink.ifindex)).unwrap();
    for (number, rule) in (1..).zip(old) {
        bench.host.flow().add(&rule.clone().prio(1 + number as u16 % 3).handle(number)).unwrap();
    }
    let mut wanted: Vec<Rule> = Vec::new();
    for (number, rule) in (1..).zip(old) {
        let there = rule.clone().prio(1 + number as u16 % 3).handle(number);
        match random.below(3) {
            0 => wanted.push(there),
            1 => wanted.push(Rule { actions: vec![Action::drop()], ..there }),
            _ => {}
        }
    }
    for rule in new.iter().take(random.below(new.len() + 1)) {
        let rule = match random.below(4) {
            // A representor that has no hook yet.
            0 => Rule { attach: Attach::ingress(rig.rep(1)), ..rule.clone() },
            1 => rule.clone().skip_sw(),
            2 => rule.clone().skip_hw().prio(9),
            _ => rule.clone(),
        };
        wanted.push(rule);
    }
    if random.once_in(5) {
        // No kernel offers this to a driver, so the set cannot be had.
        let hopeless =
            Rule { actions: vec![Action::gact(smartnic_core::flow::Control::Continue)], ..old[0].clone() };
        wanted.insert(random.below(wanted.len() + 1), hopeless.prio(33).skip_sw());
    }
    let line = |(line, rule)| RuleLine { rule, group: None, line };
    let wanted = RuleSet { rules: (1..).zip(wanted).map(line).collect(), hooks: Vec::new() };
    let options = ApplyOptions { prune: random.once_in(3), ..ApplyOptions::default() };
    Scene { machine, wanted, options }
}

/// One operation fails among those that a run has, and up to three datagrams suffer.
fn plan(seed: u64) -> FaultPlan {
    let mut random = Random::new(seed ^ 0xfa17);
    let failures = [
        OperationFault::Busy,
        OperationFault::NoSpace,
        OperationFault::NotPermitted,
        OperationFault::Away,
        OperationFault::NoBuffers,
        OperationFault::Interrupted,
    ];
    let sufferings = [
        DatagramFault::Interrupted,
        DatagramFault::Lost,
        DatagramFault::DumpInterrupted,
        DatagramFault::Truncated,
        DatagramFault::Duplicated,
        DatagramFault::Overrun,
        DatagramFault::Late,
    ];
    let mut plan =
        FaultPlan::new().operation(random.below(45) as u64, failures[random.below(failures.len())]);
    for _ in 0..random.below(4) {
        plan = plan.datagram(random.below(60) as u64, sufferings[random.below(sufferings.len())]);
    }
    if random.once_in(2) {
        let failures = [SendFault::Interrupted, SendFault::NoBuffers];
        plan = plan.send(random.below(20) as u64, failures[random.below(failures.len())]);
    }
    plan
}

pub(crate) fn state(machine: &SimMachine) -> State {
    let host = direct(machine, &FaultPlan::new());
    State::read(&Bench::new(&host, None).unwrap()).unwrap()
}

/// Applies the rules of a scene while the host fails by a plan; the end must be exactly the old or exactly the new
/// state. Returns whether they are there, and whether they would be without the faults.
fn try_once(at: &str, face: Face, seed: u64, plan: &FaultPlan) -> (bool, bool) {
    // What should come of it, on a twin where nothing fails.
    let twin = scene(seed);
    let possible = apply(&direct(&twin.machine, &FaultPlan::new()), &twin.wanted, &twin.options).is_ok();
    let new = state(&twin.machine);

    let Scene { machine, wanted, options } = scene(seed);
    let old = state(&machine);
    let result = apply(&face(&machine, plan), &wanted, &options);
    let after = state(&machine);
    match &result {
        Ok(_) => {
            assert!(possible, "{at}: applied what cannot be applied");
            assert!(after == new, "{at}: not the new state: {}", difference(&new, &after));
        }
        Err(error) => {
            assert_ne!(error.kind(), ErrorKind::RollbackFailed, "{at}: {error}");
            assert!(after == old, "{at}: {error}: not the old state: {}", difference(&old, &after));
        }
    }
    (result.is_ok(), possible)
}

fn sweep(name: &str, face: Face, seeds: u64) {
    let (mut applied, mut refused, mut torn) = (0, 0, 0);
    for seed in 0..seeds {
        let plan = plan(seed);
        let at = format!("{name}, seed {seed}, {plan}");
        match try_once(&at, face, seed, &plan) {
            (true, _) => applied += 1,
            (false, possible) => {
                refused += 1;
                torn += u64::from(possible);
            }
        }
    }
    println!(
        "{name}: {applied} of {seeds} seeds applied, {refused} taken back, {torn} of them because of a fault"
    );
    assert!(
        applied > seeds / 10 && torn > seeds / 10,
        "{applied} applied, {torn} taken back because of a fault"
    );
}

#[test]
fn in_netlink_bytes_it_is_all_or_nothing() {
    sweep("netlink", netlink, SEEDS);
}

#[test]
fn by_direct_calls_it_is_all_or_nothing() {
    sweep("direct", direct, SEEDS);
}

/// Each fault at each change: the kernel says no once, and all is as before.
#[test]
fn whatever_rule_fails_it_is_all_or_nothing() {
    use OperationFault::{Busy, Interrupted, NoBuffers, NoSpace};
    // The first scenes whose rules can be had, all of them additions, replacements and removals.
    let can_be_had = |seed: &u64| try_once("without a fault", direct, *seed, &FaultPlan::new()).0;
    let mut torn = 0;
    for seed in (0..).filter(can_be_had).take(3) {
        for (name, face) in [("netlink", netlink as Face), ("direct", direct)] {
            for fault in [Busy, Interrupted, NoBuffers, NoSpace] {
                for number in 0.. {
                    let plan = FaultPlan::new().operation(number, fault);
                    let at = format!("{name}, scene {seed}, {plan}");
                    if try_once(&at, face, seed, &plan).0 {
                        assert!(number > 5, "{at}: there are more changes than that");
                        break;
                    }
                    torn += 1;
                }
            }
        }
    }
    println!("{torn} changes taken back");
}

/// Datagrams that cannot be sent, each of them once: signals are waited out, want of memory is not.
#[test]
fn whatever_cannot_be_sent_it_is_all_or_nothing() {
    let seed = (0..).find(|seed| try_once("without a fault", direct, *seed, &FaultPlan::new()).0);
    let seed = seed.expect("some scene can be had");
    let (mut applied, mut torn) = (0, 0);
    for number in 0..30 {
        let plan = |fault| FaultPlan::new().send(number, fault);
        for fault in [SendFault::Interrupted, SendFault::NoBuffers] {
            let at = plan(fault).to_string();
            let (done, _) = try_once(&at, netlink, seed, &plan(fault));
            assert!(done || fault == SendFault::NoBuffers, "{at}");
            applied += u32::from(done);
            torn += u32::from(!done);
        }
    }
    assert!(applied > 30 && torn > 3, "{applied} applied, {torn} not");
}
