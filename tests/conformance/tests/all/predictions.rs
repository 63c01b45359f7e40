//! How often the adapters are right about the simulated products: measured over every line of the lab's lists, and
//! written into `docs/predictions.md`.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use conformance::predictions::{Confusion, lines, measure};
use conformance::{Bench, Switch};
use smartnic::{Host, eswitch};

/// Of definite predictions, so many of a hundred must be right.
const LEAST: usize = 95;

const HEAD: &str = "\
# How often the adapters are right

An adapter predicts from a driver's sources; the kernel decides. Here every prediction is held against what became of the
rule, for every line of `tests/lab/suite/lines/` (each key and each action; where a line only drops, also with a redirect),
on a representor and on the uplink of the simulated products, or on the link of those without an eswitch. These follow the same kernel sources by code of their own.
This is proof level L1: a simulation is not hardware.

The tables are written by `SNIC_BLESS=1 cargo test -p conformance predictions` and compared by every test run. The same is
measured on netdevsim and labnic under a real kernel (L2) by the lab's check \"predictions\", which prints its tables.
";

/// The modes of a product that rules are tried in.
fn modes(profile: &str) -> &'static [&'static str] {
    let host = Host::open(&format!("sim:{profile}")).unwrap();
    let bench = Bench::new(&host, None).unwrap();
    match bench.subject.switch {
        // The same driver, which takes rules as it does in NIC mode.
        _ if profile == "bluefield3-dpu" => &[],
        // Links of IP over InfiniBand take no rules.
        _ if profile == "connectx7-ib" => &[],
        // Of the simulated switch, and of cards without VFs, no flow rules are simulated.
        Switch::None if bench.host.switchdev().sriov(bench.device()).unwrap().total == Some(0) => &[],
        // It has links in switchdev mode only.
        Switch::Settable if !bench.subject.own_link => &["switchdev"],
        Switch::Settable => &["switchdev", "legacy"],
        Switch::Fixed(_) => &["switchdev"],
        Switch::None => &["legacy"],
    }
}

fn on(profile: &str, mode: &str, lines: &[String]) -> Confusion {
    let host = Host::open(&format!("sim:{profile}")).unwrap();
    let nic = host.inventory().unwrap().nics.remove(0);
    // The VFs of the representor function are not its own.
    let vfs = if nic.links.is_empty() { 0 } else { 2 };
    let target = eswitch::target(mode, Some(vfs)).unwrap();
    eswitch::plan(&host, nic.handle(), &target).unwrap().run(&host, &mut |_| {}).unwrap();
    if mode == "legacy" {
        let uplink = nic.uplink().unwrap();
        if Bench::new(&host, None).unwrap().subject.switch == Switch::None {
            host.switchdev().set_link_up(uplink.ifindex, true).unwrap();
            host.switchdev().set_tc_offload(uplink.ifindex, true).unwrap();
        }
        return measure(&host, lines, [&uplink.name; 3]).unwrap();
    }
    // On a representor and on the uplink.
    let nic = host.nic(nic.handle()).unwrap();
    let names: Vec<String> = nic.representors().into_iter().map(|rep| rep.link.name).collect();
    let uplink = &nic.uplink().unwrap().name;
    let mut confusion = measure(&host, lines, [&names[0], &names[1], uplink]).unwrap();
    confusion.join(measure(&host, lines, [uplink, &names[0], &names[1]]).unwrap());
    confusion
}

#[test]
fn predictions_are_measured_and_written_down() {
    let lines = lines().unwrap();
    let mut text = format!("{HEAD}\n{} lines.\n", lines.len());
    let mut wrong = Vec::new();
    let places = smartnic_sim::profiles()
        .flat_map(|(profile, _)| modes(profile).iter().map(move |mode| (profile, *mode)));
    // Each on a machine of its own.
    let measured: Vec<_> = std::thread::scope(|scope| {
        let lines = &lines;
        let running: Vec<_> = places
            .map(|(profile, mode)| (profile, mode, scope.spawn(move || on(profile, mode, lines))))
            .collect();
        running.into_iter().map(|(profile, mode, run)| (profile, mode, run.join().unwrap())).collect()
    });
    for (profile, mode, confusion) in measured {
        let _ = write!(text, "\n## {profile}, {mode}\n\n{confusion}\n");
        // A person who is stuck is told what to do, whatever stands against the rule.
        wrong.extend(confusion.helpless.iter().map(|reason| format!("{profile}, {mode}: no hint: {reason}")));
        if confusion.right() * 100 < confusion.definite() * LEAST {
            wrong.push(format!("{profile}, {mode}: {confusion}\n{}", confusion.surprises.join("\n")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/predictions.md");
    if std::env::var_os("SNIC_BLESS").is_some() {
        fs::write(&path, text).unwrap();
    } else {
        let written = fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(written, text, "SNIC_BLESS=1 writes docs/predictions.md anew");
    }
}
