//! `snicctl devlink`: devlink's own command line.
//!
//! The words behind `devlink` are devlink's, options too, so they do not go through the parser of the other commands.

mod buffer;
mod dev;
mod face;
mod flash;
mod health;
mod linecard;
mod monitor;
mod options;
mod param;
mod pipeline;
mod port;
mod rate;
mod region;
mod resource;
mod selftest;
mod trap;

use std::ffi::OsString;
use std::process::ExitCode;

use smartnic::text::devlink::command::{Stop, Words};

use super::iproute2::{self, Lines};
use crate::cli::{Globals, Noun};

use face::Face;
use options::Asks;

/// Take devlink's own command line, in place of devlink
///
/// Objects, commands, words and abbreviations are those of devlink from iproute2 7, and so are its options (-V -n -j -p
/// -v -s -x -i -N NETNS -f -b FILE), its output and its exit codes.
///
/// Unlike devlink it also works on simulated hosts. A link to snicctl with the name devlink behaves as
/// `snicctl devlink`.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:\n  \
    snicctl devlink dev show\n  \
    snicctl devlink -j -p port show\n  \
    snicctl devlink dev eswitch set pci/0000:03:00.0 mode switchdev\n  \
    snicctl --host sim:bluefield3 devlink dev info")]
pub(crate) struct Args {
    /// devlink's words
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "DEVLINK-WORDS")]
    words: Vec<OsString>,
}

/// An object of devlink's: the first word of a line, and what carries out the words behind it.
struct Object {
    name: &'static str,
    run: fn(&mut Words<'_>, &mut Face<'_>) -> Result<(), Stop>,
}

/// The objects, in the order in which devlink compares them. A new one is one line here.
const OBJECTS: &[Object] = &[
    Object { name: "dev", run: dev::run },
    Object { name: "port", run: port::run },
    Object { name: "sb", run: buffer::run },
    Object { name: "monitor", run: monitor::run },
    Object { name: "dpipe", run: pipeline::run },
    Object { name: "resource", run: resource::run },
    Object { name: "region", run: region::run },
    Object { name: "health", run: health::run },
    Object { name: "trap", run: trap::run },
    Object { name: "lc", run: linecard::run },
];

/// The words behind `devlink`, if that is what was typed, and the options before it.
pub(crate) fn asked(typed: &[OsString]) -> Option<(Globals, Vec<OsString>)> {
    iproute2::asked(typed, "devlink", |noun| matches!(noun, Noun::Devlink(_)))
}

/// Does what the words ask for.
pub(crate) fn run(globals: &Globals, words: &[OsString]) -> ExitCode {
    let words: Vec<String> = words.iter().map(|word| word.to_string_lossy().into_owned()).collect();
    let options = match options::read(&words) {
        Ok(Asks::Run(options)) => options,
        Ok(Asks::Say(text)) => {
            println!("{text}");
            return ExitCode::SUCCESS;
        }
        Err(message) => {
            eprintln!("{message}");
            return ExitCode::FAILURE;
        }
    };
    let mut face = Face::new(globals, &options);
    let code = match &options.batch {
        Some(file) => iproute2::batch(&mut face, file, options.force),
        None => face.line(&options.words).code,
    };
    ExitCode::from(face.end(code))
}

/// Carries out the words of one line.
fn line(words: &mut Words<'_>, face: &mut Face<'_>) -> Result<(), Stop> {
    if words.begins("help") || words.is_empty() {
        return Err(Stop::help(options::USAGE));
    }
    match OBJECTS.iter().find(|object| words.begins(object.name)) {
        Some(object) => {
            words.next();
            (object.run)(words, face)
        }
        None => Err(Stop::fault(format!("Object \"{}\" not found", words.peek().unwrap_or_default()))),
    }
}
