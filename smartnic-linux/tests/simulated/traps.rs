//! Packet traps of the simulated switch and of mlx5: what packets count, and what comes and goes with the driver.

use std::time::Duration;

use smartnic_core::backend::{Datapath, DevlinkNotices, DevlinkReload, DevlinkTraps, DevlinkWatch};
use smartnic_core::device::{
    DevlinkNotice, Reload, Trap, TrapAction, TrapGroup, TrapGroupChange, TrapPolicer, TrapPolicerChange,
    TrapStats,
};
use smartnic_core::flow::{Fate, Packet};
use smartnic_core::types::EtherType;

use super::*;

const LLDP: EtherType = EtherType(0x88cc);

fn lldp() -> Packet {
    let dst_mac = "01:80:c2:00:00:0e".parse().unwrap();
    Packet { dst_mac, eth_type: LLDP, length: 100, ..Packet::default() }
}

fn counted(packets: u64) -> TrapStats {
    TrapStats { bytes: Some(packets * 100), packets: Some(packets), dropped: None }
}

#[test]
fn packets_count_at_their_trap_as_far_as_its_policer_lets_them_pass() {
    let (linux, model) = machine("spectrum");
    let panel = port(&linux, "p0");
    let datapath = model.machine();
    let send = |packet: &Packet, count| {
        let delivery = datapath.send(panel, packet, count).unwrap();
        (delivery.path.fate, delivery.in_hardware)
    };
    // The policer of LLDP lets 128 pass at once, and 128 in a second; sending lets 10 ms pass.
    assert_eq!(send(&lldp(), 100), (Fate::Passed, false));
    assert_eq!(linux.trap(&pf(), "lldp").unwrap().stats, counted(100));
    assert_eq!(send(&lldp(), 100), (Fate::Passed, false));
    assert_eq!(linux.trap(&pf(), "lldp").unwrap().stats, counted(129));
    assert_eq!(linux.trap_group(&pf(), "lldp").unwrap().stats, counted(129));
    assert_eq!(send(&lldp(), 100), (Fate::Passed, false));
    assert_eq!(linux.trap(&pf(), "lldp").unwrap().stats, counted(130));
    let dropped = |id| linux.trap_policer(&pf(), id).unwrap().stats.unwrap().dropped;
    assert_eq!((dropped(4), dropped(1)), (Some(170), Some(0)));

    // More at once, from when there are more; without a policer all of them.
    let more = TrapPolicerChange { rate: Some(1_000_000), burst: Some(256) };
    linux.set_trap_policer(&pf(), 4, &more).unwrap();
    assert_eq!(send(&lldp(), 300), (Fate::Passed, false));
    assert_eq!(linux.trap(&pf(), "lldp").unwrap().stats, counted(386));
    let free = TrapGroupChange { action: None, policer: Some(0) };
    linux.set_trap_group(&pf(), "lldp", &free).unwrap();
    assert_eq!(send(&lldp(), 9_000), (Fate::Passed, false));
    assert_eq!(linux.trap(&pf(), "lldp").unwrap().stats, counted(9_386));

    // What drops tells nobody, unless it is to give its packets to the processor; there they end too.
    let odd = Packet { src_mac: "01:00:5e:00:00:01".parse().unwrap(), ..lldp() };
    assert_eq!(send(&odd, 7), (Fate::Dropped, true));
    assert_eq!(linux.trap(&pf(), "source_mac_is_multicast").unwrap().stats, counted(0));
    linux.set_trap(&pf(), "source_mac_is_multicast", Some(TrapAction::Trap)).unwrap();
    assert_eq!(send(&odd, 7), (Fate::Dropped, false));
    assert_eq!(linux.trap(&pf(), "source_mac_is_multicast").unwrap().stats, counted(7));
    assert_eq!(linux.trap_group(&pf(), "l2_drops").unwrap().stats, counted(7));
    assert_eq!(linux.traps(None).unwrap(), model.devlink().traps(None).unwrap());
    assert_eq!(linux.trap_groups(None).unwrap(), model.devlink().trap_groups(None).unwrap());
    assert_eq!(linux.trap_policers(None).unwrap(), model.devlink().trap_policers(None).unwrap());
}

