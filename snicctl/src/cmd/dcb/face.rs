//! dcb's face of a host: its options, what is printed, what is complained about, and the exit code.

use smartnic::dcb::{DcbChange, DcbState};
use smartnic::text::dcb::{Shown, Style, Words, Wrong};
use smartnic::{Error, Host};

use super::Stop;
use crate::cli::Globals;
use crate::cmd::iproute2::{CLOSED_PIPE, DONE, Ending, Lines, Stand, kernel_text, pretty};

/// dcb's options, and the words behind them.
#[derive(Debug, Clone, Default)]
pub(super) struct Options {
    pub(super) json: bool,
    pub(super) pretty: bool,
    pub(super) stats: bool,
    pub(super) numeric: bool,
    pub(super) iec: bool,
    pub(super) force: bool,
    pub(super) batch: Option<String>,
    pub(super) netns: Option<String>,
    pub(super) words: Vec<String>,
}

const LONG: [(&str, char); 11] = [
    ("Version", 'V'),
    ("force", 'f'),
    ("batch", 'b'),
    ("iec", 'i'),
    ("json", 'j'),
    ("Numeric", 'N'),
    ("pretty", 'p'),
    ("statistics", 's'),
    ("netns", 'n'),
    ("verbose", 'v'),
    ("help", 'h'),
];

/// Reads the options, which may stand anywhere (`getopt_long`); none: the version is asked for.
pub(super) fn read(words: &[String]) -> Result<Option<Options>, String> {
    let mut options = Options::default();
    let mut rest = words.iter();
    while let Some(word) = rest.next() {
        if word == "--" {
            options.words.extend(rest.by_ref().cloned());
            break;
        }
        let (letters, mut given) = match word.strip_prefix("--") {
            Some(long) => {
                let (name, value) = long.split_once('=').map_or((long, None), |(a, b)| (a, Some(b)));
                let found = LONG.iter().find(|(full, _)| full.starts_with(name)).map(|(_, letter)| *letter);
                let letter = found.ok_or("Unknown option.")?;
                (letter.to_string(), value.map(str::to_owned))
            }
            None => match word.strip_prefix('-').filter(|letters| !letters.is_empty()) {
                Some(letters) => (letters.to_owned(), None),
                None => {
                    options.words.push(word.clone());
                    continue;
                }
            },
        };
        for (at, letter) in letters.char_indices() {
            match letter {
                'V' => return Ok(None),
                'f' => options.force = true,
                'i' => options.iec = true,
                'j' => options.json = true,
                'N' => options.numeric = true,
                'p' => options.pretty = true,
                's' => options.stats = true,
                'v' => {}
                'h' => options.words.insert(0, "help".into()),
                'b' | 'n' => {
                    let behind = Some(&letters[at + 1..]).filter(|text| !text.is_empty());
                    let value = given.take().or_else(|| behind.map(str::to_owned));
                    let value = value.or_else(|| rest.next().cloned()).ok_or("Unknown option.")?;
                    *(if letter == 'b' { &mut options.batch } else { &mut options.netns }) = Some(value);
                    break;
                }
                _ => return Err("Unknown option.".into()),
            }
        }
    }
    Ok(Some(options))
}

/// The face.
pub(super) struct Face {
    stand: Stand,
    pub(super) options: Options,
}

impl Lines for Face {
    fn line(&mut self, words: Words<'_>) -> Ending {
        if self.stand.closed {
            return Ending { code: CLOSED_PIPE, ends: true };
        }
        match super::line(words, self) {
            Ok(()) => DONE,
            Err(Stop(message, code)) => {
                self.complain(&message);
                Ending { code, ends: code == 255 }
            }
        }
    }

    fn complain(&mut self, message: &str) {
        self.stand.complain(message);
    }
}

impl Face {
    pub(super) fn new(globals: &Globals, options: Options) -> Self {
        Self { stand: Stand::new(globals, options.netns.as_deref()), options }
    }

    /// Prints what is left, keeps the state of a simulated host, and returns the exit code.
    pub(super) fn end(self, code: u8) -> u8 {
        self.stand.end(code, "Error")
    }

    fn host(&self) -> Result<Host, Stop> {
        self.stand.host().map_err(|error| stop_of("Attribute read", &error))
    }

    /// What a link tells.
    pub(super) fn state(&mut self, dev: &str) -> Result<DcbState, Stop> {
        let host = self.host()?;
        host.dcb().and_then(|dcb| dcb.dcb(dev)).map_err(|error| stop_of("Attribute read", &error))
    }

    /// Shows something of what a link tells.
    pub(super) fn show(
        &mut self,
        dev: &str,
        what: impl Fn(&DcbState, Style) -> Result<Shown, Wrong>,
    ) -> Result<(), Stop> {
        let state = self.state(dev)?;
        let Options { stats, numeric, iec, .. } = self.options;
        let Shown { json, text } = what(&state, Style { stats, numeric, iec })?;
        self.print(&json, &text);
        Ok(())
    }

    /// Changes something.
    pub(super) fn set(&mut self, dev: &str, change: &DcbChange) -> Result<(), Stop> {
        let host = self.host()?;
        self.stand.touch();
        host.dcb()
            .and_then(|dcb| dcb.set_dcb(dev, change))
            .map_err(|error| stop_of("Attribute write", &error))
    }

    /// Removes entries.
    pub(super) fn remove(&mut self, dev: &str, entries: &DcbChange) -> Result<(), Stop> {
        let host = self.host()?;
        self.stand.touch();
        let done = host.dcb().and_then(|dcb| dcb.remove_dcb(dev, entries));
        done.map_err(|error| stop_of("Attribute write", &error))
    }

    /// Says who negotiates.
    pub(super) fn set_dcbx(&mut self, dev: &str, bits: u8) -> Result<(), Stop> {
        let host = self.host()?;
        self.stand.touch();
        host.dcb().and_then(|dcb| dcb.set_dcbx(dev, bits)).map_err(|error| stop_of("Attribute write", &error))
    }

    /// Prints an object, as JSON or as text.
    fn print(&mut self, json: &str, text: &str) {
        let shown = match (self.options.json, self.options.pretty) {
            (true, true) => format!("{}\n", pretty(json)),
            (true, false) => format!("{json}\n"),
            (false, _) => text.to_owned(),
        };
        self.stand.print(&shown);
    }
}

fn stop_of(what: &str, error: &Error) -> Stop {
    Stop::fault(match kernel_text(error) {
        Some(text) => format!("{what}: {text}"),
        None => format!("Error: {error}"),
    })
}
