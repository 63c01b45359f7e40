//! `snicctl tc` in place of `tc`: the same scripts by both, each in fresh network namespaces.

use std::fs;

use serde_json::Value;

use crate::check::{Done, Outcome, Why, expect, expect_eq};
use crate::lab::{Lab, Ran, run, sh};

/// A script: command lines without `tc`, one after the other. `D` and `E` are two links.
const SCRIPTS: &[&[&str]] = &[
    // Filters come, change and go; each state is shown in every form.
    &[
        "qdisc add dev D clsact",
        "filter add dev D ingress protocol ip pref 10 flower dst_ip 10.0.0.0/8 ip_proto tcp dst_port 80 action drop",
        "f a dev D ingress protocol ip pref 10 handle 5 flower dst_ip 10.1.0.0/16 skip_hw action mirred egress redirect dev E",
        "filter add dev D egress matchall action pass",
        "filter add dev D ingress chain 3 protocol 802.1q pref 4 flower vlan_id 5 action goto chain 7",
        "filter replace dev D ingress protocol ip pref 10 handle 5 flower dst_ip 10.1.0.0/16 skip_hw action drop",
        "filter change dev D ingress protocol ip pref 10 handle 5 flower dst_ip 10.1.0.0/16 skip_hw action pass",
        "SHOW",
        "filter get dev D ingress protocol ip pref 10 handle 5 flower",
        "-j filter get dev D parent ffff:fff2 protocol ip pref 10 handle 5 flower",
        "filter get dev D ingress protocol ip pref 10 handle 99 flower",
        "filter show dev D ingress protocol ip pref 10",
        "filter ls dev D ing",
        "filter show dev D ingress chain 3",
        "filter del dev D ingress protocol ip pref 10 handle 5 flower",
        "SHOW",
        "filter del dev D ingress chain 3",
        "filter delete dev D ingress pref 10",
        "SHOW",
        "filter del dev D ingress",
        "qdisc del dev D clsact",
        "qdisc del dev D clsact",
    ],
    // Chains with templates.
    &[
        "qdisc add dev D ingress",
        "chain add dev D ingress chain 9 protocol ip flower dst_ip 0.0.0.0/16",
        "chain add dev D ingress chain 9",
        "chain add dev D ingress chain 11",
        "chain show dev D ingress",
        "-j chain ls dev D ingress",
        "-j -p chain get dev D ingress chain 9",
        "chain get dev D ingress chain 10",
        "filter add dev D ingress chain 9 protocol ip flower src_ip 1.2.3.4 action drop",
        "filter add dev D parent ffff: chain 9 protocol ip pref 5 flower dst_ip 10.0.0.0/16 action drop",
        "SHOW",
        "chain del dev D ingress chain 9",
        "chain del dev D ingress chain 9",
        "chain show dev D ingress",
    ],
    // Shared blocks.
    &[
        "qdisc add dev D ingress_block 21 egress_block 22 clsact",
        "qdisc add dev E ingress_block 21 ingress",
        "filter add block 21 protocol ipv6 pref 3 flower src_ip fe80::/64 action pass",
        "filter add block 22 protocol all pref 3 matchall action drop",
        "filter add dev D ingress protocol ip pref 9 flower action drop",
        "filter show block 21",
        "-s -j filter show block 22",
        "filter show block 99",
        "filter add block 99 protocol ip flower action drop",
        "filter add block 0 protocol ip flower action drop",
        "qdisc show dev D",
        "qdisc del dev D clsact",
        "filter show block 21",
        "SHOW",
    ],
    // Shared actions.
    &[
        "actions add action drop index 8",
        "actions add action drop index 8",
        "action add action mirred egress mirror dev E index 4 cookie aabb",
        "actions replace action pass index 8",
        "actions ls action gact",
        "-s actions show action mirred",
        "-j actions ls action gact",
        "-br actions ls action gact",
        "actions get action gact index 8",
        "-j actions get action mirred index 4 action gact index 8",
        "qdisc add dev D clsact",
        "filter add dev D ingress protocol ip pref 10 flower action gact index 8",
        "actions flush action mirred",
        "actions del action gact index 99",
        "actions get action gact index 99",
        "SHOW",
        "actions ls action nat",
        "actions ls action nothing",
        "actions ls",
        "actions nonsense",
        "filter del dev D ingress",
        "actions del action gact index 8",
        "actions ls action gact",
    ],
    // Qdiscs.
    &[
        "qdisc add dev D clsact",
        "qdisc add dev D clsact",
        "qdisc replace dev D clsact",
        "qdisc change dev D clsact",
        "q s dev D",
        "-s q s dev D clsact",
        "-j qdisc show dev D",
        "-j -p qdisc show dev D ingress",
        "qdisc show dev nix",
        "qdisc add dev D ingress",
        "qdisc del dev D ingress",
        "qdisc add dev E handle ffff: ingress",
        "qdisc show handle ffff:",
        "qdisc add dev D clsact more",
        "SHOW",
    ],
    // What tc and the kernel refuse.
    &[
        "qdisc add dev D clsact",
        "nonsense",
        "filter nonsense",
        "filter add dev nix ingress protocol ip flower action drop",
        "filter add dev D ingress dev E",
        "filter add dev D block 3",
        "filter add dev",
        "filter add dev D ingress egress",
        "filter add dev D ingress prio 70000 flower",
        "filter add dev D ingress protocol nonsense flower",
        "filter add dev D ingress handle 5",
        "filter add dev D ingress protocol ip flower nonsense 5",
        "filter add dev D ingress protocol ip flower dst_ip",
        "filter add dev D ingress protocol ip flower dst_ip 10.0.0.1 skip_sw action drop",
        "filter add dev D parent 1: protocol ip flower action drop",
        "filter add dev E ingress protocol ip flower action drop",
        "filter change dev D ingress protocol ip pref 10 handle 1 flower",
        "filter del dev D ingress pref 10",
        "filter del dev D ingress pref 10 protocol ip handle 1 flower",
        "filter get dev D ingress",
        "filter show dev D nonsense",
        "filter show dev nix",
        "-nonsense filter show",
        "filter add flower",
        "SHOW",
    ],
];

