use crate::device::{Rate, RateChange, RateName};
use crate::types::DevlinkHandle;
use crate::{Error, Extack, Result};

/// Rate objects: how much ports, and groups of them, may send.
///
/// # Errors
/// Those of [`super::Devlink`].
pub trait DevlinkRates: Send + Sync {
    /// The rate objects of one instance, or of all (`DEVLINK_CMD_RATE_GET`).
    fn rates(&self, device: Option<&DevlinkHandle>) -> Result<Vec<Rate>> {
        let error = Error::unsupported("list rate objects");
        Err(device.map_or(Error::unsupported("list rate objects"), |device| error.on(device)))
    }

    /// One rate object.
    fn rate(&self, name: &RateName) -> Result<Rate> {
        Err(Error::unsupported("read a rate object").on(name))
    }

    /// Makes a node (`DEVLINK_CMD_RATE_NEW`). Leaves come with their ports and cannot be made.
    ///
    /// Returns the text that a driver sent along with its success.
    fn add_rate(&self, node: &RateName, settings: &RateChange) -> Result<Option<Extack>> {
        let _ = settings;
        Err(Error::unsupported("add a rate node").on(node))
    }

    /// Changes a leaf or a node (`DEVLINK_CMD_RATE_SET`).
    ///
    /// The kernel goes through the settings one by one, the parent last: what came before a refused one stays changed.
    fn set_rate(&self, name: &RateName, change: &RateChange) -> Result<Option<Extack>> {
        let _ = change;
        Err(Error::unsupported("change a rate object").on(name))
    }

    /// Removes a node (`DEVLINK_CMD_RATE_DEL`); nothing may hang below it.
    fn remove_rate(&self, node: &RateName) -> Result<Option<Extack>> {
        Err(Error::unsupported("remove a rate node").on(node))
    }
}
