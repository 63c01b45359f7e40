//! What a watch of bridges tells of each change, in the order of the changes.

use std::time::Duration;

use smartnic::bridge::{
    BridgeChange, BridgeChanged, BridgeNotice, BridgeVlan, FdbAdd, FdbEntry, FdbFlags, MdbEntry, MdbFlags,
    VlanSide,
};
use smartnic_core::types::Mac;
use smartnic_sim::FaultPlan;

use crate::faces::{machine, netlink};

/// What a notice says, in a few words.
fn told(notice: &BridgeNotice) -> String {
    let gone = if notice.gone { "gone " } else { "" };
    match &notice.what {
        BridgeChanged::Address(entry) => format!("{gone}{} vlan {:?}", entry.mac, entry.vlan),
        BridgeChanged::Member(entry) => format!("{gone}{} vlan {:?}", entry.group, entry.vlan),
        BridgeChanged::Port(port) => {
            let vlans: Vec<String> = port.vlans.iter().map(ToString::to_string).collect();
            format!("{gone}{} master {} vlans {}", port.name, port.master.is_some(), vlans.join(","))
        }
    }
}

#[test]
fn each_change_of_a_bridge_is_heard() {
    let machine = machine("bluefield3", 7);
    let (host, other) = (netlink(&machine, &FaultPlan::new()), netlink(&machine, &FaultPlan::new()));
    let bridging = host.bridging().unwrap();
    let change = BridgeChange { vlan_filtering: Some(true), ..BridgeChange::default() };
    bridging.add_bridge("br0", &change).unwrap();
    let names = host.names().unwrap();
    let (bridge, port) = (names.index("br0").unwrap(), names.index("enp3s0f0np0").unwrap());
    host.switchdev().set_link_up(bridge, true).unwrap();

    let mut watch = other.bridging().unwrap().watch_bridges().unwrap();
    // Of several VLANs at once the simulated kernel tells once for each, with all that are there then.
    let mut heard = || -> Vec<String> {
        let next = || watch.wait(Some(Duration::ZERO)).unwrap();
        let mut heard: Vec<String> = std::iter::from_fn(next).map(|notice| told(&notice)).collect();
        heard.dedup();
        heard
    };
    assert_eq!(heard(), [""; 0]);
    let has = |all: &[String], wanted: &str| {
        assert!(all.iter().any(|told| told == wanted), "{wanted:?} is not among {all:#?}");
    };

    bridging.set_link_master(port, Some(bridge)).unwrap();
    has(&heard(), "enp3s0f0np0 master true vlans 1");
    let vlans = BridgeVlan { first: 10, last: 12, pvid: false, untagged: false };
    bridging.add_vlans(port, vlans, VlanSide::Master).unwrap();
    assert_eq!(heard(), ["enp3s0f0np0 master true vlans 1,10-12"]);
    let flags = FdbFlags::MASTER;
    let address = FdbEntry { vlan: Some(10), flags, ..FdbEntry::new(port, Mac([2, 0, 0, 0, 0, 1])) };
    bridging.add_fdb(&address, FdbAdd::New).unwrap();
    has(&heard(), "02:00:00:00:00:01 vlan Some(10)");
    let member = MdbEntry {
        bridge,
        port,
        group: "239.1.1.1".parse().unwrap(),
        source: None,
        vlan: Some(10),
        permanent: true,
        flags: MdbFlags::empty(),
        unknown: vec![],
    };
    bridging.add_mdb(&member).unwrap();
    assert_eq!(heard(), ["239.1.1.1 vlan Some(10)"]);
    bridging.remove_mdb(&member).unwrap();
    assert_eq!(heard(), ["gone 239.1.1.1 vlan Some(10)"]);
    bridging.remove_fdb(&address).unwrap();
    has(&heard(), "gone 02:00:00:00:00:01 vlan Some(10)");
    bridging.remove_vlans(port, vlans, VlanSide::Master).unwrap();
    assert_eq!(heard(), ["enp3s0f0np0 master true vlans 1"]);
    bridging.set_link_master(port, None).unwrap();
    assert!(heard().iter().any(|told| told.starts_with("gone enp3s0f0np0")), "leaving is not heard");
}
