//! How commands end: exit codes, errors for people and for programs, closed pipes.

use std::process::Stdio;

use crate::machine::{Machine, Said, split};
use serde_json::{Value, json};

const SWITCHDEV: &str = "eswitch set pci/0000:03:00.0 --mode switchdev --vfs 4";

fn in_switchdev(profile: &str) -> Machine {
    let machine = Machine::new(profile);
    machine.ok(SWITCHDEV);
    machine
}

/// Runs a command that must fail with this code and with this in its error.
fn fails(machine: &Machine, line: &str, code: i32, text: &str) {
    let Said { code: ended, out, err } = machine.run(&split(line));
    assert_eq!(ended, Some(code), "snicctl {line}\n{out}{err}");
    assert!(err.contains(text), "snicctl {line}: {text:?} is not in\n{err}");
}

#[test]
fn every_sort_of_failure_has_its_exit_code() {
    let machine = in_switchdev("bluefield3");
    let cases = [
        ("flow frob", 2, "unrecognized subcommand 'frob'"),
        ("device show nonsense", 2, "expected BUS/DEVICE such as pci/0000:03:00.0"),
        ("eswitch set pci/0000:03:00.0 --mode switchdv", 2, "legacy switchdev switchdev_inactive"),
        ("vf create pci/0000:03:00.0 1000", 3, "the device has at most 16"),
        ("-o tc device list", 3, "only flow rules can be written as tc lines"),
        ("flow del --all", 3, "--all needs the place"),
        ("--host sim:nonsense device list", 3, "the profiles are:"),
        ("--host telnet:x device list", 4, "it names no kind of host"),
        ("flow add dev p0 ingress protocol ip flower dst_prot 80 action drop", 4, "did you mean `dst_port`?"),
        ("device show pci/0000:09:00.0", 5, "this host has: pci/0000:03:00.0"),
        ("flow list --dev pf0vf9", 5, "did you mean pf0vf"),
        ("flow list --block 7", 5, "no qdisc shares this block"),
        ("flow apply nothing.tc", 5, "cannot read rules (nothing.tc)"),
        ("--host linux:netns=nothing-of-this-name device list", 5, "nothing-of-this-name"),
        ("flow apply refused.tc", 8, "mlx5_core: Unsupported key"),
    ];
    for (line, code, text) in cases {
        fails(&machine, line, code, text);
    }
}

#[test]
fn without_representors_the_way_to_them_is_told() {
    let machine = Machine::new("bluefield3");
    fails(&machine, "flow apply main.tc", 5, "no link of this host goes by the name pf0vf0");
    fails(&machine, "flow apply main.tc", 5, "snicctl eswitch set HANDLE --mode switchdev --vfs N");
}

#[test]
fn a_rule_that_is_there_under_another_handle_exists_already() {
    let machine = in_switchdev("bluefield3");
    machine.ok("flow add dev p0 ingress protocol ip pref 5 handle 0x1 flower dst_ip 10.0.0.1 action drop");
    fails(
        &machine,
        "flow add dev p0 ingress protocol ip pref 5 handle 0x2 flower dst_ip 10.0.0.1 action drop",
        6,
        "File exists",
    );
}

#[test]
fn a_full_table_is_told_as_such() {
    let machine = in_switchdev("e810?capacity=2");
    let rules: String = (0..3)
        .map(|n| {
            format!(
                "filter add dev p0 ingress protocol ip pref 5 flower skip_sw dst_ip 10.0.0.{n} action drop\n"
            )
        })
        .collect();
    let said = machine.run_with(&["flow", "apply", "-"], &rules);
    assert_eq!(said.code, Some(10), "{}{}", said.out, said.err);
    let said = machine.run_with(&["flow", "apply", "-", "--keep-going"], &rules);
    assert_eq!(said.code, Some(1), "{}{}", said.out, said.err);
    assert!(said.out.contains("3 rules: 2 added, 1 failed; 2 in hardware, 1 refused"), "{}", said.out);
}

