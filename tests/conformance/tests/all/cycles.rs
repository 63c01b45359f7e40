//! Changes of a device in several steps, each of which fails once, and whose process is killed at each: the device is
//! exactly as before, or the change can be finished and taken back by the next process.

use std::time::Duration;

use smartnic::cycle::{self, DeviceState, DriverGoal, Goal, Options, Recovered, SfId};
use smartnic::{ErrorKind, Host, sf};
use smartnic_core::Result;
use smartnic_core::device::EswitchMode::{self, Legacy, Switchdev as SwitchdevMode};
use smartnic_core::device::{FunctionState, PortFunctionChange, VfChange, VfLinkState, VfVlan};
use smartnic_core::types::{DevlinkHandle, Guid, Mac, SfNumber, VfId};
use smartnic_sim::{FaultPlan, OperationFault, SimMachine};

use crate::faces::{direct, machine, netlink};
use crate::mortal::work;
use crate::mortal_kernel::{guarded, mortal, netlink_guarded};

/// A simulated NIC in some state, and what is wanted of it.
struct Scene {
    machine: SimMachine,
    device: DevlinkHandle,
    goal: Goal,
}

fn functions(mode: Option<EswitchMode>, vfs: Option<u32>) -> Goal {
    Goal::Functions { mode, vfs, autoprobe: None }
}

fn goals() -> Vec<(&'static str, Goal)> {
    let changes = vec![
        VfChange::Mac(Mac([2, 0, 0, 0, 0, 5])),
        VfChange::Vlan(VfVlan { id: 0, qos: 0, ..VfVlan::NONE }),
        VfChange::Rate { min: 10, max: 100 },
        VfChange::LinkState(VfLinkState::Disable),
    ];
    let vfs = vec![VfId(0), VfId(1)];
    vec![
        ("to switchdev with 4 VFs", functions(Some(SwitchdevMode), Some(4))),
        ("to switchdev", functions(Some(SwitchdevMode), None)),
        ("to legacy", functions(Some(Legacy), None)),
        ("to legacy without VFs", functions(Some(Legacy), Some(0))),
        ("3 VFs", functions(None, Some(3))),
        ("3 VFs without drivers", Goal::Functions { mode: None, vfs: Some(3), autoprobe: Some(false) }),
        ("settings", Goal::Vf { vf: VfId(1), changes }),
        ("unbound", Goal::Drivers { vfs: vfs.clone(), driver: DriverGoal::None }),
        ("to vfio", Goal::Drivers { vfs: vfs.clone(), driver: DriverGoal::Named("vfio-pci".into()) }),
        ("to their own", Goal::Drivers { vfs, driver: DriverGoal::Own }),
        (
            "another sub-function",
            Goal::SfCreate {
                sf: sub_function(6),
                function: PortFunctionChange {
                    hw_addr: Some(Mac([2, 0, 0, 0, 0, 6]).into()),
                    ..PortFunctionChange::default()
                },
                active: true,
            },
        ),
        ("the sub-function inactive", Goal::SfChange { sf: sub_function(5), function: state_of(false) }),
        ("the sub-function gone", Goal::SfDelete { sf: sub_function(5) }),
    ]
}

fn sub_function(number: u32) -> SfId {
    SfId { pf: 0, number: SfNumber(number), controller: None }
}

fn state_of(active: bool) -> PortFunctionChange {
    let state = if active { FunctionState::Active } else { FunctionState::Inactive };
    PortFunctionChange { state: Some(state), ..PortFunctionChange::default() }
}

/// Where the NIC starts: a mode, a number of VFs, and marks that must not get lost.
const STARTS: [(EswitchMode, u32); 3] = [(Legacy, 0), (Legacy, 2), (SwitchdevMode, 2)];
const PROFILES: [&str; 3] = ["bluefield3", "e810", "thor2"];

