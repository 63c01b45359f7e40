//! A RoCE profile on simulated NICs: each of its changes fails once, and the process is killed at each, and the link is
//! exactly as before or as wanted; and a host with planted mistakes, all of which are found.

use smartnic::cycle::{self, Options, Recovered};
use smartnic::dcb::{DcbApp, DcbChange, DcbPfc, DcbSelector};
use smartnic::ethtool::{Bits, PrivateFlags};
use smartnic::rdma::LinkEcn;
use smartnic::roce::{self, Profile, RoceState};
use smartnic::{ErrorKind, Host};
use smartnic_core::device::{ParamMode, ParamValue};
use smartnic_sim::{FaultPlan, OperationFault, SimMachine};

use crate::faces::{machine, netlink};
use crate::mortal::work;
use crate::mortal_kernel::{guarded, mortal};

const PROFILE: &str = "roce: {priority: 3, dscp: 26, cnp_dscp: 40, pfc: [3], ets: {0: 50, 3: 50, 6: strict}, \
                       ecn: on, mtu: 4200, traffic_class: 106}";

/// A kind of machine: its name, the NIC, and what is special about it.
type Kind = (&'static str, &'static str, fn(&Host, &SimMachine));

const KINDS: [Kind; 5] = [
    ("mlx5", "bluefield3", |host, _| entries(host)),
    ("mlx5 with the vendor's driver", "bluefield3", |host, machine| {
        entries(host);
        machine.load_vendor_driver();
        host.rdma().unwrap().set_link_ecn(&link(host), &LinkEcn { notification: 0x0f, reaction: 0 }).unwrap();
    }),
    ("bnxt", "thor2", |host, _| entries(host)),
    ("ice", "e810", |host, _| entries(host)),
    ("ice whose firmware has DCB", "e810", |host, _| firmware(host, true)),
];

fn link(host: &Host) -> String {
    RoceState::all(host).unwrap().remove(0).link
}

/// Something of its own, to be kept or brought back.
fn entries(host: &Host) {
    let app = |protocol, priority| DcbApp { selector: DcbSelector::Dscp, protocol, priority };
    let change = DcbChange { apps: vec![app(26, 5), app(10, 3), app(34, 4)], ..DcbChange::default() };
    host.dcb().unwrap().set_dcb(&link(host), &change).unwrap();
}

/// Lets firmware have DCB of an ice, or the host.
fn firmware(host: &Host, on: bool) {
    let flag = "fw-lldp-agent".to_owned();
    let bits = Bits { on: on.then(|| flag.clone()).into_iter().collect(), of: Some(vec![flag]) };
    let link = RoceState::read(host, &link(host)).unwrap().ifindex;
    host.ethtool().unwrap().set_private_flags(link, &PrivateFlags { flags: Some(bits) }).unwrap();
}

fn turn_roce(host: &Host, on: bool) {
    let device = RoceState::read(host, &link(host)).unwrap().device;
    host.devlink().set_param(&device, "enable_roce", ParamMode::Runtime, &ParamValue::Bool(on)).unwrap();
}

/// A machine of a kind.
fn marked((_, profile, special): &Kind) -> SimMachine {
    let machine = machine(profile, 7);
    special(&netlink(&machine, &FaultPlan::new()), &machine);
    machine
}

fn state(machine: &SimMachine) -> RoceState {
    let host = netlink(machine, &FaultPlan::new());
    RoceState::read(&host, &link(&host)).unwrap()
}

fn deed(host: &Host) -> smartnic::Result<()> {
    roce::plan(host, &link(host), &Profile::read(PROFILE)?)?.run(host, &mut |_| {})
}

