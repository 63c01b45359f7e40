//! tc's own command line: `filter`, `chain`, `actions` and `qdisc` with everything behind them, as requests.
//!
//! Rule files say what is wanted and are read strictly (see [`super::parse`]). Here the words are those of a person or a
//! script that drives `tc`: what tc takes is taken, what it sends is what the requests say, and where it gives up the
//! exit code is its own.

mod actions;
mod filter;
mod qdisc;

pub use actions::ACTION_KINDS;

use smartnic_core::flow::{TcRequest, TcTable};
use smartnic_core::types::IfIndex;

use super::class;
use super::show_message::Asked;
use crate::text::cursor::{Cursor, Fault, Word};
use crate::text::number::{Base, read as read_number};
use crate::text::words::Lines;

/// What a command line asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// A change.
    Change {
        /// The change.
        request: TcRequest,
        /// What tc says if the kernel refuses it, behind the kernel's own words; may be empty.
        refused: String,
        /// tc's exit code if the kernel refuses it.
        code: u8,
    },
    /// One object to show.
    Get {
        /// The request that reads it.
        request: TcRequest,
        /// What was asked for, which is not shown again.
        asked: Asked,
        /// What tc says if the kernel refuses it.
        refused: String,
        /// tc's exit code if the kernel refuses it.
        code: u8,
    },
    /// A table to show.
    List {
        /// The table.
        table: TcTable,
        /// What was asked for, which is not shown again.
        asked: Asked,
        /// A block that must be there.
        block: Option<u32>,
    },
    /// What others change, for as long as the program runs.
    Monitor,
}

/// Why a command line leads to no request: it is wrong, or it asks for help.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stop {
    /// What to print on standard error.
    pub message: String,
    /// The exit code.
    pub code: u8,
    /// Whether tc ends at once here, even in the middle of a batch.
    pub ends: bool,
}

/// Finds links by name.
pub type Links<'a> = &'a dyn Fn(&str) -> Option<IfIndex>;

type Read<T> = Result<T, Stop>;

impl Stop {
    /// A fault that tc reports and returns from (exit code 1).
    fn fault(message: impl Into<String>) -> Self {
        Self { message: message.into(), code: 1, ends: false }
    }

    /// A command line that tc does not understand (exit code 255).
    fn usage(message: impl Into<String>) -> Self {
        Self { code: 255, ..Self::fault(message) }
    }

    /// A word that tc does not take; it ends the whole program (exit code 255).
    fn word(message: impl Into<String>) -> Self {
        Self { ends: true, ..Self::usage(message) }
    }

    fn wrong(word: &str, why: &str) -> Self {
        Self::word(format!("Error: argument \"{word}\" is wrong: {why}"))
    }

    fn twice(name: &str, word: &str) -> Self {
        Self::word(format!("Error: duplicate \"{name}\": \"{word}\" is the second value."))
    }

    fn incomplete() -> Self {
        Self::word("Command line is not complete. Try option \"help\"")
    }

    /// What this program leaves to tc.
    fn left_to_tc(what: &str) -> Self {
        Self::fault(format!("{what} is not done here: use tc for this"))
    }

    /// What the reader of keys and actions says. Where the line ends too early, tc ends.
    fn of(fault: &Fault, end: usize) -> Self {
        let early = fault.at >= end;
        let mut message = match early {
            true => format!("{}\n  {}", Self::incomplete().message, fault.message),
            false => format!("Error: {}", fault.message),
        };
        if let Some(hint) = &fault.hint {
            message.push_str(&format!("\n  {hint}"));
        }
        if early { Self::word(message) } else { Self::fault(message) }
    }

    fn help() -> Self {
        let text = "Usage: tc { filter | chain | actions | qdisc } COMMAND …\n\
            The commands and their words are those of tc; `snicctl tc --help` shows examples.";
        Self { message: text.to_owned(), code: 0, ends: false }
    }
}

/// Reads a command line without its options: `filter add dev eth0 …`.
///
/// # Errors
/// A [`Stop`] that says what tc would do instead.
pub fn command(words: &[impl AsRef<str>], links: Links<'_>) -> Result<Vec<Command>, Stop> {
    let mut at = 0;
    let placed: Vec<Word<'_>> = words
        .iter()
        .map(|text| {
            let word = Word { text: text.as_ref(), at };
            at += word.text.len() + 1;
            word
        })
        .collect();
    let mut cursor = Cursor::new(&placed, at);
    let Some(object) = cursor.next() else { return Err(Stop::help()) };
    let mut reader = Reader { cursor, end: at, links };
    match () {
        () if object.begins("qdisc") => qdisc::read(&mut reader).map(|command| vec![command]),
        () if object.begins("class") => Err(Stop::left_to_tc("`class`")),
        () if object.begins("filter") => filter::read(&mut reader, false).map(|command| vec![command]),
        () if object.begins("chain") => filter::read(&mut reader, true).map(|command| vec![command]),
        () if object.begins("actions") => actions::read(&mut reader),
        () if object.begins("monitor") => match reader.cursor.next() {
            None => Ok(vec![Command::Monitor]),
            Some(_) => Err(Stop::left_to_tc("`monitor file`")),
        },
        () if object.begins("exec") => Err(Stop::left_to_tc("`exec`")),
        () if object.begins("help") => Err(Stop::help()),
        () => Err(Stop::usage(format!("Object \"{}\" is unknown, try \"tc help\".", object.text))),
    }
}

/// Cuts a line of a batch file, with the lines that are joined to it, into words as tc does.
///
/// # Errors
/// What is wrong with its quotes.
pub fn split(line: &str) -> Result<Vec<String>, String> {
    let Some(line) = Lines::of(line).next() else { return Ok(Vec::new()) };
    let words = line.words().map_err(|fault| fault.message)?;
    Ok(words.iter().map(|word| word.text.to_owned()).collect())
}

/// The words of a command line, and what is needed to read them.
struct Reader<'w, 'l> {
    cursor: Cursor<'w>,
    end: usize,
    links: Links<'l>,
}

impl<'w> Reader<'w, '_> {
    /// The word behind an option.
    fn value(&mut self) -> Read<&'w str> {
        self.cursor.next().map(|word| word.text).ok_or_else(Stop::incomplete)
    }

    fn link(&self, name: &str) -> Read<IfIndex> {
        (self.links)(name).ok_or_else(|| Stop::fault(format!("Cannot find device \"{name}\"")))
    }
}

/// A number as tc reads most of them: base ten, or as C writes it.
fn u32_of(text: &str) -> Option<u32> {
    read_number(text, Base::C, u64::from(u32::MAX)).and_then(|number| u32::try_from(number).ok())
}

/// The number of a block.
fn block_of(text: &str, why: &str) -> Read<u32> {
    u32_of(text).filter(|block| *block != 0).ok_or_else(|| Stop::wrong(text, why))
}

/// `major:minor` of a qdisc or class.
fn classid_of(text: &str) -> Option<u32> {
    class::read(&Word { text, at: 0 }).ok()
}

#[cfg(test)]
mod tests;
