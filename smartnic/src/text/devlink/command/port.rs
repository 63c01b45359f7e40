//! `devlink port`.

use super::{Either, Read, Stop, Words};

/// What `devlink port` asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Shows one port, those of one device, or all.
    Show(Option<Either>),
}

/// The usage of `devlink port`.
pub const USAGE: &str = "Usage: devlink port show [ DEV/PORT_INDEX ]";

/// Reads the words behind `port`.
///
/// # Errors
/// A [`Stop`] that says what devlink would say.
pub fn read(words: &mut Words<'_>) -> Read<Command> {
    match () {
        () if words.begins("help") => Err(Stop::help(USAGE)),
        () if words.take_show() => {
            if words.is_empty() {
                return Ok(Command::Show(None));
            }
            let either = words.either()?;
            words.options(&[])?;
            Ok(Command::Show(Some(either)))
        }
        () => Err(Stop::no_command(words)),
    }
}
