use std::time::Duration;

use crate::device::Hardware as Tree;
use crate::{Error, Result};

/// What a machine's device tree tells of NICs, and word of its changes.
pub trait Hardware: Send + Sync {
    /// The functions, links and RDMA devices that files under `/sys` tell of. What is missing, odd or forbidden there
    /// is left out or noted; it is no failure.
    ///
    /// # Errors
    /// `Unsupported` where there is no device tree.
    fn tree(&self) -> Result<Tree> {
        Err(Error::unsupported("read the device tree"))
    }

    /// Begins to listen for changes of links, devlink and devices.
    ///
    /// # Errors
    /// `Unsupported` where nothing tells of changes, `PermissionDenied` or `Io` if no socket can be had.
    fn alarm(&self) -> Result<Box<dyn Alarm>> {
        Err(Error::unsupported("watch devices"))
    }
}

/// Word that something changed.
///
/// It does not say what: the state is read again and compared. So nothing is missed when the kernel drops messages.
pub trait Alarm: Send {
    /// Waits until something changes, at most so long; false if nothing did.
    ///
    /// # Errors
    /// `Io` if nothing can be heard any more.
    fn wait(&mut self, most: Option<Duration>) -> Result<bool>;
}
