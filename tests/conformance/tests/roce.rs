//! A RoCE profile on simulated NICs: each of its changes fails once, and the link is exactly as before; and a host with
//! five planted mistakes, all of which are found.

#[path = "all/faces.rs"]
#[allow(dead_code)]
mod faces;

use faces::{machine, netlink};
use smartnic::cycle;
use smartnic::dcb::{DcbApp, DcbChange, DcbPfc, DcbSelector};
use smartnic::roce::{self, Profile, RoceState};
use smartnic::{ErrorKind, Host};
use smartnic_sim::{FaultPlan, OperationFault, SimMachine};

const PROFILE: &str = "roce: {priority: 3, dscp: 26, cnp_dscp: 40, pfc: [3], ets: {0: 50, 3: 50, 6: strict}, \
                       ecn: on, mtu: 4200, traffic_class: 106}";

fn link(host: &Host) -> String {
    RoceState::all(host).unwrap().remove(0).link
}

/// A machine that has something of its own to be kept.
fn marked(profile: &str) -> SimMachine {
    let machine = machine(profile, 7);
    let host = netlink(&machine, &FaultPlan::new());
    let app = |protocol, priority| DcbApp { selector: DcbSelector::Dscp, protocol, priority };
    let change = DcbChange { apps: vec![app(26, 5), app(10, 3), app(34, 4)], ..DcbChange::default() };
    host.dcb().unwrap().set_dcb(&link(&host), &change).unwrap();
    machine
}

#[test]
fn each_change_fails_once_and_the_link_is_as_before() {
    let wanted = Profile::read(PROFILE).unwrap();
    let mut failed = 0;
    for profile in ["bluefield3", "thor2"] {
        for fault in [OperationFault::Busy, OperationFault::NotPermitted] {
            for number in 0.. {
                let machine = marked(profile);
                let sound = netlink(&machine, &FaultPlan::new());
                let name = link(&sound);
                let old = RoceState::read(&sound, &name).unwrap();
                let plan = FaultPlan::new().operation(number, fault);
                let host = netlink(&machine, &plan);
                let at = format!("{profile}, {plan}");
                let result = roce::plan(&host, &name, &wanted).and_then(|plan| plan.run(&host, &mut |_| {}));
                let is = RoceState::read(&sound, &name).unwrap();
                assert!(cycle::interrupted(&sound).unwrap().is_none(), "{at}: a journal stays");
                match result {
                    Ok(()) => {
                        assert!(
                            roce::check(&is, Some(&wanted)).is_empty(),
                            "{at}: {:?}",
                            roce::check(&is, Some(&wanted))
                        );
                        break;
                    }
                    Err(error) => {
                        failed += 1;
                        assert_ne!(error.kind(), ErrorKind::RollbackFailed, "{at}: {error}");
                        assert_eq!(is, old, "{at}: {error}");
                    }
                }
            }
        }
    }
    assert!(failed > 20, "{failed}");
}

#[test]
fn five_planted_mistakes_are_found() {
    let machine = machine("bluefield3", 7);
    let host = netlink(&machine, &FaultPlan::new());
    let (name, wanted) = (link(&host), Profile::read(PROFILE).unwrap());
    roce::plan(&host, &name, &wanted).unwrap().run(&host, &mut |_| {}).unwrap();
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
    let bad = RoceState::read(&host, &name).unwrap();
    let mut topics: Vec<&str> =
        roce::check(&bad, Some(&wanted)).iter().map(|finding| finding.topic).collect();
    topics.sort_unstable();
    topics.dedup();
    assert_eq!(topics, ["cnp", "dscp", "mtu", "pfc", "tos"]);
    let differ: Vec<&str> = roce::compare(&good, &bad).iter().map(|finding| finding.topic).collect();
    assert_eq!(differ, ["mtu", "type of service", "paused priorities", "DSCPs", "DSCP of notifications"]);
    // The profile mends all of it.
    roce::plan(&host, &name, &wanted).unwrap().run(&host, &mut |_| {}).unwrap();
    assert_eq!(RoceState::read(&host, &name).unwrap(), good);
}
