//! What `snicctl link watch` tells while ethtool and ip change links: exactly what changed, and all that there is now.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::{Map, Value};

use super::igb::Igb;
use crate::check::{Done, Outcome, Why, expect, expect_eq};
use crate::lab::{Lab, sh, until};
use crate::nic::Nic;

const OBJECTS: &str = "/tmp/told-by-link-watch";
const LINES: &str = "/tmp/lines-of-link-watch";

/// What is changed by ethtool on netdevsim: its words, and our noun.
const CHANGES: [(&str, &str); 4] = [
    ("-K sim0 hw-tc-offload off", "features"),
    ("-G sim0 rx 256 tx 128", "ring"),
    ("-C sim0 rx-usecs 9 adaptive-tx on", "coalesce"),
    ("-A sim0 rx on tx on", "pause"),
];

pub(crate) fn tells_what_changed(lab: &Lab) -> Outcome {
    let _nic = Nic::new(1)?;
    sh("ip link add veth-w type veth peer name veth-x")?;
    let igb = Igb::load()?;
    let done = watched(lab, &igb);
    // The checks after this one count the NICs that are there.
    sh("modprobe -r igbvf igb")?;
    done
}

fn watched(lab: &Lab, igb: &Igb) -> Outcome {
    let objects = Watch::start(lab, &["-o", "json", "link", "watch"], OBJECTS)?;
    let lines = Watch::start(lab, &["link", "watch", "sim0"], LINES)?;
    // The state is read after the watch listens: what changes until then is no news.
    let mtu = std::cell::Cell::new(1400);
    until("the first change is told", || {
        mtu.set(mtu.get() + 1);
        for link in ["veth-w", "sim0"] {
            sh(&format!("ip link set {link} mtu {}", mtu.get()))?;
        }
        Ok([OBJECTS, LINES].iter().all(|file| fs::metadata(file).is_ok_and(|file| file.len() > 0)))
    })?;

    for (words, noun) in CHANGES {
        changed(lab, "sim0", words, noun)?;
    }
    sh("ethtool --set-fec sim0 encoding rs")?;
    until("error correction is told", || {
        Ok(about("sim0", "fec")?.iter().any(|it| it["changed"]["config"]["now"] == serde_json::json!(["RS"])))
    })?;
    let link = igb.link.as_str();
    // With one processor the driver begins with one queue.
    if shown(lab, "channel", link)?["combined"] == 1 {
        sh(&format!("ethtool -L {link} combined 2"))?;
    }
    // Older kernels spread packets by ioctl alone, and tell nobody.
    if lab.kernel != "6.12" {
        changed(lab, link, &format!("-X {link} weight 3 1"), "rss")?;
        // A table that somebody chose keeps its queues.
        sh(&format!("ethtool -X {link} default"))?;
    }
    let combined = &shown(lab, "channel", link)?["combined"];
    let combined = if *combined == 1 { 2 } else { 1 };
    changed(lab, link, &format!("-L {link} combined {combined}"), "channel")?;
    changed(lab, link, &format!("-s {link} wol b"), "wol")?;
    changed(lab, link, &format!("-s {link} msglvl 3"), "messages")?;
    changed(lab, link, &format!("--set-priv-flags {link} legacy-rx on"), "private")?;
    modes(link)?;
    sh("ip link del veth-w")?;
    until("the link's end is told", || {
        Ok(told("veth-w")?.iter().any(|it| it["event"] == "deleted" && it["topic"] == "link"))
    })?;
    drop((objects, lines));
    let text = fs::read_to_string(LINES)?;
    let line = "changed sim0 features: hw-tc-offload on -> off";
    expect(text.lines().any(|told| told == line), || format!("{line} is missing in: {text}"))?;
    expect(text.lines().all(|line| line.contains(" sim0 ")), || format!("other links are told: {text}"))?;
    Ok(Done::Passed)
}

/// ethtool changes something; what is told as changed is what differs, and the rest is what is shown.
fn changed(lab: &Lab, link: &str, words: &str, noun: &str) -> Result<(), Why> {
    let (before, count) = (shown(lab, noun, link)?, about(link, noun)?.len());
    sh(&format!("ethtool {words}"))?;
    let after = shown(lab, noun, link)?;
    let differs: Vec<&String> = after.keys().filter(|key| before.get(*key) != after.get(*key)).collect();
    expect(!differs.is_empty(), || format!("ethtool {words} changed nothing"))?;
    until("the change is told", || Ok(about(link, noun)?.len() > count))?;
    let told = about(link, noun)?;
    let mut last = told[told.len() - 1].clone();
    expect_eq(&last["event"], &"changed".into(), words)?;
    // A driver may be told twice of one order; what differs is said once.
    let named: Vec<String> = told[count..]
        .iter()
        .flat_map(|it| it["changed"].as_object().into_iter().flat_map(|map| map.keys().cloned()))
        .collect();
    let mut wanted: Vec<String> = differs.into_iter().cloned().collect();
    wanted.sort();
    let mut named = named;
    named.sort();
    named.dedup();
    expect_eq(&named, &wanted, &format!("what ethtool {words} changed"))?;
    expect_eq(&last[noun].take(), &Value::Object(after), &format!("{noun} after ethtool {words}"))
}

/// A mode is advertised no more. Links negotiate anew then, which is told as well.
fn modes(link: &str) -> Result<(), Why> {
    sh(&format!("ethtool -s {link} advertise 0x020"))?;
    until("the modes are told", || {
        Ok(about(link, "modes")?.iter().any(|it| {
            let now = it["changed"]["modes"]["now"].to_string();
            now.contains("1000baseT/Full") && !now.contains("100baseT/Full")
        }))
    })?;
    sh(&format!("ethtool -s {link} autoneg on"))?;
    Ok(())
}

/// What we show of a topic of a link, without what only `show` has: the link's name, and counters.
fn shown(lab: &Lab, noun: &str, link: &str) -> Result<Map<String, Value>, Why> {
    let mut shown = lab.snicctl_json(&[noun, "show", link])?[0].as_object().cloned().unwrap_or_default();
    shown.remove("ifname");
    shown.remove("statistics");
    Ok(shown)
}

/// What was told of a link so far.
fn told(link: &str) -> Result<Vec<Value>, Why> {
    let text = fs::read_to_string(OBJECTS)?;
    let values = text.lines().map(serde_json::from_str::<Value>);
    // The last line may be half there.
    Ok(values.flatten().filter(|value| value["ifname"] == link).collect())
}

fn about(link: &str, topic: &str) -> Result<Vec<Value>, Why> {
    Ok(told(link)?.into_iter().filter(|value| value["topic"] == topic).collect())
}

/// A watch that writes into a file.
struct Watch(Child);

impl Watch {
    fn start(lab: &Lab, words: &[&str], file: &str) -> Result<Self, Why> {
        let mut command = Command::new(lab.programs.join("snicctl"));
        command.args(words).args(["--timeout", "300"]);
        let out = File::create(Path::new(file))?;
        Ok(Self(command.stdin(Stdio::null()).stdout(out).spawn()?))
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        // It has ended already if its time was up.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
