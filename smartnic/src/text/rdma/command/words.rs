//! The words of a line, and what stands in many of them.

use super::{Read, Stop};
use crate::text::rdma::filter::At;
use crate::text::rdma::usage;

/// The words of a line.
pub(super) struct Words<'w>(pub(super) &'w [String]);

impl<'w> Words<'w> {
    pub(super) fn peek(&self) -> Option<&'w str> {
        self.0.first().map(String::as_str)
    }

    pub(super) fn next(&mut self) -> Option<&'w str> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(first)
    }

    /// Goes past the next word if it is `name` or begins it.
    pub(super) fn take(&mut self, name: &str) -> bool {
        let begins = self.peek().is_some_and(|word| name.starts_with(word));
        if begins {
            self.next();
        }
        begins
    }

    /// The first of `names` that the next word is or begins; the first of all if there is no word.
    pub(super) fn choose(&mut self, what: &str, names: &[&'static str]) -> Read<&'static str> {
        let Some(word) = self.next() else { return Ok(names[0]) };
        let fits = names.iter().find(|name| name.starts_with(word));
        fits.copied().ok_or_else(|| Stop::unknown(what, word))
    }

    pub(super) fn end(&self) -> Read<()> {
        self.peek().map_or(Ok(()), |word| Err(Stop::unknown("parameter", word)))
    }

    pub(super) fn needed(&mut self, missing: &str) -> Read<String> {
        self.next().map(str::to_owned).ok_or_else(|| Stop::fault(missing))
    }

    pub(super) fn device(&mut self) -> Read<String> {
        self.needed("Please provide device name.")
    }
}

/// A place such as `rxe0/1`; the port may be missing unless it must be there.
pub(super) fn port_at(word: &str, strict: bool) -> Read<At> {
    match word.split_once('/') {
        Some((device, port)) if !device.is_empty() => {
            let port = port.parse().ok().filter(|port| *port > 0);
            match port {
                Some(port) => Ok(At { device: device.to_owned(), port: Some(port) }),
                None => Err(Stop::no_port()),
            }
        }
        None if !strict => Ok(At { device: word.to_owned(), port: None }),
        _ => Err(Stop::no_port()),
    }
}

pub(super) fn on_off(word: Option<&str>) -> Option<bool> {
    match word {
        Some("on") => Some(true),
        Some("off") => Some(false),
        _ => None,
    }
}

/// `link PLACE` at the end of a line, or nothing.
pub(super) fn at_link(words: &mut Words<'_>) -> Read<Option<At>> {
    let at = at_link_first(words)?;
    words.end()?;
    Ok(at)
}

pub(super) fn at_link_first(words: &mut Words<'_>) -> Read<Option<At>> {
    if !words.take("link") {
        return Ok(None);
    }
    words.next().map(|word| port_at(word, false)).transpose()
}

pub(super) fn must(at: Option<At>) -> Read<At> {
    at.ok_or_else(|| Stop::help(usage::STATISTIC))
}
