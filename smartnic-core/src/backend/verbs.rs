use crate::verbs::{VerbsDevice, VerbsGidEntry, VerbsLimits, VerbsPort};
use crate::{Error, Result};

/// RDMA verbs: the devices that a program can open, and what they say of themselves.
pub trait Verbs: Send + Sync {
    /// Every device, in the order of the library.
    ///
    /// # Errors
    /// `Io` if they cannot be listed; a host without RDMA has none, which is no error.
    fn devices(&self) -> Result<Vec<VerbsDevice>> {
        Err(Error::unsupported("list RDMA devices"))
    }

    /// What a device can do.
    ///
    /// # Errors
    /// `NotFound` if there is no such device, `PermissionDenied` if it must not be opened.
    fn limits(&self, device: &str) -> Result<VerbsLimits> {
        Err(Error::unsupported("query an RDMA device").on(device))
    }

    /// A port, by its number from 1.
    ///
    /// # Errors
    /// As [`Verbs::limits`]; `Refused` if there is no such port.
    fn port(&self, device: &str, port: u8) -> Result<VerbsPort> {
        let _ = port;
        Err(Error::unsupported("query an RDMA port").on(device))
    }

    /// The GID tables of all ports of a device, without the places that are empty.
    ///
    /// # Errors
    /// As [`Verbs::limits`].
    fn gids(&self, device: &str) -> Result<Vec<VerbsGidEntry>> {
        Err(Error::unsupported("read a GID table").on(device))
    }
}