/// A batch with a line that fails, run with and without -force.
const BATCH: &str = "# a comment\n\
    qdisc add dev D clsact\n\
    filter add dev D ingress protocol ip pref 1 \\\n  flower dst_ip 10.0.0.1 action drop\n\
    \n\
    filter add dev D ingress protocol ip pref 1 flower dst_ip 10.0.0.1 action drop\n\
    filter add dev D ingress protocol ip pref 2 flower dst_ip 10.0.0.2 action drop\n\
    filter show dev D ingress\n";

/// How states are shown.
const SHOWN: [&str; 6] = ["", "-s", "-j", "-j -s", "-br", "-j -p"];

/// The same scripts by tc and by us, one after the other, each in a namespace of its own.
pub(crate) fn in_place_of_tc(lab: &Lab) -> Outcome {
    let mut wrong = Vec::new();
    for script in SCRIPTS {
        let theirs = Namespace::new(None)?;
        let ours = Namespace::new(Some(lab))?;
        let mut done = Vec::new();
        for line in *script {
            if *line == "SHOW" {
                for options in SHOWN {
                    compare(&theirs, &ours, &format!("{options} filter show dev D ingress"), &mut wrong)?;
                }
                for place in ["dev D egress", "dev D", "block 21"] {
                    compare(&theirs, &ours, &format!("filter show {place}"), &mut wrong)?;
                }
                // The state as tc sees it, whoever made it.
                for look in ["-j filter show dev D ingress", "-j qdisc show"] {
                    let seen = theirs.seen_by_tc(look)?;
                    let left = ours.seen_by_tc(look)?;
                    if seen != left {
                        wrong.push(format!("after {done:?}, {look}: tc left {seen}, we left {left}"));
                    }
                }
                continue;
            }
            compare(&theirs, &ours, line, &mut wrong)?;
            done.push(*line);
        }
    }
    expect(wrong.is_empty(), || format!("{} lines differ:\n{}", wrong.len(), wrong.join("\n")))?;
    Ok(Done::Passed)
}

/// Batches: output, exit codes, the line that failed.
pub(crate) fn batches(lab: &Lab) -> Outcome {
    let file = std::env::temp_dir().join("face.tc");
    for force in ["", "-force "] {
        let theirs = Namespace::new(None)?;
        let ours = Namespace::new(Some(lab))?;
        let mut ends = Vec::new();
        for namespace in [&theirs, &ours] {
            fs::write(&file, namespace.named(BATCH))?;
            let ran = namespace.tc(&format!("{force}-batch {}", file.display()))?;
            let failed: Vec<String> = ran
                .err
                .lines()
                .filter(|line| line.starts_with("Command failed"))
                .map(str::to_owned)
                .collect();
            ends.push((ran.code, namespace.plain(&ran.out), failed));
        }
        expect_eq(&ends[1], &ends[0], &format!("tc {force}-batch"))?;
    }
    Ok(Done::Passed)
}

