use std::os::fd::BorrowedFd;
use std::time::Duration;

use crate::device::DevlinkNotice;
use crate::types::{DevlinkHandle, PortIndex};
use crate::{Error, Result};

/// Hearing of what changes.
///
/// # Errors
/// Those of [`super::Devlink`].
pub trait DevlinkNotices: Send + Sync {
    /// Begins to listen to what others and the device itself change (`DEVLINK_GENL_MCGRP_CONFIG_NAME`).
    fn watch(&self) -> Result<Box<dyn DevlinkWatch>> {
        Err(Error::unsupported("watch devlink"))
    }
}

/// What changes on devices, as it happens.
pub trait DevlinkWatch: Send {
    /// Waits for the next message, at most so long; `None` if nothing came.
    ///
    /// # Errors
    /// `Overrun` if the kernel dropped messages because they were not read in time: what is kept of the state must be
    /// read again, and the watch goes on.
    fn wait(&mut self, most: Option<Duration>) -> Result<Option<DevlinkNotice>>;

    /// Hears of one device only, or of one port on it; with neither, of everything again
    /// (`DEVLINK_CMD_NOTIFY_FILTER_SET`, kernel 6.8 and later).
    ///
    /// # Errors
    /// `Unsupported` on kernels that have no such filter.
    fn limit_to(&mut self, device: Option<&DevlinkHandle>, port: Option<PortIndex>) -> Result<()>;

    /// A descriptor that becomes readable when a message waits, for use with `poll`; a simulated kernel has none.
    fn fd(&self) -> Option<BorrowedFd<'_>> {
        None
    }
}

impl Iterator for dyn DevlinkWatch {
    type Item = Result<DevlinkNotice>;

    /// The next message, however long it takes.
    fn next(&mut self) -> Option<Self::Item> {
        self.wait(None).transpose()
    }
}
