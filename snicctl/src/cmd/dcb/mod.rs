//! `snicctl dcb`: dcb's own command line.
//!
//! The words behind `dcb` are dcb's, options too, so they do not go through the parser of the other commands.

mod face;

use std::ffi::OsString;
use std::process::ExitCode;

use smartnic::text::dcb::{self, Setting, TableChange, Words, Wrong, means};

use super::iproute2::{self, Lines};
use crate::cli::{Globals, Noun};

use face::{Face, Options};

/// Take dcb's own command line, in place of dcb
///
/// Objects (app, apptrust, buffer, dcbx, ets, maxrate, pfc, rewr), commands, words and abbreviations are those of dcb
/// from iproute2 7, and so are its options (-V -j -p -s -N -i -n NETNS -f -b FILE) and its exit codes. Its output is dcb's.
/// A refusal is told by the driver's own error; `peer show dev LINK` shows what the neighbour says of itself.
///
/// Unlike dcb it also works on simulated hosts. A link to snicctl with the name dcb behaves as `snicctl dcb`.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:\n  \
    snicctl dcb ets show dev eth0\n  \
    snicctl dcb -j -p app show dev eth0\n  \
    snicctl dcb app replace dev eth0 dscp-prio AF31:3 CS6:6\n  \
    snicctl dcb pfc set dev eth0 prio-pfc all:off 3:on\n  \
    snicctl --host 'sim:bluefield3?state=nic.json' dcb buffer show dev enp3s0f0np0")]
pub(crate) struct Args {
    /// dcb's words
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "DCB-WORDS")]
    words: Vec<OsString>,
}

const USAGE: &str = "Usage: dcb [OPTIONS] OBJECT { COMMAND | help }\n       \
    dcb [-f] -b FILE\n\
    OBJECT is app, apptrust, buffer, dcbx, ets, maxrate, pfc, rewr or peer; OPTIONS are -V -i -j -N -p -s -v -n NETNS.\n\
    COMMAND is show dev LINK [WHAT...] or set dev LINK WHAT VALUE...; for app and rewr add, del, replace and flush.\n\
    `snicctl dcb --help` shows examples.";

/// Why a line could not be carried out: what is said, and the exit code.
pub(super) struct Stop(String, u8);

impl Stop {
    /// What dcb itself says, with its exit code.
    fn fault(message: impl Into<String>) -> Self {
        Self(message.into(), 1)
    }

    /// A word is missing at the end.
    fn incomplete() -> Self {
        Self("Command line is not complete. Try option \"help\"".into(), 255)
    }
}

impl From<Wrong> for Stop {
    fn from(wrong: Wrong) -> Self {
        match wrong {
            Wrong::Said(message) => Self::fault(message),
            Wrong::Incomplete => Self::incomplete(),
            Wrong::Unknown(word) => Self(format!("What is \"{word}\"?\n{USAGE}"), 1),
        }
    }
}

/// The words behind `dcb`, if that is what was typed, and the options before it.
pub(crate) fn asked(typed: &[OsString]) -> Option<(Globals, Vec<OsString>)> {
    iproute2::asked(typed, "dcb", |noun| matches!(noun, Noun::Dcb(_)))
}

/// Does what the words ask for.
pub(crate) fn run(globals: &Globals, words: &[OsString]) -> ExitCode {
    let words: Vec<String> = words.iter().map(|word| word.to_string_lossy().into_owned()).collect();
    let options = match face::read(&words) {
        Ok(Some(options)) => options,
        Ok(None) => {
            println!("dcb utility, snicctl-{}", env!("CARGO_PKG_VERSION"));
            return ExitCode::SUCCESS;
        }
        Err(message) => {
            eprintln!("{message}\n{USAGE}");
            return ExitCode::FAILURE;
        }
    };
    let Options { batch, force, words, .. } = options.clone();
    let mut face = Face::new(globals, options);
    let code = match &batch {
        Some(file) => iproute2::batch(&mut face, file, force),
        None => face.line(&words).code,
    };
    ExitCode::from(face.end(code))
}

/// Carries out the words of one line.
fn line(words: Words<'_>, face: &mut Face) -> Result<(), Stop> {
    let help = |word: &String| means(word, "help");
    let (Some(object), rest) = (words.first().filter(|word| !help(word)), words.get(1..).unwrap_or_default())
    else {
        face.complain(USAGE);
        return Ok(());
    };
    let objects = ["app", "apptrust", "buffer", "dcbx", "ets", "maxrate", "pfc", "rewr", "peer"];
    let Some(object) = objects.into_iter().find(|name| *name == object || means(object, name)) else {
        return Err(Stop::fault(format!("Object \"{object}\" is unknown")));
    };
    let Some((verb, rest)) = rest.split_first().filter(|(word, _)| !help(word)) else {
        face.complain(USAGE);
        return Ok(());
    };
    let verbs: &[&str] = match object {
        "app" | "rewr" => &["show", "flush", "add", "del", "replace"],
        "peer" => &["show"],
        _ => &["show", "set"],
    };
    let verb = dcb::named(verb, verbs)?;
    let (dev, rest) = match rest {
        [] => {
            face.complain(USAGE);
            return Ok(());
        }
        [word, ..] if help(word) => {
            face.complain(USAGE);
            return Ok(());
        }
        [word, dev, rest @ ..] if means(word, "dev") => (dev, rest),
        [word] if means(word, "dev") => return Err(Stop::incomplete()),
        [word, ..] => return Err(Stop::fault(format!("Expected `dev DEV', not `{word}'"))),
    };
    let shows = matches!(verb, "show" | "flush");
    if rest.first().is_some_and(help) || rest.is_empty() && !shows {
        face.complain(USAGE);
        return Ok(());
    }
    match (object, verb) {
        ("app" | "rewr", "show") => face.show(dev, |state, style| dcb::tables(object, rest, state, style)),
        ("peer", _) => face.show(dev, |state, style| dcb::peer(rest, state, style)),
        (_, "show") => face.show(dev, |state, style| dcb::settings(object, rest, state, style)),
        ("app" | "rewr", verb) => change_table(object, verb, dev, rest, face),
        _ => {
            let state = if dcb::needs_state(object) { face.state(dev)? } else { Default::default() };
            match dcb::set(object, rest, &state)? {
                Setting::Change(change) => face.set(dev, &change),
                Setting::Dcbx(bits) => face.set_dcbx(dev, bits),
            }
        }
    }
}

/// Changes the application or rewrite table.
fn change_table(object: &str, verb: &str, dev: &str, words: Words<'_>, face: &mut Face) -> Result<(), Stop> {
    let change = dcb::table(object, verb, words)?;
    let held = |face: &mut Face| Ok::<_, Stop>(dcb::held(object, &face.state(dev)?));
    let new = match &change {
        TableChange::Add(list) => list.clone(),
        TableChange::Replace(_) => change.added(&held(face)?),
        TableChange::Del(_) | TableChange::Flush(_) => Vec::new(),
    };
    if !new.is_empty() {
        face.set(dev, &TableChange::of(object, new))?;
    }
    // What the driver itself has put aside for the new ones is there no more, so it is looked again.
    let old = match &change {
        TableChange::Add(_) => Vec::new(),
        TableChange::Del(list) => list.clone(),
        TableChange::Replace(_) | TableChange::Flush(_) => change.removed(object, &held(face)?),
    };
    if old.is_empty() { Ok(()) } else { face.remove(dev, &TableChange::of(object, old)) }
}