#[test]
fn a_state_file_that_cannot_be_read_or_written_is_named() {
    let machine = Machine::new("bluefield3");
    let broken = machine.dir().join("broken.json");
    std::fs::write(&broken, "{").unwrap();
    let host = format!("sim:bluefield3?state={}", broken.display());
    fails(&machine, &format!("--host {host} device list"), 4, "broken.json");
    fails(
        &machine,
        &format!("--host sim:bluefield3?state=/proc/nothing/x.json {SWITCHDEV}"),
        5,
        "/proc/nothing",
    );
}

#[test]
fn with_json_an_error_is_one_object_on_standard_error() {
    let machine = in_switchdev("bluefield3");
    let said = machine.run(&["-o", "json", "flow", "apply", "refused.tc"]);
    let expected = json!({
        "kind": "unsupported",
        "code": 8,
        "op": "apply flow rules",
        "object": "line 2: p0 ingress chain 0 pref 6 protocol ip",
        "reason": "the kernel said: mlx5_core: Unsupported key",
        "kernel": {"errno": 95, "message": "mlx5_core: Unsupported key", "attribute": null},
        "hint": "nothing was changed; --keep-going applies the rules that can be applied",
    });
    assert_eq!((said.code, said.out.as_str()), (Some(8), ""));
    assert_eq!(serde_json::from_str::<Value>(&said.err).unwrap(), expected);
}

#[test]
fn a_closed_pipe_ends_a_command_quietly_and_its_work_is_kept() {
    let machine = Machine::new("bluefield3");
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let output = machine.command(&split(SWITCHDEV)).stdout(writer).stderr(Stdio::piped()).output().unwrap();
    assert_eq!((output.status.code(), String::from_utf8(output.stderr).unwrap().as_str()), (Some(141), ""));
    let shown: Value = serde_json::from_str(&machine.ok("-o json eswitch show pci/0000:03:00.0")).unwrap();
    assert_eq!(shown["dev"]["pci/0000:03:00.0"]["mode"], "switchdev");
}

#[test]
fn a_full_disk_is_an_error() {
    let machine = Machine::new("bluefield3");
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = machine.command(&["device", "list"]).stdout(full).stderr(Stdio::piped()).output().unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(10), "{err}");
    assert!(err.starts_with("snicctl: error: cannot write the output"), "{err}");
}

#[test]
fn rules_can_be_piped_from_one_command_on_a_machine_to_another() {
    let machine = in_switchdev("bluefield3");
    machine.ok("-q flow add dev p0 ingress protocol ip flower dst_ip 10.0.0.1 action drop");
    let before = machine.ok("-o tc flow list");
    let mut list = machine.command(&["-o", "tc", "flow", "list"]).stdout(Stdio::piped()).spawn().unwrap();
    let explain = machine
        .command(&["flow", "explain", "-", "--probe"])
        .stdin(list.stdout.take().unwrap())
        .output()
        .unwrap();
    assert!(list.wait().unwrap().success());
    assert_eq!(String::from_utf8_lossy(&explain.stderr), "");
    assert_eq!(String::from_utf8_lossy(&explain.stdout), "1 rule: 1 in hardware\n");
    assert_eq!(machine.ok("-o tc flow list"), before);
}

#[test]
fn rules_of_two_links_without_offload_have_one_cause() {
    let machine = Machine::new("e810");
    let lines = "filter add dev enp3s0f0np0 ingress protocol ip pref 1 flower action drop\n\
                 filter add dev enp3s0f1np1 ingress protocol ip pref 1 flower action drop\n";
    let said = machine.run_with(&["flow", "explain", "-"], lines);
    assert!(said.out.contains("\n2 rules, the adapter predicts: not in hardware\n"), "{}", said.out);
    let both = "enp3s0f0np0, enp3s0f1np1";
    assert!(said.out.contains(&format!("  why   host: hw-tc-offload is off on {both}\n")), "{}", said.out);
    let command = "for dev in enp3s0f0np0 enp3s0f1np1; do ethtool -K $dev hw-tc-offload on; done";
    assert!(said.out.contains(&format!("  try   turn it on: {command}\n")), "{}", said.out);
}
