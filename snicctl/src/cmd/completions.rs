//! `snicctl completions`: what a shell needs to complete the command line.

use clap::CommandFactory;
use clap_complete::Shell;

use crate::cli::Cli;
use crate::session::{Ending, Outcome, Session};

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  source <(snicctl completions bash)\n  \
                        snicctl completions zsh > ~/.zfunc/_snicctl\n  \
                        snicctl completions fish > ~/.config/fish/completions/snicctl.fish")]
pub(crate) struct Args {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

pub(crate) fn run(args: &Args, session: &mut Session) -> Outcome {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "snicctl", &mut script);
    session.out().write_all(&script)?;
    Ok(Ending::Done)
}
