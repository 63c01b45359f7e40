//! `snicctl tc`: tc's own command line, for filters, chains, shared actions and the qdiscs that carry them.
//!
//! The words behind `tc` are tc's, options too, so they do not go through the parser of the other commands.

mod options;
mod run;

use std::ffi::OsString;
use std::process::ExitCode;

use super::iproute2::{self, Lines};
use crate::cli::{Globals, Noun};

use options::Asks;
use run::Face;

/// Take tc's own command line, in place of tc
///
/// Objects: filter and chain (flower, matchall), actions, qdisc (clsact, ingress), monitor; with the commands, words and
/// abbreviations of tc from iproute2 7, its options (-s -d -r -j -p -o -br -b FILE -force -n NETNS -echo), its output and
/// its exit codes. What tc would send is sent; nothing is checked before the kernel sees it. For other objects, qdiscs
/// and filters it says so and ends with exit code 1.
///
/// Unlike tc it also works on simulated hosts, and takes the names of ports (pf0vf0) where a link is meant. A link to
/// snicctl with the name tc behaves as `snicctl tc`.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:\n  \
    snicctl tc qdisc add dev eth0 clsact\n  \
    snicctl tc filter add dev eth0 ingress protocol ip pref 10 flower dst_ip 10.0.0.0/8 action drop\n  \
    snicctl tc -s -j filter show dev eth0 ingress\n  \
    snicctl tc chain add dev eth0 ingress chain 5 protocol ip flower dst_ip 0.0.0.0/24\n  \
    snicctl tc actions add action police rate 10mbit burst 100k conform-exceed drop index 7\n  \
    snicctl tc -batch rules.tc\n  \
    snicctl --host sim:bluefield3 tc q s")]
pub(crate) struct Args {
    /// tc's words
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "TC-WORDS")]
    words: Vec<OsString>,
}

/// The words behind `tc`, if that is what was typed, and the options before it.
pub(crate) fn asked(typed: &[OsString]) -> Option<(Globals, Vec<OsString>)> {
    iproute2::asked(typed, "tc", |noun| matches!(noun, Noun::Tc(_)))
}

/// Does what the words ask for.
pub(crate) fn run(globals: &Globals, words: &[OsString]) -> ExitCode {
    let words: Vec<String> = words.iter().map(|word| word.to_string_lossy().into_owned()).collect();
    let options = match options::read(&words) {
        Ok(Asks::Run(options)) => options,
        Ok(Asks::Version(text)) => {
            println!("{text}");
            return ExitCode::SUCCESS;
        }
        Ok(Asks::Usage) => {
            eprintln!("{}", options::USAGE);
            return ExitCode::SUCCESS;
        }
        Err((message, code)) => {
            eprintln!("{message}");
            return ExitCode::from(code);
        }
    };
    let mut face = Face::new(globals, &options);
    // Asked for a link of a namespace that is not there, tc does not say that the link is missing.
    if let Some((name, error)) = options.netns.as_ref().and_then(|name| Some((name, face.host().err()?))) {
        eprintln!("Cannot open network namespace \"{name}\": {}", iproute2::without_number(&error.why()));
        return ExitCode::from(255);
    }
    let code = match &options.batch {
        Some(file) => iproute2::batch(&mut face, file, options.force),
        None => face.line(&words[options.used..]).code,
    };
    ExitCode::from(face.end(code))
}
