//! The suite notices a host that is wrong in one thing: its checks can fail.

use std::sync::Arc;

use conformance::{Bench, checks, run};
use smartnic::Host;
use smartnic_sim::{SimHost, SimOptions};

use crate::liar::{Liar, Lie};

/// The lies, and a part of the name of a check that must see through each.
const LIES: [(Lie, &str); 10] = [
    (Lie::VlanPrio, "every key comes back"),
    (Lie::InHardware, "skip_hw keeps a rule in software"),
    (Lie::KeepsRules, "is not removed"),
    (Lie::Duplicates, "is not added again"),
    (Lie::OtherSwitch, "four representors"),
    (Lie::SwapsVfs, "four representors"),
    (Lie::StaysInSwitchdev, "legacy, switchdev, legacy"),
    (Lie::CountsTwice, "counts what the NIC handles"),
    (Lie::OneChain, "chains are kept apart"),
    (Lie::Silent, "in words that the adapter quotes"),
];

#[test]
fn every_lie_is_seen_through() {
    for (lie, name) in LIES {
        let honest = SimHost::open("bluefield3", SimOptions::default()).unwrap();
        let host = Host::on(Arc::new(Liar { honest, lie }));
        let bench = Bench::new(&host, None).unwrap();
        let mut checks = checks::all();
        checks.retain(|check| check.name.contains(name));
        let report = run(&bench, &checks, &mut |_| {});
        assert!(!report.failed.is_empty(), "{lie:?} passes: {report:?}");
    }
}
