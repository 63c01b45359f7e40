//! tc's own options: each may be cut short, and the first that fits is meant.

use smartnic::text::tc::show::Style;

/// What the options say.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Options {
    pub(super) style: Style,
    pub(super) pretty: bool,
    pub(super) echo: bool,
    pub(super) force: bool,
    pub(super) batch: Option<String>,
    pub(super) netns: Option<String>,
    /// How many words they are.
    pub(super) used: usize,
}

/// What is to be done.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Asks {
    Run(Options),
    Version(String),
    /// Which goes where errors go, as with tc.
    Usage,
}

pub(super) const USAGE: &str = "Usage: tc [OPTIONS] OBJECT { COMMAND | help }\n       \
    tc [-force] -batch FILE\n\
    OBJECT is filter, chain, actions, qdisc or monitor; OPTIONS are -s -d -r -j -p -o -br -b FILE -force -n NETNS -echo.\n\
    `snicctl tc --help` shows examples.";

/// The options in the order in which tc compares them.
const NAMES: [&str; 24] = [
    "-stats",
    "-statistics",
    "-details",
    "-raw",
    "-pretty",
    "-graph",
    "-Version",
    "-iec",
    "-help",
    "-force",
    "-batch",
    "-netns",
    "-Numeric",
    "-names",
    "-nm",
    "-cf",
    "-conf",
    "-color",
    "-timestamp",
    "-tshort",
    "-json",
    "-oneline",
    "-brief",
    "-echo",
];

/// Reads the options in front of the object; the error is what to say and the exit code.
pub(super) fn read(words: &[String]) -> Result<Asks, (String, u8)> {
    let mut options = Options::default();
    while let Some(word) = words.get(options.used).filter(|word| word.starts_with('-')) {
        options.used += 1;
        let mut value = || {
            let value = words.get(options.used).cloned();
            options.used += 1;
            value
        };
        match name_of(word) {
            Some("-stats" | "-statistics") => options.style.stats = true,
            Some("-details") => options.style.details = true,
            Some("-raw") => options.style.raw = true,
            Some("-pretty") => options.pretty = true,
            Some("-Version") => {
                return Ok(Asks::Version(format!("tc utility, snicctl-{}", env!("CARGO_PKG_VERSION"))));
            }
            Some("-help") => return Ok(Asks::Usage),
            Some("-force") => options.force = true,
            Some("-batch") => {
                let missing = || ("Error: argument \"batch file\" is required".to_owned(), 255);
                options.batch = Some(value().ok_or_else(missing)?);
            }
            Some("-netns") => options.netns = Some(value().ok_or_else(incomplete)?),
            Some("-cf" | "-conf") => {
                value().ok_or_else(incomplete)?;
            }
            Some("-json") => options.style.json = true,
            Some("-oneline") => options.style.oneline = true,
            Some("-brief") => options.style.brief = true,
            Some("-echo") => options.echo = true,
            // Names of classes, colours and time stamps change nothing of what is shown here.
            Some(_) => {}
            None => return Err((format!("Option \"{word}\" is unknown, try \"tc -help\"."), 255)),
        }
    }
    if options.batch.is_none() && options.used >= words.len() {
        return Ok(Asks::Usage);
    }
    Ok(Asks::Run(options))
}

fn incomplete() -> (String, u8) {
    ("Command line is not complete. Try option \"help\"".to_owned(), 255)
}

/// The option that a word stands for.
fn name_of(word: &str) -> Option<&'static str> {
    let (word, when) = word.split_once('=').map_or((word, None), |(word, when)| (word, Some(when)));
    NAMES.into_iter().find(|name| match *name {
        "-echo" => word == *name && when.is_none(),
        "-color" => {
            name.starts_with(word) && when.is_none_or(|when| ["", "always", "auto", "never"].contains(&when))
        }
        _ => name.starts_with(word) && when.is_none(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        text.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn options_are_cut_short_as_tc_does() {
        let Ok(Asks::Run(read)) = read(&words("-s -j -p -br -b - -force -o -n blue filter show")) else {
            panic!("the options are not read")
        };
        let style = Style { json: true, stats: true, brief: true, oneline: true, ..Style::default() };
        let want = Options {
            style,
            pretty: true,
            force: true,
            batch: Some("-".to_owned()),
            netns: Some("blue".to_owned()),
            used: 10,
            ..Options::default()
        };
        assert_eq!(read, want);
    }

    #[test]
    fn each_abbreviation_means_the_first_that_fits() {
        for (word, name) in [
            ("-", "-stats"),
            ("-n", "-netns"),
            ("-na", "-names"),
            ("-b", "-batch"),
            ("-br", "-brief"),
            ("-c", "-cf"),
            ("-co", "-conf"),
            ("-col", "-color"),
            ("-color=never", "-color"),
            ("-t", "-timestamp"),
            ("-d", "-details"),
        ] {
            assert_eq!(name_of(word), Some(name), "{word}");
        }
        for word in ["--help", "-x", "-e", "-color=blue", "-json=1"] {
            assert_eq!(name_of(word), None, "{word}");
        }
    }

    #[test]
    fn what_is_missing_ends_with_tcs_exit_codes() {
        assert_eq!(read(&words("-b")).unwrap_err().1, 255);
        assert_eq!(read(&words("-n")).unwrap_err().1, 255);
        assert_eq!(read(&words("-x filter")).unwrap_err().1, 255);
        assert_eq!(read(&[]), Ok(Asks::Usage));
    }
}
