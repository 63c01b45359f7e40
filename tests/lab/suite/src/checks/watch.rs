//! What `snicctl flow watch` tells of others' changes, held against `tc monitor`.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::check::{Done, During, Outcome, Why, expect, expect_eq};
use crate::lab::{Lab, sh, until};
use crate::nic::Nic;

/// What is done. The kernel tells more of it than this: a first filter brings its chain.
const CHANGES: [&str; 7] = [
    "chain add dev sim0 ingress chain 7",
    "filter add dev sim0 ingress protocol ip pref 4 handle 9 flower dst_ip 10.0.0.1 action drop",
    "filter replace dev sim0 ingress protocol ip pref 4 handle 9 flower dst_ip 10.0.0.1 action pass",
    "filter del dev sim0 ingress protocol ip pref 4 handle 9 flower",
    "actions add action police rate 10mbit burst 100k index 70001",
    "actions del action police index 70001",
    "chain del dev sim0 ingress chain 7",
];

/// How many messages the kernel tells at least.
const LEAST: usize = 9;

/// The bit of `RTNLGRP_TC` among the groups that a socket hears.
const TC_GROUP: u32 = 1 << 3;

/// `snicctl tc monitor` prints what tc does, and `snicctl flow watch` tells the same changes in the same order.
pub(crate) fn as_tc_monitors(lab: &Lab) -> Outcome {
    let _nic = Nic::with_places()?;
    let before = listeners()?;
    let [tc_told, face_told, watch_told] =
        ["tc", "face", "watch"].map(|who| PathBuf::from(format!("/tmp/told-by-{who}")));
    let snicctl = lab.programs.join("snicctl");
    let tc = Listener::start(Command::new("tc").arg("monitor"), &tc_told)?;
    let face = Listener::start(Command::new(&snicctl).args(["tc", "monitor"]), &face_told)?;
    let watch = Listener::start(Command::new(&snicctl).args(["-o", "json", "flow", "watch"]), &watch_told)?;
    until("all listen", || Ok(listeners()? == before + 3))?;
    for change in CHANGES {
        sh(&format!("tc {change}")).during("change rules")?;
    }
    until("tc has told of the last", || Ok(last_is_told(&fs::read_to_string(&tc_told)?)))?;
    until("we have told of the last", || Ok(last_is_told(&fs::read_to_string(&face_told)?)))?;
    let by_tc = fs::read_to_string(&tc_told)?;
    let heads = heads(&by_tc);
    until("the watch has told as much", || {
        Ok(fs::read_to_string(&watch_told)?.lines().count() >= heads.len())
    })?;
    drop((tc, face, watch));

    expect(heads.len() >= LEAST, || format!("tc monitor told too little: {by_tc}"))?;
    expect_eq(&fs::read_to_string(&face_told)?, &by_tc, "what snicctl tc monitor prints")?;
    let mut ours = Vec::new();
    for line in fs::read_to_string(&watch_told)?.lines() {
        let told: Value = serde_json::from_str(line).map_err(|error| Why(format!("{error}: {line}")))?;
        let word = |name: &str| told[name].as_str().unwrap_or_default().to_owned();
        ours.push((word("event"), word("object")));
    }
    expect_eq(&ours, &heads, "what flow watch tells")?;
    Ok(Done::Passed)
}

/// Whether the last of the changes is among what tc's words tell.
fn last_is_told(text: &str) -> bool {
    text.lines().any(|line| line.starts_with("deleted chain") && line.trim_end().ends_with("chain 7"))
}

/// Event and object of each message in tc's words.
fn heads(text: &str) -> Vec<(String, String)> {
    let mut heads = Vec::new();
    for line in text.lines() {
        let mut words = line.split_whitespace();
        // Of actions tc begins with a capital.
        let event = words.next().unwrap_or_default().to_lowercase();
        let object = match words.next() {
            Some("action") => "actions",
            Some(object) => object,
            None => continue,
        };
        if ["added", "replaced", "deleted"].contains(&&*event) {
            heads.push((event, object.to_owned()));
        }
    }
    heads
}

/// How many sockets hear of changes to rules.
fn listeners() -> Result<usize, Why> {
    let table = fs::read_to_string("/proc/net/netlink")?;
    let hears = |line: &&str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let groups = words.get(3).and_then(|groups| u32::from_str_radix(groups, 16).ok());
        words.get(1) == Some(&"0") && groups.is_some_and(|groups| groups & TC_GROUP != 0)
    };
    Ok(table.lines().skip(1).filter(hears).count())
}

/// A program that writes into a file, ended when it is dropped.
struct Listener(Child);

impl Listener {
    fn start(command: &mut Command, told: &Path) -> Result<Self, Why> {
        Ok(Self(command.stdout(File::create(told)?).stderr(Stdio::null()).spawn()?))
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
