//! `snicctl`, the command line of the SmartNIC offload SDK.
//!
//! A command converts what was typed, makes one call of the SDK, and prints what came back.

mod cli;
mod cmd;
mod packets;
mod print;
mod rules;
mod session;

use std::process::ExitCode;

use clap::Parser;

use cli::{Cli, Globals};
use session::{Ending, Failure, Outcome, Session};

/// Some was done and the rest could not be (`flow apply --keep-going`).
const IN_PART: u8 = 1;
/// Something does not fit together, and that is the result (`roce check`).
const FINDINGS: u8 = 21;
/// What shells report of a program that a closed pipe ended: 128 + SIGPIPE.
const CLOSED_PIPE: u8 = 141;

fn main() -> ExitCode {
    let typed: Vec<_> = std::env::args_os().collect();
    if let Some((globals, words)) = cmd::tc::asked(&typed) {
        return cmd::tc::run(&globals, &words);
    }
    if let Some((globals, words)) = cmd::devlink::asked(&typed) {
        return cmd::devlink::run(&globals, &words);
    }
    if let Some((globals, words)) = cmd::rdma::asked(&typed) {
        return cmd::rdma::run(&globals, &words);
    }
    if let Some((globals, words)) = cmd::dcb::asked(&typed) {
        return cmd::dcb::run(&globals, &words);
    }
    let Cli { globals, noun } = Cli::parse_from(typed);
    let mut session = Session::new(globals.clone());
    let outcome = cmd::run(&noun, &mut session).map_err(|failure| session.with_link_names(failure));
    // What a failed command did change must be there for the next one, too.
    let finished = session.finish();
    match (outcome, finished) {
        (outcome, Ok(())) => code(outcome, &globals),
        (Ok(_), Err(failure)) => code(Err(failure), &globals),
        (Err(first), Err(second)) => {
            if let Failure::Sdk(second) = second {
                print::print_warning(&second.to_string(), globals.color);
            }
            code(Err(first), &globals)
        }
    }
}

/// Says what went wrong, if something did, and how to exit.
fn code(outcome: Outcome, globals: &Globals) -> ExitCode {
    let error = match outcome {
        Ok(Ending::Done) => return ExitCode::SUCCESS,
        Ok(Ending::InPart) => return ExitCode::from(IN_PART),
        Ok(Ending::Findings) => return ExitCode::from(FINDINGS),
        Err(Failure::Output(error)) if error.kind() == std::io::ErrorKind::BrokenPipe => {
            return ExitCode::from(CLOSED_PIPE);
        }
        Err(Failure::Output(error)) => smartnic::Error::io("write the output", error),
        Err(Failure::Sdk(error)) => error,
    };
    print::print_error(&error, globals.output, globals.color);
    ExitCode::from(error.kind().code())
}
