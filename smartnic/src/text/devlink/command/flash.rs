//! `devlink dev flash`: firmware into a device.

use smartnic_core::device::{FlashOverwrite, FlashUpdate};
use smartnic_core::types::DevlinkHandle;

use super::{Read, Stop, Words, dev};

/// Reads the words behind `dev flash`.
///
/// # Errors
/// A [`Stop`] that says what devlink would say.
pub fn read(words: &mut Words<'_>) -> Read<(DevlinkHandle, FlashUpdate)> {
    if words.begins("help") || words.is_empty() {
        return Err(Stop::help(dev::USAGE));
    }
    let device = words.device()?;
    let mut update = FlashUpdate::default();
    let mut unknown = None;
    while let Some(word) = words.next() {
        let mut text = || words.next().ok_or_else(|| Stop::fault("String parameter expected"));
        match word {
            word if "file".starts_with(word) => update.file = text()?.to_owned(),
            word if "component".starts_with(word) => update.component = Some(text()?.to_owned()),
            // Each section is named by a word of its own.
            word if "overwrite".starts_with(word) => overwrite(text()?, &mut update.overwrite)?,
            word => {
                unknown.get_or_insert(word);
            }
        }
    }
    if let Some(word) = unknown {
        return Err(Stop::fault(format!("Unknown option \"{word}\"")));
    }
    if update.file.is_empty() {
        return Err(Stop::fault("Firmware file name is expected"));
    }
    Ok((device, update))
}

/// Adds a section that may be written over.
///
/// # Errors
/// A [`Stop`] if there is no section of this name.
pub fn overwrite(section: &str, all: &mut FlashOverwrite) -> Read<()> {
    match section {
        "settings" => all.settings = true,
        "identifiers" => all.identifiers = true,
        _ => return Err(Stop::fault(format!("Unknown overwrite section \"{section}\""))),
    }
    Ok(())
}
