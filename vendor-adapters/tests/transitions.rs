//! Every adapter's order of steps, carried out on a small model of its driver's rules, for every state and target
//! of a grid: no step trips a rule, the end is what was wanted, and asking again asks for nothing.

mod model;

use model::{Model, Rules};
use smartnic_core::ErrorKind;
use smartnic_core::adapter::{DeviceIdentity, EswitchState, EswitchTarget, Step};
use smartnic_core::device::EswitchMode::{self, Legacy, Switchdev, SwitchdevInactive};
use vendor_adapters::registry;

const DRIVERS: [(&str, Rules); 5] = [
    ("bnxt_en", Rules::BNXT),
    ("ice", Rules::ICE),
    ("labnic", Rules::LABNIC),
    ("mlx5_core", Rules::MLX5),
    ("netdevsim", Rules::NETDEVSIM),
];

const COUNTS: [u32; 4] = [0, 1, 4, 8];

fn states(rules: Rules) -> Vec<EswitchState> {
    let modes =
        if rules.inactive_mode { &[Legacy, Switchdev, SwitchdevInactive][..] } else { &[Legacy, Switchdev] };
    let mut states = Vec::new();
    for &mode in modes {
        for num_vfs in COUNTS {
            for total_vfs in [None, Some(8)] {
                for bound in [0, num_vfs / 2, num_vfs] {
                    for pf_up in [None, Some(false), Some(true)] {
                        for tc_offload in [None, Some(false), Some(true)] {
                            states.push(EswitchState {
                                mode,
                                num_vfs,
                                total_vfs,
                                vf_devices: rules.vf_devices,
                                bound_vfs: if rules.vf_devices { bound } else { 0 },
                                pf_up,
                                tc_offload,
                            });
                        }
                    }
                }
            }
        }
    }
    states
}

fn targets(rules: Rules) -> Vec<EswitchTarget> {
    let modes =
        if rules.inactive_mode { &[Legacy, Switchdev, SwitchdevInactive][..] } else { &[Legacy, Switchdev] };
    let counts = COUNTS.map(Some).into_iter().chain([None]);
    counts.flat_map(|num_vfs| modes.iter().map(move |&mode| EswitchTarget { mode, num_vfs })).collect()
}

fn steps(driver: &str, state: &EswitchState, target: &EswitchTarget) -> smartnic_core::Result<Vec<Step>> {
    let device = DeviceIdentity { driver: driver.to_owned(), ..DeviceIdentity::default() };
    registry().find(&device).transition(state, target)
}

#[test]
fn every_order_keeps_the_drivers_rules_and_arrives() {
    for (driver, rules) in DRIVERS {
        let (mut walks, mut quiet) = (0, 0);
        for state in states(rules) {
            for target in targets(rules) {
                let asked = || format!("{driver}: {state:?} to {target:?}");
                let plan =
                    steps(driver, &state, &target).unwrap_or_else(|error| panic!("{}: {error}", asked()));
                let mut model = Model::new(rules, &state);
                for step in &plan {
                    model
                        .take(step)
                        .unwrap_or_else(|rule| panic!("{}: {step:?} of {plan:?}: {rule}", asked()));
                }
                let wanted_vfs = target.num_vfs.unwrap_or(state.num_vfs);
                assert_eq!((model.mode, model.vfs), (target.mode, wanted_vfs), "{}: {plan:?}", asked());
                assert_eq!(model.bound_as_before(&state), Ok(()), "{}: {plan:?}", asked());
                assert_eq!(model.rules_can_be_offloaded(), Ok(()), "{}: {plan:?}", asked());
                let again = steps(driver, &model.state(&state), &target).unwrap();
                assert_eq!(again, [], "{}: asked again after {plan:?}", asked());
                walks += 1;
                quiet += usize::from(plan.is_empty());
            }
        }
        assert!(walks > 1000 && quiet > 0 && quiet < walks, "{driver}: {walks} walks, {quiet} of them empty");
    }
}

fn at(mode: EswitchMode, num_vfs: u32, vf_devices: bool) -> EswitchState {
    EswitchState {
        mode,
        num_vfs,
        total_vfs: Some(8),
        vf_devices,
        bound_vfs: if vf_devices { num_vfs } else { 0 },
        pf_up: Some(false),
        tc_offload: Some(false),
    }
}

