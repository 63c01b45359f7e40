//! Health reporters, regions and traps by direct calls and in netlink bytes: the same answers, refusals and state.

use std::fmt::Debug;
use std::time::Duration;

use conformance::state::difference;
use smartnic::backend::Datapath;
use smartnic::device::{
    RegionId, RegionRead, ReporterChange, ReporterId, TrapAction, TrapGroupChange, TrapPolicerChange,
};
use smartnic::types::DevlinkPlace;
use smartnic::{ErrorKind, Host, Result};
use smartnic_sim::{FaultPlan, SimMachine};

use crate::faces::{direct, machine, netlink};

/// What was answered, in a form that both faces must have in common.
fn said<T: Debug>(what: &str, result: Result<T>) -> String {
    match result {
        Ok(answer) => format!("{what}: {answer:?}"),
        // Of what is not there the kernel says less than we do, in several ways.
        Err(error) if error.kind() == ErrorKind::NotFound => format!("{what}: not found"),
        Err(error) => format!("{what}: {error}"),
    }
}

fn health(host: &Host, machine: &SimMachine, said_all: &mut Vec<String>) {
    let devlink = host.devlink();
    let all = devlink.reporters(None).unwrap();
    let device = host.inventory().unwrap().nics[0].handle().clone();
    let absent = ReporterId::new(device.clone(), "absent");
    for id in all.iter().map(|reporter| &reporter.id).chain([&absent]) {
        let mut say = |what: &str, text: String| said_all.push(format!("{id} {what} {text}"));
        say("error", said("", machine.report_error(id, "oops", Duration::from_secs(1))));
        say("state", said("", devlink.reporter(id)));
        say("diagnose", said("", devlink.diagnose(id)));
        say("dump", said("", devlink.health_dump(id)));
        say("again", said("", devlink.health_dump(id)));
        let changes = [
            ReporterChange { auto_recover: Some(false), ..ReporterChange::default() },
            ReporterChange { grace_period: Some(7), burst_period: Some(5), ..ReporterChange::default() },
            ReporterChange { grace_period: Some(0), burst_period: Some(5), ..ReporterChange::default() },
            ReporterChange { auto_dump: Some(false), ..ReporterChange::default() },
            ReporterChange::default(),
        ];
        for change in changes {
            say("set", said(&format!("{change:?}"), devlink.set_reporter(id, &change)));
        }
        say("error", said("", machine.report_error(id, "oops", Duration::from_secs(99))));
        say("state", said("", devlink.reporter(id)));
        say("diagnose", said("", devlink.diagnose(id)));
        say("clear", said("", devlink.clear_health_dump(id)));
        say("recover", said("", devlink.recover(id)));
        say("test", said("", devlink.test_reporter(id)));
    }
    said_all.push(said("all", devlink.reporters(None)));
    for place in [DevlinkPlace::from(device.clone()), device.port(65535).into(), device.port(99).into()] {
        said_all.push(said(&place.to_string(), devlink.reporters(Some(&place))));
    }
    said_all.push(machine.snapshot());
}

fn regions(host: &Host, said_all: &mut Vec<String>) {
    let devlink = host.devlink();
    let device = host.inventory().unwrap().nics[0].handle().clone();
    let all = devlink.regions(Some(&device)).unwrap();
    said_all.push(said("all", devlink.regions(None)));
    let absent = RegionId::new(device, "absent");
    for id in all.iter().map(|region| &region.id).chain([&absent]) {
        let mut say = |what: &str, text: String| said_all.push(format!("{id} {what} {text}"));
        for number in [None, Some(77), Some(77), None, Some(0)] {
            say("take", said(&format!("{number:?}"), devlink.take_snapshot(id, number)));
        }
        let reads = [
            (Some(0), Some((0, 600))),
            (Some(77), Some((5, 300))),
            (Some(5), None),
            (None, Some((100, 256))),
            (Some(0), Some((u64::MAX, 1))),
            (Some(1), Some((4000, 1000))),
        ];
        for (snapshot, range) in reads {
            let mut chunks = Vec::new();
            let read = RegionRead { snapshot, range };
            let end = devlink.read_region(id, &read, &mut |chunk| {
                chunks.push(chunk.clone());
                Ok(())
            });
            say("read", said(&format!("{read:?}"), end.map(|()| chunks)));
        }
        say("state", said("", devlink.region(id)));
        for number in [77, 77] {
            say("remove", said("", devlink.remove_snapshot(id, number)));
        }
    }
    said_all.push(said("all", devlink.regions(None)));
}

