//! Rules are applied while the host fails now and then: each run ends in exactly the old or exactly the new state.

use conformance::random::Random;
use conformance::state::{State, difference};
use conformance::{Bench, Rig, catalogue};
use smartnic::flow::{ApplyOptions, RuleLine, RuleSet, apply};
use smartnic::{ErrorKind, Host};
use smartnic_core::device::EswitchMode;
use smartnic_core::flow::{Action, Attach, Rule};
use smartnic_sim::{DatagramFault, FaultPlan, OperationFault, SimMachine};

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
    let failures =
        [OperationFault::Busy, OperationFault::NoSpace, OperationFault::NotPermitted, OperationFault::Away];
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
    plan
}

pub(crate) fn state(machine: &SimMachine) -> State {
    let host = direct(machine, &FaultPlan::new());
    State::read(&Bench::new(&host, None).unwrap()).unwrap()
}

fn sweep(name: &str, face: Face, seeds: u64) {
    let (mut applied, mut refused, mut torn) = (0, 0, 0);
    for seed in 0..seeds {
        let plan = plan(seed);
        let at = format!("{name}, seed {seed}, {plan}");
        // What should come of it, on a twin where nothing fails.
        let twin = scene(seed);
        let possible = apply(&direct(&twin.machine, &FaultPlan::new()), &twin.wanted, &twin.options).is_ok();
        let new = state(&twin.machine);

        let Scene { machine, wanted, options } = scene(seed);
        let old = state(&machine);
        let result = apply(&face(&machine, &plan), &wanted, &options);
        let after = state(&machine);
        match result {
            Ok(_) => {
                assert!(possible, "{at}: applied what cannot be applied");
                assert!(after == new, "{at}: not the new state: {}", difference(&new, &after));
                applied += 1;
            }
            Err(error) => {
                assert_ne!(error.kind(), ErrorKind::RollbackFailed, "{at}: {error}");
                assert!(after == old, "{at}: {error}: not the old state: {}", difference(&old, &after));
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
