//! `devlink dev selftests`: tests that devices run on themselves.

use smartnic_core::device::Selftest;
use smartnic_core::types::DevlinkHandle;

use super::{Read, Stop, Words, dev};

/// What `devlink dev selftests` asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Shows the tests of one device, or of all.
    Show(Option<DevlinkHandle>),
    /// Runs tests.
    Run(DevlinkHandle, Vec<Selftest>),
}

/// Reads the words behind `dev selftests`.
///
/// # Errors
/// A [`Stop`] that says what devlink would say.
pub fn read(words: &mut Words<'_>) -> Read<Command> {
    match () {
        () if words.begins("help") => Err(Stop::help(dev::USAGE)),
        () if words.take_show() => dev::one_or_all(words).map(Command::Show),
        () if words.take("run") => {
            let device = words.device()?;
            if words.is_empty() {
                return Ok(Command::Run(device, Selftest::ALL.to_vec()));
            }
            if !words.take("id") {
                let word = words.peek().unwrap_or_default();
                return Err(Stop::fault(format!("Unknown option \"{word}\"")));
            }
            let mut tests = Vec::new();
            while let Some(word) = words.next() {
                let test = Selftest::ALL.iter().find(|test| test.to_string() == word);
                tests.push(*test.ok_or_else(|| Stop::fault(format!("Unknown selftest \"{word}\"")))?);
            }
            match tests.is_empty() {
                true => Err(Stop::fault("Test name is expected")),
                false => Ok(Command::Run(device, tests)),
            }
        }
        () => Err(Stop::no_command(words)),
    }
}
