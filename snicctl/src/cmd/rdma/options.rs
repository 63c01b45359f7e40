//! rdma's own options, which can stand anywhere on its line.

use smartnic::text::rdma::show::Style;

/// What the options say.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Options {
    pub(super) style: Style,
    pub(super) pretty: bool,
    pub(super) force: bool,
    /// What drivers dump in formats of their own.
    pub(super) raw: bool,
    pub(super) batch: Option<String>,
    /// The words that are no options.
    pub(super) words: Vec<String>,
}

/// What is to be done.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Asks {
    Run(Options),
    Say(String),
}

const USAGE: &str = "Usage: rdma [ OPTIONS ] OBJECT { COMMAND | help }
       rdma [ -f[orce] ] -b[atch] filename
where  OBJECT := { dev | link | resource | monitor | system | statistic | help }
       OPTIONS := { -V[ersion] | -d[etails] | -j[son] | -p[retty] | -r[aw]}";

/// The long names of the options, each with its letter.
const LONG: [(&str, char); 8] = [
    ("version", 'V'),
    ("help", 'h'),
    ("details", 'd'),
    ("json", 'j'),
    ("pretty", 'p'),
    ("raw", 'r'),
    ("force", 'f'),
    ("batch", 'b'),
];

/// Reads the options; the error is what to say (exit code 1).
pub(super) fn read(words: &[String]) -> Result<Asks, String> {
    let mut options = Options::default();
    let mut details = 0;
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let letters: Vec<char> = if word == "--" {
            options.words.extend(words.by_ref().cloned());
            break;
        } else if let Some(long) = word.strip_prefix("--") {
            let mut fits = LONG.iter().filter(|(name, _)| name.starts_with(long));
            match (fits.next(), fits.next()) {
                (Some((_, letter)), None) => vec![*letter],
                _ => return Err(unknown()),
            }
        } else {
            match word.strip_prefix('-').filter(|letters| !letters.is_empty()) {
                Some(letters) => letters.chars().collect(),
                None => {
                    options.words.push(word.clone());
                    continue;
                }
            }
        };
        for (at, letter) in letters.iter().enumerate() {
            match letter {
                'V' => return Ok(Asks::Say(format!("rdma utility, snicctl-{}", env!("CARGO_PKG_VERSION")))),
                'h' => return Ok(Asks::Say(USAGE.to_owned())),
                'd' => details += 1,
                'j' => options.style.json = true,
                'p' => options.pretty = true,
                'f' => options.force = true,
                'b' => {
                    let joined: String = letters[at + 1..].iter().collect();
                    let file = Some(joined).filter(|file| !file.is_empty()).or_else(|| words.next().cloned());
                    options.batch = Some(file.ok_or("-b option requires an argument")?);
                    break;
                }
                'r' => options.raw = true,
                _ => return Err(unknown()),
            }
        }
    }
    options.style.details = details > 0;
    options.style.driver = details > 1;
    Ok(Asks::Run(options))
}

fn unknown() -> String {
    format!("Unknown option.\n{USAGE}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_stand_anywhere_joined_or_long() {
        let words: Vec<String> = "dev -jd show --pretty x -f -r -b-".split(' ').map(str::to_owned).collect();
        let Ok(Asks::Run(options)) = read(&words) else { panic!("they are not read") };
        assert!(
            options.style.json && options.style.details && options.pretty && options.force && options.raw
        );
        assert!(!options.style.driver);
        assert_eq!((options.batch.as_deref(), options.words.join(" ").as_str()), (Some("-"), "dev show x"));
        for wrong in ["-q", "--nope", "-b"] {
            assert!(read(&[wrong.to_owned()]).is_err(), "{wrong}");
        }
    }
}