fn scene(profile: &str, start: (EswitchMode, u32), goal: &Goal) -> Scene {
    let machine = machine(profile, 7);
    let host = direct(&machine, &FaultPlan::new());
    let device = host.inventory().unwrap().nics[0].handle().clone();
    let options = Options::default();
    let go = |goal: Goal| {
        cycle::plan(&host, &device, goal).unwrap().run_with(&host, &options, &mut |_| {}).unwrap();
    };
    go(functions(Some(start.0), Some(start.1)));
    if start.1 > 0 {
        let changes = vec![
            VfChange::Mac(Mac([2, 0, 0, 0, 0, 9])),
            VfChange::Rate { min: 0, max: 500 },
            VfChange::LinkState(VfLinkState::Enable),
        ];
        go(Goal::Vf { vf: VfId(0), changes });
        go(Goal::Drivers { vfs: vec![VfId(1)], driver: DriverGoal::None });
    }
    if start.0 == SwitchdevMode && profile != "thor2" {
        let spec = sf::Spec { number: Some(SfNumber(5)), ..sf::Spec::default() };
        sf::create(&host, &device, &spec, &options, &mut |_| {}).unwrap();
    }
    let links = host.switchdev().links().unwrap();
    let own = links.iter().filter(|link| link.parent_bus.as_deref() == Some("pci"));
    for link in own.step_by(2) {
        host.switchdev().set_link_up(link.ifindex, true).unwrap();
    }
    Scene { machine, device, goal: goal.clone() }
}

fn state(scene: &Scene) -> DeviceState {
    DeviceState::read(&direct(&scene.machine, &FaultPlan::new()), &scene.device).unwrap()
}

fn deed(host: &Host, scene: &Scene) -> Result<()> {
    let options = Options { timeout: Duration::from_millis(50), force: true };
    cycle::plan(host, &scene.device, scene.goal.clone())?.run_with(host, &options, &mut |_| {})
}

/// Each scene whose goal can be reached, with the state before and after.
fn each(mut visit: impl FnMut(&str, &dyn Fn() -> Scene, &DeviceState, &DeviceState)) {
    for profile in PROFILES {
        for start in STARTS {
            for (name, goal) in goals() {
                let make = || scene(profile, start, &goal);
                let twin = make();
                let old = state(&twin);
                if deed(&direct(&twin.machine, &FaultPlan::new()), &twin).is_err() {
                    assert_eq!(
                        state(&twin),
                        old,
                        "{profile} {start:?} {name}: impossible, and not left alone"
                    );
                    continue;
                }
                let at = format!("{profile}, {} with {} VFs, {name}", start.0, start.1);
                visit(&at, &make, &old, &state(&twin));
            }
        }
    }
}

fn same(at: &str, wanted: &DeviceState, is: &DeviceState) {
    assert!(wanted == is, "{at}: {}", wanted.differences(is).join("; "));
}

#[test]
fn each_change_fails_once_and_the_device_is_as_before() {
    let (mut failed, mut done) = (0, 0);
    // One of them for each scene and face, in turns.
    let mut faults = [OperationFault::Busy, OperationFault::NoBuffers, OperationFault::NotPermitted];
    each(|at, make, old, new| {
        for face in [direct as fn(&SimMachine, &FaultPlan) -> Host, netlink] {
            faults.rotate_left(1);
            for fault in faults.into_iter().take(1) {
                for number in 0.. {
                    let plan = FaultPlan::new().operation(number, fault);
                    let at = format!("{at}, {plan}");
                    let scene = make();
                    let result = deed(&face(&scene.machine, &plan), &scene);
                    let host = direct(&scene.machine, &FaultPlan::new());
                    let stays = cycle::interrupted(&host).unwrap().is_some();
                    assert!(!stays, "{at}: a journal stays: {result:?}");
                    match result {
                        Ok(()) => {
                            done += 1;
                            same(&at, new, &state(&scene));
                            break;
                        }
                        Err(error) => {
                            failed += 1;
                            assert_ne!(error.kind(), ErrorKind::RollbackFailed, "{at}: {error}");
                            same(&format!("{at}: {error}"), old, &state(&scene));
                        }
                    }
                }
            }
        }
    });
    println!("{failed} failures taken back, {done} changes made");
    assert!(failed > 200, "{failed}");
}

