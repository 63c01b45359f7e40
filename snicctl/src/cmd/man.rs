//! `snicctl man`: man pages, one for each command.

use std::path::PathBuf;

use clap::CommandFactory;
use smartnic::Error;

use crate::cli::Cli;
use crate::session::{Ending, Outcome, Session};

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  snicctl man --dir /usr/local/share/man/man1\n  \
                        snicctl man --dir . && man ./snicctl-flow-apply.1")]
pub(crate) struct Args {
    /// The directory to write to; it is made if it is not there
    #[arg(long)]
    dir: PathBuf,
}

pub(crate) fn run(args: &Args, session: &mut Session) -> Outcome {
    let write = || {
        std::fs::create_dir_all(&args.dir)?;
        clap_mangen::generate_to(Cli::command(), &args.dir)
    };
    write().map_err(|error| Error::io("write the man pages", error).on(args.dir.display()))?;
    session.say(format_args!("man pages written to {}", args.dir.display()))?;
    Ok(Ending::Done)
}
