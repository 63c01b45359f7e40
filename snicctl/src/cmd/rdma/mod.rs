//! `snicctl rdma`: rdma's own command line, and what rdma has no words for.
//!
//! The words behind `rdma` are rdma's, options too, so they do not go through the parser of the other commands; only
//! where the first word is one of ours do they.

mod counters;
mod direct;
mod face;
mod gid;
mod measure;
mod monitor;
mod options;
mod run;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Subcommand;

use super::iproute2::{self, Lines};
use crate::cli::{Globals, Noun};
use crate::session::{Outcome, Session};

use face::Face;
use options::Asks;

/// Take rdma's own command line, in place of rdma; beside it GIDs and counters
///
/// Objects, commands, words and abbreviations are those of rdma from iproute2 7, and so are its options (-V -d -j -p -f
/// -b FILE), its output and its exit codes. `snicctl -o json rdma …` is the same as `rdma -j`.
///
/// Unlike rdma it also works on simulated hosts. A link to snicctl with the name rdma behaves as `snicctl rdma`.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:\n  \
    snicctl rdma dev\n  \
    snicctl rdma -j -p link show\n  \
    snicctl rdma resource show qp link mlx5_0/1 type RC\n  \
    snicctl --host sim:bluefield3 rdma link")]
pub(crate) struct Args {
    #[command(subcommand)]
    own: Option<Own>,
}

/// What rdma has no words for.
#[derive(Debug, Clone, Subcommand)]
enum Own {
    /// GIDs: the addresses of RDMA ports
    #[command(subcommand)]
    Gid(gid::Verb),
    Counters(counters::Args),
    Direct(direct::Args),
    Ping(measure::Ping),
    Lat(measure::Lat),
    Bw(measure::Bw),
    Serve(measure::Serve),
}

/// The words of [`Own`], which rdma has not, not even as abbreviations.
const OWN: &[&str] = &["gid", "counters", "direct", "ping", "lat", "bw", "serve"];

/// The words behind `rdma`, if that is what was typed and they are rdma's, and the options before them.
pub(crate) fn asked(typed: &[OsString]) -> Option<(Globals, Vec<OsString>)> {
    let (globals, words) = iproute2::asked(typed, "rdma", |noun| matches!(noun, Noun::Rdma(_)))?;
    let first = words.first().and_then(|word| word.to_str());
    match first.is_some_and(|word| OWN.contains(&word)) {
        true => None,
        false => Some((globals, words)),
    }
}

/// Does what rdma's words ask for.
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
    let mut face = Face::new(globals, options.clone());
    let code = match &options.batch {
        Some(file) => iproute2::batch(&mut face, file, options.force),
        None => face.line(&options.words).code,
    };
    ExitCode::from(face.end(code))
}

/// Does what our own words ask for.
pub(crate) fn run_own(args: &Args, session: &mut Session) -> Outcome {
    match &args.own {
        // rdma's own words never come here, and no words at all are rdma's.
        None => {
            Err(smartnic::Error::invalid("run rdma", "`rdma` must be the first word behind the options")
                .into())
        }
        Some(Own::Gid(verb)) => gid::run(verb, session),
        Some(Own::Counters(args)) => counters::run(args, session),
        Some(Own::Direct(args)) => direct::run(args, session),
        Some(Own::Ping(args)) => measure::ping(args, session),
        Some(Own::Lat(args)) => measure::lat(args, session),
        Some(Own::Bw(args)) => measure::bw(args, session),
        Some(Own::Serve(args)) => measure::serve(args, session),
    }
}
