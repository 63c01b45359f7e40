//! The link that rules are put on.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use smartnic::types::IfIndex;

use crate::why::Why;

/// Where rules are to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// A dummy link, in software only (`skip_hw`).
    Soft,
    /// netdevsim, which takes every rule and does nothing.
    Netdevsim,
    /// The lab's own NIC.
    Labnic,
}

impl Mode {
    pub(crate) fn named(word: &str) -> Option<Self> {
        Some(match word {
            "soft" => Self::Soft,
            "netdevsim" => Self::Netdevsim,
            "labnic" => Self::Labnic,
            _ => return None,
        })
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Soft => "soft",
            Self::Netdevsim => "netdevsim",
            Self::Labnic => "labnic",
        }
    }

    pub(crate) fn in_hardware(self) -> bool {
        self != Self::Soft
    }
}

/// A link with an ingress side.
pub(crate) struct Place {
    /// Its name.
    pub(crate) name: &'static str,
    /// Its number.
    pub(crate) link: IfIndex,
}

impl Place {
    /// Makes the link, or finds it made already.
    pub(crate) fn new(mode: Mode) -> Result<Self, Why> {
        let (name, make): (_, &dyn Fn() -> Result<(), Why>) = match mode {
            Mode::Soft => ("dummy0", &|| sh("ip link add dummy0 type dummy && ip link set dummy0 up")),
            Mode::Netdevsim => ("sim0", &|| {
                sh("modprobe netdevsim && echo '10 1' > /sys/bus/netdevsim/new_device")?;
                patiently("netdevsim's port", || {
                    sh("ip link set \"$(ls /sys/bus/netdevsim/devices/netdevsim10/net)\" name sim0")
                })?;
                sh("ip link set sim0 up && ethtool -K sim0 hw-tc-offload on")
            }),
            Mode::Labnic => ("lab0_0", &|| {
                sh("modprobe labnic vfs=2 && devlink dev eswitch set platform/labnic.0 mode switchdev")?;
                patiently("labnic's representor", || sh("ip link set lab0_0 up"))?;
                sh("ethtool -K lab0_0 hw-tc-offload on")
            }),
        };
        let number = format!("/sys/class/net/{name}/ifindex");
        if !Path::new(&number).exists() {
            make()?;
        }
        Ok(Self { name, link: IfIndex(fs::read_to_string(number)?.trim().parse()?) })
    }

    /// Takes every rule off, and gives the link a new clsact qdisc.
    pub(crate) fn clean(&self) -> Result<(), Why> {
        let name = self.name;
        sh(&format!("tc qdisc del dev {name} clsact 2> /dev/null; tc qdisc add dev {name} clsact"))
    }
}

/// Runs a line of shell.
pub(crate) fn sh(line: &str) -> Result<(), Why> {
    let output = Command::new("sh").args(["-c", line]).output()?;
    Why::unless(output.status.success(), || {
        format!(
            "{line}: {}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        )
    })
}

/// Tries for ten seconds.
pub(crate) fn patiently<T>(what: &str, mut attempt: impl FnMut() -> Result<T, Why>) -> Result<T, Why> {
    let begun = Instant::now();
    loop {
        match attempt() {
            Ok(found) => return Ok(found),
            Err(why) if begun.elapsed() > Duration::from_secs(10) => {
                return Err(Why::new(format!("{what} does not come: {why}")));
            }
            Err(_) => std::thread::sleep(Duration::from_millis(20)),
        }
    }
}
