//! devlink's own options, which can stand anywhere on its line.

use smartnic::text::devlink::show::Style;

/// What the options say.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Options {
    pub(super) style: Style,
    pub(super) pretty: bool,
    pub(super) force: bool,
    pub(super) batch: Option<String>,
    pub(super) netns: Option<String>,
    /// The words that are no options.
    pub(super) words: Vec<String>,
}

/// What is to be done.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Asks {
    Run(Options),
    Say(String),
}

pub(super) const USAGE: &str = "Usage: devlink [ OPTIONS ] OBJECT { COMMAND | help }
       devlink [ -f[orce] ] -b[atch] filename -N[etns] netnsname
where  OBJECT := { dev | port | lc | sb | monitor | dpipe | resource | region | health | trap }
       OPTIONS := { -V[ersion] | -n[o-nice-names] | -j[son] | -p[retty] | -v[erbose] -s[tatistics] -[he]x }";

/// The long names of the options, each with its letter.
const LONG: [(&str, char); 11] = [
    ("Version", 'V'),
    ("force", 'f'),
    ("batch", 'b'),
    ("no-nice-names", 'n'),
    ("json", 'j'),
    ("pretty", 'p'),
    ("verbose", 'v'),
    ("statistics", 's'),
    ("Netns", 'N'),
    ("iec", 'i'),
    ("hex", 'x'),
];

/// Reads the options; the error is what to say (exit code 1).
pub(super) fn read(words: &[String]) -> Result<Asks, String> {
    let mut options = Options::default();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        if word == "--" {
            options.words.extend(words.by_ref().cloned());
        } else if let Some(long) = word.strip_prefix("--") {
            let (name, value) =
                long.split_once('=').map_or((long, None), |(name, value)| (name, Some(value)));
            let letter =
                letter_of(name).ok_or_else(|| format!("devlink: unrecognized option '{word}'\n{}", bad()))?;
            if value.is_some() && !takes_value(letter) {
                return Err(format!("devlink: option '--{name}' doesn't allow an argument\n{}", bad()));
            }
            let mut value = || value.map(str::to_owned).or_else(|| words.next().cloned());
            if let Some(asks) = set(&mut options, letter, &mut value)? {
                return Ok(asks);
            }
        } else if let Some(letters) = word.strip_prefix('-').filter(|letters| !letters.is_empty()) {
            let mut rest = letters.chars();
            while let Some(letter) = rest.next() {
                let mut value = || match rest.as_str() {
                    "" => words.next().cloned(),
                    joined => Some(joined.to_owned()),
                };
                if let Some(asks) = set(&mut options, letter, &mut value)? {
                    return Ok(asks);
                }
                if takes_value(letter) {
                    break;
                }
            }
        } else {
            options.words.push(word.clone());
        }
    }
    Ok(Asks::Run(options))
}

fn set(
    options: &mut Options,
    letter: char,
    value: &mut dyn FnMut() -> Option<String>,
) -> Result<Option<Asks>, String> {
    let mut needed =
        || value().ok_or_else(|| format!("devlink: option requires an argument -- '{letter}'\n{}", bad()));
    match letter {
        'V' => {
            return Ok(Some(Asks::Say(format!("devlink utility, snicctl-{}", env!("CARGO_PKG_VERSION")))));
        }
        'f' => options.force = true,
        'b' => options.batch = Some(needed()?),
        'n' => options.style.no_nice_names = true,
        'j' => options.style.json = true,
        'p' => options.pretty = true,
        'v' => options.style.verbose = true,
        's' => options.style.stats = true,
        'N' => options.netns = Some(needed()?),
        'i' => options.style.iec = true,
        'x' => options.style.hex = true,
        letter => return Err(format!("devlink: invalid option -- '{letter}'\n{}", bad())),
    }
    Ok(None)
}

fn takes_value(letter: char) -> bool {
    matches!(letter, 'b' | 'N')
}

/// The option of a long name, which may be cut short as long as it means one option.
fn letter_of(name: &str) -> Option<char> {
    if let Some((_, letter)) = LONG.iter().find(|(long, _)| *long == name) {
        return Some(*letter);
    }
    let mut fits = LONG.iter().filter(|(long, _)| long.starts_with(name));
    let (_, letter) = fits.next()?;
    fits.next().is_none().then_some(*letter)
}

fn bad() -> String {
    format!("Unknown option.\n{USAGE}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        text.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn options_stand_anywhere_joined_or_long() {
        let Ok(Asks::Run(read)) = read(&words("dev -js show --pretty -Nblue --batch=- x -f -- -n")) else {
            panic!("the options are not read")
        };
        let want = Options {
            style: Style { json: true, stats: true, ..Style::default() },
            pretty: true,
            force: true,
            batch: Some("-".to_owned()),
            netns: Some("blue".to_owned()),
            words: words("dev show x -n"),
        };
        assert_eq!(read, want);
    }

    #[test]
    fn long_names_are_cut_short_only_where_they_mean_one() {
        for (name, letter) in [("j", 'j'), ("no", 'n'), ("Ver", 'V'), ("N", 'N'), ("stat", 's'), ("hex", 'x')]
        {
            assert_eq!(letter_of(name), Some(letter), "{name}");
        }
        assert_eq!(letter_of("x"), None);
        assert_eq!(letter_of(""), None);
    }

    #[test]
    fn what_is_wrong_shows_the_usage() {
        for wrong in ["-q", "-json", "--nope", "-b", "--json=1"] {
            assert!(read(&words(wrong)).unwrap_err().contains("Usage: devlink"), "{wrong}");
        }
    }
}