#[test]
fn each_change_fails_once_and_the_link_is_as_before() {
    let wanted = Profile::read(PROFILE).unwrap();
    let mut failed = 0;
    for kind in &KINDS {
        for fault in [OperationFault::Busy, OperationFault::NotPermitted] {
            for number in 0.. {
                let machine = marked(kind);
                let old = state(&machine);
                let plan = FaultPlan::new().operation(number, fault);
                let at = format!("{}, {plan}", kind.0);
                let result = deed(&netlink(&machine, &plan));
                let sound = netlink(&machine, &FaultPlan::new());
                assert!(cycle::interrupted(&sound).unwrap().is_none(), "{at}: a journal stays");
                match result {
                    Ok(()) => {
                        let found = roce::check(&state(&machine), Some(&wanted));
                        assert!(found.is_empty(), "{at}: {found:?}");
                        break;
                    }
                    Err(error) => {
                        failed += 1;
                        assert_ne!(error.kind(), ErrorKind::RollbackFailed, "{at}: {error}");
                        assert_eq!(state(&machine), old, "{at}: {error}");
                    }
                }
            }
        }
    }
    assert!(failed > 60, "{failed}");
}

#[test]
fn killed_at_each_change_it_is_finished_or_taken_back_by_the_next() {
    let (mut deaths, mut halfway) = (0, 0);
    for kind in &KINDS {
        let twin = marked(kind);
        let old = state(&twin);
        deed(&guarded(&twin)).unwrap();
        let new = state(&twin);
        assert_ne!(old, new, "{}", kind.0);
        for dies_at in 0.. {
            let at = format!("{}, killed at {dies_at}", kind.0);
            let machine = marked(kind);
            if let Some(result) = work(|| deed(&mortal(&machine, dies_at))) {
                result.unwrap();
                assert_eq!(state(&machine), new, "{at}");
                break;
            }
            deaths += 1;
            let host = guarded(&machine);
            let Some(halted) = cycle::interrupted(&host).unwrap() else {
                let is = state(&machine);
                assert!(is == old || is == new, "{at}: no journal: {is:?}");
                continue;
            };
            // It is said where it stands, and nobody builds on half a change.
            assert!(!halted.steps.is_empty() && halted.at < halted.steps.len(), "{at}");
            halfway += u64::from(!halted.differences.is_empty());
            if state(&machine) != new {
                assert_eq!(deed(&host).unwrap_err().kind(), ErrorKind::Busy, "{at}");
            }
            let options = Options::default();
            match dies_at % 3 {
                0 => {
                    let done = cycle::finish(&host, &options, &mut |_| {}).unwrap();
                    assert_eq!(done, Some(Recovered::Finished), "{at}");
                    assert_eq!(state(&machine), new, "{at}: finished");
                }
                1 => {
                    assert_eq!(cycle::undo(&host, &options).unwrap(), Some(Recovered::TakenBack), "{at}");
                    assert_eq!(state(&machine), old, "{at}: taken back");
                }
                // Who takes it back dies of it, more than once; then it is finished after all.
                _ => {
                    for after in 1..4 {
                        let _ = work(|| cycle::undo(&mortal(&machine, after), &options).unwrap());
                    }
                    match cycle::finish(&host, &options, &mut |_| {}).unwrap() {
                        Some(done) => {
                            assert_eq!(done, Recovered::Finished, "{at}");
                            assert_eq!(state(&machine), new, "{at}: finished at last");
                        }
                        None => assert_eq!(state(&machine), old, "{at}: taken back before"),
                    }
                }
            }
            assert!(cycle::interrupted(&host).unwrap().is_none(), "{at}");
        }
    }
    println!("killed {deaths} times, {halfway} of them halfway");
    assert!(halfway > 40, "{deaths} deaths, {halfway} halfway");
}

