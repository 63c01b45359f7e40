//! A netdevsim device for one check.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::check::{During, Why};
use crate::lab::sh;

/// How long a new device may take to show its ports.
const PATIENCE: Duration = Duration::from_secs(10);

/// A netdevsim device; it is gone again when this value is.
///
/// Its ports are named `sim0`, `sim1` … and are up.
pub(crate) struct Nic {
    id: u32,
}

impl Nic {
    /// A device with this number of ports.
    pub(crate) fn new(ports: usize) -> Result<Self, Why> {
        let id = 1;
        fs::write("/sys/bus/netdevsim/new_device", format!("{id} {ports}"))
            .during("make a netdevsim device")?;
        let nic = Self { id };
        for (at, name) in nic.links(ports)?.iter().enumerate() {
            sh(&format!("ip link set {name} name sim{at} up"))?;
            sh(&format!("ethtool -K sim{at} hw-tc-offload on"))?;
        }
        Ok(nic)
    }

    /// A device with three ports and every place for rules that the corpora speak of: both sides of `sim0`, block 7
    /// shared by the ingress sides of `sim1` and `sim2`, block 8 on the egress side of `sim1`.
    pub(crate) fn with_places() -> Result<Self, Why> {
        let nic = Self::new(3)?;
        sh("tc qdisc add dev sim0 clsact")?;
        sh("tc qdisc add dev sim1 ingress_block 7 egress_block 8 clsact")?;
        sh("tc qdisc add dev sim2 ingress_block 7 clsact")?;
        Ok(nic)
    }

    /// Its devlink handle.
    pub(crate) fn handle(&self) -> String {
        format!("netdevsim/netdevsim{}", self.id)
    }

    /// A file of it in sysfs.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        PathBuf::from(format!("/sys/bus/netdevsim/devices/netdevsim{}/{name}", self.id))
    }

    /// Takes it away before its time.
    pub(crate) fn remove(&self) -> std::io::Result<()> {
        fs::write("/sys/bus/netdevsim/del_device", self.id.to_string())
    }

    /// The names of its links, in the order of their ports.
    fn links(&self, wanted: usize) -> Result<Vec<String>, Why> {
        let begun = Instant::now();
        loop {
            let mut links: Vec<(u32, String)> = Vec::new();
            for entry in fs::read_dir(self.file("net")).into_iter().flatten().flatten() {
                let index = fs::read_to_string(entry.path().join("ifindex")).unwrap_or_default();
                if let Ok(index) = index.trim().parse() {
                    links.push((index, entry.file_name().to_string_lossy().into_owned()));
                }
            }
            if links.len() == wanted {
                links.sort();
                return Ok(links.into_iter().map(|(_, name)| name).collect());
            }
            if begun.elapsed() > PATIENCE {
                return Err(Why(format!("the netdevsim device has {} of {wanted} links", links.len())));
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Nic {
    fn drop(&mut self) {
        // A check may have removed it already.
        let _ = self.remove();
    }
}
