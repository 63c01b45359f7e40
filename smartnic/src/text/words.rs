//! Cuts a text into lines of words, as `tc -batch` does.
//!
//! A `#` ends a line, even inside quotes. A backslash right before the end of a line joins the next line to it
//! without a space. Words are separated by blanks; one that starts with `'` or `"` goes up to the next such quote.

use std::borrow::Cow;

use super::cursor::{Fault, Parsed, Word};
use super::problem::Problem;

/// A line of words; it stands on several lines of the text if they are joined.
#[derive(Debug)]
pub(super) struct Line<'t> {
    /// The number of its first line in the text, counted from 1.
    pub(super) number: usize,
    body: Cow<'t, str>,
    /// For every joined line, where in `body` it begins.
    pieces: Vec<(usize, &'t str)>,
    /// What stands behind the `#` of a line that has nothing else.
    pub(super) comment: Option<&'t str>,
    /// True if the text ends where a joined line should follow.
    cut_off: bool,
}

impl<'t> Line<'t> {
    /// The words.
    ///
    /// # Errors
    /// A quote without an end, or a backslash without a next line.
    pub(super) fn words(&self) -> Parsed<Vec<Word<'_>>> {
        if self.cut_off {
            let fault =
                Fault::at(self.body.len(), 1, "the text ends, but the backslash says that a line follows");
            return Err(fault);
        }
        let mut words = Vec::with_capacity(MANY_WORDS);
        let mut rest = 0;
        // Blanks are single bytes, and no byte of a longer letter is one.
        let bytes = self.body.as_bytes();
        while let Some(start) = bytes[rest..].iter().position(|b| !is_blank(*b)).map(|skip| rest + skip) {
            let body = &self.body[start..];
            let (from, length, used) = match body.as_bytes()[0] {
                quote @ (b'\'' | b'"') => {
                    let inside = &body[1..];
                    let Some(end) = inside.find(char::from(quote)) else {
                        return Err(Fault::at(
                            start,
                            body.trim_end().chars().count(),
                            "this quote has no end",
                        ));
                    };
                    (start + 1, end, end + 2)
                }
                _ => {
                    let end = body.bytes().position(is_blank).unwrap_or(body.len());
                    (start, end, end)
                }
            };
            words.push(Word { text: &self.body[from..from + length], at: from });
            rest = start + used;
        }
        Ok(words)
    }

    /// The length of the line, joined; the place behind its last word.
    pub(super) fn end(&self) -> usize {
        self.body.trim_end_matches(|c| u8::try_from(c).is_ok_and(is_blank)).len()
    }

    /// The fault with its place in the text.
    pub(super) fn problem(&self, fault: Fault) -> Problem {
        let piece = self.pieces.partition_point(|(start, _)| *start <= fault.at).saturating_sub(1);
        let (start, source) = self.pieces.get(piece).copied().unwrap_or_default();
        let before = self.body.get(start..fault.at).unwrap_or_default();
        Problem {
            line: self.number + piece,
            column: before.chars().count() + 1,
            width: fault.width,
            source: source.to_owned(),
            message: fault.message,
            hint: fault.hint,
        }
    }
}

/// As many words as most lines have at most.
const MANY_WORDS: usize = 32;

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

/// The lines of a text.
#[derive(Debug)]
pub(super) struct Lines<'t> {
    rest: std::str::Lines<'t>,
    number: usize,
}

impl<'t> Lines<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        // A byte order mark is not part of the first word.
        Self::behind(0, text.strip_prefix('\u{feff}').unwrap_or(text))
    }

    /// The lines of a later part of a text, before which so many lines stand.
    pub(super) fn behind(number: usize, text: &'t str) -> Self {
        Self { rest: text.lines(), number }
    }
}

/// Cuts a text into so many parts, or fewer, of about the same length. None ends where a line is joined to the next.
pub(super) fn parts(text: &str, count: usize) -> Vec<&str> {
    let mut parts = Vec::with_capacity(count);
    let mut rest = text;
    for left in (2..=count).rev() {
        let Some(at) = cut_behind(rest, rest.len() / left) else { break };
        let (part, behind) = rest.split_at(at);
        parts.push(part);
        rest = behind;
    }
    parts.push(rest);
    parts
}

/// The end of the first line behind a place that no other is joined to.
fn cut_behind(text: &str, place: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let ends = (place..bytes.len()).filter(|at| bytes[*at] == b'\n');
    let is_last = |end: &usize| {
        let line = &bytes[..*end];
        !line.strip_suffix(b"\r").unwrap_or(line).ends_with(b"\\")
    };
    ends.into_iter().find(is_last).map(|end| end + 1).filter(|at| *at < bytes.len())
}

