use std::fmt;

use smartnic_core::Error;

/// How many problems of one text are kept; the rest are counted.
const KEPT: usize = 50;

/// How much of a long line is shown around the place that is meant, in characters.
const SHOWN: usize = 100;

/// How much of a message is shown, in characters: a wrong word in it may be very long.
const LONGEST: usize = 200;

/// One thing wrong in a text, with the place where it is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The line, counted from 1; 0 if no line can be named.
    pub line: usize,
    /// The character in the line, counted from 1; 0 if no place in the line can be named.
    pub column: usize,
    /// How many characters are meant.
    pub width: usize,
    /// The line as it stands in the text.
    pub source: String,
    /// What is wrong.
    pub message: String,
    /// What would be right, when that is known.
    pub hint: Option<String>,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.line, self.column) {
            (0, _) => {}
            (line, 0) => write!(f, "line {line}: ")?,
            (line, column) => write!(f, "line {line}, column {column}: ")?,
        }
        match self.message.char_indices().nth(LONGEST) {
            None => f.write_str(&self.message)?,
            Some((end, _)) => write!(f, "{}…", &self.message[..end])?,
        }
        if self.column > 0 {
            let (shown, before) = self.excerpt();
            let carets = self.width.clamp(1, shown.chars().count().saturating_sub(before).max(1));
            write!(f, "\n    {shown}\n    {:before$}{:^<carets$}", "", "")?;
        }
        match &self.hint {
            Some(hint) => write!(f, "\n    {hint}"),
            None => Ok(()),
        }
    }
}

impl Problem {
    /// The part of the line that is shown, and how many of its characters stand before the place.
    fn excerpt(&self) -> (String, usize) {
        let at = self.column - 1;
        let fits = self.source.chars().nth(SHOWN).is_none();
        let skip = if fits { 0 } else { at.saturating_sub(SHOWN / 2) };
        let mut shown = String::new();
        let mut before = at - skip;
        if skip > 0 {
            shown.push('…');
            before += 1;
        }
        let mut rest = self.source.chars().skip(skip);
        // A tab or another control character would move the line away from its carets.
        shown.extend(rest.by_ref().take(SHOWN).map(|c| if c.is_control() { ' ' } else { c }));
        if rest.next().is_some() {
            shown.push('…');
        }
        (shown, before)
    }
}

/// All things wrong in a text; there is at least one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Problems {
    /// The problems in the order of their lines; at most 50.
    pub list: Vec<Problem>,
    /// How many more there are.
    pub more: usize,
}

impl Problems {
    pub(super) fn add(&mut self, problem: Problem) {
        if self.list.len() < KEPT {
            self.list.push(problem);
        } else {
            self.more += 1;
        }
    }

    /// Adds what is wrong further down in the text.
    pub(super) fn append(&mut self, below: Self) {
        below.list.into_iter().for_each(|problem| self.add(problem));
        self.more += below.more;
    }

    /// The value, unless there are problems.
    pub(super) fn or<T>(self, value: T) -> Result<T, Self> {
        if self.list.is_empty() { Ok(value) } else { Err(self) }
    }

    /// The error that every face shows; `name` says which text it was, most often a file's name.
    #[must_use]
    pub fn into_error(self, op: &'static str, name: &str) -> Error {
        Error::parse(op, self.to_string()).on(name)
    }
}

impl From<Problem> for Problems {
    fn from(problem: Problem) -> Self {
        Self { list: vec![problem], more: 0 }
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, problem) in self.list.iter().enumerate() {
            write!(f, "{}{problem}", if at == 0 { "" } else { "\n" })?;
        }
        match self.more {
            0 => Ok(()),
            more => write!(f, "\nand {more} more"),
        }
    }
}

impl std::error::Error for Problems {}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(source: &str, column: usize, width: usize) -> Problem {
        Problem { line: 7, column, width, source: source.into(), message: "wrong".into(), hint: None }
    }

    #[test]
    fn carets_stand_under_what_is_meant() {
        let shown = problem("filter\tadd dev", 12, 3).to_string();
        assert_eq!(shown, "line 7, column 12: wrong\n    filter add dev\n               ^^^");
    }

    #[test]
    fn a_long_line_is_cut_on_both_sides() {
        let source = format!("{}HERE{}", "a".repeat(300), "b".repeat(300));
        let shown = problem(&source, 301, 4).to_string();
        let lines: Vec<&str> = shown.lines().collect();
        let under: String =
            lines[1].chars().zip(lines[2].chars()).filter(|(_, c)| *c == '^').map(|(c, _)| c).collect();
        assert_eq!(under, "HERE");
        assert!(lines[1].chars().count() < 110, "{}", lines[1]);
    }

    #[test]
    fn a_long_message_is_cut() {
        let long = Problem { message: "é".repeat(300), ..problem("x", 0, 1) };
        assert_eq!(long.to_string(), format!("line 7: {}…", "é".repeat(200)));
    }

    #[test]
    fn a_place_behind_the_end_of_the_line_is_shown_there() {
        assert!(problem("ab", 3, 0).to_string().ends_with("    ab\n      ^"));
    }

    #[test]
    fn the_list_is_bounded() {
        let mut problems = Problems::default();
        (0..60).for_each(|_| problems.add(problem("x", 1, 1)));
        assert_eq!((problems.list.len(), problems.more), (50, 10));
        assert!(problems.to_string().ends_with("and 10 more"));
    }
}
