//! Rules are applied by somebody who dies at one change after the other: what is left is taken back to exactly the old
//! state, or was exactly the old or the new one already.

use std::sync::Arc;

use conformance::state::{State, difference};
use smartnic::Host;
use smartnic::flow::{ApplyOptions, RecoveryOutcome, RuleSet, apply, explain, interrupted, recover, remove};
use smartnic_core::backend;
use smartnic_linux::LinuxHost;
use smartnic_sim::{FaultPlan, SimHost, SimKernel, SimMachine};

use crate::faces;
use crate::faults::{Scene, scene, state};
use crate::mortal::{Mortal, work};

/// How many scenes; in each, one change after the other is the last.
const SEEDS: u64 = 16;

fn direct(machine: &SimMachine) -> Arc<dyn backend::Host> {
    Arc::new(SimHost::on(machine.clone(), "sim:direct"))
}

pub(crate) fn netlink(machine: &SimMachine) -> Arc<dyn backend::Host> {
    Arc::new(LinuxHost::new("sim:netlink", Arc::new(SimKernel::new(machine.clone()))))
}

/// A host of somebody who dies at the change with this number.
pub(crate) fn mortal(
    face: fn(&SimMachine) -> Arc<dyn backend::Host>,
    machine: &SimMachine,
    dies_at: usize,
) -> Host {
    Host::on(Arc::new(Mortal::new(face(machine), direct(machine), dies_at)))
}

/// A host of somebody who lives on.
pub(crate) fn immortal(machine: &SimMachine) -> Host {
    faces::direct(machine, &FaultPlan::new())
}

/// What is done to a scene.
type Deed = fn(&Host, &RuleSet, &ApplyOptions) -> bool;

fn sweep(name: &str, face: fn(&SimMachine) -> Arc<dyn backend::Host>, deed: Deed) {
    let (mut deaths, mut halfway) = (0, 0);
    for seed in 0..SEEDS {
        let twin = scene(seed);
        let old = state(&twin.machine);
        let possible = deed(&immortal(&twin.machine), &twin.wanted, &twin.options);
        let new = state(&twin.machine);
        for dies_at in 0.. {
            let at = format!("{name}, seed {seed}, killed at change {dies_at}");
            let Scene { machine, wanted, options } = scene(seed);
            let must_be = |wanted: &State, when: &str| {
                let is = state(&machine);
                assert!(is == *wanted, "{at}: {when}: {}", difference(wanted, &is));
            };
            let host = mortal(face, &machine, dies_at);
            if let Some(done) = work(|| deed(&host, &wanted, &options)) {
                assert_eq!(done, possible, "{at}");
                must_be(if possible { &new } else { &old }, "not killed");
                assert_eq!(recover(&immortal(&machine)).unwrap(), None, "{at}");
                break;
            }
            deaths += 1;
            let left = state(&machine);
            halfway += u64::from(left != old && left != new);
            let host = immortal(&machine);
            if interrupted(&host).unwrap().is_none() {
                assert_eq!(dies_at, 0, "{at}: no journal");
                must_be(&old, "before there was a journal");
                continue;
            }
            match dies_at % 3 {
                // Somebody else takes it back.
                0 => {
                    let recovery = recover(&host).unwrap().unwrap();
                    assert_eq!(recovery.outcome, RecoveryOutcome::TakenBack, "{at}");
                    assert_eq!(recovery.change.pid, std::process::id());
                    must_be(&old, "recovered");
                }
                // The next change does.
                1 => {
                    assert_eq!(deed(&host, &wanted, &options), possible, "{at}: again");
                    must_be(if possible { &new } else { &old }, "done again");
                }
                // Who takes it back dies of it, more than once.
                _ => {
                    let dying = |after: usize| work(|| recover(&mortal(face, &machine, after)).unwrap());
                    let gone = (1..4).filter_map(dying).count();
                    let recovery = recover(&host).unwrap();
                    assert_eq!(recovery.is_none(), gone > 0, "{at}");
                    must_be(&old, "recovered at last");
                }
            }
            assert_eq!(interrupted(&host).unwrap(), None, "{at}");
        }
    }
    println!("{name}: killed {deaths} times, {halfway} of them halfway");
    assert!(halfway > deaths / 3 && halfway > 100, "{name}: {deaths} deaths, {halfway} of them halfway");
}

fn applies(host: &Host, wanted: &RuleSet, options: &ApplyOptions) -> bool {
    apply(host, wanted, options).is_ok()
}

fn removes(host: &Host, _: &RuleSet, options: &ApplyOptions) -> bool {
    // As the command does: what is read must not be half a change.
    recover(host).unwrap();
    let there = smartnic::flow::entries(host, None).unwrap();
    let there: RuleSet = there.into_iter().map(|entry| entry.rule).collect();
    remove(host, &there, options).is_ok()
}

fn probes(host: &Host, wanted: &RuleSet, _: &ApplyOptions) -> bool {
    explain(host, wanted, true).is_ok()
}

#[test]
fn applying_in_netlink_bytes() {
    sweep("apply, netlink", netlink, applies);
}

#[test]
fn applying_by_direct_calls() {
    sweep("apply, direct", direct, applies);
}

#[test]
fn removing_in_netlink_bytes() {
    sweep("remove, netlink", netlink, removes);
}

#[test]
fn probing_by_direct_calls() {
    sweep("probe, direct", direct, probes);
}
