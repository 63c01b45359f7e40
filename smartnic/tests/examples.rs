//! The files in examples/: each is what its generator writes, goes into the simulated NIC, and ends where its comments
//! say.

use std::path::{Path, PathBuf};
use std::process::Command;

use smartnic::flow::{self, ApplyOptions, Change, Counts, Fate, Report, RuleSet};
use smartnic::{Host, eswitch, text};

fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples").join(name)
}

fn read(name: &str) -> String {
    std::fs::read_to_string(example(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn generated(args: &[&str]) -> String {
    let output = Command::new(example("gen-rules")).args(args).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// A BlueField-3 with four VFs in switchdev mode.
fn bluefield() -> Host {
    let host = Host::open("sim:bluefield3?face=direct").unwrap();
    let nic = host.inventory().unwrap().nics.remove(0);
    let target = eswitch::target("switchdev", Some(4)).unwrap();
    eswitch::plan(&host, nic.handle(), &target).unwrap().run(&host, &mut |_| {}).unwrap();
    host
}

fn apply(host: &Host, name: &str, keep_going: bool) -> Report {
    let rules = RuleSet::read(&example(name)).unwrap_or_else(|error| panic!("{error}"));
    let options = ApplyOptions { keep_going, ..ApplyOptions::default() };
    flow::apply(host, &rules, &options).unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[test]
fn the_main_job_is_what_its_generator_writes() {
    assert!(
        read("main-job.tc") == generated(&["main-job"]),
        "run: examples/gen-rules main-job > examples/main-job.tc"
    );
    let rules = RuleSet::from_tc(&read("main-job.tc")).unwrap();
    assert!(rules.rules.len() >= 2000 && rules.rules.iter().all(|line| line.group.is_some()));
}

#[test]
fn the_main_job_ends_where_its_comments_say() {
    let host = bluefield();
    let report = apply(&host, "main-job.tc", true);
    let counts = |in_hardware, software_only, refused| Counts { in_hardware, software_only, refused };
    let expected = [
        ("sanity", counts(8, 0, 0)),
        ("deny-networks", counts(512, 0, 0)),
        ("deny-hosts", counts(750, 0, 0)),
        ("deny-ipv6", counts(256, 0, 0)),
        ("allow-tenant-0", counts(54, 0, 0)),
        ("allow-tenant-1", counts(54, 0, 0)),
        ("allow-tenant-2", counts(54, 0, 0)),
        ("allow-tenant-3", counts(54, 0, 0)),
        ("vlans", counts(9, 0, 0)),
        ("from-tenant-0", counts(68, 0, 0)),
        ("from-tenant-1", counts(68, 0, 0)),
        ("from-tenant-2", counts(68, 0, 0)),
        ("from-tenant-3", counts(68, 0, 0)),
        ("watch", counts(1, 0, 0)),
        ("port-ranges", counts(0, 8, 0)),
        ("sctp", counts(0, 4, 0)),
        ("exact-counters", counts(0, 4, 0)),
        ("hardware-or-nothing", counts(4, 0, 4)),
    ];
    assert_eq!(report.groups(), expected);
}

#[test]
fn the_packets_of_the_main_job_meet_its_rules() {
    let host = bluefield();
    apply(&host, "main-job.tc", true);
    let names = host.names().unwrap();
    let packets = text::packets(&read("main-job.packets")).unwrap_or_else(|problems| panic!("{problems}"));
    assert!(packets.len() >= 20);
    let (mut all, mut in_hardware) = (0, 0);
    for line in packets {
        let from = names.index(&line.dev.to_string()).unwrap();
        let delivery = host.datapath().unwrap().send(from, &line.packet, line.count).unwrap();
        assert!(delivery.path.fate != Fate::Passed, "line {} meets no rule", line.line);
        all += line.count;
        in_hardware += if delivery.in_hardware { line.count } else { 0 };
    }
    let share = in_hardware * 100 / all;
    assert!((90..100).contains(&share), "{share} % of the packets in hardware");
}

#[test]
fn the_small_examples_go_into_hardware_as_a_whole() {
    for name in ["allowlist.yaml", "vlan-per-vf.tc", "redirect-vf-to-vf.tc", "quarantine.yaml"] {
        let report = apply(&bluefield(), name, false);
        assert_eq!(report.count(Change::Added), report.rules.len(), "{name}");
        for rule in &report.rules {
            assert!(rule.verdict.is_in_hardware(), "{name}: {} {:?}", rule.rule, rule.verdict);
        }
    }
}

#[test]
fn files_of_many_rules_have_as_many_different_rules() {
    for links in [&["sim0"][..], &["a", "b", "c"]] {
        let mut args = vec!["10000"];
        args.extend(links);
        let rules = RuleSet::from_tc(&generated(&args)).unwrap().rules;
        let different: std::collections::HashSet<_> = rules.iter().map(|line| &line.rule).collect();
        assert_eq!((rules.len(), different.len()), (10_000, 10_000));
        let redirects =
            rules.iter().filter(|line| line.rule.actions.iter().any(|action| action.target().is_some()));
        assert_eq!(redirects.count() > 0, links.len() > 1);
    }
}