#[test]
fn guids_of_vfs_are_laid_down_all_or_none() {
    let changes = vec![
        VfChange::LinkState(VfLinkState::Enable),
        VfChange::NodeGuid(Guid(0x0011_2233_4455_6677)),
        VfChange::PortGuid(Guid(0x0011_2233_4455_6678)),
    ];
    let goal = Goal::Vf { vf: VfId(1), changes: changes.clone() };
    let make = || {
        let machine = machine("connectx7-ib", 7);
        let host = direct(&machine, &FaultPlan::new());
        let device = host.inventory().unwrap().nics[0].handle().clone();
        let plan = cycle::plan(&host, &device, functions(None, Some(2))).unwrap();
        plan.run_with(&host, &Options::default(), &mut |_| {}).unwrap();
        Scene { machine, device, goal: goal.clone() }
    };
    let old = state(&make());
    for face in [direct as fn(&SimMachine, &FaultPlan) -> Host, netlink] {
        for number in 0.. {
            let (scene, plan) = (make(), FaultPlan::new().operation(number, OperationFault::Busy));
            let result = deed(&face(&scene.machine, &plan), &scene);
            let is = state(&scene);
            if let Err(error) = result {
                same(&format!("{plan}: {error}"), &old, &is);
                continue;
            }
            assert_eq!(number, 3, "each of the three changes failed once");
            let told = is.vfs.iter().find(|told| told.vf == VfId(1)).unwrap().changes();
            assert!(changes.iter().all(|change| told.contains(change)), "{told:?}");
            break;
        }
    }
}

#[test]
fn what_cannot_be_taken_back_is_named_and_can_be_later() {
    let mut named = 0;
    each(|at, make, old, _| {
        // Two failures: one of the change, one of taking it back.
        for (first, second) in [(1, 2), (1, 3), (2, 3), (2, 4)] {
            let plan = FaultPlan::new()
                .operation(first, OperationFault::Busy)
                .operation(second, OperationFault::Busy);
            let scene = make();
            let Err(error) = deed(&netlink_guarded(&scene.machine, &plan), &scene) else { continue };
            let host = guarded(&scene.machine);
            if error.kind() != ErrorKind::RollbackFailed {
                same(&format!("{at}, {plan}: {error}"), old, &state(&scene));
                continue;
            }
            named += 1;
            let halted = cycle::interrupted(&host).unwrap().expect("a journal");
            assert_eq!(halted.stage, cycle::Stage::Undoing, "{at}");
            // Nobody builds on half a change.
            if state(&scene) != *old {
                let other = cycle::plan(&host, &scene.device, functions(None, Some(1)));
                let refused = other.and_then(|plan| plan.run(&host, &mut |_| {}));
                assert_eq!(refused.unwrap_err().kind(), ErrorKind::Busy, "{at}, {plan}");
            }
            let back = cycle::undo(&host, &Options::default()).unwrap();
            assert_eq!(back, Some(Recovered::TakenBack), "{at}, {plan}");
            same(&format!("{at}, {plan}"), old, &state(&scene));
        }
    });
    println!("{named} times the first attempt to take back failed");
    assert!(named > 20, "{named}");
}

