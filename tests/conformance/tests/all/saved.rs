//! Devices written down and brought back: the same document again, and if a step fails, the device as it was.

use std::time::Duration;

use smartnic::cycle::{self, Goal, SfId};
use smartnic::saved::{self, Allow, Document, Options, ParamDoc, RateDoc};
use smartnic::{ErrorKind, Host};
use smartnic_core::adapter::Feature;
use smartnic_core::bridge::{BridgeChange, BridgeVlan, VlanSide};
use smartnic_core::device::{
    EswitchMode, NewParent, ParamMode, PortFunctionChange, RateChange, RateName, RateParent, VfChange, VfVlan,
};
use smartnic_core::types::{DevlinkHandle, Mac, SfNumber, VfId};
use smartnic_sim::{FaultPlan, OperationFault, SimMachine};

use crate::faces::{direct, machine, netlink};

const PROFILES: [&str; 3] = ["bluefield3", "e810", "thor2"];

/// All that this SDK may do, quickly.
fn freely() -> Options {
    Options {
        allow: Allow { reload: true, permanent: true },
        prune: true,
        cycle: cycle::Options { timeout: Duration::from_millis(50), force: true },
    }
}

fn device(host: &Host) -> DevlinkHandle {
    host.inventory().unwrap().nics[0].handle().clone()
}

/// A machine with much on it that can be written down.
fn furnished(profile: &str) -> SimMachine {
    let machine = machine(profile, 7);
    let host = direct(&machine, &FaultPlan::new());
    let device = device(&host);
    let go = |goal: Goal| {
        let plan = cycle::plan(&host, &device, goal).unwrap();
        plan.run_with(&host, &freely().cycle, &mut |_| {}).unwrap();
    };
    go(Goal::Functions { mode: Some(EswitchMode::Switchdev), vfs: Some(3), autoprobe: None });
    let vlan = VfVlan { id: 0, qos: 0, ..VfVlan::NONE };
    go(Goal::Vf { vf: VfId(1), changes: vec![VfChange::Mac(Mac([2, 0, 0, 0, 0, 7])), VfChange::Vlan(vlan)] });
    if has_sub_functions(&host, &device) {
        let function =
            PortFunctionChange { hw_addr: Some(Mac([2, 0, 0, 0, 0, 8]).into()), ..Default::default() };
        let sf = SfId { pf: 0, number: SfNumber(88), controller: None };
        go(Goal::SfCreate { sf, function, active: true });
    }
    if has(&host, &device, Feature::RateNodes) {
        rated(&host, &device);
    }
    machine
}

/// A node with a limit, and the leaf of VF 1 below it with a share.
fn rated(host: &Host, device: &DevlinkHandle) {
    let node = RateName::node(device.clone(), "tenant").unwrap();
    let limit = RateChange { tx_max: Some(1_250_000_000), ..RateChange::default() };
    host.devlink().add_rate(&node, &limit).unwrap();
    let ports = host.devlink().ports(Some(device)).unwrap();
    let port = ports.iter().find(|port| port.vf == Some(VfId(1))).unwrap();
    let below = NewParent::Node(RateParent { node: "tenant".into(), device: None });
    let share = RateChange { tx_share: Some(125_000_000), parent: Some(below), ..RateChange::default() };
    host.devlink().set_rate(&RateName::Leaf(port.handle.clone()), &share).unwrap();
}

fn has_sub_functions(host: &Host, device: &DevlinkHandle) -> bool {
    has(host, device, Feature::SubFunctions)
}

fn has(host: &Host, device: &DevlinkHandle, feature: Feature) -> bool {
    host.nic(device).unwrap().adapter.facts().support(feature).is_there()
}

fn export(machine: &SimMachine) -> Document {
    let host = direct(machine, &FaultPlan::new());
    let device = device(&host);
    saved::export(&host, &[device]).unwrap()
}

#[test]
fn what_was_written_down_comes_back_on_a_fresh_machine() {
    for profile in PROFILES {
        let wanted = export(&furnished(profile));
        let text = wanted.to_yaml().unwrap();
        assert_eq!(Document::from_yaml(&text).unwrap(), wanted, "{profile}: {text}");
        for face in [direct as fn(&SimMachine, &FaultPlan) -> Host, netlink] {
            let fresh = machine(profile, 7);
            let host = face(&fresh, &FaultPlan::new());
            let mut steps = 0;
            let done = saved::apply(&host, &wanted, &freely(), &mut |_, _| steps += 1);
            assert!(done.is_ok() && steps > 2, "{profile}: {steps} steps, {done:?}\n{text}");
            assert_eq!(export(&fresh), wanted, "{profile}");
            let again = saved::apply(&host, &wanted, &freely(), &mut |_, step| panic!("{profile}: {step}"));
            assert!(again.unwrap().devices.iter().all(|device| device.tasks.is_empty()));
        }
    }
}

