//! The lab's own NIC for one check: `tests/lab/labnic/README.md` says what it does.

use std::fmt::Display;
use std::fs;
use std::path::Path;

use crate::check::{During, Why, expect};
use crate::lab::sh;

/// Its devlink handle.
pub(crate) const HANDLE: &str = "platform/labnic.0";

/// Where most rules stand: at the representor of its first VF.
pub(crate) const PLACE: &str = "dev lab0_0 ingress";

/// Both sides of its ports: uplink and wire, representors and VFs.
const LINKS: [&str; 6] = ["lab0", "lab0w", "lab0_0", "lab0v0", "lab0_1", "lab0v1"];

/// The NIC with two VFs in switchdev mode, every link up; gone when this value is, whatever rules there are.
pub(crate) struct Labnic(());

impl Labnic {
    /// Without hooks for rules.
    pub(crate) fn new() -> Result<Self, Why> {
        expect(!Path::new("/sys/module/labnic").exists(), || "labnic is still loaded".into())?;
        sh("modprobe labnic vfs=2")?;
        let nic = Self(());
        sh(&format!("devlink dev eswitch set {HANDLE} mode switchdev"))?;
        for link in LINKS {
            sh(&format!("ip link set {link} up"))?;
        }
        Ok(nic)
    }

    /// With a hook at [`PLACE`].
    pub(crate) fn with_place() -> Result<Self, Why> {
        let nic = Self::new()?;
        sh("tc qdisc add dev lab0_0 clsact")?;
        Ok(nic)
    }

    /// Changes a setting.
    pub(crate) fn set(&self, name: &str, value: impl Display) -> Result<(), Why> {
        fs::write(Self::file(name), value.to_string()).during(format_args!("set {name} of labnic to {value}"))
    }

    /// How many rules it holds by its own word.
    pub(crate) fn flows(&self) -> Result<usize, Why> {
        Ok(Self::read("flows")?.trim().parse()?)
    }

    /// What its rules have counted by its own word, without delay, as packets and bytes in ascending order.
    pub(crate) fn counted(&self) -> Result<Vec<(u64, u64)>, Why> {
        let mut counted = Vec::new();
        for line in Self::read("table")?.lines() {
            let mut words = line.split(' ').skip_while(|word| *word != "packets");
            let mut number = || words.nth(1).unwrap_or_default().parse();
            counted.push((number()?, number()?));
        }
        counted.sort_unstable();
        Ok(counted)
    }

    fn read(name: &str) -> Result<String, Why> {
        fs::read_to_string(Self::file(name)).during(format_args!("read {name} of labnic"))
    }

    fn file(name: &str) -> String {
        format!("/sys/kernel/debug/labnic/labnic.0/{name}")
    }
}

impl Drop for Labnic {
    fn drop(&mut self) {
        // That it did not go is seen when the next is made.
        let _ = sh("modprobe -r labnic");
    }
}