fn compare(
    theirs: &Namespace<'_>,
    ours: &Namespace<'_>,
    line: &str,
    wrong: &mut Vec<String>,
) -> Result<(), Why> {
    let (tc, us) = (theirs.tc(line)?, ours.tc(line)?);
    let (out, own) = (theirs.plain(&tc.out), ours.plain(&us.out));
    if tc.code != us.code || out != own {
        wrong.push(format!(
            "tc {line}\n  tc ended with {}: {out}  {}\n  we ended with {}: {own}  {}",
            tc.code,
            tc.err.lines().next().unwrap_or_default(),
            us.code,
            us.err.lines().next().unwrap_or_default()
        ));
    }
    // What the kernel says, both pass on alike.
    let kernel = |ran: &Ran| -> Vec<String> {
        let said =
            |line: &&str| line.starts_with("RTNETLINK answers") || line.starts_with("We have an error");
        ran.err.lines().filter(said).map(str::to_owned).collect()
    };
    if kernel(&tc) != kernel(&us) {
        wrong.push(format!("tc {line}: tc says {:?}, we say {:?}", tc.err, us.err));
    }
    Ok(())
}

/// A network namespace with two links; what happens in it is asked for with tc or with ours.
struct Namespace<'l> {
    name: &'static str,
    lab: Option<&'l Lab>,
}

impl<'l> Namespace<'l> {
    fn new(lab: Option<&'l Lab>) -> Result<Self, Why> {
        let name = if lab.is_some() { "face-ours" } else { "face-tc" };
        sh(&format!("ip netns add {name}"))?;
        let namespace = Self { name, lab };
        // Neighbour discovery of the kernel itself would be counted by rules.
        let quiet = "echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6";
        run(&["ip", "netns", "exec", name, "sh", "-c", quiet])?.good()?;
        for link in ["dummy1", "dummy2"] {
            sh(&format!("ip -n {name} link add {link} type dummy"))?;
            sh(&format!("ip -n {name} link set {link} up"))?;
        }
        Ok(namespace)
    }

    fn named(&self, text: &str) -> String {
        let word = |word: &str| match word {
            "D" => "dummy1".to_owned(),
            "E" => "dummy2".to_owned(),
            word => word.to_owned(),
        };
        let line = |line: &str| line.split(' ').map(word).collect::<Vec<_>>().join(" ");
        text.split('\n').map(line).collect::<Vec<_>>().join("\n")
    }

    fn tc(&self, line: &str) -> Result<Ran, Why> {
        let line = self.named(line);
        let words = line.split(' ').filter(|word| !word.is_empty());
        let inside = ["ip", "netns", "exec", self.name];
        let snicctl = self.lab.map(|lab| lab.programs.join("snicctl").to_string_lossy().into_owned());
        let program: Vec<&str> = match &snicctl {
            Some(snicctl) => vec![snicctl, "tc"],
            None => vec!["tc"],
        };
        run(&inside.into_iter().chain(program).chain(words).collect::<Vec<_>>())
    }

    /// What tc itself shows of the state, without what differs from one moment to the next.
    fn seen_by_tc(&self, look: &str) -> Result<Value, Why> {
        let line = self.named(look);
        let words = line.split(' ').filter(|word| !word.is_empty());
        let inside = ["ip", "netns", "exec", self.name, "tc"];
        let mut seen = run(&inside.into_iter().chain(words).collect::<Vec<_>>())?.json()?;
        without_moments(&mut seen);
        Ok(seen)
    }

    /// What was printed, without ages.
    fn plain(&self, out: &str) -> String {
        if let Ok(mut value) = serde_json::from_str::<Value>(out)
            && !out.contains("    ")
        {
            without_moments(&mut value);
            return value.to_string();
        }
        // Set-out JSON is compared by its letters, text too, but for ages.
        let mut words: Vec<&str> = Vec::new();
        let mut skip = 0;
        for word in out.split(' ') {
            match word {
                _ if skip > 0 => skip -= 1,
                "installed" | "used" | "firstused" => skip = 2,
                word => words.push(word),
            }
        }
        let ages = |line: &&str| !line.contains("\"installed\"") && !line.contains("\"last_used\"");
        words.join(" ").lines().filter(ages).collect::<Vec<_>>().join("\n")
    }
}

impl Drop for Namespace<'_> {
    fn drop(&mut self) {
        if let Err(why) = sh(&format!("ip netns del {}", self.name)) {
            eprintln!("lab-suite: {why}");
        }
    }
}

/// Takes ages out.
fn without_moments(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.retain(|name, _| !["installed", "last_used", "first_used"].contains(&name.as_str()));
            map.values_mut().for_each(without_moments);
        }
        Value::Array(list) => list.iter_mut().for_each(without_moments),
        _ => {}
    }
}
