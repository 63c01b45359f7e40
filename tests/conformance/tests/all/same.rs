//! The same random operations by direct calls and in netlink bytes come to the same: answers, texts, whole state.

use conformance::Bench;
use conformance::random::Random;
use conformance::state::{State, difference};
use smartnic_sim::FaultPlan;

use crate::faces::{direct, machine, netlink};
use crate::operations::Operation;

const SEEDS: u64 = 12;
const OPERATIONS: usize = 120;
/// After so many operations the whole state is also read through both faces.
const READ: usize = 20;

fn both_faces(profile: &str) {
    let (mut done, mut refused) = (0, 0);
    for seed in 0..SEEDS {
        let (one, two) = (machine(profile, seed), machine(profile, seed));
        let (calls, bytes) = (direct(&one, &FaultPlan::new()), netlink(&two, &FaultPlan::new()));
        let (calls, bytes) = (Bench::new(&calls, None).unwrap(), Bench::new(&bytes, None).unwrap());
        let mut random = Random::new(seed);
        for number in 0..OPERATIONS {
            let at = format!("{profile}, seed {seed}, operation {number}");
            let operation =
                Operation::next(&mut random, &calls).unwrap_or_else(|stop| panic!("{at}: {stop:?}"));
            let (left, right) =
                (operation.run(calls.host, calls.device()), operation.run(bytes.host, bytes.device()));
            assert_eq!(left, right, "{at}: {operation:#?}");
            let (left_state, right_state) = (one.snapshot(), two.snapshot());
            assert!(
                left_state == right_state,
                "{at}: {operation:#?}: {}",
                difference(&left_state.lines().collect::<Vec<_>>(), &right_state.lines().collect::<Vec<_>>())
            );
            if number % READ == READ - 1 {
                let (left, right) = (State::read(&calls).unwrap(), State::read(&bytes).unwrap());
                assert!(left == right, "{at}: {}", difference(&left, &right));
            }
            let failed = left.iter().filter(|said| said.starts_with("refused")).count();
            refused += failed;
            done += left.len() - failed;
        }
    }
    // The sequences must be worth something: much was done, and much was refused.
    assert!(done > 500 && refused > 500, "{profile}: {done} done, {refused} refused");
}

#[test]
fn bluefield3() {
    both_faces("bluefield3");
}

#[test]
fn e810() {
    both_faces("e810");
}

#[test]
fn thor2() {
    both_faces("thor2");
}
