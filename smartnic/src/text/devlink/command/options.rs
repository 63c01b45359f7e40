use super::{Read, Stop, Words};

/// An option behind a command's object: `count 4`.
#[derive(Debug)]
pub struct Opt {
    /// The words that stand for it; each may be cut short.
    pub names: &'static [&'static str],
    /// What devlink says where it is missing.
    pub missing: &'static str,
    /// What stands behind it.
    pub takes: Takes,
}

/// What stands behind an option. The functions say what is wrong with it.
#[derive(Debug)]
pub enum Takes {
    /// Nothing.
    Nothing,
    /// A number of at most so much.
    Number(u64),
    /// `true`, `1`, `enable` or `false`, `0`, `disable`.
    Bool,
    /// A word.
    Text,
    /// A word that must pass.
    Checked(fn(&str) -> Result<(), String>),
    /// So many words, which must pass together.
    Many(usize, fn(&[&str]) -> Result<(), String>),
}

/// An option that a command takes.
#[derive(Debug, Clone, Copy)]
pub enum Want {
    /// It must be there.
    Must(&'static Opt),
    /// It may be there.
    May(&'static Opt),
}

/// The options that were given.
#[derive(Debug, Default)]
pub struct Given<'w>(Vec<(&'static Opt, Vec<&'w str>)>);

impl<'w> Given<'w> {
    /// Whether an option was given.
    #[must_use]
    pub fn has(&self, opt: &'static Opt) -> bool {
        self.words(opt).is_some()
    }

    /// The words behind an option; of one that is given twice, the last.
    #[must_use]
    pub fn words(&self, opt: &'static Opt) -> Option<&[&'w str]> {
        self.0.iter().rev().find(|(given, _)| std::ptr::eq(*given, opt)).map(|(_, words)| &words[..])
    }

    /// The word behind an option.
    #[must_use]
    pub fn text(&self, opt: &'static Opt) -> Option<&'w str> {
        self.words(opt).and_then(|words| words.first().copied())
    }

    /// The number behind an option, which was checked to fit.
    #[must_use]
    pub fn number<T: TryFrom<u64>>(&self, opt: &'static Opt) -> Option<T> {
        self.text(opt).and_then(u64_of).and_then(|number| T::try_from(number).ok())
    }

    /// The yes or no behind an option.
    #[must_use]
    pub fn boolean(&self, opt: &'static Opt) -> Option<bool> {
        self.text(opt).and_then(boolean)
    }

    /// Whether no option was given.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<'w> Words<'w> {
    /// Reads all words that are left as options, compared in the order of `wants`.
    ///
    /// # Errors
    /// What devlink says of a value that is wrong, of options that are missing, and of the first that is unknown.
    pub fn options(&mut self, wants: &[Want]) -> Read<Given<'w>> {
        let mut given = Given::default();
        let mut unknown = None;
        while let Some(word) = self.next() {
            let mut all = wants.iter().map(|(Want::Must(opt) | Want::May(opt))| *opt);
            let found = all.find(|opt| opt.names.iter().any(|name| name.starts_with(word)));
            match found {
                Some(opt) => given.0.push((opt, self.values(&opt.takes)?)),
                None => {
                    unknown.get_or_insert(word);
                }
            }
        }
        let missing = wants.iter().filter_map(|want| match want {
            Want::Must(opt) if !given.has(opt) => Some(opt.missing.to_owned()),
            _ => None,
        });
        let unknown = unknown.map(|word| format!("Unknown option \"{word}\""));
        let problems: Vec<String> = missing.chain(unknown).collect();
        if problems.is_empty() { Ok(given) } else { Err(Stop::fault(problems.join("\n"))) }
    }

    /// Reads the words that are left as the option that tells one object from others; none if it is missing, and all are
    /// meant.
    ///
    /// # Errors
    /// As [`Words::options`].
    pub fn selector(&mut self, want: &'static Opt) -> Read<Option<Given<'w>>> {
        let mut trial = *self;
        match trial.options(&[Want::Must(want)]) {
            Ok(given) => {
                *self = trial;
                Ok(Some(given))
            }
            Err(stop) if stop.message.contains(want.missing) => self.options(&[]).map(|_| None),
            Err(stop) => Err(stop),
        }
    }

    fn values(&mut self, takes: &Takes) -> Read<Vec<&'w str>> {
        let count = match takes {
            Takes::Nothing => 0,
            Takes::Many(count, _) => *count,
            _ => 1,
        };
        let mut words = Vec::new();
        for _ in 0..count {
            let missing = || match takes {
                Takes::Number(_) => "Unsigned number argument expected",
                Takes::Bool => "Boolean argument expected",
                _ => "String parameter expected",
            };
            words.push(self.next().ok_or_else(|| Stop::fault(missing()))?);
        }
        match (takes, &words[..]) {
            (Takes::Number(most), [word]) if u64_of(word).is_none_or(|number| number > *most) => {
                Err(Stop::fault(format!("\"{word}\" is not a number or not within range")))
            }
            (Takes::Bool, [word]) if boolean(word).is_none() => {
                let valid = format!("\"{word}\" is not a valid boolean value");
                Err(Stop::fault(format!("{}\n{valid}", none_of_booleans(word))))
            }
            (Takes::Checked(check), [word]) => check(word).map(|()| words).map_err(wrong),
            (Takes::Many(_, check), all) => check(all).map(|()| words).map_err(wrong),
            _ => Ok(words),
        }
    }
}

/// What devlink says of a value; of some it says it as iproute2's other tools do, and ends with their exit code.
fn wrong(message: String) -> Stop {
    let code = if message.starts_with("Error: argument \"") { 255 } else { 1 };
    Stop { message, code }
}

/// What devlink says of a word that is no yes or no.
pub(super) fn none_of_booleans(word: &str) -> String {
    let names = r#""false", "true", "0", "1", "disable", "enable""#;
    format!("Error: argument of \"(null)\" must be one of {names}, not \"{word}\"")
}

/// A number in base ten, as devlink takes them.
#[must_use]
pub fn number(text: &str) -> Option<u64> {
    u64_of(text)
}

pub(super) fn u64_of(text: &str) -> Option<u64> {
    // The C library's reader lets blanks and a sign stand in front, and counts what is negative from the end.
    let text = text.trim_start();
    if let Some(negative) = text.strip_prefix('-') {
        return negative.parse::<u64>().ok().map(u64::wrapping_neg);
    }
    text.strip_prefix('+').unwrap_or(text).parse().ok()
}

/// A yes or no.
#[must_use]
pub fn boolean(text: &str) -> Option<bool> {
    match text {
        "true" | "1" | "enable" => Some(true),
        "false" | "0" | "disable" => Some(false),
        _ => None,
    }
}

/// Looks a word up in a table.
#[must_use]
pub fn one_of<T: Copy>(table: &[(&str, T)], word: &str) -> Option<T> {
    table.iter().find(|(name, _)| *name == word).map(|(_, value)| *value)
}
