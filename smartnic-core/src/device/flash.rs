use serde::{Deserialize, Serialize};

use crate::types::DevlinkHandle;

/// What a flash update may write over although it is of the device and not of the firmware
/// (`enum devlink_flash_overwrite`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct FlashOverwrite {
    /// Settings, which go back to those of the image (`DEVLINK_FLASH_OVERWRITE_SETTINGS`).
    pub settings: bool,
    /// Identifiers such as serial numbers and MAC addresses (`DEVLINK_FLASH_OVERWRITE_IDENTIFIERS`).
    pub identifiers: bool,
}

/// A flash update (`DEVLINK_CMD_FLASH_UPDATE`).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FlashUpdate {
    /// The file, below the directories in which the kernel looks for firmware (`/lib/firmware`).
    pub file: String,
    /// The component to write, by its name among the versions of `dev info`; all of the file's if there is none.
    pub component: Option<String>,
    /// What may be written over.
    pub overwrite: FlashOverwrite,
}

/// What a driver tells while it writes (`DEVLINK_CMD_FLASH_UPDATE_STATUS`).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct FlashStatus {
    /// What it does, in its own words.
    pub message: Option<String>,
    /// On which component.
    pub component: Option<String>,
    /// How much of it is done, usually in bytes.
    pub done: u64,
    /// Out of how much; 0 if the driver does not know.
    pub total: u64,
    /// How long this step may take, in seconds; 0 if the driver does not say.
    pub timeout: u64,
}

impl FlashStatus {
    /// How much is done, in percent, where the driver knows.
    #[must_use]
    pub fn percent(&self) -> Option<u64> {
        let whole = u128::from(self.done) * 100 / u128::from(self.total).max(1);
        (self.total != 0).then(|| u64::try_from(whole).unwrap_or(u64::MAX))
    }
}

/// What is heard of a flash update.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "event", content = "status")]
pub enum FlashEvent {
    /// It begins: the file was found (`DEVLINK_CMD_FLASH_UPDATE`).
    Begun,
    /// It goes on.
    Status(FlashStatus),
    /// Nothing was heard for a tenth of a second.
    Waiting,
    /// It is over, well or not (`DEVLINK_CMD_FLASH_UPDATE_END`).
    Ended,
}

/// Something that was heard of a device's flash update.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlashNotice {
    /// The device.
    pub device: DevlinkHandle,
    /// What.
    #[serde(flatten)]
    pub event: FlashEvent,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percent_is_told_only_where_there_is_a_whole() {
        let of = |done, total| FlashStatus { done, total, ..FlashStatus::default() }.percent();
        assert_eq!([of(0, 0), of(5, 0), of(49_999, 50_000), of(7, 7)], [None, None, Some(99), Some(100)]);
        assert_eq!(of(u64::MAX, 1), Some(u64::MAX));
    }
}