#[test]
fn each_operation_fails_once_and_the_device_is_as_it_was() {
    for profile in PROFILES {
        let wanted = export(&furnished(profile));
        let old = export(&machine(profile, 7));
        let (mut failed, mut done) = (0, 0);
        for fault in [OperationFault::Busy, OperationFault::NotPermitted] {
            for number in 0.. {
                let fresh = machine(profile, 7);
                let plan = FaultPlan::new().operation(number, fault);
                let result = saved::apply(&netlink(&fresh, &plan), &wanted, &freely(), &mut |_, _| {});
                let is = export(&fresh);
                match result {
                    Ok(_) => {
                        done += 1;
                        assert_eq!(is, wanted, "{profile}, {plan}");
                        break;
                    }
                    Err(error) => {
                        failed += 1;
                        assert_ne!(error.kind(), ErrorKind::RollbackFailed, "{profile}, {plan}: {error}");
                        assert_eq!(is, old, "{profile}, {plan}: {error}");
                    }
                }
            }
        }
        assert!(failed >= 6 && done == 2, "{profile}: {failed} failed, {done} were done");
    }
}

#[test]
fn what_cannot_come_back_is_refused_and_nothing_is_changed() {
    let machine = machine("bluefield3", 7);
    let host = direct(&machine, &FaultPlan::new());
    let old = export(&machine);
    let refused = |change: &dyn Fn(&mut Document), said: &str| {
        let mut document = old.clone();
        change(&mut document);
        let error = saved::apply(&host, &document, &Options::default(), &mut |_, _| {}).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(error.to_string().contains(said), "{said}: {error}");
        assert_eq!(export(&machine), old);
    };
    refused(&|to| to.devices[0].device = "pci/0000:99:00.0".parse().unwrap(), "no such device");
    refused(&|to| to.devices[0].driver = "ice".into(), "the document is for ice");
    refused(&|to| to.devices[0].vfs.as_mut().unwrap().count = 4096, "VFs at most");
    let flag = |name: &str, mode, value| {
        let name = name.to_owned();
        move |to: &mut Document| {
            let value = ParamDoc::Flag(value);
            to.devices[0].params.entry(name.clone()).or_default().insert(mode, value);
        }
    };
    let rate = |rate: RateDoc| move |to: &mut Document| to.devices[0].rates = Some(vec![rate.clone()]);
    refused(&rate(RateDoc { vf: Some(VfId(7)), ..RateDoc::default() }), "no such function with a rate");
    let (node, parent) = (Some("a".to_owned()), Some("nowhere".to_owned()));
    refused(&rate(RateDoc { node, parent, ..RateDoc::default() }), "no node nowhere");
    refused(&flag("no_such", ParamMode::Runtime, true), "no parameter of this name");
    refused(&flag("enable_roce", ParamMode::Permanent, false), "no mode permanent");
    refused(&flag("enable_roce", ParamMode::DriverInit, false), "--allow reload");
}

#[test]
fn nodes_go_before_the_mode_and_what_would_be_lost_is_refused() {
    for face in [direct as fn(&SimMachine, &FaultPlan) -> Host, netlink] {
        let machine = furnished("bluefield3");
        let host = face(&machine, &FaultPlan::new());
        let rich = export(&machine);
        let mut plain = export(&self::machine("bluefield3", 7));
        let careful = Options { prune: false, ..freely() };
        plain.devices[0].sub_functions = None;
        let error = saved::apply(&host, &plain, &careful, &mut |_, _| {}).unwrap_err();
        assert!(error.to_string().contains("the node tenant is not in the document"), "{error}");
        assert_eq!(export(&machine), rich);

        // With prune it goes, and a node that is to stay is made again.
        plain.devices[0].rates = Some(vec![RateDoc { node: Some("kept".into()), ..RateDoc::default() }]);
        plain.devices[0].sub_functions = Some(vec![]);
        let result = saved::apply(&host, &plain, &freely(), &mut |_, _| {});
        let said = result.unwrap_err().to_string();
        assert!(said.contains("kept") || said.contains("Rate"), "{said}");
        assert_eq!(export(&machine), rich);
        plain.devices[0].rates = Some(vec![]);
        saved::apply(&host, &plain, &freely(), &mut |_, _| {}).unwrap();
        assert_eq!(export(&machine), plain);
    }
}