#[test]
fn killed_at_each_change_it_is_finished_or_taken_back_by_the_next() {
    let (mut deaths, mut halfway, mut scenes) = (0, 0, 0_usize);
    each(|at, make, old, new| {
        // Each change of each third scene, and samples of the others: all of them together take minutes.
        let stride = if scenes % 3 == 0 { 1 } else { 5 };
        scenes += 1;
        for dies_at in (scenes % stride..).step_by(stride) {
            let at = format!("{at}, killed at {dies_at}");
            let scene = make();
            let host = mortal(&scene.machine, dies_at);
            if let Some(result) = work(|| deed(&host, &scene)) {
                result.unwrap();
                same(&at, new, &state(&scene));
                break;
            }
            deaths += 1;
            let host = guarded(&scene.machine);
            let Some(halted) = cycle::interrupted(&host).unwrap() else {
                let is = state(&scene);
                assert!(is == *old || is == *new, "{at}: no journal: {}", old.differences(&is).join("; "));
                continue;
            };
            assert_eq!(halted.device, scene.device, "{at}");
            halfway += u64::from(!halted.differences.is_empty());
            let options = Options::default();
            match deaths % 3 {
                0 => {
                    let done = cycle::finish(&host, &options, &mut |_| {}).unwrap();
                    assert_eq!(done, Some(Recovered::Finished), "{at}");
                    same(&format!("{at}: finished"), new, &state(&scene));
                }
                1 => {
                    assert_eq!(cycle::undo(&host, &options).unwrap(), Some(Recovered::TakenBack), "{at}");
                    same(&format!("{at}: taken back"), old, &state(&scene));
                }
                // Who takes it back dies of it, more than once; then it is finished after all.
                _ => {
                    for after in 1..4 {
                        let _ = work(|| cycle::undo(&mortal(&scene.machine, after), &options).unwrap());
                    }
                    match cycle::finish(&host, &options, &mut |_| {}).unwrap() {
                        Some(done) => {
                            assert_eq!(done, Recovered::Finished, "{at}");
                            same(&format!("{at}: finished at last"), new, &state(&scene));
                        }
                        None => same(&format!("{at}: taken back before"), old, &state(&scene)),
                    }
                }
            }
            assert!(cycle::interrupted(&host).unwrap().is_none(), "{at}");
        }
    });
    println!("killed {deaths} times, {halfway} of them halfway");
    assert!(halfway > 100, "{deaths} deaths, {halfway} halfway");
}

/// 64 sub-functions one after the other, on a machine whose drivers take their time: each is whole when it is returned.
#[test]
fn sixty_four_sub_functions_in_a_row_are_whole() {
    for (profile, range) in [("bluefield3", 100..164), ("e810", 100..108)] {
        let scene = scene(profile, (SwitchdevMode, 0), &functions(None, None));
        scene.machine.slow_down(20);
        let host = netlink(&scene.machine, &FaultPlan::new());
        let (device, options) = (&scene.device, Options::default());
        let old = state(&scene);
        let mut links = std::collections::BTreeSet::new();
        let mut devices = std::collections::BTreeSet::new();
        for number in range.clone() {
            let spec = sf::Spec { number: Some(SfNumber(number)), ..sf::Spec::default() };
            let made = sf::create(&host, device, &spec, &options, &mut |_| {}).unwrap();
            let auxiliary = made.device.expect("a device");
            assert_eq!(auxiliary.bus, "auxiliary", "{profile} {number}");
            let link = made.ifindex.expect("a link");
            let there = host.switchdev().links().unwrap().into_iter().find(|there| there.ifindex == link);
            assert_eq!(
                there.unwrap().parent_device.as_deref(),
                Some(&*auxiliary.device),
                "{profile} {number}"
            );
            assert!(links.insert((auxiliary.device.clone(), link)), "{profile} {number}: twice");
            let rdma = made.rdma.iter().filter(|name| devices.insert((*name).clone())).count();
            assert_eq!(rdma, usize::from(profile == "bluefield3"), "{profile} {number}: {:?}", made.rdma);
        }
        let taken = sf::Spec { number: Some(SfNumber(100)), ..sf::Spec::default() };
        let error = sf::create(&host, device, &taken, &options, &mut |_| {}).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::AlreadyExists);
        for number in range.rev() {
            sf::delete(&host, device, SfNumber(number), &options, &mut |_| {}).unwrap();
        }
        same(profile, &old, &state(&scene));
    }
}

/// Four at the same time take numbers of their own.
#[test]
fn sub_functions_made_at_the_same_time_do_not_meet() {
    let scene = scene("bluefield3", (SwitchdevMode, 0), &functions(None, None));
    scene.machine.slow_down(2);
    let made = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    let host = guarded(&scene.machine).with_lock_wait(Duration::from_secs(60));
                    let spec = sf::Spec::default();
                    let make = |_| {
                        let options = Options::default();
                        sf::create(&host, &scene.device, &spec, &options, &mut |_| {}).unwrap().id
                    };
                    (0..4).map(make).collect::<Vec<_>>()
                })
            })
            .collect();
        threads
            .into_iter()
            .flat_map(|thread| thread.join().unwrap())
            .collect::<std::collections::BTreeSet<_>>()
    });
    assert_eq!(made.len(), 16, "{made:?}");
}