/// What was told of devices, ports, traps, groups and policers, as far as a socket holds it: those of a switch are more.
fn heard(watch: &mut dyn DevlinkWatch) -> (Vec<String>, bool) {
    let (mut all, mut whole) = (Vec::new(), true);
    loop {
        let notice = match watch.wait(Some(Duration::ZERO)) {
            Ok(Some(notice)) => notice,
            Ok(None) => return (all, whole),
            // The loss is told first, then what came before it.
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::Overrun, "{error}");
                whole = false;
                continue;
            }
        };
        all.push(match notice {
            DevlinkNotice::Device(_) => "+ device".into(),
            DevlinkNotice::DeviceGone(_) => "- device".into(),
            DevlinkNotice::Port(port) => format!("+ port {}", port.handle.index),
            DevlinkNotice::PortGone(port) => format!("- port {}", port.handle.index),
            DevlinkNotice::Trap(trap) => format!("+ {} {}", trap.name, trap.action),
            DevlinkNotice::TrapGone(trap) => format!("- {} {}", trap.name, trap.action),
            DevlinkNotice::TrapGroup(group) => format!("+ group {} {:?}", group.name, group.policer),
            DevlinkNotice::TrapGroupGone(group) => format!("- group {} {:?}", group.name, group.policer),
            DevlinkNotice::TrapPolicer(one) => format!("+ policer {} {}", one.id, one.rate),
            DevlinkNotice::TrapPolicerGone(one) => format!("- policer {} {}", one.id, one.rate),
            _ => continue,
        });
    }
}

type Told = (Vec<Trap>, Vec<TrapGroup>, Vec<TrapPolicer>);

/// What is told when a driver registers them.
fn come_of((traps, groups, policers): &Told) -> Vec<String> {
    let policers = policers.iter().map(|one| format!("+ policer {} {}", one.id, one.rate));
    let groups = groups.iter().map(|group| format!("+ group {} {:?}", group.name, group.policer));
    let traps = traps.iter().map(|trap| format!("+ {} {}", trap.name, trap.action));
    policers.chain(groups).chain(traps).collect()
}

/// What is told when it takes them back: all traps drop by then.
fn gone_of((traps, groups, policers): &Told) -> Vec<String> {
    let traps = traps.iter().rev().map(|trap| format!("- {} drop", trap.name));
    let groups = groups.iter().rev().map(|group| format!("- group {} {:?}", group.name, group.policer));
    let policers = policers.iter().rev().map(|one| format!("- policer {} {}", one.id, one.rate));
    traps.chain(groups).chain(policers).collect()
}

#[test]
fn traps_come_and_go_with_their_driver_and_start_anew() {
    for (profile, driver) in [("spectrum", "mlxsw_spectrum"), ("bluefield3", "mlx5_core")] {
        let (linux, _) = machine(profile);
        // Those of the first function, of which there are none without a driver.
        let devlink = |host: &LinuxHost| -> Told {
            let mut all = (
                host.traps(None).unwrap(),
                host.trap_groups(None).unwrap(),
                host.trap_policers(None).unwrap(),
            );
            all.0.retain(|trap| trap.device == pf());
            all.1.retain(|group| group.device == pf());
            all.2.retain(|policer| policer.device == pf());
            all
        };
        let fresh = devlink(&linux);
        linux.set_trap(&pf(), "ingress_vlan_filter", Some(TrapAction::Trap)).unwrap();
        if profile == "spectrum" {
            let change = TrapPolicerChange { rate: Some(5), burst: None };
            linux.set_trap_policer(&pf(), 1, &change).unwrap();
            linux.set_trap_group(&pf(), "bgp", &TrapGroupChange { action: None, policer: Some(9) }).unwrap();
        }
        let changed = devlink(&linux);
        assert_ne!(fresh, changed);

        let of_traps = |line: &str| !line.contains(" port ") && !line.contains(" device");
        let mut watch = linux.watch().unwrap();
        linux.reload(&pf(), &Reload::default()).unwrap();
        let (told, whole) = heard(&mut *watch);
        assert_eq!(whole, profile != "spectrum");
        let of_reload: Vec<_> = told.iter().filter(|line| of_traps(line)).cloned().collect();
        let expected = [gone_of(&changed), come_of(&fresh)].concat();
        let held = if whole { expected.len() } else { of_reload.len() };
        assert_eq!(of_reload, expected[..held], "{profile}");
        assert!(held > gone_of(&changed).len(), "{profile}: {held}");
        assert!(told.first().is_some_and(|first| first.starts_with("- port")), "{profile}: {told:#?}");
        assert_eq!(devlink(&linux), fresh, "{profile}");

        // An unbound driver takes them along.
        let mut watch = linux.watch().unwrap();
        let mut told_of = |work: &dyn Fn()| {
            work();
            let (told, whole) = heard(&mut *watch);
            assert!(whole);
            told.into_iter().filter(|line| of_traps(line)).collect::<Vec<_>>()
        };
        assert_eq!(told_of(&|| linux.unbind(&pf()).unwrap()), gone_of(&fresh), "{profile}");
        assert_eq!(devlink(&linux), (vec![], vec![], vec![]));
        assert_eq!(told_of(&|| linux.bind(&pf(), driver).unwrap()), come_of(&fresh), "{profile}");
        assert_eq!(devlink(&linux), fresh, "{profile}");
    }
}
