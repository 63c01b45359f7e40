//! Walking over the words of a line, and saying what is wrong with one of them.

use super::suggest::closest;

/// A word and where it stands in its line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Word<'l> {
    pub(super) text: &'l str,
    /// The byte at which it begins, in the line with everything that was joined to it.
    pub(super) at: usize,
}

/// What is wrong at one place of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    /// The byte in the joined line.
    pub(super) at: usize,
    /// How many characters are meant.
    pub(super) width: usize,
    pub(super) message: String,
    pub(super) hint: Option<String>,
}

/// A value read from words, or what is wrong with them.
pub(super) type Parsed<T> = Result<T, Box<Fault>>;

impl Fault {
    pub(super) fn at(at: usize, width: usize, message: impl Into<String>) -> Box<Self> {
        Box::new(Self { at, width, message: message.into(), hint: None })
    }

    /// Adds what would be right.
    pub(super) fn hint(mut self: Box<Self>, hint: impl Into<String>) -> Box<Self> {
        self.hint = Some(hint.into());
        self
    }
}

impl Word<'_> {
    /// This word is wrong.
    pub(super) fn wrong(&self, message: impl Into<String>) -> Box<Fault> {
        Fault::at(self.at, self.text.chars().count(), message)
    }

    /// This word is none of those that can stand here.
    pub(super) fn unknown<'n>(&self, what: &str, names: impl IntoIterator<Item = &'n str>) -> Box<Fault> {
        let fault = self.wrong(format!("no {what} is called `{}`", self.text));
        match closest(self.text, names) {
            Some(name) => fault.hint(format!("did you mean `{name}`?")),
            None => fault,
        }
    }

    /// True if the word is `name` or begins it, which is how tc compares most of its words.
    pub(super) fn begins(&self, name: &str) -> bool {
        !self.text.is_empty() && name.starts_with(self.text)
    }

    /// Reads the word as a value of the core's types, with their own words for what is wrong.
    pub(super) fn value<T: std::str::FromStr<Err = smartnic_core::Error>>(&self) -> Parsed<T> {
        self.part(self.text)
    }

    /// Reads a part of the word, or a rewritten form of it, and blames the whole word.
    pub(super) fn part<T: std::str::FromStr<Err = smartnic_core::Error>>(&self, part: &str) -> Parsed<T> {
        part.parse().map_err(|error: smartnic_core::Error| self.wrong(error.why()))
    }
}

/// A place among the words of a line.
#[derive(Debug)]
pub(super) struct Cursor<'w> {
    words: &'w [Word<'w>],
    next: usize,
    end: usize,
}

impl<'w> Cursor<'w> {
    /// A place before the first word; `end` is the place behind the last one.
    pub(super) fn new(words: &'w [Word<'w>], end: usize) -> Self {
        Self { words, next: 0, end }
    }

    /// The next word, without going past it.
    pub(super) fn peek(&self) -> Option<Word<'w>> {
        self.words.get(self.next).copied()
    }

    /// The next word.
    pub(super) fn next(&mut self) -> Option<Word<'w>> {
        let word = self.peek()?;
        self.next += 1;
        Some(word)
    }

    /// The next word if `is` says so.
    pub(super) fn next_if(&mut self, is: impl FnOnce(&Word<'_>) -> bool) -> Option<Word<'w>> {
        self.peek().filter(is).inspect(|_| self.next += 1)
    }

    /// Goes back to the word before, which was just read.
    pub(super) fn back(&mut self) {
        self.next = self.next.saturating_sub(1);
    }

    /// The next word; `missing` says what is not there if the line ends.
    pub(super) fn need(&mut self, missing: impl FnOnce() -> String) -> Parsed<Word<'w>> {
        self.next().ok_or_else(|| self.ends(missing()))
    }

    /// The word behind `name`, which needs one.
    pub(super) fn value_of(&mut self, name: &str) -> Parsed<Word<'w>> {
        self.need(|| format!("`{name}` needs a value, but the line ends"))
    }

    /// The line ends too early.
    pub(super) fn ends(&self, message: impl Into<String>) -> Box<Fault> {
        Fault::at(self.end, 1, message)
    }
}