#[test]
fn the_orders_are_those_of_the_vendors() {
    use Step::{BindVfs, Mode, NumVfs, PfUp, TcOffload, UnbindVfs, WaitRepresentors, WaitVfs};
    let to = |mode, vfs| EswitchTarget { mode, num_vfs: Some(vfs) };
    let cases: [(&str, EswitchState, EswitchTarget, &[Step]); 8] = [
        (
            "mlx5_core",
            at(Legacy, 0, true),
            to(Switchdev, 4),
            &[NumVfs(4), WaitVfs(4), UnbindVfs, Mode(Switchdev), BindVfs, WaitRepresentors(4)],
        ),
        (
            "mlx5_core",
            at(Switchdev, 2, true),
            to(Switchdev, 4),
            &[
                NumVfs(0),
                Mode(Legacy),
                NumVfs(4),
                WaitVfs(4),
                UnbindVfs,
                Mode(Switchdev),
                BindVfs,
                WaitRepresentors(4),
            ],
        ),
        ("mlx5_core", at(Switchdev, 4, true), to(Legacy, 4), &[UnbindVfs, Mode(Legacy), BindVfs]),
        (
            "ice",
            at(Legacy, 2, true),
            to(Switchdev, 4),
            &[NumVfs(0), Mode(Switchdev), NumVfs(4), WaitVfs(4), WaitRepresentors(4), TcOffload],
        ),
        ("ice", at(Switchdev, 4, true), to(Legacy, 0), &[NumVfs(0), Mode(Legacy)]),
        (
            "bnxt_en",
            at(Legacy, 0, true),
            to(Switchdev, 4),
            &[PfUp, NumVfs(4), WaitVfs(4), Mode(Switchdev), WaitRepresentors(4), TcOffload],
        ),
        (
            "netdevsim",
            at(Switchdev, 2, false),
            to(Switchdev, 4),
            &[NumVfs(0), NumVfs(4), Mode(Switchdev), WaitRepresentors(4)],
        ),
        ("netdevsim", at(Switchdev, 0, false), to(Switchdev, 4), &[NumVfs(4), WaitRepresentors(4)]),
    ];
    for (driver, state, target, expected) in cases {
        assert_eq!(steps(driver, &state, &target).unwrap(), expected, "{driver}: {state:?} to {target:?}");
    }
}

#[test]
fn impossible_targets_are_refused_before_anything_is_done() {
    for driver in ["bnxt_en", "ice", "mlx5_core", "netdevsim", "e1000e"] {
        let state = at(Legacy, 0, true);
        let many = steps(driver, &state, &EswitchTarget { mode: Legacy, num_vfs: Some(9) }).unwrap_err();
        assert_eq!(many.kind(), ErrorKind::InvalidInput, "{driver}: {many}");
        assert!(many.to_string().contains("at most 8"), "{many}");
        let odd = EswitchTarget { mode: EswitchMode::Unknown(9), num_vfs: None };
        assert_eq!(steps(driver, &state, &odd).unwrap_err().kind(), ErrorKind::InvalidInput, "{driver}");
    }
    for driver in ["bnxt_en", "ice", "netdevsim"] {
        let target = EswitchTarget { mode: SwitchdevInactive, num_vfs: None };
        let error = steps(driver, &at(Legacy, 0, true), &target).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported, "{driver}: {error}");
    }
}

#[test]
fn a_driver_that_nobody_knows_gets_vfs_but_no_other_mode() {
    let vfs = EswitchTarget { mode: Legacy, num_vfs: Some(4) };
    let plan = steps("e1000e", &at(Legacy, 2, true), &vfs).unwrap();
    assert_eq!(plan, [Step::NumVfs(0), Step::NumVfs(4), Step::WaitVfs(4)]);
    let mode = EswitchTarget { mode: Switchdev, num_vfs: None };
    let error = steps("e1000e", &at(Legacy, 2, true), &mode).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert!(error.to_string().contains("no adapter knows"), "{error}");
    assert_eq!(
        steps("e1000e", &at(Switchdev, 2, true), &mode).unwrap(),
        [],
        "nothing to do is always possible"
    );
}
