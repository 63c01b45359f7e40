//! What is left of a change that did not come to its end: its journal, and who may change rules meanwhile.

use conformance::random::Random;
use conformance::{Bench, Rig, catalogue};
use smartnic::flow::{ApplyOptions, RecoveryOutcome, RuleSet, apply, discard, recover};
use smartnic::{ErrorKind, Host};
use smartnic_core::flow::{Action, Attach, Rule};
use smartnic_sim::SimMachine;

use crate::faces::machine;
use crate::killed::{immortal, mortal, netlink};
use crate::mortal::work;

/// A machine with rules of priority 1 and 2, each with its address.
fn two_rules() -> (SimMachine, Attach) {
    let machine = machine("bluefield3", 5);
    let host = immortal(&machine);
    let link = host.inventory().unwrap().nics[0].uplink().unwrap().ifindex;
    let place = Attach::ingress(link);
    apply(&host, &set([rule(&place, 1), rule(&place, 2)]), &ApplyOptions::default()).unwrap();
    (machine, place)
}

fn rule(place: &Attach, number: u16) -> Rule {
    let rule = Rule::new(place.clone()).prio(number).protocol(smartnic_core::types::EtherType::IPV4);
    let rule = rule.matching(|key| key.dst_ip = Some(format!("10.0.0.{number}").parse().unwrap()));
    rule.action(Action::drop())
}

fn set(rules: impl IntoIterator<Item = Rule>) -> RuleSet {
    rules.into_iter().collect()
}

/// The addresses' last numbers and the kinds of the rules at a place.
fn numbers(host: &Host, place: &Attach) -> Vec<String> {
    let there = smartnic::flow::entries(host, Some(place)).unwrap();
    let told = |entry: &smartnic_core::flow::FlowEntry| {
        format!("{} {}", entry.rule.prio, entry.rule.key.dst_ip.map(|ip| ip.to_string()).unwrap_or_default())
    };
    there.iter().map(told).collect()
}

/// Rule 1 is removed, rule 3 added, and then the process dies.
fn killed_halfway(machine: &SimMachine, place: &Attach) {
    let options = ApplyOptions { prune: true, ..ApplyOptions::default() };
    let host = mortal(netlink, machine, 3);
    let wanted = set([rule(place, 2), rule(place, 3), rule(place, 4)]);
    assert!(work(|| apply(&host, &wanted, &options)).is_none());
    assert_eq!(numbers(&immortal(machine), place), ["2 10.0.0.2", "3 10.0.0.3"]);
}

#[test]
fn what_others_added_since_stays() {
    let (machine, place) = two_rules();
    killed_halfway(&machine, &place);
    let host = immortal(&machine);
    // At the same priority as one of the rules that were to be added.
    let theirs = rule(&place, 3).matching(|key| key.dst_ip = Some("10.7.7.7".parse().unwrap()));
    host.flow().add(&theirs).unwrap();
    let recovery = recover(&host).unwrap().unwrap();
    assert_eq!((recovery.put_back, recovery.removed, recovery.hooks_removed), (1, 1, 0));
    assert_eq!(numbers(&host, &place), ["1 10.0.0.1", "2 10.0.0.2", "3 10.7.7.7"]);
}

#[test]
fn a_change_that_was_taken_back_first_is_reported() {
    let (machine, place) = two_rules();
    killed_halfway(&machine, &place);
    let host = immortal(&machine);
    let report = apply(&host, &set([rule(&place, 9)]), &ApplyOptions::default()).unwrap();
    assert_eq!(report.recovered.unwrap().removed, 1);
    assert_eq!(numbers(&host, &place), ["1 10.0.0.1", "2 10.0.0.2", "9 10.0.0.9"]);
    let report = apply(&host, &set([rule(&place, 9)]), &ApplyOptions::default()).unwrap();
    assert_eq!(report.recovered, None);
}

#[test]
fn a_journal_can_be_forgotten_and_the_rules_stay() {
    let (machine, place) = two_rules();
    killed_halfway(&machine, &place);
    let host = immortal(&machine);
    assert_eq!((discard(&host).unwrap(), discard(&host).unwrap()), (true, false));
    assert_eq!(recover(&host).unwrap(), None);
    assert_eq!(numbers(&host, &place), ["2 10.0.0.2", "3 10.0.0.3"]);
}

