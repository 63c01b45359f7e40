//! What surrounds the commands: help, completions, man pages, colour, formats, the host by environment.

use std::process::Command;

use crate::machine::{Machine, split};
use serde_json::Value;

/// Every command with its words, found by asking for help.
fn commands(machine: &Machine, path: &[String]) -> Vec<Vec<String>> {
    let mut words = path.to_vec();
    words.push("--help".to_owned());
    let help = machine.run(&words);
    assert_eq!(help.code, Some(0), "snicctl {}", words.join(" "));
    let listed = help.out.lines().skip_while(|line| *line != "Commands:").skip(1);
    let names: Vec<String> = listed
        .take_while(|line| line.starts_with("  "))
        .filter(|line| !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next().map(str::to_owned))
        .filter(|name| name != "help")
        .collect();
    if names.is_empty() {
        return vec![path.to_vec()];
    }
    names
        .into_iter()
        .flat_map(|name| {
            let mut deeper = path.to_vec();
            deeper.push(name);
            commands(machine, &deeper)
        })
        .collect()
}

fn is_program(word: &str) -> bool {
    word.trim_start_matches("<(") == "snicctl"
}

#[test]
fn the_help_of_every_command_has_examples_that_can_be_copied() {
    let machine = Machine::new("bluefield3");
    let all = commands(&machine, &[]);
    assert!(all.len() >= 15, "{all:?}");
    for words in all {
        for flag in ["-h", "--help"] {
            let mut asked = words.clone();
            asked.push(flag.to_owned());
            let help = machine.run(&asked).out;
            let (_, examples) =
                help.split_once("Examples:\n").unwrap_or_else(|| panic!("{words:?} has no examples"));
            assert!(
                examples.contains(&format!("snicctl {}", words[0])) || examples.contains("snicctl -"),
                "{words:?}"
            );
            // A line that help itself broke is no command any more.
            let mut goes_on = false;
            for line in examples.lines().take_while(|line| !line.is_empty()) {
                assert!(goes_on != line.split_whitespace().any(is_program), "{words:?}: {line}");
                goes_on = line.ends_with('\\');
            }
        }
    }
}

#[test]
fn completions_are_scripts_that_the_shells_can_read() {
    let machine = Machine::new("bluefield3");
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = machine.ok(&format!("completions {shell}"));
        assert!(script.contains("representor"), "{shell}");
        let file = machine.dir().join(shell);
        std::fs::write(&file, script).unwrap();
        // Not every shell is on every machine; bash is.
        let checked = Command::new(shell).arg("-n").arg(&file).output();
        match (shell, checked) {
            ("bash" | "zsh" | "fish", Ok(output)) => {
                assert!(output.status.success(), "{shell}: {}", String::from_utf8_lossy(&output.stderr));
            }
            ("bash", Err(error)) => panic!("bash is missing: {error}"),
            _ => {}
        }
    }
}

#[test]
fn there_is_a_man_page_for_every_command() {
    let machine = Machine::new("bluefield3");
    let dir = machine.dir().join("man");
    machine.ok(&format!("-q man --dir {}", dir.display()));
    for words in commands(&machine, &[]) {
        let page = dir.join(format!("snicctl-{}.1", words.join("-")));
        let text =
            std::fs::read_to_string(&page).unwrap_or_else(|error| panic!("{}: {error}", page.display()));
        assert!(text.contains(".SH SYNOPSIS"), "{}", page.display());
    }
}

#[test]
fn colour_is_used_when_asked_for_and_never_in_a_pipe() {
    let machine = Machine::new("bluefield3");
    assert!(machine.ok("--color always device list").contains("\x1b[1m"));
    assert!(!machine.ok("device list").contains('\x1b'));
    let output = machine.command(&split("--color always flow frob")).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn quiet_commands_say_nothing_when_all_is_well() {
    let machine = Machine::new("bluefield3");
    for line in [
        "eswitch set pci/0000:03:00.0 --mode switchdev --vfs 4 -q",
        "-q flow apply main.tc",
        "-q flow add dev p0 ingress protocol ip pref 99 flower dst_ip 10.0.0.99 action drop",
        "-q flow del --file main.tc",
        "-q sim send --dev p0 src_ip 10.0.0.1 dst_ip 10.0.0.2",
    ] {
        assert_eq!(machine.ok(line), "", "snicctl {line}");
    }
}

#[test]
fn yaml_and_json_say_the_same() {
    let machine = Machine::new("bluefield3");
    machine.ok("eswitch set pci/0000:03:00.0 --mode switchdev --vfs 4");
    machine.ok("flow apply main.tc -q");
    for line in ["device list", "eswitch show", "vf list", "representor list", "flow explain", "sim profiles"]
    {
        let json: Value = serde_json::from_str(&machine.ok(&format!("-o json {line}"))).unwrap();
        let yaml: Value = serde_saphyr::from_str(&machine.ok(&format!("-o yaml {line}"))).unwrap();
        assert_eq!(json, yaml, "snicctl {line}");
    }
}

#[test]
fn rules_go_out_as_tc_and_yaml_and_come_in_again() {
    let machine = Machine::new("bluefield3");
    machine.ok("eswitch set pci/0000:03:00.0 --mode switchdev --vfs 4");
    machine.ok("flow apply main.tc");
    // The kernel numbers actions anew when they are made again.
    let list = || {
        let text = machine.ok("-o json flow list");
        text.split(',').filter(|part| !part.starts_with("\"index\":")).collect::<Vec<_>>().join(",")
    };
    let listed = list();
    for format in ["tc", "yaml"] {
        let saved = machine.dir().join(format!("saved.{format}"));
        std::fs::write(&saved, machine.ok(&format!("-o {format} flow list"))).unwrap();
        let again = machine.ok(&format!("flow apply {}", saved.display()));
        assert!(again.ends_with("nothing was changed\n"), "{format}: {again}");
        machine.ok(&format!("flow del --file {}", saved.display()));
        assert_eq!(machine.ok("-o json flow list"), "[]\n");
        machine.ok(&format!("flow apply {}", saved.display()));
        assert_eq!(list(), listed, "{format}");
    }
}

#[test]
fn prune_removes_what_the_file_does_not_name() {
    let machine = Machine::new("bluefield3");
    machine.ok("eswitch set pci/0000:03:00.0 --mode switchdev --vfs 4");
    machine.ok("flow apply main.tc");
    machine.ok("flow add dev p0 ingress protocol ip pref 99 flower dst_ip 10.0.0.99 action drop");
    let before = machine.ok("-o json flow list");
    let dry = machine.ok("flow apply main.tc --prune --dry-run");
    assert!(dry.contains("would be removed: enp3s0f0np0 ingress chain 0 pref 99"), "{dry}");
    assert_eq!(machine.ok("-o json flow list"), before);
    machine.ok("flow apply main.tc --prune");
    assert!(!machine.ok("-o tc flow list").contains("10.0.0.99"));
}