impl<'t> Iterator for Lines<'t> {
    type Item = Line<'t>;

    fn next(&mut self) -> Option<Line<'t>> {
        let source = self.rest.next()?;
        self.number += 1;
        let (body, comment) = cut(source);
        let (body, mut joins) = join(body, comment);
        let mut line = Line {
            number: self.number,
            body: Cow::Borrowed(body),
            pieces: vec![(0, source)],
            comment: comment.filter(|_| body.trim().is_empty()),
            cut_off: false,
        };
        while joins {
            let Some(source) = self.rest.next() else {
                line.cut_off = true;
                break;
            };
            self.number += 1;
            let (body, comment) = cut(source);
            let (body, more) = join(body, comment);
            joins = more;
            line.pieces.push((line.body.len(), source));
            line.body.to_mut().push_str(body);
        }
        Some(line)
    }
}

/// The line without its comment, and the comment.
fn cut(line: &str) -> (&str, Option<&str>) {
    match line.split_once('#') {
        Some((body, comment)) => (body, Some(comment)),
        None => (line, None),
    }
}

/// The line without the backslash that joins the next one to it, and whether there is one.
fn join<'t>(body: &'t str, comment: Option<&str>) -> (&'t str, bool) {
    match body.strip_suffix('\\') {
        Some(body) if comment.is_none() => (body, true),
        _ => (body, false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<Vec<String>> {
        let words = |line: Line<'_>| {
            let words = line.words().map_err(|fault| line.problem(*fault).to_string());
            words.map(|words| words.iter().map(|word| word.text.to_owned()).collect())
        };
        Lines::of(text).map(words).collect::<Result<_, _>>().unwrap()
    }

    #[test]
    fn words_are_cut_as_tc_cuts_them() {
        // Each of these was given to tc 7.3 and is what it made of them.
        assert_eq!(words("a  b\tc\r\n\n d # e \"f"), [vec!["a", "b", "c"], vec![], vec!["d"]]);
        assert_eq!(words("a \\\n b\nc"), [vec!["a", "b"], vec!["c"]]);
        assert_eq!(words("ing\\\nress x"), [["ingress", "x"]]);
        assert_eq!(words("a # b \\\nc"), [["a"], ["c"]]);
        assert_eq!(words("a \\ \nb"), [vec!["a", "\\"], vec!["b"]]);
        assert_eq!(words("\"in gress\"b '' dr'op'"), [["in gress", "b", "", "dr'op'"]]);
    }

    #[test]
    fn places_are_found_again() {
        let line = Lines::of("one \\\ntwo \\\n  thrée föur").next().unwrap();
        let words = line.words().unwrap();
        let place = |at: usize| {
            let problem = line.problem(*words[at].wrong("x"));
            (problem.line, problem.column, problem.width, problem.source)
        };
        assert_eq!(place(0), (1, 1, 3, "one \\".to_owned()));
        assert_eq!(place(1), (2, 1, 3, "two \\".to_owned()));
        assert_eq!(place(3), (3, 9, 4, "  thrée föur".to_owned()));
    }

    #[test]
    fn a_text_is_cut_between_lines_that_are_not_joined() {
        assert_eq!(parts("a\nb\nc\nd\n", 2), ["a\nb\nc\n", "d\n"]);
        assert_eq!(parts("a \\\nb \\\r\nc\nd", 3), ["a \\\nb \\\r\nc\n", "d"]);
        assert_eq!(parts("a \\\nb", 2), ["a \\\nb"]);
        assert_eq!(parts("", 4), [""]);
        for count in 1..9 {
            assert_eq!(parts("äö\n\nü \\\n x\n", count).concat(), "äö\n\nü \\\n x\n");
        }
    }

    #[test]
    fn what_has_no_end_is_a_problem() {
        for (text, column, message) in [("a \"b c ", 3, "quote"), ("a \\", 3, "backslash")] {
            let line = Lines::of(text).next().unwrap();
            let problem = line.problem(*line.words().unwrap_err());
            assert_eq!((problem.line, problem.column), (1, column));
            assert!(problem.message.contains(message), "{problem}");
        }
    }

    #[test]
    fn a_line_that_is_only_a_comment_keeps_it() {
        let comments: Vec<_> = Lines::of("# group: web\na # b\n").map(|line| line.comment).collect();
        assert_eq!(comments, [Some(" group: web"), None]);
    }
}
