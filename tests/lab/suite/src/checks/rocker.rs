//! QEMU's rocker: a switch whose driver takes addresses into its hardware, and tells the bridge what the hardware learned.

use std::fs;
use std::net::UdpSocket;

use serde_json::Value;

use super::bridge::compare;
use crate::check::{Done, Outcome, Why, expect, expect_eq};
use crate::lab::{Lab, sh, sh_json, until};

const FIXED: &str = "02:00:00:00:00:51";
const SENDER: &str = "02:00:00:00:00:53";

/// The switch while its driver is loaded: two ports of a bridge, and a third that is joined to the first by a cable.
struct Switch;

impl Switch {
    /// Nothing if this machine has no such switch.
    fn load() -> Result<Option<Self>, Why> {
        if sh("modprobe rocker").is_err() {
            return Ok(None);
        }
        let switch = Self;
        for (at, port) in ports()?.iter().enumerate() {
            sh(&format!("ip link set {port} name labrk{at}"))?;
        }
        sh(&format!("ip link set labrk2 address {SENDER}"))?;
        for port in ["labrk0", "labrk1", "labrk2"] {
            sh(&format!("ip link set {port} up"))?;
        }
        sh("ip addr add 192.0.2.1/24 dev labrk2")?;
        Ok(Some(switch))
    }
}

impl Drop for Switch {
    fn drop(&mut self) {
        // What is not there any more is no matter.
        let _ = sh("ip link del labrkbr");
        let _ = sh("modprobe -r rocker");
    }
}

/// The links of the switch, in the order of its ports.
fn ports() -> Result<Vec<String>, Why> {
    let mut ports = Vec::new();
    for link in fs::read_dir("/sys/class/net")?.flatten() {
        let driver = fs::read_link(link.path().join("device/driver")).unwrap_or_default();
        if driver.file_name().is_some_and(|name| name == "rocker") {
            let port = fs::read_to_string(link.path().join("phys_port_name"))?;
            ports.push((port, link.file_name().to_string_lossy().into_owned()));
        }
    }
    ports.sort();
    expect_eq(&ports.len(), &3, "the number of the switch's ports")?;
    Ok(ports.into_iter().map(|(_, link)| link).collect())
}

pub(crate) fn forwards(lab: &Lab) -> Outcome {
    let Some(_switch) = Switch::load()? else {
        return Ok(Done::Skipped("this kernel has no rocker".to_owned()));
    };
    belongs_together(lab)?;
    lab.snicctl(&["bridge", "add", "labrkbr", "--vlan-filtering", "on"])?;
    for port in ["labrk0", "labrk1"] {
        lab.snicctl(&["bridge", "port", "add", port, "--bridge", "labrkbr"])?;
    }
    // Before its port forwards, the switch takes no address.
    until("both ports forward", || {
        let ports = sh_json("bridge -j link show")?;
        let forwards = ports.as_array().into_iter().flatten().filter(|port| port["state"] == "forwarding");
        Ok(forwards.count() == 2)
    })?;
    let add = ["bridge", "fdb", "add", FIXED, "--dev", "labrk1", "--master", "--static", "--vlan", "1"];
    lab.snicctl(&add)?;
    until("the address that we laid down is in the switch", || {
        Ok(entries(lab, FIXED)?.iter().any(|entry| entry["vlan"] == 1 && has_flag(entry, "offload")))
    })?;
    compare(lab)?;

    // Nobody answers; that somebody is asked for passes the cable, and the switch learns who asks.
    let socket = UdpSocket::bind("192.0.2.1:0")?;
    // In which VLAN is not told.
    until("what the switch learned is told", || {
        socket.send_to(b"who is there", "192.0.2.9:9")?;
        let learned = |entry: &Value| has_flag(entry, "offload") && has_flag(entry, "extern_learn");
        Ok(entries(lab, SENDER)?.iter().any(|entry| entry["ifname"] == "labrk0" && learned(entry)))
    })?;

    // Of all that a port can be told, this driver takes over nothing but whether it learns.
    lab.snicctl(&["bridge", "port", "set", "labrk0", "learning", "off"])?;
    let ran = lab.try_snicctl(&["bridge", "port", "set", "labrk0", "isolated", "on"])?;
    expect(ran.code != 0, || "a flag was taken that the driver does not know".to_owned())?;
    expect(ran.err.contains("labrk0"), || format!("which port is meant is not said: {ran}"))?;
    compare(lab)?;

    lab.snicctl(&["bridge", "fdb", "del", FIXED, "--dev", "labrk1", "--master", "--vlan", "1"])?;
    expect_eq(&entries(lab, FIXED)?, &Vec::new(), "the address that we took back")?;
    for port in ["labrk0", "labrk1"] {
        lab.snicctl(&["bridge", "port", "del", port])?;
    }
    lab.snicctl(&["bridge", "del", "labrkbr"])?;
    Ok(Done::Passed)
}

/// The inventory shows the ports under one function, by one switch.
fn belongs_together(lab: &Lab) -> Result<(), Why> {
    let tree = lab.snicctl_json(&["topology"])?.to_string();
    for port in ["labrk0", "labrk1", "labrk2"] {
        expect(tree.contains(port), || format!("{port} is not in the inventory: {tree}"))?;
    }
    expect(tree.contains("rocker"), || format!("the driver is not in the inventory: {tree}"))
}

/// The entries of an address in the bridge, as we show them.
fn entries(lab: &Lab, mac: &str) -> Result<Vec<Value>, Why> {
    let all = lab.snicctl_json(&["bridge", "fdb", "list"])?;
    let mut entries = all.as_array().cloned().unwrap_or_default();
    entries.retain(|entry| entry["mac"] == mac && entry["master"] == "labrkbr");
    Ok(entries)
}

fn has_flag(entry: &Value, flag: &str) -> bool {
    entry["flags"].as_array().is_some_and(|flags| flags.iter().any(|it| it == flag))
}