#[test]
fn planted_mistakes_are_found_and_mended() {
    let machine = machine("bluefield3", 7);
    machine.load_vendor_driver();
    let host = netlink(&machine, &FaultPlan::new());
    let (name, wanted) = (link(&host), Profile::read(PROFILE).unwrap());
    deed(&host).unwrap();
    let good = RoceState::read(&host, &name).unwrap();
    assert_eq!(roce::check(&good, Some(&wanted)), []);
    let dcb = host.dcb().unwrap();
    let now = dcb.dcb(&name).unwrap();
    let pfc = DcbPfc { enabled: 1 << 4, ..now.pfc.unwrap() };
    let app = DcbApp { selector: DcbSelector::Dscp, protocol: 26, priority: 2 };
    dcb.set_dcb(&name, &DcbChange { pfc: Some(pfc), apps: vec![app], ..DcbChange::default() }).unwrap();
    host.switchdev().set_mtu(good.ifindex, 1500).unwrap();
    let side = good.rdma.clone().unwrap();
    let rdma = host.rdma().unwrap();
    let defaults = smartnic::rdma::RoceDefaults { tos: 96, ..side.defaults.unwrap() };
    rdma.set_roce_defaults(&side.device, side.port, &defaults).unwrap();
    rdma.set_congestion(&side.device, "np_cnp_dscp", 26).unwrap();
    rdma.set_link_ecn(&name, &LinkEcn { notification: 0xf7, reaction: 0xff }).unwrap();
    let bad = RoceState::read(&host, &name).unwrap();
    let topics = |found: Vec<roce::Finding>| {
        let mut topics: Vec<&str> = found.iter().map(|finding| finding.topic).collect();
        topics.sort_unstable();
        topics.dedup();
        topics
    };
    assert_eq!(topics(roce::check(&bad, Some(&wanted))), ["cnp", "dscp", "mtu", "pfc", "tos"]);
    // Packets that may not be marked report nothing; once they may, that is found too.
    rdma.set_roce_defaults(&side.device, side.port, &side.defaults.unwrap()).unwrap();
    let marked = RoceState::read(&host, &name).unwrap();
    assert_eq!(topics(roce::check(&marked, Some(&wanted))), ["cnp", "dscp", "ecn", "mtu", "pfc"]);
    let differ: Vec<&str> = roce::compare(&good, &bad).iter().map(|finding| finding.topic).collect();
    assert_eq!(
        differ,
        [
            "mtu",
            "type of service",
            "paused priorities",
            "DSCPs",
            "congestion control by priority",
            "DSCP of notifications"
        ]
    );
    // The profile mends all of it.
    deed(&host).unwrap();
    assert_eq!(RoceState::read(&host, &name).unwrap(), good);
}

/// What ice says of who has DCB, and of RoCE itself, is found; and its agent does not start while a port goes by DSCP.
#[test]
fn what_firmware_and_parameters_do_is_told() {
    let machine = machine("e810", 7);
    let host = netlink(&machine, &FaultPlan::new());
    let name = link(&host);
    firmware(&host, true);
    let fixes = |topic: &str| {
        let found = roce::check(&RoceState::read(&host, &name).unwrap(), None);
        let of = found.into_iter().filter(|finding| finding.topic == topic);
        of.map(|finding| finding.fix).collect::<Vec<_>>()
    };
    assert_eq!(fixes("dcbx"), [format!("ethtool --set-priv-flags {name} fw-lldp-agent off")]);
    let app = DcbApp { selector: DcbSelector::Dscp, protocol: 26, priority: 3 };
    let change = DcbChange { apps: vec![app], ..DcbChange::default() };
    assert!(host.dcb().unwrap().set_dcb(&name, &change).is_err());
    firmware(&host, false);
    host.dcb().unwrap().set_dcb(&name, &change).unwrap();
    let state = RoceState::read(&host, &name).unwrap();
    let flag = "fw-lldp-agent".to_owned();
    let on = PrivateFlags { flags: Some(Bits { on: vec![flag.clone()], of: Some(vec![flag]) }) };
    let refused = host.ethtool().unwrap().set_private_flags(state.ifindex, &on).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Unsupported, "{refused}");
    assert!(machine.kernel_log().iter().any(|line| line.contains("FW Agent not allowed to start")));
    turn_roce(&host, false);
    assert_eq!(
        fixes("devlink"),
        [format!("devlink dev param set {} name enable_roce value true cmode runtime", state.device)]
    );
    // The RDMA device that comes with RoCE gets its part the second time, as the plan's note says.
    deed(&host).unwrap();
    deed(&host).unwrap();
    let wanted = Profile::read(PROFILE).unwrap();
    assert_eq!(roce::check(&RoceState::read(&host, &name).unwrap(), Some(&wanted)), []);
}
