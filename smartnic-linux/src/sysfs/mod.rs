//! Devices in `/sys/bus`: SR-IOV and the drivers that functions are bound to.
//!
//! A devlink handle names the directory: `pci/0000:03:00.0` is `/sys/bus/pci/devices/0000:03:00.0`.

pub(crate) mod driver;
pub(crate) mod function;
pub(crate) mod netdev;
pub(crate) mod rdma;
pub(crate) mod sriov;
pub(crate) mod walk;

use std::io;

use smartnic_core::types::DevlinkHandle;
use smartnic_core::{Error, ErrorKind, Result};
use smartnic_netlink::transport::Kernel;

/// The directory of one device, and what is being attempted on it.
pub(crate) struct Device<'a> {
    kernel: &'a dyn Kernel,
    handle: &'a DevlinkHandle,
    op: &'static str,
    path: String,
}

impl<'a> Device<'a> {
    /// The device that a handle names.
    pub(crate) fn new(kernel: &'a dyn Kernel, handle: &'a DevlinkHandle, op: &'static str) -> Result<Self> {
        for name in [&handle.bus, &handle.device] {
            check_name(op, name).map_err(|error| error.on(handle))?;
        }
        let path = format!("/sys/bus/{}/devices/{}", handle.bus, handle.device);
        Ok(Self { kernel, handle, op, path })
    }

    fn error(&self, error: io::Error) -> Error {
        let error = Error::io(self.op, error).on(self.handle);
        match error.kind() {
            ErrorKind::PermissionDenied => error.hint("files under /sys are written by root: run as root"),
            _ => error,
        }
    }

    fn unsupported(&self, reason: impl Into<String>) -> Error {
        Error::unsupported(self.op).on(self.handle).reason(reason)
    }

    /// The names in the directory.
    fn names(&self) -> Result<Vec<String>> {
        self.kernel.list(&self.path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => Error::new(ErrorKind::NotFound, self.op)
                .on(self.handle)
                .reason(format!("there is no device {} on the {} bus", self.handle.device, self.handle.bus)),
            _ => self.error(error),
        })
    }

    /// The content of a file, or nothing if there is no such file.
    fn read(&self, name: &str) -> Result<Option<String>> {
        absent(self.kernel.read(&format!("{}/{name}", self.path))).map_err(|error| self.error(error))
    }

    /// A number in a file, or nothing if there is no such file.
    fn number(&self, name: &str) -> Result<Option<u32>> {
        let Some(text) = self.read(name)? else { return Ok(None) };
        match text.trim().parse() {
            Ok(number) => Ok(Some(number)),
            Err(_) => Err(Error::new(ErrorKind::Io, self.op)
                .on(self.handle)
                .reason(format!("{name} holds {text:?}, which is no number"))),
        }
    }

    fn write(&self, name: &str, value: &str) -> io::Result<()> {
        self.kernel.write(&format!("{}/{name}", self.path), value)
    }

    /// The last part of where a link points, or nothing if there is no such link.
    fn link(&self, name: &str) -> Result<Option<String>> {
        let target = absent(self.kernel.link(&format!("{}/{name}", self.path)));
        let target = target.map_err(|error| self.error(error))?;
        Ok(target.map(|target| target.rsplit('/').next().unwrap_or_default().to_owned()))
    }
}

/// Nothing, in place of the error that there is no such file.
fn absent<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Refuses what would lead to another directory than the one meant.
fn check_name(op: &'static str, name: &str) -> Result<()> {
    if matches!(name, "" | "." | "..") || name.contains('/') {
        return Err(Error::invalid(op, format!("{name:?} cannot be the name of a bus, device or driver")));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
