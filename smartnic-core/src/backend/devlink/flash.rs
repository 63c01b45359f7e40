use crate::device::{FlashEvent, FlashUpdate};
use crate::types::DevlinkHandle;
use crate::{Error, Extack, Result};

/// Writing firmware into devices.
///
/// # Errors
/// Those of [`super::Devlink`].
pub trait DevlinkFlash: Send + Sync {
    /// Writes firmware into a device and returns when that is over (`DEVLINK_CMD_FLASH_UPDATE`); `tell` hears of what
    /// happens meanwhile.
    ///
    /// What was written runs after a reset, and `dev reload` with the action `fw_activate` is one where the driver has
    /// it. Returns the text that came with a success.
    ///
    /// # Errors
    /// `NotFound` if the kernel finds no such file, `InvalidInput` for a component that the driver does not name.
    fn flash(
        &self,
        device: &DevlinkHandle,
        update: &FlashUpdate,
        tell: &mut dyn FnMut(FlashEvent),
    ) -> Result<Option<Extack>> {
        let _ = (update, tell);
        Err(Error::unsupported("flash a device").on(device))
    }
}
