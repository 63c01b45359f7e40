//! A netdevsim device on the running kernel, for as long as it is needed.

use std::fs;
use std::io;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use smartnic_core::types::DevlinkHandle;

const BUS: &str = "/sys/bus/netdevsim";
/// How long is waited for a new device to have its link.
const PATIENCE: Duration = Duration::from_secs(10);

/// A device that goes when this is dropped.
#[derive(Debug)]
pub struct Netdevsim {
    id: u32,
}

impl Netdevsim {
    /// Makes a device with one port, with the lowest number that is free.
    ///
    /// # Errors
    /// The system's, with what was tried: most often this kernel has no netdevsim, or the caller is not root.
    pub fn create() -> io::Result<Self> {
        if !Path::new(BUS).exists() {
            let loaded = Command::new("modprobe").arg("netdevsim").status();
            if !loaded.is_ok_and(|status| status.success()) || !Path::new(BUS).exists() {
                return Err(io::Error::new(io::ErrorKind::NotFound, "this kernel has no netdevsim"));
            }
        }
        let id = (1..).find(|id| !Self::path(*id).exists()).unwrap_or(1);
        fs::write(format!("{BUS}/new_device"), format!("{id} 1"))
            .map_err(|error| io::Error::new(error.kind(), format!("{BUS}/new_device: {error}")))?;
        let device = Self { id };
        device.wait()?;
        Ok(device)
    }

    /// Its devlink device.
    #[must_use]
    pub fn handle(&self) -> DevlinkHandle {
        DevlinkHandle::new("netdevsim", format!("netdevsim{}", self.id))
    }

    fn path(id: u32) -> std::path::PathBuf {
        Path::new(BUS).join(format!("devices/netdevsim{id}"))
    }

    /// The link is there a moment after the device, and may be renamed once more.
    fn wait(&self) -> io::Result<()> {
        let start = Instant::now();
        loop {
            let links = fs::read_dir(Self::path(self.id).join("net")).map_or(0, Iterator::count);
            if links > 0 {
                return Ok(());
            }
            if start.elapsed() > PATIENCE {
                return Err(io::Error::new(io::ErrorKind::TimedOut, "the new netdevsim device has no link"));
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Netdevsim {
    fn drop(&mut self) {
        // A device that cannot be removed is seen by the caller's next look at the bus.
        let _ = fs::write(format!("{BUS}/del_device"), self.id.to_string());
    }
}
