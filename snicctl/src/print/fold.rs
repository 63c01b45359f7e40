//! Trees of lines, and the folding of lines that are alike.

use super::{Paint, Style};

/// So many lines in a row that are alike become one.
const ENOUGH: usize = 3;

/// A word of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Word {
    text: String,
    style: Style,
    kind: Kind,
    /// It says what the next one is.
    label: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    /// Must be equal in lines that are alike.
    Fixed,
    /// May differ.
    Varying,
    /// Must be one more from line to line.
    Numbered(u32),
}

impl Word {
    /// A word that says what kind of line it is.
    pub(crate) fn fixed(text: impl AsRef<str>) -> Self {
        Self { text: text.as_ref().to_owned(), style: Style::Plain, kind: Kind::Fixed, label: false }
    }

    /// A word that says what the next one is.
    pub(crate) fn label(text: impl AsRef<str>) -> Self {
        Self { label: true, ..Self::fixed(text) }
    }

    /// A word that names one of many.
    pub(crate) fn varying(text: impl AsRef<str>) -> Self {
        Self { kind: Kind::Varying, ..Self::fixed(text) }
    }

    /// A number that counts.
    pub(crate) fn numbered(number: u32) -> Self {
        Self { kind: Kind::Numbered(number), ..Self::fixed(number.to_string()) }
    }

    /// The word in a style.
    pub(crate) fn style(mut self, style: Style) -> Self {
        self.style = style;
        self
    }
}

/// A line with what is below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Branch {
    pub(crate) words: Vec<Word>,
    pub(crate) children: Vec<Branch>,
}

impl Branch {
    pub(crate) fn new(words: Vec<Word>) -> Self {
        Self { words, children: Vec::new() }
    }

    /// True if `next` differs from this line only as one thing of a row differs from the one before.
    fn is_followed_by(&self, next: &Self) -> bool {
        let counts = self.words.iter().any(|word| word.kind != Kind::Fixed);
        let alike = |(one, other): (&Word, &Word)| match (&one.kind, &other.kind) {
            (Kind::Fixed, Kind::Fixed) => one.text == other.text,
            (Kind::Varying, Kind::Varying) => true,
            (Kind::Numbered(one), Kind::Numbered(other)) => one.checked_add(1) == Some(*other),
            _ => false,
        };
        counts
            && self.children.is_empty()
            && next.children.is_empty()
            && self.words.len() == next.words.len()
            && self.words.iter().zip(&next.words).all(alike)
    }
}

/// Folds runs of lines that are alike, at every level.
pub(crate) fn fold(branch: &mut Branch) {
    let children = std::mem::take(&mut branch.children);
    let mut runs: Vec<Vec<Branch>> = Vec::new();
    for mut child in children {
        fold(&mut child);
        match runs.last_mut() {
            Some(run) if run.last().is_some_and(|last| last.is_followed_by(&child)) => run.push(child),
            _ => runs.push(vec![child]),
        }
    }
    for run in runs {
        match &run[..] {
            [first, .., last] if run.len() >= ENOUGH => {
                let words = first.words.iter().zip(&last.words).map(|(one, other)| Word {
                    text: range(&one.text, &other.text),
                    style: one.style,
                    kind: Kind::Fixed,
                    label: one.label,
                });
                let mut words: Vec<Word> = words.collect();
                words.push(Word::fixed(format!("({} alike)", run.len())));
                branch.children.push(Branch::new(words));
            }
            _ => branch.children.extend(run),
        }
    }
}

/// First and last of a row: `eth0…7` where only the number at the end differs.
fn range(first: &str, last: &str) -> String {
    if first == last {
        return first.to_owned();
    }
    let head = |text: &str| text.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    let (one, other) = (head(first), head(last));
    // A PCI address ends in one digit, and its row does not go on in it.
    let counts = first[..one] == last[..other] && one < first.len() && other < last.len();
    match counts && !first.contains(':') {
        true => format!("{first}\u{2026}{}", &last[other..]),
        false => format!("{first} \u{2026} {last}"),
    }
}

/// Draws a tree, each line ended.
pub(crate) fn draw(root: &Branch, ascii: bool, paint: Paint) -> String {
    let mut text = String::new();
    line(root, ascii, paint, &mut text);
    below(root, "", ascii, paint, &mut text);
    text
}

fn below(branch: &Branch, indent: &str, ascii: bool, paint: Paint, text: &mut String) {
    let (tee, corner, bar) = if ascii {
        ("|-- ", "`-- ", "|   ")
    } else {
        ("\u{251c}\u{2500} ", "\u{2514}\u{2500} ", "\u{2502}  ")
    };
    let gap = " ".repeat(bar.chars().count());
    for (at, child) in branch.children.iter().enumerate() {
        let last = at + 1 == branch.children.len();
        text.push_str(indent);
        text.push_str(if last { corner } else { tee });
        line(child, ascii, paint, text);
        below(child, &format!("{indent}{}", if last { &gap } else { bar }), ascii, paint, text);
    }
}

fn line(branch: &Branch, ascii: bool, paint: Paint, text: &mut String) {
    let mut line = String::new();
    for (at, word) in branch.words.iter().enumerate() {
        line.push_str(&paint.apply(word.style, &word.text));
        if at + 1 < branch.words.len() {
            line.push_str(if word.label { " " } else { "  " });
        }
    }
    text.push_str(&if ascii { line.replace('\u{2026}', "..") } else { line });
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vf(number: u32, driver: &str) -> Branch {
        Branch::new(vec![
            Word::label("vf"),
            Word::numbered(number),
            Word::varying(format!("eth0v{number}")),
            Word::varying(format!("0000:03:0{}.{}", number / 8, number % 8)),
            Word::fixed(driver),
        ])
    }

    #[test]
    fn what_is_alike_and_in_a_row_shares_a_line() {
        let mut root = Branch::new(vec![Word::fixed("pf")]);
        root.children = (0..10).map(|number| vf(number, "iavf")).collect();
        root.children.push(vf(10, "vfio-pci"));
        root.children.extend([vf(12, "iavf"), vf(13, "iavf")]);
        fold(&mut root);
        let want = "pf\n\
            |-- vf 0..9  eth0v0..9  0000:03:00.0 .. 0000:03:01.1  iavf  (10 alike)\n\
            |-- vf 10  eth0v10  0000:03:01.2  vfio-pci\n\
            |-- vf 12  eth0v12  0000:03:01.4  iavf\n\
            `-- vf 13  eth0v13  0000:03:01.5  iavf\n";
        assert_eq!(draw(&root, true, Paint(false)), want);
    }
}