#[test]
fn a_damaged_journal_stops_changes_and_says_what_to_do() {
    let (machine, place) = two_rules();
    killed_halfway(&machine, &place);
    let host = immortal(&machine);
    let guard = host.backend().guard().unwrap().unwrap();
    let good = String::from_utf8(guard.journal().unwrap().unwrap()).unwrap();
    let torn = (0..good.len()).step_by(7).map(|length| good[..length].to_owned());
    let others =
        [good.replace("\"version\":1", "\"version\":2"), good.replace("\"rules\":[", "\"rules\":[7,")];
    for text in torn.chain(others) {
        guard.keep_journal(text.as_bytes()).unwrap();
        let before = machine.snapshot();
        let applied = apply(&host, &set([rule(&place, 9)]), &ApplyOptions::default()).map(drop);
        for error in [applied.unwrap_err(), recover(&host).map(drop).unwrap_err()] {
            assert_eq!(error.kind(), ErrorKind::Parse, "{text}: {error}");
            assert!(error.to_string().contains("snicctl flow recover --discard"), "{error}");
        }
        assert_eq!(machine.snapshot(), before, "{text}");
    }
    assert!(discard(&host).unwrap());
    apply(&host, &set([rule(&place, 9)]), &ApplyOptions::default()).unwrap();
}

#[test]
fn a_journal_from_before_the_machine_started_is_forgotten() {
    let (machine, place) = two_rules();
    killed_halfway(&machine, &place);
    let host = immortal(&machine);
    let guard = host.backend().guard().unwrap().unwrap();
    let text = String::from_utf8(guard.journal().unwrap().unwrap()).unwrap();
    guard.keep_journal(text.replace("\"boot\":\"\"", "\"boot\":\"earlier\"").as_bytes()).unwrap();
    assert_eq!(recover(&host).unwrap().unwrap().outcome, RecoveryOutcome::Restarted);
    assert_eq!(numbers(&host, &place), ["2 10.0.0.2", "3 10.0.0.3"]);
}

#[test]
fn who_waits_too_long_for_the_turn_is_told_who_has_it() {
    let (machine, place) = two_rules();
    let host = immortal(&machine);
    let guard = host.backend().guard().unwrap().unwrap();
    let turn = guard.turn(std::time::Duration::ZERO, "pid 77 (snicctl flow apply)").unwrap();
    let hasty = immortal(&machine).with_lock_wait(std::time::Duration::from_millis(20));
    let wanted = set([rule(&place, 9)]);
    let error = apply(&hasty, &wanted, &ApplyOptions::default()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Locked);
    assert!(error.to_string().contains("pid 77 (snicctl flow apply) changes this machine"), "{error}");
    assert_eq!(numbers(&host, &place), ["1 10.0.0.1", "2 10.0.0.2"], "readers need no turn");
    let dry = ApplyOptions { dry_run: true, ..ApplyOptions::default() };
    apply(&hasty, &wanted, &dry).unwrap();
    let patient =
        std::thread::spawn(move || apply(&immortal(&machine), &wanted, &ApplyOptions::default()).is_ok());
    std::thread::sleep(std::time::Duration::from_millis(20));
    drop(turn);
    assert!(patient.join().unwrap());
}

/// What a journal holds is what the kernel gets back.
#[test]
fn every_rule_survives_a_journal() {
    let machine = machine("bluefield3", 3);
    let host = immortal(&machine);
    let bench = Bench::new(&host, None).unwrap();
    bench.go(smartnic_core::device::EswitchMode::Switchdev, 4).unwrap();
    let rig = Rig::find(&bench).unwrap();
    let mut random = Random::new(9);
    let specimens = [catalogue::keys(&rig), catalogue::actions(&rig)].concat();
    for specimen in specimens {
        let rule = specimen.rule.handle(1 + random.below(1 << 30) as u32);
        let text = serde_json::to_string(&rule).unwrap();
        assert_eq!(serde_json::from_str::<Rule>(&text).unwrap(), rule, "{}: {text}", specimen.name);
    }
}
