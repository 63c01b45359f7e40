//! `snicctl tc` on a simulated machine: output and exit codes are tc's.

use crate::machine::{Machine, Said, split};

/// Runs lines; each must end with its code and print its text.
fn all(machine: &Machine, lines: &[(&str, i32, &str)]) {
    for (line, code, out) in lines {
        let said = machine.run(&split(line));
        assert_eq!((said.code, said.out.as_str()), (Some(*code), *out), "{line}: {}", said.err);
    }
}

fn switched() -> Machine {
    let machine = Machine::new("bluefield3");
    machine.ok("eswitch set pci/0000:03:00.0 --mode switchdev --vfs 2 -q");
    machine.ok("tc qdisc add dev pf0vf0 clsact");
    machine
}

#[test]
fn filters_come_change_and_go() {
    let machine = switched();
    let rule = "filter protocol ip pref 3 flower chain 0 \n\
        filter protocol ip pref 3 flower chain 0 handle 0x1 \n  eth_type ipv4\n  dst_ip 10.0.0.1\n  skip_hw\n  \
        not_in_hw\n\taction order 1: gact action drop\n\t random type none pass val 0\n\t index 1 ref 1 bind 1\n\n";
    let brief = "filter protocol ip pref 3 flower chain 0 \n\
        filter protocol ip pref 3 flower chain 0 handle 0x1 \n  skip_hw\n  not_in_hw\n\taction order 1: gact \n";
    all(
        &machine,
        &[
            ("tc f a dev pf0vf0 ing protocol ip pref 3 flower dst_ip 10.0.0.1 skip_hw action drop", 1, ""),
            (
                "tc f a dev pf0vf0 ingress protocol ip pref 3 flower dst_ip 10.0.0.1 skip_hw action drop",
                0,
                "",
            ),
            (
                "tc f a dev pf0vf0 ingress protocol ip pref 3 flower dst_ip 10.0.0.1 skip_hw action drop",
                2,
                "",
            ),
            ("tc filter show dev pf0vf0 ingress", 0, rule),
            ("tc -br filter show dev pf0vf0 ingress", 0, brief),
            ("tc filter show dev pf0vf0 egress", 0, ""),
            ("tc -j filter show dev pf0vf0 egress", 0, "[]\n"),
            ("tc filter del dev pf0vf0 ingress pref 9", 2, ""),
            ("tc filter del dev pf0vf0 ingress", 0, ""),
            ("tc filter show dev pf0vf0 ingress", 0, ""),
        ],
    );
}

#[test]
fn chains_keep_to_their_template() {
    let machine = switched();
    let json = "[{\"dev\":\"enp3s0f0r0\",\"parent\":\"ffff:\",\"kind\":\"flower\",\"chain\":9,\"options\":{\"keys\":\
        {\"eth_type\":\"ipv4\",\"dst_ip\":\"0.0.0.0/16\"}}}]\n";
    all(
        &machine,
        &[
            ("tc chain add dev pf0vf0 ingress chain 9 protocol ip flower dst_ip 0.0.0.0/16", 0, ""),
            ("tc chain add dev pf0vf0 ingress chain 9", 2, ""),
            ("tc filter add dev pf0vf0 ingress chain 9 protocol ip flower src_ip 1.2.3.4 action drop", 2, ""),
            (
                "tc filter add dev pf0vf0 ingress chain 9 protocol ip flower dst_ip 10.1.0.0/16 action drop",
                0,
                "",
            ),
            ("tc -j chain show dev pf0vf0", 0, "[]\n"),
            ("tc chain del dev pf0vf0 ingress chain 9", 0, ""),
            ("tc chain del dev pf0vf0 ingress chain 9", 2, ""),
        ],
    );
    machine.ok("tc chain add dev pf0vf0 ingress chain 9 protocol ip flower dst_ip 0.0.0.0/16");
    let shown = machine.ok("tc -j chain ls dev pf0vf0 ingress");
    let shown: serde_json::Value = serde_json::from_str(&shown).unwrap();
    let mut wanted: serde_json::Value = serde_json::from_str(json).unwrap();
    // The link was asked for.
    wanted[0].as_object_mut().unwrap().remove("dev");
    assert_eq!(shown, wanted);
}

#[test]
fn what_the_kernel_says_is_passed_on() {
    let machine = switched();
    let said = machine.run(&split("tc filter add dev pf0vf1 ingress protocol ip flower action drop"));
    let err = "Error: Parent Qdisc doesn't exists.\nWe have an error talking to the kernel\n";
    assert_eq!(said, Said { code: Some(2), out: String::new(), err: err.to_owned() });
    let said = machine.run(&split("tc class show dev pf0vf0"));
    assert_eq!((said.code, said.out.as_str()), (Some(1), ""));
    assert!(said.err.contains("use tc for this"), "{}", said.err);
    let said = machine.run(&split("tc filter show dev nix"));
    assert_eq!((said.code, said.err.as_str()), (Some(1), "Cannot find device \"nix\"\n"));
}

#[test]
fn a_batch_ends_at_the_line_that_fails_unless_it_is_forced() {
    let machine = switched();
    let file = machine.dir().join("lines.tc");
    let lines = "# rules\nfilter add dev pf0vf0 ingress protocol ip pref 1 \\\n flower dst_ip 10.0.0.1 action drop\n\
        filter del dev pf0vf0 ingress pref 7\n\
        filter add dev pf0vf0 ingress protocol ip pref 2 flower dst_ip 10.0.0.2 action drop\n";
    std::fs::write(&file, lines).unwrap();
    let failed = format!("Command failed {}:4\n", file.display());
    for (force, rules) in [("", 2), ("-force ", 4)] {
        let said = machine.run(&split(&format!("tc {force}-batch {}", file.display())));
        assert_eq!(said.code, Some(1));
        assert!(said.err.ends_with(&failed), "{}", said.err);
        let shown = machine.ok("tc filter show dev pf0vf0 ingress");
        assert_eq!(shown.matches("filter protocol").count(), rules);
        machine.ok("tc filter del dev pf0vf0 ingress");
    }
}

#[test]
fn a_watch_ends_when_its_time_is_over() {
    let machine = switched();
    assert_eq!(machine.ok("flow watch --timeout 1"), "");
    assert_eq!(machine.ok("flow watch --count 0"), "");
    assert_eq!(machine.ok("link watch --timeout 1"), "");
}
