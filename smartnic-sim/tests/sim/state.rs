//! The state file: successive processes see one machine.

use std::path::Path;

use crate::common::{add, hook, pf, port, rules, switchdev};
use smartnic_core::ErrorKind;
use smartnic_core::backend::{Datapath, Host};
use smartnic_core::flow::{Action, Attach, Packet, Rule};
use smartnic_core::types::EtherType;
use smartnic_sim::{SimHost, SimOptions};

fn open(profile: &str, seed: Option<u64>, path: &Path) -> smartnic_core::Result<SimHost> {
    SimHost::open(profile, SimOptions { seed, state: Some(path.to_owned()), ..SimOptions::default() })
}

#[test]
fn a_machine_comes_back_as_it_was_left() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("machine.json");
    for profile in ["bluefield3", "e810", "thor2"] {
        let host = open(profile, Some(11), &path).unwrap();
        switchdev(&host, 3);
        let uplink = port(&host, "p0");
        hook(&host, uplink);
        let rule = Rule::new(Attach::ingress(uplink)).protocol(EtherType::IPV4).prio(5);
        let rule = rule.matching(|key| key.dst_ip = Some("10.0.0.0/8".parse().unwrap()));
        add(&host, &rule.clone().action(Action::redirect(port(&host, "pf0vf2")))).unwrap();
        host.machine().send(uplink, &Packet::default(), 3).unwrap();
        let (state, held) = (host.machine().snapshot(), rules(&host, uplink));
        host.save().unwrap();
        drop(host);

        let host = open(profile, None, &path).unwrap();
        assert_eq!(host.machine().snapshot(), state);
        assert_eq!(rules(&host, uplink), held);
        assert_eq!(host.machine().seed(), 11);
        // What is not in the file is made again: the match is known to be there.
        let again = add(&host, &rule.action(Action::drop())).unwrap_err();
        assert_eq!(again.kind(), ErrorKind::AlreadyExists);
        drop(host);
        std::fs::remove_file(&path).unwrap();
    }
}

#[test]
fn another_profile_or_seed_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("machine.json");
    open("e810", Some(1), &path).unwrap().save().unwrap();
    for (profile, seed, text) in [("thor2", None, "profile e810"), ("e810", Some(2), "seed 1")] {
        let error = open(profile, seed, &path).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(error.to_string().contains(text), "{error}");
    }
}

#[test]
fn what_is_no_file_is_refused_and_not_read() {
    let folder = tempfile::tempdir().unwrap();
    for path in [folder.path(), Path::new("/dev/zero")] {
        let error = open("e810", None, path).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
    }
    assert!(!folder.path().with_extension("lock").exists());
}

#[test]
fn a_damaged_file_is_named_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("machine.json");
    open("e810", Some(1), &path).unwrap().save().unwrap();
    let good = std::fs::read_to_string(&path).unwrap();
    let cases = [
        good[..good.len() / 2].to_owned(),
        "{}".to_owned(),
        good.replace("\"version\":1", "\"version\":2"),
        good.replace("\"e810\"", "\"e811\""),
        good.replace("\"pfs\":[", "\"pfs\":[],\"was\":["),
    ];
    for text in cases {
        std::fs::write(&path, &text).unwrap();
        let error = open("e810", None, &path).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Parse, "{error}");
        assert!(error.to_string().contains("machine.json") && error.to_string().contains("hint"), "{error}");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
    }
}

#[test]
fn two_processes_wait_for_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("machine.json");
    let first = open("bluefield3", None, &path).unwrap();
    let second = {
        let path = path.clone();
        std::thread::spawn(move || {
            let host = open("bluefield3", None, &path).unwrap();
            host.switchdev().sriov(&pf()).unwrap().num
        })
    };
    std::thread::sleep(std::time::Duration::from_millis(100));
    first.switchdev().set_num_vfs(&pf(), 2).unwrap();
    first.save().unwrap();
    drop(first);
    assert_eq!(second.join().unwrap(), 2);
}
