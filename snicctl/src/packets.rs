//! Packets from the command line and from files, and what becomes of them.

use std::path::Path;

use smartnic::Error;
use smartnic::flow::{self, Fate, Packet};
use smartnic::text::{PacketLine, packet, packets};

use crate::rules;

/// A packet from the words of a command line.
pub(crate) fn from_words(words: &[String]) -> Result<Packet, Error> {
    packet(&words.join(" "))
}

/// Packets from a file, or from standard input if its name is `-`.
pub(crate) fn read(path: &Path) -> Result<Vec<PacketLine>, Error> {
    let text = rules::read_text(path)?;
    packets(&text).map_err(|problems| problems.into_error("read packets", &path.display().to_string()))
}

/// How a packet ends, for people.
pub(crate) fn fate(path: &flow::Path) -> String {
    match &path.fate {
        Fate::Passed if path.steps.is_empty() => "goes on to the stack: no rule takes it".to_owned(),
        Fate::Passed => "goes on to the stack".to_owned(),
        Fate::Dropped => "dropped".to_owned(),
        Fate::Trapped => "handed to the CPU".to_owned(),
        Fate::Redirected(dev) => format!("sent to {dev}"),
        Fate::Looped => "dropped: the rules send it in a circle".to_owned(),
    }
}
