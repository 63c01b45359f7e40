use crate::device::LineCard;
use crate::types::DevlinkHandle;
use crate::{Error, Extack, Result};

/// Line cards of modular switches.
///
/// # Errors
/// Those of [`super::Devlink`].
pub trait DevlinkLineCards: Send + Sync {
    /// The line cards of one instance, or of all (`DEVLINK_CMD_LINECARD_GET`).
    fn line_cards(&self, device: Option<&DevlinkHandle>) -> Result<Vec<LineCard>> {
        let error = Error::unsupported("list line cards");
        Err(device.map_or(Error::unsupported("list line cards"), |device| error.on(device)))
    }

    /// One line card.
    fn line_card(&self, device: &DevlinkHandle, index: u32) -> Result<LineCard> {
        Err(Error::unsupported("read a line card").on(format_args!("{device} lc {index}")))
    }

    /// Sets the type that a slot is provisioned for, or takes it away (`DEVLINK_CMD_LINECARD_SET`).
    ///
    /// The kernel answers when provisioning has begun; how it ends is told by notifications and in the card's state.
    /// Returns the text that came with a success.
    fn set_line_card(
        &self,
        device: &DevlinkHandle,
        index: u32,
        kind: Option<&str>,
    ) -> Result<Option<Extack>> {
        let _ = kind;
        Err(Error::unsupported("provision a line card").on(format_args!("{device} lc {index}")))
    }
}