/// Both eswitches in switchdev mode and two VFs, a bridge over one of them that has a VLAN of its own, and a link up that
/// a bond would take.
fn bridged() -> SimMachine {
    let machine = machine("bluefield3", 7);
    let host = netlink(&machine, &FaultPlan::new());
    for (at, vfs) in [(0, Some(2)), (1, None)] {
        let device = host.inventory().unwrap().nics[at].handle().clone();
        let goal = Goal::Functions { mode: Some(EswitchMode::Switchdev), vfs, autoprobe: None };
        let plan = cycle::plan(&host, &device, goal).unwrap();
        plan.run_with(&host, &freely().cycle, &mut |_| {}).unwrap();
    }
    let bridging = host.bridging().unwrap();
    bridging.add_bridge("old", &BridgeChange::default()).unwrap();
    let names = host.names().unwrap();
    let (old, port) = (names.index("old").unwrap(), names.index("pf0vf0").unwrap());
    bridging.set_link_master(port, Some(old)).unwrap();
    let vlans = BridgeVlan { first: 20, last: 22, pvid: false, untagged: true };
    bridging.add_vlans(port, vlans, VlanSide::Master).unwrap();
    host.switchdev().set_link_up(names.index("enp3s0f0np0").unwrap(), true).unwrap();
    machine
}

/// A bond of both uplinks in a bridge with the VF that another bridge has.
const BRIDGES: &str = "version: 1\ndevices:\n- device: pci/0000:03:00.0\n- device: pci/0000:03:00.1\nbonds:\n- bond: bond0\n  \
    mode: active-backup\n  miimon: 100\n  ports:\n  - device: pci/0000:03:00.0\n    port: p0\n  - device: pci/0000:03:00.1\n    \
    port: p1\nbridges:\n- bridge: br0\n  vlan_filtering: true\n  ports:\n  - link: bond0\n    vlans:\n    - vlan: 10\n      \
    vlan_end: 12\n  - device: pci/0000:03:00.0\n    port: pf0vf0\n    vlans:\n    - vlan: 10\n      pvid: true\n      \
    untagged: true\n    switches:\n      flood: false\n";

/// What there is of bridges and bonds, without the numbers that are new with each link.
fn forwarding(machine: &SimMachine) -> (Document, Vec<String>) {
    let host = netlink(machine, &FaultPlan::new());
    let links = host.switchdev().links().unwrap();
    let name = |index| links.iter().find(|link| link.ifindex == index).map(|link| link.name.clone());
    let mut told: Vec<String> = links
        .iter()
        .map(|link| format!("{} {} {:?} {:?}", link.name, link.up, link.mac, link.master.and_then(name)))
        .collect();
    told.extend(host.bridging().unwrap().bridge_ports().unwrap().iter().map(|port| {
        let master = port.master.and_then(name);
        format!("{} {master:?} {:?} {:?} {:?}", port.name, port.state, port.flags, port.vlans)
    }));
    told.sort();
    (saved::export(&host, &[]).unwrap(), told)
}

#[test]
fn bridges_and_bonds_come_back_and_each_failure_leaves_them_as_they_were() {
    let wanted = Document::from_yaml(BRIDGES).unwrap();
    let old = forwarding(&bridged());
    let (mut failed, mut done) = (0, 0);
    for fault in [OperationFault::Busy, OperationFault::NotPermitted] {
        for number in 0.. {
            let machine = bridged();
            let plan = FaultPlan::new().operation(number, fault);
            let result = saved::apply(&netlink(&machine, &plan), &wanted, &freely(), &mut |_, _| {});
            let Err(error) = result else {
                done += 1;
                let (is, told) = forwarding(&machine);
                let bonds = is.bonds.as_ref().unwrap();
                assert_eq!((bonds.len(), &bonds[0].ports), (1, &wanted.bonds.as_ref().unwrap()[0].ports));
                let mut ports = is.bridges.as_ref().unwrap()[0].ports.clone();
                ports.sort_by_key(|port| port.device.is_some());
                assert_eq!(ports, wanted.bridges.as_ref().unwrap()[0].ports, "{plan}: {told:?}");
                // With prune, the bridge that had a port on the device is gone.
                assert!(
                    is.bridges.as_ref().unwrap().len() == 1 && !told.iter().any(|it| it.starts_with("old "))
                );
                let text = is.to_yaml().unwrap();
                assert_eq!(Document::from_yaml(&text).unwrap(), is, "{text}");
                let host = netlink(&machine, &FaultPlan::new());
                saved::apply(&host, &is, &freely(), &mut |_, step| panic!("{step}")).unwrap();
                break;
            };
            failed += 1;
            assert_ne!(error.kind(), ErrorKind::RollbackFailed, "{plan}: {error}");
            assert_eq!(forwarding(&machine), old, "{plan}: {error}");
        }
    }
    assert!(failed > 20 && done == 2, "{failed} failed, {done} were done");
}

#[test]
fn ports_of_other_bridges_are_not_taken_without_being_asked() {
    let machine = bridged();
    let host = netlink(&machine, &FaultPlan::new());
    let (old, careful) = (forwarding(&machine), Options { prune: false, ..freely() });
    let wanted = Document::from_yaml(BRIDGES).unwrap();
    let error = saved::apply(&host, &wanted, &careful, &mut |_, _| {}).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(
        error.to_string().contains("pf0vf0 is a port of old, which the document does not name"),
        "{error}"
    );
    assert_eq!(forwarding(&machine), old);
}
