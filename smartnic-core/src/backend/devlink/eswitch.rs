use crate::device::{Eswitch, EswitchChange};
use crate::types::DevlinkHandle;
use crate::{Error, Extack, Result};

/// The settings of embedded switches.
///
/// # Errors
/// Those of [`super::Devlink`].
pub trait DevlinkEswitch: Send + Sync {
    /// The eswitch settings (`DEVLINK_CMD_ESWITCH_GET`).
    fn eswitch(&self, device: &DevlinkHandle) -> Result<Eswitch> {
        Err(Error::unsupported("read the eswitch mode").on(device))
    }

    /// Changes eswitch settings (`DEVLINK_CMD_ESWITCH_SET`).
    ///
    /// This is the bare request; the vendor's order of steps around it is [`crate::adapter::VendorAdapter::transition`].
    /// Returns the text that some drivers (ice) send along with a success.
    fn set_eswitch(&self, device: &DevlinkHandle, change: &EswitchChange) -> Result<Option<Extack>> {
        let _ = change;
        Err(Error::unsupported("change the eswitch").on(device))
    }
}