fn traps(host: &Host, said_all: &mut Vec<String>) {
    let devlink = host.devlink();
    let device = host.inventory().unwrap().nics[0].handle().clone();
    let [traps, groups] = [
        devlink.traps(None).unwrap().into_iter().map(|trap| trap.name).collect::<Vec<_>>(),
        devlink.trap_groups(None).unwrap().into_iter().map(|group| group.name).collect(),
    ];
    let policers: Vec<u32> = devlink.trap_policers(None).unwrap().into_iter().map(|one| one.id).collect();
    for name in traps.iter().map(String::as_str).chain(["dmac_filter", "absent"]) {
        for action in [None, Some(TrapAction::Trap), Some(TrapAction::Mirror), Some(TrapAction::Unknown(9))] {
            said_all.push(said(&format!("{name} {action:?}"), devlink.set_trap(&device, name, action)));
        }
        said_all.push(said(name, devlink.trap(&device, name)));
    }
    said_all.push(said("traps", devlink.traps(Some(&device))));
    for name in groups.iter().map(String::as_str).chain(["l2_drops", "absent"]) {
        for (action, policer) in [
            (Some(TrapAction::Drop), None),
            (None, Some(1)),
            (None, Some(20)),
            (Some(TrapAction::Trap), Some(99)),
            (Some(TrapAction::Mirror), None),
            (None, None),
            (None, Some(0)),
        ] {
            let change = TrapGroupChange { action, policer };
            let set = devlink.set_trap_group(&device, name, &change);
            said_all.push(said(&format!("{name} {change:?}"), set));
        }
        said_all.push(said(name, devlink.trap_group(&device, name)));
    }
    for id in policers.into_iter().chain([0, 1, 99]) {
        for (rate, burst) in [
            (None, None),
            (Some(1), None),
            (None, Some(1 << 24)),
            (Some(7), Some(48)),
            (Some(0), None),
            (Some(2_000_000_001), None),
            (None, Some(8)),
            (Some(3), Some(1 << 25)),
        ] {
            let change = TrapPolicerChange { rate, burst };
            said_all.push(said(&format!("{id} {change:?}"), devlink.set_trap_policer(&device, id, &change)));
        }
        said_all.push(said("policer", devlink.trap_policer(&device, id)));
    }
    said_all.push(said("traps", devlink.traps(None)));
    said_all.push(said("groups", devlink.trap_groups(None)));
    said_all.push(said("policers", devlink.trap_policers(None)));
}

fn both_faces(profile: &str, least: usize) {
    let (one, two) = (machine(profile, 3), machine(profile, 3));
    let (calls, bytes) = (direct(&one, &FaultPlan::new()), netlink(&two, &FaultPlan::new()));
    let (mut left, mut right) = (Vec::new(), Vec::new());
    for (host, machine, said_all) in [(&calls, &one, &mut left), (&bytes, &two, &mut right)] {
        health(host, machine, said_all);
        regions(host, said_all);
        traps(host, said_all);
        said_all.push(machine.snapshot());
    }
    assert!(left == right, "{profile}: {}", difference(&left, &right));
    let done = left.iter().filter(|line| !line.contains("cannot") && !line.contains("not found")).count();
    assert!(done >= least, "{profile}: {done} of {} were done", left.len());
}

#[test]
fn bluefield3() {
    both_faces("bluefield3", 100);
}

#[test]
fn e810() {
    both_faces("e810", 80);
}

#[test]
fn thor2() {
    both_faces("thor2", 15);
}

#[test]
fn spectrum() {
    both_faces("spectrum", 200);
}
