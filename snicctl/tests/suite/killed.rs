//! Commands that are killed, and commands at the same time.

use std::process::{Child, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::machine::{Machine, Said, split};
use serde_json::Value;

/// How often a command is killed.
const KILLS: u32 = 60;
/// How many rules it brings.
const RULES: u32 = 40;

/// A machine that is written down at every change, as a kernel holds it, with a hook and rules.
fn machine() -> Machine {
    let machine = Machine::new("bluefield3?save=always");
    machine.ok("eswitch set pci/0000:03:00.0 --mode switchdev --vfs 2");
    for parity in [0, 1] {
        let lines = (0..RULES).filter(|number| number % 3 != parity).map(|number| {
            let action = if number % 2 == parity { "drop" } else { "mirred egress redirect dev pf0vf0" };
            format!(
                "filter add dev p0 ingress protocol ip pref 7 handle {} flower dst_ip 10.0.0.{number} action {action}\n",
                number + 1
            )
        });
        std::fs::write(machine.dir().join(name(parity)), lines.collect::<String>()).unwrap();
    }
    machine
}

fn name(parity: u32) -> &'static str {
    ["even.tc", "odd.tc"][parity as usize]
}

/// The command that brings one of both sets of rules in the place of the other.
fn apply(machine: &Machine, parity: u32) -> Vec<String> {
    let path = machine.dir().join(name(parity));
    ["flow", "apply", "--prune", "-q", &path.display().to_string()].map(str::to_owned).to_vec()
}

fn rules(machine: &Machine) -> String {
    machine.ok("-o tc flow list")
}

fn spawn(machine: &Machine, words: &[String]) -> Child {
    machine.command(words).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

fn is_locked(said: &Said) -> bool {
    (said.code, said.err.contains("pid "), said.err.contains("snicctl")) == (Some(20), true, true)
}

#[test]
fn a_killed_command_leaves_the_old_rules_or_the_new() {
    let machine = machine();
    let mut states = Vec::new();
    for parity in [0, 1, 0] {
        machine.run(&apply(&machine, parity));
        states.push(rules(&machine));
    }
    assert_eq!(states[0], states[2]);
    assert_ne!(states[0], states[1]);
    let begun = Instant::now();
    machine.run(&apply(&machine, 1));
    let whole = begun.elapsed();
    let (mut is, mut halfway) = (1, 0);
    for kill in 0..KILLS {
        let mut child = spawn(&machine, &apply(&machine, 1 - is));
        sleep(whole * kill / KILLS);
        child.kill().unwrap();
        child.wait().unwrap();
        let words = if kill % 2 == 0 { split("flow recover") } else { apply(&machine, 1 - is) };
        let said = machine.run(&words);
        assert_eq!(said.code, Some(0), "kill {kill}: {}", said.err);
        let told = format!("{}{}", said.out, said.err);
        halfway += u32::from(
            told.contains("an interrupted change of rules was taken back: ") && told.contains("put back"),
        );
        let now = rules(&machine);
        match states.iter().take(2).position(|state| *state == now) {
            Some(at) if kill % 2 == 0 || at == 1 - is as usize => is = at as u32,
            Some(_) => panic!("kill {kill}: applied again, but the rules are the old ones"),
            None => panic!("kill {kill}: neither the old rules nor the new:\n{now}"),
        }
    }
    assert!(halfway > KILLS / 10, "only {halfway} of {KILLS} kills came in the middle of a change");
}

#[test]
fn two_at_once_wait_for_each_other() {
    let machine = machine();
    let mut states = Vec::new();
    for parity in [0, 1] {
        machine.run(&apply(&machine, parity));
        states.push(rules(&machine));
    }
    for _ in 0..5 {
        let children = [0, 1, 0, 1].map(|parity| spawn(&machine, &apply(&machine, parity)));
        for child in children {
            let output = child.wait_with_output().unwrap();
            let said = String::from_utf8_lossy(&output.stderr);
            assert_eq!((output.status.code(), &*said), (Some(0), ""));
        }
        assert!(states.contains(&rules(&machine)), "neither set of rules is there as a whole");
    }
}

#[test]
fn who_waits_too_long_is_told_who_is_at_work() {
    let machine = machine();
    let mut child = spawn(&machine, &apply(&machine, 0));
    // The file that says who has the machine is written first.
    let begun = Instant::now();
    let refused = loop {
        let said = machine
            .run(&split("--lock-wait 0 flow add dev p0 ingress protocol ip pref 9 flower action drop"));
        if is_locked(&said) || begun.elapsed() > Duration::from_secs(20) {
            break said;
        }
        if child.try_wait().unwrap().is_some() {
            child =
                spawn(&machine, &apply(&machine, if rules(&machine).contains("10.0.0.1 ") { 0 } else { 1 }));
        }
    };
    assert!(is_locked(&refused), "{refused:?}");
    assert!(refused.err.contains("flow apply --prune -q"), "{}", refused.err);
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

/// A machine whose rules are half changed: that of a command that was killed in the middle.
fn half_changed() -> (Machine, String) {
    let machine = machine();
    machine.run(&apply(&machine, 0));
    let old = rules(&machine);
    for delay in (1..400).cycle().take(4000) {
        let mut child = spawn(&machine, &apply(&machine, 1));
        sleep(Duration::from_millis(delay));
        child.kill().unwrap();
        child.wait().unwrap();
        let listed = machine.run(&split("-o tc flow list"));
        if !listed.err.is_empty() {
            assert!(listed.err.contains("half changed: ") && listed.err.contains("snicctl flow recover"));
            assert!(listed.err.contains("flow apply --prune -q"), "{}", listed.err);
            return (machine, old);
        }
        machine.run(&apply(&machine, 0));
    }
    panic!("no kill came in the middle of a change");
}

#[test]
fn recovering_says_what_it_did() {
    let machine = machine();
    assert_eq!(machine.ok("flow recover"), "no change of rules was interrupted; nothing to do\n");
    assert_eq!(machine.ok("-o json flow recover"), "null\n");
    assert_eq!(machine.ok("-o json flow recover --discard"), "{\"discarded\":false}\n");
    let (machine, old) = half_changed();
    let told: Value = serde_json::from_str(&machine.ok("-o json flow recover")).unwrap();
    assert_eq!(told["outcome"], "taken_back", "{told}");
    assert!(told["pid"].is_u64() && told["begun"].is_u64(), "{told}");
    assert_eq!(rules(&machine), old);
}

#[test]
fn a_journal_can_be_forgotten_and_a_damaged_one_says_so() {
    let (machine, _) = half_changed();
    let half = machine.run(&split("-o tc flow list")).out;
    let path = machine.dir().join("machine.json");
    let good = std::fs::read_to_string(&path).unwrap();
    assert!(good.contains("smartnic flow journal"));
    std::fs::write(&path, good.replace("smartnic flow journal", "a poem")).unwrap();
    for line in ["flow recover", "flow add dev p0 ingress protocol ip pref 9 flower action drop"] {
        let said = machine.run(&split(line));
        assert_eq!(said.code, Some(4), "{}", said.err);
        for words in ["machine.json", "a poem", "snicctl flow recover --discard"] {
            assert!(said.err.contains(words), "{words:?} is not in {}", said.err);
        }
    }
    let gone = "the journal is gone, and the rules stay as they are\n";
    assert_eq!(machine.ok("flow recover --discard"), gone);
    assert_eq!(rules(&machine), half);
}
