//! What the faces of iproute2's tools share: how their words are told from ours, the host and the output that they stand
//! on, batches, and wording.

mod batch;
mod pretty;
mod stand;

use std::ffi::OsString;
use std::io;
use std::path::Path;

use clap::Parser;
use smartnic::Error;

use crate::cli::{Cli, Globals, Noun};

pub(crate) use batch::batch;
pub(crate) use pretty::pretty;
pub(crate) use stand::Stand;

/// What shells report of a program that a closed pipe ended: 128 + SIGPIPE.
pub(crate) const CLOSED_PIPE: u8 = 141;

/// How a line ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ending {
    pub(crate) code: u8,
    /// Whether the tool ends here, even in the middle of a batch.
    pub(crate) ends: bool,
}

/// All was done.
pub(crate) const DONE: Ending = Ending { code: 0, ends: false };

/// Something that carries out one line after the other.
pub(crate) trait Lines {
    /// Carries out one line without options.
    fn line(&mut self, words: &[String]) -> Ending;

    /// Says something on standard error, behind what was printed before.
    fn complain(&mut self, message: &str);
}

/// The words behind the tool's name, if that is what was typed, and the options before it.
pub(crate) fn asked(
    typed: &[OsString],
    tool: &str,
    is: impl Fn(&Noun) -> bool,
) -> Option<(Globals, Vec<OsString>)> {
    let words_from = |at: usize, line: &[OsString]| {
        let cli = Cli::try_parse_from(line).ok()?;
        let words = typed.get(at..)?.to_vec();
        is(&cli.noun).then_some((cli.globals, words))
    };
    let program = typed.first().and_then(|path| Path::new(path).file_stem()?.to_str());
    if program == Some(tool) {
        return words_from(1, &["snicctl".into(), tool.into()]);
    }
    let at = (1..typed.len()).filter(|at| typed[*at] == tool);
    let (globals, words) =
        at.map(|at| (at + 1, &typed[..=at])).find_map(|(at, line)| words_from(at, line))?;
    // Help about the command itself, which is more than the tool's own usage.
    match words.first().is_some_and(|word| word == "--help" || word == "-h") {
        true => None,
        false => Some((globals, words)),
    }
}

/// A text of the kernel, as iproute2 ends it.
pub(crate) fn with_stop(message: &str) -> String {
    if message.ends_with('.') { message.to_owned() } else { format!("{message}.") }
}

/// The system's text of an error, without its number.
pub(crate) fn system_text(error: &io::Error) -> String {
    without_number(&error.to_string()).to_owned()
}

/// A text of the system's without the number that the standard library puts behind it.
pub(crate) fn without_number(text: &str) -> &str {
    text.split_once(" (os error").map_or(text, |(text, _)| text)
}

/// The system's text of what the kernel answered, if it was the kernel that refused.
pub(crate) fn kernel_text(error: &Error) -> Option<String> {
    let errno = error.extack()?.errno;
    Some(system_text(&io::Error::from_raw_os_error(errno)))
}

/// What the kernel said in words, as iproute2 shows it.
pub(crate) fn kernel_words(error: &Error) -> Option<String> {
    let message = error.extack()?.message.as_deref().filter(|message| !message.is_empty())?;
    Some(format!("Error: {}", with_stop(message)))
}
