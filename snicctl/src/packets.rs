//! Packets from the command line and from files, as text.

use std::path::Path;

use smartnic::Error;
use smartnic::flow::Packet;
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
