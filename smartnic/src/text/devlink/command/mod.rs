//! devlink's words: each object reads its own; what they share is here.
//!
//! What devlink takes is taken, with its abbreviations (the first word that begins so), its messages and its exit codes.

pub mod buffer;
pub mod dev;
pub mod eswitch;
pub mod flash;
pub mod function;
pub mod health;
pub mod linecard;
pub mod monitor;
mod options;
pub mod param;
pub mod pipeline;
pub mod port;
pub mod rate;
pub mod region;
pub mod reload;
pub mod resource;
pub mod selftest;
pub mod trap;
mod words;

#[cfg(test)]
mod tests;

pub use options::{Given, Opt, Takes, Want, boolean, number, one_of};
pub use words::{Either, Words};

/// Why a command line leads to no request: it is wrong, it failed, or it asks for help.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stop {
    /// What to print on standard error; nothing if that was said already.
    pub message: String,
    /// The exit code.
    pub code: u8,
}

impl Stop {
    /// Something is wrong: the message is printed and devlink ends with exit code 1.
    pub fn fault(message: impl Into<String>) -> Self {
        Self { message: message.into(), code: 1 }
    }

    /// The command is not one of those that the object has.
    #[must_use]
    pub fn no_command(words: &Words<'_>) -> Self {
        Self::fault(format!("Command \"{}\" not found", words.peek().unwrap_or("(null)")))
    }

    /// What the words are for; printed as an answer to `help`, with exit code 0.
    #[must_use]
    pub fn help(usage: &str) -> Self {
        Self { message: usage.to_owned(), code: 0 }
    }
}

/// What reading words leads to.
pub type Read<T> = Result<T, Stop>;
